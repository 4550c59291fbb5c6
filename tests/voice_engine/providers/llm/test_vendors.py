"""The contract, in each vendor's dialect."""

import pytest

from tests.voice_engine.providers.llm import test_openai_compatible as openai

pytestmark = pytest.mark.slow


class TestCustomLlm(openai.TestOpenAiCompatible):
    dialect = "custom-llm"


class TestQwen(openai.TestOpenAiCompatible):
    dialect = "dashscope"


class TestDeepSeek(openai.TestOpenAiCompatible):
    dialect = "deep-seek"


class TestKimi(openai.TestOpenAiCompatible):
    dialect = "moonshot"


class TestGlm(openai.TestOpenAiCompatible):
    dialect = "zhipu"


class TestErnie(openai.TestOpenAiCompatible):
    dialect = "qianfan"


class TestSpark(openai.TestOpenAiCompatible):
    dialect = "spark"


class TestMiniMax(openai.TestOpenAiCompatible):
    dialect = "minimax"


class TestDoubao(openai.TestOpenAiCompatible):
    dialect = "ark"


class TestHunyuan(openai.TestOpenAiCompatible):
    dialect = "hunyuan"


class TestGemini(openai.TestOpenAiCompatible):
    dialect = "google"
    names_requests = False  # its refusals carry no name
