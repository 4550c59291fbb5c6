"""One caller: sound to one of the vendor's ears, transcripts and usage from it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush, Transcript, Usage
from voice_engine.providers.dashscope_sdk import failures
from voice_engine.providers.dashscope_sdk.ears import Ear
from voice_engine.providers.dashscope_sdk.talk import Signal
from voice_engine.providers.dashscope_sdk.uplink import Uplink
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.sentences import Sentences
from voice_engine.providers.work import Ended

GAP_S = 0.4  # no frame for this long: we send the silence
LOOK_S = 0.5
SILENT_FLUSHES = 5  # unanswered, with not a word from the vendor meanwhile: it has stopped listening


@dataclass(frozen=True, slots=True)
class Setup:
    """When our ear heard somebody stop, `pad_ms` of silence follow, and with `commits` a commit; `wait_s` is
    how late the final may be.
    """

    ear: Callable[[asyncio.Queue[Any]], Ear]
    patience: Patience
    model: str
    rates: tuple[int, ...]
    pad_ms: int
    wait_s: float
    commits: bool = False


@dataclass(frozen=True, slots=True)
class _Flushed:
    at_ms: float
    empty: bool


class Hearing:
    """A recognition in progress (see work.py)."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._loop = asyncio.get_running_loop()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._ear = setup.ear(self.inbox)
        self._uplink = Uplink(self._ear.send_audio, self._ear.commit)
        self._sentences = Sentences(setup.wait_s)
        self._deadline: float | None = None  # for the start, later for the end
        self._started = self._ended = False
        self._billed_s = 0.0
        self._heard_at = 0.0
        self.over = False

    async def feed(self, frames: AsyncIterator[AudioFrame | Flush]) -> None:
        """Frames to the vendor, Flushes to the inbox."""
        empty = True
        async for frame in frames:
            if isinstance(frame, AudioFrame):
                empty = False
                self._sound(frame)
                continue
            self.inbox.put_nowait(_Flushed(self._uplink.position_ms, empty))
            if not empty:
                self._uplink.push(bytes(self._uplink.size(self._setup.pad_ms)))
                self._commit()
            empty = True
        if not empty:
            self._commit()
        self._uplink.pump(least=1)

    def _commit(self) -> None:
        if self._setup.commits:
            self._uplink.mark()

    def _sound(self, frame: AudioFrame) -> None:
        if not self._uplink.rate:
            self._begin(frame.rate)
        if frame.rate != self._uplink.rate or frame.channels != 1:
            what = f"{frame.channels} channels at {frame.rate} Hz after mono at {self._uplink.rate} Hz"
            raise failures.of("invalid_audio", f"The sound changed: {what}.")
        self._uplink.push(frame.pcm)

    def _begin(self, rate: int) -> None:
        setup = self._setup
        if rate not in setup.rates:
            raise failures.of("invalid_audio", f"{setup.model} takes {setup.rates} Hz, not {rate}.")
        self._uplink.rate = rate
        self._deadline = self._loop.time() + setup.patience.connect_s
        self._ear.begin(rate)

    async def next_item(self) -> Any:
        """What happens next; None when it is time to look after things."""
        times = [self._loop.time() + LOOK_S, self._sentences.deadline, self._deadline]
        try:
            async with asyncio.timeout_at(min(t for t in times if t is not None)):
                return await self.inbox.get()
        except TimeoutError:
            return None

    def react(self, item: Any) -> Iterator[Transcript | Usage]:
        """What the caller of `transcribe` gets to know; raises what ends the call."""
        now = self._loop.time()
        if isinstance(item, Exception):
            raise item
        if isinstance(item, dict):
            with failures.sensible():
                yield from self._event(item, now)
        elif isinstance(item, _Flushed):
            yield from self._sentences.flushed(item.at_ms, now, empty=item.empty)
        elif isinstance(item, Ended):
            self._ended = True
        elif item is Signal.STARTED:
            self._started, self._deadline, self._heard_at = True, None, now
            self._uplink.open()
            self._sentences.started(now)
        yield from self._look(now)

    def leave(self) -> None:
        """Hang up, politely where that is possible."""
        self._ear.leave()

    def _event(self, event: dict[str, Any], now: float) -> Iterator[Transcript | Usage]:
        self._heard_at = now
        told = self._ear.read(event)
        if told.sentence:
            yield from self._sentences.heard(told.sentence)
        if told.seconds is not None and told.seconds > self._billed_s:
            self._billed_s = told.seconds
            yield Usage({"seconds": told.seconds})
        elif told.sentence and told.sentence.final and not self._billed_s:
            yield self._estimate()
        if told.over:
            if not self._ended:
                raise failures.of("server", "DashScope ended the recognition by itself.")
            yield from self._finish()

    def _look(self, now: float) -> Iterator[Transcript | Usage]:
        yield from self._sentences.tick(now)
        if self.over:
            return
        if not self._uplink.rate:
            if self._ended:
                yield from self._finish()
        elif not self._started:
            if self._deadline is not None and now >= self._deadline:
                raise failures.of("timeout", "DashScope did not start the recognition.")
        elif self._ended:
            yield from self._wait_for_the_end(now)
        else:
            self._keep_going(now)

    def _wait_for_the_end(self, now: float) -> Iterator[Transcript | Usage]:
        if self._deadline is None:
            self._uplink.pump(least=1)
            self._ear.finish()
            self._deadline = now + self._setup.patience.stop_s
        elif now >= self._deadline:
            yield from self._finish()

    def _keep_going(self, now: float) -> None:
        self._uplink.fill(GAP_S)
        if not self._ear.alive():
            raise failures.of("network", "DashScope gives no sign of life.")
        silent_s = now - self._heard_at
        if self._sentences.overdue >= SILENT_FLUSHES and silent_s > self._setup.patience.alive_s:
            raise failures.of("timeout", "DashScope has stopped recognising.")

    def _finish(self) -> Iterator[Transcript | Usage]:
        self.over = True
        yield from self._sentences.end()
        if self._uplink.position_ms / 1000 > self._billed_s + 1:
            yield self._estimate()  # the vendor told the seconds up to its last final only, or none

    def _estimate(self) -> Usage:
        return Usage({"seconds": round(self._uplink.position_ms / 1000, 1)}, estimated=True)
