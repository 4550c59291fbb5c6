"""OpenAI's realtime transcription against its wire protocol, and that of its clones."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import assert_no_task_since, collect, pieces, then_silence
from tests.emulators import faults
from tests.emulators.openai_speech import OpenAiSpeechEmulator
from tests.emulators.openai_speech.server import Manner
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation, utterance
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig, Usage
from voice_engine.providers.duplex.codec import Signal
from voice_engine.providers.openai_speech.hearing import Codec, Session
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.openai import OpenAiStt

pytestmark = pytest.mark.slow

LIVE, OLD = "gpt-live-transcribe", "gpt-4o-transcribe"
FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, '{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}'),
    "quota": faults.refuse(429, '{"error":{"message":"No credit","code":"insufficient_quota"}}'),
    "rate_limit": faults.refuse(429, '{"error":{"message":"Slow down"}}', retry_after=3),
    "idle_timeout": faults.fail("session_expired", "Your session hit the maximum duration.", at=0),
    "bad_request": faults.fail("invalid_value", "no such model"),
    "moderation": faults.fail("content_policy_violation", "no", at=1),
    "server": faults.odd(0),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}


def adapter(vendor: OpenAiSpeechEmulator, **more: Any) -> OpenAiStt:
    config = {"secrets": vendor.account, "base_url": vendor.url, "model": LIVE, **more}
    return OpenAiStt(ProviderConfig(**config))


def openai(
    fault: faults.Fault | None = None, manner: Manner | None = None
) -> AbstractAsyncContextManager[OpenAiSpeechEmulator]:
    return beside(OpenAiSpeechEmulator(SCRIPT, manner or Manner(home=False)), fault)


class _Contract(SttContract):
    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()


class TestByOurOwnEar(_Contract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[OpenAiStt]:
        async with openai() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[OpenAiStt]:
        async with openai(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


class TestByTheVendorsEar(_Contract):
    @pytest.fixture
    async def stt(self) -> AsyncIterator[OpenAiStt]:
        async with openai() as vendor:
            yield adapter(vendor, model=OLD, options={"turnDetection": "server_vad"})


class TestACloneOfTheBeta(_Contract):
    partials: ClassVar[bool] = False

    @pytest.fixture
    async def stt(self) -> AsyncIterator[OpenAiStt]:
        async with openai(manner=Manner(beta=True, home=False, streams=False, counts="nothing")) as vendor:
            yield adapter(vendor, model=OLD, options={"beta": True})


async def test_a_telephones_sound_travels_as_g711():
    async with openai() as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(_talk(conversation(8000)))))

    assert vendor.sessions[0]["law"] is True
    assert finals(heard) == [text for _, text in SAID]


async def test_an_utterance_that_is_understood_late_is_told_in_its_place():
    async with openai(manner=Manner(home=False, late_first=True, streams=False)) as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(_talk(conversation()))))

    assert finals(heard) == [text for _, text in SAID]


async def test_a_very_short_utterance_is_made_long_enough_to_be_committed():
    async with openai() as vendor:
        short = utterance(440, "", seconds=0.04)
        heard = await collect(adapter(vendor).transcribe(pieces([*short.frames(), Flush()])))

    assert finals(heard) == [SAID[0][1]]


async def test_another_session_takes_over_before_the_old_one_ends_and_no_word_is_lost():
    count = 6
    words = conversation()

    async def talk() -> AsyncIterator[Any]:
        for number in range(count):
            for frame in words[number % 2].frames(0.1):
                yield frame
            yield Flush()
            await asyncio.sleep(0.05)

    async with openai() as vendor:
        stt = adapter(vendor, options={"sessionSeconds": 0.1})
        heard = await collect(stt.transcribe(talk()))

    assert finals(heard) == [words[number % 2].text for number in range(count)]
    assert vendor.connections > 1
    used = [item for item in heard if isinstance(item, Usage)]
    assert used[-1].quantities["seconds"] == pytest.approx(count * 1.2, abs=0.3)


async def test_a_key_that_is_refused_is_told_with_the_vendors_words():
    async with openai() as vendor:
        stt = adapter(vendor, secrets={"apiKey": "sk-other"})
        with pytest.raises(ProviderError, match="Incorrect API key") as refused:
            await collect(stt.transcribe(pieces(_talk(conversation()))))

    assert (refused.value.kind, refused.value.request_id) == ("auth", "req-1")
    assert "sk-other" not in f"{refused.value!r} {refused.value.message} {refused.value.details}"


async def test_usage_in_tokens_is_told_as_the_seconds_that_were_heard():
    async with openai(manner=Manner(home=False, counts="tokens")) as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(_talk(conversation()))))

    last = [item for item in heard if isinstance(item, Usage)][-1]
    assert last.quantities["seconds"] == pytest.approx(2.4, abs=0.1)
    assert last.estimated


@pytest.mark.parametrize(
    "fault", [*STT_FAULTS, faults.deaf("start")], ids=lambda f: f"{f.kind}-{f.at}-{f.status}"
)
async def test_whatever_breaks_is_told_in_time_and_leaves_nothing(fault: faults.Fault):
    before = asyncio.all_tasks()
    async with openai(fault) as vendor:
        with pytest.raises(ProviderError) as broken:
            await collect(adapter(vendor, timeout_s=0.4).transcribe(then_silence(_talk(conversation()))))

    assert broken.value.vendor == "openai"
    await assert_no_task_since(before)


async def test_a_vendor_that_says_nothing_leaves_no_flush_unanswered():
    async with openai(faults.stall(0)) as vendor:
        stt = adapter(vendor, timeout_s=0.4, options={"finalWaitMs": 200})
        heard = await collect(stt.transcribe(pieces(_talk(conversation()))))

    assert len(finals(heard)) == 2


def test_a_session_is_asked_for_in_the_vendors_words():
    stt = OpenAiStt(
        ProviderConfig(
            model=LIVE, language="zh-CN", keywords=("应答",), options={"noiseReduction": "near_field"}
        )
    )

    asked = json.loads(next(iter(stt._plan.codec().begin(24000))))

    assert asked == {
        "type": "session.update",
        "session": {
            "type": "transcription",
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "transcription": {"model": LIVE, "languages": ["zh"], "keywords": ["应答"]},
                    "noise_reduction": {"type": "near_field"},
                    "turn_detection": None,
                }
            },
        },
    }
    assert stt._url == "wss://api.openai.com/v1/realtime?intent=transcription"


def test_a_gateway_routes_by_the_model_in_the_address():
    stt = OpenAiStt(ProviderConfig(model=LIVE, options={"url": "https://gateway.example/openai/v1?tenant=7"}))

    address = (
        "wss://gateway.example/openai/v1/realtime?tenant=7&intent=transcription&model=gpt-live-transcribe"
    )
    assert stt._url == address


def test_deltas_are_added_up_by_item_and_finals_wait_for_their_predecessor():
    codec = Codec(Session({"model": OLD}, {"type": "server_vad"}))
    heard = "conversation.item.input_audio_transcription"

    def told(**event: Any) -> list[Any]:
        return [fact for fact in codec.receive(json.dumps(event)) if not isinstance(fact, Usage)]

    assert told(type="session.updated") == [Signal.READY]
    told(type="input_audio_buffer.speech_started", item_id="a", audio_start_ms=100)
    assert told(type="input_audio_buffer.speech_stopped", item_id="a", audio_end_ms=900) == []
    told(type="input_audio_buffer.committed", item_id="a", previous_item_id=None)
    told(type="input_audio_buffer.committed", item_id="b", previous_item_id="a")
    assert told(type=f"{heard}.delta", item_id="a", delta="查") == [Sentence("查", False, 0, 100, 900)]
    assert told(type=f"{heard}.completed", item_id="b", transcript="好") == []
    assert told(type=f"{heard}.delta", item_id="a", delta="余额") == [Sentence("查余额", False, 0, 100, 900)]
    assert told(type=f"{heard}.completed", item_id="a", transcript="查余额。") == [
        Sentence("查余额。", True, 0, 100, 900),
        Sentence("好", True, 1, None, None),
    ]


def test_one_utterance_that_never_comes_does_not_hold_up_the_others_for_ever():
    codec = Codec(Session({"model": OLD}, {"type": "server_vad"}))
    finished = "conversation.item.input_audio_transcription.completed"
    for name, previous in zip("abcde", [None, *"abcd"], strict=True):
        event = {"type": "input_audio_buffer.committed", "item_id": name, "previous_item_id": previous}
        list(codec.receive(json.dumps(event)))

    told = [
        fact
        for name in "bcde"
        for fact in codec.receive(json.dumps({"type": finished, "item_id": name, "transcript": name}))
    ]

    assert [fact.text for fact in told if isinstance(fact, Sentence)] == ["", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"model": ""}, "model"),
        ({"options": {"turnDetection": "server_vad"}}, "turnDetection"),
        ({"options": {"turnDetection": "yes"}}, "client, server_vad, semantic_vad"),
        ({"options": {"delay": "low"}}, "delay"),
        ({"options": {"url": "http://169.254.169.254/v1"}}, "refused"),
        ({"model": "gpt-realtime-whisper", "keywords": ("应答",)}, "keywords"),
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any], names: str):
    with pytest.raises(BadRequest, match=names):
        OpenAiStt(ProviderConfig(**{"model": LIVE, **wrong}))


def _talk(said: tuple[Utterance, Utterance]) -> list[Any]:
    return [item for one in said for item in (*one.frames(0.1), Flush())]
