"""One conversation over as many sockets as it takes: a vendor's longest session is not the caller's.

Before a socket gets too old another one is opened and briefed, in a quiet moment; when a socket breaks, the
next one is briefed and hears the caller's unanswered sound once more. What the vendor was asked and has not
begun to answer is asked again.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import structlog

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base_realtime import (
    Append,
    Briefing,
    CallerSpeech,
    CallerWords,
    Expiring,
    Ready,
    Realtime,
    RealtimeEvent,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    Respond,
    Resumable,
)
from voice_engine.providers.realtime.inputs import Inputs
from voice_engine.providers.realtime.tape import Tape

PAUSES_S = (0.0, 0.3, 1.0)  # before each attempt in a row
PROVEN_S = 5.0  # a socket that lasted so long is a fresh start for the attempts
LOOK_S = 0.2  # between two looks whether the moment is quiet
LAST_S = 2.0  # before the end of a socket the moment need not be quiet

log = structlog.get_logger()


class _Leg:
    """One socket."""

    def __init__(self, now: float) -> None:
        self.inputs = Inputs()
        self.since = now
        self.ready = False
        self.task: asyncio.Task[None] | None = None
        self.replies: set[str] = set()  # being generated

    def leave(self) -> None:
        if self.task:
            self.task.cancel()


class Relay:
    """`brief` tells what a new socket must know, `quiet` whether nobody speaks just now, `failed` is told of
    what went wrong with a socket.
    """

    def __init__(
        self,
        realtime: Realtime,
        brief: Callable[[], Briefing],
        quiet: Callable[[], bool] = lambda: True,
        failed: Callable[[ProviderError], None] = lambda _: None,
    ) -> None:
        self._realtime, self._brief, self._quiet, self._failed = realtime, brief, quiet, failed
        self._inbox: asyncio.Queue[tuple[_Leg | None, Any]] = asyncio.Queue()
        self._legs: set[asyncio.Task[None]] = set()
        self._leg = self._next = _Leg(0.0)
        self._tape = Tape()
        self._owed: list[RealtimeInput] = []  # asked, and not begun to be answered
        self._answering = ""  # the reply to what was said or asked last
        self._handle = ""
        self._attempts = 0
        self._twice = False  # a turn that was over is heard again: nobody needs to be told
        self._words: CallerWords | None = None  # of a turn whose final has not come
        self._turn = ""  # the caller's last one
        self._again: dict[str, str] = {}  # turns that were heard twice: the new name → the first
        self._renew_at = self._end_at = 0.0
        self.renewals = 0

    async def converse(self) -> AsyncGenerator[RealtimeEvent, None]:
        """What happens, until `end`; raises ProviderError when no socket is to be had any more."""
        self._leg = self._next = self._open()
        self._hand_over(self._leg)
        try:
            while True:
                leg, event = await self._event()
                if leg is None:
                    return
                for told in self._react(leg, event):
                    yield told
                self._renew()
        finally:
            for task in self._legs:
                task.cancel()
            if self._legs:
                await asyncio.wait(set(self._legs))

    # ── in ───────────────────────────────────────────────────────────────────────────────────────────

    def take(self, item: RealtimeInput) -> None:
        """The next thing to tell the model, at once; what comes before `converse` waits for it."""
        if isinstance(item, AudioFrame):
            self._tape.add(item, heard=self._leg.ready)
        elif isinstance(item, Respond) or (isinstance(item, Append) and item.role == "user"):
            self._owed.append(item)
            self._answering = ""
        self._leg.inputs.put(item)

    def end(self) -> None:
        """There is nothing more."""
        self._inbox.put_nowait((None, None))

    # ── out ──────────────────────────────────────────────────────────────────────────────────────────

    async def _event(self) -> tuple[_Leg | None, Any]:
        try:
            async with asyncio.timeout_at(self._look_at()):
                return await self._inbox.get()
        except TimeoutError:
            return self._leg, None

    def _look_at(self) -> float | None:
        if not self._leg.ready or self._next is not self._leg:
            return None
        return max(self._renew_at, self._now() + LOOK_S) if self._now() >= self._renew_at else self._renew_at

    def _react(self, leg: _Leg, event: Any) -> Iterator[RealtimeEvent]:
        if event is None:
            return
        if leg is not self._leg:
            if leg is self._next:
                yield from self._succeed(leg, event)
        elif isinstance(event, ProviderError):
            yield from self._mend(leg, event)
        elif not self._repeated(event):
            self._notice(leg, event)
            yield self._renamed(event)

    def _notice(self, leg: _Leg, event: RealtimeEvent) -> None:
        match event:
            case ReplySound():
                self._answered(event.reply)
            case CallerSpeech():
                self._tape.speech(event.speaking)
                self._turn = event.turn
                self._answering = ""
            case ReplyBegan():
                leg.replies.add(event.reply)
                self._answering = event.reply
            case ReplyEnded():
                leg.replies.discard(event.reply)
                self._answered(event.reply)
            case CallerWords():
                self._words = None if event.final else event
            case Ready():
                self._begin(leg)
            case Expiring():
                self._expire(event.seconds)
            case Resumable():
                self._handle = event.handle

    def _answered(self, reply: str) -> None:
        if reply == self._answering:
            self._answering = ""
            self._forget()

    def _forget(self) -> None:
        """What was not answered in all that time is out of date."""
        self._tape.answered()
        self._owed.clear()

    def _repeated(self, event: RealtimeEvent) -> bool:
        """A turn that was announced over the socket before."""
        if not self._twice or not isinstance(event, CallerSpeech):
            return False
        self._twice = event.speaking
        self._again[event.turn] = self._turn
        return True

    def _renamed(self, event: RealtimeEvent) -> RealtimeEvent:
        if isinstance(event, CallerWords) and event.turn in self._again:
            return replace(event, turn=self._again[event.turn])
        return event

    # ── sockets ──────────────────────────────────────────────────────────────────────────────────────

    def _open(self, after_s: float = 0.0) -> _Leg:
        leg = _Leg(self._now())
        leg.task = asyncio.create_task(self._run(leg, after_s), name="realtime-socket")
        self._legs.add(leg.task)
        leg.task.add_done_callback(self._legs.discard)
        return leg

    async def _run(self, leg: _Leg, after_s: float) -> None:
        await asyncio.sleep(after_s)
        known = self._brief()
        briefing = Briefing(known.messages, known.tools, self._handle)
        try:
            async with aclosing(self._realtime.converse(briefing, leg.inputs)) as events:  # type: ignore[type-var]
                async for event in events:
                    self._inbox.put_nowait((leg, event))
        except ProviderError as error:
            self._inbox.put_nowait((leg, error))
        except Exception:  # boundary: a bug in one adapter must not leave the caller in silence
            log.exception("realtime_failed", provider=self._realtime.vendor)
            sentence = "An internal error; try again."
            self._inbox.put_nowait((leg, ProviderError("server", self._realtime.vendor, sentence)))

    def _begin(self, leg: _Leg) -> None:
        leg.ready, leg.since = True, self._now()
        self._renew_at = leg.since + self._realtime.session_s
        self._end_at = self._renew_at + self._realtime.session_s / 10 + LAST_S

    def _expire(self, seconds: float) -> None:
        self._renew_at = self._now()
        self._end_at = self._now() + seconds

    def _mend(self, leg: _Leg, error: ProviderError) -> Iterator[RealtimeEvent]:
        """The socket broke: another one, which hears again what was not answered."""
        if self._words and not self._tape.finished:
            yield replace(self._words, final=True)
        self._words = None
        for reply in sorted(leg.replies):
            yield ReplyEnded(reply, "broken")
        if leg.ready and self._now() - leg.since >= PROVEN_S:
            self._attempts = 0
        self._attempts += 1
        if not error.retryable or self._attempts > len(PAUSES_S):
            raise error
        self._failed(error)
        if leg.ready and error.kind == "timeout":
            self._forget()
        if self._next is not leg:
            self._next.leave()
        if not leg.ready:
            self._handle = ""  # perhaps that is what was wrong
        self._leg = self._next = self._open(PAUSES_S[self._attempts - 1])
        self._twice = self._tape.finished
        self._hand_over(self._leg)

    def _hand_over(self, leg: _Leg) -> None:
        for frame in self._tape.frames():
            leg.inputs.put(frame)
        for item in self._owed:
            leg.inputs.put(item)

    def _renew(self) -> None:
        """The socket is old: another one is opened beside it, in a quiet moment while there is time."""
        if not self._leg.ready or self._next is not self._leg or self._now() < self._renew_at:
            return
        if self._calm or self._now() >= self._end_at - LAST_S:
            self._next = self._open()

    @property
    def _calm(self) -> bool:
        """Nothing is being said, asked or answered."""
        busy = self._leg.replies or self._owed or self._tape.finished or self._tape.speaking
        return not busy and self._quiet()

    def _succeed(self, leg: _Leg, event: Any) -> Iterator[RealtimeEvent]:
        """The socket that is to take over is ready, or is not to be had."""
        if isinstance(event, ProviderError):
            self._failed(event)
            self._next, self._renew_at = self._leg, self._now() + PAUSES_S[-1]
        elif isinstance(event, Ready):
            between = self._leg.replies or self._owed or self._tape.finished
            if between and self._now() < self._end_at - LAST_S:
                leg.leave()  # it does not know what has been said meanwhile
                self._next = self._leg
                return
            for reply in sorted(self._leg.replies):
                yield ReplyEnded(reply, "broken")
            self._leg.leave()
            self._leg = leg
            self._begin(leg)
            self._twice = self._tape.finished
            self._hand_over(leg)
            self.renewals += 1
            log.info("realtime_socket_renewed", provider=self._realtime.vendor, renewals=self.renewals)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
