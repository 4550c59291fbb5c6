"""The pump of streaming voices: text in as it is written, sound out as it is made.

One synthesis is one session on a socket; where the protocol allows, the socket is kept warm for the next
one, also after a synthesis that nobody wanted to hear to its end.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage, WordTimes
from voice_engine.providers.duplex import dialing, warm
from voice_engine.providers.duplex.codec import (
    PATIENCE,
    Endpoint,
    Messages,
    Patience,
    Refused,
    Said,
    Send,
    Signal,
    Sound,
    Stale,
    TtsCodec,
)
from voice_engine.providers.duplex.socket import Closed, Socket
from voice_engine.providers.failures import Failures
from voice_engine.providers.pieces import Pieces
from voice_engine.providers.work import Ended, carry_out

LEAST_S = 0.1  # of sound that move a deadline: a voice that drips does not speak
LONGEST_S = 600.0  # of one synthesis, which is a reply at most
LOOK_S = 0.25
SPEAKABLE = re.compile(r"[。！？；…!?;\n]|\.(\s|$)")  # the vendor has a whole sentence to speak

Spoken = AudioFrame | WordTimes | Usage
# Which synthesis a socket serves next: any; one after a synthesis that was heard to its end; none.
Reuse = Literal["always", "finished", "never"]


@dataclass(frozen=True, slots=True)
class TtsPlan:
    """How a voice is to be used.

    `dial` finds out where to connect (it may fetch a token; the pump bounds it). `codec` makes one for each
    synthesis. `rate` in Hz of its sound. `longest` characters make a message of text. `keep_s` seconds a
    socket is kept for the next synthesis of the same `account` (0: one synthesis per socket); where `reuse`
    is not `always`, a spare one is connected as soon as a synthesis begins. Characters are counted by
    `count` until the vendor tells its own. `at_once`: text may follow the beginning without READY;
    `resumes`: only on a socket that has served before.
    """

    failures: Failures
    dial: Callable[[], Awaitable[Endpoint]]
    codec: Callable[[], TtsCodec]
    rate: int
    longest: int = 1000
    keep_s: float = 0.0
    account: Hashable = None
    count: Callable[[str], int] = len
    patience: Patience = PATIENCE
    at_once: bool = False
    resumes: bool = False
    reuse: Reuse = "always"
    refused: Refused | None = None
    stale: Stale | None = None


def synthesize(plan: TtsPlan, text: AsyncIterator[str]) -> AsyncIterator[Spoken]:
    """Sound at the plan's rate, word times where the codec has them, usage as the vendor counts it."""
    return carry_out(_Reply(plan), text)


async def warm_up(plan: TtsPlan) -> None:
    """Have a socket ready for the next synthesis, where they are kept, or knock; raises ProviderError."""
    if not plan.keep_s:
        await dialing.knock_at(plan)
    elif not warm.count(plan.account):
        await warm.open_shelf()
        warm.give(plan.account, await dialing.dialled(plan), plan.keep_s)


class PlannedTts:
    """A voice that is all in its plan; an adapter gives it `vendor` and `capabilities`."""

    _plan: TtsPlan

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[Spoken]:
        """As `synthesize` above."""
        return synthesize(self._plan, text)

    async def warm(self) -> None:
        """See Warms."""
        await warm_up(self._plan)


