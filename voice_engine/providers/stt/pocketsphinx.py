"""PocketSphinx: English, offline, without a key. Usable with a grammar, a toy without one.

Options: `grammar`, a list of the sentences a caller may say or a grammar in JSGF; or keywords to spot; or
neither, then anything is guessed at.

Measured on espeak-ng's voices (five of them), never on people: two grammars of 22 and 12 sentences had 169 of
170 utterances right at 16 kHz and 149 at a telephone's 8 kHz, none was mistaken for another; of 200 others 41
were still taken for one of their sentences, often one that sounds alike ("where is the bathroom", "where is
the shop"), so ask back before doing anything that matters. Keywords: 31 of 50 found, 5 wrongly in 105
utterances. The general model: 10 of 30 sentences right. A speaking caller costs 2 % of a core with a grammar,
4 % with keywords, 16 % with the general model.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from typing import TypeVar

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import AtRate
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.stt.jsgf import plain, read_grammar, spotting
from voice_engine.providers.stt.sphinx_pool import RATE, AllBusy, Heard, Lent, Refused, Task, knows, thread

T = TypeVar("T")

_STEP = RATE * 2 * 60 // 1000  # bytes decoded in one go: longer would hold the GIL for over a millisecond
_PARTIAL = RATE * 2 * 200 // 1000  # bytes of sound between two partials
_LONGEST = RATE * 2 * 30  # bytes of one decoding; a longer utterance is heard in parts
_KEYWORDS = 100


class PocketSphinxStt:
    """Hears what its task says; a Flush ends the utterance."""

    vendor = "pocketsphinx"
    capabilities = Capabilities(sample_rates=(RATE,), languages=("en",), endpoints_itself=False)

    def __init__(self, config: ProviderConfig) -> None:
        if config.language and not config.language.lower().startswith("en"):
            message = (
                f"PocketSphinx comes with English only, not {config.language!r}; use another transcriber."
            )
            raise BadRequest("bad_language", message, field="language")
        self._task = _task(config)
        self._patience_s = config.timeout_s

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """One final for each Flush, partials five times a second, usage in seconds after each final."""
        ear = _Ear(self._task)
        try:
            async for item in frames:
                if isinstance(item, Flush):
                    yield self._final(await self._run(ear.end))
                    yield Usage({"seconds": ear.seconds})
                    continue
                ear.add(item)
                while sound := ear.take():
                    if text := await self._run(partial(ear.feed, sound)):
                        yield Transcript(text, final=False, language="en")
            if ear.listening:
                yield self._final(await self._run(ear.end))
            yield Usage({"seconds": ear.seconds})
        finally:
            thread().submit(ear.drop)

    def _final(self, heard: Heard) -> Transcript:
        return Transcript(heard.text, final=True, confidence=heard.confidence, language="en")

    async def _run(self, step: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.get_running_loop().run_in_executor(thread(), step)
        except TimeoutError:
            kind, message = (
                "timeout",
                "PocketSphinx is too slow on this machine; use fewer calls or a grammar.",
            )
        except AllBusy:
            kind, message = (
                "rate_limit",
                "Too many people speak at once for PocketSphinx; start more engines.",
            )
        except Refused as refused:
            kind, message = "bad_request", f"PocketSphinx does not take this grammar: {refused}"
        raise ProviderError(kind, self.vendor, message)  # type: ignore[arg-type]


class _Ear:
    """One caller. `take` belongs to the event loop, the rest to the decoders' thread."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._lent: Lent | None = None
        self._waiting = bytearray()
        self._rate = AtRate(RATE)
        self._since_partial = self._decoded = self._bytes = 0
        self._said_before = self._last_partial = self._voice = ""

    @property
    def listening(self) -> bool:
        """Whether sound has come since the last final."""
        return self._lent is not None or bool(self._waiting)

    @property
    def seconds(self) -> float:
        """Sound heard since the beginning."""
        return self._bytes / 2 / RATE

    def add(self, frame: AudioFrame) -> None:
        """Sound that has come, at any rate."""
        pcm = self._rate.of(frame)
        self._waiting += pcm
        self._bytes += len(pcm)

    def take(self) -> bytes:
        """The next piece that is worth decoding, or nothing."""
        if len(self._waiting) < _STEP:
            return b""
        sound = bytes(self._waiting[:_STEP])
        del self._waiting[:_STEP]
        return sound

    def feed(self, sound: bytes) -> str:
        """Decode a piece; the partial, when it is time for one and it is a new one."""
        self._lent = self._lent or Lent(self._task, self._voice)
        self._lent.feed(sound)
        self._decoded += len(sound)
        self._since_partial += len(sound)
        if self._decoded >= _LONGEST:
            self._said_before = self._with(self._close().text)
            self._decoded = 0
        if self._since_partial < _PARTIAL or self._lent is None:
            return ""
        self._since_partial = 0
        text = self._with(self._lent.partial())
        new, self._last_partial = text != self._last_partial, text
        return text if new else ""

    def end(self) -> Heard:
        """The utterance is over: all of it; the next one begins afresh."""
        if self._waiting and (self._lent or self._said_before or len(self._waiting) > _STEP // 2):
            self.feed(bytes(self._waiting))
        self._waiting.clear()
        heard = self._close() if self._lent else Heard("", 0.0)
        heard = Heard(self._with(heard.text), heard.confidence)
        self._said_before = self._last_partial = ""
        self._decoded = self._since_partial = 0
        return heard

    def _close(self) -> Heard:
        assert self._lent is not None
        lent, self._lent = self._lent, None
        heard = lent.end()
        self._voice = lent.voice
        return heard

    def _with(self, text: str) -> str:
        return f"{self._said_before} {text}".strip()

    def drop(self) -> None:
        """Nobody listens any more."""
        if self._lent:
            self._lent.drop()
            self._lent = None


def _task(config: ProviderConfig) -> Task:
    raw = config.options.get("grammar")
    if raw:
        grammar = read_grammar(raw)
        _check_words(grammar.words, "grammar")
        return Task("sentences", grammar)
    keywords = tuple(
        dict.fromkeys(k for k in (plain(word.partition(":")[0]) for word in config.keywords) if k)
    )
    if len(keywords) > _KEYWORDS:
        raise BadRequest("too_many_keywords", f"Give at most {_KEYWORDS} keywords.", field="keywords")
    _check_words({word for phrase in keywords for word in phrase.split()}, "keywords")
    return Task("keywords", spotting(keywords)) if keywords else Task("general")


def _check_words(words: Iterable[str], field: str) -> None:
    unknown = sorted(word for word in words if not knows(word))
    if unknown:
        known = "write them as English words that sound alike"
        message = (
            f"PocketSphinx's dictionary lacks these words of {field}: {', '.join(unknown[:20])}; {known}."
        )
        raise BadRequest("unknown_words", message, field=field, words=unknown)
