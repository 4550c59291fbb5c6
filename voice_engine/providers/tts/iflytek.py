"""iFlytek's voices; the model's name chooses, without one the voice does.

Account: appId, apiKey, apiSecret. Models: `super` (super-humanlike; text as it comes; 24000, 16000, 8000 Hz)
and `tts` (online; a sentence per connection; 16000, 8000 Hz). Voice = `vcn` (x5_lingxiaoxuan_flow, xiaoyan),
which the account must have; `speed` 0.5–2. Options of both: `sampleRate`, `volume` and `pitch` (0–100, 50),
`background` (music, false), `readEnglish` (`reg`: 0–2), `readNumbers` (`rdn`: 0–3), `spare` (a socket
connected ahead for the next clause, true), `parameters` (more of `business` or `parameter.tts`). super with
x4_ and x5_ voices: `oralLevel` (high, mid, low), `sparkAssist` (a model adds words, false), `remain` (say
what is written, true), `stopSplit` (do not cut sentences, false). Billed by characters, whatever they are;
tts is sold by request too.
"""

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, ProviderConfig, Tts, Usage, WordTimes
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Message, Messages, Said, Signal, Sound
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan, warm_up
from voice_engine.providers.iflytek import LABEL, VENDOR, failures
from voice_engine.providers.iflytek.account import Account
from voice_engine.providers.iflytek.errors import failed, refused
from voice_engine.providers.options import Options
from voice_engine.providers.piecewise import piecewise

_SUPER = "wss://cbm01.cn-huabei-1.xf-yun.com/v1/private/mcd9m97e6"
_TTS = "wss://tts-api.xfyun.cn/v2/tts"
_FREE = ("x4_", "x5_")  # voices that speak as people do
_LONGEST = 300  # characters of a sentence, and of a message; the vendor takes 8000 bytes
_KEEP_S = 8.0  # a socket ahead: the vendor gives up after 10 s without a word


class IflytekTts:
    """One of them."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        model = config.model or _model_of(config.voice)
        if model not in _MODELS:
            known = ", ".join(_MODELS)
            raise BadRequest("unknown_model", f"iFlytek's voices are {known}, not {model!r}.", field="model")
        self._plan = _MODELS[model](config)
        line = _Line(self._plan)
        self._voice: Tts = piecewise(line, _LONGEST) if model == "tts" else line
        self.capabilities = line.capabilities

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate, and what the characters cost."""
        return self._voice.synthesize(text)

    async def warm(self) -> None:
        """See Warms."""
        await warm_up(self._plan)


class _Line(PlannedTts):
    """One connection per synthesis."""

    vendor = VENDOR

    def __init__(self, plan: TtsPlan) -> None:
        self._plan = plan
        self.capabilities = Capabilities(sample_rates=(plan.rate,), languages=("zh", "en"))


def _online(config: ProviderConfig) -> TtsPlan:
    options, account = Options(config, LABEL), Account(config)
    rate = options.choice("sampleRate", 16000, (16000, 8000))
    business = {
        "aue": "raw",
        "auf": f"audio/L16;rate={rate}",
        "vcn": config.voice or "xiaoyan",
        **_manner(config, options),
        "tte": "UTF8",
        "reg": str(options.choice("readEnglish", 2, (0, 1, 2))),
        "rdn": str(options.choice("readNumbers", 0, (0, 1, 2, 3))),
        **options.object("parameters"),
    }
    return _plan(config, account, _TTS, rate, partial(_OneText, account.app_id, business))


def _super(config: ProviderConfig) -> TtsPlan:
    options, account = Options(config, LABEL), Account(config)
    rate = options.choice("sampleRate", 24000, (24000, 16000, 8000))
    voice = config.voice or "x5_lingxiaoxuan_flow"
    spoken = {
        "vcn": voice,
        **_manner(config, options),
        "reg": options.choice("readEnglish", 0, (0, 1, 2)),
        "rdn": options.choice("readNumbers", 0, (0, 1, 2, 3)),
        "rhy": 0,
        **options.object("parameters"),
        "audio": {"encoding": "raw", "sample_rate": rate, "channels": 1, "bit_depth": 16, "frame_size": 0},
    }
    parameter: dict[str, Any] = {"tts": spoken}
    if oral := _oral(options, voice):
        parameter = {"oral": oral, **parameter}
    return _plan(config, account, _SUPER, rate, partial(_Streamed, account.app_id, parameter))


