"""Qwen-Omni realtime of Aliyun Model Studio: the beta shape of OpenAI's protocol.

Spoken natively and not through the official SDK: decision 0010 tells why.
"""

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
from voice_engine.providers.realtime.openai import refused
from voice_engine.providers.realtime.openai_codec import OpenAiCodec
from voice_engine.providers.realtime.openai_says import Plan
from voice_engine.providers.realtime.place import at

URL = "wss://dashscope.aliyuncs.com/api-ws/v1/realtime"
VOICE = "Cherry"


class QwenOmniRealtime:
    """Billed by tokens of text and audio, in and out.

    `options`: voice, threshold (-1–1), silenceMs (200–6000), prefixMs, transcriptionModel ("" = the vendor's
    own), workspace, sessionSeconds (a new socket is opened before), session (more of the vendor's session
    object, as it is). The vendor interrupts its replies by itself and has no word for truncating them.
    """

    vendor = "dashscope"

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, "Qwen-Omni")
        self.model = config.model
        self._key = config.secrets.get("apiKey", config.api_key)
        self._workspace = options.text("workspace", config.secrets.get("workspace", ""))
        self._url = f"{at(URL, config.base_url)}?model={quote(config.model)}"
        self._failures = Failures(self.vendor, "DashScope")
        self._patience = PATIENCE.at_most(config.timeout_s)
        self.session_s = options.number("sessionSeconds", 25 * 60.0, 1, 60 * 60)
        hearing = options.text("transcriptionModel")
        self._plan = Plan(
            "beta",
            16000,
            options.text("voice", config.voice) or VOICE,
            _vad(options),
            {"model": hearing} if hearing else {},
            extra=options.object("session"),
            truncates=False,
        )

    def converse(
        self, briefing: Briefing, inputs: AsyncIterator[RealtimeInput]
    ) -> AsyncIterator[RealtimeEvent]:
        """See Realtime."""
        codec = OpenAiCodec(self._plan, self._failures)
        talk = Conversation(codec, self._endpoint, self._failures, self._refused, self._patience)
        return talk.carry_on(briefing, inputs)

    def _endpoint(self) -> Endpoint:
        headers = {"Authorization": f"Bearer {self._key}"}
        if self._workspace:
            headers["X-DashScope-WorkSpace"] = self._workspace
        return Endpoint(self._url, headers)

    def _refused(self, status: int, headers: Mapping[str, str], body: str) -> ProviderError:
        return refused(self._failures, status, headers, body)


def _vad(options: Options) -> dict[str, Any]:
    return {
        "type": "server_vad",
        "threshold": options.number("threshold", 0.2, -1, 1),
        "prefix_padding_ms": options.whole("prefixMs", 300, 0, 2000),
        "silence_duration_ms": options.whole("silenceMs", 500, 200, 6000),
    }
