"""Measure in a stereo recording how long the caller waited: measure_recording.py recording.wav

Caller left, assistant right. Prints, for every answer, when the caller's last sound before it was and how
long the silence lasted. It knows nothing of the platform, so it can be held against what the platform says.
"""

import array
import sys
import wave

STEP = 0.005  # seconds
VOICED, AUDIBLE = (
    0.02,
    0.003,
)  # of full scale: a caller's voice above their breath; anything of the assistant's
PAUSE = 0.2  # shorter silences are inside a sentence


def steps(path: str) -> tuple[list[bool], list[bool]]:
    """Per step: whether the caller, and whether the assistant, can be heard."""
    with wave.open(path) as file:
        size = int(file.getframerate() * STEP)
        samples = array.array("h", file.readframes(file.getnframes()))
    return heard(samples[0::2], size, VOICED), heard(samples[1::2], size, AUDIBLE)


def heard(side: array.array, size: int, level: float) -> list[bool]:
    """Per step of so many samples: whether the loudest is above a level."""
    return [max(map(abs, side[i : i + size])) > level * 32768 for i in range(0, len(side), size)]


def waits(caller: list[bool], assistant: list[bool]) -> list[tuple[float, float]]:
    """(when the caller's last sound was, seconds until the assistant's first) for each answer."""
    found = []
    spoke = heard = -PAUSE / STEP
    answered = True
    for at, (says, answers) in enumerate(zip(caller, assistant, strict=True)):
        if says:
            spoke, answered = at + 1, False
        if answers:
            if not answered and at - heard > PAUSE / STEP and at > spoke:
                found.append((spoke * STEP, (at - spoke) * STEP))
            answered, heard = True, at
    return found


for ended, silence in waits(*steps(sys.argv[1])):
    print(f"{ended:7.2f} s  answered after {silence * 1000:4.0f} ms")
