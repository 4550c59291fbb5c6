"""Azure's recogniser against its wire protocol."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.stt import conversation as said_aloud
from tests.contracts.tools import collect, pieces, spoken, then_silence, within
from tests.emulators import faults
from tests.emulators.azure import AzureEmulator
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SCRIPT, beside, conversation
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.azure import endpoint, usp
from voice_engine.providers.azure.turns import Turns
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import Send, Signal
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.azure import AzureStt, _Codec, _context, _segmentation

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, "Access denied due to invalid subscription key"),
    "rate_limit": faults.fail("TooManyRequests", "too many", at=0),
    "bad_request": faults.fail("BadRequest", "language not supported", at=0),
    "server": faults.fail("Error", "internal", at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}
STAMP = "2026-11-20T16:46:23.959Z"


def adapter(vendor: AzureEmulator, **more: Any) -> AzureStt:
    account = {"secrets": vendor.account, "api_key": vendor.account["apiKey"], "base_url": vendor.url}
    return AzureStt(ProviderConfig(**{**account, **more}))


def azure(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[AzureEmulator]:
    return beside(AzureEmulator(SCRIPT), fault)


class TestAzure(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[AzureStt]:
        async with azure() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[AzureStt]:
        async with azure(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


@pytest.mark.parametrize("fault", STT_FAULTS, ids=lambda fault: f"{fault.kind}-{fault.at}")
async def test_whatever_breaks_is_a_provider_error_and_soon(fault: faults.Fault):
    async with azure(fault) as vendor:
        with pytest.raises(ProviderError):
            await collect(adapter(vendor, timeout_s=0.4).transcribe(then_silence(said_aloud(conversation()))))


async def test_telephone_sound_is_heard_as_it_is():
    async with azure() as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(said_aloud(conversation(8000)))))

    assert [spoken(t) for t in finals(heard) if t] == [spoken(u.text) for u in conversation()]


async def test_what_is_said_while_a_turn_ends_is_heard_in_the_next_one():
    async with azure() as vendor:
        vendor.phrases_a_turn = 1
        stream = adapter(vendor).transcribe(then_silence(said_aloud(conversation())))
        heard: list[str] = []
        while len(heard) < 2:
            heard += finals([await within(anext(stream))])
        await stream.aclose()  # type: ignore[attr-defined]

    assert [spoken(t) for t in heard] == [spoken(u.text) for u in conversation()]


def test_messages_are_framed_as_the_vendors_own_library_frames_them():
    lead = usp.lead("audio", STAMP, "cc98af6faf4246b0a50941d7608ee281", "audio/x-wav")
    head = (
        b"X-Timestamp:2026-11-20T16:46:23.959Z\r\nPath:audio\r\nContent-Type:audio/x-wav\r\n"
        b"X-RequestId:cc98af6faf4246b0a50941d7608ee281\r\nX-StreamId:1\r\n"
    )

    assert lead == len(head).to_bytes(2, "big") + head
    assert usp.riff(8000) == (
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0\x80>\0\0\x02\0\x10\0data\0\0\0\0"
    )
    assert usp.text("speech.config", "{}", STAMP) == (
        "X-Timestamp:2026-11-20T16:46:23.959Z\r\nPath:speech.config\r\nContent-Type:application/json\r\n\r\n{}"
    )
    assert usp.parse(lead + b"\1\2").body == b"\1\2"


def test_the_context_is_what_the_vendors_own_library_asks_for():
    config = ProviderConfig(options={"segmentationMaximumTimeMs": 30000, "segmentationStrategy": "Semantic"})

    context = json.loads(_context("zh-CN", _segmentation(Options(config, "Azure"), 300), ("应答",)))

    assert context["phraseDetection"] == {
        "language": "zh-CN",
        "mode": "CONVERSATION",
        "CONVERSATION": {
            "segmentation": {
                "mode": "Semantic",
                "segmentationSilenceTimeoutMs": 300,
                "segmentationForcedTimeoutMs": 30000,
            }
        },
    }
    assert context["dgi"] == {"Groups": [{"Type": "Generic", "Items": [{"Text": "应答"}]}], "bias": 1.0}


def answer(turns: Turns, path: str, **body: Any) -> str:
    return f"X-RequestId:{turns.request}\r\nPath:{path}\r\n\r\n{json.dumps(body)}"


def test_a_turn_that_ends_early_is_followed_by_one_that_hears_the_rest_again():
    turns = Turns("{}", lambda: STAMP)
    codec = _Codec(turns)
    list(codec.begin(16000))
    first = turns.request
    assert list(codec.receive(answer(turns, "turn.start"))) == [Signal.READY]
    codec.audio(b"\1\0" * 16000)
    phrase = {"RecognitionStatus": "Success", "Offset": 0, "Duration": 5_000_000, "DisplayText": "你好。"}
    assert codec.receive(answer(turns, "speech.hypothesis", Text="你", Offset=0, Duration=10)) == (
        Sentence("你", False, 0, 0.0, 0.001),
    )
    assert list(codec.receive(answer(turns, "speech.phrase", **phrase))) == [
        Sentence("你好。", True, 0, 0.0, 500.0)
    ]

    again = list(codec.receive(answer(turns, "turn.end")))

    assert turns.request != first
    messages = [each.message for each in again if isinstance(each, Send)]
    assert messages[2] == usp.lead("audio", STAMP, turns.request) + b"\1\0" * 8000
    assert turns.at_ms(0) == 500.0
    assert codec.receive(answer(Turns("", lambda: ""), "speech.phrase")) == (), "another turn's"


def test_a_chinese_region_is_in_china_and_others_are_not():
    config = ProviderConfig(api_key="k")

    china, world = endpoint(config, "chinaeast2", "stt", "/p"), endpoint(config, "eastasia", "tts", "/p")

    assert china.url == "wss://chinaeast2.stt.speech.azure.cn/p"
    assert world.url == "wss://eastasia.tts.speech.microsoft.com/p"
    with pytest.raises(ProviderError) as failure:
        endpoint(config, "", "stt", "/p")
    assert failure.value.kind == "auth"


@pytest.mark.parametrize(
    "options", [{"region": "evil.example/"}, {"segmentationSilenceTimeoutMs": 50}, {"profanity": "loud"}]
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(options: dict[str, Any]):
    with pytest.raises(BadRequest):
        AzureStt(ProviderConfig(options=options))
