"""Which engine runs the next call: the one with the most free slots that is not draining."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import orjson
from redis import Redis

from voice_engine.kernel.errors import Unavailable

_REPORT_EVERY = 2.0  # s. Between two reports an engine's count does not show what was placed meanwhile.


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine process, as it reports itself every two seconds."""

    id: str
    url: str
    slots: int
    active: int
    draining: bool
    full: bool = False
    queue_room: int = 0

    @property
    def free(self) -> int:
        """Calls it can still take. A process that is overloaded has none, whatever its slots."""
        return 0 if self.draining or self.full else max(0, self.slots - self.active)


class NoEngine(Unavailable):
    """Nobody can take the call now; the answer asks to try again."""

    def __init__(self, message: str) -> None:
        super().__init__("no_engine_available", message)


def most_free(engines: Iterable[Engine], placed: dict[str, int]) -> Engine:
    """The best engine, `placed` being the calls its report does not count yet; raises NoEngine."""
    room = [(engine.free - placed.get(engine.id, 0), engine) for engine in engines]
    free, engine = max(room, key=lambda pair: pair[0], default=(0, None))
    if engine is None:
        raise NoEngine("No engine is running; start one or try again in a moment.")
    return engine if free > 0 else _shortest_queue([engine for _, engine in room])


def _shortest_queue(engines: Iterable[Engine]) -> Engine:
    """Where a caller may wait for a slot; raises NoEngine."""
    engine = max(engines, key=lambda engine: engine.queue_room)
    if engine.draining or engine.queue_room <= 0:
        raise NoEngine("All engines are busy; try again in a moment or start another one.")
    return engine


class Placement:
    """Reads the engines' registry in Redis; remembers what this process placed in the last two seconds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._recent: deque[tuple[float, str]] = deque()
        self._counts: Counter[str] = Counter()  # of `_recent`, by engine
        self._lock = Lock()

    def choose(self, now: float) -> Engine:
        """An engine for one more call at monotonic `now`; raises NoEngine."""
        engines = self.engines()
        with self._lock:
            engine = most_free(engines, self._placed(now))
            self._recent.append((now, engine.id))
            self._counts[engine.id] += 1
        return engine

    def pinned(self, engine_id: str) -> Engine:
        """This very engine, if it is alive; raises NoEngine."""
        found = _engine(self._redis.get(f"yingda:engine:{engine_id}"))
        if found is None:
            raise NoEngine(f"The engine {engine_id} is not running.")
        return found

    def engines(self) -> list[Engine]:
        """All that are alive."""
        # SORT, because it reads the set and what its members name in one round trip.
        reports: Any = self._redis.sort("yingda:engines", by="nosort", get=["yingda:engine:*"])
        engines = [engine for report in reports if (engine := _engine(report)) is not None]
        return sorted(engines, key=lambda engine: engine.id)

    def _placed(self, now: float) -> dict[str, int]:
        while self._recent and now - self._recent[0][0] >= _REPORT_EVERY:
            _, engine_id = self._recent.popleft()
            self._counts[engine_id] -= 1
        return self._counts


def _engine(report: Any) -> Engine | None:
    if report is None:
        return None
    raw = orjson.loads(report)
    return Engine(
        raw["id"], raw.get("url", ""), raw["slots"], raw["active"], raw.get("draining", False),
        raw.get("full", False), raw.get("queueRoom", 0),
    )  # fmt: skip
