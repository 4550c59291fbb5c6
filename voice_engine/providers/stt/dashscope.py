"""Paraformer and Fun-ASR through Aliyun's official DashScope SDK.

One task for the whole call. It hears everything, silence too; a Flush sends the vendor's ear a pause at once
instead of waiting for it, so that the final is there one round trip later (see sentences.py).

Options: `maxSentenceSilence` (ms of pause that end a sentence, 200–6000, 400), `finalWaitMs` (how late a
final may be after a Flush, 600), `padFlush` (true), `vocabularyId` (hot words), `workspace`, and
`parameters`, handed to the vendor as they are.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.dashscope_sdk import VENDOR
from voice_engine.providers.dashscope_sdk.config import (
    Account,
    Patience,
    account,
    flag,
    language,
    number,
    parameters,
    patience,
    text,
)
from voice_engine.providers.dashscope_sdk.errors import failure, sensible
from voice_engine.providers.dashscope_sdk.line import Line
from voice_engine.providers.dashscope_sdk.results import sentence_of
from voice_engine.providers.dashscope_sdk.talk import Signal
from voice_engine.providers.sentences import Sentences
from voice_engine.providers.work import Ended, carry_out

DEFAULT_MODEL = "paraformer-realtime-v2"
PAD_MORE_MS = 60  # beyond the pause that ends a sentence, for the vendor's own frames
LEAST, MOST = 1024, 8192  # bytes of a frame; the vendor wants 1 to 16 KB
STALLED_S = 10.0  # sound the socket has not taken
GAP_S = 0.4  # no frame for this long: we send the silence
LOOK_S = 0.5
SILENT_FLUSHES = 5  # unanswered, with not a word from the vendor meanwhile: it has stopped listening

_PARAFORMER = ("zh", "en", "ja", "yue", "ko", "de", "fr", "ru")
_FUN_ASR = ("zh", "en", "ja")


class DashScopeStt:
    """A recogniser that ends sentences by itself and, sooner, when told that the speaker has stopped."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        model = config.model or DEFAULT_MODEL
        known = _FUN_ASR if model.startswith("fun-asr") else _PARAFORMER
        rates = (8000,) if "8k" in model else (16000, 8000) if model == DEFAULT_MODEL else (16000,)
        self.capabilities = Capabilities(sample_rates=rates, languages=known, endpoints_itself=True)
        pause_ms = int(number(config, "maxSentenceSilence", 400, 200, 6000))
        known_parameters: dict[str, Any] = {
            "format": "pcm",
            "max_sentence_silence": pause_ms,
            "semantic_punctuation_enabled": False,
            "heartbeat": True,
        }
        if hint := language(config, known):
            known_parameters["language_hints"] = [hint]
        if vocabulary := text(config, "vocabularyId"):
            known_parameters["vocabulary_id"] = vocabulary
        self._setup = _Setup(
            account(config), patience(config), model, {**known_parameters, **parameters(config)}, rates,
            pad_ms=pause_ms + PAD_MORE_MS if flag(config, "padFlush", True) else 0,
            wait_s=number(config, "finalWaitMs", 600, 50, 5000) / 1000,
        )  # fmt: skip

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at one of the promised rates, the same throughout."""
        return carry_out(_Call(self._setup), frames)


@dataclass(frozen=True, slots=True)
class _Setup:
    account: Account
    patience: Patience
    model: str
    parameters: Mapping[str, Any]
    rates: tuple[int, ...]
    pad_ms: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class _Flushed:
    at_ms: float
    empty: bool


class _Call:
    """One caller."""

    def __init__(self, setup: _Setup) -> None:
        self._setup = setup
        self._loop = asyncio.get_running_loop()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._line = Line(setup.account, self.inbox, setup.patience)
        self._uplink = _Uplink(self._line)
        self._sentences = Sentences(setup.wait_s)
        self._deadline: float | None = None  # for task-started, later for task-finished
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
            empty = True
        self._uplink.pump(least=1)

    def _sound(self, frame: AudioFrame) -> None:
        if not self._uplink.rate:
            self._begin(frame.rate)
        if frame.rate != self._uplink.rate or frame.channels != 1:
            what = f"{frame.channels} channels at {frame.rate} Hz after mono at {self._uplink.rate} Hz"
            raise failure("invalid_audio", f"The sound changed: {what}.")
        self._uplink.push(frame.pcm)

    def _begin(self, rate: int) -> None:
        setup = self._setup
        if rate not in setup.rates:
            raise failure("invalid_audio", f"{setup.model} takes {setup.rates} Hz, not {rate}.")
        self._uplink.rate = rate
        self._line.start()
        self._deadline = self._loop.time() + setup.patience.connect_s
        heard = {**setup.parameters, "sample_rate": rate}
        self._line.run({"task": "asr", "function": "recognition", "model": setup.model, "parameters": heard})

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
            with sensible():
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
        self._line.leave()

    def _event(self, event: Mapping[str, Any], now: float) -> Iterator[Transcript | Usage]:
        self._heard_at = now
        payload = event.get("payload") or {}
        sentence = (payload.get("output") or {}).get("sentence")
        if isinstance(sentence, dict) and (heard := sentence_of(sentence)):
            yield from self._sentences.heard(heard)
        seconds = (payload.get("usage") or {}).get("duration")
        if isinstance(seconds, int | float) and seconds > self._billed_s:
            self._billed_s = seconds
            yield Usage({"seconds": seconds})
        if event["header"].get("event") == "task-finished":
            if not self._ended:
                raise failure("server", "DashScope ended the recognition by itself.")
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
                raise failure("timeout", "DashScope did not start the recognition.")
        elif self._ended:
            yield from self._wait_for_the_end(now)
        else:
            self._keep_going(now)

    def _wait_for_the_end(self, now: float) -> Iterator[Transcript | Usage]:
        if self._deadline is None:
            self._uplink.pump(least=1)
            self._line.finish()
            self._deadline = now + self._setup.patience.stop_s
        elif now >= self._deadline:
            yield from self._finish()

    def _keep_going(self, now: float) -> None:
        self._uplink.fill(GAP_S)
        if not self._line.alive():
            raise failure("network", "DashScope gives no sign of life.")
        silent_s = now - self._heard_at
        if self._sentences.overdue >= SILENT_FLUSHES and silent_s > self._setup.patience.alive_s:
            raise failure("timeout", "DashScope has stopped recognising.")

    def _finish(self) -> Iterator[Transcript | Usage]:
        self.over = True
        yield from self._sentences.end()
        sent_s = self._uplink.position_ms / 1000
        if sent_s > self._billed_s + 1:  # the vendor told the seconds up to its last final only
            yield Usage({"seconds": round(sent_s, 1)}, estimated=True)


class _Uplink:
    """Sound on its way to the vendor: gathered into frames of a sensible size, late if the socket is."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._pushed_at = 0.0
        self._bytes = 0
        self._open = False
        self.rate = 0

    @property
    def position_ms(self) -> float:
        """The task's clock: how much sound the vendor has got or will get."""
        return self._bytes / 2 / self.rate * 1000 if self.rate else 0.0

    def size(self, ms: float) -> int:
        """Bytes of so much sound."""
        return int(self.rate * ms / 1000) * 2

    def open(self) -> None:
        """The task has started."""
        self._open = True
        self.pump(least=1)

    def push(self, pcm: bytes) -> None:
        """More sound; raises ProviderError when the socket takes none for long."""
        self._pushed_at = self._loop.time()
        self._bytes += len(pcm)
        self._waiting += pcm
        self.pump(least=LEAST)
        if len(self._waiting) > self.size(STALLED_S * 1000):
            raise failure("network", "DashScope takes no more sound.")

    def pump(self, least: int) -> None:
        """Send what is there, if it is at least so much."""
        while self._open and len(self._waiting) >= least:
            if not self._line.send_audio(bytes(self._waiting[:MOST])):
                return
            del self._waiting[:MOST]

    def fill(self, gap_s: float) -> None:
        """Silence in place of frames that do not come: the vendor's ear and its timeouts need sound."""
        gap = self._loop.time() - self._pushed_at
        if gap > gap_s:
            self.push(bytes(self.size(min(gap, 1.0) * 1000)))
