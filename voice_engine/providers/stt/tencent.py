"""Tencent Cloud's streaming recogniser (ASR v2).

Account: appId, secretId, secretKey. Model = `engine_model_type`: 16k_zh (default), 16k_zh_large, 16k_zh_en,
16k_en, 16k_yue, 8k_zh … Options: `vadSilenceTime` (ms of pause that end a sentence, 240–2000, 300),
`finalWaitMs` (600), `hotwordId`, `convertNumMode` (0, 1, 3), `filterDirty` and `filterModal` (0, 1, 2).
Keywords become a hot-word list. Billed by seconds of sound, each session rounded up.
"""

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from voice_engine.providers.base import Capabilities, ProviderConfig
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages, Signal
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.tencent import LABEL, VENDOR, failures
from voice_engine.providers.tencent.errors import failed
from voice_engine.providers.tencent.signing import VALID_S, address, signature

DEFAULT_MODEL = "16k_zh"
_ORIGIN = "wss://asr.cloud.tencent.com"
_PAD_MORE_MS = 60
_HOT = 10  # weight of a keyword, 1–11


class TencentStt(PlannedStt):
    """Partials replace, finals end a sentence; the vendor's ear ends them sooner after a Flush."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        self._config, self._model = config, config.model or DEFAULT_MODEL
        rate = 8000 if self._model.startswith("8k") else 16000
        self.capabilities = Capabilities(sample_rates=(rate,), endpoints_itself=True)
        pause_ms = options.whole("vadSilenceTime", 300, 240, 2000)
        self._query: dict[str, str | int] = {
            "engine_model_type": self._model,
            "voice_format": 1,
            "needvad": 1,
            "vad_silence_time": pause_ms,
            "convert_num_mode": options.choice("convertNumMode", 1, (0, 1, 3)),
            "filter_dirty": options.choice("filterDirty", 0, (0, 1, 2)),
            "filter_modal": options.choice("filterModal", 0, (0, 1, 2)),
        }
        if hotwords := options.text("hotwordId"):
            self._query["hotword_id"] = hotwords
        elif config.keywords:
            self._query["hotword_list"] = ",".join(f"{word}|{_HOT}" for word in config.keywords)
        self._plan = SttPlan(
            failures, self._dial, _Codec, (rate,),
            pad_ms=pause_ms + _PAD_MORE_MS,
            final_s=options.number("finalWaitMs", 600, 50, 5000) / 1000,
            patience=PATIENCE.at_most(config.timeout_s),
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        secrets, now = self._config.secrets, int(time.time())
        path = f"/asr/v2/{secrets.get('appId', '')}"
        origin = self._config.base_url.replace("http", "ws", 1) or _ORIGIN
        query = {
            **self._query,
            "secretid": secrets.get("secretId", ""),
            "timestamp": now,
            "expired": now + VALID_S,
            "nonce": now % 10**9,
            "voice_id": uuid.uuid4().hex,
        }
        place = urlsplit(origin).netloc + path
        signed = signature(secrets.get("secretKey", ""), "", place, query)
        return Endpoint(address(origin, path, query, ("signature", signed)))


class _Codec:
    """One recognition."""

    def begin(self, rate: int) -> Messages:
        return ()

    def audio(self, pcm: bytes) -> Messages:
        return (pcm,)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        return ('{"type":"end"}',)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        if said["code"]:
            raise failed(said["code"], said.get("message", ""), said.get("voice_id", ""))
        return _facts(said)

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)


def _facts(said: dict[str, Any]) -> Iterator[Heard]:
    result = said.get("result")
    if said.get("final"):
        yield Signal.OVER
    elif result is None:
        yield Signal.READY
    elif result["slice_type"] or result["voice_text_str"]:
        yield Sentence(
            result["voice_text_str"],
            final=result["slice_type"] == 2,
            order=result["index"],
            begin_ms=result["start_time"],
            end_ms=result["end_time"],
        )
