"""The contracts of single vendors hold for pools of them, against the vendors' emulators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.contracts.stt import Utterance
from tests.emulators.openai import OpenAiEmulator
from tests.voice_engine.providers import test_dashscope_contracts as dashscope
from tests.voice_engine.providers.dashscope_tools import config
from tests.voice_engine.providers.llm import test_openai_compatible as openai
from tests.voice_engine.providers.llm.openai_tools import adapter
from tests.voice_engine.providers.pool.vendors import member
from tests.voice_engine.providers.stt import test_pocketsphinx as pocketsphinx
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import Llm, Stt, Tts
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts


class TestModels(openai.TestOpenAiCompatible):
    @pytest.fixture
    async def llm(self, vendor: OpenAiEmulator) -> Llm:
        llm = adapter(vendor)
        return PoolLlm([member(llm, "llm"), member(llm, "llm")])

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Llm]:
        async with super().failing(kind) as llm:
            yield PoolLlm([member(llm, "llm"), member(llm, "llm")])


class TestRecognisersThatEndpointThemselves(dashscope.TestRecogniser):
    @pytest.fixture
    async def stt(self) -> AsyncIterator[Stt]:
        async with dashscope.vendor() as emulator:
            stt = DashScopeStt(config(emulator))
            yield PoolStt([member(stt, "stt"), member(stt, "stt")])

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Stt]:
        async with super().failing(kind) as stt:
            yield PoolStt([member(stt, "stt"), member(stt, "stt")])


class TestRecognisersThatAreFlushed(pocketsphinx.TestPocketSphinx):
    @pytest.fixture
    async def stt(self, said: tuple[Utterance, Utterance]) -> Stt:
        stt = pocketsphinx.stt_for(pocketsphinx.SENTENCES)
        return PoolStt([member(stt, "stt"), member(stt, "stt")])


class TestVoices(dashscope.TestVoice):
    @pytest.fixture
    async def tts(self) -> AsyncIterator[Tts]:
        async with dashscope.vendor() as emulator:
            tts = DashScopeTts(config(emulator))
            yield PoolTts([member(tts, "tts"), member(tts, "tts")])

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[Tts]:
        async with super().failing(kind) as tts:
            yield PoolTts([member(tts, "tts"), member(tts, "tts")])
