"""Threads for handlers that wait: one hop there, one back, and nothing else.

anyio's do the same with a limiter, a cancel scope and a checkpoint for each call, at three times the price.
"""

import asyncio
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Context, Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Workers:
    """At most `most` threads, started as they are needed; further calls wait their turn.

    To be used from one event loop at a time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._under_way = 0
        weakref.finalize(self, _dismiss, self._jobs, self._threads)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, done in a thread under this task's context variables.

        If the task is cancelled meanwhile, the work is still finished.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._under_way += 1
        if len(self._threads) < min(self._under_way, self._most):
            self._hire()
        self._jobs.put((copy_context(), work, loop, answer))
        try:
            return await answer
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """Let the threads go once they are done; later work starts new ones."""
        _dismiss(self._jobs, self._threads)

    def _hire(self) -> None:
        thread = threading.Thread(target=_labour, args=(self._jobs,), name="worker", daemon=True)
        self._threads.append(thread)
        thread.start()


def _labour(jobs: "SimpleQueue[_Job | None]") -> None:
    while (job := jobs.get()) is not None:
        context, work, loop, answer = job
        result: Any = None
        failure: BaseException | None = None
        try:
            result = context.run(work)
        except BaseException as error:  # noqa: BLE001 - boundary: it is raised where it is waited for
            failure = error
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(_tell, answer, result, failure)
        del job, context, work, answer, result, failure  # an idle thread holds on to nothing


def _tell(answer: "asyncio.Future[Any]", result: Any, failure: BaseException | None) -> None:
    if answer.cancelled():
        return
    if failure is None:
        answer.set_result(result)
    else:
        answer.set_exception(failure)


def _dismiss(jobs: "SimpleQueue[_Job | None]", threads: list[threading.Thread]) -> None:
    for _ in threads:
        jobs.put(None)
    threads.clear()
