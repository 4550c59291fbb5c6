"""Baidu's real-time recogniser.

Account: appId, apiKey. Model = `dev_pid`: 15372 (Mandarin with marks, default), 17372 (English with marks,
the default for English), 1537, 1737, 15376 (dialects; wants the option `user`), 19362 (far field). Sound at
16 kHz only. Options: `padMs` (silence sent at once when the speaker has stopped, 0–3000, 460), `finalWaitMs`
(600), `user`. Billed by seconds of sound.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.baidu import LABEL, VENDOR, failures
from voice_engine.providers.baidu.errors import NOTHING_HEARD, unheard
from voice_engine.providers.base import Capabilities, ProviderConfig
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence

MANDARIN, ENGLISH = 15372, 17372
RATE = 16000
_ORIGIN = "wss://vop.baidu.com"


class BaiduStt(PlannedStt):
    """Partials replace, finals end a sentence; the vendor's ear ends them sooner after a Flush."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        self._config = config
        self.capabilities = Capabilities(sample_rates=(RATE,), endpoints_itself=True)
        start = json.dumps({"type": "START", "data": _start(config, options)})
        self._plan = SttPlan(
            failures, self._dial, lambda: _Codec(start), (RATE,),
            chunk_ms=80,
            pad_ms=options.whole("padMs", 460, 0, 3000),
            final_s=options.number("finalWaitMs", 600, 50, 5000) / 1000,
            at_once=True,
            patience=PATIENCE.at_most(config.timeout_s),
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        origin = self._config.base_url.replace("http", "ws", 1) or _ORIGIN
        return Endpoint(f"{origin}/realtime_asr?sn={uuid.uuid4()}")


def _start(config: ProviderConfig, options: Options) -> dict[str, Any]:
    usual = ENGLISH if config.language.lower().startswith("en") else MANDARIN
    start: dict[str, Any] = {
        "appid": int(_digits(config.secrets.get("appId", "0"), "appId")),
        "appkey": config.api_key,
        "dev_pid": int(_digits(config.model or str(usual), "model")),
        "cuid": f"yingda-{uuid.getnode():012x}",
        "format": "pcm",
        "sample": RATE,
    }
    if user := options.text("user"):
        start["user"] = user
    return start


def _digits(text: str, name: str) -> str:
    if not text.isdigit():
        raise BadRequest("bad_option", f"Baidu's {name} is a number, not {text!r}.", field=name)
    return text


class _Codec:
    """One recognition. The vendor says nothing before it has heard something."""

    def __init__(self, start: str) -> None:
        self._start = start
        self._sentences = 0
        self._finished = False

    def begin(self, rate: int) -> Messages:
        return (self._start,)

    def audio(self, pcm: bytes) -> Messages:
        return (pcm,)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        self._finished = True
        return ('{"type":"FINISH"}',)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        kind, code = said["type"], said.get("err_no", 0)
        if code and (kind != "FIN_TEXT" or code not in NOTHING_HEARD):
            raise unheard(said)
        if kind not in ("MID_TEXT", "FIN_TEXT"):
            return ()
        final = kind == "FIN_TEXT"
        text = "" if code else said.get("result") or ""
        sentence = Sentence(text, final, self._sentences, said.get("start_time"), said.get("end_time"))
        self._sentences += final
        return (sentence,)

    def closed(self, code: int, reason: str) -> Exception | None:
        """After FINISH it hangs up when everything has been said."""
        return None if self._finished else failures.hung_up(code, reason)
