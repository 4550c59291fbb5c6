"""Removes `<think>…</think>` from a stream; the tags may be cut anywhere. Pure."""

_OPEN, _CLOSE = "<think>", "</think>"


class Thoughts:
    """Feed what the model says, get what is meant to be heard."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def feed(self, text: str) -> str:
        """The audible part of the text so far; the beginning of a possible tag is held back."""
        self._held += text
        said = ""
        while True:
            tag = _CLOSE if self._thinking else _OPEN
            before, found, after = self._held.partition(tag)
            if not found:
                break
            said += "" if self._thinking else before
            self._thinking = not self._thinking
            self._held = after.lstrip("\n") if tag == _CLOSE else after
        keep = _tail(self._held, tag)
        cut = len(self._held) - keep
        said += "" if self._thinking else self._held[:cut]
        self._held = self._held[cut:]
        return said

    def end(self) -> str:
        """What was held back and turned out to be no tag."""
        return "" if self._thinking else self._held


def _tail(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    return next((n for n in range(min(len(text), len(tag) - 1), 0, -1) if tag.startswith(text[-n:])), 0)
