"""What the ear of a task understands, as the vendor's payloads."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.emulators.ear import UNITS, Ear, Heard, Script

HEARTBEAT_EVERY_MS = 5000


class Recogniser:
    """One task. `run` is the payload of its run-task, `said` what is not told by a tone."""

    def __init__(self, tones: Mapping[int, str], said: Iterator[str], run: Mapping[str, Any]) -> None:
        parameters = run["parameters"]
        pause_ms = int(parameters.get("max_sentence_silence", 800))
        self._ear = Ear(Script(tones=tones), said, int(parameters["sample_rate"]), pause_ms)
        self._beats = bool(parameters.get("heartbeat"))
        self._numbered = str(run["model"]).startswith("fun-asr")
        self._next_beat = HEARTBEAT_EVERY_MS

    @property
    def position(self) -> int:
        """How much it has heard, in ms."""
        return self._ear.position

    def feed(self, pcm: bytes) -> list[dict[str, Any]]:
        """The results this sound leads to."""
        return [self._result(heard) for heard in self._ear.feed(pcm)] + self._beat()

    def finish(self) -> list[dict[str, Any]]:
        """The results that are still owed when the client ends its input."""
        return [self._result(heard) for heard in self._ear.finish()]

    def commit(self) -> list[dict[str, Any]]:
        """The results when the client says that an utterance is over; empty ones if it held no speech."""
        here = self.position
        nothing = Heard(-1, " ", here - 10, here, here)  # begins where no speech does
        heard = self._ear.finish()
        wholes = [Heard(h.number, h.bare, h.begin, None, h.position) for h in heard if h.text]
        return [self._result(h) for h in (*wholes, *(heard or [nothing]))]

    def _beat(self) -> list[dict[str, Any]]:
        if not self._beats or self._ear.listening or self.position < self._next_beat:
            return []
        self._next_beat = self.position + HEARTBEAT_EVERY_MS
        sentence = {"begin_time": 0, "end_time": None, "text": "", "heartbeat": True, "sentence_end": False}
        return [{"output": {"sentence": {**sentence, "words": []}}, "usage": None}]

    def _result(self, heard: Heard) -> dict[str, Any]:
        said: dict[str, Any] = {
            "begin_time": heard.begin,
            "end_time": heard.end,
            "text": heard.text,
            "words": words(heard.text, heard.begin, heard.end or heard.position),
            "heartbeat": False,
            "sentence_end": heard.end is not None,
        }
        if self._numbered:
            said["sentence_id"] = heard.number + 1
        usage = None if heard.end is None else {"duration": heard.position // 1000}
        return {"output": {"sentence": said}, "usage": usage}


def words(text: str, begin: int, end: int) -> list[dict[str, Any]]:
    """The words of a text spread evenly over [begin, end) ms, marks attached to the word before them."""
    found = list(UNITS.finditer(text))
    step = (end - begin) / max(1, len(found))
    listed = []
    for i, unit in enumerate(found):
        tail = text[unit.end() : found[i + 1].start() if i + 1 < len(found) else len(text)].strip()
        times = {"begin_time": round(begin + i * step), "end_time": round(begin + (i + 1) * step)}
        listed.append({**times, "text": unit[0], "punctuation": tail, "fixed": False, "speaker_id": None})
    return listed
