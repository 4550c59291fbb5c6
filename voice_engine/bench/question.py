"""What every caller asks, spoken once; and how late our detector must be to see it end."""

from array import array
from statistics import mean
from typing import Any

from voice_engine.audio.frame import HEARING_RATE
from voice_engine.audio.resample import resample
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.registry import load
from voice_engine.providers.vad.silero import WINDOW, SileroVad

QUESTION = "请问你们几点开门"
SPEECH_ENDS = 0.35  # Silero's own threshold for the end of speech
LOUD = 300  # of 32768: softer samples at the ends are no speech


async def question(rate: int) -> list[bytes]:
    """Frames of 20 ms; the first begins with voice and the last ends with it."""

    async def text() -> Any:
        yield QUESTION

    voice = load("tts", "espeak")(ProviderConfig(voice="cmn", language="zh"))
    sounds = [s async for s in voice.synthesize(text()) if hasattr(s, "pcm")]
    samples = array("h", resample(b"".join(s.pcm for s in sounds), sounds[0].rate, rate))
    loud = [index for index, sample in enumerate(samples) if abs(sample) > LOUD]
    size = int(rate * 0.02)
    end = loud[-1] + 1
    begin = end - (end - loud[0]) // size * size  # whole frames
    pcm = samples[begin:end].tobytes()
    return [pcm[at : at + 2 * size] for at in range(0, len(pcm), 2 * size)]


def vad_lateness(frames: list[bytes], rate: int) -> float:
    """Seconds after its last sample at which Silero still takes what it hears for the question: the mean over
    the places where its windows may begin. No engine with this detector can know the end sooner.
    """
    late = []
    for lead in range(0, WINDOW, WINDOW // 8):
        detector, at, voiced_until = SileroVad().stream(), 0.0, 0.0
        begin = 1 + lead / HEARING_RATE
        sound = [bytes(2 * HEARING_RATE + 2 * lead), *(resample(pcm, rate, HEARING_RATE) for pcm in frames)]
        for pcm in [*sound, *[bytes(640)] * 50]:
            at += len(pcm) / 2 / HEARING_RATE
            if detector.probability(pcm) >= SPEECH_ENDS:
                voiced_until = at
        late.append(voiced_until - begin - len(frames) * 0.02)
    return mean(late)
