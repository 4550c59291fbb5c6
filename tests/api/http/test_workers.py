"""Work in threads: answers, errors and context come along; never more threads than allowed."""

import asyncio
import gc
import threading
from contextvars import ContextVar

import pytest

from api.http.workers import Workers

colour: ContextVar[str] = ContextVar("colour")


async def test_what_the_work_returns_or_raises_comes_back():
    workers = Workers(1)

    assert await workers.run(lambda: threading.current_thread().name) == "worker"
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 // 0)


async def test_context_variables_go_along_and_do_not_leak():
    workers = Workers(1)
    colour.set("red")

    assert await workers.run(lambda: (colour.get(), colour.set("blue"))[0]) == "red"
    assert colour.get() == "red"


async def test_no_more_threads_than_allowed_and_everyone_has_a_turn():
    workers, both = Workers(2), threading.Barrier(2, timeout=5)

    def work() -> str:
        both.wait()
        return str(threading.get_ident())

    idents = await asyncio.gather(*(workers.run(work) for _ in range(10)))

    assert len(set(idents)) == 2


async def test_work_of_a_cancelled_task_is_finished():
    workers, go, done = Workers(1), threading.Event(), threading.Event()
    task = asyncio.create_task(workers.run(lambda: (go.wait(5), done.set())))
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()

    assert done.wait(5)
    assert await workers.run(lambda: "still here") == "still here"


async def test_threads_end_with_their_workers():
    workers = Workers(1)
    thread = await workers.run(threading.current_thread)

    del workers
    gc.collect()
    thread.join(5)

    assert not thread.is_alive()


async def test_after_closing_new_threads_are_started():
    workers = Workers(1)
    first = await workers.run(threading.current_thread)

    workers.close()
    first.join(5)

    assert not first.is_alive()
    assert await workers.run(lambda: 1) == 1
    workers.close()
