"""The real vendor: its recognisers must understand its voices. Needs `-m live` and DASHSCOPE_API_KEY."""

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
@pytest.mark.parametrize(
    ("speaks", "hears"),
    [
        ("cosyvoice-v3-flash", "paraformer-realtime-v2"),
        ("qwen3-tts-flash-realtime", "qwen3-asr-flash-realtime"),
    ],
)
async def test_what_the_voice_says_the_recogniser_understands(speaks, hears):
    key = os.environ["DASHSCOPE_API_KEY"]
    voice = DashScopeTts(ProviderConfig(api_key=key, model=speaks, options={"sampleRate": 16000}))
    said = await collect(voice.synthesize(pieces([SENTENCE])))
    sound = Utterance(b"".join(x.pcm for x in said if isinstance(x, AudioFrame)), SENTENCE)

    stream = [*sound.frames(), Flush()]
    ear = DashScopeStt(ProviderConfig(api_key=key, model=hears, language="zh"))
    heard = await collect(ear.transcribe(pieces(stream)))

    assert "查一下我的余额" in "".join(finals(heard))
    assert any(isinstance(x, WordTimes) for x in said) == voice.capabilities.word_times
    assert any(isinstance(x, Usage) and not x.estimated for x in said)
    assert any(isinstance(x, Usage) for x in heard)
