"""CosyVoice through Aliyun's official DashScope SDK.

Each synthesis is a task; its connection stays warm for the next one (see dashscope_sdk/links.py). Text goes
to the vendor as it comes, sound comes back as the vendor finishes it. The vendor cuts sentences itself and
speaks whole ones only: the last words follow when the text has ended.

Options: `sampleRate` (24000), `volume` (0–100, 50), `pitch` (0.5–2), `instruction` (how to speak), `seed`,
`wordTimes` (true; the vendor gives them for most voices from v2 on), `workspace`, and `parameters`, handed
to the vendor as they are.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.dashscope_sdk import VENDOR
from voice_engine.providers.dashscope_sdk.config import (
    Account,
    Patience,
    account,
    flag,
    number,
    parameters,
    patience,
    text,
)
from voice_engine.providers.dashscope_sdk.errors import failure, sensible
from voice_engine.providers.dashscope_sdk.line import Line
from voice_engine.providers.dashscope_sdk.links import WarmLinks
from voice_engine.providers.dashscope_sdk.talk import Signal
from voice_engine.providers.dashscope_sdk.words import WordClock, billed
from voice_engine.providers.work import Ended, carry_out

DEFAULT_MODEL = "cosyvoice-v3-flash"
RATES = (24000, 16000, 8000, 22050, 44100, 48000)
LONGEST_TEXT = 2000  # characters in one message; the vendor takes 20 000
LONGEST_FRAME_S = 0.5
LOOK_S = 0.5
LARGEST = 4 * 1024 * 1024  # bytes in one message
_VOICES = {"1": "longxiaochun", "2": "longxiaochun_v2", "3": "longanhuan"}
_HINTS = ("zh", "en", "fr", "de", "ja", "ko", "ru")
_SPEAKABLE = re.compile(r"[。！？；…!?;\n]|\.(\s|$)")  # the vendor has a whole sentence to speak

warm_links = WarmLinks()


class DashScopeTts:
    """A voice whose first sound comes with the first whole sentence of text."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        model = config.model or DEFAULT_MODEL
        rate = int(number(config, "sampleRate", RATES[0], min(RATES), max(RATES)))
        if rate not in RATES:
            raise BadRequest("bad_option", f"The DashScope option `sampleRate` is one of {RATES}.")
        if not 0.5 <= config.speed <= 2.0:
            raise BadRequest("bad_speed", "DashScope's voices speak at a `speed` from 0.5 to 2.")
        timed = flag(config, "wordTimes", True) and not model.startswith("cosyvoice-v1")
        self.capabilities = Capabilities(sample_rates=(rate,), languages=_HINTS, word_times=timed)
        self._setup = _Setup(
            account(config), patience(config), rate,
            {"task": "tts", "function": "SpeechSynthesizer", "model": model,
             "parameters": _parameters(config, model, rate, timed)},
        )  # fmt: skip

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate; word times where the voice has them; usage as the vendor counts it."""
        return carry_out(_Reply(self._setup), text)


@dataclass(frozen=True, slots=True)
class _Setup:
    account: Account
    patience: Patience
    rate: int
    request: Mapping[str, Any]


@dataclass(slots=True)
class _Sound:
    """Samples as they come, whole ones and in pieces of a handy size."""

    rate: int
    samples: int = 0
    half: bytes = field(default=b"")

    def frames(self, pcm: bytes) -> Iterator[AudioFrame]:
        data = self.half + pcm
        whole = len(data) // 2 * 2
        self.half = data[whole:]
        size = int(self.rate * LONGEST_FRAME_S) * 2
        for at in range(0, whole, size):
            piece = data[at : min(at + size, whole)]
            yield AudioFrame(piece, self.rate, self.samples)
            self.samples += len(piece) // 2


class _Reply:
    """One synthesis."""

    def __init__(self, setup: _Setup) -> None:
        self._setup = setup
        self._loop = asyncio.get_running_loop()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._line = Line(setup.account, self.inbox, setup.patience, warm_links)
        self._running = asyncio.Event()
        self._deadline: float | None = None
        self._words = WordClock()
        self._announced: list[WordTimes] = []  # of sound that is about to come
        self._sound = _Sound(setup.rate)
        self._characters = 0
        self._reported: float | None = None
        self._wanted = self._finished = False
        self.over = False

    def leave(self) -> None:
        """Silence: what the vendor still says is dropped in the background."""
        self._line.leave({"directive": "cancel"})

    async def feed(self, text: AsyncIterator[str]) -> None:
        """Text to the vendor. It connects, if need be, while the text is still being written."""
        self._line.start()
        waiting = ""
        async for piece in text:
            waiting += piece
            if waiting.strip():  # blanks alone would start a task for nothing
                await self._say(waiting)
                waiting = ""

    async def _say(self, text: str) -> None:
        if not self._wanted:
            self._wanted = True
            self._line.run(self._setup.request)
            self._expect(self._setup.patience.connect_s)
        await self._running.wait()
        for at in range(0, len(text), LONGEST_TEXT):
            while not self._line.send_input({"text": text[at : at + LONGEST_TEXT]}):
                await asyncio.sleep(0.02)  # the socket is full: rare, and `_deadline` ends it
                self._expect(self._setup.patience.result_s)
        self._characters += billed(text)
        if _SPEAKABLE.search(text):
            self._expect(self._setup.patience.result_s)

    def _expect(self, within_s: float) -> None:
        if self._deadline is None:
            self._deadline = self._loop.time() + within_s

    async def next_item(self) -> Any:
        """What happens next; None when nothing did although it was due."""
        while self._deadline is None or self._loop.time() < self._deadline:
            look = self._loop.time() + LOOK_S  # `feed` may have set a deadline meanwhile
            try:
                async with asyncio.timeout_at(min(look, self._deadline or look)):
                    return await self.inbox.get()
            except TimeoutError:
                continue
        return None

    def react(self, item: Any) -> Iterator[AudioFrame | WordTimes | Usage]:
        """What the caller of `synthesize` gets; raises what ends the reply."""
        if isinstance(item, Exception):
            raise item
        if item is None:
            raise failure("timeout", "DashScope brings no sound.")
        if isinstance(item, Ended):
            self._end_text()
            return
        self._deadline = None
        if item is Signal.STARTED:
            self._running.set()
        elif isinstance(item, bytes):
            yield from self._heard(item)
        else:
            with sensible():
                yield from self._event(item)
        if self._finished:
            self._expect(self._setup.patience.result_s)

    def _end_text(self) -> None:
        if not self._wanted:
            self.over = True
            return
        self._finished = True
        self._line.finish()
        self._expect(self._setup.patience.result_s)

    def _heard(self, pcm: bytes) -> Iterator[AudioFrame | WordTimes | Usage]:
        if len(pcm) > LARGEST:
            raise failure("server", "DashScope sent a frame of an impossible size.")
        first = not self._sound.samples
        yield from self._sound.frames(pcm)
        yield from self._words_heard()
        if first:  # if the reply is cut off before the vendor counts, this stands
            yield Usage({"characters": self._characters}, estimated=True)

    def _words_heard(self) -> Iterator[WordTimes]:
        yield from self._announced
        self._announced = []

    def _event(self, event: Mapping[str, Any]) -> Iterator[WordTimes | Usage]:
        payload = event.get("payload") or {}
        output = payload.get("output") or {}
        if times := self._words.times(output, self._sound.samples / self._setup.rate):
            self._announced.append(times)
        characters = (payload.get("usage") or {}).get("characters")
        if isinstance(characters, int | float) and characters != self._reported:
            self._reported = characters
            yield Usage({"characters": characters})
        if event["header"].get("event") == "task-finished":
            if not self._finished:
                raise failure("server", "DashScope ended the speech before its text.")
            self.over = True
            yield from self._words_heard()
            if self._reported is None:
                yield Usage({"characters": self._characters}, estimated=True)


def _parameters(config: ProviderConfig, model: str, rate: int, timed: bool) -> Mapping[str, Any]:
    known: dict[str, Any] = {
        "voice": _voice(config.voice, model),
        "text_type": "PlainText",
        "format": "pcm",
        "sample_rate": rate,
        "volume": int(number(config, "volume", 50, 0, 100)),
        "rate": config.speed,
        "pitch": number(config, "pitch", 1.0, 0.5, 2.0),
    }
    if timed:
        known["word_timestamp_enabled"] = True
    if instruction := text(config, "instruction"):
        known["instruction"] = instruction
    if "seed" in config.options:
        known["seed"] = int(number(config, "seed", 0, 0, 65535))
    hint = config.language.lower().partition("-")[0]
    if hint in _HINTS and not model.startswith("cosyvoice-v1"):
        known["language_hints"] = [hint]
    return {**known, **parameters(config)}


def _voice(voice: str, model: str) -> str:
    """The voice to use; raises BadRequest for one of another generation, the vendor's error 418."""
    generation = re.match(r"cosyvoice-v(\d)", model)
    if not generation:
        if not voice:
            raise BadRequest("voice_missing", f"{model} has no default voice; name one.")
        return voice
    example = _VOICES.get(generation[1], "one made for it")
    if not voice:
        return _VOICES.get(generation[1], _VOICES["3"])
    suffix = re.search(r"_v(\d)$", voice)
    if voice.startswith("cosyvoice-"):  # a cloned voice carries the model it was made for
        fits = voice.startswith(f"{model}-")
    elif suffix:
        fits = suffix[1] == generation[1]
    else:
        fits = generation[1] != "2"
    if not fits:
        message = f"The voice {voice!r} does not belong to {model}; use for example {example!r}."
        raise BadRequest("wrong_voice", message)
    return voice
