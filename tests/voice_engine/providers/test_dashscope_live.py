"""The real vendor: what CosyVoice says Paraformer must understand. Needs `-m live` and DASHSCOPE_API_KEY."""

import os

import pytest

from tests.contracts.stt import Utterance, finals
from tests.contracts.tools import collect, pieces
from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush, ProviderConfig, Usage, WordTimes
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

SENTENCE = "您好，我想查一下我的余额。"


@pytest.mark.live
async def test_what_the_voice_says_the_recogniser_understands():
    key = os.environ["DASHSCOPE_API_KEY"]
    voice = DashScopeTts(ProviderConfig(api_key=key, options={"sampleRate": 16000}))
    said = await collect(voice.synthesize(pieces([SENTENCE])))
    sound = Utterance(b"".join(x.pcm for x in said if isinstance(x, AudioFrame)), SENTENCE)

    stream = [*sound.frames(), Flush()]
    heard = await collect(DashScopeStt(ProviderConfig(api_key=key, language="zh")).transcribe(pieces(stream)))

    assert "查一下我的余额" in "".join(finals(heard))
    assert any(isinstance(x, WordTimes) for x in said)
    assert any(isinstance(x, Usage) and not x.estimated for x in said)
    assert any(isinstance(x, Usage) for x in heard)
