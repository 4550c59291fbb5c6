"""The vendor's two ways of hearing, told in the same words: tasks and realtime sessions."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.errors import vendor_failure
from voice_engine.providers.dashscope_sdk.line import Line
from voice_engine.providers.dashscope_sdk.results import sentence_of
from voice_engine.providers.dashscope_sdk.session import Session
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.sentences import Sentence

_PARTIAL = (
    "conversation.item.input_audio_transcription.text",
    "conversation.item.input_audio_transcription.delta",
)
_FINAL = "conversation.item.input_audio_transcription.completed"
_FAILED = "conversation.item.input_audio_transcription.failed"


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says. `seconds` of sound are billed so far; `over`: there will be no other event."""

    sentence: Sentence | None = None
    seconds: float | None = None
    over: bool = False


class Ear(Protocol):
    """One recognition. Senders say whether the socket took it."""

    def begin(self, rate: int) -> None:
        """Connect; sound will be mono PCM16 at this rate."""
        ...

    def send_audio(self, pcm: bytes) -> bool: ...

    def commit(self) -> bool:
        """The utterance has ended, by our own ear."""
        ...

    def finish(self) -> bool:
        """There is no more sound."""
        ...

    def alive(self) -> bool: ...

    def leave(self) -> None: ...

    def read(self, event: Mapping[str, Any]) -> Told:
        """What the vendor says; raises ProviderError for its failures."""
        ...


class TaskEar:
    """Paraformer, Fun-ASR."""

    def __init__(
        self,
        whose: Account,
        model: str,
        parameters: Mapping[str, Any],
        patience: Patience,
        inbox: asyncio.Queue[Any],
    ) -> None:
        self._line = Line(whose, inbox, patience)
        self._model, self._parameters = model, parameters
        self.send_audio, self.finish = self._line.send_audio, self._line.finish
        self.alive, self.leave = self._line.alive, self._line.leave

    def begin(self, rate: int) -> None:
        """Start the task."""
        self._line.start()
        parameters = {**self._parameters, "sample_rate": rate}
        self._line.run(
            {"task": "asr", "function": "recognition", "model": self._model, "parameters": parameters}
        )

    def commit(self) -> bool:
        """These models end sentences by their own ear only."""
        return True

    def read(self, event: Mapping[str, Any]) -> Told:
        """A result, or the end."""
        payload = event.get("payload") or {}
        fields = (payload.get("output") or {}).get("sentence")
        seconds = (payload.get("usage") or {}).get("duration")
        return Told(
            sentence_of(fields) if isinstance(fields, dict) else None,
            seconds if isinstance(seconds, int | float) else None,
            event["header"].get("event") == "task-finished",
        )


class SessionEar:
    """Qwen-ASR. Each utterance is an item; `text` of a partial is certain, `stash` may still change."""

    def __init__(
        self,
        whose: Account,
        model: str,
        settings: Mapping[str, Any],
        patience: Patience,
        inbox: asyncio.Queue[Any],
    ) -> None:
        self._account, self._model, self._settings = whose, model, settings
        self._inbox, self._patience = inbox, patience
        self._session: Session | None = None
        self._numbers: dict[str, int] = {}
        self._begin_ms: float | None = None
        self._end_ms: float | None = None

    def begin(self, rate: int) -> None:
        """Start the session."""
        settings = {**self._settings, "sample_rate": rate}
        self._session = Session(self._account, self._model, settings, self._inbox, self._patience)
        self._session.start()

    def send_audio(self, pcm: bytes) -> bool:
        """Sound, as text: this socket has no binary frames."""
        return self._send("input_audio_buffer.append", audio=b64encode(pcm).decode())

    def commit(self) -> bool:
        """Ends the utterance; only where the vendor does not end them itself."""
        return self._send("input_audio_buffer.commit")

    def finish(self) -> bool:
        """The vendor tells what it still owes, then says session.finished."""
        return self._send("session.finish")

    def alive(self) -> bool:
        """As of any talk."""
        return self._session is None or self._session.alive()

    def leave(self) -> None:
        """As of any talk."""
        if self._session:
            self._session.leave()

    def read(self, event: Mapping[str, Any]) -> Told:
        """A view of an utterance, or the end."""
        kind = event["type"]
        if kind == "input_audio_buffer.speech_started":
            self._begin_ms, self._end_ms = event.get("audio_start_ms"), None
        elif kind == "input_audio_buffer.speech_stopped":
            self._end_ms = event.get("audio_end_ms")
        elif kind in _PARTIAL:
            return Told(self._sentence(event, f"{event.get('text') or ''}{event.get('stash') or ''}", False))
        elif kind == _FINAL:
            return Told(self._sentence(event, str(event.get("transcript") or ""), True))
        elif kind == _FAILED:
            raise vendor_failure(event.get("error") or {})
        return Told(over=kind == "session.finished")

    def _sentence(self, event: Mapping[str, Any], text: str, final: bool) -> Sentence:
        item = str(event["item_id"])
        number = self._numbers.setdefault(item, len(self._numbers) + 1)
        return Sentence(text, final, order=number, begin_ms=self._begin_ms, end_ms=self._end_ms)

    def _send(self, kind: str, **fields: Any) -> bool:
        return self._session is not None and self._session.send(kind, **fields)
