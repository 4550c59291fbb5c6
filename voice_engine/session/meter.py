"""What a session used, as usage events: one per component and reply, each with an id that is unique in the
session, so that counting it twice is impossible however often it is delivered."""

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Usage
from voice_engine.session.eventlog import EventLog
from voice_engine.session.reply import Reply
from voice_engine.spec import AssistantSpec, SessionSpec

_COMPONENTS = {"stt": "transcriber", "llm": "model", "tts": "voice"}


class Meter:
    """Writes usage into the event log."""

    def __init__(self, spec: SessionSpec, events: EventLog) -> None:
        self._assistant, self._events = spec.assistant, events
        self._transport = spec.transport
        self._beside = self._ready = self._recognisers = 0

    def reply(self, reply: Reply) -> None:
        """The model's and the voice's share of one reply, under the name of who did the work."""
        model, voice = self._assistant.model, self._assistant.voice
        for component, named, usages in (
            ("model", model, reply.model_usage),
            ("voice", voice, reply.voice_usage),
        ):
            for number, usage in enumerate(usages):
                self._emit(
                    f"{component}-{reply.name}" + (f"-{number}" if number else ""),
                    component,
                    usage.provider or named.provider,
                    usage.model if usage.provider else named.model,
                    usage,
                    wasted=reply.discarded,
                )

    def made_ready(self, usage: Usage) -> None:
        """A sentence was synthesised before it was needed."""
        self._ready += 1
        voice = self._assistant.voice
        named = (usage.provider, usage.model) if usage.provider else (voice.provider, voice.model)
        self._emit(f"ready-{self._ready}", "voice", *named, usage)

    def become(self, assistant: AssistantSpec) -> None:
        """Another assistant's vendors work from here on."""
        self._assistant = assistant

    def beside(self, kind: str, provider: str, model: str, usage: Usage, *, wasted: bool) -> None:
        """What a vendor bills that did not finish its work; `wasted`: nothing of it was used. `kind` is stt,
        llm or tts."""
        self._beside += 1
        self._emit(f"beside-{self._beside}", _COMPONENTS[kind], provider, model, usage, wasted=wasted)

    def heard(self, usage: Usage | None, fed_s: float) -> None:
        """What one recogniser heard from its beginning to its end."""
        self._recognisers += 1
        named = self._assistant.transcriber
        usage = usage or Usage({"seconds": round(fed_s, 3)}, estimated=True)
        who = (usage.provider, usage.model) if usage.provider else (named.provider, named.model)
        usage_id = "transcriber" + (f"-{self._recognisers}" if self._recognisers > 1 else "")
        self._emit(usage_id, "transcriber", *who, usage)

    def close(self, seconds: float) -> None:
        """The line's share of the whole session."""
        line = Usage({"seconds": round(seconds, 3)})
        self._emit("transport", "transport", self._transport.kind, "", line)
        self._emit("platform", "platform", "yingda", "", line)

    def _emit(
        self, usage_id: str, component: str, provider: str, model: str, usage: Usage, *, wasted: bool = False
    ) -> None:
        self._events.emit(
            EventType.USAGE,
            usageId=usage_id,
            component=component,
            provider=provider,
            model=model,
            quantities=dict(usage.quantities),
            estimated=usage.estimated,
            wasted=wasted,
        )
