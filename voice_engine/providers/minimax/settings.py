"""What an assistant wants of a MiniMax voice, in MiniMax's words; the same over WebSocket and HTTP."""

from dataclasses import dataclass
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.minimax import HOSTS, LABEL
from voice_engine.providers.options import Options

DEFAULT_MODEL, DEFAULT_VOICE = "speech-2.6-turbo", "female-shaonv"
RATES = (16000, 8000, 24000, 22050, 32000, 44100)
EMOTIONS = (
    "", "neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm", "fluent", "whisper",
)  # fmt: skip
_MOST_MIXED = 4
_BOOSTS = {"zh": "Chinese", "yue": "Chinese,Yue", "en": "English", "ja": "Japanese", "ko": "Korean"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`body` is the task without its text."""

    body: dict[str, Any]
    rate: int
    region: str
    group: str
    http: bool
    timed: bool


def wanted(config: ProviderConfig) -> Wanted:
    """Raises BadRequest for what MiniMax would refuse."""
    options = Options(config, LABEL)
    http = options.choice("transport", "websocket", ("websocket", "http")) == "http"
    timed = options.choice("subtitleType", "word", ("word", "sentence")) == "word" and not http
    rate = options.choice("sampleRate", RATES[0], RATES)
    mixed = _mixed(config, options)
    body: dict[str, Any] = {
        "model": config.model or DEFAULT_MODEL,
        "language_boost": options.text("languageBoost") or _boost(config.language),
        "voice_setting": _voice(config, options, mixed=bool(mixed)),
        "audio_setting": {"sample_rate": rate, "format": "pcm", "channel": 1},
        "subtitle_enable": timed,
    }
    if timed:
        body["subtitle_type"] = "word"
    if mixed:
        body["timber_weights"] = mixed
    if tones := options.texts("pronunciationDict"):
        body["pronunciation_dict"] = {"tone": list(tones)}
    region = options.choice("region", "china", tuple(HOSTS))
    return Wanted(body, rate, region, config.secrets.get("groupId", ""), http, timed)


def _voice(config: ProviderConfig, options: Options, *, mixed: bool) -> dict[str, Any]:
    if not 0.5 <= config.speed <= 2:
        raise BadRequest("bad_speed", "MiniMax's voices speak at a `speed` from 0.5 to 2.")
    voice: dict[str, Any] = {
        "voice_id": config.voice or ("" if mixed else DEFAULT_VOICE),
        "speed": config.speed,
        "vol": options.number("volume", 1.0, 0.01, 10),
        "pitch": options.whole("pitch", 0, -12, 12),
    }
    if emotion := options.choice("emotion", "", EMOTIONS):
        voice["emotion"] = emotion
    if options.flag("textNormalizationEnabled", False):
        voice["text_normalization"] = True
    return voice


def _mixed(config: ProviderConfig, options: Options) -> list[dict[str, Any]]:
    rule = f"is a list of at most {_MOST_MIXED} {{voiceId, weight}}, each weight from 1 to 100"
    found = config.options.get("voiceMix", [])
    if not isinstance(found, list | tuple) or len(found) > _MOST_MIXED:
        raise options.bad("voiceMix", rule)
    mixed = []
    for each in found:
        voice, weight = (each.get("voiceId"), each.get("weight")) if isinstance(each, dict) else (None, None)
        if not isinstance(voice, str) or not isinstance(weight, int) or not 1 <= weight <= 100:
            raise options.bad("voiceMix", rule)
        mixed.append({"voice_id": voice, "weight": weight})
    return mixed


def _boost(language: str) -> str:
    return _BOOSTS.get(language.lower().split("-")[0], "auto")
