"""Volcengine's voices against their wire protocol."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import TtsContract, frames, seconds
from tests.emulators import faults
from tests.emulators.volcengine import VolcengineEmulator
from tests.voice_engine.providers.faults_everywhere import TTS_FAULTS
from tests.voice_engine.providers.speech import beside
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig, Usage, WordTimes
from voice_engine.providers.duplex.codec import Send, Signal, Sound
from voice_engine.providers.tts.volcengine import VolcengineTts, _Codec, _speech_rate
from voice_engine.providers.volcengine.frames import Frame, Kind, pack, said, unpack
from voice_engine.providers.volcengine.voices import generation

pytestmark = pytest.mark.slow

NEWER = "zh_female_vv_uranus_bigtts"
FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(45000030, "requested resource not granted"),
    "quota": faults.fail(45000000, "quota exceeded for types: text_words_lifetime"),
    "rate_limit": faults.fail(45000000, "quota exceeded for types: concurrency"),
    "bad_request": faults.fail(40402003, "TTSExceededTextLimit:exceed max limit"),
    "server": faults.fail(55000000, "internal", at=0),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}


def adapter(vendor: VolcengineEmulator, **more: Any) -> VolcengineTts:
    return VolcengineTts(ProviderConfig(**{"secrets": vendor.account, "base_url": vendor.url, **more}))


def volcengine(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[VolcengineEmulator]:
    return beside(VolcengineEmulator(), fault)


class TestVolcengine(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[VolcengineTts]:
        async with volcengine() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[VolcengineTts]:
        async with volcengine(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


async def say(tts: VolcengineTts, text: str = "你好，我是前台。") -> list[Any]:
    return await collect(tts.synthesize(pieces([text])))


async def test_one_connection_serves_one_session_after_the_other():
    async with volcengine() as vendor:
        tts = adapter(vendor)

        for _ in range(3):
            assert frames(await say(tts))

        assert vendor.connections == 1


async def test_a_voice_that_was_interrupted_keeps_its_connection():
    async with volcengine() as vendor:
        tts = adapter(vendor)
        whole = seconds(await say(tts))
        async with aclosing(tts.synthesize(then_silence(["你好，我是前台。", "再见。"]))) as stream:  # type: ignore[type-var]
            await within(anext(stream))

        again = [seconds(await say(tts)) for _ in range(3)]

        assert again == pytest.approx([whole] * 3)
        assert vendor.connections <= 2
    assert vendor.cancelled == 1


async def test_a_connection_on_which_something_failed_is_hung_up_at_once():
    async with volcengine(faults.odd(0)) as vendor:
        with pytest.raises(ProviderError):
            await say(adapter(vendor))

        for _ in range(200):
            await asyncio.sleep(0.005 if vendor.open_sockets else 0)
        assert vendor.open_sockets == 0


async def test_a_voice_of_the_second_generation_tells_its_words_too():
    async with volcengine() as vendor:
        spoken = await say(adapter(vendor, voice=NEWER), "你好。再见。")

        words = [x for x in spoken if isinstance(x, WordTimes)]
        assert [word for each in words for word in each.words] == list("你好再见")


async def test_a_voice_of_another_generation_is_a_mistake_of_the_assistant():
    async with volcengine() as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, voice=NEWER, model="seed-tts-1.0"))

        assert failure.value.kind == "bad_request"


async def test_a_voice_that_was_not_bought_is_said_to_be_so():
    async with volcengine() as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, voice="nobody", model="seed-tts-1.0"))

        assert (failure.value.kind, failure.value.vendor_code) == ("auth", "45000000")


async def test_a_key_of_the_new_console_opens_too_and_a_revoked_one_does_not():
    async with volcengine() as vendor:
        assert frames(await say(adapter(vendor, secrets={"apiKey": vendor.key})))

        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, secrets={"apiKey": "revoked"}))

        assert (failure.value.kind, failure.value.request_id) == ("auth", vendor.logid)


async def test_what_the_vendor_counted_is_what_is_used():
    async with volcengine() as vendor:
        used = [x for x in await say(adapter(vendor), "你好。") if isinstance(x, Usage)]

        assert (used[-1].quantities, used[-1].estimated) == ({"characters": 3.0}, False)


@pytest.mark.parametrize("fault", TTS_FAULTS, ids=str)
async def test_whatever_goes_wrong_on_the_wire_ends_as_a_provider_error(fault: faults.Fault):
    async with volcengine(fault) as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, timeout_s=0.3))

        assert failure.value.vendor == "volcengine"


def codec() -> _Codec:
    return _Codec({"speaker": "zh_x", "audio_params": {"format": "pcm", "sample_rate": 24000}})


def event(number: int, name: str, what: dict[str, Any] | None = None) -> bytes:
    return pack(said(Kind.ANSWER, what or {}, event=number, name=name))


def test_a_new_connection_is_greeted_and_a_kept_one_is_not():
    (greeting,), (start,) = codec().begin(True), codec().begin(False)

    assert greeting == bytes.fromhex("11 14 10 00  00 00 00 01  00 00 00 02  7b 7d")
    assert unpack(start).event == 100


def test_a_session_runs_as_the_vendor_asks():
    made = codec()
    (greeted,) = made.receive(event(50, "c-1"))
    assert isinstance(greeted, Send)
    start = unpack(greeted.message)
    sent = [unpack(m) for m in (*made.text("你好。"), *made.end(), *made.cancel())]
    sound = Frame(Kind.SPEECH, b"\1\2", False, event=352, name=start.name)

    told = [
        *made.receive(event(150, start.name)),
        *made.receive(pack(sound)),
        *made.receive(event(152, start.name, {"status_code": 20000000, "usage": {"text_words": 3}})),
    ]

    assert start.read() == {
        "user": {"uid": "yingda"}, "event": 100, "namespace": "BidirectionalTTS",
        "req_params": {"speaker": "zh_x", "audio_params": {"format": "pcm", "sample_rate": 24000}},
    }  # fmt: skip
    assert [(frame.event, frame.name) for frame in sent] == [(n, start.name) for n in (200, 102, 101)]
    assert sent[0].read()["req_params"]["text"] == "你好。"
    assert told == [Signal.READY, Sound(b"\1\2"), Usage({"characters": 3.0}), Signal.OVER]


def test_what_comes_of_an_earlier_session_is_nothing():
    made = codec()
    late = Frame(Kind.SPEECH, b"\1\2", False, event=352, name="an earlier one")

    assert list(made.receive(pack(late))) == []


@pytest.mark.parametrize("number", [51, 153])
def test_a_connection_and_a_session_that_fail_say_why(number: int):
    made = codec()
    (start,) = made.begin(False)

    with pytest.raises(ProviderError) as failure:
        list(
            made.receive(event(number, unpack(start).name, {"status_code": 45000000, "message": "Too long."}))
        )

    assert (failure.value.kind, failure.value.vendor_code) == ("bad_request", "45000000")
    assert "Too long." in failure.value.message


def test_emotion_instruction_and_additions_are_told_as_the_vendor_wants_them():
    options = {"emotion": "angry", "emotionScale": 3, "instruction": "慢一点", "modelVersion": "seed-tts-1.1",
               "additions": {"disable_markdown_filter": True}}  # fmt: skip
    tts = VolcengineTts(ProviderConfig(voice="zh_x", speed=1.5, options=options))

    (start,) = tts._plan.codec().begin(False)

    wishes = unpack(start).read()["req_params"]
    assert wishes["audio_params"] == {
        "format": "pcm", "sample_rate": 24000, "speech_rate": 50, "loudness_rate": 0,
        "enable_timestamp": True, "emotion": "angry", "emotion_scale": 3,
    }  # fmt: skip
    assert json.loads(wishes["additions"]) == {"disable_markdown_filter": True, "context_texts": ["慢一点"]}
    assert wishes["model"] == "seed-tts-1.1"


@pytest.mark.parametrize(
    ("voice", "resource"),
    [(NEWER, "seed-tts-2.0"), ("S_abc", "seed-icl-1.0"), ("zh_male_x_moon_bigtts", "seed-tts-1.0")],
)
def test_a_voice_is_asked_for_where_it_lives(voice: str, resource: str):
    assert generation(voice) == resource


@pytest.mark.parametrize(("speed", "theirs"), [(0.5, -50), (1.0, 0), (1.2, 20), (2.0, 100)])
def test_a_speed_is_told_in_the_vendors_steps(speed: float, theirs: int):
    assert _speech_rate(speed) == theirs


@pytest.mark.parametrize(
    "wrong",
    [{"speed": 3.0}, {"options": {"sampleRate": 11025}}, {"options": {"volume": -60}},
     {"options": {"emotionScale": 9}}, {"options": {"additions": "x"}}],
)  # fmt: skip
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        VolcengineTts(ProviderConfig(**wrong))
