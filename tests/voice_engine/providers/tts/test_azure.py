"""Azure's voices against their wire protocol."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import SENTENCES, TtsContract, frames
from tests.emulators import faults
from tests.emulators.azure import AzureEmulator
from tests.voice_engine.providers.faults_everywhere import TTS_FAULTS
from tests.voice_engine.providers.speech import beside, until
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig, WordTimes
from voice_engine.providers.duplex.codec import Signal, Sound
from voice_engine.providers.options import Options
from voice_engine.providers.tts.azure import AzureTts, _Codec, _context, _ssml

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, "Access denied due to invalid subscription key"),
    "rate_limit": faults.refuse(429, "Quota exceeded"),
    "bad_request": faults.close(1007, "Unsupported voice nobody", at="start"),
    "server": faults.close(1011, "internal", at=0),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}


def adapter(vendor: AzureEmulator, **more: Any) -> AzureTts:
    account = {"secrets": vendor.account, "api_key": vendor.account["apiKey"], "base_url": vendor.url}
    return AzureTts(ProviderConfig(**{**account, **more}))


def azure(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[AzureEmulator]:
    return beside(AzureEmulator(), fault)


class TestAzure(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[AzureTts]:
        async with azure() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[AzureTts]:
        async with azure(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


@pytest.mark.parametrize("fault", TTS_FAULTS, ids=lambda fault: f"{fault.kind}-{fault.at}")
async def test_whatever_breaks_is_a_provider_error_and_soon(fault: faults.Fault):
    async with azure(fault) as vendor:
        with pytest.raises(ProviderError):
            await collect(adapter(vendor, timeout_s=0.3).synthesize(pieces(SENTENCES)))


async def test_sentence_after_sentence_is_spoken_on_the_same_socket():
    async with azure() as vendor:
        voice = adapter(vendor)
        for _ in range(4):
            assert frames(await collect(voice.synthesize(pieces(["今天天气很好。"]))))

        assert vendor.connections <= 2, "one that speaks and a spare one"


async def test_after_an_interruption_the_next_sentence_is_whole():
    async with azure(faults.stall(1)) as vendor:
        vendor.fault_times = 1  # it is still speaking when it is interrupted
        voice = adapter(vendor)
        stream = voice.synthesize(then_silence(["今天天气很好，我们去公园走一走吧。"]))
        await within(anext(stream))
        await until(lambda: vendor.connections == 2)  # the spare one
        await within(stream.aclose())  # type: ignore[attr-defined]
        await until(lambda: vendor.open_sockets == 1)

        assert frames(await collect(voice.synthesize(pieces(["好的。"]))))


async def test_a_style_the_voice_has_is_spoken():
    async with azure() as vendor:
        voice = adapter(vendor, options={"style": "apology", "styleDegree": 1.5}, speed=1.25)

        assert frames(await collect(voice.synthesize(pieces(["很抱歉，<让>您久等了 & 谢谢。"]))))


def ssml(text: str, **config: Any) -> str:
    told = ProviderConfig(**config)
    return _ssml(told, Options(told, "Azure"))(text)


def test_an_assistant_s_style_and_speed_are_told_in_ssml():
    said = ssml(
        "您好 <b> & 再见\x00", speed=1.1, options={"style": "friendly", "styleDegree": 0.8, "pitch": -5}
    )

    assert said == (
        "<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' "
        "xmlns:mstts='http://www.w3.org/2001/mstts' xml:lang=\"zh-CN\">"
        '<voice name="zh-CN-XiaoxiaoNeural"><mstts:express-as style="friendly" styledegree=\'0.8\'>'
        "<prosody rate='+10%' pitch='-5%' volume='+0%'>您好 &lt;b&gt; &amp; 再见</prosody>"
        "</mstts:express-as></voice></speak>"
    )


@pytest.mark.parametrize(
    ("style", "theirs"), [("apology", "sorry"), ("formal", "serious"), ("newscast", "newscast")]
)
def test_plain_words_for_a_style_are_the_vendors(style: str, theirs: str):
    assert f'style="{theirs}"' in ssml("好", options={"style": style})


def test_a_turn_is_its_sound_its_words_and_its_end():
    codec = _Codec(_context(16000, timed=True), str)
    head = f"X-RequestId:{codec._request}\r\nPath:"
    context, ssml = codec.end()
    word = {"Offset": 500_000, "Duration": 2_000_000, "text": {"Text": "好", "BoundaryType": "WordBoundary"}}
    metadata = json.dumps({"Metadata": [{"Type": "WordBoundary", "Data": word}, {"Type": "SessionEnd"}]})
    audio = f"{head}audio\r\n".encode()

    assert '"outputFormat": "raw-16khz-16bit-mono-pcm"' in str(context)
    assert "Path:ssml\r\nContent-Type:application/ssml+xml\r\n" in str(ssml)
    assert list(codec.receive(f"{head}turn.start\r\n\r\n{{}}")) == []
    assert list(codec.receive(f"{head}audio.metadata\r\n\r\n{metadata}")) == [
        WordTimes(("好",), (0.05,), (0.25,))
    ]
    framed = len(audio).to_bytes(2, "big") + audio
    assert list(codec.receive(framed + b"\1\2")) == [Sound(b"\1\2")]
    assert list(codec.receive(framed)) == [], "the empty one at the end"
    assert list(codec.receive(f"X-RequestId:{'0' * 32}\r\nPath:turn.end\r\n\r\n{{}}")) == [], "another turn's"
    assert list(codec.receive(f"{head}turn.end\r\n\r\n{{}}")) == [Signal.OVER]


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 2.5},
        {"options": {"sampleRate": 22050}},
        {"options": {"styleDegree": 3}},
        {"options": {"pitch": 60}},
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        AzureTts(ProviderConfig(**wrong))
