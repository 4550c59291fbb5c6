"""A recogniser that knows beforehand what will be said. Pure: sound in, what was understood out.

Speech is found by its energy. Its words come from the script: by the tone it is made of, or in order.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

WINDOW_MS = 20
LOUD = 300.0  # root mean square of a window that holds speech
PARTIAL_EVERY_MS = 200
UNITS = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff，。！？；、,.!?;]+")
MARKS = "，。！？；、,.!?;"


@dataclass(frozen=True, slots=True)
class Script:
    """What callers will say: utterances of a tone of so many Hz, and the rest in order (then nothing)."""

    said: Iterable[str] = ()
    tones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence, counted from 0, as understood so far; times in ms of the sound. `end` if it is over."""

    number: int
    text: str
    begin: int
    end: int | None
    position: int

    @property
    def bare(self) -> str:
        """Without its last mark, as partials have it."""
        return self.text.rstrip(MARKS)


@dataclass(slots=True)
class _Open:
    number: int
    begin: int
    last_voice: int
    next_partial: int
    text: str = ""
    shown: int = 0
    sound: bytearray = field(default_factory=bytearray)


class Ear:
    """One recognition. `said` yields the words that no tone tells; `pause_ms` of silence end a sentence."""

    def __init__(self, script: Script, said: Iterator[str], rate: int, pause_ms: int = 800) -> None:
        self._tones, self._said = script.tones, said
        self._pause, self.rate = pause_ms, rate
        self._window = rate * WINDOW_MS // 1000 * 2
        self._rest = b""
        self._count = 0
        self._open: _Open | None = None
        self.position = 0

    @property
    def listening(self) -> bool:
        """Whether a sentence is open."""
        return self._open is not None

    def feed(self, pcm: bytes) -> list[Heard]:
        """What this sound leads to: partials and ends of sentences."""
        data = self._rest + pcm
        whole = len(data) - len(data) % self._window
        self._rest = data[whole:]
        found = [self._hear(data[at : at + self._window]) for at in range(0, whole, self._window)]
        return [heard for heard in found if heard]

    def finish(self) -> list[Heard]:
        """The end of the open sentence: the client has ended its sound, or committed it."""
        return [self._final(self._open)] if self._open else []

    def _hear(self, window: bytes) -> Heard | None:
        self.position += WINDOW_MS
        loud = _level(window) > LOUD
        if self._open is None:
            return self._begin(window) if loud else None
        return self._go_on(self._open, window, loud)

    def _begin(self, window: bytes) -> None:
        begin = self.position - WINDOW_MS
        self._open = _Open(self._count, begin, self.position, begin + PARTIAL_EVERY_MS)
        self._open.sound += window
        self._count += 1

    def _go_on(self, sentence: _Open, window: bytes, loud: bool) -> Heard | None:
        if loud:
            sentence.last_voice = self.position
            sentence.sound += window
        silent = self.position - sentence.last_voice
        if silent >= self._pause:
            return self._final(sentence)
        if silent == 3 * WINDOW_MS or (not silent and self.position >= sentence.next_partial):
            sentence.next_partial = self.position + PARTIAL_EVERY_MS
            return self._partial(sentence, whole=bool(silent))
        return None

    def _partial(self, sentence: _Open, *, whole: bool) -> Heard | None:
        self._understand(sentence)
        spoken = math.ceil((self.position - sentence.begin) / 100)
        shown = len(sentence.text) if whole else min(len(sentence.text), spoken)
        if shown <= sentence.shown:
            return None
        sentence.shown = shown
        text = sentence.text[:shown].rstrip(MARKS)
        return Heard(sentence.number, text, sentence.begin, None, self.position)

    def _final(self, sentence: _Open) -> Heard:
        self._understand(sentence)
        self._open = None
        return Heard(sentence.number, sentence.text, sentence.begin, sentence.last_voice, self.position)

    def _understand(self, sentence: _Open) -> None:
        if not sentence.text and self._tones:
            pitch = _pitch(bytes(sentence.sound), self.rate)
            sentence.text = self._tones[min(self._tones, key=lambda tone: abs(tone - pitch))]
        elif not sentence.text:
            sentence.text = next(self._said, "")


def units(text: str) -> list[str]:
    """Han characters and words, without marks."""
    return UNITS.findall(text)


def _level(window: bytes) -> float:
    samples = np.frombuffer(window, "<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples * samples)))


def _pitch(sound: bytes, rate: int) -> float:
    samples = np.frombuffer(sound, "<i2").astype(np.int32)
    crossings = int(np.count_nonzero((samples[:-1] < 0) & (samples[1:] >= 0)))
    return crossings * rate / max(1, len(samples))
