"""How a voice sounds: one sentence, made once with the vendor and kept."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

from voice_engine.audio import wav
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError, Unavailable
from voice_engine.providers.base import Tts
from voice_engine.providers.catalogue import Voice

WITHIN_S = 20.0
LONGEST_S = 15
_SENTENCES = {
    "zh": "您好，我是{name}，很高兴为您服务。请问有什么可以帮您？",
    "yue": "你好，我係{name}，好高興為你服務。請問有咩可以幫到你？",
    "en": "Hello, this is {name}. How can I help you today?",
}


def place_of(blobs: Path, voice: Voice) -> Path:
    """Where the sample of a voice that everybody may hear is kept."""
    name = re.sub(r"[^\w.-]", "_", voice.voice)
    return blobs / "voice-samples" / voice.provider / f"{name}.wav"


def own_place(blobs: Path, id: str) -> Path:
    """Where the sample of an organisation's own voice is kept: by our id, for vendors' ids may coincide."""
    return blobs / "voice-samples" / "own" / f"{id}.wav"


async def record(voice: Voice, mouth: Tts) -> bytes:
    """A WAV; raises Unavailable with the vendor's reason."""
    name = re.sub(r"（.*）", "", voice.name)
    sentence = _SENTENCES.get(next(iter(voice.languages), "zh"), _SENTENCES["en"]).format(name=name)
    try:
        async with asyncio.timeout(WITHIN_S):
            frames = [frame async for frame in _frames(mouth, sentence)]
    except ProviderError as error:
        raise Unavailable("voice_silent", f"{voice.name} cannot be heard: {error.message}") from error
    except TimeoutError:
        message = f"{voice.name} says nothing within {WITHIN_S:.0f} s; try again."
        raise Unavailable("voice_silent", message) from None
    if not frames:
        raise Unavailable("voice_silent", f"{voice.name} says nothing; try again.")
    rate = frames[0].rate
    return wav.write(b"".join(frame.pcm for frame in frames)[: rate * 2 * LONGEST_S], rate)


async def _frames(mouth: Tts, sentence: str) -> AsyncIterator[AudioFrame]:
    async with aclosing(mouth.synthesize(_once(sentence))) as sound:  # type: ignore[type-var]
        async for item in sound:
            if isinstance(item, AudioFrame):
                yield item


async def _once(text: str) -> AsyncIterator[str]:
    yield text
