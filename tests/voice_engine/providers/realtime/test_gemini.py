"""Gemini Live against its wire protocol."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.realtime import RealtimeContract, Talk
from tests.contracts.stt import Utterance
from tests.emulators import faults
from tests.emulators.faults import Fault
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.vendor import apart
from tests.voice_engine.providers.realtime.brain import brain
from tests.voice_engine.providers.speech import SCRIPT, conversation
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import ProviderConfig, Usage
from voice_engine.providers.base_realtime import Expiring, Respond, Resumable
from voice_engine.providers.realtime.gemini import GeminiRealtime

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, Fault] = {
    "auth": faults.refuse(401),
    "quota": faults.close(1011, "billing is not enabled for this project"),
    "rate_limit": faults.close(1011, "RESOURCE_EXHAUSTED: quota per minute", at=0),
    "bad_request": faults.close(1007, "Request contains an argument that is wrong"),
    "server": faults.garbage(at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall(at=1),
}


class TestGemini(RealtimeContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @asynccontextmanager
    async def running(self, fault: Fault | None = None) -> AsyncIterator[GeminiEmulator]:
        async with apart(GeminiEmulator(SCRIPT, brain)) as vendor:
            vendor.fault = fault
            self.vendor = vendor
            yield vendor
        assert vendor.violations == []

    def build(self, vendor: GeminiEmulator, **more: Any) -> GeminiRealtime:
        config = {"model": "gemini-x-live", "secrets": vendor.account, "base_url": vendor.url, **more}
        return GeminiRealtime(ProviderConfig(**config))

    @pytest.fixture
    async def realtime(self) -> AsyncIterator[GeminiRealtime]:
        async with self.running() as vendor:
            yield self.build(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[GeminiRealtime]:
        async with self.running(FAULTS[kind]) as vendor:
            yield self.build(vendor, timeout_s=0.4 if kind == "timeout" else 20)

    async def usage(self, talk: Talk) -> Usage:
        return await talk.until(Usage)

    def knew(self, texts: Sequence[str]) -> None:
        assert [line.text for line in self.vendor.rooms[-1].lines][:2] == list(texts)

    async def test_it_says_when_the_socket_will_end_and_how_another_one_can_go_on(self):
        async with self.running() as vendor:
            vendor.session_s, vendor.notice_s = 0.5, 0.3
            async with Talk(self.build(vendor)) as talk:
                handle = (await talk.until(Resumable)).handle
                leaving = await talk.until(Expiring)

        assert handle in vendor.memory
        assert leaving.seconds == pytest.approx(0.3)

    async def test_instructions_reach_it_as_a_remark(self, realtime: GeminiRealtime):
        async with Talk(realtime) as talk:
            talk.say(Respond("四五六"))
            await talk.until(Usage)

        assert self.vendor.rooms[-1].lines[0].text == "四五六"
