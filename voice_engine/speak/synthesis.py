"""One text through one voice: PCM16 at the session's rate, with what the voice tells about it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import Resampler
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Tts, Usage, WordTimes

Sound = bytes | WordTimes | Usage


async def synthesise(tts: Tts, text: str, rate: int) -> AsyncGenerator[Sound, None]:
    """Mono PCM16 at `rate` Hz as it comes. Raises ProviderError, also when the voice gives no sound."""
    resampler: Resampler | None = None
    sounded = False
    async with aclosing(tts.synthesize(_once(text))) as sounds:  # type: ignore[type-var]
        async for sound in sounds:
            if not isinstance(sound, AudioFrame):
                yield sound
            elif sound.pcm:
                sounded = True
                resampler = resampler or Resampler(sound.rate, rate)
                if pcm := resampler.push(sound.pcm):
                    yield pcm
    if resampler and (rest := resampler.flush()):
        yield rest
    if not sounded:
        raise ProviderError("server", tts.vendor, "The voice gave no sound for a text; try another voice.")


async def _once(text: str) -> AsyncIterator[str]:
    yield text
