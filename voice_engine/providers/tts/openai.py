"""OpenAI's voices, and any server with `/v1/audio/speech`.

Account: apiKey. The model must be named (gpt-4o-mini-tts, tts-1; kokoro …: as the server knows it); voice =
`voice` (alloy …; default alloy), `speed` 0.25–4. Options: `instructions` (how to speak; not for tts-1),
`sampleRate` (24000; other servers may have another), `events` (ask for an event stream, which tells tokens;
servers that know none answer raw), `url` (another server's base address). Billed by characters (tts-1) or by
what the sound lasts (gpt-4o-mini-tts); characters are reported.
"""

from base64 import b64decode
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import orjson

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Capabilities, ProviderConfig, Tts, Usage, WordTimes
from voice_engine.providers.connections import reach
from voice_engine.providers.download import Answer, ask
from voice_engine.providers.duplex.codec import PATIENCE
from voice_engine.providers.llm.sse import Items
from voice_engine.providers.openai_speech import LABEL, ORIGIN, VENDOR, errors, failures, models
from voice_engine.providers.options import Options
from voice_engine.providers.piecewise import piecewise
from voice_engine.providers.places import place
from voice_engine.providers.rawsound import RawSound
from voice_engine.providers.warming import warmed

DEFAULT_VOICE = "alloy"
RATES = (24000, 8000, 16000, 22050, 32000, 44100, 48000)
_LONGEST = 1000  # characters of a request; the vendor takes 4096
_NO_ORDERS = ("tts-1", "tts-1-hd")


class OpenAiTts:
    """A request for each sentence, the next one while the one before sounds."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        self._voice: Tts = piecewise(_Sentence(config), _LONGEST)
        self.capabilities = self._voice.capabilities

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate."""
        return self._voice.synthesize(text)

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._voice)


class _Sentence:
    """A Tts of one text."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        self._place = place(config, LABEL, ORIGIN)
        self._rate = options.choice("sampleRate", RATES[0], RATES)
        self.capabilities = Capabilities(sample_rates=(self._rate,))
        self._patience = PATIENCE.at_most(config.timeout_s)
        self._headers = dict(self._place.headers)
        if config.api_key:
            self._headers["Authorization"] = f"Bearer {config.api_key}"
        self._body = _body(config, options, models.check(config.model, self._place.url))

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """All of the text in one request."""
        words = "".join([piece async for piece in text])
        if not words.strip():
            return
        url = self._place.at("/audio/speech", "/v1").url
        request = {"headers": self._headers, "json": {**self._body, "input": words}}
        sound = RawSound(failures, self._rate)
        async with ask(
            failures, "POST", url, self._patience, _refused, guard=self._place.guard, **request
        ) as answer:
            async for piece in _sound(answer, sound):
                first = sound.empty
                for frame in sound.frames(piece):
                    yield frame
                if first:
                    yield Usage({"characters": len(words)})
        if sound.empty:
            raise failures.of("server", f"{LABEL} sent no sound.")

    async def warm(self) -> None:
        """See Warms."""
        await reach(self._place.url, self._place.guard, VENDOR)


def _body(config: ProviderConfig, options: Options, model: str) -> Mapping[str, Any]:
    if not 0.25 <= config.speed <= 4:
        raise BadRequest("bad_speed", f"{LABEL}'s voices speak at a `speed` from 0.25 to 4.", field="speed")
    body: dict[str, Any] = {
        "model": model,
        "voice": config.voice or DEFAULT_VOICE,
        "response_format": "pcm",
        "speed": config.speed,
    }
    if orders := options.text("instructions"):
        if model in _NO_ORDERS:
            raise options.bad("instructions", f"is not for {model}")
        body["instructions"] = orders
    if options.flag("events", False):
        body["stream_format"] = "sse"
    return body


async def _sound(answer: Answer, sound: RawSound) -> AsyncIterator[bytes]:
    """By what the answer says it is: servers that know no events ignore that they were asked for."""
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("text/event-stream"):
        sound.check(kind)
        while piece := await answer.piece():
            yield piece
        return
    items = Items()
    while True:
        piece = await answer.piece()
        for item in list(items.feed(piece) if piece else items.end()):
            with failures.sensible():
                told = list(_told(item))
            for pcm in told:
                if pcm is None:
                    return
                yield pcm
        if not piece:
            raise failures.of("network", f"{LABEL} hung up in the middle.")


def _told(item: bytes) -> Iterator[bytes | None]:
    """Sound, or None when it is over."""
    if item == b"[DONE]":
        yield None
        return
    event = orjson.loads(item)
    if event.get("error"):
        raise errors.failed(failures, event["error"])
    if event["type"] == "speech.audio.delta":
        yield b64decode(event.get("audio") or event["delta"])
    elif event["type"] == "speech.audio.done":
        yield None


def _refused(status: int, headers: Mapping[str, str], body: str) -> ProviderError:
    return errors.refused(failures, status, headers, body)
