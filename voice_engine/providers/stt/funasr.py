"""FunASR on one's own machines, its three servers by the option `kind`.

`runtime` (default; the 2pass WebSocket server), `nano` (the realtime server of Fun-ASR-Nano), `http`
(funasr-server: each utterance is a file; model fun-asr-nano, sensevoice or paraformer). Options of all: `url`
(else FUNASR_BASE_URL), `finalWaitMs` (1500). runtime: `mode` (2pass, offline), `itn` (true). nano: `endpoint`
(server; client if it runs with --endpoint-mode client), `silenceMs` (endpoint server: pause after which it
ends a sentence, 900). http: those of whisper. Keywords are hot words. Account: apiKey, if a proxy in front
wants one. Nobody bills it.
"""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Stt, Transcript, Usage
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, SttCodec
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.funasr import LABEL, VENDOR, failures, nano, runtime
from voice_engine.providers.options import Options
from voice_engine.providers.places import place
from voice_engine.providers.stt.whisper import by_files
from voice_engine.providers.warming import warmed

_KINDS = ("runtime", "nano", "http")
_HTTP_MODEL = "fun-asr-nano"


class FunAsrStt:
    """The server that `kind` names."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        which = Options(config, LABEL).choice("kind", "runtime", _KINDS)
        if which == "http":
            self._stt: Stt = by_files(config, failures, config.model or _HTTP_MODEL)
        else:
            self._stt = _Streaming(config, _runtime if which == "runtime" else _nano)
        self.capabilities = self._stt.capabilities

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at 16 kHz; `runtime` also takes 8 kHz, `http` any rate."""
        return self._stt.transcribe(frames)

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._stt)


class _Streaming(PlannedStt):
    """A server over a WebSocket; `plan` says how it wants to be used."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig, plan: "Planned") -> None:
        options = Options(config, LABEL)
        self._place, self._key = place(config, LABEL), config.api_key
        self._plan = plan(config, options, self._dial)
        self.capabilities = Capabilities(self._plan.rates, endpoints_itself=self._plan.fills_gaps)

    async def _dial(self) -> Endpoint:
        headers = {**self._place.headers, "Sec-WebSocket-Protocol": "binary"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        return Endpoint(self._place.socket, headers, guard=self._place.guard)


Dial = Callable[[], Awaitable[Endpoint]]
Planned = Callable[[ProviderConfig, Options, Dial], SttPlan]


def _runtime(config: ProviderConfig, options: Options, dial: Dial) -> SttPlan:
    mode, itn = options.choice("mode", "2pass", ("2pass", "offline")), options.flag("itn", True)

    def codec() -> SttCodec:
        return runtime.RuntimeCodec(uuid.uuid4().hex, mode, config.keywords, itn=itn)

    return SttPlan(
        failures, dial, codec, runtime.RATES,
        chunk_ms=runtime.CHUNK_MS,
        final_s=_final_s(options),
        at_once=True,
        patience=PATIENCE.at_most(config.timeout_s),
    )  # fmt: skip


def _nano(config: ProviderConfig, options: Options, dial: Dial) -> SttPlan:
    commits = options.choice("endpoint", "server", ("server", "client")) == "client"
    silence_ms = options.whole("silenceMs", 900, 100, 5000)

    def codec() -> SttCodec:
        return nano.NanoCodec(config.keywords, config.language, commits=commits)

    return SttPlan(
        failures, dial, codec, nano.RATES,
        chunk_ms=nano.CHUNK_MS,
        pad_ms=0 if commits else silence_ms,
        final_s=_final_s(options),
        fills_gaps=not commits,
        patience=PATIENCE.at_most(config.timeout_s),
    )  # fmt: skip


def _final_s(options: Options) -> float:
    return options.number("finalWaitMs", 1500, 50, 10_000) / 1000
