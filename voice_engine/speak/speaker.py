"""Replies spoken: streamed text becomes clauses, clauses become sound, sound waits in the playout.

Text is read ahead while sound is made, so that a model's tools do not wait for a voice; the next clause is
asked for as soon as the sound of the one before has arrived. The speaker never decides when to stop: whoever
runs `say` cancels it, and what a cancelled reply still brings is dropped.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Tts, Usage, WordTimes
from voice_engine.speak.cache import SpeechCache
from voice_engine.speak.heard import Heard, Pace
from voice_engine.speak.pacing import Playout
from voice_engine.speak.phrases import is_ours
from voice_engine.speak.player import Player
from voice_engine.speak.sentences import Clauses, pieces
from voice_engine.speak.synthesis import Sound
from voice_engine.speak.voice import Voice
from voice_engine.spec import VoiceSpec

MAX_AHEAD_S = 8.0  # synthesised but unheard; more would be paid for and thrown away by an interruption
READ_AHEAD = 10  # clauses


Source = Callable[[str], AsyncGenerator[Sound, None]]


@dataclass(frozen=True, slots=True)
class Uttered:
    """Words that a model says with its own voice; their sound comes as AudioFrames."""

    text: str


class Over:
    """An utterance of a model has all its sound and words."""


# What a realtime model's reply is made of; a str is for our own voice to say.
Piece = AudioFrame | Uttered | Over | str


@dataclass(frozen=True, slots=True)
class _Given:
    """A sentence put into a reply in its turn; `spoken` tells whether its sound waits in the playout."""

    text: str
    spoken: "asyncio.Future[bool]"


class SpeakerWatcher(Protocol):
    """Who wants to know how a reply comes along."""

    def clause_released(self, text: str) -> None: ...
    def first_sound_synthesised(self) -> None: ...
    def voice_used(self, usage: Usage) -> None: ...


class _Utterance:
    """One reply while it is spoken."""

    watcher: SpeakerWatcher  # from `start` on

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.heard = Heard(voice.pace)
        self.turn = asyncio.Lock()  # one sentence at a time, in order
        self.clauses: asyncio.Queue[Piece | _Given | None] = asyncio.Queue()
        self.cutter = Clauses(voice.wording.cut)
        self.room = asyncio.Semaphore(READ_AHEAD)
        self.given: list[_Given] = []
        self.open = self.sounded = False

    @property
    def waiting(self) -> bool:
        """Whether it is still to go on, and has nothing to say at the moment."""
        return self.open and self.clauses.empty()

    async def read(self, texts: AsyncGenerator[str, None]) -> None:
        """Cut what `texts` brings into clauses, a few ahead of the voice; then None."""
        try:
            async with aclosing(texts):
                async for text in texts:
                    for piece in pieces(text):
                        await self._put(self.cutter.feed(piece))
            await self._put(self.cutter.end())
        finally:
            self.clauses.put_nowait(None)

    async def copy(self, pieces: AsyncGenerator[Piece, None]) -> None:
        """Everything `pieces` bring, as it comes; then None."""
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    self.clauses.put_nowait(piece)
        finally:
            self.clauses.put_nowait(None)

    def insert(self, text: str) -> "asyncio.Future[bool]":
        """Next in turn after all that has been written so far."""
        for clause in self.cutter.flush():
            self.clauses.put_nowait(clause)
        given = _Given(text, asyncio.get_running_loop().create_future())
        self.given.append(given)
        self.clauses.put_nowait(given)
        return given.spoken

    def close(self) -> None:
        """Nothing more will be spoken."""
        self.open = False
        for given in self.given:
            if not given.spoken.done():
                given.spoken.set_result(False)

    async def _put(self, released: Sequence[str]) -> None:
        for clause in released:
            await self.room.acquire()
            self.clauses.put_nowait(clause)


class Speaker:
    """Speaks replies one after the other into one playout at `rate` Hz.

    With the voice's `spec` and a `cache`, given sentences are synthesised once per process.
    """

    def __init__(
        self,
        tts: Tts,
        playout: Playout,
        rate: int,
        language: str,
        *,
        spec: VoiceSpec | None = None,
        org_id: str = "",
        cache: SpeechCache | None = None,
    ) -> None:
        self._playout, self._rate = playout, rate
        self._org_id, self._cache = org_id, cache
        self._voice = Voice(tts, rate, language, spec, org_id, cache)
        self._now = _Utterance(self._voice)

    @property
    def heard(self) -> Heard:
        """What the caller has heard of the current reply."""
        return self._now.heard

    def switch(self, tts: Tts, language: str, spec: VoiceSpec | None = None) -> None:
        """Another voice from the next reply on."""
        self._voice = Voice(tts, self._rate, language, spec, self._org_id, self._cache)

    def begin(self) -> None:
        """A new reply: nothing of it has been heard. What the one before still brings is dropped."""
        self._playout.begin()
        self._now = _Utterance(self._voice)

    async def say(self, texts: AsyncGenerator[str, None], watcher: SpeakerWatcher) -> None:
        """Speak everything `texts` brings; returns when all of it waits in the playout.

        Raises what `texts` raises, after what came before it has been spoken, and ProviderError.
        """
        reply = self._now
        reply.watcher, reply.open = watcher, True
        reader = asyncio.create_task(reply.read(texts), name="clauses")
        try:
            while (clause := await reply.clauses.get()) is not None:
                reply.room.release()
                async with reply.turn:
                    if isinstance(clause, _Given):
                        await self._speak_given(reply, clause)
                    elif isinstance(clause, str):
                        await self._speak(reply, clause, reply.voice.fresh)
            await reader
        finally:
            reply.close()
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        self._end(reply)

    async def relay(self, pieces: AsyncGenerator[Piece, None], watcher: SpeakerWatcher, pace: Pace) -> None:
        """Play what a model says with its own voice, learning its `pace`. Returns and raises like `say`."""
        reply = self._now
        reply.watcher, reply.open, reply.heard = watcher, True, Heard(pace)
        player = Player(reply.heard, self._rate, lambda pcm: self._push(reply, pcm))
        cutter = Clauses(reply.voice.wording.cut)
        reader = asyncio.create_task(reply.copy(pieces), name="pieces")
        try:
            while (piece := await reply.clauses.get()) is not None:
                if isinstance(piece, AudioFrame):
                    player.sound(piece)
                    continue
                async with reply.turn:
                    await self._relayed(reply, player, cutter, piece)
            await reader
        finally:
            reply.close()
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        self._end(reply)

    async def _relayed(
        self, reply: _Utterance, player: Player, cutter: Clauses, piece: Piece | _Given
    ) -> None:
        if isinstance(piece, Uttered):
            player.words(piece.text)
            released = cutter.feed(piece.text)
        else:
            player.over()
            released = cutter.end()
        for clause in released:
            reply.watcher.clause_released(clause)
        if isinstance(piece, _Given):
            await self._speak_given(reply, piece)
        elif isinstance(piece, str):
            await self._speak(reply, piece, partial(reply.voice.kept, ours=is_ours(piece)))

    async def recite(self, text: str, watcher: SpeakerWatcher) -> None:
        """Speak a given text, from the cache where it is known. Returns and raises like `say`."""
        reply = self._now
        reply.watcher = watcher
        source = partial(reply.voice.kept, ours=is_ours(text))
        for sentence in reply.voice.sentences(text):
            await self._speak(reply, sentence, source)
        self._end(reply)

    async def interject(self, text: str) -> bool:
        """Put a sentence into the running reply while it waits for its model or tools; whether it was spoken.

        It is not, when the reply goes on before the sentence has been synthesised, or when its voice fails:
        an answer never waits for a filler.
        """
        reply = self._now
        spoken = reply.voice.wording.spoken(text)
        if not reply.waiting or not spoken:
            return False
        try:
            sound = await self._whole(reply, spoken, ours=is_ours(text))
        except ProviderError:
            return False
        async with reply.turn:
            if reply is not self._now or not reply.waiting:
                return False
            self._push_aside(reply, text, spoken, sound)
        return True

    async def insert(self, text: str) -> bool:
        """Put a sentence into the running reply, after all that its model has written so far.

        Unlike an interjection it is spoken however soon the reply goes on; a voice that fails at it fails the
        reply. Returns when its sound waits in the playout; False when the reply was over or left before.
        """
        if not self._now.open or not self._now.voice.wording.spoken(text):
            return False
        return await self._now.insert(text)

    async def warm(self, texts: Sequence[str], used: Callable[[Usage], None]) -> None:
        """Have given texts ready before they are needed. What fails now will tell when it is needed."""
        voice = self._voice
        for text in texts:
            for sentence in voice.sentences(text):
                spoken = voice.wording.spoken(sentence)
                try:
                    usage = await voice.warm(spoken, ours=is_ours(text)) if spoken else None
                except ProviderError:
                    return
                if usage:
                    used(usage)

    # ── one clause ───────────────────────────────────────────────────────────────────────────────────

    async def _speak(self, reply: _Utterance, clause: str, source: Source) -> None:
        reply.watcher.clause_released(clause)
        text = reply.voice.wording.written(clause)
        try:
            await self._synthesise(reply, text, source)
        except ProviderError as error:
            rest = self._unsaid(reply, error)
            if rest is None:
                raise
            await self._synthesise(reply, rest, reply.voice.fresh)

    async def _speak_given(self, reply: _Utterance, given: _Given) -> None:
        spoken = reply.voice.wording.spoken(given.text)
        sound = await self._whole(reply, spoken, ours=is_ours(given.text))
        if reply is self._now:
            self._push_aside(reply, given.text, spoken, sound)
        if not given.spoken.done():
            given.spoken.set_result(reply is self._now)

    def _push_aside(self, reply: _Utterance, text: str, spoken: str, sound: bytes) -> None:
        reply.heard.aside(text, len(sound) / 2 / self._rate, spoken=spoken)
        self._playout.push(sound)

    def _unsaid(self, reply: _Utterance, error: ProviderError) -> str | None:
        """What is left of a clause whose voice broke in its middle; None when asking again is no use."""
        if not error.retryable or not reply.heard.sounding or reply is not self._now:
            return None
        rest, half_word = reply.heard.break_off()
        reply.heard.trim(self._playout.unpush(half_word))
        return rest

    async def _synthesise(self, reply: _Utterance, text: str, source: Source) -> None:
        spoken = reply.voice.wording.spoken(text)
        reply.heard.add(text, 0.0, spoken=spoken)
        if spoken:
            async with aclosing(self._metered(reply, source(spoken), spoken)) as sounds:
                async for sound in sounds:
                    if isinstance(sound, bytes):
                        self._push(reply, sound)
                        await self._room()
                    else:
                        reply.heard.grow(0.0, sound)
        reply.heard.finish()

    async def _whole(self, reply: _Utterance, spoken: str, *, ours: bool) -> bytes:
        async with aclosing(self._metered(reply, reply.voice.kept(spoken, ours=ours), spoken)) as sounds:
            return b"".join([sound async for sound in sounds if isinstance(sound, bytes)])

    async def _metered(
        self, reply: _Utterance, sounds: AsyncGenerator[Sound, None], spoken: str
    ) -> AsyncGenerator[bytes | WordTimes, None]:
        """The sounds without their Usage, which the watcher gets; one that was cut off is billed too."""
        usage = Usage({"characters": float(len(spoken))}, estimated=True)
        try:
            async with aclosing(sounds):
                async for sound in sounds:
                    if isinstance(sound, Usage):
                        usage = sound
                    else:
                        yield sound
        finally:
            reply.watcher.voice_used(usage)

    def _push(self, reply: _Utterance, pcm: bytes) -> None:
        if reply is not self._now:
            return
        self._playout.push(pcm)
        reply.heard.grow(len(pcm) / 2 / self._rate)
        if not reply.sounded:
            reply.sounded = True
            reply.watcher.first_sound_synthesised()

    def _end(self, reply: _Utterance) -> None:
        if reply is self._now:
            self._playout.end()

    async def _room(self) -> None:
        # Polled because it is rare: an event per slot would cost every call what few calls need.
        while self._playout.waiting_s > MAX_AHEAD_S:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
