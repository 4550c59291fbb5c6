"""The real vendor: its recognisers must understand its voices. Needs `-m live` and the IFLYTEK_ settings."""

import os

import pytest

from tests.contracts.stt import Utterance, finals
from tests.contracts.tools import collect, pieces
from tests.voice_engine.providers.speech import at_the_pace_of_speech
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.providers.base import Flush, ProviderConfig, Usage
from voice_engine.providers.stt.iflytek import IflytekStt
from voice_engine.providers.tts.iflytek import IflytekTts

SENTENCE = "您好，我想查一下我的余额。"


@pytest.mark.live
@pytest.mark.parametrize("hears", ["rtasr", "ast", "iat", "slm", "ist"])
@pytest.mark.parametrize("speaks", ["super", "tts"])
async def test_what_the_voice_says_the_recogniser_understands(speaks: str, hears: str):
    account = ACCOUNTS["iflytek"]
    secrets = {name: os.environ.get(account.setting(name), "") for name in account.fields}
    if account.lacking(secrets):
        pytest.skip("no account of iFlytek is set")
    voice = IflytekTts(ProviderConfig(secrets=secrets, model=speaks, options={"sampleRate": 16000}))
    said = await collect(voice.synthesize(pieces([SENTENCE])))
    sound = Utterance(b"".join(x.pcm for x in said if isinstance(x, AudioFrame)), SENTENCE)

    ear = IflytekStt(ProviderConfig(secrets=secrets, model=hears, language="zh"))
    heard = await collect(ear.transcribe(at_the_pace_of_speech([*sound.frames(), Flush()])))

    assert "查一下我的余额" in "".join(finals(heard))
    assert any(isinstance(x, Usage) for x in heard)
