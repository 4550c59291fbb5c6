"""Acme's recogniser: one WebSocket for a call, JSON out, JSON in, PCM between.

Account: apiKey. Option: `pauseMs` (200–2000, 400) of silence that end a sentence. Billed by seconds of sound.
"""

import json
from collections.abc import Iterable

from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages, Signal
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence

failures = Failures("acme", "Acme Speech")
KINDS: dict[str, ProviderErrorKind] = {"bad-key": "auth", "empty-purse": "quota", "too-many": "rate_limit"}


class AcmeStt(PlannedStt):
    """What the engine sees."""

    vendor = "acme"

    def __init__(self, config: ProviderConfig) -> None:
        self.capabilities = Capabilities(sample_rates=(16000,), endpoints_itself=True)
        self._config = config
        pause_ms = Options(config, "Acme").whole("pauseMs", 400, 200, 2000)
        self._plan = SttPlan(
            failures,
            self._dial,
            lambda: AcmeCodec(pause_ms),
            pad_ms=pause_ms + 60,
            patience=PATIENCE.at_most(config.timeout_s),
        )

    async def _dial(self) -> Endpoint:
        origin = self._config.base_url.replace("http", "ws", 1) or "wss://speech.acme.example"
        return Endpoint(f"{origin}/listen", {"Authorization": f"Bearer {self._config.api_key}"})


class AcmeCodec:
    """What travels: no socket, no clock, so that a test needs neither."""

    def __init__(self, pause_ms: int) -> None:
        self._pause_ms = pause_ms

    def begin(self, rate: int) -> Messages:
        return (json.dumps({"start": {"rate": rate, "pauseMs": self._pause_ms}}),)

    def audio(self, pcm: bytes) -> Messages:
        return (pcm,)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        return ('{"stop": true}',)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        if wrong := said.get("error"):
            raise failures.told(KINDS.get(wrong["code"], "server"), wrong["code"], wrong["message"])
        if said.get("ready"):
            return (Signal.READY,)
        if "done" in said:
            return (Usage({"seconds": said["seconds"]}), Signal.OVER)
        return (Sentence(said["text"], said["final"], said["n"], said["beginMs"], said["endMs"]),)

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)
