"""Servers with OpenAI's transcription of files, exact ones and those that deviate."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import collect, faster_than, pieces
from tests.emulators import faults
from tests.emulators.ear import Script
from tests.emulators.openai_speech import OpenAiSpeechEmulator
from tests.emulators.openai_speech.server import Manner
from tests.emulators.vendor import apart
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig, Usage
from voice_engine.providers.openai_speech import models
from voice_engine.providers.stt.whisper import WhisperStt

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, '{"error":{"message":"no key"}}'),
    "quota": faults.refuse(402, '{"detail":"no money"}'),
    "rate_limit": faults.refuse(429, '{"error":{"message":"slow down","code":"rate_limit_exceeded"}}', 2),
    "invalid_audio": faults.fail("audio_unintelligible", "what is this?"),
    "bad_request": faults.refuse(400, '{"detail":[{"loc":["body","model"],"msg":"Field required"}]}'),
    "server": faults.odd(),
    "network": faults.drop(),
    "timeout": faults.stall(),
}


def adapter(vendor: OpenAiSpeechEmulator, **more: Any) -> WhisperStt:
    config = {"secrets": vendor.account, "base_url": vendor.url, "model": "whisper-large-v3", **more}
    return WhisperStt(ProviderConfig(**config))


def server(
    fault: faults.Fault | None = None, manner: Manner | None = None
) -> AbstractAsyncContextManager[OpenAiSpeechEmulator]:
    return beside(OpenAiSpeechEmulator(SCRIPT, manner), fault)


def talk() -> list[Any]:
    return [item for one in conversation() for item in (*one.frames(0.1), Flush())]


class TestWhisper(SttContract):
    partials: ClassVar[bool] = False
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[WhisperStt]:
        async with server() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[WhisperStt]:
        async with server(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


@pytest.mark.parametrize(
    "manner",
    [Manner(text="string"), Manner(counts="nothing", fastapi=True), Manner(counts="tokens")],
    ids=["text as a JSON string", "no usage", "usage in tokens"],
)
async def test_servers_that_deviate_are_understood(manner: Manner):
    async with server(manner=manner) as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(talk())))

    assert finals(heard) == [text for _, text in SAID]
    last = [item for item in heard if isinstance(item, Usage)][-1]
    assert last.estimated
    assert last.quantities["seconds"] == pytest.approx(2.4, abs=0.1)


async def test_tags_of_sensevoice_are_no_words():
    script = Script(tones={440: "<|zh|><|NEUTRAL|><|Speech|>查余额"})
    async with apart(OpenAiSpeechEmulator(script)) as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(talk()[:13])))

    assert finals(heard) == ["查余额"]


async def test_silence_is_not_sent_because_models_hear_words_in_it():
    quiet = Utterance(bytes(32000), "", 16000)
    async with server() as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces([*quiet.frames(), Flush()])))

    assert finals(heard) == [""]
    assert vendor.requests == 0


async def test_a_long_utterance_is_sent_in_parts_and_told_as_one():
    long = Utterance(conversation()[0].pcm * 10, "", 16000)
    async with server() as vendor:
        stt = adapter(vendor, options={"longestSeconds": 5})
        heard = await collect(stt.transcribe(pieces([*long.frames(0.1), Flush()])))

    assert vendor.requests == 3
    assert len(finals(heard)) == 1


async def test_language_words_and_prompt_are_told_in_the_servers_words():
    async with server() as vendor:
        stt = adapter(vendor, language="zh-CN", keywords=("应答", "智能体"), options={"prompt": "客服"})
        await collect(stt.transcribe(pieces(talk()[:13])))

    fields = {"model": "whisper-large-v3", "language": "zh", "prompt": "客服，应答，智能体"}
    assert vendor.forms == [{**fields, "response_format": "json"}]


@pytest.mark.parametrize("fastapi", [True, False])
async def test_an_unknown_model_is_told_in_the_servers_own_words(fastapi: bool):
    async with server(manner=Manner(fastapi=fastapi)) as vendor:
        with pytest.raises(ProviderError, match="There is no model tiny") as refused:
            await collect(adapter(vendor, model="tiny").transcribe(pieces(talk())))

    assert refused.value.kind == "bad_request"


@pytest.mark.parametrize("fault", [faults.garbage(), faults.oversized("start")], ids=["garbage", "oversized"])
async def test_an_answer_that_is_none_is_the_servers_failure(fault: faults.Fault):
    async with server(fault) as vendor:
        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor).transcribe(pieces(talk())))

    assert failure.value.kind == "server"


async def test_connections_are_used_again_and_a_minute_of_talk_costs_little():
    said = conversation()[0]
    async with server() as vendor:
        stt = adapter(vendor)
        with faster_than(3.0):
            await collect(stt.transcribe(pieces([*said.frames(0.1), Flush()] * 50)))

    assert vendor.requests == 50


def test_whisper_1_is_refused_after_its_day_at_the_vendors_own_address_only():
    day = date(2027, 2, 26)

    models.check("whisper-1", "https://api.openai.com/v1", date(2027, 2, 25))
    models.check("whisper-1", "http://localhost:8000", day)
    with pytest.raises(BadRequest, match="gpt-transcribe"):
        models.check("whisper-1", "https://api.openai.com/v1", day)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"model": ""}, "model"),
        ({"base_url": ""}, "url"),
        ({"options": {"silenceDb": 3}}, "silenceDb"),
        ({"options": {"url": "http://10.0.0.7:8000"}}, "private network"),
        ({"options": {"url": "ftp://example.com"}}, "http"),
    ],
)
def test_what_cannot_work_is_refused_before_anybody_calls(wrong: dict[str, Any], names: str):
    with pytest.raises(BadRequest, match=names):
        WhisperStt(
            ProviderConfig(**{"model": "whisper-large-v3", "base_url": "http://whisper:8000", **wrong})
        )
