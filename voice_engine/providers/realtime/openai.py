"""OpenAI Realtime: gpt-realtime models as a whole assistant, over a WebSocket of our own."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.base_realtime import Briefing, RealtimeEvent, RealtimeInput
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options
from voice_engine.providers.realtime.conversation import PATIENCE, Conversation
from voice_engine.providers.realtime.openai_codec import OpenAiCodec
from voice_engine.providers.realtime.openai_says import Plan
from voice_engine.providers.realtime.place import at

URL = "wss://api.openai.com/v1/realtime"
SESSION_S = 60 * 60.0  # the vendor's longest session; documents say 15 to 60 minutes
TRANSCRIBER = "gpt-live-transcribe"
_LANGUAGE_LISTS = ("gpt-live-transcribe", "gpt-transcribe")


class OpenAiRealtime:
    """Billed by tokens of text and audio, in and out; the caller's transcript beside them.

    `options`: voice, vad (server_vad or semantic_vad), threshold (0–1), silenceMs (100–5000), prefixMs,
    eagerness (semantic_vad: low … auto), transcriptionModel ("" = no transcript of the caller),
    noiseReduction (near_field, far_field or ""), sessionSeconds (a new socket is opened before), session
    (more of the vendor's session object, as it is).
    """

    vendor = "openai"

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, "OpenAI realtime")
        self.model = config.model
        self._key = config.secrets.get("apiKey", config.api_key)
        self._url = f"{at(URL, config.base_url)}?model={quote(config.model)}"
        self._failures = Failures(self.vendor, "OpenAI")
        self._patience = PATIENCE.at_most(config.timeout_s)
        self.session_s = options.number("sessionSeconds", 25 * 60.0, 1, SESSION_S)
        hearing = options.text("transcriptionModel", TRANSCRIBER)
        noise = options.choice("noiseReduction", "near_field", ("near_field", "far_field", ""))
        self._hearing = (self.vendor, hearing) if hearing else ("", "")
        self._plan = Plan(
            "ga",
            24000,
            options.text("voice", config.voice),
            _vad(options),
            _transcription(hearing, config.language) if hearing else None,
            {"type": noise} if noise else None,
            {} if config.speed == 1.0 else {"speed": config.speed},
            options.object("session"),
        )

    def converse(
        self, briefing: Briefing, inputs: AsyncIterator[RealtimeInput]
    ) -> AsyncIterator[RealtimeEvent]:
        """See Realtime."""
        codec = OpenAiCodec(self._plan, self._failures, self._hearing)
        talk = Conversation(codec, self._endpoint, self._failures, self._refused, self._patience)
        return talk.carry_on(briefing, inputs)

    def _endpoint(self) -> Endpoint:
        return Endpoint(self._url, {"Authorization": f"Bearer {self._key}"})

    def _refused(self, status: int, headers: Mapping[str, str], body: str) -> ProviderError:
        return refused(self._failures, status, headers, body)


def refused(failures: Failures, status: int, headers: Mapping[str, str], body: str) -> ProviderError:
    """An HTTP answer in place of the socket. What a refused key's answer says may hold a part of the key."""
    words = "" if status in (401, 403) else body
    return failures.refused(status, words, headers, headers.get("x-request-id", ""))


def _vad(options: Options) -> dict[str, Any]:
    """Whether the caller stops the agent is decided here, by sound and words; hence interrupt_response."""
    kind = options.choice("vad", "server_vad", ("server_vad", "semantic_vad"))
    ours = {"type": kind, "create_response": True, "interrupt_response": False}
    if kind == "semantic_vad":
        eager = options.choice("eagerness", "auto", ("low", "medium", "high", "auto"))
        return {**ours, "eagerness": eager}
    return {
        **ours,
        "threshold": options.number("threshold", 0.5, 0, 1),
        "prefix_padding_ms": options.whole("prefixMs", 300, 0, 2000),
        "silence_duration_ms": options.whole("silenceMs", 500, 100, 5000),
    }


def _transcription(model: str, language: str) -> dict[str, Any]:
    code = language.partition("-")[0]
    if not code:
        return {"model": model}
    return {"model": model, **({"languages": [code]} if model in _LANGUAGE_LISTS else {"language": code})}
