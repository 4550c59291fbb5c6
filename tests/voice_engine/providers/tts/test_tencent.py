"""Tencent Cloud's voices against their wire protocol."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces
from tests.contracts.tts import TtsContract
from tests.emulators import faults
from tests.emulators.tencent import TencentEmulator
from tests.emulators.tencent.server import ACCOUNT
from tests.emulators.vendor import Desk, apart
from tests.voice_engine.providers.speech import beside
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.tencent.signing import signature
from voice_engine.providers.tts.tencent import TencentTts

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(4002, "authentication failed"),
    "quota": faults.fail(4005, "account overdue"),
    "rate_limit": faults.fail(4006, "concurrency limit"),
    "bad_request": faults.fail(4001, "parameter"),
    "server": faults.odd(0),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}


def adapter(vendor: TencentEmulator, **more: Any) -> TencentTts:
    return TencentTts(ProviderConfig(**{"secrets": vendor.account, "base_url": vendor.url, **more}))


def tencent(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[TencentEmulator]:
    return beside(TencentEmulator(), fault)


class TestTencent(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[TencentTts]:
        async with tencent() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[TencentTts]:
        async with tencent(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


def test_the_signature_is_the_vendors():
    query = {
        "Action": "TextToStreamAudioWSv2", "AppId": 1250000000, "Codec": "pcm", "EnableSubtitle": "True",
        "Expired": 1700086400, "ModelType": 1, "SampleRate": 16000, "SecretId": "AKIDexample",
        "SessionId": "sid-0001", "Speed": 0, "Timestamp": 1700000000, "VoiceType": 101001, "Volume": 0,
    }  # fmt: skip

    signed = signature(ACCOUNT["secretKey"], "GET", "tts.cloud.tencent.com/stream_wsv2", query)

    assert signed == "PNudifTxqqzySX/p7rXVqHw+TVc="


@pytest.mark.parametrize(("speed", "theirs"), [(0.6, -2), (0.8, -1), (1.0, 0), (1.5, 2), (2.5, 6)])
def test_a_speed_is_told_in_the_vendors_steps(speed: float, theirs: int):
    tts = TencentTts(ProviderConfig(speed=speed))

    assert tts._query["Speed"] == theirs


@pytest.mark.parametrize(
    "wrong",
    [{"voice": "小云"}, {"speed": 3.0}, {"options": {"sampleRate": 44100}}, {"options": {"volume": 11}}],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        TencentTts(ProviderConfig(**wrong))


class Dripping(TencentEmulator):
    """Says two samples now and then, for ever."""

    async def meet(self, desk: Desk) -> None:
        await desk.say({"code": 0, "message": "", "session_id": desk.request.query["SessionId"], "ready": 1})
        while True:
            await desk.say(bytes(4))
            await asyncio.sleep(0.05)


async def test_a_voice_that_drips_does_not_speak():
    async with apart(Dripping()) as vendor:
        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor, timeout_s=0.4).synthesize(pieces(["您好。"])))

    assert failure.value.kind == "timeout"
