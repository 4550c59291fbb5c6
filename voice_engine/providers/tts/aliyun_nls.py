"""Aliyun NLS's voices with streaming text (FlowingSpeechSynthesizer).

Account: accessKeyId, accessKeySecret, appKey. Voice: longxiaochun (default) and other CosyVoice voices
(`long…`, `cosyvoice-…`), which live in cn-beijing and tell no word times; any other voice of the console is
asked for in cn-shanghai. `speed` 0.5–2. Options: `region`, `sampleRate` (16000, 8000, 24000, 48000), `volume`
(0–100, 50), `pitchRate` (−500…500), `wordTimes` (true except for CosyVoice). Billed by characters; a Han
character of a CosyVoice voice counts twice.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.aliyun_nls import LABEL, REGIONS, VENDOR, failures
from voice_engine.providers.aliyun_nls.errors import failed
from voice_engine.providers.aliyun_nls.gateway import Gateway
from voice_engine.providers.aliyun_nls.tasks import SUCCESS, Task
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.dashscope_sdk.words import WordClock, billed
from voice_engine.providers.duplex.codec import PATIENCE, Message, Messages, Said, Signal, Sound
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan
from voice_engine.providers.options import Options

DEFAULT_VOICE = "longxiaochun"
RATES = (16000, 8000, 24000, 48000)
KEEP_S = 50.0
_COSY = ("long", "cosyvoice-")


class AliyunNlsTts(PlannedTts):
    """A voice that speaks each sentence when its mark has arrived; its socket serves many syntheses."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        voice = config.voice or DEFAULT_VOICE
        cosy = voice.startswith(_COSY)
        rate = options.choice("sampleRate", RATES[0], RATES)
        timed = options.flag("wordTimes", not cosy)
        self.capabilities = Capabilities(sample_rates=(rate,), languages=("zh", "en"), word_times=timed)
        gateway = Gateway(config, options.choice("region", REGIONS[1] if cosy else REGIONS[0], REGIONS))
        payload = {
            "voice": voice,
            "format": "pcm",
            "sample_rate": rate,
            "volume": options.whole("volume", 50, 0, 100),
            "speech_rate": _speech_rate(config.speed),
            "pitch_rate": options.whole("pitchRate", 0, -500, 500),
            "enable_subtitle": timed,
        }
        self._plan = TtsPlan(
            failures, gateway.dial, partial(_Codec, gateway.appkey, payload), rate,
            keep_s=KEEP_S, account=gateway.account,
            count=billed if cosy else len,
            patience=PATIENCE.at_most(config.timeout_s),
            stale=gateway.stale,
        )  # fmt: skip


class _Codec:
    """One synthesis."""

    def __init__(self, appkey: str, payload: Mapping[str, Any]) -> None:
        self._task = Task(appkey, "FlowingSpeechSynthesizer")
        self._payload = payload
        self._clock = WordClock()
        self._sounded, self._sentence = 0, 0
        self._stopped = False

    def begin(self, fresh: bool) -> Messages:
        return (self._task.say("StartSynthesis", self._payload),)

    def text(self, text: str) -> Messages:
        return (self._task.say("RunSynthesis", {"text": text}),)

    def end(self) -> Messages:
        self._stopped = True
        return (self._task.say("StopSynthesis"),)

    def cancel(self) -> Messages:
        """The grammar has no word for it: the rest is spoken, faster than one hears it, and dropped."""
        return () if self._stopped else self.end()

    def receive(self, message: Message) -> Iterable[Said]:
        if isinstance(message, bytes):
            self._sounded += len(message)
            return (Sound(message),)
        said = json.loads(message)
        header = said["header"]
        if header["status"] != SUCCESS:
            raise failed(header)
        return self._facts(header["name"], said.get("payload") or {})

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _facts(self, name: str, payload: dict[str, Any]) -> Iterator[Said]:
        match name:
            case "SynthesisStarted":
                yield Signal.READY
            case "SentenceBegin":
                self._sentence = payload["index"]
            case "SentenceSynthesis" | "SentenceEnd":
                if times := self._times(payload.get("subtitles") or ()):
                    yield times
            case "SynthesisCompleted":
                if characters := payload.get("measureLength"):
                    yield Usage({"characters": float(characters)})
                yield Signal.OVER

    def _times(self, subtitles: Iterable[Mapping[str, Any]]) -> WordTimes | None:
        words = [word for word in subtitles if word.get("sentence") not in (True, "true")]
        sounded_s = self._sounded / 2 / int(self._payload["sample_rate"])
        return self._clock.times({"sentence": {"index": self._sentence, "words": words}}, sounded_s)


def _speech_rate(speed: float) -> int:
    """0.5 is −500, 1 is 0, 2 is 500; in between as the vendor says: by how much shorter the sound gets."""
    if not 0.5 <= speed <= 2:
        raise BadRequest("bad_speed", f"{LABEL}'s voices speak at a `speed` from 0.5 to 2.")
    return round((1 - 1 / speed) * (500 if speed < 1 else 1000))
