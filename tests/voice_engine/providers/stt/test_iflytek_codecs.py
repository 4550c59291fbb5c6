"""iFlytek's recognisers byte by byte: what is signed, what is said and what is understood. No wire."""

import base64
import json
from typing import Any

import pytest

from voice_engine.kernel.errors import ProviderError
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
from voice_engine.providers.stt.iflytek_iat import _FlatCodec, _LayeredCodec
from voice_engine.providers.stt.iflytek_rtasr import _AstCodec, _RtasrCodec


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
