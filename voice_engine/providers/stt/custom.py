"""A recogniser of the assistant's owner, over the WebSocket contract that Vapi's custom transcribers have.

`server`: {url (ws, wss, http or https), headers, secret (sent as X-Vapi-Secret), a credential}; account:
apiKey (sent as a bearer). Options: `finalWaitMs` (1500: how late a final may be after a pause),
`closeWaitMs` (1000: how long the last words are awaited at the end). The server gets a `start` message, then
stereo PCM at 16 kHz: the caller on the first channel; the second, the assistant's, is silent. What is said of
that one is ignored. Nobody bills it but its owner.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import numpy as np
import orjson

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages
from voice_engine.providers.duplex.stt import SttPlan, transcribe
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options
from voice_engine.providers.places import place
from voice_engine.providers.sentences import Sentence

VENDOR, LABEL = "custom-transcriber", "custom transcriber"
RATE = 16000
_GOODBYES = (1000, 1005)  # RFC 6455: all is said; no reason given
_failures = Failures(VENDOR, f"The {LABEL}")


class CustomStt:
    """The server's ear ends sentences."""

    vendor = VENDOR
    capabilities = Capabilities(sample_rates=(RATE,), endpoints_itself=True)

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        self._place, self._key = place(config, LABEL), config.api_key
        patience = PATIENCE.at_most(config.timeout_s)
        self._plan = SttPlan(
            _failures, self._dial, _Codec, (RATE,),
            chunk_ms=20,
            final_s=options.number("finalWaitMs", 1500, 50, 10_000) / 1000,
            at_once=True,
            patience=replace(patience, stop_s=options.number("closeWaitMs", 1000, 50, 10_000) / 1000),
        )  # fmt: skip

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at 16 kHz."""
        return transcribe(self._plan, frames)

    async def _dial(self) -> Endpoint:
        headers = await self._place.shown()
        if self._key:
            headers.setdefault("Authorization", f"Bearer {self._key}")
        return Endpoint(self._place.socket, headers, guard=self._place.guard)


class _Codec:
    """One call. The contract has no word for its end but hanging up."""

    def __init__(self) -> None:
        self._ending = False

    def begin(self, rate: int) -> Messages:
        start = {"encoding": "linear16", "container": "raw", "sampleRate": rate, "channels": 2}
        return (orjson.dumps({"type": "start", **start}).decode(),)

    def audio(self, pcm: bytes) -> Messages:
        stereo = np.zeros((len(pcm) // 2, 2), "<i2")
        stereo[:, 0] = np.frombuffer(pcm, "<i2")
        return (stereo.tobytes(),)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        self._ending = True
        return ()

    def receive(self, message: Message) -> Iterable[Heard]:
        said = orjson.loads(message)
        if said["type"] != "transcriber-response" or said.get("channel", "customer") != "customer":
            return ()
        text, kind = said["transcription"], said.get("transcriptType", "final")
        if not isinstance(text, str) or kind not in ("final", "partial"):
            raise ValueError(kind)
        return (Sentence(text, kind == "final"),)

    def closed(self, code: int, reason: str) -> Exception | None:
        return None if self._ending and code in _GOODBYES else _failures.hung_up(code, reason)
