"""Spoken test material: espeak-ng's voice as 16 kHz PCM, made once per process."""

import asyncio
from functools import cache

from tests.contracts.tools import collect, pieces
from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import resample
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.tts.espeak import EspeakTts

RATE = 16000


@cache
def speech(text: str, voice: str = "en-us", speed: float = 1.0) -> bytes:
    """`text` spoken, mono PCM16 at 16 kHz. Call it from synchronous code, a fixture for example."""
    return asyncio.run(_speech(text, voice, speed))


async def _speech(text: str, voice: str, speed: float) -> bytes:
    voice_of_espeak = EspeakTts(ProviderConfig(voice=voice, speed=speed))
    said = await collect(voice_of_espeak.synthesize(pieces([text])))
    sound = [x for x in said if isinstance(x, AudioFrame)]
    return resample(b"".join(f.pcm for f in sound), sound[0].rate, RATE)
