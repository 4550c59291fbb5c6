"""Removes `<think>…</think>` from a stream; the tags may be cut anywhere. Pure."""

_OPEN, _CLOSE = "<think>", "</think>"


class Thoughts:
    """Feed what the model says, get what is meant to be heard."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._just_thought = False  # the empty lines after a thought belong to it

    def feed(self, text: str) -> str:
        """The audible part of the text so far; the beginning of a possible tag is held back."""
        self._held += text
        said = ""
        while True:
            tag = _CLOSE if self._thinking else _OPEN
            before, found, after = self._held.partition(tag)
            if not found:
                break
            said += self._audible(before)
            self._held = after
            self._just_thought = self._thinking
            self._thinking = not self._thinking
        cut = len(self._held) - _tail(self._held, tag)
        said += self._audible(self._held[:cut])
        self._held = self._held[cut:]
        return said

    def end(self) -> str:
        """What was held back and turned out to be no tag."""
        held, self._held = self._held, ""
        return self._audible(held)

    def _audible(self, text: str) -> str:
        if self._thinking:
            return ""
        if self._just_thought:
            text = text.lstrip("\n")
            self._just_thought = not text
        return text


def _tail(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    return next((n for n in range(min(len(text), len(tag) - 1), 0, -1) if tag.startswith(text[-n:])), 0)
