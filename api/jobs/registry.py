"""Who does what: tasks by name, periodic work, and those who listen to the engine's events.

Resources register themselves when they are imported; `load` imports every module that has something to say.
Listeners hear a batch in the order of MODULES: calls first, because the others look at the call's row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

from api.db.tx import TenantSession
from api.jobs.context import Jobs
from voice_engine.kernel.events import Event

MODULES = (
    "api.v1.calls.listeners",
    "api.v1.calls.legs",
    "api.v1.usage.listeners",
    "api.v1.webhooks.listeners",
    "api.v1.calls.tasks",
    "api.v1.structured_outputs.tasks",
    "api.v1.calls.erasure",
    "api.v1.calls.dialling",
    "api.v1.calls.reaper",
    "api.v1.usage.tasks",
    "api.v1.webhooks.tasks",
    "api.v1.files.tasks",
    "api.v1.sessions.sweep",
    "api.jobs.sweep",
)

Task = Callable[..., None]  # (jobs, org_id, **args): does its own transactions, may be run twice
Periodic = Callable[[Jobs], None]


@dataclass(frozen=True, slots=True)
class Every:
    """Periodic work and its interval in seconds."""

    seconds: float
    work: Periodic


@dataclass
class Batch:
    """Events of one session, in order and each for the first time, inside the transaction that applies them.

    The call's row is locked. They follow directly what was heard before, unless they are `late`. `history`
    gives every event of the call so far, this batch's included. `memo` is for what listeners share.
    """

    jobs: Jobs
    session: TenantSession
    org_id: str
    call_id: str
    events: list[Event]
    late: bool
    history_of: Callable[[], list[Event]]
    memo: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def history(self) -> list[Event]:
        return self.history_of()

    @property
    def types(self) -> set[str]:
        return {event.type for event in self.events}


Listener = Callable[[Batch], None]

TASKS: dict[str, Task] = {}
PERIODIC: dict[str, Every] = {}
LISTENERS: list[Listener] = []


def task(name: str) -> Callable[[Task], Task]:
    """Register work that `db.outbox.enqueue` names."""

    def register(function: Task) -> Task:
        TASKS[name] = function
        return function

    return register


def every(name: str, seconds: float) -> Callable[[Periodic], Periodic]:
    """Register work that beat starts."""

    def register(function: Periodic) -> Periodic:
        PERIODIC[name] = Every(seconds, function)
        return function

    return register


def listener(function: Listener) -> Listener:
    """Register somebody who hears every batch of events."""
    LISTENERS.append(function)
    return function


def load() -> None:
    """Import whatever registers itself; importing twice is harmless."""
    for module in MODULES:
        import_module(module)
