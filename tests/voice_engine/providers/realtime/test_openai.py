"""OpenAI Realtime and its beta clone Qwen-Omni against their wire protocol."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.realtime import RealtimeContract, speak_once
from tests.contracts.stt import Utterance
from tests.emulators import faults
from tests.emulators.faults import Fault
from tests.emulators.openai_realtime import OpenAiRealtimeEmulator
from tests.emulators.qwen_omni import QwenOmniEmulator
from tests.emulators.vendor import apart
from tests.voice_engine.providers.realtime.brain import brain
from tests.voice_engine.providers.speech import SCRIPT, conversation
from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.realtime.openai import OpenAiRealtime
from voice_engine.providers.realtime.qwen_omni import QwenOmniRealtime

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, Fault] = {
    "auth": faults.refuse(401, "Incorrect API key provided: sk-rea***ple"),
    "quota": faults.fail("insufficient_quota", "You exceeded your current quota"),
    "rate_limit": faults.refuse(429, "slow down", 3),
    "idle_timeout": faults.fail("session_expired", at=1),
    "bad_request": faults.fail("invalid_value", "voice"),
    "moderation": faults.fail("content_policy_violation", at=0),
    "server": faults.garbage(at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}

OTHER_FAULTS = [
    (faults.oversized(at=1), "network"),
    (faults.odd(at=1), "server"),
    (faults.close(1011, "keepalive failed", at=1), "server"),
    (faults.end(at=1), "network"),
    (faults.stall(at=1), "timeout"),
    (faults.refuse(503), "server"),
    (faults.refuse(402), "quota"),
]


class _OpenAiFamily(RealtimeContract):
    company: ClassVar[type[OpenAiRealtimeEmulator]]
    adapter: ClassVar[type[Any]]
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    def build(self, vendor: OpenAiRealtimeEmulator, **more: Any) -> Any:
        config = {"model": "m-realtime", "secrets": vendor.account, "base_url": vendor.url, **more}
        return self.adapter(ProviderConfig(**config))

    @asynccontextmanager
    async def running(self, fault: Fault | None = None) -> AsyncIterator[OpenAiRealtimeEmulator]:
        async with apart(self.company(SCRIPT, brain)) as vendor:
            vendor.fault = fault
            self.vendor = vendor
            yield vendor
        assert vendor.violations == []

    @pytest.fixture
    async def realtime(self) -> AsyncIterator[Any]:
        async with self.running() as vendor:
            yield self.build(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Any]:
        async with self.running(FAULTS[kind]) as vendor:
            yield self.build(vendor, timeout_s=0.4 if kind == "timeout" else 20)

    @pytest.mark.parametrize(
        ("fault", "kind"),
        OTHER_FAULTS,
        ids=lambda value: getattr(value, "kind", value),
    )
    async def test_it_survives_no_other_fault_in_silence(self, fault: Fault, kind: str):
        async with self.running(fault) as vendor:
            realtime = self.build(vendor, timeout_s=0.4 if kind == "timeout" else 20)
            with pytest.raises(ProviderError) as failure:
                await speak_once(realtime)

        assert failure.value.kind == kind

    def knew(self, texts: Sequence[str]) -> None:
        assert [line.text for line in self.vendor.rooms[-1].lines][:2] == list(texts)


class TestOpenAi(_OpenAiFamily):
    company, adapter = OpenAiRealtimeEmulator, OpenAiRealtime


class TestQwenOmni(_OpenAiFamily):
    company, adapter = QwenOmniEmulator, QwenOmniRealtime


del _OpenAiFamily
