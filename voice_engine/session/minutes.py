"""Writes down what happens in a session, in the words of the event catalogue."""

from typing import Any

import structlog

from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Transcript
from voice_engine.providers.pool.troubles import Trouble
from voice_engine.session.eventlog import EventLog
from voice_engine.session.reply import Reply
from voice_engine.spec import AssistantSpec, ModelSpec, SessionSpec, TranscriberSpec, VoiceSpec

log = structlog.get_logger()


class Minutes:
    """The secretary of one session. Times are seconds of the session."""

    def __init__(self, spec: SessionSpec, events: EventLog) -> None:
        self._spec, self._events = spec, events
        self._told: ProviderError | None = None
        self._language = ""  # in which the caller spoke last, as far as the recogniser tells
        self.log = log.bind(call_id=spec.call_id, org_id=spec.org_id, session_id=spec.session_id)

    def session_started(self) -> None:
        """The conversation begins."""
        line, vendors = self._spec.transport, _vendors(self._spec.assistant)
        self.log.info("session_started", vendors=vendors)
        self._events.emit(
            EventType.SESSION_STARTED,
            transport=line.kind,
            sampleRate=line.sample_rate,
            encoding=line.encoding,
            assistantName=self._spec.assistant.name,
            vendors=vendors,
        )

    def session_ended(self, reason: str, now: float, line: dict[str, float] | None) -> None:
        """The conversation is over; `line` is how well the caller's sound arrived, if it did."""
        known = {} if line is None else {"line": line}
        self._events.emit(EventType.SESSION_ENDED, endedReason=reason, durationS=round(now, 3), **known)

    def speech(self, role: str, turn: int, at: float, *, started: bool, **more: Any) -> None:
        """Somebody's sound begins or ends."""
        kind = EventType.SPEECH_STARTED if started else EventType.SPEECH_STOPPED
        self._events.emit(kind, role=role, turn=turn, atS=round(at, 3), **more)

    def reply_sounds(self, reply: Reply, now: float) -> None:
        """The caller begins to hear a reply: with it go its words as far as they are known."""
        self.speech("assistant", reply.turn, now, started=True, text=reply.told, source=reply.source)

    def transcript(self, heard: Transcript, turn: int) -> None:
        """What the recogniser understands."""
        more: dict[str, Any] = {}
        if heard.confidence is not None:
            more["confidence"] = round(heard.confidence, 3)
        if heard.language:
            more["language"] = heard.language
        if heard.final and heard.text and heard.language:
            more |= {"languageBefore": self._language} if self._language not in ("", heard.language) else {}
            self._language = heard.language
        self._events.emit(
            EventType.TRANSCRIPT, role="user", final=heard.final, text=heard.text, turn=turn, **more
        )

    def message(self, role: str, text: str, begin: float, end: float, **more: Any) -> None:
        """One message of the conversation, as the call will show it."""
        self._events.emit(
            EventType.MESSAGE,
            role=role,
            message=text,
            time=self._events.unix_ms(begin),
            endTime=self._events.unix_ms(end),
            secondsFromStart=round(begin, 3),
            duration=round((end - begin) * 1000),
            **more,
        )

    def reply_ended(self, reply: Reply, heard: str, now: float, *, interrupted: bool) -> None:
        """A reply is over: what was heard of it, and where the caller's waiting time went."""
        if heard:
            began = reply.marks.sound_first or now
            self.message("bot", heard, began, now, source=reply.source, turn=reply.turn)
        if reply.sounded:
            self.speech("assistant", reply.turn, now, started=False)
        if interrupted and not reply.broken:
            self._events.emit(EventType.USER_INTERRUPTED, turn=reply.turn, heard=heard)
        segments = reply.marks.segments()
        self._events.emit(
            EventType.TURN_ENDED,
            turn=reply.turn,
            interrupted=interrupted,
            marks=reply.marks.to_json(),
            segments=segments,
            mouthToEarMs=sum(segments.values()) if segments else None,
        )

    def trouble(self, trouble: Trouble) -> None:
        """What a pool of vendors met, and what it did about it."""
        if trouble.error and trouble.what == "failed":
            self.vendor_failed(trouble.component, trouble.error)
        elif trouble.what != "lost":
            self._events.emit(
                EventType.PROVIDER_SWITCHED,
                what=trouble.what,
                component=trouble.component,
                provider=trouble.provider,
                model=trouble.model,
                toProvider=trouble.to_provider,
                toModel=trouble.to_model,
            )

    def vendor_failed(self, kind: str, error: ProviderError) -> None:
        """A vendor failed; `kind` is stt, llm or tts. Told once, however many report it."""
        if error is self._told:
            return
        self._told = error
        self.log.warning(
            "provider_failed",
            kind=kind,
            code=error.code,
            vendor_code=error.vendor_code,
            vendor_request_id=error.request_id,
            message=error.message,
        )
        self._events.emit(
            EventType.ERROR,
            code=error.code,
            message=error.message,
            component=kind,
            provider=error.vendor,
            fatal=False,
        )


def _vendors(assistant: AssistantSpec) -> list[dict[str, str]]:
    """Who is to hear, think and speak, the first choices before those that take over, and with whose key."""
    parts = (
        ("transcriber", assistant.transcriber),
        ("model", assistant.model),
        ("voice", assistant.voice),
    )
    return [
        {"component": name, "provider": one.provider, "model": one.model, "credential": _whose_key(one)}
        for name, spec in parts
        for one in (spec, *spec.fallbacks)
    ]


def _whose_key(spec: ModelSpec | TranscriberSpec | VoiceSpec) -> str:
    return spec.credential_id or ("assistant" if spec.sealed_api_key else "platform")
