"""Utterances of a realtime transcription: deltas are added up, finals come in the order of speaking. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from voice_engine.providers.sentences import Sentence

MOST_HELD = 4  # finals that wait for an earlier one; then that is given up


@dataclass(slots=True)
class Item:
    """One utterance; times in ms of the sound."""

    text: str = ""
    done: bool = False
    begin_ms: float | None = None
    end_ms: float | None = None
    shown: str = ""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return ((self.end_ms or 0) - (self.begin_ms or 0)) / 1000


class Items:
    """Those that are not over, by the vendor's names."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._items: dict[str, Item] = {}
        self._over: set[str] = set()
        self._count = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is owed."""
        return not self._order

    def of(self, name: str) -> Item:
        """The item of this name; a new one is the last."""
        if name not in self._items:
            self._items[name] = Item()
            if name not in self._over:
                self._order.append(name)
        return self._items[name]

    def follow(self, name: str, previous: str | None) -> Item:
        """The same, but right behind its predecessor."""
        item = self.of(name)
        if previous in self._order and name in self._order:
            self._order.remove(name)
            self._order.insert(self._order.index(previous) + 1, name)
        return item

    def nothing(self, begin_ms: float, end_ms: float) -> None:
        """An utterance in which the vendor found no sound."""
        item = self.of(f"nothing at {begin_ms}")
        item.begin_ms, item.end_ms, item.done = begin_ms, end_ms, True

    def told(self) -> Iterator[Sentence]:
        """What is new: finals in order, then the words of the oldest that is not final."""
        while self._order:
            item = self._items[self._order[0]]
            late = sum(self._items[name].done for name in self._order) >= MOST_HELD
            if not item.done and not late:
                if item.text != item.shown:
                    item.shown = item.text
                    yield self._sentence(item, final=False)
                return
            yield self._sentence(item, final=True)
            name = self._order.pop(0)
            self._over.add(name)
            del self._items[name]
            self._count += 1

    def _sentence(self, item: Item, *, final: bool) -> Sentence:
        return Sentence(item.text, final, self._count, item.begin_ms, item.end_ms)
