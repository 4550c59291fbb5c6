"""What a recording says about who spoke when, worked out from the sound alone. Pure.

Independent of all that a conversation believed while it ran: a stereo file, caller left, agent right, is the
proof of its latencies.
"""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from voice_engine.audio.level import power, powers
from voice_engine.audio.noise import loud_above
from voice_engine.audio.wav import Wav

AUDIBLE = power(-50.0)  # of AUDIBLE_S: what a caller can hear of an agent
AUDIBLE_S = 0.005
VOICE_S = 0.01  # the caller's sound is looked at in windows of this
GAP_S = 0.3  # of silence before what counts as the beginning of an answer
_SHORTEST = 2  # windows of voice: less is a click
_SOFTEST_PERCENT = 2  # of the windows: the room without voices


@dataclass(frozen=True, slots=True)
class Answered:
    """In a recording: the caller's last voiced sample, and the answer's first audible one. Seconds."""

    caller_ended: float
    agent_began: float

    @property
    def mouth_to_ear(self) -> float:
        """Seconds the caller waited; negative when the agent spoke before the caller had finished."""
        return self.agent_began - self.caller_ended


def first_audible(pcm: bytes, rate: int) -> float | None:
    """Seconds into PCM16 at which one can hear something: the first 5 ms above −50 dBFS. None: nowhere."""
    window = max(1, int(rate * AUDIBLE_S))
    for index, loudness in enumerate(powers(pcm, window)):
        if loudness > AUDIBLE:
            return index * window / rate
    return None


def turns_of(wav: Wav) -> list[Answered]:
    """The answers of a stereo recording in which the agent's side has no background sound.

    An answer begins with the agent's first audible sound after 0.3 s without, if the caller has spoken since
    the answer before. A caller's window of 10 ms is voice by the rule the gate goes by (audio/noise.py), with
    the room and the voice of the whole file.
    """
    ends = _voice_ends(wav.channel(0), wav.rate)
    answers: list[Answered] = []
    since = 0.0
    for began in _beginnings(wav.channel(1), wav.rate):
        at = bisect_left(ends, began)
        if at and ends[at - 1] > since:
            answers.append(Answered(ends[at - 1], began))
        since = began
    return answers


def _voice_ends(pcm: bytes, rate: int) -> list[float]:
    """The end of each window of voice, seconds."""
    window = int(rate * VOICE_S)
    levels = np.array(powers(pcm, window))
    if not len(levels):
        return []
    noise = float(np.percentile(levels, _SOFTEST_PERCENT))
    loud = levels > loud_above(noise, 0.0)
    if loud.any():
        loud &= levels > loud_above(noise, float(levels[loud].mean()))
    beside = np.convolve(loud, np.ones(2 * _SHORTEST - 1), "same") >= _SHORTEST
    return [float(index + 1) * window / rate for index in np.flatnonzero(loud & beside)]


def _beginnings(pcm: bytes, rate: int) -> list[float]:
    """Where sound begins after GAP_S of silence, seconds."""
    window = int(rate * AUDIBLE_S)
    heard = np.flatnonzero(np.array(powers(pcm, window)) > AUDIBLE)
    gaps = np.diff(heard, prepend=-(2 * GAP_S / AUDIBLE_S))
    return [float(index) * window / rate for index in heard[gaps > GAP_S / AUDIBLE_S]]
