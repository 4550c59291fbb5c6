"""A recogniser that knows beforehand what will be said. Pure: sound in, result payloads out.

Speech is found by its energy. Its words come from the script: by the tone it is made of, or in order.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

WINDOW_MS = 20
LOUD = 300.0  # root mean square of a window that holds speech
PARTIAL_EVERY_MS = 200
HEARTBEAT_EVERY_MS = 5000
_UNITS = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff，。！？；、,.!?;]+")
_MARKS = "，。！？；、,.!?;"


@dataclass(frozen=True, slots=True)
class Script:
    """What callers will say: utterances of a tone of so many Hz, and the rest in order (then nothing)."""

    said: Iterable[str] = ()
    tones: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sentence:
    """One stretch of speech, times in ms of the task."""

    number: int
    begin: int
    text: str = ""
    last_voice: int = 0
    shown: int = 0
    next_partial: int = 0
    sound: bytearray = field(default_factory=bytearray)


class Recogniser:
    """One task. `run` is the payload of its run-task, `said` what is not told by a tone."""

    def __init__(self, tones: Mapping[int, str], said: Iterator[str], run: Mapping[str, Any]) -> None:
        parameters = run["parameters"]
        self._tones, self._said = tones, said
        self._rate = int(parameters["sample_rate"])
        self._pause = int(parameters.get("max_sentence_silence", 800))
        self._beats = bool(parameters.get("heartbeat"))
        self._numbered = str(run["model"]).startswith("fun-asr")
        self._window = self._rate * WINDOW_MS // 1000 * 2
        self._rest = b""
        self._number = 0
        self._sentence: Sentence | None = None
        self._next_beat = HEARTBEAT_EVERY_MS
        self.position = 0

    def feed(self, pcm: bytes) -> list[dict[str, Any]]:
        """The results this sound leads to."""
        data = self._rest + pcm
        whole = len(data) - len(data) % self._window
        self._rest = data[whole:]
        results: list[dict[str, Any]] = []
        for at in range(0, whole, self._window):
            results += self._hear(data[at : at + self._window])
        return results

    def finish(self) -> list[dict[str, Any]]:
        """The results that are still owed when the client ends its input."""
        return [self._final(self._sentence)] if self._sentence else []

    def commit(self) -> list[dict[str, Any]]:
        """The results when the client says that an utterance is over; empty ones if it held no speech."""
        sentence = self._sentence
        if sentence is None:
            before = self.position - WINDOW_MS // 2  # where no speech begins
            return [self._final(Sentence(0, before, last_voice=self.position, text=" "))]
        return [*self._partial(sentence, whole=True), self._final(sentence)]

    def _hear(self, window: bytes) -> list[dict[str, Any]]:
        self.position += WINDOW_MS
        loud = _level(window) > LOUD
        if self._sentence is None:
            return self._begin(window) if loud else self._beat()
        return self._go_on(self._sentence, window, loud)

    def _begin(self, window: bytes) -> list[dict[str, Any]]:
        begin = self.position - WINDOW_MS
        self._number += 1
        self._sentence = Sentence(self._number, begin, last_voice=self.position)
        self._sentence.next_partial = begin + PARTIAL_EVERY_MS
        self._sentence.sound += window
        return []

    def _beat(self) -> list[dict[str, Any]]:
        if not self._beats or self.position < self._next_beat:
            return []
        self._next_beat = self.position + HEARTBEAT_EVERY_MS
        sentence = {"begin_time": 0, "end_time": None, "text": "", "heartbeat": True, "sentence_end": False}
        return [{"output": {"sentence": {**sentence, "words": []}}, "usage": None}]

    def _go_on(self, sentence: Sentence, window: bytes, loud: bool) -> list[dict[str, Any]]:
        if loud:
            sentence.last_voice = self.position
            sentence.sound += window
        silent = self.position - sentence.last_voice
        if silent >= self._pause:
            return [self._final(sentence)]
        if silent == 3 * WINDOW_MS or (not silent and self.position >= sentence.next_partial):
            sentence.next_partial = self.position + PARTIAL_EVERY_MS
            return self._partial(sentence, whole=bool(silent))
        return []

    def _partial(self, sentence: Sentence, *, whole: bool) -> list[dict[str, Any]]:
        self._understand(sentence)
        spoken = math.ceil((self.position - sentence.begin) / 100)
        shown = len(sentence.text) if whole else min(len(sentence.text), spoken)
        if shown <= sentence.shown:
            return []
        sentence.shown = shown
        return [self._result(sentence, sentence.text[:shown].rstrip(_MARKS), end=None)]

    def _final(self, sentence: Sentence) -> dict[str, Any]:
        self._understand(sentence)
        self._sentence = None
        return self._result(sentence, sentence.text, end=sentence.last_voice)

    def _understand(self, sentence: Sentence) -> None:
        if not sentence.text and self._tones:
            pitch = _pitch(bytes(sentence.sound), self._rate)
            sentence.text = self._tones[min(self._tones, key=lambda tone: abs(tone - pitch))]
        elif not sentence.text:
            sentence.text = next(self._said, "")

    def _result(self, sentence: Sentence, text: str, end: int | None) -> dict[str, Any]:
        said: dict[str, Any] = {
            "begin_time": sentence.begin,
            "end_time": end,
            "text": text,
            "words": words(text, sentence.begin, end or self.position),
            "heartbeat": False,
            "sentence_end": end is not None,
        }
        if self._numbered:
            said["sentence_id"] = sentence.number
        usage = None if end is None else {"duration": self.position // 1000}
        return {"output": {"sentence": said}, "usage": usage}


def words(text: str, begin: int, end: int) -> list[dict[str, Any]]:
    """The words of a text spread evenly over [begin, end) ms, marks attached to the word before them."""
    found = list(_UNITS.finditer(text))
    step = (end - begin) / max(1, len(found))
    listed = []
    for i, unit in enumerate(found):
        tail = text[unit.end() : found[i + 1].start() if i + 1 < len(found) else len(text)].strip()
        times = {"begin_time": round(begin + i * step), "end_time": round(begin + (i + 1) * step)}
        listed.append({**times, "text": unit[0], "punctuation": tail, "fixed": False, "speaker_id": None})
    return listed


def _level(window: bytes) -> float:
    samples = np.frombuffer(window, "<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples * samples)))


def _pitch(sound: bytes, rate: int) -> float:
    samples = np.frombuffer(sound, "<i2").astype(np.int32)
    crossings = int(np.count_nonzero((samples[:-1] < 0) & (samples[1:] >= 0)))
    return crossings * rate / max(1, len(samples))
