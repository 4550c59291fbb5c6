"""Does a process that lives still do its work? Answers and the time go in, a verdict comes out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

# True: it works. False: it does not answer. None: we cannot know, for what we would ask is away itself.
Ask = Callable[[], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True)
class Pulse:
    """A `Part.pulse`: hung after at least `misses` in a row that span `patience` seconds or more."""

    ask: Ask
    what: str  # what it fails to do, in words, e.g. "renew its lease"
    every: float = 5.0  # s between two questions
    misses: int = 3
    patience: float = 0.0


@dataclass(slots=True)
class Record:
    """One life's answers."""

    misses: int
    patience: float
    _count: int = 0
    _since: float = 0.0

    def heard(self, answer: bool | None, now: float) -> bool:
        """Is it hung? An answer, or not knowing, starts the count again."""
        if answer is not False:
            self._count = 0
            return False
        if self._count == 0:
            self._since = now
        self._count += 1
        return self._count >= self.misses and now - self._since >= self.patience

    def silence(self, now: float) -> float:
        """Seconds since the first miss in a row."""
        return now - self._since if self._count else 0.0
