"""Volcengine's recogniser against its wire protocol."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import collect, pieces, then_silence
from tests.emulators import faults
from tests.emulators.volcengine import VolcengineEmulator
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig, Usage
from voice_engine.providers.duplex.codec import Signal
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.volcengine import VolcengineStt, _Codec
from voice_engine.providers.volcengine.frames import Frame, Kind, pack, said, unpack

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(45000030, "requested resource not granted"),
    "quota": faults.fail(45000292, "quota exceeded for types: audio_duration_lifetime"),
    "rate_limit": faults.fail(45000292, "quota exceeded for types: concurrency"),
    "idle_timeout": faults.fail(45000081, "waiting next packet timeout", at=0),
    "invalid_audio": faults.fail(45000151, "invalid audio format", at=0),
    "bad_request": faults.fail(45000001, "invalid param"),
    "server": faults.fail(55000031, "server busy", at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}


def adapter(vendor: VolcengineEmulator, **more: Any) -> VolcengineStt:
    return VolcengineStt(ProviderConfig(**{"secrets": vendor.account, "base_url": vendor.url, **more}))


def volcengine(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[VolcengineEmulator]:
    return beside(VolcengineEmulator(SCRIPT), fault)


class TestVolcengine(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[VolcengineStt]:
        async with volcengine() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[VolcengineStt]:
        async with volcengine(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


async def hear(stt: VolcengineStt) -> list[str]:
    """The finals of the first utterance."""
    (first, _) = conversation()
    return [
        text for text in finals(await collect(stt.transcribe(pieces([*first.frames(), Flush()])))) if text
    ]


async def test_a_key_of_the_new_console_opens_too():
    async with volcengine() as vendor:
        assert await hear(adapter(vendor, secrets={"apiKey": vendor.key})) == [SAID[0][1]]


@pytest.mark.parametrize(
    "secrets", [{"apiKey": "revoked"}, {"appId": "1", "accessToken": "2"}, {"appId": "1"}, {}], ids=str
)
async def test_a_wrong_or_incomplete_key_is_refused_at_once(secrets: dict[str, str]):
    async with volcengine() as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, secrets=secrets))

        assert failure.value.kind == "auth"
        assert "revoked" not in failure.value.message


async def test_packed_sound_and_plain_answers_are_understood_too():
    async with volcengine() as vendor:
        vendor.gzip = False

        assert await hear(adapter(vendor, options={"gzip": True, "chunkMs": 200})) == [SAID[0][1]]


async def test_the_vendors_own_count_of_seconds_is_the_last_usage():
    async with volcengine() as vendor:
        (first, _) = conversation()

        heard = await collect(adapter(vendor).transcribe(pieces([*first.frames(), Flush()])))

        used = [x for x in heard if isinstance(x, Usage)]
        assert (used[-1].quantities["seconds"], used[-1].estimated) == (pytest.approx(1.66, abs=0.03), False)


@pytest.mark.parametrize("fault", STT_FAULTS, ids=str)
async def test_whatever_goes_wrong_on_the_wire_ends_as_a_provider_error(fault: faults.Fault):
    async with volcengine(fault) as vendor:
        (first, _) = conversation()

        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor, timeout_s=0.3).transcribe(then_silence([*first.frames(), Flush()])))

        assert failure.value.vendor == "volcengine"


@pytest.mark.parametrize("kind", ["server", "timeout"])
async def test_a_failure_names_the_connection_for_the_vendors_support(kind: ProviderErrorKind):
    async with volcengine(FAULTS[kind]) as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, timeout_s=0.4))

        assert failure.value.request_id == vendor.logid != ""
        assert failure.value.details["request_id"] == vendor.logid


async def test_a_refusal_has_the_vendors_log_id_too():
    async with volcengine() as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, model="volc.somebody.elses"))

        assert (failure.value.kind, failure.value.request_id) == ("auth", vendor.logid)


def codec(**request: Any) -> _Codec:
    return _Codec(request, gzip=False)


def answer(what: dict[str, Any], *, last: bool = False) -> bytes:
    return pack(said(Kind.ANSWER, what, gzip=True, last=last))


def utterance(text: str, begin: int, definite: bool) -> dict[str, Any]:
    return {"text": text, "start_time": begin, "end_time": begin + 900, "definite": definite}


def test_packets_are_counted_and_the_last_number_is_negative():
    made = codec(model_name="bigmodel")

    sent = [unpack(m) for m in (*made.begin(16000), *made.audio(b"\1\2"), *made.audio(b"\3\4"), *made.end())]

    assert [frame.sequence for frame in sent] == [1, 2, 3, -4]
    assert [frame.last for frame in sent] == [False, False, False, True]
    assert sent[0].read()["audio"] == {
        "format": "pcm",
        "codec": "raw",
        "rate": 16000,
        "bits": 16,
        "channel": 1,
    }
    assert sent[1] == Frame(Kind.SOUND, b"\1\2", False, sequence=2)


def test_the_first_answer_means_that_the_vendor_listens():
    made = codec()

    told = [list(made.receive(answer({"result": {"text": ""}}))) for _ in range(2)]

    assert told == [[Signal.READY], []]


def test_definite_utterances_are_final_and_come_with_the_next_ones_beginning():
    made = codec()
    list(made.receive(answer({})))
    both = [utterance("你好。", 100, True), utterance("我", 1500, False)]

    told = list(made.receive(answer({"result": {"text": "你好。我", "utterances": both}})))

    assert told == [Sentence("你好。", True, 100, 100, 1000), Sentence("我", False, 1500, 1500, 2400)]


def test_an_answer_that_no_speech_was_heard_is_no_failure():
    made = codec()
    list(made.receive(answer({})))

    assert list(made.receive(answer({"code": 1013, "message": "no valid speech"}))) == []


def test_a_code_inside_an_answer_is_a_failure():
    with pytest.raises(ProviderError) as failure:
        list(codec().receive(answer({"code": 45000002, "message": "empty audio"})))

    assert (failure.value.kind, failure.value.vendor_code) == ("invalid_audio", "45000002")


def test_the_last_answer_says_what_was_heard_in_all():
    made = codec()
    list(made.receive(answer({})))

    told = list(made.receive(answer({"audio_info": {"duration": 1520}, "result": {"text": ""}}, last=True)))

    assert told == [Usage({"seconds": 1.52}), Signal.OVER]


def test_segments_with_marks_are_asked_for_by_default():
    (start,) = VolcengineStt(ProviderConfig())._plan.codec().begin(16000)

    assert unpack(start).read()["request"] == {
        "model_name": "bigmodel", "enable_itn": True, "enable_punc": True, "enable_ddc": False,
        "enable_nonstream": False, "show_utterances": True, "result_type": "single",
        "end_window_size": 400, "force_to_speech_time": 1000,
    }  # fmt: skip


def test_hot_words_are_json_inside_json():
    stt = VolcengineStt(ProviderConfig(keywords=("应答", "余额"), options={"hotwordTable": "bank"}))

    (start,) = stt._plan.codec().begin(16000)

    corpus = unpack(start).read()["request"]["corpus"]
    assert corpus["boosting_table_name"] == "bank"
    assert json.loads(corpus["context"]) == {"hotwords": [{"word": "应答"}, {"word": "余额"}]}


@pytest.mark.parametrize(
    "wrong",
    [{"endWindowMs": 100}, {"chunkMs": 20}, {"entrance": "nostream"}, {"billing": "free"}, {"gzip": "yes"}],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        VolcengineStt(ProviderConfig(options=wrong))
