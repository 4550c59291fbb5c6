"""What goes wrong with vendors and what was done about it, for whoever writes it down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage
from voice_engine.providers.pool.figures import Component

What = Literal["failed", "hedged", "failed-over", "lost", "skipped", "limited", "opened", "closed"]
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that happened.

    failed: `provider` failed with `error`. hedged: it was late, `to_provider` is asked beside it.
    failed-over: `to_provider` goes on in its place. lost: it was asked and its answer was not needed.
    skipped: it cannot be used in this call. limited: a limit of the installation keeps it out. opened,
    closed: it is not asked for a while; it is again.
    `usage` is what the vendor bills although nothing came of it.
    """

    what: What
    component: Component
    provider: str
    model: str = ""
    to_provider: str = ""
    to_model: str = ""
    error: ProviderError | None = None
    usage: Usage | None = None


class Troubles:
    """One call's troubles. What is reported before anybody listens is kept for the first who does."""

    def __init__(self) -> None:
        self._watcher: Callable[[Trouble], None] | None = None
        self._kept: list[Trouble] = []

    def subscribe(self, watcher: Callable[[Trouble], None]) -> None:
        """From now on `watcher` is told, synchronously; at once of what has happened so far."""
        self._watcher = watcher
        kept, self._kept = self._kept, []
        for trouble in kept:
            watcher(trouble)

    def report(self, trouble: Trouble) -> None:
        """Something happened."""
        if self._watcher:
            self._watcher(trouble)
        elif len(self._kept) < _MOST_KEPT:
            self._kept.append(trouble)
