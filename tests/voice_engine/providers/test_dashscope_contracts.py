"""The contract suites, on both adapters and each of their two ways, against the emulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance
from tests.contracts.tts import TtsContract
from tests.emulators import faults
from tests.emulators.dashscope import DashScopeEmulator, Manner, Script
from tests.emulators.vendor import apart
from tests.voice_engine.providers.dashscope_tools import config, no_threads_left
from tests.voice_engine.providers.speech import SAID, utterance
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
    "timeout": faults.stall(),
}


@asynccontextmanager
async def vendor(fault: faults.Fault | None = None) -> AsyncIterator[DashScopeEmulator]:
    async with apart(DashScopeEmulator(Manner(script=Script(tones=dict(SAID))))) as emulator:
        emulator.fault = fault
        yield emulator
        await no_threads_left()
    assert emulator.violations == []


class TestRecogniser(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)
    settings: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    async def stt(self) -> AsyncIterator[DashScopeStt]:
        async with vendor() as emulator:
            yield DashScopeStt(config(emulator, **self.settings))

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        first, second = (utterance(tone, text) for tone, text in SAID)
        return first, second

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[DashScopeStt]:
        async with vendor(FAULTS[kind]) as emulator:
            timeout_s = 0.4 if kind == "timeout" else 20
            yield DashScopeStt(config(emulator, timeout_s=timeout_s, **self.settings))


class TestQwenRecogniser(TestRecogniser):
    """In a realtime session; the vendor ends utterances."""

    settings: ClassVar[dict[str, Any]] = {"model": "qwen3-asr-flash-realtime"}


class TestQwenRecogniserThatIsTold(TestRecogniser):
    """In a realtime session; we alone end utterances."""

    settings: ClassVar[dict[str, Any]] = {
        "model": "qwen3-asr-flash-realtime",
        "options": {"commitOnFlush": True},
    }


class TestVoice(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)
    settings: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    async def tts(self) -> AsyncIterator[DashScopeTts]:
        async with vendor() as emulator:
            yield DashScopeTts(config(emulator, **self.settings))

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[DashScopeTts]:
        async with vendor(FAULTS[kind]) as emulator:
            timeout_s = 0.4 if kind == "timeout" else 20
            yield DashScopeTts(config(emulator, timeout_s=timeout_s, **self.settings))


class TestQwenVoice(TestVoice):
    """In a realtime session; we say when to speak."""

    settings: ClassVar[dict[str, Any]] = {"model": "qwen3-tts-flash-realtime"}


class TestQwenVoiceThatDecides(TestVoice):
    """In a realtime session; the vendor says when to speak."""

    settings: ClassVar[dict[str, Any]] = {
        "model": "qwen3-tts-flash-realtime",
        "options": {"mode": "server_commit"},
    }


class TestVoiceOfAnOldModel(TestVoice):
    """Without word times, without typed events, at 16 kHz."""

    @pytest.fixture
    async def tts(self) -> AsyncIterator[DashScopeTts]:
        async with vendor() as emulator:
            emulator.manner.events = "bare"
            yield DashScopeTts(config(emulator, model="cosyvoice-v1", options={"sampleRate": 16000}))
