"""Words: how they are written, when they sound, what they cost. Pure."""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from voice_engine.providers.base import WordTimes

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_TAG = re.compile(r"</?(break|s|sub|phoneme|soundEvent|say-as)\b[^<>]*>")
_SLACK_S = 0.05


def billed(text: str) -> int:
    """How the vendor counts characters: a Han character is two, everything else one."""
    return len(text) + len(_HAN.findall(text))


def as_ssml(text: str) -> str:
    """Text as one SSML document. Text without the vendor's tags is plain and stays what it was."""
    if text.lstrip().startswith("<speak"):
        return text
    return f"<speak>{text if _TAG.search(text) else escape(text)}</speak>"


class WordClock:
    """Word times of one synthesis. The vendor may repeat words, and its models differ in where times begin:
    with the task or with the sentence.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()
        self._sentence = -1
        self._began_s = 0.0
        self._offset_s: float | None = None
        self._last_s = 0.0

    def times(self, output: Mapping[str, Any], sounded_s: float) -> WordTimes | None:
        """The words that are new in this result, in seconds since the synthesis began.

        `sounded_s` is how much sound has come so far.
        """
        sentence = output.get("sentence")
        if not isinstance(sentence, Mapping):
            return None
        index = int(sentence.get("index") or 0)
        if index != self._sentence:
            self._sentence, self._began_s, self._offset_s = index, sounded_s, None
        words = [w for w in sentence.get("words") or () if self._is_new(index, w)]
        if not words:
            return None
        return self._placed(words)

    def _is_new(self, index: int, word: Mapping[str, Any]) -> bool:
        begin = word.get("begin_time")
        if not isinstance(begin, int | float) or not isinstance(word.get("end_time"), int | float):
            return False
        key = (index, int(word.get("begin_index", begin)))
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _placed(self, words: list[Mapping[str, Any]]) -> WordTimes:
        if self._offset_s is None:
            restarted = words[0]["begin_time"] / 1000 < self._last_s - _SLACK_S
            self._offset_s = self._began_s if restarted else 0.0
        starts, ends = [], []
        for word in words:
            start = max(self._last_s, self._offset_s + word["begin_time"] / 1000)
            self._last_s = max(start, self._offset_s + word["end_time"] / 1000)
            starts.append(start)
            ends.append(self._last_s)
        return WordTimes(tuple(str(w.get("text", "")) for w in words), tuple(starts), tuple(ends))
