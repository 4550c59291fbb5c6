"""One realtime session on the vendor's side: recognition by Qwen-ASR, synthesis by Qwen-TTS."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from voice_engine.providers.dashscope_sdk import failures
from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.links import Link, WarmLinks, connect_session
from voice_engine.providers.dashscope_sdk.talk import Signal, Talk
from voice_engine.providers.dashscope_sdk.wire import Wire
from voice_engine.providers.duplex.codec import Patience


class Session(Talk):
    """A session with its settings. The vendor takes those once, and one socket is one session.

    With `keep`, a session waits to be wanted: `begin` it before anything is sent. The response that follows
    `last` ends the talk, and the session waits for the next one with the same settings.
    """

    def __init__(
        self,
        whose: Account,
        model: str,
        settings: Mapping[str, Any],
        inbox: asyncio.Queue[Any],
        patience: Patience,
        keep: WarmLinks | None = None,
    ) -> None:
        super().__init__(whose, inbox, patience, keep)
        self._model, self._settings = model, settings
        self._is_last = False
        if keep is None:
            self._wanted.set()

    # ── on the loop ──────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Something is about to be sent."""
        self._wanted.set()

    def last(self) -> None:
        """The response that was asked for, or is about to be, is the last one."""
        self._is_last = True

    def send(self, kind: str, **fields: Any) -> bool:
        """A client event."""
        return self._send(lambda: self._session.send_event({"type": kind, **fields}))

    def leave(self) -> None:
        """Be done with it. A session in the middle of something is of no use to others."""
        if self._left_at:
            return
        self._left_at = time.monotonic()
        if self._wanted.is_set():
            self._abort(Wire.close)
        self._wanted.set()

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────

    @property
    def _session(self) -> Any:
        assert self._link
        return self._link.connection

    def _talk(self) -> None:
        unused = not self._wanted.is_set()
        self._use(self._warm() or self._connect())
        self._started = True
        self._post(Signal.STARTED)
        self._wanted.wait()
        if self._left_at and unused and not self._broken:
            self._end_well()
            return
        over = False
        while not over:
            event = self._next()
            over = event["type"] == "session.finished" or (self._is_last and event["type"] == "response.done")
            if over:
                self._end_well()
            self._post(event)

    def _warm(self) -> Link | None:
        link = self._keep.take(self._serves) if self._keep is not None else None
        if link and link.wire.readable():  # an end, or something that is not meant for us
            link.close()
            return None
        return link

    @property
    def _serves(self) -> tuple[Account, str, str]:
        return (self._account, self._model, repr(self._settings))

    def _connect(self) -> Link:
        patience = self._patience
        link = self._use(
            connect_session(
                self._account, self._model, patience.connect_s, 2 * patience.alive_s, self._opening
            )
        )
        link.serves = self._serves
        self._expect("session.created")
        self._session.send_event({"type": "session.update", "session": dict(self._settings)})
        self._expect("session.updated")
        return link

    def _expect(self, kind: str) -> None:
        event = self._next()
        if event["type"] != kind:
            raise failures.of("server", f"DashScope said {event['type']} instead of {kind}.")

    def _next(self) -> dict[str, Any]:
        event: dict[str, Any] | None = self._session.recv_event()
        if event is None:
            raise failures.of("network", "The connection broke.")
        return {**event, "type": str(event.get("type"))}
