"""MiniMax's voices against their wire protocol, over WebSocket and over HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import SENTENCES, TtsContract, frames, seconds
from tests.emulators import faults
from tests.emulators.minimax import MiniMaxEmulator
from tests.voice_engine.providers.faults_everywhere import TTS_FAULTS
from tests.voice_engine.providers.speech import beside, until
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig, Usage, WordTimes
from voice_engine.providers.duplex.codec import Send, Signal, Sound
from voice_engine.providers.minimax.settings import wanted
from voice_engine.providers.tts.minimax import MiniMaxTts, _Codec

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(1004, "login fail"),
    "quota": faults.fail(1008, "insufficient balance"),
    "rate_limit": faults.fail(1002, "rate limit"),
    "bad_request": faults.fail(2013, "invalid params"),
    "moderation": faults.fail(1026, "input new_sensitive", at=0),
    "server": faults.fail(1000, "unknown error", at=0),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}
HTTP = {"options": {"transport": "http"}}


def adapter(vendor: MiniMaxEmulator, **more: Any) -> MiniMaxTts:
    account = {"secrets": vendor.account, "api_key": vendor.account["apiKey"], "base_url": vendor.url}
    return MiniMaxTts(ProviderConfig(**{**account, **more}))


def minimax(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[MiniMaxEmulator]:
    return beside(MiniMaxEmulator(), fault)


class TestMiniMax(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[MiniMaxTts]:
        async with minimax() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[MiniMaxTts]:
        async with minimax(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


class TestMiniMaxOverHttp(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[MiniMaxTts]:
        async with minimax() as vendor:
            yield adapter(vendor, **HTTP)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[MiniMaxTts]:
        async with minimax(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20, **HTTP)


@pytest.mark.parametrize("more", [{}, HTTP], ids=["websocket", "http"])
@pytest.mark.parametrize("fault", TTS_FAULTS, ids=lambda fault: f"{fault.kind}-{fault.at}")
async def test_whatever_breaks_is_a_provider_error_and_soon(fault: faults.Fault, more: dict[str, Any]):
    async with minimax(fault) as vendor:
        with pytest.raises(ProviderError):
            await collect(adapter(vendor, timeout_s=0.3, **more).synthesize(pieces(SENTENCES)))


async def test_a_key_of_another_region_is_refused_in_the_vendors_words():
    async with minimax() as vendor:
        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor, api_key="sk-elsewhere").synthesize(pieces(SENTENCES)))

    assert (failure.value.kind, failure.value.vendor_code) == ("auth", "2049")
    assert "sk-elsewhere" not in f"{failure.value!r} {failure.value.message} {failure.value.details}"


async def test_sentence_after_sentence_is_spoken_on_the_same_socket():
    async with minimax() as vendor:
        voice = adapter(vendor)
        for _ in range(4):
            assert frames(await collect(voice.synthesize(pieces(["今天天气很好。"]))))

        assert vendor.connections <= 2, "one that speaks and a spare one"


async def test_a_cancelled_sentence_is_hung_up_and_the_spare_socket_takes_the_next():
    async with minimax(faults.stall(1)) as vendor:
        vendor.fault_times = 1  # it is still speaking when it is interrupted
        voice = adapter(vendor)
        stream = voice.synthesize(then_silence(["今天天气很好，我们去公园走一走吧。"]))
        await within(anext(stream))
        await until(lambda: vendor.connections == 2)  # the spare one
        await within(stream.aclose())  # type: ignore[attr-defined]
        await until(lambda: vendor.open_sockets == 1)

        assert frames(await collect(voice.synthesize(pieces(["好的。"]))))


async def test_the_aggregate_at_the_end_of_an_http_answer_is_not_spoken_again():
    async with minimax() as vendor:
        over_socket = await collect(adapter(vendor).synthesize(pieces(["今天天气很好。"])))
        over_http = await collect(adapter(vendor, **HTTP).synthesize(pieces(["今天天气很好。"])))

    assert seconds(over_http) == pytest.approx(seconds(over_socket))


async def test_a_han_character_is_billed_twice_as_the_vendor_tells():
    async with minimax() as vendor:
        said = await collect(adapter(vendor).synthesize(pieces(["你好。"])))

    used = [x for x in said if isinstance(x, Usage)]
    assert (used[-1].quantities, used[-1].estimated) == ({"characters": 5.0}, False)


def test_a_task_starts_when_the_vendor_has_said_hello_and_ends_with_its_text():
    codec = _Codec('{"event":"task_start"}', 16000)
    hello = '{"event":"connected_success","session_id":"s","trace_id":"t","base_resp":{"status_code":0}}'

    assert list(codec.receive(hello)) == [Send('{"event":"task_start"}')]
    assert list(codec.receive('{"event":"task_started","base_resp":{"status_code":0}}')) == [Signal.READY]
    assert list(codec.text("你好")) == []
    assert list(codec.end()) == ['{"event": "task_continue", "text": "你好"}']
    last = {
        "event": "task_continued", "is_final": True, "extra_info": {"usage_characters": 4},
        "data": {"audio": "01ff", "subtitle": {"text": "你好", "timestamped_words": [
            {"word": "你", "time_begin": 0, "time_end": 100},
            {"word": "好", "time_begin": 100, "time_end": 250}]}},
    }  # fmt: skip
    assert list(codec.receive(json.dumps(last))) == [
        Sound(b"\x01\xff"),
        WordTimes(("你", "好"), (0.0, 0.1), (0.1, 0.25)),
        Usage({"characters": 4.0}),
        Signal.OVER,
    ]


def test_word_times_that_count_from_the_session_are_counted_from_the_text():
    codec = _Codec("", 16000)
    words = [{"word": "好", "time_begin": 9000, "time_end": 9100}]
    said = {"event": "task_continued", "data": {"audio": "", "subtitle": {"timestamped_words": words}}}

    assert list(codec.receive(json.dumps(said))) == [WordTimes(("好",), (0.0,), (0.1,))]


def test_what_the_assistant_wants_is_told_in_the_vendors_words():
    options = {
        "emotion": "happy", "pitch": 2, "volume": 2.5, "languageBoost": "Chinese,Yue",
        "subtitleType": "sentence", "pronunciationDict": ["处理/(chu3)(li3)"], "region": "worldwide",
        "voiceMix": [{"voiceId": "a", "weight": 30}],
    }  # fmt: skip
    task = wanted(ProviderConfig(speed=1.2, options=options, secrets={"groupId": "7"}))

    assert task.body == {
        "model": "speech-2.6-turbo", "language_boost": "Chinese,Yue", "subtitle_enable": False,
        "voice_setting": {"voice_id": "", "speed": 1.2, "vol": 2.5, "pitch": 2, "emotion": "happy"},
        "audio_setting": {"sample_rate": 16000, "format": "pcm", "channel": 1},
        "timber_weights": [{"voice_id": "a", "weight": 30}],
        "pronunciation_dict": {"tone": ["处理/(chu3)(li3)"]},
    }  # fmt: skip
    assert (task.region, task.group, task.timed, task.http) == ("worldwide", "7", False, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 3.0},
        {"options": {"sampleRate": 48000}},
        {"options": {"pitch": 13}},
        {"options": {"emotion": "bored"}},
        {"options": {"region": "mars"}},
        {"options": {"voiceMix": [{"voiceId": "a"}]}},
        {"options": {"voiceMix": [{"voiceId": "a", "weight": 1}] * 5}},
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        MiniMaxTts(ProviderConfig(**wrong))
