"""Results → text. Dictation sends pieces and replaces them later; transcription sends the whole sentence."""

from collections.abc import Iterable, Mapping
from typing import Any

_FRAME_MS = 10
_LEADING = "，。！？；、,.!?; "  # a mark before the first word belongs to the sentence before


class Pieces:
    """A sentence of dictation put together (`dwa: wpgs`)."""

    def __init__(self) -> None:
        self._pieces: dict[int, str] = {}
        self.begin_ms: float | None = None
        self.end_ms: float | None = None

    def add(self, result: Mapping[str, Any]) -> None:
        """A result: a piece more, or one instead of some that were told before."""
        if result.get("pgs") == "rpl":
            first, last = result["rg"]
            self._pieces = {n: text for n, text in self._pieces.items() if not first <= n <= last}
        self._pieces[int(result["sn"])] = _text(result["ws"])
        if parts := (result.get("vad") or {}).get("ws"):
            self.begin_ms = parts[0]["bg"] * _FRAME_MS if self.begin_ms is None else self.begin_ms
            self.end_ms = parts[-1]["ed"] * _FRAME_MS

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces[n] for n in sorted(self._pieces))


def sentence_text(sentence: Mapping[str, Any]) -> str:
    """The text of `cn.st`; a sentence of marks only is none."""
    return "".join(_text(part["ws"]) for part in sentence["rt"]).lstrip(_LEADING)


def _text(words: Iterable[Mapping[str, Any]]) -> str:
    return "".join(str(word["cw"][0]["w"]) for word in words if word["cw"])
