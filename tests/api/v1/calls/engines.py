"""Stands in for engine processes at the only place the API meets them: Redis."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from redis import Redis


def register(redis: Redis, id: str = "engine-1", *, slots: int = 60, active: int = 0, **more: Any) -> None:
    """What an engine writes every two seconds."""
    report = {"id": id, "url": "", "socket": "", "slots": slots, "active": active, "draining": False, **more}
    redis.sadd("yingda:engines", id)
    redis.set(f"yingda:engine:{id}", orjson.dumps(report), ex=600)


def go_live(redis: Redis, call_id: str, engine_id: str = "engine-1") -> None:
    """The engine has taken the call."""
    redis.set(f"yingda:live:{call_id}", engine_id, ex=600)


@contextmanager
def answering(
    redis: Redis, answer: Callable[[dict[str, Any]], Any], engine_id: str = "engine-1"
) -> Iterator[list[dict[str, Any]]]:
    """An engine that answers one control message; yields what it got."""
    got: list[dict[str, Any]] = []

    def run() -> None:
        popped = redis.blpop([f"yingda:control:{engine_id}"], timeout=1.5)
        if popped is None:
            return
        request = orjson.loads(popped[1])
        got.append(request)
        reply = f"yingda:reply:{request['id']}"
        redis.rpush(reply, orjson.dumps(answer(request)))
        redis.expire(reply, 10)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield got
    finally:
        thread.join()
