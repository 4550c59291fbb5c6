"""Spoken test material: espeak-ng's voice as 16 kHz PCM, made once per process."""

import asyncio
import subprocess
import sys
from base64 import b64decode
from functools import cache

from tests.contracts.tools import collect, pieces
from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import resample
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.tts.espeak import EspeakTts

RATE = 16000
_SAY = "import sys; from tests.contracts.speech import speech; sys.stdout.buffer.write(speech(*sys.argv[1:]))"

_SAY_ALL = """
import sys
from base64 import b64encode
from tests.contracts.speech import speech
for text in sys.argv[2:]:
    print(b64encode(speech(text, sys.argv[1])).decode())
"""


@cache
def speech(text: str, voice: str = "en-us", speed: float = 1.0) -> bytes:
    """`text` spoken, mono PCM16 at 16 kHz. Call it from synchronous code, a fixture for example."""
    return asyncio.run(_speech(text, voice, speed))


@cache
def spoken_in_order(texts: tuple[str, ...], voice: str = "en-us") -> tuple[bytes, ...]:
    """The same of several, by one fresh process: what espeak says depends a little on what it said before."""
    words = [sys.executable, "-c", _SAY_ALL, voice, *texts]
    said = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout
    return tuple(b64decode(line) for line in said.splitlines())


@cache
def speech_alone(text: str, voice: str = "en-us") -> bytes:
    """The same, made in a process of its own: what espeak says depends a little on what it said before."""
    words = [sys.executable, "-c", _SAY, text, voice]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout


async def _speech(text: str, voice: str, speed: float) -> bytes:
    voice_of_espeak = EspeakTts(ProviderConfig(voice=voice, speed=speed))
    said = await collect(voice_of_espeak.synthesize(pieces([text])))
    sound = [x for x in said if isinstance(x, AudioFrame)]
    return resample(b"".join(f.pcm for f in sound), sound[0].rate, RATE)
