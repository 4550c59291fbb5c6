"""A voice of the assistant's owner: Vapi's `voice-request` webhook, answered with raw sound.

`server`: {url, headers, secret (sent as X-Vapi-Secret), a credential, timeoutSeconds (until the first
sound)}; account: apiKey (sent as a bearer). Options: `sampleRate` (8000, 16000, 22050, 24000; 24000): mono
PCM16 without a header is expected at this rate; `message`: what is told besides (call, customer). A request
for each sentence. Nobody bills it but its owner; characters are reported.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import httpx
import orjson

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, ProviderConfig, Tts, Usage, WordTimes
from voice_engine.providers.download import ask, plainly
from voice_engine.providers.duplex.codec import PATIENCE
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options
from voice_engine.providers.piecewise import piecewise
from voice_engine.providers.places import place
from voice_engine.providers.rawsound import RawSound

VENDOR, LABEL = "custom-voice", "custom voice"
RATES = (24000, 22050, 16000, 8000)
_LONGEST = 1000  # characters of a request
_LONGEST_WAIT_S = 60.0
_failures = Failures(VENDOR, f"The {LABEL}")


class CustomTts:
    """The next sentence is asked for while the one before sounds."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        self._voice: Tts = piecewise(_Sentence(config), _LONGEST)
        self.capabilities = self._voice.capabilities

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the rate that was asked for."""
        return self._voice.synthesize(text)


class _Sentence:
    """A Tts of one text."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        self._place = place(config, LABEL)
        self._rate = options.choice("sampleRate", RATES[0], RATES)
        self.capabilities = Capabilities(sample_rates=(self._rate,))
        first_s = min(_first_s(options), config.timeout_s)
        self._patience = replace(PATIENCE.at_most(config.timeout_s), connect_s=first_s)
        self._told = options.object("message")
        self._key = config.api_key

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """All of the text in one request."""
        words = "".join([piece async for piece in text])
        if not words.strip():
            return
        stamp = round(SystemClock().wall().timestamp() * 1000)
        asked = {"type": "voice-request", "text": words, "sampleRate": self._rate, "timestamp": stamp}
        body = orjson.dumps({"message": {**self._told, **asked}})
        headers = {"Content-Type": "application/json", **await self._place.shown(body)}
        if self._key:
            headers.setdefault("Authorization", f"Bearer {self._key}")
        request = {"headers": headers, "content": body}
        sound = RawSound(_failures, self._rate)
        refused, guard = self._refused, self._place.guard
        async with ask(
            _failures, "POST", self._place.url, self._patience, refused, guard=guard, **request
        ) as answer:
            sound.check(answer.headers.get("content-type", ""))
            while piece := await answer.piece():
                first = sound.empty
                for frame in sound.frames(piece):
                    yield frame
                if first:
                    yield Usage({"characters": len(words)})
        if sound.empty:
            raise _failures.of("server", f"{_failures.label} sent no sound.")

    def _refused(self, status: int, headers: Mapping[str, str], words: str) -> Exception:
        if status == httpx.codes.UNAUTHORIZED and self._place.proof:
            self._place.proof.forget()  # the next sentence fetches another token
        return plainly(_failures)(status, headers, words)


def _first_s(options: Options) -> float:
    seconds = options.object("server").get("timeoutSeconds", PATIENCE.connect_s)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        raise BadRequest("bad_option", f"The {LABEL}'s `timeoutSeconds` is a number above 0.", field="server")
    return min(float(seconds), _LONGEST_WAIT_S)
