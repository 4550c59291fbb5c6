"""One talk with the vendor, a task or a session. The SDK blocks, so each has a thread of its own here."""

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum
from typing import Any

import websocket

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.dashscope_sdk import failures
from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.errors import provider_error
from voice_engine.providers.dashscope_sdk.links import Link, WarmLinks
from voice_engine.providers.dashscope_sdk.wire import Wire
from voice_engine.providers.duplex.codec import Patience

MOST_TALKS = 256  # of one process, hearing and speaking together

_room = threading.BoundedSemaphore(MOST_TALKS)


class Signal(Enum):
    """What a talk says besides the vendor's events."""

    STARTED = "started"


class Talk(ABC):
    """Whatever is said arrives in `inbox`: Signal.STARTED, then the vendor's events (dict) and sound (bytes),
    or as the last item a ProviderError.

    Call everything on the loop. `start` connects; senders say whether the socket took it, and never wait.
    After `leave` nothing arrives any more.
    """

    def __init__(
        self, whose: Account, inbox: asyncio.Queue[Any], patience: Patience, keep: WarmLinks | None = None
    ) -> None:
        self._account, self._inbox, self._patience, self._keep = whose, inbox, patience, keep
        self._loop = asyncio.get_running_loop()
        self._room = _room
        self._wanted = threading.Event()
        self._left_at = 0.0
        self._link: Link | None = None
        self._wire: Wire | None = None
        self._started = self._ended_well = self._broken = False
        # A talk that has ended may have given its connection to another one, which we must not touch.
        self._hold = threading.Lock()

    # ── on the loop ──────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Connect in the background; raises ProviderError if there is no key or no room for another talk."""
        if not self._account.api_key:
            raise failures.of(
                "auth", "There is no DashScope API key; set DASHSCOPE_API_KEY or add a credential."
            )
        if not self._room.acquire(blocking=False):
            raise failures.of("server", f"This process has {MOST_TALKS} DashScope talks; start more engines.")
        try:
            threading.Thread(target=self._run, name="dashscope-task", daemon=True).start()
        except RuntimeError:  # the machine gives us no thread
            self._room.release()
            raise failures.of("server", "No thread is left for another DashScope talk.") from None

    def alive(self) -> bool:
        """Whether the other side still gives signs of life; asks for one if it has been quiet."""
        return self._wire is None or self._wire.alive(self._patience.alive_s)

    @abstractmethod
    def leave(self) -> None:
        """Be done with it."""

    def _send(self, how: Callable[[], None]) -> bool:
        with self._hold:
            if not self._started or self._ended_well or not self._wire or not self._wire.writable():
                return False
            try:
                how()
            except (RuntimeError, OSError, websocket.WebSocketException):
                return False  # it has ended; why, its thread is about to tell
        return True

    def _abort(self, how: Callable[[Wire], None] = Wire.abort) -> None:
        with self._hold:
            self._broken = not self._ended_well
            if self._broken and self._wire:
                how(self._wire)

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def _talk(self) -> None:
        """Connect, and listen to the end."""

    def _run(self) -> None:
        try:
            self._talk()
        except Exception as error:  # noqa: BLE001  boundary: the SDK raises what it likes
            self._post(provider_error(error))
        finally:
            self._hang_up()
            self._room.release()

    def _opening(self, wire: Wire) -> None:
        self._wire = wire
        if self._broken:
            wire.abort()

    def _use(self, link: Link) -> Link:
        self._link = link
        self._opening(link.wire)
        return link

    def _end_well(self) -> None:
        """The connection may serve others, who may have it as soon as the end of this talk is known."""
        with self._hold:
            self._ended_well = not self._broken
        self._hang_up()

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        if link and self._ended_well and self._keep is not None:
            self._keep.give(link)
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
