"""A session's files while it lives: spec.json, events.jsonl, stereo.wav. Whoever dies leaves them behind."""

from collections.abc import Iterator
from pathlib import Path

from voice_engine.kernel.events import Event, EventType
from voice_engine.session import reasons
from voice_engine.session.eventlog import read
from voice_engine.session.recorder import repair
from voice_engine.spec import SessionSpec


class SpooledSession:
    """One directory, made by `create` and removed by `remove`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.events_file = directory / "events.jsonl"
        self.recording_file = directory / "stereo.wav"
        self._spec_file = directory / "spec.json"

    def create(self, spec: SessionSpec) -> None:
        """Before anything else happens in the session."""
        self._directory.mkdir(parents=True, mode=0o700)
        draft = self._spec_file.with_suffix(".part")
        draft.write_text(spec.model_dump_json())
        draft.replace(self._spec_file)

    def spec(self) -> SessionSpec:
        """What the session was to be."""
        return SessionSpec.model_validate_json(self._spec_file.read_bytes())

    def remove(self) -> None:
        """Everything has been shipped."""
        for file in (self.events_file, self.recording_file, self._spec_file):
            file.unlink(missing_ok=True)
        if self._directory.exists():
            self._directory.rmdir()


def left_behind(root: Path) -> Iterator[SpooledSession]:
    """Sessions of a dead process, oldest first."""
    if root.is_dir():
        for directory in sorted(root.iterdir()):
            if (directory / "spec.json").exists():
                yield SpooledSession(directory)


def recording_key(spec: SessionSpec) -> str:
    """Where a call's recording goes."""
    return f"{spec.org_id}/{spec.call_id}/{spec.session_id}/stereo.wav"


def salvage(session: SpooledSession) -> tuple[list[Event], float]:
    """Everything a dead session had said and still owes, and the seconds of its recording (0 for none)."""
    events, spec = read(session.events_file) if session.events_file.exists() else [], session.spec()
    recorded_s = 0.0
    if session.recording_file.exists() and _may_be_kept(spec, events):
        recorded_s = repair(session.recording_file)
    return [*events, *closing_events(spec, events, recorded_s)], recorded_s


def _may_be_kept(spec: SessionSpec, events: list[Event]) -> bool:
    """Whether the caller has agreed to be recorded, or was not to be asked."""
    asked = [event for event in events if event.type is EventType.RECORDING_CONSENT]
    return spec.assistant.consent is None or any(event.data["granted"] for event in asked)


def closing_events(spec: SessionSpec, events: list[Event], recorded_s: float) -> list[Event]:
    """What a dead session still owes the world: usage, its recording, its end. Pure."""
    if events and events[-1].type is EventType.SESSION_ENDED:
        return []
    last = events[-1] if events else None
    at_ms, t, seq = (last.at_ms, last.t, last.seq) if last else (spec.created_at_ms, 0.0, 0)
    seconds = max(t, recorded_s)
    ids = (spec.org_id, spec.call_id, spec.session_id)
    return [
        Event(kind, *ids, seq + n, at_ms + round((seconds - t) * 1000), seconds, data)
        for n, (kind, data) in enumerate(_owed(spec, events, seconds, recorded_s), 1)
    ]


def _owed(
    spec: SessionSpec, events: list[Event], seconds: float, recorded_s: float
) -> Iterator[tuple[EventType, dict[str, object]]]:
    billed = {event.data.get("usageId") for event in events if event.type is EventType.USAGE}
    for usage in _lasting_usage(spec):
        if usage["usageId"] not in billed:
            quantities = {"seconds": round(seconds, 3)}
            yield EventType.USAGE, {**usage, "quantities": quantities, "estimated": True}
    if recorded_s and not any(event.type is EventType.RECORDING_READY for event in events):
        key = recording_key(spec)
        yield EventType.RECORDING_READY, {"key": key, "seconds": round(recorded_s, 3)}
    yield EventType.SESSION_ENDED, {"endedReason": reasons.WORKER_DIED, "durationS": round(seconds, 3)}


def _lasting_usage(spec: SessionSpec) -> list[dict[str, str]]:
    """The components that are billed by the length of the session, as session.meter writes them."""
    transcriber, line = spec.assistant.transcriber, spec.transport.kind
    return [
        {"usageId": "transcriber", "component": "transcriber", "provider": transcriber.provider,
         "model": transcriber.model},
        {"usageId": "transport", "component": "transport", "provider": line, "model": ""},
        {"usageId": "platform", "component": "platform", "provider": "yingda", "model": ""},
    ]  # fmt: skip
