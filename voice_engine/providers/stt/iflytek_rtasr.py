"""iFlytek's real-time transcription: `rtasr`, the standard one, and `ast`, the one with a large model.

Options of both: `lang` (rtasr: cn, en, cn_cantonese …; ast: autodialect, autominor), `pd` (a field: finance,
medical, tech …), `nearField` (the microphone is at the mouth), `padMs` (silence sent after a Flush, 0–2000,
400), `finalWaitMs` (600), `parameters` (more of the query, handed on as it is). rtasr: `punctuation` (true).
Hot words are set in the vendor's console; `keywords` have no effect.
"""

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages, Signal
from voice_engine.providers.duplex.stt import SttPlan
from voice_engine.providers.iflytek import LABEL, failures
from voice_engine.providers.iflytek.account import Account
from voice_engine.providers.iflytek.errors import failed, refused
from voice_engine.providers.iflytek.signing import (
    china_time,
    encoded,
    query_signature,
    transcription_signature,
)
from voice_engine.providers.iflytek.words import sentence_text
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence

_RATE = 16000
_RTASR = "wss://rtasr.xfyun.cn/v1/ws"
_AST = "wss://office-api-ast-dx.iflyaisol.com/ast/communicate/v1"
_LANGUAGES = {"": "cn", "zh": "cn", "en": "en", "yue": "cn_cantonese"}
_GOODBYES = (1000, 1005, 1006)  # after the end mark, with a close frame or without


def rtasr(config: ProviderConfig) -> SttPlan:
    """Mandarin with English in it, or another `lang` the account has."""
    options, account = Options(config, LABEL), Account(config)
    wishes = {"lang": options.text("lang") or _language(config.language)}
    if not options.flag("punctuation", True):
        wishes["punc"] = "0"
    wishes |= _field_and_place(options, near="vadMdn")

    async def dial() -> Endpoint:
        now = int(time.time())
        signed = transcription_signature(account.transcription_key, account.app_id, now)
        query = {"appid": account.app_id, "ts": str(now), "signa": signed, **wishes}
        return Endpoint(f"{account.place(_RTASR)}?{encoded(query)}")

    return SttPlan(failures, dial, _RtasrCodec, (_RATE,), **_timing(config, options))


def ast(config: ProviderConfig) -> SttPlan:
    """Mandarin, English and the dialects without naming them, or with `lang: autominor` other languages."""
    options, account = Options(config, LABEL), Account(config)
    wishes = {
        "audio_encode": "pcm_s16le",
        "lang": options.text("lang")
        or ("autodialect" if _base(config.language) in _LANGUAGES else "autominor"),
        "samplerate": str(_RATE),
    }
    wishes |= _field_and_place(options, near="eng_vad_mdn")

    async def dial() -> Endpoint:
        query = {
            "accessKeyId": account.access_key_id,
            "appId": account.app_id,
            "uuid": uuid.uuid4().hex,
            "utc": china_time(time.time()),
            **wishes,
        }
        query["signature"] = query_signature(account.access_key_secret, query)
        return Endpoint(f"{account.place(_AST)}?{encoded(query)}")

    return SttPlan(failures, dial, _AstCodec, (_RATE,), **_timing(config, options))


class _Codec:
    """One recognition: the sound is sent as it is. Sentences are counted here: `seg_id` counts results."""

    def __init__(self) -> None:
        self._ended = False
        self._over = 0

    def begin(self, rate: int) -> Messages:
        return ()

    def audio(self, pcm: bytes) -> Messages:
        return (pcm,)

    def pause(self) -> Messages:
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return None if self._ended and code in _GOODBYES else failures.hung_up(code, reason)

    def _facts(self, result: Mapping[str, Any]) -> Iterable[Heard]:
        if sentence := (result.get("cn") or {}).get("st"):
            final = str(sentence["type"]) == "0"
            text = sentence_text(sentence)
            yield Sentence(
                text,
                final,
                order=self._over,
                begin_ms=float(sentence["bg"]),
                end_ms=float(sentence["ed"]) if final else None,
            )
            self._over += final
        if self._ended and result.get("ls"):
            yield Signal.OVER


class _RtasrCodec(_Codec):
    """The vendor hangs up when it has said everything."""

    def end(self) -> Messages:
        self._ended = True
        return (b'{"end": true}',)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        action, code = said["action"], str(said["code"])
        if action == "error" or code != "0":
            raise failed(code, said.get("desc"), said.get("sid"))
        if action == "started":
            return (Signal.READY,)
        return self._facts(json.loads(said["data"])) if action == "result" else ()


class _AstCodec(_Codec):
    """The session's name comes with the first message and goes with the last."""

    def __init__(self) -> None:
        super().__init__()
        self._session = ""

    def end(self) -> Messages:
        self._ended = True
        return (json.dumps({"end": True, "sessionId": self._session}),)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        data = said.get("data") or {}
        action, code = data.get("action") or said.get("action"), data.get("code") or said.get("code") or "0"
        if str(code) != "0" or action == "error" or data.get("normal") is False:
            words = next(
                (each[name] for each in (data, said) for name in ("message", "desc") if name in each), ""
            )
            raise failed(code, words, said.get("sid") or self._session)
        if action == "started":
            self._session = str(data.get("sessionId") or said.get("sid") or "")
            return (Signal.READY,)
        if action == "end":
            return (Signal.OVER,)
        return self._facts(data) if said["res_type"] == "asr" else ()


def _timing(config: ProviderConfig, options: Options) -> dict[str, Any]:
    return {
        "pad_ms": options.whole("padMs", 400, 0, 2000),
        "final_s": options.number("finalWaitMs", 600, 50, 5000) / 1000,
        "patience": PATIENCE.at_most(config.timeout_s),
        "refused": refused,
    }


def _language(language: str) -> str:
    found = _LANGUAGES.get(_base(language))
    if found is None:
        sentence = f"rtasr hears zh, en and yue, not {language!r}; name another by the option `lang`."
        raise BadRequest("bad_language", sentence, field="language")
    return found


def _base(language: str) -> str:
    return language.lower().partition("-")[0]


def _field_and_place(options: Options, near: str) -> dict[str, str]:
    wishes = {"pd": field} if (field := options.text("pd")) else {}
    if options.flag("nearField", False):
        wishes[near] = "2"
    return wishes | {name: str(value) for name, value in options.object("parameters").items()}
