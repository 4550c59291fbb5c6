"""CosyVoice and Qwen-TTS through Aliyun's official DashScope SDK; the model's name chooses.

Each synthesis is a task, with Qwen-TTS a realtime session; its connection stays warm for the next one (see
dashscope_sdk/links.py). Text goes to the vendor as it comes, sound comes back as the vendor finishes it.
CosyVoice cuts sentences itself and speaks whole ones only: the last words follow when the text has ended.
Billed are characters, a Han character counts 2; older Qwen-TTS bills tokens.

Options: `sampleRate` (24000), `volume` (0–100, 50), `pitch` (0.5–2), `instruction` (how to speak, mood too),
`workspace`, and `parameters`, handed to the vendor as they are. CosyVoice: `seed`, `wordTimes` (true; the
vendor gives them for most voices from v2 on), `ssml` (false; with it every text is sent as one document once
it is complete, see words.as_ssml). Qwen-TTS: `mode` (commit: we say when to speak, and the session is used
again; server_commit: the vendor decides).
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.dashscope_sdk import VENDOR, is_realtime
from voice_engine.providers.dashscope_sdk.config import account, options, patience
from voice_engine.providers.dashscope_sdk.links import knock_at
from voice_engine.providers.dashscope_sdk.speech import Setup, Speech
from voice_engine.providers.dashscope_sdk.voices import SessionVoice, TaskVoice, Voice
from voice_engine.providers.work import carry_out

DEFAULT_MODEL = "cosyvoice-v3-flash"
RATES = (24000, 16000, 8000, 22050, 44100, 48000)
_VOICES = {"1": "longxiaochun", "2": "longxiaochun_v2", "3": "longanhuan"}
_HINTS = ("zh", "en", "fr", "de", "ja", "ko", "ru")
_LANGUAGES = {
    "zh": "Chinese", "en": "English", "de": "German", "it": "Italian", "pt": "Portuguese", "es": "Spanish",
    "ja": "Japanese", "ko": "Korean", "fr": "French", "ru": "Russian",
}  # fmt: skip


class DashScopeTts:
    """A voice whose first sound comes with the first whole sentence of text."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        model = config.model or DEFAULT_MODEL
        rate = options(config).choice("sampleRate", RATES[0], RATES)
        if not 0.5 <= config.speed <= 2.0:
            raise BadRequest("bad_speed", "DashScope's voices speak at a `speed` from 0.5 to 2.")
        qwen, whose, patient = is_realtime(model), account(config), patience(config)
        old = model.startswith("cosyvoice-v1")
        timed = options(config).flag("wordTimes", True) and not old and not qwen
        voice: Callable[..., Voice]
        if qwen:
            voice = partial(SessionVoice, whose, model, _session(config, rate), patient)
        else:
            asked = _parameters(config, model, rate, timed)
            request = {"task": "tts", "function": "SpeechSynthesizer", "model": model, "parameters": asked}
            voice = partial(TaskVoice, whose, request, patient)
        self.capabilities = Capabilities(
            sample_rates=(rate,), languages=tuple(_LANGUAGES) if qwen else _HINTS, word_times=timed
        )
        self._account, self._setup = whose, Setup(voice, patient, rate)

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate; word times where the voice has them; usage as the vendor counts it."""
        return carry_out(Speech(self._setup), text)

    async def warm(self) -> None:
        """See Warms."""
        await knock_at(self._account)


def _session(config: ProviderConfig, rate: int) -> Mapping[str, Any]:
    chosen = options(config)
    if not config.voice and re.search("-v[cd]-", config.model):
        raise BadRequest("voice_missing", f"{config.model} speaks with voices of your own only; name one.")
    asked: dict[str, Any] = {
        "voice": config.voice or "Cherry",
        "mode": chosen.choice("mode", "commit", ("commit", "server_commit")),
        "response_format": "pcm",
        "sample_rate": rate,
        "speech_rate": config.speed,
        "volume": chosen.whole("volume", 50, 0, 100),
        "pitch_rate": chosen.number("pitch", 1.0, 0.5, 2.0),
    }
    if language := _LANGUAGES.get(config.language.lower().partition("-")[0]):
        asked["language_type"] = language
    if instruction := chosen.text("instruction"):
        asked["instructions"] = instruction
    return {**asked, **chosen.object("parameters")}


def _parameters(config: ProviderConfig, model: str, rate: int, timed: bool) -> Mapping[str, Any]:
    chosen = options(config)
    known: dict[str, Any] = {
        "voice": _voice(config.voice, model),
        "text_type": "PlainText",
        "format": "pcm",
        "sample_rate": rate,
        "volume": chosen.whole("volume", 50, 0, 100),
        "rate": config.speed,
        "pitch": chosen.number("pitch", 1.0, 0.5, 2.0),
    }
    if timed:
        known["word_timestamp_enabled"] = True
    if chosen.flag("ssml", False):
        known["enable_ssml"] = True
    if instruction := chosen.text("instruction"):
        if len(instruction) > 128:
            raise chosen.bad("instruction", "has at most 128 characters with CosyVoice")
        known["instruction"] = instruction
    if "seed" in config.options:
        known["seed"] = chosen.whole("seed", 0, 0, 65535)
    hint = config.language.lower().partition("-")[0]
    if hint in _HINTS and not model.startswith("cosyvoice-v1"):
        known["language_hints"] = [hint]
    return {**known, **chosen.object("parameters")}


def _voice(voice: str, model: str) -> str:
    """The voice to use; raises BadRequest for one of another generation, the vendor's error 418."""
    generation = re.match(r"cosyvoice-v(\d)", model)
    if not generation:
        if not voice:
            raise BadRequest("voice_missing", f"{model} has no default voice; name one.")
        return voice
    example = _VOICES.get(generation[1], "one made for it")
    if not voice:
        return _VOICES.get(generation[1], _VOICES["3"])
    suffix = re.search(r"_v(\d)$", voice)
    if voice.startswith("cosyvoice-"):  # a cloned voice carries the model it was made for
        fits = voice.startswith(f"{model}-")
    elif suffix:
        fits = suffix[1] == generation[1]
    else:
        fits = generation[1] != "2"
    if not fits:
        message = f"The voice {voice!r} does not belong to {model}; use for example {example!r}."
        raise BadRequest("wrong_voice", message)
    return voice
