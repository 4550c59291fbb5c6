"""Aliyun NLS's voices against their wire protocol."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import TtsContract, frames, seconds
from tests.emulators import faults
from tests.emulators.aliyun_nls import AliyunNlsEmulator
from tests.voice_engine.providers.faults_everywhere import TTS_FAULTS
from tests.voice_engine.providers.speech import beside
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig, Usage, WordTimes
from voice_engine.providers.tts.aliyun_nls import AliyunNlsTts, _Codec, _speech_rate

pytestmark = pytest.mark.slow

TIMED = "zhixiaoxia"
FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(40020106, "appkey of somebody else"),
    "quota": faults.fail(40000010, "account overdue"),
    "rate_limit": faults.fail(40000005, "too many requests"),
    "idle_timeout": faults.fail(40000004, "idle", at=0),
    "bad_request": faults.fail(40000003, "no such voice"),
    "server": faults.odd(0),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}


def adapter(vendor: AliyunNlsEmulator, **more: Any) -> AliyunNlsTts:
    return AliyunNlsTts(ProviderConfig(**{"secrets": vendor.account, "base_url": vendor.url, **more}))


def nls(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[AliyunNlsEmulator]:
    return beside(AliyunNlsEmulator(), fault)


class TestCosyVoice(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[AliyunNlsTts]:
        async with nls() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[AliyunNlsTts]:
        async with nls(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


class TestAVoiceWithWordTimes(TtsContract):
    @pytest.fixture(params=[False, True], ids=["times from the task", "times from the sentence"])
    async def tts(self, request: pytest.FixtureRequest) -> AsyncIterator[AliyunNlsTts]:
        async with nls() as vendor:
            vendor.from_sentence = request.param
            yield adapter(vendor, voice=TIMED)


async def say(tts: AliyunNlsTts, text: str = "你好，我是前台。") -> list[Any]:
    return await collect(tts.synthesize(pieces([text])))


@pytest.mark.parametrize("from_sentence", [False, True])
async def test_words_sound_when_their_sentence_does(from_sentence: bool):
    async with nls() as vendor:
        vendor.from_sentence = from_sentence

        said = await say(adapter(vendor, voice=TIMED), "你好。再见。")

        times = [x for x in said if isinstance(x, WordTimes)]
        words = [word for each in times for word in each.words]
        starts = [start for each in times for start in each.starts]
        assert words == list("你好再见")
        assert starts[2] == pytest.approx(seconds(said) / 2, abs=0.01)


async def test_one_socket_serves_one_synthesis_after_the_other():
    async with nls() as vendor:
        tts = adapter(vendor)

        for _ in range(3):
            assert frames(await say(tts))

        assert (vendor.connections, vendor.tokens_made) == (1, 1)


async def test_a_voice_that_was_interrupted_keeps_its_socket():
    async with nls() as vendor:
        tts = adapter(vendor)
        async with aclosing(tts.synthesize(then_silence(["你好，我是前台。", "再见。"]))) as stream:  # type: ignore[type-var]
            await within(anext(stream))

        assert frames(await say(tts))
        assert frames(await say(tts))

        assert vendor.connections <= 2


@pytest.mark.parametrize("lenient", [False, True], ids=["at the handshake", "when the task begins"])
async def test_a_token_that_was_revoked_is_replaced_unnoticed(lenient: bool):
    async with nls() as vendor:
        tts = adapter(vendor)
        await say(tts)
        vendor.revoke()
        vendor.lenient = lenient

        said = await say(adapter(vendor, options={"volume": 60}))

        assert frames(said)
        assert vendor.tokens_made == 2


async def test_a_kept_socket_that_breaks_before_it_begins_is_replaced_unnoticed():
    async with nls() as vendor:
        tts = adapter(vendor)
        await say(tts)
        vendor.fault, vendor.fault_times = faults.drop("start"), 1

        assert frames(await say(tts))

        assert vendor.connections == 2


async def test_a_token_that_is_refused_again_is_not_asked_for_again():
    async with nls(faults.fail(40000001, "The token is invalid!")) as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor))

        assert (failure.value.kind, failure.value.vendor_code) == ("auth", "40000001")
        assert (vendor.tokens_made, vendor.connections) == (2, 2)


async def test_what_the_vendor_measured_is_what_is_used():
    async with nls() as vendor:
        used = [x for x in await say(adapter(vendor), "你好。") if isinstance(x, Usage)]

        assert (used[-1].quantities, used[-1].estimated) == ({"characters": 5.0}, False)


@pytest.mark.parametrize("fault", TTS_FAULTS, ids=str)
async def test_whatever_goes_wrong_on_the_wire_ends_as_a_provider_error(fault: faults.Fault):
    async with nls(fault) as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, timeout_s=0.3))

        assert failure.value.vendor == "aliyun-nls"


async def test_text_that_stays_away_for_long_is_the_vendors_idle_timeout():
    async with nls() as vendor:
        vendor.idle_s = 0.1

        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor).synthesize(then_silence(["没有标点"])))

        assert failure.value.kind == "idle_timeout"


def test_the_directives_are_the_vendors():
    codec = _Codec("APPKEY", {"voice": "longxiaochun", "sample_rate": 16000})

    told = [json.loads(m) for m in (*codec.begin(True), *codec.text("流式输入文本"), *codec.end())]

    assert [each["header"]["name"] for each in told] == ["StartSynthesis", "RunSynthesis", "StopSynthesis"]
    assert {each["header"]["namespace"] for each in told} == {"FlowingSpeechSynthesizer"}
    assert len({each["header"]["task_id"] for each in told}) == 1
    assert len({each["header"]["message_id"] for each in told}) == 3
    assert told[1]["payload"] == {"text": "流式输入文本"}
    assert "payload" not in told[2]


def test_a_synthesis_that_is_stopped_is_not_stopped_again():
    codec = _Codec("APPKEY", {"sample_rate": 16000})
    list(codec.end())

    assert list(codec.cancel()) == []


def test_a_word_told_twice_is_passed_on_once():
    codec = _Codec("APPKEY", {"sample_rate": 16000})
    word = {
        "text": "你",
        "begin_time": 0,
        "end_time": 180,
        "begin_index": 0,
        "end_index": 1,
        "sentence": False,
    }
    more = {**word, "text": "好", "begin_time": 180, "end_time": 360, "begin_index": 1, "end_index": 2}
    header = {"namespace": "FlowingSpeechSynthesizer", "status": 20000000}

    told = [
        fact
        for name, subtitles in (("SentenceSynthesis", [word]), ("SentenceEnd", [word, more]))
        for fact in codec.receive(
            json.dumps({"header": {**header, "name": name}, "payload": {"subtitles": subtitles}})
        )
    ]

    assert told == [WordTimes(("你",), (0.0,), (0.18,)), WordTimes(("好",), (0.18,), (0.36,))]


@pytest.mark.parametrize(("speed", "theirs"), [(0.5, -500), (0.8, -125), (1.0, 0), (1.25, 200), (2.0, 500)])
def test_a_speed_is_told_in_the_vendors_steps(speed: float, theirs: int):
    assert _speech_rate(speed) == theirs


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 3.0},
        {"options": {"sampleRate": 44100}},
        {"options": {"volume": 101}},
        {"options": {"pitchRate": 501}},
        {"options": {"region": "mars"}},
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        AliyunNlsTts(ProviderConfig(**wrong))
