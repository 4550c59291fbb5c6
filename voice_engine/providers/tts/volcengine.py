"""Volcengine's (Doubao's) voices with streaming text: TTS V3, bidirectional, over binary frames.

Account: apiKey, or appId and accessToken. Voice: the console's `voice_type`. Model: the resource id, which
must fit the voice (`seed-tts-1.0`, `seed-tts-2.0`, `seed-icl-1.0`, `volc.service_type.10029` …); empty = by
the voice's name. `speed` 0.5–2. Options: `sampleRate` (24000, 8000, 16000, 22050, 32000, 44100, 48000),
`volume` (−50…100 %, 0), `emotion` and `emotionScale` (1–5) for voices that have them, `instruction` (2.0
voices: how to speak), `modelVersion` (`seed-tts-1.1` …), `wordTimes` (true), `additions` (an object, handed
on as it is). Billed by characters.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.duplex.codec import PATIENCE, Message, Messages, Said, Send, Signal, Sound
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan
from voice_engine.providers.options import Options
from voice_engine.providers.volcengine import LABEL, VENDOR, failures
from voice_engine.providers.volcengine.account import Caller
from voice_engine.providers.volcengine.errors import failed, refused, told
from voice_engine.providers.volcengine.frames import Frame, Kind, pack, said, unpack
from voice_engine.providers.volcengine.voices import Event, generation

DEFAULT_VOICE = "zh_female_shuangkuaisisi_moon_bigtts"
RATES = (24000, 8000, 16000, 22050, 32000, 44100, 48000)
KEEP_S = 50.0  # the vendor keeps a silent connection for a minute
_FINE = (0, 20000000)


class VolcengineTts(PlannedTts):
    """A voice that speaks while its text is written; a kept socket serves one session after the other."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        voice = config.voice or DEFAULT_VOICE
        resource = config.model or generation(voice)
        rate = options.choice("sampleRate", RATES[0], RATES)
        timed = options.flag("wordTimes", True)
        self.capabilities = Capabilities(sample_rates=(rate,), languages=("zh", "en"), word_times=timed)
        caller = Caller(config, "/api/v3/tts/bidirection", resource, told_usage=True)
        sound = {
            "format": "pcm",
            "sample_rate": rate,
            "speech_rate": _speech_rate(config.speed),
            "loudness_rate": options.whole("volume", 0, -50, 100),
            "enable_subtitle" if resource.endswith("2.0") else "enable_timestamp": timed,
            **_emotion(options),
        }
        wishes = {"speaker": voice, "audio_params": sound, **_wishes(options)}
        self._plan = TtsPlan(
            failures, caller.dial, partial(_Codec, wishes), rate,
            keep_s=KEEP_S, account=caller.account,
            patience=PATIENCE.at_most(config.timeout_s),
            refused=refused,
        )  # fmt: skip


def _emotion(options: Options) -> dict[str, Any]:
    emotion = options.text("emotion")
    scale = options.number("emotionScale", 4, 1, 5)
    return {"emotion": emotion, "emotion_scale": scale} if emotion else {}


def _wishes(options: Options) -> dict[str, Any]:
    additions = dict(options.object("additions"))
    if instruction := options.text("instruction"):
        additions["context_texts"] = [instruction]
    wishes: dict[str, Any] = {"additions": json.dumps(additions, ensure_ascii=False)} if additions else {}
    if version := options.text("modelVersion"):
        wishes["model"] = version
    return wishes


def _speech_rate(speed: float) -> int:
    """0.5 is −50, 1 is 0, 2 is 100."""
    if not 0.5 <= speed <= 2:
        raise BadRequest("bad_speed", f"{LABEL}'s voices speak at a `speed` from 0.5 to 2.")
    return round((speed - 1) * 100)


class _Codec:
    """One session; the connection's greeting before it if the socket is new."""

    def __init__(self, wishes: Mapping[str, Any]) -> None:
        self._wishes = wishes
        self._session = uuid.uuid4().hex

    def begin(self, fresh: bool) -> Messages:
        if fresh:
            return (pack(said(Kind.REQUEST, {}, event=Event.START_CONNECTION)),)
        return (self._start(),)

    def text(self, text: str) -> Messages:
        return (self._say(Event.TASK_REQUEST, self._asked(Event.TASK_REQUEST, text=text)),)

    def end(self) -> Messages:
        return (self._say(Event.FINISH_SESSION, {}),)

    def cancel(self) -> Messages:
        return (self._say(Event.CANCEL_SESSION, {}),)

    def receive(self, message: Message) -> Iterable[Said]:
        frame = unpack(message)
        if frame.kind is Kind.ERROR:
            raise failed(frame.code, frame.payload.decode())
        return self._facts(frame)

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _start(self) -> bytes:
        return self._say(Event.START_SESSION, self._asked(Event.START_SESSION))

    def _asked(self, event: Event, **more: str) -> dict[str, Any]:
        wishes = {**more, **self._wishes}
        return {
            "user": {"uid": "yingda"},
            "event": event,
            "namespace": "BidirectionalTTS",
            "req_params": wishes,
        }

    def _say(self, event: Event, what: Mapping[str, Any]) -> bytes:
        return pack(said(Kind.REQUEST, what, event=event, name=self._session))

    def _facts(self, frame: Frame) -> Iterator[Said]:
        match frame.event:
            case None:
                raise ValueError("an answer about nothing")
            case Event.CONNECTION_STARTED:
                yield Send(self._start())
            case Event.CONNECTION_FAILED:
                raise told(frame.read())
            case _ if frame.name != self._session:
                return  # the rest of a session that was cancelled
            case Event.SESSION_STARTED:
                yield Signal.READY
            case Event.SESSION_FAILED:
                raise told(frame.read())
            case Event.SESSION_FINISHED | Event.SESSION_CANCELED:
                yield from _over(frame.read())
            case Event.SOUND:
                yield Sound(frame.payload)
            case _ if frame.is_json:
                yield from _words(frame.read())


def _over(meta: Mapping[str, Any]) -> Iterator[Said]:
    if meta.get("status_code", 0) not in _FINE:
        raise told(meta)
    if characters := (meta.get("usage") or {}).get("text_words"):
        yield Usage({"characters": float(characters)})
    yield Signal.OVER


def _words(sentence: Mapping[str, Any]) -> Iterator[WordTimes]:
    """TTSSentenceEnd of 1.0 voices, TTSSubtitle of 2.0 voices: seconds since the session began."""
    if words := sentence.get("words"):
        yield WordTimes(
            tuple(word["word"] for word in words),
            tuple(word["startTime"] for word in words),
            tuple(word["endTime"] for word in words),
        )
