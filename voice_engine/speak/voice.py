"""Who speaks: a vendor's voice, how it is given its words, and which of its sentences are known already."""

from collections.abc import AsyncGenerator, Iterator
from functools import partial

from voice_engine.providers.base import Tts, Usage
from voice_engine.speak.cache import SentenceKey, SpeechCache, VoiceKey
from voice_engine.speak.heard import Pace
from voice_engine.speak.phrases import is_ours
from voice_engine.speak.sentences import Clauses, pieces
from voice_engine.speak.synthesis import Sound, synthesise
from voice_engine.speak.wording import Wording
from voice_engine.spec import VoiceSpec


class Voice:
    """One voice at `rate` Hz for one org. With its `spec` and a `cache`, given sentences are made once."""

    def __init__(
        self,
        tts: Tts,
        rate: int,
        language: str,
        spec: VoiceSpec | None = None,
        org_id: str = "",
        cache: SpeechCache | None = None,
    ) -> None:
        self._tts, self._rate, self._org_id = tts, rate, org_id
        self._cache = cache if spec and spec.caching else None
        self._key = VoiceKey.of(spec, rate, org_id) if spec else None
        self.wording = Wording(language, spec.chunks if spec else None)
        self.pace = cache.pace(self._key) if cache and self._key else Pace()

    def fresh(self, spoken: str) -> AsyncGenerator[Sound, None]:
        """A synthesis that is made once and forgotten."""
        return synthesise(self._tts, spoken, self._rate)

    def kept(self, spoken: str, *, ours: bool) -> AsyncGenerator[Sound, None]:
        """A synthesis that is made once and remembered; `ours`: for all orgs."""
        if self._cache is None or self._key is None:
            return self.fresh(spoken)
        return self._cache.speak(self._sentence(self._key, spoken, ours), partial(self.fresh, spoken))

    async def warm(self, spoken: str, *, ours: bool) -> Usage | None:
        """Have it ready for later; returns what that cost, None if nothing."""
        if self._cache is None or self._key is None:
            return None
        return await self._cache.warm(self._sentence(self._key, spoken, ours), partial(self.fresh, spoken))

    def sentences(self, text: str) -> Iterator[str]:
        """A given text as it is asked for and kept: our own sentences whole, others one by one.

        The text is cut as its sentences are asked for: a long one must not stop every call of the process.
        """
        if is_ours(text):
            yield text
            return
        clauses = Clauses(self.wording.whole_sentences)
        for piece in pieces(text):
            yield from clauses.feed(piece)
        yield from clauses.end()

    def _sentence(self, key: VoiceKey, spoken: str, ours: bool) -> SentenceKey:
        return SentenceKey(key, spoken, "" if ours else self._org_id)
