"""The real OpenAI, and real servers of one's own: they must understand OpenAI's voice.

Needs `-m live` and OPENAI_API_KEY; for servers WHISPER_BASE_URL and WHISPER_MODEL, or FUNASR_BASE_URL.
"""

import os
from typing import Any

import pytest

from tests.contracts.stt import Utterance, finals
from tests.contracts.tools import collect, pieces
from tests.voice_engine.providers.speech import at_the_pace_of_speech
from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import resample
from voice_engine.providers import registry
from voice_engine.providers.base import Flush, ProviderConfig, Usage

SENTENCE = "您好，我想查一下我的余额。"
HEARS: dict[str, dict[str, Any]] = {
    "openai": {"model": "gpt-live-transcribe", "language": "zh"},
    "whisper": {"model": os.environ.get("WHISPER_MODEL", "whisper-large-v3"), "language": "zh"},
    "funasr": {},
}


@pytest.mark.live
@pytest.mark.parametrize("hears", HEARS)
async def test_what_the_voice_says_the_recogniser_understands(hears: str):
    key = os.environ.get("OPENAI_API_KEY", "")
    where = os.environ.get(f"{hears.upper()}_BASE_URL", "")
    if not key or (hears != "openai" and not where):
        pytest.skip(f"no account of OpenAI or no server of {hears} is set")
    voice = registry.load("tts", "openai")(ProviderConfig(api_key=key, model="gpt-4o-mini-tts"))
    said = [x for x in await collect(voice.synthesize(pieces([SENTENCE]))) if isinstance(x, AudioFrame)]
    sound = Utterance(resample(b"".join(x.pcm for x in said), said[0].rate, 16000), SENTENCE)
    theirs = key if hears == "openai" else os.environ.get("WHISPER_API_KEY", "")

    ear = registry.load("stt", hears)(ProviderConfig(api_key=theirs, base_url=where, **HEARS[hears]))
    heard = await collect(ear.transcribe(at_the_pace_of_speech([*sound.frames(), Flush()])))

    assert "余额" in "".join(finals(heard))
    assert any(isinstance(x, Usage) for x in heard)
