"""Sentences that are said again and again, synthesised once per process: greetings, fillers, apologies.

A sentence in the making is shared: whoever wants it hears it as it comes. What is whole is kept, the least
recently used is dropped first. Only the first one pays; the others' Usage says so.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import orjson

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage, WordTimes
from voice_engine.speak.heard import Pace
from voice_engine.speak.synthesis import Sound
from voice_engine.spec import VoiceSpec

MAX_BYTES = 64 << 20  # half an hour at 16 kHz
WARMING = 2  # sentences a process synthesises ahead of need at once
_PACES = 1000

Synthesis = Callable[[], AsyncGenerator[Sound, None]]


@dataclass(frozen=True, slots=True)
class VoiceKey:
    """All that makes the same text sound the same. `owner` is the org whose credential it is, if any."""

    provider: str
    model: str
    voice_id: str
    speed: float
    language: str
    options: bytes
    rate: int
    owner: str = ""

    @classmethod
    def of(cls, voice: VoiceSpec, rate: int, org_id: str) -> "VoiceKey":
        """A voice behind an org's own credential is that org's alone: it may be somebody's cloned voice."""
        options = orjson.dumps(voice.extra, option=orjson.OPT_SORT_KEYS)
        owner = org_id if voice.sealed_api_key else ""
        return cls(
            voice.provider, voice.model, voice.voice_id, voice.speed, voice.language, options, rate, owner
        )


@dataclass(frozen=True, slots=True)
class SentenceKey:
    """A text as it is spoken. `org_id` is empty for our own sentences only: all others may be personal."""

    voice: VoiceKey
    text: str
    org_id: str


@dataclass(slots=True, eq=False)
class _Sentence:
    parts: list[bytes | WordTimes] = field(default_factory=list)
    usage: Usage | None = None
    over: bool = False
    error: ProviderError | None = None
    more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def size(self) -> int:
        return sum(len(part) for part in self.parts if isinstance(part, bytes))

    def add(self, sound: Sound) -> None:
        if isinstance(sound, Usage):
            self.usage = sound
        else:
            self.parts.append(sound)
            self.wake()

    def wake(self) -> None:
        """Whoever waits looks again."""
        self.more.set()
        self.more = asyncio.Event()


class SpeechCache:
    """One for a whole process; at most `max_bytes` of sound."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self._sentences: OrderedDict[SentenceKey, _Sentence] = OrderedDict()
        self._paces: OrderedDict[VoiceKey, Pace] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._warming = asyncio.Semaphore(WARMING)

    @property
    def bytes_kept(self) -> int:
        """Size of all whole sentences."""
        return self._bytes

    async def speak(self, key: SentenceKey, synthesise: Synthesis) -> AsyncGenerator[Sound, None]:
        """The sentence, at once if it is known, else as `synthesise` makes it.

        Its last item is a Usage: the vendor's for whoever came first, 0 characters for all others. Raises the
        synthesis's ProviderError. A synthesis goes on when its listeners leave: others may want it.
        """
        sentence = self._sentences.get(key)
        cached = sentence is not None
        if sentence is None:
            sentence = self._begin(key, synthesise)
        else:
            self._sentences.move_to_end(key)
        at = 0
        while True:
            for part in sentence.parts[at:]:
                at += 1
                yield part
            if sentence.over and at == len(sentence.parts):
                break
            if at == len(sentence.parts):
                await sentence.more.wait()
        if sentence.error:
            raise sentence.error
        usage = sentence.usage or Usage({"characters": float(len(key.text))}, estimated=True)
        yield Usage({"characters": 0.0, "cachedCharacters": float(len(key.text))}) if cached else usage

    async def warm(self, key: SentenceKey, synthesise: Synthesis) -> Usage | None:
        """Have the sentence ready for later; returns what that cost, None when it was there already."""
        if key in self._sentences:
            return None
        usage = None
        async with self._warming, aclosing(self.speak(key, synthesise)) as sounds:
            async for sound in sounds:
                usage = sound if isinstance(sound, Usage) else None
        return usage

    def pace(self, voice: VoiceKey) -> Pace:
        """How fast this voice speaks, learned by all its calls together."""
        pace = self._paces.setdefault(voice, Pace())
        self._paces.move_to_end(voice)
        if len(self._paces) > _PACES:
            self._paces.popitem(last=False)
        return pace

    async def close(self) -> None:
        """Stop what is still being synthesised."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, key: SentenceKey, synthesise: Synthesis) -> _Sentence:
        sentence = self._sentences[key] = _Sentence()
        task = asyncio.create_task(self._make(key, sentence, synthesise), name="speech-cache")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return sentence

    async def _make(self, key: SentenceKey, sentence: _Sentence, synthesise: Synthesis) -> None:
        whole = False
        try:
            async with aclosing(synthesise()) as sounds:
                async for sound in sounds:
                    sentence.add(sound)
            whole = True
        except ProviderError as error:
            sentence.error = error
        finally:
            if not whole and sentence.error is None:
                sentence.error = ProviderError("server", key.voice.provider, "The synthesis was given up.")
            sentence.over = True
            sentence.wake()
            self._keep(key, sentence)

    def _keep(self, key: SentenceKey, sentence: _Sentence) -> None:
        if sentence.error or sentence.size > self._max_bytes // 4:
            del self._sentences[key]
            return
        self._bytes += sentence.size
        for old, other in list(self._sentences.items()):
            if self._bytes <= self._max_bytes:
                break
            if other.over:
                del self._sentences[old]
                self._bytes -= other.size
