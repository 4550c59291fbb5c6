"""The pump of streaming recognisers: one connection for a call, sound in, transcripts out.

The vendor hears everything, silence too, and ends sentences by its own ear. A Flush (our ear: the speaker has
stopped) is sent as a pause at once, faster than real time, so that the final comes one round trip later.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Flush, Transcript, Usage
from voice_engine.providers.duplex import dialing
from voice_engine.providers.duplex.codec import (
    PATIENCE,
    Endpoint,
    Heard,
    Patience,
    Refused,
    Send,
    Signal,
    Stale,
    SttCodec,
)
from voice_engine.providers.duplex.socket import Closed, Socket
from voice_engine.providers.failures import Failures
from voice_engine.providers.sentences import Sentence, Sentences
from voice_engine.providers.work import Ended, carry_out

STALLED_S = 20.0  # sound that waits for a vendor that is not ready; a pool may bring 10 s of it at once
GAP_S = 0.4  # no frame for this long: we send the silence
LOOK_S = 0.25
SILENT_FLUSHES = 5  # unanswered, with not a word from the vendor meanwhile: it has stopped listening


@dataclass(frozen=True, slots=True)
class SttPlan:
    """How a recogniser is to be used.

    `dial` finds out where to connect (it may fetch a token; the pump bounds it). `codec` makes one for each
    connection. `rates` in Hz, the sound's own if it is among them. `chunk_ms` of sound make a message;
    `pad_ms` of silence follow a Flush (0: the codec's `pause` does it all); `final_s` is how late a final may
    be after a Flush. `fills_gaps`: the vendor hangs up when no sound comes. `at_once`: sound may follow the
    beginning without READY; `greets`: it may, and yet READY must come. `one_utterance`: a connection is one
    utterance (segment.py), which the vendor may end by itself, and of which it always says something.
    """

    failures: Failures
    dial: Callable[[], Awaitable[Endpoint]]
    codec: Callable[[], SttCodec]
    rates: tuple[int, ...] = (16000,)
    chunk_ms: int = 40
    pad_ms: int = 0
    final_s: float = 0.6
    fills_gaps: bool = True
    at_once: bool = False
    greets: bool = False
    one_utterance: bool = False
    patience: Patience = PATIENCE
    refused: Refused | None = None
    stale: Stale | None = None


def transcribe(plan: SttPlan, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
    """Transcripts of mono PCM at one of the plan's rates, the same throughout."""
    return carry_out(_Call(plan), frames)


async def warm_up(plan: SttPlan) -> None:
    """Knock: a recogniser's connection is a call, so none is kept. Raises ProviderError."""
    await dialing.knock_at(plan)


class PlannedStt:
    """A recogniser that is all in its plan; an adapter gives it `vendor` and `capabilities`."""

    _plan: SttPlan

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """As `transcribe` above."""
        return transcribe(self._plan, frames)

    async def warm(self) -> None:
        """See Warms."""
        await warm_up(self._plan)


@dataclass(frozen=True, slots=True)
class _Flushed:
    at_ms: float
    empty: bool


class _Call:
    """One caller."""

    def __init__(self, plan: SttPlan) -> None:
        self._plan, self._failures = plan, plan.failures
        self._loop = asyncio.get_running_loop()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._codec = plan.codec()
        self._socket: Socket | None = None
        self._uplink = _Uplink(plan, self._codec)
        self._sentences = Sentences(plan.final_s)
        self._deadline: float | None = None  # for READY, later for OVER
        self._ready = self._ended = self._told_end = False
        self._begins_again = self._began_again = False
        self._usage: Usage | None = None
        self._heard_at = 0.0
        self.over = False

    # what the caller says

    async def feed(self, source: AsyncIterator[AudioFrame | Flush]) -> None:
        """Frames to the vendor, Flushes to the inbox."""
        empty = True
        async for frame in source:
            if isinstance(frame, AudioFrame):
                empty = False
                if self._socket is None:
                    await self._connect(frame.rate)
                self._check(frame)
                self._uplink.push(frame.pcm)
                continue
            self.inbox.put_nowait(_Flushed(self._uplink.position_ms, empty))
            if not empty:
                self._uplink.pause()
            empty = True

    def _check(self, frame: AudioFrame) -> None:
        if frame.rate != self._uplink.rate or frame.channels != 1:
            what = f"{frame.channels} channels at {frame.rate} Hz after mono at {self._uplink.rate} Hz"
            raise self._failures.of("invalid_audio", f"The sound changed: {what}.")

    async def _connect(self, rate: int) -> None:
        if rate not in self._plan.rates:
            rule = f"{self._failures.label} takes {self._plan.rates} Hz, not {rate}."
            raise self._failures.of("invalid_audio", rule)
        self._uplink.rate = rate
        await self._dial()

    async def _dial(self) -> None:
        deadline = self._loop.time() + self._plan.patience.connect_s
        self._socket = self._uplink.socket = socket = await dialing.dialled(self._plan)
        socket.hand_over(self.inbox.put_nowait)
        for message in self._codec.begin(self._uplink.rate):
            socket.send(message)
        self._deadline = deadline
        if self._plan.greets:
            self._uplink.open()
        if self._plan.at_once:
            self.inbox.put_nowait(Signal.READY)

    # what the vendor says

    async def next_item(self) -> Any:
        """What happens next; None when it is time to look after things."""
        if self._begins_again:
            self._begins_again = False
            await self._dial()
        times = [self._loop.time() + LOOK_S, self._sentences.deadline, self._deadline]
        try:
            async with asyncio.timeout_at(min(t for t in times if t is not None)):
                return await self.inbox.get()
        except TimeoutError:
            return None

    def react(self, item: Any) -> Iterator[Transcript | Usage]:
        """What the caller of `transcribe` gets to know; raises what ends the call."""
        try:
            yield from self._react(item)
        except ProviderError as error:
            if not self._may_begin_again(error):
                dialing.name(error, self._socket)
                raise

    def _may_begin_again(self, error: ProviderError) -> bool:
        socket = self._socket
        if socket is None or self._ready or self._began_again or self._plan.greets:
            return False
        if not dialing.is_stale(self._plan, error, socket):
            return False
        self._begins_again = self._began_again = True
        socket.close()
        dialing.forget_messages(self.inbox)
        self._codec = self._uplink.codec = self._plan.codec()
        return True

    def _react(self, item: Any) -> Iterator[Transcript | Usage]:
        now = self._loop.time()
        if isinstance(item, str | bytes):
            self._heard_at = now
            with self._failures.sensible():
                yield from self._understood(list(self._codec.receive(item)), now)
        elif isinstance(item, Signal):
            yield from self._understood((item,), now)
        elif isinstance(item, _Flushed):
            yield from self._sentences.flushed(item.at_ms, now, empty=item.empty)
        elif isinstance(item, Ended):
            self._ended = True
        elif isinstance(item, Closed):
            yield from self._hung_up(item)
        elif isinstance(item, BaseException):
            raise item
        yield from self._look(now)

    def _understood(self, facts: Iterable[Heard], now: float) -> Iterator[Transcript | Usage]:
        for fact in facts:
            if isinstance(fact, Sentence):
                yield from self._sentences.heard(fact)
            elif isinstance(fact, Usage):
                self._usage = fact
                yield fact
            elif isinstance(fact, Send):
                assert self._socket
                self._socket.send(fact.message)
            elif fact is Signal.READY:
                self._ready, self._deadline = True, None
                self._uplink.open()
                yield from self._sentences.started(now)
            else:
                yield from self._vendor_over()

    def _vendor_over(self) -> Iterator[Transcript | Usage]:
        if not self._told_end and not self._plan.one_utterance:
            raise self._failures.of("server", f"{self._failures.label} ended the recognition by itself.")
        yield from self._finish()

    def _hung_up(self, closed: Closed) -> Iterator[Transcript | Usage]:
        failure = self._codec.closed(closed.code, closed.reason)
        if failure is not None:
            raise failure
        yield from self._vendor_over()

    # what is due

    def _look(self, now: float) -> Iterator[Transcript | Usage]:
        yield from self._sentences.tick(now)
        if self.over:
            return
        if self._socket is None:
            if self._ended:
                yield from self._finish()
        elif not self._ready:
            if self._deadline is not None and now >= self._deadline:
                raise self._failures.of("timeout", f"{self._failures.label} did not start the recognition.")
        elif self._ended:
            yield from self._wait_for_the_end(now)
        else:
            self._keep_going(now)

    def _wait_for_the_end(self, now: float) -> Iterator[Transcript | Usage]:
        if self._deadline is None:
            self._uplink.end()
            self._told_end, self._deadline = True, now + self._plan.patience.stop_s
        elif now >= self._deadline:
            if self._plan.one_utterance and not self._heard_at:
                raise self._failures.of("timeout", f"{self._failures.label} says nothing of what it heard.")
            yield from self._finish()

    def _keep_going(self, now: float) -> None:
        if self._plan.fills_gaps:
            self._uplink.fill(GAP_S)
        silent_s = now - self._heard_at
        if self._sentences.overdue >= SILENT_FLUSHES and silent_s > self._plan.patience.alive_s:
            raise self._failures.of("timeout", f"{self._failures.label} has stopped recognising.")

    def _finish(self) -> Iterator[Transcript | Usage]:
        self.over = True
        yield from self._sentences.end()
        sent_s = self._uplink.position_ms / 1000
        if sent_s and (self._usage is None or self._usage.estimated):
            yield Usage({"seconds": round(sent_s, 1)}, estimated=True)

    def leave(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()


class _Uplink:
    """Sound on its way to the vendor: gathered into messages of a sensible size."""

    def __init__(self, plan: SttPlan, codec: SttCodec) -> None:
        self._plan, self.codec = plan, codec
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._pauses: list[int] = []  # where in `_waiting` the codec is to be told of a pause
        self._pushed_at = 0.0
        self._bytes = 0
        self._open = False
        self.socket: Socket | None = None
        self.rate = 0

    @property
    def position_ms(self) -> float:
        """The recognition's clock: how much sound the vendor has got or will get."""
        return self._bytes / 2 / self.rate * 1000 if self.rate else 0.0

    def open(self) -> None:
        """The vendor takes sound."""
        self._open = True
        pauses, self._pauses = self._pauses, []
        done = 0
        for at in pauses:
            self._pump(at - done, least=1)
            self._send(self.codec.pause())
            done = at
        self._pump(len(self._waiting))

    def push(self, pcm: bytes) -> None:
        """More sound; raises ProviderError when the vendor takes none for long."""
        self._pushed_at = self._loop.time()
        self._bytes += len(pcm)
        self._waiting += pcm
        if self._open:
            self._pump(len(self._waiting))
        elif len(self._waiting) > self._size(STALLED_S * 1000):
            failures = self._plan.failures
            raise failures.of("network", f"{failures.label} takes no sound.")

    def pause(self) -> None:
        """The speaker has stopped: everything so far, and the silence the vendor's ear waits for."""
        if self._plan.pad_ms:
            self.push(bytes(self._size(self._plan.pad_ms)))
        if self._open:
            self._pump(len(self._waiting), least=1)
            self._send(self.codec.pause())
        else:
            self._pauses.append(len(self._waiting))

    def end(self) -> None:
        """There is no more."""
        self._pump(len(self._waiting), least=1)
        self._send(self.codec.end())

    def fill(self, gap_s: float) -> None:
        """Silence in place of frames that do not come: the vendor's ear and its timeouts need sound."""
        gap = self._loop.time() - self._pushed_at
        if gap > gap_s:
            self.push(bytes(self._size(min(gap, 1.0) * 1000)))

    def _size(self, ms: float) -> int:
        return int(self.rate * ms / 1000) * 2

    def _pump(self, until: int, least: int = 0) -> None:
        size = self._size(self._plan.chunk_ms)
        sent = 0
        while until - sent >= (least or size):
            chunk = bytes(self._waiting[sent : min(sent + size, until)])
            self._send(self.codec.audio(chunk))
            sent += len(chunk)
        del self._waiting[:sent]

    def _send(self, messages: Iterable[str | bytes]) -> None:
        assert self.socket
        for message in messages:
            self.socket.send(message)
