"""Utterances understood as files: `/v1/audio/transcriptions` of OpenAI and of every server that copies it."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from voice_engine.audio import level, wav
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage
from voice_engine.providers.connections import reach
from voice_engine.providers.download import ask
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.failures import Failures
from voice_engine.providers.openai_speech import errors
from voice_engine.providers.places import Place

_WINDOW_S = 0.02
_TAGS = re.compile(r"<\|[^|<>]*\|>")  # SenseVoice puts language, mood and events in front of the words


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of a server. `fields` go with every file; nothing up to `silence_db` is speech."""

    where: Place
    key: str
    fields: Mapping[str, Any]
    answer_s: float
    silence_db: float


class FileStt:
    """A recogniser of one utterance: its frames to the end, then the text."""

    capabilities = Capabilities(endpoints_itself=False)

    def __init__(self, failures: Failures, form: Form) -> None:
        self.vendor = failures.vendor
        self._failures, self._form = failures, form

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """One final. Silence is not sent: these models hear words in it."""
        sound, rate = await self._gather(frames)
        if not sound or _loudest(sound, rate) <= level.power(self._form.silence_db):
            yield Transcript("", True)
            return
        seconds = len(sound) / 2 / rate
        answer = await self._ask(wav.write(sound, rate))
        with self._failures.sensible():
            text, billed = _understood(answer)
        yield Usage({"seconds": round(billed or seconds, 2)}, estimated=billed is None)
        yield Transcript(text, True)

    async def warm(self) -> None:
        """See Warms."""
        await reach(self._form.where.url, self._form.where.guard, self.vendor)

    async def _gather(self, frames: AsyncIterator[AudioFrame | Flush]) -> tuple[bytes, int]:
        sound, rate = bytearray(), 0
        async for frame in frames:
            if not isinstance(frame, AudioFrame):
                continue
            if frame.channels != 1 or rate not in (0, frame.rate):
                what = f"{frame.channels} channels at {frame.rate} Hz after mono at {rate} Hz"
                raise self._failures.of("invalid_audio", f"The sound changed: {what}.")
            rate = frame.rate
            sound += frame.pcm
        return bytes(sound), rate

    async def _ask(self, file: bytes) -> Any:
        """What the server says to one file."""
        form = self._form
        headers = {**form.where.headers}
        if form.key:
            headers["Authorization"] = f"Bearer {form.key}"
        url = form.where.at("/audio/transcriptions", "/v1").url
        patience = Patience(connect_s=form.answer_s, result_s=form.answer_s)
        upload = {"file": ("utterance.wav", file, "audio/wav")}
        request = {"headers": headers, "data": form.fields, "files": upload}
        async with ask(
            self._failures, "POST", url, patience, self._refused, guard=form.where.guard, **request
        ) as answer:
            body = await answer.whole()
        if "json" not in answer.headers.get("content-type", "json"):
            return body.decode(errors="replace")
        with self._failures.sensible():
            found = orjson.loads(body)
        if isinstance(found, dict) and (error := found.get("error")):
            raise errors.failed(self._failures, error if isinstance(error, dict) else {"message": error})
        return found

    def _refused(self, status: int, headers: Mapping[str, str], body: str) -> ProviderError:
        return errors.refused(self._failures, status, headers, body)


def _understood(answer: Any) -> tuple[str, float | None]:
    """The words, and for how many seconds the server asks money if it says so."""
    if isinstance(answer, str):
        return _plain(answer), None
    usage = answer.get("usage") or {}
    seconds = float(usage["seconds"]) if usage.get("type") == "duration" else None
    return _plain(answer["text"]), seconds


def _plain(text: str) -> str:
    return _TAGS.sub("", text).strip()


def _loudest(sound: bytes, rate: int) -> float:
    return max(level.powers(sound, int(rate * _WINDOW_S)), default=0.0)
