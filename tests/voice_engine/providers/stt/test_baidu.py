"""Baidu's recogniser against its wire protocol."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.stt import conversation as said_aloud
from tests.contracts.tools import collect, pieces, spoken, then_silence, within
from tests.emulators import faults
from tests.emulators.baidu import BaiduEmulator
from tests.emulators.baidu.hearing import NOISE
from tests.emulators.ear import Script
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SCRIPT, beside, conversation, utterance
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.baidu import BaiduStt, _Codec

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail(-3004, "Open api authentication failed"),
    "rate_limit": faults.fail(-3004, "Open api qps request limit reached"),
    "idle_timeout": faults.fail(-3101, "no audio", at=0),
    "bad_request": faults.fail(-3008, "param error"),
    "server": faults.fail(-3007, "decoder", at=1),
    "network": faults.drop(at=1),
}


def adapter(vendor: BaiduEmulator, **more: Any) -> BaiduStt:
    account = {"secrets": vendor.account, "api_key": vendor.account["apiKey"], "base_url": vendor.url}
    return BaiduStt(ProviderConfig(**{**account, **more}))


def baidu(
    fault: faults.Fault | None = None, script: Script = SCRIPT
) -> AbstractAsyncContextManager[BaiduEmulator]:
    return beside(BaiduEmulator(script), fault)


class TestBaidu(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[BaiduStt]:
        async with baidu() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[BaiduStt]:
        async with baidu(FAULTS[kind]) as vendor:
            yield adapter(vendor)


# It greets nobody: silence alone cannot be told from a vendor that hears nothing.
@pytest.mark.parametrize(
    "fault",
    [fault for fault in STT_FAULTS if fault.kind != "stall"],
    ids=lambda fault: f"{fault.kind}-{fault.at}",
)
async def test_whatever_breaks_is_a_provider_error_and_soon(fault: faults.Fault):
    async with baidu(fault) as vendor:
        with pytest.raises(ProviderError):
            await collect(adapter(vendor, timeout_s=0.4).transcribe(then_silence(said_aloud(conversation()))))


async def test_a_vendor_that_has_not_a_word_for_five_utterances_has_stopped_listening():
    async with baidu(faults.stall("start")) as vendor:
        stt = adapter(vendor, timeout_s=0.2, options={"finalWaitMs": 50})
        with pytest.raises(ProviderError) as failure:
            await collect(stt.transcribe(then_silence(said_aloud([utterance(440, "", seconds=0.2)] * 5))))

    assert failure.value.kind == "timeout"


async def test_a_sentence_of_noise_is_an_empty_final_and_the_next_one_is_heard():
    noise = Script(tones={440: NOISE, 880: "今天天气很好。"})
    async with baidu(script=noise) as vendor:
        stream = adapter(vendor).transcribe(
            then_silence(said_aloud([utterance(440, ""), utterance(880, "")]))
        )
        heard: list[str] = []
        while len(heard) < 2:
            heard += finals([await within(anext(stream))])
        await stream.aclose()  # type: ignore[attr-defined]

    assert heard == ["", "今天天气很好。"]


async def test_the_vendors_watchdog_is_fed_while_no_sound_comes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.emulators.baidu.hearing.IDLE_S", 0.75)  # instead of 5 s

    async def pauses() -> AsyncIterator[Any]:
        for frame in utterance(440, "").frames():
            yield frame
        yield Flush()
        await asyncio.sleep(1.1)
        for frame in utterance(880, "").frames():
            yield frame
        yield Flush()

    async with baidu() as vendor:
        heard = finals(await collect(adapter(vendor).transcribe(pauses())))

    assert [spoken(t) for t in heard if t] == [spoken(u.text) for u in conversation()]


async def test_sound_at_another_rate_is_refused():
    async with baidu() as vendor:
        with pytest.raises(ProviderError) as failure:
            await collect(adapter(vendor).transcribe(pieces(said_aloud(conversation(8000)))))

    assert failure.value.kind == "invalid_audio"


def test_a_sentence_comes_in_the_vendors_messages():
    codec = _Codec("{}")
    middle = {"err_no": 0, "err_msg": "OK", "log_id": 1, "sn": "s_ws_0", "type": "MID_TEXT", "result": "北京"}
    last = {**middle, "type": "FIN_TEXT", "result": "北京天气。", "start_time": 800, "end_time": 2300}
    noise = {**last, "err_no": -3005, "err_msg": "not find effective speech", "result": ""}

    assert codec.receive('{"type":"HEARTBEAT"}') == ()
    assert codec.receive(json.dumps(middle)) == (Sentence("北京", False, 0),)
    assert codec.receive(json.dumps(last)) == (Sentence("北京天气。", True, 0, 800, 2300),)
    assert codec.receive(json.dumps(noise)) == (Sentence("", True, 1, 800, 2300),)
    assert codec.closed(1006, "") is not None
    assert codec.end() == ('{"type":"FINISH"}',)
    assert codec.closed(1006, "") is None


def test_english_has_a_model_of_its_own():
    start = json.loads(BaiduStt(ProviderConfig(language="en-US"))._plan.codec().begin(16000)[0])

    assert (start["type"], start["data"]["dev_pid"], start["data"]["sample"]) == ("START", 17372, 16000)


@pytest.mark.parametrize(
    "wrong", [{"model": "best"}, {"options": {"padMs": 4000}}, {"secrets": {"appId": "x"}}]
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        BaiduStt(ProviderConfig(**wrong))
