"""Tencent Cloud's recogniser against its wire protocol."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance
from tests.emulators import faults
from tests.emulators.tencent import TencentEmulator
from tests.emulators.tencent.server import ACCOUNT
from tests.voice_engine.providers.speech import SCRIPT, beside, conversation
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.stt.tencent import TencentStt
from voice_engine.providers.tencent.signing import signature

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(4002, "authentication failed"),
    "quota": faults.fail(4004, "free quota used up"),
    "rate_limit": faults.fail(4006, "concurrency limit"),
    "idle_timeout": faults.fail(4008, "no audio for 15 seconds", at=0),
    "invalid_audio": faults.fail(4007, "decode failed", at=0),
    "bad_request": faults.fail(4001, "parameter"),
    "server": faults.fail(5000, "try again", at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}


def adapter(vendor: TencentEmulator, **more: Any) -> TencentStt:
    return TencentStt(ProviderConfig(**{"secrets": vendor.account, "base_url": vendor.url, **more}))


def tencent(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[TencentEmulator]:
    return beside(TencentEmulator(SCRIPT), fault)


class TestTencent(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[TencentStt]:
        async with tencent() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[TencentStt]:
        async with tencent(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


def test_the_signature_is_the_vendors():
    query = {
        "engine_model_type": "16k_zh", "expired": 1700086400, "needvad": 1, "nonce": 12345678,
        "secretid": "AKIDexample", "timestamp": 1700000000, "voice_format": 1, "voice_id": "vid-0001",
    }  # fmt: skip

    signed = signature(ACCOUNT["secretKey"], "", "asr.cloud.tencent.com/asr/v2/1250000000", query)

    assert signed == "0KCowPQizdxjjm6CGKrye5uveAc="
