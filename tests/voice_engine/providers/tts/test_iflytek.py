"""iFlytek's voices against their wire protocols."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces
from tests.contracts.tts import TtsContract, frames, seconds
from tests.emulators import faults
from tests.emulators.iflytek import IflytekEmulator
from tests.emulators.vendor import apart
from tests.voice_engine.providers.faults_everywhere import TTS_FAULTS
from tests.voice_engine.providers.speech import beside
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig, Usage
from voice_engine.providers.duplex.codec import Signal, Sound
from voice_engine.providers.duplex.tts import warm_up
from voice_engine.providers.tts.iflytek import IflytekTts, _OneText, _Streamed

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, '{"message":"HMAC signature cannot be verified"}'),
    "quota": faults.fail(11200, "auth no license"),
    "rate_limit": faults.fail(11202, "too many requests in a second"),
    "idle_timeout": faults.fail(10200, "read data timeout"),
    "bad_request": faults.fail(10163, "param validate error"),
    "server": faults.odd(0),
    "network": faults.drop(0),
    "timeout": faults.stall(0),
}
MODELS = ("super", "tts")


def adapter(vendor: IflytekEmulator, model: str = "", **more: Any) -> IflytekTts:
    config = {"secrets": vendor.account, "base_url": vendor.url, "model": model, **more}
    return IflytekTts(ProviderConfig(**config))


def iflytek(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[IflytekEmulator]:
    return beside(IflytekEmulator(), fault)


class Contract(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)
    model: ClassVar[str]

    @pytest.fixture
    async def tts(self) -> AsyncIterator[IflytekTts]:
        async with iflytek() as vendor:
            yield adapter(vendor, self.model)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[IflytekTts]:
        async with iflytek(FAULTS[kind]) as vendor:
            yield adapter(vendor, self.model, timeout_s=0.4 if kind == "timeout" else 20)


class TestSuper(Contract):
    model = "super"


class TestTts(Contract):
    model = "tts"


async def say(tts: IflytekTts, *text: str) -> list[Any]:
    return await collect(tts.synthesize(pieces(text or ("你好。",))))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", TTS_FAULTS, ids=str)
async def test_whatever_goes_wrong_on_the_wire_ends_as_a_provider_error(fault: faults.Fault, model: str):
    async with iflytek(fault) as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, model, timeout_s=0.2), "一二三四五六七八。")

        assert failure.value.vendor == "iflytek"


@pytest.mark.parametrize("model", MODELS)
async def test_a_failure_names_the_session_for_the_vendors_support(model: str):
    async with iflytek(faults.fail(11200, "auth no license")) as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, model))

        assert (failure.value.vendor_code, failure.value.request_id[:4]) == ("11200", "sid0")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("field", ["appId", "apiKey", "apiSecret"])
async def test_a_wrong_field_of_the_credential_is_an_auth_failure(model: str, field: str):
    async with apart(IflytekEmulator()) as vendor:
        with pytest.raises(ProviderError) as failure:
            await say(
                adapter(vendor, model, secrets={**vendor.account, field: "wrong"}, options={"spare": False})
            )

    assert failure.value.kind == "auth"
    assert not any(value in repr(failure.value) + failure.value.message for value in vendor.account.values())


@pytest.mark.parametrize("model", MODELS)
async def test_a_machine_whose_clock_is_wrong_is_told_so(model: str):
    async with iflytek() as vendor:
        vendor.ahead_s = 400

        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, model))

        assert failure.value.kind == "auth"
        assert "clock" in failure.value.message


@pytest.mark.parametrize(
    ("model", "rate"), [("tts", 8000), ("tts", 16000), ("super", 8000), ("super", 16000), ("super", 24000)]
)
async def test_a_voice_sounds_as_long_at_any_of_its_rates(model: str, rate: int):
    async with iflytek() as vendor:
        said = await say(adapter(vendor, model, options={"sampleRate": rate}), "一二三四五。")

        assert {frame.rate for frame in frames(said)} == {rate}
        assert seconds(said) == pytest.approx(0.96, abs=0.01)


@pytest.mark.parametrize("model", MODELS)
async def test_a_faster_voice_is_sooner_done(model: str):
    async with iflytek() as vendor:
        slow, fast = [seconds(await say(adapter(vendor, model, speed=speed))) for speed in (0.5, 2.0)]

        assert slow / fast == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize("model", MODELS)
async def test_every_character_is_counted_once_whatever_it_is(model: str):
    async with iflytek() as vendor:
        used = [x for x in await say(adapter(vendor, model), "你好, A1。", "再见！") if isinstance(x, Usage)]

        assert used[-1].quantities == {"characters": 10}


async def test_the_online_voice_has_a_connection_for_each_sentence():
    async with iflytek() as vendor:
        await say(adapter(vendor, "tts", options={"spare": False}), "一。二。三。")

        assert vendor.connections == 3


async def test_the_super_voice_speaks_many_sentences_over_one_connection():
    async with iflytek() as vendor:
        await say(adapter(vendor, "super", options={"spare": False}), "一。", "二。", "三。")

        assert vendor.connections == 1


@pytest.mark.parametrize("model", MODELS)
async def test_a_connection_for_the_next_clause_is_made_ahead(model: str):
    async with iflytek() as vendor:
        tts = adapter(vendor, model)
        await say(tts)
        for _ in range(400):
            await asyncio.sleep(0.005)
            if (ahead := vendor.connections) == 2:
                break

        await say(tts)

        assert ahead == 2
        assert vendor.connections <= 3


async def test_a_wrong_secret_does_not_get_the_connection_of_the_right_one():
    async with iflytek() as vendor:
        await warm_up(adapter(vendor)._plan)

        with pytest.raises(ProviderError) as failure:
            await say(adapter(vendor, secrets={**vendor.account, "apiSecret": "wrong"}))

        assert failure.value.kind == "auth"


@pytest.mark.parametrize(("speed", "theirs"), [(0.5, 0), (0.75, 25), (1.0, 50), (1.5, 75), (2.0, 100)])
@pytest.mark.parametrize("model", MODELS)
def test_a_speed_is_told_on_the_vendors_scale(model: str, speed: float, theirs: int):
    assert wishes(IflytekTts(ProviderConfig(model=model, speed=speed)))["speed"] == theirs


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        (
            {},
            {
                "vcn": "x5_lingxiaoxuan_flow",
                "speed": 50,
                "volume": 50,
                "pitch": 50,
                "bgs": 0,
                "reg": 0,
                "rdn": 0,
            },
        ),
        (
            {"voice": "xiaoyan"},
            {"vcn": "xiaoyan", "aue": "raw", "auf": "audio/L16;rate=16000", "tte": "UTF8", "reg": "2"},
        ),
        ({"options": {"volume": 80, "pitch": 20, "background": True}}, {"volume": 80, "pitch": 20, "bgs": 1}),
        (
            {"model": "tts", "options": {"readNumbers": 1, "parameters": {"ram": "1"}}},
            {"rdn": "1", "ram": "1"},
        ),
    ],
)
def test_what_a_voice_is_asked_for(config: dict[str, Any], wanted: dict[str, Any]):
    asked = wishes(IflytekTts(ProviderConfig(**config)))

    assert {name: asked.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("voice", "options", "oral"),
    [
        ("x5_lingxiaoxuan_flow", {}, {"oral_level": "mid", "spark_assist": 0, "stop_split": 0, "remain": 1}),
        (
            "x4_lingfeiyi_oral",
            {"oralLevel": "high", "sparkAssist": True, "stopSplit": True, "remain": False},
            {"oral_level": "high", "spark_assist": 1, "stop_split": 1, "remain": 0},
        ),
        ("x6_lingxiaoxuan_flow", {}, None),
    ],
)
def test_only_voices_that_can_are_asked_to_speak_freely(voice: str, options: dict[str, Any], oral: Any):
    tts = IflytekTts(ProviderConfig(model="super", voice=voice, options=options))

    assert tts._plan.codec()._wishes.get("oral") == oral


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "super2"},
        {"speed": 2.5},
        {"options": {"sampleRate": 44100}},
        {"model": "tts", "options": {"sampleRate": 24000}},
        {"options": {"volume": 101}},
        {"options": {"oralLevel": "loud"}},
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        IflytekTts(ProviderConfig(**wrong))


# the messages


def test_the_online_voice_gets_its_text_in_one_message():
    codec = _OneText("a1b2c3d4", {"vcn": "xiaoyan"})

    sent = [*codec.begin(fresh=True), *codec.text("你"), *codec.text("好。"), *codec.end()]

    assert [json.loads(message) for message in sent] == [
        {
            "common": {"app_id": "a1b2c3d4"},
            "business": {"vcn": "xiaoyan"},
            "data": {"status": 2, "text": base64.b64encode("你好。".encode()).decode()},
        }
    ]


def test_the_super_voice_gets_its_text_as_it_comes_and_the_end_with_the_last_of_it():
    codec = _Streamed("a1b2c3d4", {"tts": {"vcn": "x5"}})

    sent = [json.loads(message) for text in "你好吗" for message in codec.text(text)]
    last = [json.loads(message) for message in codec.end()]

    shape = {"encoding": "utf8", "compress": "raw", "format": "plain"}
    assert sent + last == [
        {
            "header": {"app_id": "a1b2c3d4", "status": status},
            **({"parameter": {"tts": {"vcn": "x5"}}} if status == 0 else {}),
            "payload": {"text": {**shape, "status": status, "seq": status, "text": text}},
        }
        for status, text in ((0, "5L2g"), (1, "5aW9"), (2, "5ZCX"))
    ]


def test_the_super_voice_gets_a_clause_in_one_message():
    codec = _Streamed("a1b2c3d4", {"tts": {}})

    sent = [json.loads(message) for message in (*codec.text("你好。"), *codec.end())]

    assert [(message["header"]["status"], message["payload"]["text"]["seq"]) for message in sent] == [(2, 0)]


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ({"code": 0, "data": {"audio": "AQACAA==", "status": 1, "ced": "9"}}, [Sound(b"\1\0\2\0")]),
        (
            {"code": 0, "data": {"audio": "AQACAA==", "status": 2, "ced": "9"}},
            [Sound(b"\1\0\2\0"), Signal.OVER],
        ),
        ({"code": 0, "data": {"audio": "", "status": 2, "ced": "9"}}, [Signal.OVER]),
        ({"code": 0, "data": None}, []),
    ],
)
def test_what_the_online_voice_says(said: dict[str, Any], facts: list[Any]):
    assert list(_OneText("app", {}).receive(json.dumps(said))) == facts


@pytest.mark.parametrize(
    ("status", "payload", "facts"),
    [
        (0, {}, []),
        (1, {"audio": {"status": 1, "seq": 1, "audio": "AQACAA=="}}, [Sound(b"\1\0\2\0")]),
        (1, {"pybuf": {"text": "bmlIYW8=", "status": 1}}, []),
        (2, {"audio": {"status": 2, "seq": 2, "audio": ""}}, [Signal.OVER]),
        (2, {}, [Signal.OVER]),
    ],
)
def test_what_the_super_voice_says(status: int, payload: dict[str, Any], facts: list[Any]):
    said = {"header": {"code": 0, "message": "success", "sid": "s", "status": status}, "payload": payload}

    assert list(_Streamed("app", {}).receive(json.dumps(said))) == facts


def wishes(tts: IflytekTts) -> Any:
    asked: Any = tts._plan.codec()._wishes
    return asked.get("tts", asked)
