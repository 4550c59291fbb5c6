"""What each organisation's calls saw of vendors, counted so that the counts of all processes add up. Pure.

Handed over every few seconds (bookkeeper.py), read by the API.

A wait is counted in a bucket whose bounds are 10 % apart: percentiles are right within 5 %, whoever adds.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from voice_engine.providers.pool.figures import Component, Figures, Wait

STEP = math.log(1.1)
LEAST_MS = 1.0
_APART = "\x1f"  # stands in no model's name that a vendor knows


class Both:
    """Tells two who count."""

    def __init__(self, one: Figures, other: Figures) -> None:
        self._one, self._other = one, other

    def asked(self) -> None:
        """A request begins."""
        self._one.asked()
        self._other.asked()

    def waited(self, what: Wait, seconds: float) -> None:
        """It took so long."""
        self._one.waited(what, seconds)
        self._other.waited(what, seconds)

    def failed(self, kind: str) -> None:
        """It failed in this way."""
        self._one.failed(kind)
        self._other.failed(kind)


class Book:
    """One process's counts since they were handed over last."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def figures(self, org_id: str, component: Component, provider: str, model: str) -> Figures:
        """Where a pool counts for one organisation."""
        return _Page(self, org_id, f"{component}{_APART}{provider}{_APART}{model}{_APART}")

    def count(self, org_id: str, name: str) -> None:
        """One more."""
        self._counts.setdefault(org_id, Counter())[name] += 1

    def hand_over(self) -> dict[str, Counter[str]]:
        """The counts by organisation; they begin at nothing again."""
        counts, self._counts = self._counts, {}
        return counts


class _Page:
    def __init__(self, book: Book, org_id: str, vendor: str) -> None:
        self._book, self._org_id, self._vendor = book, org_id, vendor

    def asked(self) -> None:
        self._book.count(self._org_id, f"{self._vendor}asked")

    def waited(self, what: Wait, seconds: float) -> None:
        place = round(math.log(max(seconds * 1000, LEAST_MS)) / STEP)
        self._book.count(self._org_id, f"{self._vendor}{what}{_APART}{place}")

    def failed(self, kind: str) -> None:
        self._book.count(self._org_id, f"{self._vendor}failed{_APART}{kind}")


@dataclass(slots=True)
class Seen:
    """One vendor's model: requests, failures by kind, and the waits by what was waited for."""

    component: str
    provider: str
    model: str
    requests: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    waits: dict[str, Counter[int]] = field(default_factory=dict)

    def percentile(self, what: str, share: float) -> float | None:
        """In ms; None when nothing was measured."""
        counted = self.waits.get(what)
        if not counted:
            return None
        rank, passed = share * sum(counted.values()), 0
        for place in sorted(counted):
            passed += counted[place]
            if passed >= rank:
                return math.exp(place * STEP)
        return None

    def measured(self, what: str) -> int:
        """How many waits."""
        return sum(self.waits.get(what, {}).values())


def read(counts: Iterable[Mapping[str, int]]) -> list[Seen]:
    """What several handed-over counts say together, by component, provider and model."""
    found: dict[tuple[str, str, str], Seen] = {}
    for page in counts:
        for name, number in page.items():
            parts = name.split(_APART)
            if len(parts) < 4:
                continue
            vendor = (parts[0], parts[1], parts[2])
            _add(found.setdefault(vendor, Seen(*vendor)), parts[3:], int(number))
    return [found[vendor] for vendor in sorted(found)]


def _add(seen: Seen, what: list[str], number: int) -> None:
    match what:
        case ["asked"]:
            seen.requests += number
        case ["failed", kind]:
            seen.failures[kind] += number
        case [wait, place]:
            seen.waits.setdefault(wait, Counter())[int(place)] += number
