"""One task on the vendor's side: recognition by Paraformer and Fun-ASR, synthesis by CosyVoice."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import websocket

from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.links import Link, WarmLinks, connect, sdk
from voice_engine.providers.dashscope_sdk.talk import Signal, Talk
from voice_engine.providers.duplex.codec import Patience

STALE_S = 2.0  # a socket idle for longer may have been closed by the vendor without our knowing


class Line(Talk):
    """A task. `run` lets it begin as soon as there is a connection."""

    def __init__(
        self, whose: Account, inbox: asyncio.Queue[Any], patience: Patience, keep: WarmLinks | None = None
    ) -> None:
        super().__init__(whose, inbox, patience, keep)
        self._request: Mapping[str, Any] = {}
        self._task: Any = None

    # ── on the loop ──────────────────────────────────────────────────────────────────────────────────

    def run(self, request: Mapping[str, Any]) -> None:
        """Begin the task: run-task's task, function, model and parameters."""
        self._request = request
        self._wanted.set()

    def send_audio(self, pcm: bytes) -> bool:
        """Sound."""
        return self._send(lambda: self._task.send_binary(pcm))

    def send_input(self, data: Mapping[str, Any]) -> bool:
        """continue-task."""
        return self._send(lambda: self._task.continue_task(dict(data)))

    def finish(self) -> bool:
        """finish-task: there is no more input."""
        return self._send(lambda: self._task.finish_task())

    def leave(self, data: Mapping[str, Any] | None = None) -> None:
        """Be done with it: finish-task with this input; what still comes is dropped in the background."""
        if self._left_at:
            return
        self._left_at = time.monotonic()
        self._wanted.set()
        if self._send(lambda: self._task.finish_task(dict(data or {}))):
            self._loop.call_later(self._patience.stop_s, self._abort)
        elif self._started or self._request or self._keep is None:
            self._abort()

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────

    def _talk(self) -> None:
        warm = self._keep.take(self._account) if self._keep is not None else None
        link = self._use(warm or self._connect())
        self._wanted.wait()
        if self._left_at:
            if not self._request:
                self._end_well()
            return
        self._begin(link, warm is not None)
        self._post(Signal.STARTED)
        over = False
        while not over:
            event = self._next()
            over = event is None or (
                isinstance(event, dict) and event["header"].get("event") == "task-finished"
            )
            if over:
                self._end_well()
            if event is not None:
                self._post(event)

    def _connect(self) -> Link:
        return connect(self._account, self._patience.connect_s, self._opening)

    def _begin(self, link: Link, warm: bool) -> None:
        try:
            self._start_task(link)
        except TimeoutError:
            raise
        except (RuntimeError, OSError, websocket.WebSocketException, sdk().v2.errors.APIConnectionError):
            idle_s = time.monotonic() - link.since
            if self._left_at or not (warm or idle_s > STALE_S):
                raise
            link.close()
            self._start_task(self._use(self._connect()))

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