class _Reply:
    """One synthesis."""

    def __init__(self, plan: TtsPlan) -> None:
        self._plan, self._failures = plan, plan.failures
        self._loop = asyncio.get_running_loop()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._codec = plan.codec()
        self._socket: Socket | None = None
        self._ready = asyncio.Event()
        self._deadline: float | None = None
        self._counted = 0  # samples until the deadline was moved last
        self._sound = Pieces(plan.rate)
        self._announced: list[WordTimes] = []  # of sound that is about to come
        self._characters = 0
        self._usage: Usage | None = None
        self._begun = self._told_end = self._fresh = False
        self._begins_again = self._began_again = self._failed = False
        self.over = False

    # what is to be said

    async def feed(self, source: AsyncIterator[str]) -> None:
        """Text to the vendor. It connects, if need be, while the text is still being written."""
        waiting = ""
        async for piece in source:
            waiting += piece
            if waiting.strip():  # blanks alone would be a synthesis for nothing
                await self._say(waiting)
                waiting = ""

    async def _say(self, text: str) -> None:
        if self._socket is None:
            await self._begin()
        await self._ready.wait()
        for at in range(0, len(text), self._plan.longest):
            self._send(self._codec.text(text[at : at + self._plan.longest]))
        self._characters += self._plan.count(text)
        if SPEAKABLE.search(text):
            self._expect(self._plan.patience.result_s)

    async def _begin(self) -> None:
        self._begun = True
        socket = warm.take(self._plan.account, self.inbox.put_nowait) if self._plan.keep_s else None
        if socket is None:
            await self._dial()
        else:
            self._begin_on(socket)

    async def _dial(self) -> None:
        if self._plan.keep_s:
            await warm.open_shelf()
        socket = await dialing.dialled(self._plan)
        socket.hand_over(self.inbox.put_nowait)
        self._begin_on(socket)

    def _begin_on(self, socket: Socket) -> None:
        self._socket = socket
        self._expect(self._plan.patience.connect_s)
        self._fresh, socket.used = not socket.used, True
        self._send(self._codec.begin(self._fresh))
        if self._plan.at_once or (self._plan.resumes and not self._fresh):
            self.inbox.put_nowait(Signal.READY)
        if self._plan.keep_s and self._plan.reuse != "always":
            warm.prepare(self._plan.account, partial(dialing.dialled, self._plan), self._plan.keep_s)

    def _send(self, messages: Messages) -> None:
        assert self._socket
        for message in messages:
            self._socket.send(message)

    def _expect(self, within_s: float) -> None:
        if self._deadline is None:
            self._deadline = self._loop.time() + within_s

    # what the vendor says

    async def next_item(self) -> Any:
        """What happens next; None when nothing did although it was due."""
        if self._begins_again:
            self._begins_again = False
            await self._dial()
        while self._deadline is None or self._loop.time() < self._deadline:
            look = self._loop.time() + LOOK_S  # `feed` may have set a deadline meanwhile
            try:
                async with asyncio.timeout_at(min(look, self._deadline or look)):
                    return await self.inbox.get()
            except TimeoutError:
                continue
        return None

    def react(self, item: Any) -> Iterator[Spoken]:
        """What the caller of `synthesize` gets; raises what ends the reply."""
        try:
            yield from self._react(item)
        except ProviderError as error:
            if not self._may_begin_again(item, error):
                self._failed = True
                dialing.name(error, self._socket)
                raise

    def _may_begin_again(self, item: Any, error: ProviderError) -> bool:
        socket = self._socket
        if socket is None or self._ready.is_set() or self._began_again:
            return False
        broke = isinstance(item, Closed) and not self._fresh
        if not broke and not dialing.is_stale(self._plan, error, socket):
            return False
        self._begins_again = self._began_again = True
        self._deadline = None
        socket.close()
        dialing.forget_messages(self.inbox)
        self._codec = self._plan.codec()
        return True

    def _react(self, item: Any) -> Iterator[Spoken]:
        if item is None:
            raise self._failures.of("timeout", f"{self._failures.label} brings no sound.")
        if isinstance(item, Ended):
            self._end_text()
        elif isinstance(item, str | bytes):
            with self._failures.sensible():
                yield from self._spoken(list(self._codec.receive(item)))
        elif isinstance(item, Signal):
            yield from self._spoken((item,))
        elif isinstance(item, Closed):
            yield from self._hung_up(item)
        else:
            raise item

    def _end_text(self) -> None:
        if not self._begun:
            self.over = True
            return
        self._told_end = True
        self._send(self._codec.end())
        self._expect(self._plan.patience.result_s)

    def _spoken(self, facts: Iterable[Said]) -> Iterator[Spoken]:
        for fact in facts:
            if isinstance(fact, Sound):
                yield from self._heard(fact.pcm)
            elif isinstance(fact, Usage):
                self._usage = fact
                yield fact
            elif isinstance(fact, Send):
                self._send((fact.message,))
            elif fact is Signal.READY:
                self._deadline = None
                self._ready.set()
            elif fact is Signal.OVER:
                yield from self._vendor_over()
            else:
                self._announced.append(fact)

    def _heard(self, pcm: bytes) -> Iterator[Spoken]:
        first = not self._sound.samples
        yield from self._sound.frames(pcm)
        if self._sound.samples > self._plan.rate * LONGEST_S:
            raise self._failures.of("server", f"{self._failures.label} does not stop speaking.")
        yield from self._words_heard()
        if first and self._usage is None:  # if the reply is cut off before the vendor counts, this stands
            yield Usage({"characters": self._characters}, estimated=True)
        if self._sound.samples - self._counted >= self._plan.rate * LEAST_S:
            self._counted, self._deadline = self._sound.samples, None
            if self._told_end:
                self._expect(self._plan.patience.result_s)

    def _words_heard(self) -> Iterator[WordTimes]:
        yield from self._announced
        self._announced = []

    def _hung_up(self, closed: Closed) -> Iterator[Spoken]:
        failure = self._codec.closed(closed.code, closed.reason)
        if failure is not None:
            raise failure
        yield from self._vendor_over()

    def _vendor_over(self) -> Iterator[Spoken]:
        if not self._told_end:
            raise self._failures.of("server", f"{self._failures.label} ended the speech before its text.")
        self.over = True
        yield from self._words_heard()
        if self._usage is None:
            yield Usage({"characters": self._characters}, estimated=True)

    def leave(self) -> None:
        """Silence. The socket is kept, at once or when the vendor has ended what it was saying."""
        socket = self._socket
        if socket is None:
            return
        plan = self._plan
        again = plan.reuse == "always" or (plan.reuse == "finished" and self.over)
        spent = self._failed or not socket.open or not self._ready.is_set()
        if not plan.keep_s or not again or spent:
            socket.close()
        elif self.over:
            warm.give(self._plan.account, socket, self._plan.keep_s)
        else:
            _Remainder(self._plan, self._codec, socket).drop()


class _Remainder:
    """What a vendor still says of a synthesis that nobody wants any more."""

    def __init__(self, plan: TtsPlan, codec: TtsCodec, socket: Socket) -> None:
        self._plan, self._codec, self._socket = plan, codec, socket
        self._done = False

    def drop(self) -> None:
        """Cancel and listen until OVER, then keep the socket; hang up if that takes long or goes wrong."""
        self._socket.told = self._told
        warm.returning(self._socket)
        try:
            for message in self._codec.cancel():
                self._socket.send(message)
        except ProviderError:
            self._end(keep=False)
            return
        asyncio.get_running_loop().call_later(self._plan.patience.stop_s, self._end, False)

    def _told(self, message: Any) -> None:
        if isinstance(message, BaseException):
            self._end(keep=False)
            return
        try:
            with self._plan.failures.sensible():
                facts = list(self._codec.receive(message))
        except ProviderError:
            self._end(keep=False)
            return
        if Signal.OVER in facts:
            self._end(keep=True)

    def _end(self, keep: bool) -> None:
        if self._done:
            return
        self._done = True
        warm.returned(self._socket)
        if keep and self._socket.open:
            warm.give(self._plan.account, self._socket, self._plan.keep_s)
        else:
            self._socket.close()
