"""The contract suites, on both adapters, against the emulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance
from tests.contracts.tts import TtsContract
from tests.emulators.dashscope import DashScopeEmulator, Manner, Script, faults
from tests.voice_engine.providers.dashscope_tools import (
    SAID,
    config,
    in_a_loop_of_its_own,
    no_threads_left,
    utterance,
)
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401),
    "quota": faults.fail("Arrearage", "Access denied, please make sure your account is in good standing."),
    "rate_limit": faults.fail(
        "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."
    ),
    "idle_timeout": faults.fail("CLIENT_ERROR", "request timeout after 23 seconds."),
    "invalid_audio": faults.fail("UNSUPPORTED_FORMAT", "The format is not supported."),
    "bad_request": faults.fail("InvalidParameter", "max_sentence_silence is out of range."),
    "moderation": faults.fail("DataInspectionFailed", "Input data may contain inappropriate content."),
    "server": faults.refuse(503),
    "network": faults.drop("start"),
    "timeout": faults.never_start(),
}


@asynccontextmanager
async def vendor(fault: faults.Fault | None = None) -> AsyncIterator[DashScopeEmulator]:
    async with in_a_loop_of_its_own(DashScopeEmulator(Manner(script=Script(tones=dict(SAID))))) as emulator:
        emulator.fault = fault
        yield emulator
        await no_threads_left()
    assert emulator.violations == []


class TestRecogniser(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[DashScopeStt]:
        async with vendor() as emulator:
            yield DashScopeStt(config(emulator))

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        first, second = (utterance(tone, text) for tone, text in SAID)
        return first, second

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[DashScopeStt]:
        async with vendor(FAULTS[kind]) as emulator:
            yield DashScopeStt(config(emulator, timeout_s=0.4 if kind == "timeout" else 20))


class TestVoice(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[DashScopeTts]:
        async with vendor() as emulator:
            yield DashScopeTts(config(emulator))

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[DashScopeTts]:
        async with vendor(FAULTS[kind]) as emulator:
            yield DashScopeTts(config(emulator, timeout_s=0.4 if kind == "timeout" else 20))


class TestVoiceOfAnOldModel(TestVoice):
    """Without word times, without typed events, at 16 kHz."""

    @pytest.fixture
    async def tts(self) -> AsyncIterator[DashScopeTts]:
        async with vendor() as emulator:
            emulator.manner.events = "bare"
            yield DashScopeTts(config(emulator, model="cosyvoice-v1", options={"sampleRate": 16000}))
