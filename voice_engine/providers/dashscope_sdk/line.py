"""One task on the vendor's side. The SDK blocks, so a task has one thread here, besides the SDK's reader."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import websocket

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.dashscope_sdk.config import Account, Patience
from voice_engine.providers.dashscope_sdk.errors import failure, provider_error
from voice_engine.providers.dashscope_sdk.links import Link, WarmLinks, connect, sdk
from voice_engine.providers.dashscope_sdk.wire import Wire

MOST_TASKS = 256  # of one process
STALE_S = 2.0  # a socket idle for longer may have been closed by the vendor without our knowing

_tasks = threading.BoundedSemaphore(MOST_TASKS)


class Signal(Enum):
    """What a task says besides its events."""

    STARTED = "started"


class Line:
    """Whatever the task says arrives in `inbox`: Signal.STARTED, then the vendor's events (dict) and sound
    (bytes), or as the last item a ProviderError.

    Call everything on the loop. `start` connects; `run` lets the task begin as soon as there is a connection;
    the three senders say whether the socket took it, and never wait. After `leave` nothing arrives any more.
    """

    def __init__(
        self,
        whose: Account,
        inbox: asyncio.Queue[Any],
        patience: Patience,
        keep: WarmLinks | None = None,
    ) -> None:
        self._account, self._inbox, self._patience, self._keep = whose, inbox, patience, keep
        self._loop = asyncio.get_running_loop()
        self._request: Mapping[str, Any] = {}
        self._wanted = threading.Event()
        self._room = _tasks
        self._left_at = 0.0
        self._link: Link | None = None
        self._wire: Wire | None = None
        self._task: Any = None
        self._started = self._ended_well = False

    # ── on the loop ──────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Connect in the background; raises ProviderError if there is no key or no room for another task."""
        if not self._account.api_key:
            raise failure("auth", "There is no DashScope API key; set DASHSCOPE_API_KEY or add a credential.")
        if not self._room.acquire(blocking=False):
            raise failure("server", f"This process runs {MOST_TASKS} DashScope tasks; start more engines.")
        try:
            threading.Thread(target=self._run, name="dashscope-task", daemon=True).start()
        except RuntimeError:  # the machine gives us no thread
            self._room.release()
            raise failure("server", "No thread is left for another DashScope task.") from None

    def run(self, request: Mapping[str, Any]) -> None:
        """Begin the task: run-task's task, function, model and parameters."""
        self._request = request
        self._wanted.set()

    def send_audio(self, pcm: bytes) -> bool:
        """Sound."""
        return self._send(lambda task: task.send_binary(pcm))

    def send_input(self, data: Mapping[str, Any]) -> bool:
        """continue-task."""
        return self._send(lambda task: task.continue_task(dict(data)))

    def finish(self) -> bool:
        """finish-task: there is no more input."""
        return self._send(lambda task: task.finish_task())

    def alive(self) -> bool:
        """Whether the other side still gives signs of life; asks for one if it has been quiet."""
        return self._wire is None or self._wire.alive(self._patience.alive_s)

    def leave(self, data: Mapping[str, Any] | None = None) -> None:
        """Be done with it: finish-task with this input; what still comes is dropped in the background."""
        if self._left_at:
            return
        self._left_at = time.monotonic()
        self._wanted.set()
        if self._started and self._send(lambda task: task.finish_task(dict(data or {}))):
            self._loop.call_later(self._patience.stop_s, self._abort)
        elif self._started or self._request or self._keep is None:
            self._abort()

    def _abort(self) -> None:
        if self._wire and not self._ended_well:
            self._wire.abort()

    def _send(self, how: Callable[[Any], None]) -> bool:
        if not self._started or not self._wire or not self._wire.writable():
            return False
        try:
            how(self._task)
        except (RuntimeError, OSError, websocket.WebSocketException):
            return False  # the task has ended; why, its thread is about to tell
        return True

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            self._talk()
        except Exception as error:  # noqa: BLE001  boundary: the SDK raises what it likes
            self._post(provider_error(error))
        finally:
            self._hang_up()
            self._room.release()

    def _talk(self) -> None:
        warm = self._keep.take(self._account) if self._keep is not None else None
        self._use(warm or self._connect())
        self._wanted.wait()
        if self._left_at:
            self._ended_well = not self._request
            return
        self._begin(warm is not None)
        self._post(Signal.STARTED)
        while not self._ended_well:
            event = self._next()
            if event is None or (isinstance(event, dict) and event["header"].get("event") == "task-finished"):
                self._ended_well = True
                self._hang_up()  # first: the next task may begin as soon as the end of this one is known
            if event is not None:
                self._post(event)

    def _connect(self) -> Link:
        def opening(wire: Wire) -> None:
            self._wire = wire

        return connect(self._account, self._patience.connect_s, opening)

    def _use(self, link: Link) -> None:
        self._link, self._wire = link, link.wire

    def _begin(self, warm: bool) -> None:
        assert self._link
        try:
            self._start_task(self._link)
        except TimeoutError:
            raise
        except (RuntimeError, OSError, websocket.WebSocketException, sdk().v2.errors.APIConnectionError):
            idle_s = time.monotonic() - self._link.since
            if self._left_at or not (warm or idle_s > STALE_S):
                raise
            self._link.close()
            self._use(self._connect())
            self._start_task(self._link)

    def _start_task(self, link: Link) -> None:
        self._task = link.connection.open_task(timeout=self._patience.connect_s)
        self._task.run_task(task_group="audio", **self._request)
        self._started = True

    def _next(self) -> dict[str, Any] | bytes | None:
        while True:
            try:
                event: dict[str, Any] | bytes | None = self._task.recv()
            except TimeoutError:
                if self._left_at and time.monotonic() > self._left_at + self._patience.stop_s:
                    raise
            else:
                return event

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        if link and self._ended_well and self._keep is not None:
            self._keep.give(self._account, link)
        elif link:
            link.close()

    def _post(self, item: Signal | dict[str, Any] | bytes | ProviderError) -> None:
        if self._left_at:
            return
        try:
            self._loop.call_soon_threadsafe(self._inbox.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody listens any more
            self._left_at = time.monotonic()
            self._abort()
