"""One reply: text to one of the vendor's voices, sound and usage from it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Usage, WordTimes
from voice_engine.providers.dashscope_sdk import failures
from voice_engine.providers.dashscope_sdk.talk import Signal
from voice_engine.providers.dashscope_sdk.voices import Voice, speakable
from voice_engine.providers.dashscope_sdk.words import billed
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.pieces import Pieces
from voice_engine.providers.work import Ended

LOOK_S = 0.5
LARGEST = 4 * 1024 * 1024  # bytes in one message


@dataclass(frozen=True, slots=True)
class Setup:
    """`voice` makes one for each reply; it speaks at `rate` Hz."""

    voice: Callable[[asyncio.Queue[Any]], Voice]
    patience: Patience
    rate: int


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


class Speech:
    """A synthesis in progress (see work.py)."""

    def __init__(self, setup: Setup) -> None:
        self._patience = setup.patience
        self._loop = asyncio.get_running_loop()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._voice = setup.voice(self.inbox)
        self._sound = Pieces(setup.rate)
        self._deadline: float | None = None
        self._text = ""  # not yet said
        self._characters = 0
        self._used: Usage | None = None
        self._wanted = self._running = self._ended = self._finished = False
        self.over = False

    def leave(self) -> None:
        """Silence."""
        self._voice.leave()

    async def feed(self, text: AsyncIterator[str]) -> None:
        """Text to the vendor. It connects, if need be, while the text is still being written."""
        self._voice.start()
        async for piece in text:
            self.inbox.put_nowait(_Text(piece))

    async def next_item(self) -> Any:
        """What happens next; None when nothing did although it was due."""
        while self._deadline is None or self._loop.time() < self._deadline:
            look = self._loop.time() + LOOK_S
            try:
                async with asyncio.timeout_at(min(look, self._deadline or look)):
                    return await self.inbox.get()
            except TimeoutError:
                self._go_on()
        return None

    def react(self, item: Any) -> Iterator[AudioFrame | WordTimes | Usage]:
        """What the caller of `synthesize` gets; raises what ends the reply."""
        if isinstance(item, Exception):
            raise item
        if item is None:
            raise failures.of("timeout", "DashScope brings no sound.")
        if isinstance(item, _Text):
            self._text += item.text
        elif isinstance(item, Ended):
            self._ended = True
        else:
            self._deadline = None
            yield from self._heard(item)
        self._go_on()
        if self.over and self._used is None and self._wanted:
            yield Usage({"characters": self._characters}, estimated=True)

    def _heard(self, item: Any) -> Iterator[AudioFrame | WordTimes | Usage]:
        if item is Signal.STARTED:
            self._running = True
            return
        with failures.sensible():
            told = list(self._voice.read(item, self._sound.samples / self._sound.rate))
        for what in told:
            if isinstance(what, bytes):
                yield from self._frames(what)
            elif what != self._used:
                self._used = what if isinstance(what, Usage) else self._used
                yield what
        if self._voice.over and not self._finished:
            raise failures.of("server", "DashScope ended the speech before its text.")

    def _frames(self, pcm: bytes) -> Iterator[AudioFrame | Usage]:
        if len(pcm) > LARGEST:
            raise failures.of("server", "DashScope sent a frame of an impossible size.")
        first = not self._sound.samples
        yield from self._sound.frames(pcm)
        if first:  # if the reply is cut off before the vendor counts, this stands
            yield Usage({"characters": self._characters}, estimated=True)

    def _go_on(self) -> None:
        """Say and end what can be said and ended by now."""
        if not self._wanted and self._text.strip():  # blanks alone would start a talk for nothing
            self._wanted = True
            self._voice.begin()
            self._expect(self._patience.connect_s)
        if self._running and self._wanted and self._text.strip():
            self._say()
        if self._ended and not self._finished and (not self._wanted or self._all_said):
            self._finished = not self._wanted or self._voice.finish()
        self.over = self._finished and (self._voice.over or not self._wanted)
        if self._ended and self._wanted:
            self._expect(self._patience.result_s)

    @property
    def _all_said(self) -> bool:
        return self._running and not self._text.strip()

    def _say(self) -> None:
        rest = self._voice.say(self._text, ended=self._ended)
        said = self._text[: len(self._text) - len(rest)]
        self._text = rest
        self._characters += billed(said)
        if speakable(said):
            self._expect(self._patience.result_s)

    def _expect(self, within_s: float) -> None:
        if self._deadline is None:
            self._deadline = self._loop.time() + within_s
