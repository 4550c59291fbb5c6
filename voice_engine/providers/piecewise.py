"""A voice of one text per request, for text that is still being written: sentence by sentence.

The next sentence is requested while the one before it sounds.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import TypeVar

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Tts, Usage, WordTimes
from voice_engine.providers.usages import added_up
from voice_engine.providers.warming import warmed

AT_ONCE = 2  # requests: the one that sounds and the next
_SENTENCE = re.compile(r".*?(?:[。！？；…!?;\n]+[”’」』）)\"']*|\.(?=\s))", re.DOTALL)
_BREATH = re.compile(r"[，、：,:\s]")

Spoken = AudioFrame | WordTimes | Usage
T = TypeVar("T")


def piecewise(inner: Tts, longest: int = 300) -> Tts:
    """`inner` with text in any pieces; it gets a sentence at a time, never more than `longest` characters.

    `inner` must put a deadline on every wait.
    """
    return _Piecewise(inner, longest)


class _Piecewise:
    """One sound out of many: `pts` and word times run on, usage is that of all pieces requested so far."""

    def __init__(self, inner: Tts, longest: int) -> None:
        self._inner, self._longest = inner, longest
        self.vendor, self.capabilities = inner.vendor, inner.capabilities

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[Spoken]:
        """Sound as `inner` makes it, in the order of the text."""
        reply = _Reply(self._inner, self._longest)
        reading = asyncio.create_task(reply.read(text), name="pieces")
        samples = 0
        try:
            while line := await reply.next_line():
                begin = samples
                while (sound := await line.next_sound()) is not None:
                    if isinstance(sound, AudioFrame):
                        yield AudioFrame(sound.pcm, sound.rate, samples)
                        samples += len(sound.pcm) // 2
                    elif isinstance(sound, WordTimes):
                        yield _later(sound, begin / self.capabilities.sample_rates[0])
                    else:
                        yield reply.usage()
                reply.done()
        finally:
            reading.cancel()
            await asyncio.wait([reading])
            await reply.stop()

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._inner)


class _Line:
    """A piece of the text and its sound as it comes."""

    def __init__(self, inner: Tts, text: str) -> None:
        self._sounds: asyncio.Queue[Spoken | Exception | None] = asyncio.Queue()
        self.usage: Usage | None = None
        self.task = asyncio.create_task(self._request(inner, text), name="piece")

    async def next_sound(self) -> Spoken | None:
        """None when it has been said."""
        return _good(await self._sounds.get())

    async def _request(self, inner: Tts, text: str) -> None:
        try:
            async with aclosing(inner.synthesize(_once(text))) as sounds:  # type: ignore[type-var]
                async for sound in sounds:
                    if isinstance(sound, Usage):
                        self.usage = sound
                    self._sounds.put_nowait(sound)
            self._sounds.put_nowait(None)
        except Exception as error:  # noqa: BLE001  boundary: told when this piece's turn has come
            self._sounds.put_nowait(error)


class _Reply:
    """All pieces of one text."""

    def __init__(self, inner: Tts, longest: int) -> None:
        self._inner, self._longest = inner, longest
        self._queue: asyncio.Queue[_Line | Exception | None] = asyncio.Queue()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._lines: list[_Line] = []

    async def read(self, text: AsyncIterator[str]) -> None:
        """Request each piece as soon as it is whole and the vendor has time for it."""
        waiting = ""
        try:
            async for crumb in text:
                waiting += crumb
                while found := _SENTENCE.match(waiting):
                    waiting = waiting[found.end() :]
                    await self._request(found[0])
            await self._request(waiting)
            self._queue.put_nowait(None)
        except Exception as error:  # noqa: BLE001  boundary: the caller's own failure: passed on as it is
            self._queue.put_nowait(error)

    async def next_line(self) -> _Line | None:
        """None when the text has ended."""
        return _good(await self._queue.get())

    def done(self) -> None:
        """A line has been said."""
        self._free.release()

    def usage(self) -> Usage:
        """Of everything that has been requested."""
        return added_up(line.usage for line in self._lines if line.usage)

    async def stop(self) -> None:
        """Nobody listens any more."""
        tasks = [line.task for line in self._lines if not line.task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _request(self, sentence: str) -> None:
        for piece in _cut(sentence, self._longest):
            await self._free.acquire()
            line = _Line(self._inner, piece)
            self._lines.append(line)
            self._queue.put_nowait(line)


def _cut(sentence: str, longest: int) -> Iterator[str]:
    """Pieces that may be said in one go, at a breath where there is one; marks alone are not said."""
    while sentence:
        breaths = [found.end() for found in _BREATH.finditer(sentence, longest // 2, longest)]
        end = longest if len(sentence) <= longest or not breaths else breaths[-1]
        if any(letter.isalnum() for letter in sentence[:end]):
            yield sentence[:end]
        sentence = sentence[end:]


def _later(times: WordTimes, by_s: float) -> WordTimes:
    return WordTimes(
        times.words,
        tuple(start + by_s for start in times.starts),
        tuple(end + by_s for end in times.ends),
    )


def _good(item: T | Exception) -> T:
    if isinstance(item, Exception):
        raise item
    return item


async def _once(text: str) -> AsyncIterator[str]:
    yield text
