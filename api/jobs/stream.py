"""The engine's events as Redis keeps them: read in order, taken over from the dead, acknowledged when done.

An entry is removed as soon as it is acknowledged, so the stream's length is what is still to be applied.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import redis

from voice_engine.kernel.events import Event
from voice_engine.kernel.ids import is_id

STREAM = "yingda:events"
GROUP = "rows"
DEAD = "yingda:events:dead"
DEAD_KEPT = 10_000
CLAIM_AFTER_MS = 5_000  # a consumer that has not acknowledged for so long is dead or stuck
_FORGET_CONSUMER_MS = 3_600_000
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `id` is Redis's, `raw` the event's JSON (empty when the entry has been removed)."""

    id: bytes
    raw: bytes


class EventStream:
    """One consumer of the group. Every method raises redis.RedisError when Redis is away."""

    def __init__(self, client: redis.Redis, consumer: str) -> None:
        self._redis = client
        self._consumer = consumer

    def open(self) -> None:
        """Make the group, from the stream's beginning, and forget consumers that are long gone."""
        try:
            self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        for consumer in self._call(self._redis.xinfo_consumers(STREAM, GROUP)):
            if not consumer["pending"] and consumer["idle"] > _FORGET_CONSUMER_MS:
                self._redis.xgroup_delconsumer(STREAM, GROUP, consumer["name"])

    def unread(self, count: int, block_ms: int) -> list[Entry]:
        """New entries; waits up to `block_ms` for the first."""
        return self._read(">", count, block_ms)

    def unfinished(self, count: int) -> list[Entry]:
        """Entries this consumer has read and not acknowledged."""
        return self._read("0", count, None)

    def orphans(self, count: int) -> list[Entry]:
        """Entries of consumers that are dead or stuck; they are this consumer's from now on."""
        _, found, *_ = self._call(
            self._redis.xautoclaim(STREAM, GROUP, self._consumer, CLAIM_AFTER_MS, count=count)
        )
        return [_entry(*pair) for pair in found if pair[0]]  # Redis 6 names removed entries (nil, nil)

    def done(self, ids: Sequence[bytes]) -> None:
        """Acknowledge and remove."""
        if ids:
            pipe = self._redis.pipeline(transaction=True)
            pipe.xack(STREAM, GROUP, *ids)
            pipe.xdel(STREAM, *ids)
            pipe.execute()

    def bury(self, entries: Iterable[Entry], reason: str) -> None:
        """Keep what cannot be applied where somebody can look at it."""
        for entry in entries:
            fields: Any = {"event": entry.raw, "reason": reason[:500]}
            self._redis.xadd(DEAD, fields, maxlen=DEAD_KEPT, approximate=True)

    def length(self) -> int:
        """Entries that are not applied yet, read or not."""
        return int(self._call(self._redis.xlen(STREAM)))

    def _read(self, start: str, count: int, block_ms: int | None) -> list[Entry]:
        place: Any = {STREAM: start}
        consumer = self._consumer
        found = self._call(self._redis.xreadgroup(GROUP, consumer, place, count=count, block=block_ms))
        return [_entry(*pair) for _, entries in found or () for pair in entries]

    @staticmethod
    def _call(answer: Any) -> Any:
        return answer  # redis-py types every answer as "maybe awaitable"


def _entry(id: bytes, fields: dict[bytes, bytes] | None) -> Entry:
    return Entry(id, (fields or {}).get(b"event", b""))


def parse(raw: bytes) -> Event:
    """The event, fit for PostgreSQL; raises ValueError, KeyError or TypeError on anything else."""
    if _NUL.search(raw):
        raw = orjson.dumps(_without_nul(orjson.loads(raw)))
    event = Event.from_json(raw)
    ids = (event.org_id, event.call_id, event.session_id)
    if not all(isinstance(i, str) and is_id(i) for i in ids):
        raise ValueError("the event's ids are not UUIDs")
    whole = isinstance(event.seq, int) and isinstance(event.at_ms, int) and 0 < event.seq < 2**31
    if not whole or not isinstance(event.t, int | float) or not isinstance(event.data, dict):
        raise ValueError("the event's numbers or data are malformed")
    return event


def _without_nul(value: Any) -> Any:
    """PostgreSQL's JSON cannot hold U+0000; it becomes the replacement character."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value
