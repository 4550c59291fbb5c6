"""Aliyun NLS's recogniser against its wire protocol."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import collect, pieces, then_silence
from tests.emulators import faults
from tests.emulators.aliyun_nls import AliyunNlsEmulator
from tests.emulators.aliyun_nls.server import refusal
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.aliyun_nls.signing import token_query
from voice_engine.providers.base import Flush, ProviderConfig, Transcript
from voice_engine.providers.duplex.codec import Signal
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.aliyun_nls import AliyunNlsStt, _Codec

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(40020105, "Appkey not exist!"),
    "quota": faults.fail(40000010, "free trial is over"),
    "rate_limit": faults.fail(40000005, "too many requests"),
    "idle_timeout": faults.fail(40000004, "idle", at=0),
    "invalid_audio": faults.fail(40270002, "no valid audio", at=0),
    "bad_request": faults.fail(40000003, "parameter"),
    "server": faults.fail(50000000, "try again", at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}


def adapter(vendor: AliyunNlsEmulator, **more: Any) -> AliyunNlsStt:
    return AliyunNlsStt(ProviderConfig(**{"secrets": vendor.account, "base_url": vendor.url, **more}))


def nls(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[AliyunNlsEmulator]:
    return beside(AliyunNlsEmulator(SCRIPT), fault)


class TestAliyunNls(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[AliyunNlsStt]:
        async with nls() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[AliyunNlsStt]:
        async with nls(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


async def hear(stt: AliyunNlsStt, rate: int = 16000) -> list[str]:
    """The finals of the first utterance."""
    (first, _) = conversation(rate)
    return [
        text for text in finals(await collect(stt.transcribe(pieces([*first.frames(), Flush()])))) if text
    ]


def test_the_tokens_signature_is_the_vendors():
    query = token_query(
        "LTAIexample", "secretExample", "00000000-0000-4000-8000-000000000001", "2023-11-14T22:13:20Z"
    )

    assert query.startswith("Signature=xkrvdUffq4YQfdS8Ax%2B3xLaiaQc%3D&AccessKeyId=LTAIexample&")


async def test_many_calls_are_one_token():
    async with nls() as vendor:
        stt, another = adapter(vendor), adapter(vendor)

        heard = [await hear(each) for each in (stt, another, stt)]

        assert heard == [[SAID[0][1]]] * 3
        assert (vendor.tokens_made, vendor.connections) == (1, 3)


async def test_a_token_near_its_end_is_not_used_any_more():
    async with nls() as vendor:
        vendor.token_lasts_s = 59.0

        await hear(adapter(vendor))
        await hear(adapter(vendor))

        assert vendor.tokens_made == 2


@pytest.mark.parametrize("lenient", [False, True], ids=["at the handshake", "when the task begins"])
async def test_a_token_that_was_revoked_is_replaced_unnoticed(lenient: bool):
    async with nls() as vendor:
        stt = adapter(vendor)
        await hear(stt)
        vendor.revoke()
        vendor.lenient = lenient

        heard = await hear(stt)

        assert heard == [SAID[0][1]]
        assert vendor.tokens_made == 2


async def test_a_gateway_that_takes_no_token_is_asked_twice_and_no_more():
    async with nls(faults.refuse(403, "no such project")) as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor))

        assert failure.value.kind == "auth"
        assert vendor.tokens_made == 2


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "InvalidAccessKeyId.NotFound", "auth"),
        (400, "SignatureDoesNotMatch", "auth"),
        (400, "Throttling.User", "rate_limit"),
        (503, "ServiceUnavailable", "server"),
        (500, "", "server"),
    ],
)
async def test_why_there_is_no_token_is_told_in_the_vendors_words(status: int, code: str, kind: str):
    async with nls() as vendor:
        vendor.refuse_tokens = refusal(status, code, "Because.")

        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor))

        assert (failure.value.kind, failure.value.request_id) == (kind, "REQ-TOKEN")
        assert vendor.account["accessKeySecret"] not in failure.value.message


async def test_a_wrong_secret_does_not_ride_on_the_token_of_the_right_one():
    async with nls() as vendor:
        await hear(adapter(vendor))
        wrong = {**vendor.account, "accessKeySecret": "guess"}

        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, secrets=wrong))

        assert (failure.value.kind, failure.value.vendor_code) == ("auth", "SignatureDoesNotMatch")


async def test_a_token_that_does_not_come_is_not_waited_for():
    async with nls() as vendor:
        vendor.token_takes_s = 30.0

        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, timeout_s=0.3))

        assert failure.value.kind == "timeout"


@pytest.mark.parametrize("fault", STT_FAULTS, ids=str)
async def test_whatever_goes_wrong_on_the_wire_ends_as_a_provider_error(fault: faults.Fault):
    async with nls(fault) as vendor:
        (first, _) = conversation()

        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor, timeout_s=0.3).transcribe(then_silence([*first.frames(), Flush()])))

        assert failure.value.vendor == "aliyun-nls"


async def test_a_failure_names_the_task_for_the_vendors_support():
    async with nls(FAULTS["server"]) as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor))

        assert len(failure.value.request_id) == 32
        assert failure.value.vendor_code == "50000000"


async def test_a_telephones_sound_is_heard_at_8_khz():
    async with nls() as vendor:
        assert await hear(adapter(vendor, options={"sampleRate": 8000}), rate=8000) == [SAID[0][1]]


async def test_without_intermediate_results_there_are_only_finals():
    async with nls() as vendor:
        (first, _) = conversation()
        stt = adapter(vendor, options={"intermediateResults": False})

        heard = await collect(stt.transcribe(pieces([*first.frames(), Flush()])))

        assert [each.final for each in heard if isinstance(each, Transcript)] == [True]


def codec() -> _Codec:
    made = _Codec("key", {"format": "pcm", "sample_rate": 16000})
    list(made.begin(16000))
    return made


def event(name: str, **payload: Any) -> str:
    header = {"namespace": "SpeechTranscriber", "name": name, "status": 20000000, "task_id": "a" * 32}
    return json.dumps({"header": header, "payload": payload})


def test_the_first_message_is_the_vendors():
    made = _Codec("APPKEY", {"format": "pcm", "sample_rate": 16000})

    (start,) = (json.loads(message) for message in made.begin(16000))

    header = start["header"]
    assert (header["appkey"], header["namespace"], header["name"]) == (
        "APPKEY", "SpeechTranscriber", "StartTranscription",
    )  # fmt: skip
    assert start["payload"] == {"format": "pcm", "sample_rate": 16000}


def test_marks_numbers_and_partials_are_asked_for_unless_the_assistant_says_otherwise():
    plain, other = (
        AliyunNlsStt(ProviderConfig(options=options))._plan.codec()._payload  # type: ignore[attr-defined]
        for options in ({}, {"punctuation": False, "vocabularyId": "v-1", "semanticSentenceDetection": True})
    )

    assert plain == {
        "format": "pcm", "sample_rate": 16000, "max_sentence_silence": 400,
        "enable_intermediate_result": True, "enable_punctuation_prediction": True,
        "enable_inverse_text_normalization": True, "disfluency": False,
        "enable_semantic_sentence_detection": False, "enable_multi_thresh_mod": False,
    }  # fmt: skip
    changed = {k: v for k, v in other.items() if plain.get(k) != v}
    assert changed == {
        "enable_punctuation_prediction": False, "enable_semantic_sentence_detection": True,
        "vocabulary_id": "v-1",
    }  # fmt: skip


def test_what_belongs_to_the_next_sentence_is_its_first_partial():
    made = codec()
    stash = {"sentenceId": 2, "beginTime": 1900, "currentTime": 2100, "text": "还有", "words": []}

    told = list(
        made.receive(
            event("SentenceEnd", index=1, time=1800, begin_time=200, result="你好。", stash_result=stash)
        )
    )

    assert told == [Sentence("你好。", True, 1, 200, 1800), Sentence("还有", False, 2, 1900)]


def test_an_empty_partial_takes_nothing_back():
    made = codec()

    assert list(made.receive(event("TranscriptionResultChanged", index=1, time=900, result=""))) == []


def test_a_sentence_end_without_a_stash_is_whole():
    made = codec()
    list(made.receive(event("SentenceBegin", index=3, time=4000)))

    told = list(made.receive(event("SentenceEnd", index=3, time=5000, result="好。", stash_result=None)))

    assert told == [Sentence("好。", True, 3, 4000, 5000)]


def test_the_turning_points_are_known():
    made = codec()

    told = [list(made.receive(event(name))) for name in ("TranscriptionStarted", "TranscriptionCompleted")]

    assert told == [[Signal.READY], [Signal.OVER]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sampleRate": 44100},
        {"maxSentenceSilence": 100},
        {"region": "us-east-1"},
        {"punctuation": "yes"},
        {"speechNoiseThreshold": 2},
        {"semanticSentenceDetection": True, "intermediateResults": False},
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        AliyunNlsStt(ProviderConfig(options=wrong))
