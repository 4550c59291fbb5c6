"""The contracts of single vendors hold for pools of them, against the vendors' emulators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.contracts.stt import Utterance
from tests.emulators.openai import OpenAiEmulator
from tests.voice_engine.providers import test_dashscope_contracts as dashscope
from tests.voice_engine.providers.dashscope_tools import config
from tests.voice_engine.providers.llm import test_openai_compatible as openai
from tests.voice_engine.providers.llm.openai_tools import adapter
from tests.voice_engine.providers.stt import test_pocketsphinx as pocketsphinx
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import Llm, Stt, Tts
from voice_engine.providers.pool.latency import Bounds, Latency
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.standing import Standing
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

pytestmark = pytest.mark.slow

CALM = Bounds(start=30, cap=30, patience=30)  # a machine under load is no vendor in trouble


def two(part: Any) -> list[Member[Any]]:
    """The same vendor twice."""
    return [Member(part, part.vendor, "", Standing(Latency(CALM))) for _ in range(2)]


class TestModels(openai.TestOpenAiCompatible):
    @pytest.fixture
    async def llm(self, vendor: OpenAiEmulator) -> Llm:
        llm = adapter(vendor)
        return PoolLlm(two(llm))

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Llm]:
        async with super().failing(kind) as llm:
            yield PoolLlm(two(llm))


class TestRecognisersThatEndpointThemselves(dashscope.TestRecogniser):
    @pytest.fixture
    async def stt(self) -> AsyncIterator[Stt]:
        async with dashscope.vendor() as emulator:
            stt = DashScopeStt(config(emulator))
            yield PoolStt(two(stt))

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Stt]:
        async with super().failing(kind) as stt:
            yield PoolStt(two(stt))


class TestRecognisersThatAreFlushed(pocketsphinx.TestPocketSphinx):
    @pytest.fixture
    async def stt(self, said: tuple[Utterance, Utterance]) -> Stt:
        stt = pocketsphinx.stt_for(pocketsphinx.SENTENCES)
        return PoolStt(two(stt))


class TestVoices(dashscope.TestVoice):
    @pytest.fixture
    async def tts(self) -> AsyncIterator[Tts]:
        async with dashscope.vendor() as emulator:
            tts = DashScopeTts(config(emulator))
            yield PoolTts(two(tts))

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Tts]:
        async with super().failing(kind) as tts:
            yield PoolTts(two(tts))
