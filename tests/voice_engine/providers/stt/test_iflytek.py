"""iFlytek's recognisers against their wire protocols."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import collect, pieces, spoken, then_silence
from tests.emulators import faults
from tests.emulators.iflytek import IflytekEmulator
from tests.emulators.vendor import apart
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation, utterance
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig
from voice_engine.providers.duplex.codec import Signal
from voice_engine.providers.iflytek.signing import (
    china_time,
    gmt,
    query_signature,
    request_signature,
    transcription_signature,
)
from voice_engine.providers.iflytek.words import Pieces
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.iflytek import IflytekStt
from voice_engine.providers.stt.iflytek_iat import _FlatCodec, _LayeredCodec
from voice_engine.providers.stt.iflytek_rtasr import _AstCodec, _RtasrCodec

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, '{"message":"HMAC signature cannot be verified"}'),
    "quota": faults.fail(11200, "licc failed"),
    "rate_limit": faults.fail(10800, "over max connect limit"),
    "idle_timeout": faults.fail(10200, "read data timeout", at=0),
    "invalid_audio": faults.fail(10043, "decode failed", at=0),
    "bad_request": faults.fail(10163, "param validate error"),
    "server": faults.fail(10700, "engine error", at=1),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}
MODELS = ("rtasr", "ast", "iat", "slm", "ist")
MAY_HAPPEN = (("iat", "end"), ("slm", "end"))  # dictation of an utterance may end by itself


def adapter(vendor: IflytekEmulator, model: str = "", **more: Any) -> IflytekStt:
    config = {"secrets": vendor.account, "base_url": vendor.url, "model": model, **more}
    return IflytekStt(ProviderConfig(**config))


def iflytek(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[IflytekEmulator]:
    return beside(IflytekEmulator(SCRIPT), fault)


class Contract(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)
    model: ClassVar[str]

    @pytest.fixture
    async def stt(self) -> AsyncIterator[IflytekStt]:
        async with iflytek() as vendor:
            yield adapter(vendor, self.model)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[IflytekStt]:
        async with iflytek(FAULTS[kind]) as vendor:
            yield adapter(vendor, self.model, timeout_s=0.4 if kind == "timeout" else 20)


class TestRtasr(Contract):
    model = "rtasr"


class TestAst(Contract):
    model = "ast"


class TestIat(Contract):
    model = "iat"


class TestSlm(Contract):
    model = "slm"


class TestIst(Contract):
    model = "ist"
    # it greets nobody and may be silent for long
    faults = tuple(kind for kind in FAULTS if kind != "timeout")


async def hear(stt: IflytekStt, rate: int = 16000, more: tuple[Flush, ...] = (Flush(),)) -> list[str]:
    (first, _) = conversation(rate)
    return [text for text in finals(await collect(stt.transcribe(pieces([*first.frames(), *more])))) if text]


@pytest.mark.parametrize("model", ["rtasr", "ast", "iat", "slm"])
@pytest.mark.parametrize("fault", STT_FAULTS, ids=str)
async def test_whatever_goes_wrong_on_the_wire_ends_as_a_provider_error(fault: faults.Fault, model: str):
    if (model, fault.kind) in MAY_HAPPEN:
        return
    async with iflytek(fault) as vendor:
        (first, _) = conversation()

        with pytest.raises(ProviderError) as failure:
            await collect(
                adapter(vendor, model, timeout_s=0.25).transcribe(then_silence([*first.frames(), Flush()]))
            )

        assert failure.value.vendor == "iflytek"


@pytest.mark.parametrize("model", ["rtasr", "ast", "iat"])
async def test_a_failure_names_the_session_for_the_vendors_support(model: str):
    async with iflytek(faults.fail(10700, "engine error")) as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, model))

        assert (failure.value.vendor_code, failure.value.request_id) == ("10700", "sid000000")


# who comes in


def test_the_address_of_dictation_is_signed_as_the_vendor_does():
    secret, date = "secret0123456789secret0123456789", gmt(1700000000)

    signed = request_signature(secret, "iat-api.xfyun.cn", "/v2/iat", date)

    assert date == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert signed == "jXy4AuPLTNhVvDxPCe7sCzLA5o9fTbTC4G+m48GsdKs="


def test_the_address_of_transcription_is_signed_as_the_vendor_does():
    signed = transcription_signature("d9f4aa7ea6d94faca62cd88a28fd5234", "595f23df", 1512041814)

    assert signed == "IrrzsJeOFk1NGfJHW6SkHUoN9CU="


def test_the_address_of_the_large_model_is_signed_as_the_vendor_does():
    query = {
        "accessKeyId": "ak0001", "appId": "app12345", "uuid": "u-0001", "utc": china_time(1700000000),
        "audio_encode": "pcm_s16le", "samplerate": "16000", "lang": "autodialect", "codec": "",
    }  # fmt: skip

    assert query["utc"] == "2023-11-15T06:13:20+0800"
    assert query_signature("aksecret0001", query) == "TOli8ASv1P6FeHyUwS+TzeWEEJs="


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "field", ["appId", "apiKey", "apiSecret", "rtasrApiKey", "accessKeyId", "accessKeySecret"]
)
async def test_a_wrong_field_of_the_credential_is_an_auth_failure_where_it_counts(model: str, field: str):
    counts = {"rtasr": ("appId", "rtasrApiKey"), "ast": ("appId", "accessKeyId", "accessKeySecret")}
    async with apart(IflytekEmulator(SCRIPT)) as vendor:
        secrets = {**vendor.account, field: "wrong"}
        stt = adapter(vendor, model, secrets=secrets)

        if field not in counts.get(model, ("appId", "apiKey", "apiSecret")):
            assert await hear(stt)
            return
        with pytest.raises(ProviderError) as failure:
            await hear(stt)

    assert failure.value.kind == "auth"
    assert not any(value in repr(failure.value) + failure.value.message for value in vendor.account.values())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("ahead_s", [-400, 400])
async def test_a_machine_whose_clock_is_wrong_is_told_so(model: str, ahead_s: float):
    async with iflytek() as vendor:
        vendor.ahead_s = ahead_s

        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, model))

        assert failure.value.kind == "auth"
        assert "clock" in failure.value.message


async def test_one_key_is_enough_where_the_console_shows_one():
    async with iflytek() as vendor:
        account = {name: vendor.account[name] for name in ("appId", "apiKey", "apiSecret")}
        vendor.account["rtasrApiKey"] = vendor.account["accessKeyId"] = account["apiKey"]
        vendor.account["accessKeySecret"] = account["apiSecret"]

        for model in MODELS:
            assert await hear(adapter(vendor, model, secrets=account)) == [SAID[0][1]]


# what is heard


@pytest.mark.parametrize("model", ["iat", "slm", "ist"])
async def test_a_telephones_sound_is_heard_at_8_khz(model: str):
    async with iflytek() as vendor:
        assert await hear(adapter(vendor, model), rate=8000) == [SAID[0][1]]


@pytest.mark.parametrize("model", ["rtasr", "ast"])
async def test_sound_at_another_rate_is_refused(model: str):
    async with iflytek() as vendor:
        with pytest.raises(ProviderError) as failure:
            await hear(adapter(vendor, model), rate=8000)

        assert failure.value.kind == "invalid_audio"


@pytest.mark.parametrize("model", ["iat", "slm"])
async def test_each_utterance_of_dictation_has_a_connection_of_its_own(model: str):
    async with iflytek() as vendor:
        await collect(adapter(vendor, model).transcribe(pieces(both())))

        assert vendor.connections == 2


@pytest.mark.parametrize("model", ["rtasr", "ast", "ist"])
async def test_transcription_has_one_connection_for_a_call(model: str):
    async with iflytek() as vendor:
        await collect(adapter(vendor, model).transcribe(pieces(both())))

        assert vendor.connections == 1


@pytest.mark.parametrize("model", ["iat", "slm"])
async def test_dictation_that_ends_by_itself_goes_on_with_the_same_utterance(model: str):
    async with iflytek() as vendor:
        first, second = conversation()
        hesitant = Utterance(first.pcm + bytes(2 * 16000) + second.pcm, first.text + second.text)
        stt = adapter(vendor, model, options={"vadEos": 700})

        heard = await collect(stt.transcribe(paced([*hesitant.frames(), Flush()])))

        assert [spoken(text) for text in finals(heard)] == [spoken(hesitant.text)]
        assert vendor.connections >= 2


async def test_dictation_longer_than_a_connection_goes_on_in_another():
    async with iflytek() as vendor:
        tone = utterance(*SAID[0], seconds=58)

        heard = await collect(adapter(vendor, "iat").transcribe(paced([*tone.frames(0.5), Flush()])))

        assert finals(heard) == [SAID[0][1] * 2]
        assert vendor.connections == 2


@pytest.mark.parametrize("model", ["slm", "ist"])
async def test_keywords_are_hot_words(model: str):
    wishes = [
        codec_of(IflytekStt(ProviderConfig(model=model, keywords=words)))._wishes
        for words in ((), ("应答", "查账"))
    ]

    assert [w.get("dhw") for w in wishes] == [None, "dhw=utf-8;应答|查账"]


@pytest.mark.parametrize(
    ("language", "options", "wanted"),
    [
        ("", {}, ("zh_cn", "mandarin", "iat-api.xfyun.cn")),
        ("zh-CN", {"accent": "lmz"}, ("zh_cn", "lmz", "iat-api.xfyun.cn")),
        ("yue", {}, ("zh_cn", "cantonese", "iat-api.xfyun.cn")),
        ("en-US", {}, ("en_us", None, "iat-api.xfyun.cn")),
        ("ja", {}, ("ja_jp", None, "iat-niche-api.xfyun.cn")),
        ("", {"language": "vi_VN"}, ("vi_VN", None, "iat-niche-api.xfyun.cn")),
    ],
)
async def test_a_language_decides_where_dictation_is_and_how_it_hears(
    language: str, options: dict[str, Any], wanted: tuple[str, str | None, str]
):
    stt = IflytekStt(ProviderConfig(model="iat", language=language, options=options))

    wishes, place = codec_of(stt)._wishes, (await stt._plan.dial()).url

    assert (wishes["language"], wishes.get("accent"), place.split("/")[2]) == wanted


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, ("zh_cn", "mandarin", "iat.xf-yun.com")),
        ({"dialects": True}, ("mul_cn", "mulacc", "iat.cn-huabei-1.xf-yun.com")),
    ],
)
async def test_dialects_are_heard_by_a_model_of_their_own(
    options: dict[str, Any], wanted: tuple[str, str, str]
):
    stt = IflytekStt(ProviderConfig(model="slm", options=options))

    wishes, place = codec_of(stt)._wishes, (await stt._plan.dial()).url

    assert (wishes["language"], wishes["accent"], place.split("/")[2]) == wanted


@pytest.mark.parametrize(
    ("model", "config", "query"),
    [
        ("rtasr", {}, "lang=cn"),
        ("rtasr", {"language": "en"}, "lang=en"),
        (
            "rtasr",
            {"options": {"punctuation": False, "pd": "finance", "nearField": True}},
            "punc=0&pd=finance&vadMdn=2",
        ),
        ("rtasr", {"options": {"parameters": {"engLangType": 2}}}, "lang=cn&engLangType=2"),
        ("ast", {}, "lang=autodialect"),
        ("ast", {"language": "de"}, "lang=autominor"),
        ("ast", {"options": {"nearField": True}}, "eng_vad_mdn=2"),
    ],
)
async def test_what_transcription_is_asked_for(model: str, config: dict[str, Any], query: str):
    stt = IflytekStt(ProviderConfig(model=model, **config))

    assert query in (await stt._plan.dial()).url


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "iat2"},
        {"model": "iat", "language": "tlh"},
        {"model": "rtasr", "language": "tlh"},
        {"model": "iat", "options": {"vadEos": 20000}},
        {"model": "slm", "options": {"dialects": "yes"}},
        {"model": "ist", "keywords": ("词" * 1100,)},
        {"options": {"padMs": 5000}},
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any]):
    with pytest.raises(BadRequest):
        IflytekStt(ProviderConfig(**wrong))


# the messages, byte by byte


def test_dictation_begins_goes_on_and_ends_as_the_vendor_wants():
    codec = _FlatCodec("a1b2c3d4", {"language": "zh_cn", "domain": "iat"})

    sent = [*codec.begin(16000), *codec.audio(b"\x01\x00"), *codec.audio(b"\x02\x00"), *codec.end()]

    assert json.loads(sent[0]) == {
        "common": {"app_id": "a1b2c3d4"},
        "business": {"language": "zh_cn", "domain": "iat"},
        "data": {"status": 0, "format": "audio/L16;rate=16000", "encoding": "raw", "audio": "AQA="},
    }
    assert sent[1:] == [
        '{"data":{"status":1,"format":"audio/L16;rate=16000","encoding":"raw","audio":"AgA="}}',
        '{"data":{"status":2,"audio":""}}',
    ]


def test_the_large_models_dictation_has_its_parameters_in_the_first_message_only():
    codec = _LayeredCodec("a1b2c3d4", {"domain": "slm"})

    sent = [
        json.loads(m)
        for m in (*codec.begin(8000), *codec.audio(b"\x01\x00"), *codec.audio(b"\x02\x00"), *codec.end())
    ]

    shape = {"encoding": "raw", "sample_rate": 8000, "channels": 1, "bit_depth": 16}
    assert sent[0] == {
        "header": {"app_id": "a1b2c3d4", "status": 0},
        "parameter": {"iat": {"domain": "slm"}},
        "payload": {"audio": {**shape, "seq": 1, "status": 0, "audio": "AQA="}},
    }
    assert sent[1:] == [
        {
            "header": {"app_id": "a1b2c3d4", "status": status},
            "payload": {"audio": {**shape, "seq": seq, "status": status, "audio": audio}},
        }
        for seq, status, audio in ((2, 1, "AgA="), (3, 2, ""))
    ]


def piece(number: int, text: str, how: str = "apd", instead: tuple[int, int] | None = None) -> dict[str, Any]:
    words = [{"bg": 0, "cw": [{"w": letter, "sc": 0}, {"w": "别", "sc": 0}]} for letter in text]
    return {"sn": number, "ls": False, "ws": words, "pgs": how, **({"rg": list(instead)} if instead else {})}


def test_pieces_are_taken_back_and_replaced():
    pieces_ = Pieces()
    told = []

    for result in (
        piece(1, "今天"),
        piece(2, "天汽"),
        piece(3, "天气", "rpl", (2, 2)),
        piece(4, "怎么样"),
        piece(5, "今天天气怎么样", "rpl", (1, 4)),
        piece(6, "？"),
    ):
        pieces_.add(result)
        told.append(pieces_.text)

    assert told == ["今天", "今天天汽", "今天天气", "今天天气怎么样", "今天天气怎么样", "今天天气怎么样？"]


def test_a_sentence_has_the_times_of_its_speech():
    codec = _FlatCodec("app", {})
    result = {**piece(1, "好"), "vad": {"ws": [{"bg": 30, "ed": 95, "eg": 60.5}]}, "ls": True}
    said = {"code": 0, "message": "success", "sid": "iat", "data": {"status": 2, "result": result}}

    facts = list(codec.receive(json.dumps(said)))

    assert facts == [Sentence("好", True, 0, 300, 950), Signal.OVER]


def test_long_dictation_ends_sentences_and_begins_the_next_with_nothing():
    codec = _FlatCodec("app", {})
    results = [{**piece(1, "一"), "sub_end": True}, piece(2, "二")]

    facts = [
        fact
        for result in results
        for fact in codec.receive(json.dumps({"code": 0, "data": {"status": 1, "result": result}}))
    ]

    assert facts == [Sentence("一", True, 0), Sentence("二", False, 1)]


def test_the_large_models_result_is_unpacked():
    text = base64.b64encode(json.dumps(piece(1, "好")).encode()).decode()
    header = {"code": 0, "message": "success", "sid": "ase", "status": 1}
    said = {"header": header, "payload": {"result": {"text": text, "status": 1, "seq": 0}}}

    assert list(_LayeredCodec("app", {}).receive(json.dumps(said))) == [Sentence("好", False, 0)]


def transcribed(text: str, final: bool, last: bool = False) -> dict[str, Any]:
    words = [{"wb": 0, "we": 0, "cw": [{"w": word, "wp": "n"}]} for word in text]
    sentence = {
        "bg": "820",
        "ed": "1900" if final else "0",
        "type": "0" if final else "1",
        "rt": [{"ws": words}],
    }
    return {"cn": {"st": sentence}, "seg_id": 5, "ls": last}


def test_transcription_tells_sentences_whole_and_ends_by_hanging_up():
    codec = _RtasrCodec()
    started = {"action": "started", "code": "0", "data": "", "desc": "success", "sid": "rta"}
    results = [
        transcribed("你好", final=False),
        transcribed("，你好。", final=True),
        transcribed("再见", final=False),
    ]
    messages = [{**started, "action": "result", "data": json.dumps(result)} for result in results]

    facts = [fact for message in (started, *messages) for fact in codec.receive(json.dumps(message))]
    early = codec.closed(1000, "")
    end = list(codec.end())

    assert facts == [
        Signal.READY,
        Sentence("你好", False, 0, 820),
        Sentence("你好。", True, 0, 820, 1900),
        Sentence("再见", False, 1, 820),
    ]
    assert end == [b'{"end": true}']
    assert early is not None
    assert codec.closed(1000, "") is None


def test_the_large_models_transcription_says_goodbye_with_the_sessions_name():
    codec = _AstCodec()
    started = {"msg_type": "action", "data": {"action": "started", "sessionId": "s-1"}}
    result = {"msg_type": "result", "res_type": "asr", "data": transcribed("好", final=True, last=True)}

    begun = list(codec.receive(json.dumps(started)))
    end = list(codec.end())
    told = list(codec.receive(json.dumps(result)))

    assert begun == [Signal.READY]
    assert end == ['{"end": true, "sessionId": "s-1"}']
    assert told == [Sentence("好", True, 0, 820, 1900), Signal.OVER]


@pytest.mark.parametrize(
    "said",
    [
        {"msg_type": "action", "data": {"action": "end", "code": "37005", "message": "Client idle timeout"}},
        {"msg_type": "error", "code": "37005", "message": "Client idle timeout", "sid": "x"},
        {"msg_type": "action", "data": {"action": "error", "code": 37005, "desc": "Client idle timeout"}},
        {"action": "error", "code": "37005", "data": "", "desc": "Client idle timeout", "sid": "x"},
    ],
)
def test_the_large_models_failures_come_in_several_shapes(said: dict[str, Any]):
    with pytest.raises(ProviderError) as failure:
        list(_AstCodec().receive(json.dumps(said)))

    assert (failure.value.kind, failure.value.vendor_code) == ("idle_timeout", "37005")
    assert "Client idle timeout" in failure.value.message


@pytest.mark.parametrize(
    "started",
    [
        {"msg_type": "action", "data": {"action": "started", "sessionId": "s-1"}},
        {"action": "started", "code": "0", "data": "", "desc": "success", "sid": "s-1"},
    ],
)
def test_the_large_models_greeting_comes_in_two_shapes(started: dict[str, Any]):
    codec = _AstCodec()

    assert list(codec.receive(json.dumps(started))) == [Signal.READY]
    assert list(codec.end()) == ['{"end": true, "sessionId": "s-1"}']


def test_a_breakdown_of_the_large_model_is_a_failure():
    said = {"msg_type": "result", "res_type": "frc", "data": {"normal": False, "desc": "engine lost"}}

    with pytest.raises(ProviderError) as failure:
        list(_AstCodec().receive(json.dumps(said)))

    assert failure.value.kind == "server"
    assert "engine lost" in failure.value.message


async def test_a_gateway_with_status_codes_of_its_own_is_understood():
    async def gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 35010 accessKeyId is unknown\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(gateway, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        with pytest.raises(ProviderError) as failure:
            await hear(IflytekStt(ProviderConfig(model="ast", base_url=url)))

    assert (failure.value.kind, failure.value.vendor_code) == ("auth", "35010")
    assert "accessKeyId is unknown" in failure.value.message


def both() -> list[Any]:
    first, second = conversation()
    return [*first.frames(), Flush(), *second.frames(), Flush()]


async def paced(items: list[Any]) -> AsyncIterator[Any]:
    """A little slower than the wire, so that the vendor's words come between the frames."""
    for number, item in enumerate(items):
        yield item
        await asyncio.sleep(0.002 if number % 4 == 0 else 0)


def codec_of(stt: IflytekStt) -> Any:
    return stt._plan.codec()
