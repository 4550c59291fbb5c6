"""Gemini Live: Google's live models as a whole assistant, over a WebSocket of our own."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.ids import new_id
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.base_realtime import Briefing, RealtimeEvent, RealtimeInput
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options
from voice_engine.providers.realtime.conversation import PATIENCE, Conversation
from voice_engine.providers.realtime.gemini_codec import GeminiCodec, Plan
from voice_engine.providers.realtime.openai import refused
from voice_engine.providers.realtime.place import at

URL = (
    "wss://generativelanguage.googleapis.com/ws/"
    "google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
)
_SENSITIVITY = ("", "HIGH", "LOW")


class GeminiRealtime:
    """Billed by tokens of text and audio, in and out.

    `options`: voice (a prebuilt one), startSensitivity and endSensitivity (HIGH or LOW), silenceMs, prefixMs,
    sessionSeconds (a new socket is opened before; goAway and resumption handles are honoured), setup (more of
    the vendor's setup object, as it is). The vendor interrupts its replies by itself, cannot truncate them,
    and takes other instructions only as a remark.
    """

    vendor = "google"

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, "Gemini Live")
        self.model = config.model
        self._key = config.secrets.get("apiKey", config.api_key)
        self._url = at(URL, config.base_url)
        self._failures = Failures(self.vendor, "Gemini")
        self._patience = PATIENCE.at_most(config.timeout_s)
        self.session_s = options.number("sessionSeconds", 9 * 60.0, 1, 60 * 60)
        name = config.model if config.model.startswith("models/") else f"models/{config.model}"
        speech = _speech(options.text("voice", config.voice), config.language)
        self._plan = Plan(
            name, speech, {"automaticActivityDetection": _vad(options)}, options.object("setup")
        )

    def converse(
        self, briefing: Briefing, inputs: AsyncIterator[RealtimeInput]
    ) -> AsyncIterator[RealtimeEvent]:
        """See Realtime."""
        codec = GeminiCodec(self._plan, self._failures, self.model, new_id())
        talk = Conversation(codec, self._endpoint, self._failures, self._refused, self._patience)
        return talk.carry_on(briefing, inputs)

    def _endpoint(self) -> Endpoint:
        return Endpoint(self._url, {"x-goog-api-key": self._key})

    def _refused(self, status: int, headers: Mapping[str, str], body: str) -> ProviderError:
        return refused(self._failures, status, headers, body)


def _speech(voice: str, language: str) -> dict[str, Any]:
    speech: dict[str, Any] = {}
    if voice:
        speech["voiceConfig"] = {"prebuiltVoiceConfig": {"voiceName": voice}}
    if language:
        speech["languageCode"] = language
    return {"speechConfig": speech} if speech else {}


def _vad(options: Options) -> dict[str, Any]:
    vad: dict[str, Any] = {
        "disabled": False,
        "prefixPaddingMs": options.whole("prefixMs", 100, 0, 2000),
        "silenceDurationMs": options.whole("silenceMs", 500, 100, 5000),
    }
    for ours, theirs in (("start", "START"), ("end", "END")):
        level = options.choice(f"{ours}Sensitivity", "", _SENSITIVITY)
        if level:
            vad[f"{ours}OfSpeechSensitivity"] = f"{theirs}_SENSITIVITY_{level}"
    return vad
