"""What a session used, as usage events: one per component and reply, each with an id that is unique in the
session, so that counting it twice is impossible however often it is delivered."""

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Usage
from voice_engine.session.eventlog import EventLog
from voice_engine.session.reply import Reply
from voice_engine.spec import SessionSpec


class Meter:
    """Writes usage into the event log."""

    def __init__(self, spec: SessionSpec, events: EventLog) -> None:
        self._assistant, self._events = spec.assistant, events
        self._transport = spec.transport

    def reply(self, reply: Reply) -> None:
        """The model's and the voice's share of one reply."""
        model, voice = self._assistant.model, self._assistant.voice
        if reply.model_usage:
            self._emit(
                f"model-{reply.name}", "model", model.provider, model.model, dict(reply.model_usage),
                wasted=reply.discarded,
            )  # fmt: skip
        if reply.voice_usage:
            self._emit(
                f"voice-{reply.name}", "voice", voice.provider, voice.model, dict(reply.voice_usage),
                wasted=reply.discarded,
            )  # fmt: skip

    def close(self, seconds: float, heard: Usage | None, fed_s: float) -> None:
        """The recogniser's and the line's share of the whole session."""
        transcriber = self._assistant.transcriber
        quantities = dict(heard.quantities) if heard else {"seconds": round(fed_s, 3)}
        estimated = heard is None or heard.estimated
        self._emit(
            "transcriber", "transcriber", transcriber.provider, transcriber.model, quantities, estimated
        )
        self._emit("transport", "transport", self._transport.kind, "", {"seconds": round(seconds, 3)})
        self._emit("platform", "platform", "yingda", "", {"seconds": round(seconds, 3)})

    def _emit(
        self,
        usage_id: str,
        component: str,
        provider: str,
        model: str,
        quantities: dict[str, float],
        estimated: bool = False,
        wasted: bool = False,
    ) -> None:
        self._events.emit(
            EventType.USAGE,
            usageId=usage_id,
            component=component,
            provider=provider,
            model=model,
            quantities=quantities,
            estimated=estimated,
            wasted=wasted,
        )
