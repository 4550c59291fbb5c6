"""Tencent Cloud's voices with streaming text (stream_wsv2).

Account: appId, secretId, secretKey. Voice = `VoiceType`, a number (101001); `speed` 1 is the voice's own.
Options: `sampleRate` (8000, 16000, 24000; 16000), `volume` (−10…10), `emotion` (`EmotionCategory`, for voices
that have it), `emotionIntensity` (50–200), `fastVoice` (a cloned voice's `FastVoiceType`), `wordTimes`.
Sentences need their mark to be spoken early. Billed by characters.
"""

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, ProviderConfig, WordTimes
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Message, Messages, Said, Signal, Sound
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan
from voice_engine.providers.options import Options
from voice_engine.providers.tencent import LABEL, VENDOR, failures
from voice_engine.providers.tencent.errors import failed
from voice_engine.providers.tencent.signing import VALID_S, address, signature

DEFAULT_VOICE = "101001"
RATES = (16000, 8000, 24000)
_ORIGIN = "wss://tts.cloud.tencent.com"
_PATH = "/stream_wsv2"


class TencentTts(PlannedTts):
    """A voice that speaks each sentence when its mark has arrived."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        rate = options.choice("sampleRate", RATES[0], RATES)
        timed = options.flag("wordTimes", True)
        self._config = config
        self.capabilities = Capabilities(sample_rates=(rate,), languages=("zh", "en"), word_times=timed)
        self._query: dict[str, str | int] = {
            "Action": "TextToStreamAudioWSv2",
            "AppId": int(_digits(config.secrets.get("appId", "0"), "appId")),
            "Codec": "pcm",
            "EnableSubtitle": str(timed),
            "ModelType": 1,
            "SampleRate": rate,
            "Speed": _speed(config.speed),
            "VoiceType": int(_digits(config.voice or DEFAULT_VOICE, "voice")),
            "Volume": options.whole("volume", 0, -10, 10),
        }
        if emotion := options.text("emotion"):
            self._query["EmotionCategory"] = emotion
            self._query["EmotionIntensity"] = options.whole("emotionIntensity", 100, 50, 200)
        if cloned := options.text("fastVoice"):
            self._query["FastVoiceType"] = cloned
        self._plan = TtsPlan(
            failures, self._dial, _Codec, rate,
            patience=PATIENCE.at_most(config.timeout_s),
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        secrets, now = self._config.secrets, int(time.time())
        origin = self._config.base_url.replace("http", "ws", 1) or _ORIGIN
        query = {
            **self._query,
            "SecretId": secrets.get("secretId", ""),
            "SessionId": uuid.uuid4().hex,
            "Timestamp": now,
            "Expired": now + VALID_S,
        }
        signed = signature(secrets.get("secretKey", ""), "GET", urlsplit(origin).netloc + _PATH, query)
        return Endpoint(address(origin, _PATH, query, ("Signature", signed)))


class _Codec:
    """One synthesis. The session's name comes back with the vendor's first message."""

    def __init__(self) -> None:
        self._session = ""

    def begin(self, fresh: bool) -> Messages:
        return ()

    def text(self, text: str) -> Messages:
        return (self._action("ACTION_SYNTHESIS", text),)

    def end(self) -> Messages:
        return (self._action("ACTION_COMPLETE"),)

    def cancel(self) -> Messages:
        return (self._action("ACTION_RESET"),)

    def receive(self, message: Message) -> Iterable[Said]:
        if isinstance(message, bytes):
            return (Sound(message),)
        said = json.loads(message)
        if said["code"]:
            raise failed(said["code"], said.get("message", ""), said.get("request_id", ""))
        self._session = said["session_id"]
        return _facts(said)

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _action(self, action: str, data: str = "") -> str:
        name = uuid.uuid4().hex
        said = {"session_id": self._session, "message_id": name, "action": action, "data": data}
        return json.dumps(said, ensure_ascii=False)


def _facts(said: dict[str, Any]) -> Iterator[Said]:
    if said.get("ready"):
        yield Signal.READY
    elif said.get("final"):
        yield Signal.OVER
    elif words := (said.get("result") or {}).get("subtitles"):
        yield WordTimes(
            tuple(word["Text"] for word in words),
            tuple(word["BeginTime"] / 1000 for word in words),
            tuple(word["EndTime"] / 1000 for word in words),
        )


def _speed(speed: float) -> int:
    """0.6 to 1.5 of the voice's own is −2 to 2 here; 2.5 is 6."""
    if not 0.6 <= speed <= 2.5:
        raise BadRequest("bad_speed", "Tencent Cloud's voices speak at a `speed` from 0.6 to 2.5.")
    if speed <= 1:
        return round((speed - 1) * 5)
    return round((speed - 1) * 4)


def _digits(text: str, name: str) -> str:
    if not text.isdigit():
        raise BadRequest("bad_option", f"Tencent Cloud's {name} is a number, not {text!r}.", field=name)
    return text
