"""Realtime transcription as a codec: OpenAI's events, and those of its clones. Pure."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from voice_engine.audio.g711 import encode_ulaw
from voice_engine.audio.resample import Resampler
from voice_engine.providers.base import Usage
from voice_engine.providers.duplex.codec import Heard, Message, Messages, Signal
from voice_engine.providers.openai_speech import failures
from voice_engine.providers.openai_speech.errors import failed
from voice_engine.providers.openai_speech.items import Item, Items

RATES = (24000, 16000, 8000)
_PCM, _LAW = 24000, 8000
_LEAST_MS = 100  # of sound: less cannot be committed
_GOODBYE = 1000  # RFC 6455: all is said
_EMPTY = "input_audio_buffer_commit_empty"
_HEARD = "conversation.item.input_audio_transcription."


@dataclass(frozen=True, slots=True)
class Session:
    """What is asked of the vendor. `detection` is its ear; None: utterances end by our commit."""

    transcription: Mapping[str, Any]
    detection: Mapping[str, Any] | None = None
    noise_reduction: str = ""
    beta: bool = False

    def update(self, law: bool) -> dict[str, Any]:
        """The first event; `law`: the sound is G.711 µ-law."""
        noise = {"type": self.noise_reduction} if self.noise_reduction else None
        if self.beta:
            old = {
                "input_audio_format": "g711_ulaw" if law else "pcm16",
                "input_audio_transcription": self.transcription,
                "input_audio_noise_reduction": noise,
                "turn_detection": self.detection,
            }
            return {"type": "transcription_session.update", "session": old}
        sound = {
            "format": {"type": "audio/pcmu"} if law else {"type": "audio/pcm", "rate": _PCM},
            "transcription": self.transcription,
            "noise_reduction": noise,
            "turn_detection": self.detection,
        }
        return {"type": "session.update", "session": {"type": "transcription", "audio": {"input": sound}}}


class Codec:
    """One connection."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._items = Items()
        self._wire = _Wire(_PCM)
        self._ms = self._committed_ms = 0.0
        self._asked: list[tuple[float, float]] = []  # from where to where commits on their way reach
        self._seconds = 0.0
        self._estimated = self._ending = self._cleared = False

    def begin(self, rate: int) -> Messages:
        self._wire = _Wire(rate)
        return (_json(self._session.update(self._wire.law)),)

    def audio(self, pcm: bytes) -> Messages:
        self._ms += self._wire.ms(pcm)
        return (_append(self._wire.of(pcm)),)

    def pause(self) -> Messages:
        return () if self._session.detection else self._commit()

    def end(self) -> Messages:
        """Events are answered in order: when the buffer has been cleared, all commits are known."""
        self._ending = True
        return [*self._commit(), '{"type":"input_audio_buffer.clear"}']

    def receive(self, message: Message) -> Iterable[Heard]:
        said = orjson.loads(message)
        kind = said["type"]
        if kind in ("session.updated", "transcription_session.updated"):
            return (Signal.READY,)
        if kind == "error":
            return self._error(said["error"])
        if kind == "input_audio_buffer.speech_started":
            self._items.of(said["item_id"]).begin_ms = said["audio_start_ms"]
        elif kind == "input_audio_buffer.speech_stopped":
            self._items.of(said["item_id"]).end_ms = said["audio_end_ms"]
        elif kind == "input_audio_buffer.committed":
            self._known(said["item_id"], said.get("previous_item_id"))
        elif kind == "input_audio_buffer.cleared":
            self._cleared = True
        elif kind.startswith(_HEARD):
            return self._heard(kind.removeprefix(_HEARD), said)
        return self._over()

    def closed(self, code: int, reason: str) -> Exception | None:
        well = code == _GOODBYE and self._ending and self._items.empty
        return None if well else failures.hung_up(code, reason)

    def _commit(self) -> list[str]:
        fresh = self._ms - self._committed_ms
        if not fresh:
            return []
        short = [_append(self._wire.silence(_LEAST_MS - fresh))] if fresh < _LEAST_MS else []
        self._asked.append((self._committed_ms, self._ms))
        self._committed_ms = self._ms
        return [*short, '{"type":"input_audio_buffer.commit"}']

    def _known(self, name: str, previous: str | None) -> None:
        item = self._items.follow(name, previous)
        if not self._session.detection and self._asked:
            item.begin_ms, item.end_ms = self._asked.pop(0)

    def _heard(self, what: str, said: Mapping[str, Any]) -> Iterator[Heard]:
        item = self._items.of(said["item_id"])
        if what == "delta":
            item.text += said["delta"]
        elif what == "completed":
            item.text, item.done = said["transcript"], True
            yield self._used(item, said.get("usage") or {})
        elif what == "failed":
            raise failed(failures, said["error"])
        yield from self._items.told()
        yield from self._over()

    def _used(self, item: Item, usage: Mapping[str, Any]) -> Usage:
        """By the vendor's clock, or ours where it counts tokens."""
        counted = usage.get("type") == "duration"
        self._seconds += usage["seconds"] if counted else item.seconds
        self._estimated = self._estimated or not counted
        return Usage({"seconds": round(self._seconds, 2)}, self._estimated)

    def _error(self, error: Mapping[str, Any]) -> Iterable[Heard]:
        if error.get("code") != _EMPTY:
            raise failed(failures, error, error.get("event_id") or "")
        if not self._session.detection and self._asked:  # there was nothing in it
            self._items.nothing(*self._asked.pop(0))
        return [*self._items.told(), *self._over()]

    def _over(self) -> Iterable[Heard]:
        return (Signal.OVER,) if self._ending and self._cleared and self._items.empty else ()


@dataclass(slots=True)
class _Wire:
    """Sound as it travels: PCM at 24 kHz, or µ-law where it came from a telephone."""

    rate: int
    _up: Resampler | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._up = None if self.rate in (_PCM, _LAW) else Resampler(self.rate, _PCM)

    @property
    def law(self) -> bool:
        return self.rate == _LAW

    def ms(self, pcm: bytes) -> float:
        return len(pcm) / 2 / self.rate * 1000

    def of(self, pcm: bytes) -> bytes:
        if self.law:
            return encode_ulaw(pcm)
        return self._up.push(pcm) if self._up else pcm

    def silence(self, ms: float) -> bytes:
        return self.of(bytes(int(self.rate * ms / 1000 + 1) * 2))


def _append(sound: bytes) -> str:
    return f'{{"type":"input_audio_buffer.append","audio":"{b64encode(sound).decode()}"}}'


def _json(event: Mapping[str, Any]) -> str:
    return orjson.dumps(event).decode()
