"""iFlytek's recognisers against their wire protocols."""

import asyncio
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
from voice_engine.providers.stt.iflytek import IflytekStt

pytestmark = pytest.mark.slow

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
