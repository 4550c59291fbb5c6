"""One reply spoken: streamed text becomes clauses, clauses become sound, sound waits in the playout.

The speaker never decides when to stop; whoever runs `say` cancels it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Protocol

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import Resampler
from voice_engine.providers.base import Tts, Usage
from voice_engine.speak.heard import Heard
from voice_engine.speak.normalize import normalize
from voice_engine.speak.pacing import Playout
from voice_engine.speak.sentences import Clauses

MAX_AHEAD_S = 8.0  # synthesised but unheard; more would be paid for and thrown away by an interruption


class SpeakerWatcher(Protocol):
    """Who wants to know how a reply comes along."""

    def clause_released(self, text: str) -> None: ...
    def first_sound_synthesised(self) -> None: ...
    def voice_used(self, usage: Usage) -> None: ...


class Speaker:
    """Speaks replies one after the other through one voice into one playout at `rate` Hz."""

    def __init__(self, tts: Tts, playout: Playout, rate: int, language: str) -> None:
        self._tts, self._playout, self._rate = tts, playout, rate
        self._language = language
        self._sounded = False
        self.heard = Heard()

    def begin(self) -> None:
        """A new reply: nothing of it has been heard."""
        self._playout.begin()
        self.heard = Heard()
        self._sounded = False

    async def say(self, texts: AsyncGenerator[str, None], watcher: SpeakerWatcher) -> None:
        """Synthesise everything `texts` brings; returns when all of it waits in the playout."""
        clauses = Clauses()
        async with aclosing(texts):
            async for text in texts:
                for clause in clauses.feed(text):
                    await self._synthesise(clause, watcher)
        for clause in clauses.end():
            await self._synthesise(clause, watcher)
        self._playout.end()

    async def _synthesise(self, clause: str, watcher: SpeakerWatcher) -> None:
        watcher.clause_released(clause)
        spoken = normalize(clause, self._language)
        if not spoken.strip():
            return
        self.heard.add(clause, 0.0)
        usage = Usage({"characters": len(spoken)}, estimated=True)
        resampler: Resampler | None = None
        try:
            async with aclosing(self._tts.synthesize(_once(spoken))) as sounds:  # type: ignore[type-var]
                async for sound in sounds:
                    if isinstance(sound, AudioFrame):
                        resampler = resampler or Resampler(sound.rate, self._rate)
                        self._push(resampler.push(sound.pcm), watcher)
                        await self._room()
                    elif isinstance(sound, Usage):
                        usage = sound
                    elif spoken.strip() == clause.strip():  # word times count the words of what was spoken
                        self.heard.grow(0.0, sound)
            if resampler:
                self._push(resampler.flush(), watcher)
            self.heard.finish()
        finally:
            # A synthesis that was cut off is billed too.
            watcher.voice_used(usage)

    def _push(self, pcm: bytes, watcher: SpeakerWatcher) -> None:
        if not pcm:
            return
        self._playout.push(pcm)
        self.heard.grow(len(pcm) / 2 / self._rate)
        if not self._sounded:
            self._sounded = True
            watcher.first_sound_synthesised()

    async def _room(self) -> None:
        # Polled because it is rare: an event per slot would cost every call what few calls need.
        while self._playout.waiting_s > MAX_AHEAD_S:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def _once(text: str) -> AsyncIterator[str]:
    yield text