_MODELS: dict[str, Callable[[ProviderConfig], TtsPlan]] = {"super": _super, "tts": _online}


def _model_of(voice: str) -> str:
    return "super" if not voice or voice.startswith(("x5_", "x6_")) or voice.endswith("_oral") else "tts"


def _plan(config: ProviderConfig, account: Account, url: str, rate: int, codec: Any) -> TtsPlan:
    async def dial() -> Endpoint:
        return account.endpoint(url)

    spare = Options(config, LABEL).flag("spare", True)
    return TtsPlan(
        failures, dial, codec, rate,
        longest=_LONGEST,
        keep_s=_KEEP_S if spare else 0.0,
        account=(url, account.identity),
        patience=PATIENCE.at_most(config.timeout_s),
        at_once=True,
        reuse="never",
        refused=refused,
    )  # fmt: skip


def _manner(config: ProviderConfig, options: Options) -> dict[str, int]:
    return {
        "speed": _speed(config.speed),
        "volume": options.whole("volume", 50, 0, 100),
        "pitch": options.whole("pitch", 50, 0, 100),
        "bgs": int(options.flag("background", False)),
    }


def _speed(speed: float) -> int:
    """0.5 of the voice's own is 0 here, 1 is 50 and 2 is 100."""
    if not 0.5 <= speed <= 2:
        raise BadRequest("bad_speed", "iFlytek's voices speak at a `speed` from 0.5 to 2.", field="speed")
    return round((speed - 0.5) * 100) if speed < 1 else round(speed * 50)


def _oral(options: Options, voice: str) -> Mapping[str, Any]:
    wishes = {
        "oral_level": options.choice("oralLevel", "mid", ("high", "mid", "low")),
        "spark_assist": int(options.flag("sparkAssist", False)),
        "stop_split": int(options.flag("stopSplit", False)),
        "remain": int(options.flag("remain", True)),
    }
    return wishes if voice.startswith(_FREE) else {}


class _Codec:
    """One synthesis."""

    def __init__(self, app_id: str, wishes: Mapping[str, Any]) -> None:
        self._app_id, self._wishes = app_id, wishes

    def begin(self, fresh: bool) -> Messages:
        return ()

    def cancel(self) -> Messages:
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)


class _OneText(_Codec):
    """tts: the text goes out when it is whole."""

    def __init__(self, app_id: str, wishes: Mapping[str, Any]) -> None:
        super().__init__(app_id, wishes)
        self._text = ""

    def text(self, text: str) -> Messages:
        self._text += text
        return ()

    def end(self) -> Messages:
        data = {"status": 2, "text": _packed(self._text)}
        return (json.dumps({"common": {"app_id": self._app_id}, "business": self._wishes, "data": data}),)

    def receive(self, message: Message) -> Iterable[Said]:
        said = json.loads(message)
        if said["code"]:
            raise failed(said["code"], said.get("message"), said.get("sid"))
        data = said.get("data")
        return _facts(data.get("audio"), data["status"]) if data else ()


class _Streamed(_Codec):
    """super: text as it comes. A piece waits for the next one, so that the last message has text too."""

    def __init__(self, app_id: str, wishes: Mapping[str, Any]) -> None:
        super().__init__(app_id, wishes)
        self._count = 0
        self._held = ""

    def text(self, text: str) -> Messages:
        held, self._held = self._held, text
        return (self._message(held, min(self._count, 1)),) if held else ()

    def end(self) -> Messages:
        return (self._message(self._held, 2),)

    def receive(self, message: Message) -> Iterable[Said]:
        said = json.loads(message)
        header = said["header"]
        if header["code"]:
            raise failed(header["code"], header.get("message"), header.get("sid"))
        audio = (said.get("payload") or {}).get("audio") or {}
        return _facts(audio.get("audio"), audio.get("status", header.get("status")))

    def _message(self, text: str, status: int) -> str:
        piece = {"encoding": "utf8", "compress": "raw", "format": "plain", "status": status}
        said: dict[str, Any] = {"header": {"app_id": self._app_id, "status": status}}
        if self._count == 0:
            said["parameter"] = self._wishes
        said["payload"] = {"text": {**piece, "seq": self._count, "text": _packed(text)}}
        self._count += 1
        return json.dumps(said)


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _facts(audio: str | None, status: int) -> Iterable[Said]:
    if audio:
        yield Sound(base64.b64decode(audio))
    if status == 2:
        yield Signal.OVER
