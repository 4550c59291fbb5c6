"""espeak-ng: a robot's voice for English and Mandarin, without a key, a network or a model.

Options: `pitch` (0–99, 50), `volume` (0–200, 100), `variant` (for example "f3"). Without a voice the text
decides: Chinese characters are read by "cmn", everything else by the configured language or "en-us".
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.tts.espeak_native import Sentence, UnknownVoice, say

RATE = 22050
_WORDS_PER_MINUTE = 175  # espeak-ng's own
_SLOWEST, _FASTEST = 80, 449  # from 450 on it drops sounds
_LONGEST = 400  # characters in one go: about 20 ms of the thread that all calls share
_LONGEST_WORD = 60  # characters; espeak-ng writes beyond its buffers, and the process dies, at 400 of a.a.a.…

_SENTENCE = re.compile(r".*?(?:[。！？；!?…\n]+|[.;](?=\s))", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDLESS = re.compile(rf"[^\s\u3400-\u9fff]{{{_LONGEST_WORD}}}(?=[^\s\u3400-\u9fff])")
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_UNSPEAKABLE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\x00-\x08\x0b-\x1f]")
_VOICE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*(\+[A-Za-z0-9]+)?")
_READS_HAN = ("cmn",)
_SAFE = ("en", "cmn")  # espeak-ng runs in our process, and others of its languages crash on unusual text
_ALIASES = {"zh": "cmn", "en": "en-us", "en-gb": "en"}


class EspeakTts:
    """A voice that speaks a sentence 5 ms after it has arrived."""

    vendor = "espeak"
    capabilities = Capabilities(sample_rates=(RATE,), word_times=True)

    def __init__(self, config: ProviderConfig) -> None:
        self._voice = _voice_name(config.voice)
        self._fallback = _voice_name(config.language) or "en-us"
        self._variant = str(config.options.get("variant", ""))
        if self._variant and not re.fullmatch(r"[A-Za-z0-9]+", self._variant):
            raise BadRequest("bad_option", "The espeak option `variant` is a name such as f3 or m2.")
        self._pitch = _number(config, "pitch", 50, 99)
        self._volume = _number(config, "volume", 100, 200)
        self._pace = round(max(_SLOWEST, min(_FASTEST, _WORDS_PER_MINUTE * config.speed)))
        self._patience_s = config.timeout_s

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at 22 050 Hz sentence by sentence, then the sentence's word times; at the end the usage."""
        samples = characters = 0
        async with aclosing(_sentences(text)) as sentences:
            async for sentence in sentences:
                characters += len(sentence)
                job, start = self._job(sentence), samples
                async with aclosing(self._sound(job)) as sound:
                    async for pcm in sound:
                        yield AudioFrame(pcm, RATE, samples)
                        samples += len(pcm) // 2
                if times := _word_times(sentence, job.words, start, samples):
                    yield times
        yield Usage({"characters": characters, "seconds": samples / RATE})

    def _job(self, sentence: str) -> Sentence:
        voice = self._voice or self._fallback
        if _HAN.search(sentence) and not voice.startswith(_READS_HAN):
            voice = "cmn"  # any other voice would say "Chinese letter" for each character
        elif not self._voice and voice == "cmn" and not _HAN.search(sentence):
            voice = "en-us"
        if self._variant and "+" not in voice:
            voice = f"{voice}+{self._variant}"
        words = _UNSPEAKABLE.sub(" ", sentence)
        return Sentence(words, voice, self._pace, self._pitch, self._volume, sound=lambda pcm: None)

    async def _sound(self, job: Sentence) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[bytes | None] = asyncio.Queue()

        def hand_over(chunk: bytes | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)

        job.sound = hand_over
        done = say(job)
        done.add_done_callback(lambda _: hand_over(None))
        try:
            while (chunk := await self._next(chunks)) is not None:
                yield chunk
            _check(job, done.exception())
        finally:
            job.cancelled = True
            done.cancel()

    async def _next(self, chunks: asyncio.Queue[bytes | None]) -> bytes | None:
        try:
            async with asyncio.timeout(self._patience_s):
                return await chunks.get()
        except TimeoutError:
            message = "espeak-ng is too busy on this machine; start more engine processes."
            raise ProviderError("timeout", self.vendor, message) from None


def _check(job: Sentence, failure: BaseException | None) -> None:
    if isinstance(failure, UnknownVoice):
        message = f"espeak-ng has no voice {job.voice!r}; use for example en-us, en-gb or cmn."
        raise ProviderError("bad_request", "espeak", message, vendor_code="unknown_voice") from failure
    if failure:
        raise ProviderError("server", "espeak", f"espeak-ng failed: {failure}") from failure


def _voice_name(name: str) -> str:
    if name and not _VOICE.fullmatch(name):
        raise BadRequest("bad_voice", f"{name!r} is no espeak voice; use for example en-us, en-gb+f3 or cmn.")
    language, plus, variant = name.partition("+")
    language = language.lower()
    known = _ALIASES.get(language) or ("cmn" if language.startswith("zh-") else language)
    if known and known.partition("-")[0] not in _SAFE:
        sentence = f"espeak speaks English and Mandarin here, not {name!r}: use en-us, en-gb or cmn."
        raise BadRequest("bad_voice", sentence)
    return known + plus + variant


def _number(config: ProviderConfig, name: str, default: int, most: int) -> int:
    value = config.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadRequest("bad_option", f"The espeak option `{name}` is a number from 0 to {most}.")
    return round(value)


async def _sentences(text: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Sentences as soon as they are complete, none longer than `_LONGEST`."""
    waiting = ""
    async for piece in text:
        waiting += piece
        while found := _SENTENCE.match(waiting):
            waiting = waiting[found.end() :]
            for part in _cut(found[0]):
                yield part
    for part in _cut(waiting):
        yield part


def _cut(sentence: str) -> list[str]:
    parts = []
    while (end := _end(sentence)) < len(sentence):
        parts.append(sentence[:end])
        sentence = sentence[end:]
    return [part for part in (*parts, sentence) if part.strip()]


def _end(sentence: str) -> int:
    """How much of it may be spoken in one go."""
    if endless := _ENDLESS.search(sentence, 0, _LONGEST + 1):
        return endless.end()
    if len(sentence) <= _LONGEST:
        return len(sentence)
    return sentence.rfind(" ", _LONGEST // 2, _LONGEST) + 1 or _LONGEST


def _word_times(sentence: str, events: Sequence[tuple[int, int]], start: int, end: int) -> WordTimes | None:
    """When its words sound; a token espeak reads together with the one before it is part of that word.

    `start` and `end` are the sentence's first and last sample since the synthesis began.
    """
    spans: list[tuple[int, int]] = []
    starts: list[float] = []
    for token in _TOKEN.finditer(sentence):
        at = min((s for position, s in events if token.start() <= position < token.end()), default=None)
        if at is not None or not spans:
            spans.append(token.span())
            starts.append((start + (at or 0)) / RATE)
        else:
            spans[-1] = (spans[-1][0], token.end())
    if not spans:
        return None
    words = tuple(sentence[a:b] for a, b in spans)
    return WordTimes(words, tuple(starts), (*starts[1:], end / RATE))
