"""Baidu's voices against their wire protocols: text that streams, and HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import SENTENCES, TtsContract, frames, seconds
from tests.emulators import faults
from tests.emulators.baidu import BaiduEmulator
from tests.emulators.baidu.server import NEW_KEY
from tests.voice_engine.providers.faults_everywhere import TTS_FAULTS
from tests.voice_engine.providers.speech import beside, hang_up, until
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.baidu.settings import wanted
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import Signal, Sound
from voice_engine.providers.tts.baidu import BaiduTts, _Codec

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(403, "no permission"),
    "rate_limit": faults.fail(18, "Open api qps request limit reached"),
    "quota": faults.fail(19, "Open api total request limit reached"),
    "bad_request": faults.fail(513, "text too long"),
    "server": faults.fail(503, "backend"),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}
HTTP = {"model": "http"}
# Over HTTP the sound has no frame: whatever else stands in it is heard.
HTTP_FAULTS = [fault for fault in TTS_FAULTS if fault.kind in ("refuse", "drop", "stall", "deaf", "end")]


def adapter(vendor: BaiduEmulator, **more: Any) -> BaiduTts:
    account = {"secrets": vendor.account, "api_key": vendor.account["apiKey"], "base_url": vendor.url}
    return BaiduTts(ProviderConfig(**{**account, **more}))


def baidu(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[BaiduEmulator]:
    return beside(BaiduEmulator(), fault)


class _Baidu(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)
    more: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    async def tts(self) -> AsyncIterator[BaiduTts]:
        async with baidu() as vendor:
            yield adapter(vendor, **self.more)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[BaiduTts]:
        async with baidu(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20, **self.more)


class TestBaidu(_Baidu):
    """Text that streams."""


class TestBaiduOverHttp(_Baidu):
    more: ClassVar[dict[str, str]] = HTTP


@pytest.mark.parametrize("fault", TTS_FAULTS, ids=lambda fault: f"{fault.kind}-{fault.at}")
async def test_whatever_breaks_is_a_provider_error_and_soon(fault: faults.Fault):
    async with baidu(fault) as vendor:
        with pytest.raises(ProviderError):
            await collect(adapter(vendor, timeout_s=0.3).synthesize(pieces(SENTENCES)))


@pytest.mark.parametrize("fault", HTTP_FAULTS, ids=lambda fault: f"{fault.kind}-{fault.at}")
async def test_whatever_breaks_over_http_is_a_provider_error_and_soon(fault: faults.Fault):
    async with baidu(fault) as vendor:
        with pytest.raises(ProviderError):
            await collect(adapter(vendor, timeout_s=0.3, **HTTP).synthesize(pieces(SENTENCES)))


@pytest.mark.parametrize("more", [{}, HTTP], ids=["streaming", "http"])
async def test_a_new_key_needs_no_token(more: dict[str, str]):
    async with baidu() as vendor:
        voice = adapter(vendor, api_key=NEW_KEY, secrets={"apiKey": NEW_KEY}, **more)

        assert frames(await collect(voice.synthesize(pieces(["你好。"]))))
        assert vendor.tokens == set()


async def test_one_token_serves_many_and_a_refused_one_is_fetched_anew():
    async with baidu() as vendor:
        await collect(adapter(vendor).synthesize(pieces(["你好。"])))
        await collect(adapter(vendor, options={"pitch": 6}).synthesize(pieces(["你好。"])))
        assert len(vendor.tokens) == 1
        vendor.tokens.clear()
        await hang_up()

        assert frames(await collect(adapter(vendor).synthesize(pieces(["你好。"]))))


async def test_a_wrong_secret_is_told_without_it():
    async with baidu() as vendor:
        secrets = {**vendor.account, "secretKey": "wrong-secret"}
        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor, secrets=secrets).synthesize(pieces(SENTENCES)))

    assert failure.value.kind == "auth"
    assert "wrong-secret" not in f"{failure.value!r} {failure.value.message} {failure.value.details}"


async def test_the_next_synthesis_finds_a_connection_that_was_made_meanwhile():
    async with baidu() as vendor:
        voice = adapter(vendor)
        stream = voice.synthesize(then_silence(["今天天气很好，我们去公园走一走吧。"]))
        await within(anext(stream))
        await within(stream.aclose())  # type: ignore[attr-defined]
        await until(lambda: vendor.connections == 2)  # the spare one

        assert frames(await collect(voice.synthesize(pieces(["好的。"]))))
        assert vendor.connections <= 3


async def test_over_http_every_letter_arrives():
    async with baidu() as vendor:
        text = "价格是 50% + 3 元 & 谢谢/再见？"
        streamed = await collect(adapter(vendor).synthesize(pieces([text])))
        over_http = await collect(adapter(vendor, **HTTP).synthesize(pieces([text])))

    assert seconds(over_http) == pytest.approx(seconds(streamed))


@pytest.mark.parametrize(("rate", "aue"), [(16000, 4), (8000, 5), (24000, 4)])
def test_a_voice_is_wanted_in_the_vendors_words(rate: int, aue: int):
    task = wanted(ProviderConfig(voice="4189", speed=1.5, options={"sampleRate": rate, "volume": 9}))

    assert task.fields == {
        "spd": 10, "pit": 5, "vol": 9, "aue": aue, "audio_ctrl": f'{{"sampling_rate": {rate}}}',
    }  # fmt: skip


def test_a_session_is_what_the_vendor_says_it_is():
    codec = _Codec('{"type":"system.start"}')
    started = {"type": "system.started", "code": 0, "message": "success", "headers": {"session_id": "s"}}

    assert codec.begin(True) == ('{"type":"system.start"}',)
    assert codec.receive(json.dumps(started)) == (Signal.READY,)
    assert codec.text("你好") == ('{"type": "text", "payload": {"text": "你好"}}',)
    assert codec.receive(b"\1\2") == (Sound(b"\1\2"),)
    assert codec.end() == ('{"type":"system.finish"}',)
    assert codec.receive('{"type":"system.finished","code":0}') == (Signal.OVER,)
    with pytest.raises(ProviderError) as failure:
        codec.receive('{"type":"system.error","code":513,"message":"too long"}')
    assert (failure.value.kind, failure.value.vendor_code) == ("bad_request", "513")


@pytest.mark.parametrize(
    "wrong",
    [{"voice": "小宇"}, {"speed": 3.0}, {"model": "best"}, {"options": {"sampleRate": 44100}}],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        BaiduTts(ProviderConfig(**wrong))
