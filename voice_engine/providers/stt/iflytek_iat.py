"""iFlytek's dictation: `iat`, `slm` with a large model (an utterance per connection), `ist` for long speech.

Options of all: `accent` (mandarin, cantonese, lmz …), `language` (the vendor's own name of it), `parameters`
(more of `business` or `parameter.iat`, handed on as it is), `finalWaitMs` (how late a final may be: 1500, ist
600). iat and slm: `vadEos` (ms of silence after which the vendor ends by itself, 10000), `punctuation` and
`numbers` (spoken ones as digits), both true. iat: `pd` (a field: game, health, shopping …). slm: `dialects`
(the model of 202 dialects). ist: `largeModel`, `padMs` (silence sent after a Flush, 400). Keywords are hot
words of slm and ist; those of iat are set in the vendor's console.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages, Signal
from voice_engine.providers.duplex.stt import SttPlan
from voice_engine.providers.iflytek import LABEL, failures
from voice_engine.providers.iflytek.account import Account
from voice_engine.providers.iflytek.errors import failed, refused
from voice_engine.providers.iflytek.words import Pieces
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence

_RATES = (16000, 8000)
_IAT, _IAT_MINOR = "wss://iat-api.xfyun.cn/v2/iat", "wss://iat-niche-api.xfyun.cn/v2/iat"
_SLM, _SLM_MANY = "wss://iat.xf-yun.com/v1", "wss://iat.cn-huabei-1.xf-yun.com/v1"
_IST = "wss://ist-api.xfyun.cn/v2/ist"
_LANGUAGES = {
    "": "zh_cn", "zh": "zh_cn", "yue": "zh_cn", "en": "en_us", "ja": "ja_jp", "ko": "ko_kr", "fr": "fr_fr",
    "es": "es_es", "ru": "ru-ru",
}  # fmt: skip
_HOT = 1024  # characters of hot words


def iat(config: ProviderConfig) -> SttPlan:
    """Dictation as iFlytek has had it for long: the cheapest, in many fields and minor languages."""
    options, account = Options(config, LABEL), Account(config)
    language = _language(config, options)
    business = {
        "language": language,
        "domain": "iat",
        **_accent(config, options, language),
        "vad_eos": options.whole("vadEos", 10000, 500, 10000),
        "dwa": "wpgs",
        "ptt": int(options.flag("punctuation", True)),
        "nunum": int(options.flag("numbers", True)),
        "vinfo": 1,
        **({"pd": field} if (field := options.text("pd")) else {}),
        **options.object("parameters"),
    }
    url = _IAT if language in ("zh_cn", "en_us") else _IAT_MINOR
    codec = partial(_FlatCodec, account.app_id, business)
    return _utterance(config, options, partial(_dial, account, url), codec)


def slm(config: ProviderConfig) -> SttPlan:
    """Dictation with a large model: Mandarin, English and dialects mixed."""
    options, account = Options(config, LABEL), Account(config)
    dialects = options.flag("dialects", False)
    language = options.text("language") or ("mul_cn" if dialects else "zh_cn")
    parameters = {
        "domain": "slm",
        "language": language,
        "accent": options.text("accent", "mulacc" if dialects else "mandarin"),
        "eos": options.whole("vadEos", 10000, 600, 60000),
        "dwa": "wpgs",
        "ptt": int(options.flag("punctuation", True)),
        "nunum": int(options.flag("numbers", True)),
        "vinfo": 1,
        **_hot_words(config),
        **options.object("parameters"),
        "result": {"encoding": "utf8", "compress": "raw", "format": "json"},
    }
    url = _SLM if language == "zh_cn" else _SLM_MANY
    codec = partial(_LayeredCodec, account.app_id, parameters)
    return _utterance(config, options, partial(_dial, account, url), codec)


def ist(config: ProviderConfig) -> SttPlan:
    """Dictation without an end: the vendor says where sentences do."""
    options, account = Options(config, LABEL), Account(config)
    large = options.flag("largeModel", False)
    language = "mix" if large else _language(config, options)
    business = {
        "language": language,
        "domain": "ist_cbm_mix" if large else "ist_open",
        **_accent(config, options, language),
        "dwa": "wpgs",
        "vinfo": 1,
        **_hot_words(config),
        **options.object("parameters"),
    }
    return SttPlan(
        failures, partial(_dial, account, _IST), partial(_FlatCodec, account.app_id, business), _RATES,
        pad_ms=options.whole("padMs", 400, 0, 2000),
        final_s=options.number("finalWaitMs", 600, 50, 5000) / 1000,
        at_once=True,
        patience=PATIENCE.at_most(config.timeout_s),
        refused=refused,
    )  # fmt: skip


def _utterance(config: ProviderConfig, options: Options, dial: Any, codec: Any) -> SttPlan:
    patience = replace(PATIENCE, stop_s=options.number("finalWaitMs", 1500, 50, 10000) / 1000)
    return SttPlan(
        failures, dial, codec, _RATES,
        at_once=True,
        one_utterance=True,
        patience=patience.at_most(config.timeout_s),
        refused=refused,
    )  # fmt: skip


async def _dial(account: Account, url: str) -> Endpoint:
    return account.endpoint(url)


def _language(config: ProviderConfig, options: Options) -> str:
    language = options.text("language") or _LANGUAGES.get(config.language.lower().partition("-")[0])
    if not language:
        known = ", ".join(name for name in _LANGUAGES if name)
        sentence = (
            f"iFlytek's dictation hears {known}, not {config.language!r}; or give the option `language`."
        )
        raise BadRequest("bad_language", sentence, field="language")
    return language


def _accent(config: ProviderConfig, options: Options, language: str) -> dict[str, str]:
    spoken = "cantonese" if config.language.lower().startswith("yue") else "mandarin"
    accent = options.text("accent", spoken)
    return {"accent": accent} if language in ("zh_cn", "mix") or "accent" in config.options else {}


def _hot_words(config: ProviderConfig) -> dict[str, str]:
    words = "dhw=utf-8;" + "|".join(config.keywords)
    if len(words) > _HOT:
        raise BadRequest(
            "too_many_keywords", f"iFlytek takes {_HOT} characters of keywords.", field="keywords"
        )
    return {"dhw": words} if config.keywords else {}


class _Codec:
    """One recognition: pieces of sentences put together."""

    def __init__(self, app_id: str, wishes: Mapping[str, Any]) -> None:
        self._app_id, self._wishes = app_id, wishes
        self._rate, self._format = 0, ""
        self._count = 0  # of messages sent
        self._pieces = Pieces()
        self._over = 0

    def begin(self, rate: int) -> Messages:
        self._rate, self._format = rate, f"audio/L16;rate={rate}"
        return ()

    def pause(self) -> Messages:
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _facts(self, result: Mapping[str, Any] | None, last: bool) -> Iterable[Heard]:
        if result:
            self._pieces.add(result)
            last = last or bool(result.get("ls"))
        final = last or bool(result and result.get("sub_end"))
        if text := self._pieces.text:
            end_ms = self._pieces.end_ms if final else None
            yield Sentence(text, final, self._over, self._pieces.begin_ms, end_ms)
        if final:
            self._pieces = Pieces()
            self._over += 1
        if last:
            yield Signal.OVER


class _FlatCodec(_Codec):
    """`common`, `business`, `data`: iat and ist."""

    def audio(self, pcm: bytes) -> Messages:
        audio = base64.b64encode(pcm).decode()
        self._count += 1
        if self._count > 1:
            return (
                f'{{"data":{{"status":1,"format":"{self._format}","encoding":"raw","audio":"{audio}"}}}}',
            )
        data = {"status": 0, "format": self._format, "encoding": "raw", "audio": audio}
        return (json.dumps({"common": {"app_id": self._app_id}, "business": self._wishes, "data": data}),)

    def end(self) -> Messages:
        return ('{"data":{"status":2,"audio":""}}',)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        if said["code"]:
            raise failed(said["code"], said.get("message"), said.get("sid"))
        data = said.get("data")
        return self._facts(data.get("result"), data["status"] == 2) if data else ()


class _LayeredCodec(_Codec):
    """`header`, `parameter`, `payload`, and the result in base64: slm."""

    def audio(self, pcm: bytes) -> Messages:
        return (self._message(base64.b64encode(pcm).decode(), min(self._count, 1)),)

    def end(self) -> Messages:
        return (self._message("", 2),)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        header = said["header"]
        if header["code"]:
            raise failed(header["code"], header.get("message"), header.get("sid"))
        packed = (said.get("payload") or {}).get("result")
        result = json.loads(base64.b64decode(packed["text"])) if packed and packed.get("text") else None
        return self._facts(result, header["status"] == 2)

    def _message(self, audio: str, status: int) -> str:
        self._count += 1
        parameter = f'"parameter":{json.dumps({"iat": self._wishes})},' if self._count == 1 else ""
        return (
            f'{{"header":{{"app_id":{json.dumps(self._app_id)},"status":{status}}},{parameter}"payload":{{"audio":{{'
            f'"encoding":"raw","sample_rate":{self._rate},"channels":1,"bit_depth":16,"seq":{self._count},'
            f'"status":{status},"audio":"{audio}"}}}}}}'
        )
