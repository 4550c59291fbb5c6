"""A voice: text cut into sentences, sentences into sound. Pure, except that espeak-ng has its own thread."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice_engine.audio.frame import AudioFrame

HAN_S, OTHER_S = 0.18, 0.06  # how long a tone sounds per character
CHUNK_S = 0.2
_END = re.compile(r".*?(?:[。！？；!?;\n]+|[.](?=\s))", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_UNITS = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff，。！？；、,.!?;]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence as mono PCM16 with its words; their times are ms since the sentence began."""

    text: str
    pcm: bytes
    words: list[dict[str, Any]]


class Sentences:
    """What has arrived and is not yet a whole sentence stays here."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, text: str) -> list[str]:
        """The sentences that are complete now."""
        self._waiting += text
        complete = []
        while found := _END.match(self._waiting):
            complete.append(found[0])
            self._waiting = self._waiting[found.end() :]
        return [sentence for sentence in complete if sentence.strip()]

    def rest(self) -> list[str]:
        """What is left, at a flush or at the end."""
        left, self._waiting = self._waiting, ""
        return [left] if left.strip() else []


def billed(text: str) -> int:
    """The vendor's count: a Han character is two, everything else one."""
    return len(text) + len(_HAN.findall(text))


def tone(text: str, rate: int, speed: float) -> Spoken:
    """A sentence as a steady tone, as long as it would take to say."""
    letters = text.strip()
    han = len(_HAN.findall(letters))
    seconds = (han * HAN_S + (len(letters) - han) * OTHER_S) / speed
    at = np.arange(int(seconds * rate)) / rate
    pcm = (8000 * np.sin(2 * np.pi * 220 * at)).astype("<i2").tobytes()
    return Spoken(text, pcm, _words(text, seconds))


def pieces(pcm: bytes, rate: int, seconds: float) -> Iterator[bytes]:
    """Sound cut as a vendor sends it."""
    size = int(rate * seconds) * 2
    for at in range(0, len(pcm), size):
        yield pcm[at : at + size]


async def espeak(text: str, rate: int, speed: float) -> Spoken:
    """A sentence in espeak-ng's voice."""
    from voice_engine.audio.resample import resample
    from voice_engine.providers.base import ProviderConfig
    from voice_engine.providers.tts.espeak import EspeakTts

    async def once() -> AsyncIterator[str]:
        yield text

    sound = [x async for x in EspeakTts(ProviderConfig(speed=speed)).synthesize(once())]
    frames = [x for x in sound if isinstance(x, AudioFrame)]
    pcm = resample(b"".join(f.pcm for f in frames), frames[0].rate, rate) if frames else b""
    return Spoken(text, pcm, _words(text, len(pcm) / 2 / rate))


def _words(text: str, seconds: float) -> list[dict[str, Any]]:
    found = list(_UNITS.finditer(text))
    step = seconds * 1000 / max(1, len(found))
    return [
        {
            "text": unit[0],
            "begin_index": unit.start(),
            "end_index": unit.end(),
            "begin_time": round(i * step),
            "end_time": round((i + 1) * step),
        }
        for i, unit in enumerate(found)
    ]
