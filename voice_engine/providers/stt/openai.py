"""OpenAI's realtime transcription, and the services that copy it.

Account: apiKey. The model must be named (gpt-live-transcribe, gpt-realtime-whisper, gpt-4o-transcribe …).
Options: `turnDetection` (client: our Flush ends an utterance, the default and for some models the only way;
server_vad; semantic_vad), `silenceMs` (server_vad: pause that ends a sentence, 100–5000, 400), `threshold`
(server_vad: 0–1), `eagerness` (semantic_vad: low, medium, high, auto), `noiseReduction` (near_field,
far_field), `prompt`, `languages`, `delay` (gpt-realtime-whisper: minimal, low, medium, high, xhigh),
`finalWaitMs` (2500), `sessionSeconds` (600: then another connection takes over), `url` (a compatible
service's base address), `beta` (it has the shapes of OpenAI's beta). Keywords go to models that take them,
else into the prompt. Billed by seconds of sound.
"""

from collections.abc import AsyncIterator
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint
from voice_engine.providers.duplex.stt import SttPlan, transcribe, warm_up
from voice_engine.providers.openai_speech import LABEL, ORIGIN, VENDOR, errors, failures, models
from voice_engine.providers.openai_speech.hearing import RATES, Codec, Session
from voice_engine.providers.options import Options
from voice_engine.providers.places import place
from voice_engine.providers.renewed import renewed

_PAD_MORE_MS = 100
_EARS = ("client", "server_vad", "semantic_vad")
_DELAYS = ("", "minimal", "low", "medium", "high", "xhigh")


class OpenAiStt:
    """An utterance ends at our Flush, or by the vendor's own ear if that is asked for."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        where = place(config, LABEL, ORIGIN)
        model = models.check(config.model, where.url)
        self._beta = options.flag("beta", False)
        detection = _detection(options, model)
        self._session = Session(
            transcription=_transcription(config, options, model),
            detection=detection,
            noise_reduction=options.choice("noiseReduction", "", ("", "near_field", "far_field")),
            beta=self._beta,
        )
        self._key, self._place = config.api_key, where
        # At home a model in the address selects a conversation; gateways route by it.
        query = "intent=transcription" + ("" if models.at_home(where.url) else f"&model={model}")
        address = where.at("/realtime", "/v1").socket
        self._url = f"{address}{'&' if '?' in address else '?'}{query}"
        self.capabilities = Capabilities(sample_rates=RATES, endpoints_itself=bool(detection))
        self._renew_s = options.number("sessionSeconds", 600, 0.1, 3300)
        pause_ms = int((detection or {}).get("silence_duration_ms", 600))
        self._plan = SttPlan(
            failures, self._dial, lambda: Codec(self._session), RATES,
            chunk_ms=50,
            pad_ms=pause_ms + _PAD_MORE_MS if detection else 0,
            final_s=options.number("finalWaitMs", 2500, 50, 10_000) / 1000,
            fills_gaps=False,
            patience=PATIENCE.at_most(config.timeout_s),
            refused=lambda status, headers, body: errors.refused(failures, status, headers, body),
        )  # fmt: skip

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at 24 or 16 kHz; 8 kHz travels as G.711."""
        return renewed(lambda sound: transcribe(self._plan, sound), frames, self._renew_s)

    async def warm(self) -> None:
        """See Warms."""
        await warm_up(self._plan)

    async def _dial(self) -> Endpoint:
        headers = dict(self._place.headers)
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        if self._beta:
            headers["OpenAI-Beta"] = "realtime=v1"
        return Endpoint(self._url, headers, guard=self._place.guard)


def _detection(options: Options, model: str) -> dict[str, Any] | None:
    """The vendor's ear; None: it is told where an utterance ends."""
    kind = options.choice("turnDetection", "client", _EARS)
    if kind == "client":
        return None
    if models.without_an_ear(model):
        raise options.bad("turnDetection", f"is client: {model} ends no sentence by itself")
    if kind == "semantic_vad":
        eagerness = options.choice("eagerness", "auto", ("low", "medium", "high", "auto"))
        return {"type": kind, "eagerness": eagerness}
    return {
        "type": kind,
        "threshold": options.number("threshold", 0.5, 0, 1),
        "prefix_padding_ms": 300,
        "silence_duration_ms": options.whole("silenceMs", 400, 100, 5000),
    }


def _transcription(config: ProviderConfig, options: Options, model: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"model": model}
    languages = options.texts("languages") or ((config.language,) if config.language else ())
    short = [language.split("-")[0].lower() for language in languages]
    prompt, words = options.text("prompt"), list(config.keywords)
    if models.takes_languages(model):
        asked |= {"languages": short} if short else {}
        asked |= {"keywords": words} if words else {}
    else:
        asked |= {"language": short[0]} if len(short) == 1 else {}
        prompt = "，".join([prompt, *words] if prompt else words)
    whisper = model.startswith("gpt-realtime-whisper")
    if prompt and whisper:
        raise BadRequest("bad_option", f"{model} takes neither a prompt nor keywords.", field="keywords")
    delay = options.choice("delay", "", _DELAYS if whisper else ("",))
    return asked | ({"prompt": prompt} if prompt else {}) | ({"delay": delay} if delay else {})
