"""The real vendors: the recogniser must understand the voice. Needs `-m live` and their accounts."""

import os

import pytest

from tests.contracts.stt import Utterance, finals
from tests.contracts.tools import collect, pieces
from tests.voice_engine.providers.speech import at_the_pace_of_speech
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.providers.base import Flush, ProviderConfig, Stt, Tts, Usage
from voice_engine.providers.registry import load

SENTENCE = "您好，我想查一下我的余额。"


@pytest.mark.live
@pytest.mark.parametrize("name", ["aliyun-nls", "volcengine"])
async def test_what_the_voice_says_the_recogniser_understands(name: str):
    account = ACCOUNTS[name]
    secrets = {field: os.environ.get(account.setting(field), "") for field in account.fields}
    if account.lacking(secrets):
        pytest.skip(f"the account of {name} is not set")
    voice: Tts = load("tts", name)(ProviderConfig(secrets=secrets, options={"sampleRate": 16000}))
    ear: Stt = load("stt", name)(ProviderConfig(secrets=secrets))

    first, again = [await collect(voice.synthesize(pieces([SENTENCE]))) for _ in range(2)]
    sound = Utterance(b"".join(x.pcm for x in first if isinstance(x, AudioFrame)), SENTENCE)
    heard = await collect(ear.transcribe(at_the_pace_of_speech([*sound.frames(), Flush()])))

    assert "查一下我的余额" in "".join(finals(heard))
    assert any(isinstance(x, AudioFrame) for x in again)
    assert any(isinstance(x, Usage) for x in heard)
