"""What the person at the other end really heard: the wire's sound, with the text it carries.

A scripted voice writes into each sample which character it is speaking, so what was heard is known without
asking the engine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voice_engine.speak.pacing import SLOT_S

_LOWEST = 6000  # of a voice; a bed of noise stays below
_CHARS = 24000
_JOINED_S = 0.05  # a shorter gap is not heard as one


class Book:
    """Sample values ↔ the characters they stand for, in the order in which they were synthesised.

    Not `legible`: another sound is mixed in, and the values say nothing.
    """

    def __init__(self) -> None:
        self._chars: list[str] = []
        self.legible = True

    def write(self, char: str) -> int:
        """The sample value for the next character."""
        self._chars.append(char)
        return _LOWEST + (len(self._chars) - 1) % _CHARS

    def read(self, value: int) -> str:
        """The character a value stands for; empty if none does."""
        index = value - _LOWEST
        return self._chars[index] if self.legible and 0 <= index < len(self._chars) else ""


@dataclass(slots=True)
class Sound:
    """One stretch of the agent's voice, as heard. `chars` are (when, character)."""

    begin: float
    end: float
    chars: list[tuple[float, str]]

    @property
    def text(self) -> str:
        """What it said."""
        return "".join(char for _, char in self.chars)


Flush = tuple[int, float]  # after so many slots, at this time


def heard(played: Sequence[tuple[float, bytes]], flushes: Sequence[Flush], book: Book) -> list[Sound]:
    """The stretches of voice; the wire plays what it was given one after the other until it is flushed."""
    sounds: list[Sound] = []
    last = 0
    for begin, pcm in _on_air(played, flushes):
        values = [int.from_bytes(pcm[i : i + 2], "little", signed=True) for i in (0, len(pcm) // 4 * 2)]
        if max(values) < _LOWEST:
            continue
        if not sounds or begin - sounds[-1].end > _JOINED_S:
            sounds.append(Sound(begin, begin, []))
        sound = sounds[-1]
        sound.end = begin + SLOT_S
        for value in values:
            if value != last and value >= _LOWEST:
                sound.chars.append((begin, book.read(value)))
                last = value
    return sounds


def _on_air(played: Sequence[tuple[float, bytes]], flushes: Sequence[Flush]) -> Iterator[tuple[float, bytes]]:
    """When each slot sounds; what was flushed before its time never does."""
    done, cursor = 0, 0.0
    for count, gone in [*flushes, (len(played), float("inf"))]:
        for at, pcm in played[done:count]:
            cursor = max(cursor, at)
            if cursor < gone:
                yield cursor, pcm
            cursor += SLOT_S
        done, cursor = count, min(cursor, gone)
