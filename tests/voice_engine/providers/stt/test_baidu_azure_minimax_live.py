"""The real vendors: Baidu's and Azure's ears must understand their own voices, and MiniMax's be understood.

Needs `-m live` and the settings of the accounts (BAIDU_…, AZURE_SPEECH_…, MINIMAX_…).
"""

import os
from typing import Any

import pytest

from tests.contracts.stt import Utterance, finals
from tests.contracts.tools import collect, pieces
from tests.voice_engine.providers.speech import at_the_pace_of_speech
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.providers import registry
from voice_engine.providers.base import Flush, ProviderConfig, Usage

SENTENCE = "您好，我想查一下我的余额。"


@pytest.mark.live
@pytest.mark.parametrize(
    ("speaks", "options", "hears"),
    [
        ("baidu", {"model": "streaming"}, "baidu"),
        ("baidu", {"model": "http"}, "baidu"),
        ("azure", {"options": {"style": "friendly"}}, "azure"),
        ("minimax", {}, "azure"),
        ("minimax", {"options": {"transport": "http"}}, "baidu"),
    ],
)
async def test_what_the_voice_says_the_recogniser_understands(
    speaks: str, options: dict[str, Any], hears: str
):
    voice = registry.load("tts", speaks)(config(speaks, **options))
    said = await collect(voice.synthesize(pieces([SENTENCE])))
    sound = Utterance(b"".join(x.pcm for x in said if isinstance(x, AudioFrame)), SENTENCE)

    ear = registry.load("stt", hears)(config(hears, language="zh"))
    heard = await collect(ear.transcribe(at_the_pace_of_speech([*sound.frames(), Flush()])))

    assert "查一下我的余额" in "".join(finals(heard))
    assert any(isinstance(x, Usage) for x in heard)


def config(provider: str, **more: Any) -> ProviderConfig:
    """The platform's own account."""
    account = ACCOUNTS[provider]
    secrets = {name: os.environ.get(account.setting(name), "") for name in account.fields}
    if account.lacking(secrets):
        pytest.skip(f"no account of {provider} is set")
    return ProviderConfig(**{"secrets": secrets, "api_key": secrets.get("apiKey", ""), **more})
