"""A call with an engine's events, and the jobs that make rows of them."""

import itertools
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from api.db.outbox import OutboxRow
from api.jobs import outbox
from api.jobs.context import Jobs
from api.jobs.stream import STREAM
from api.v1.calls.model import CallRow
from api.v1.usage.model import UsageRow
from api.v1.webhooks.model import DeliveryRow
from voice_engine.kernel.events import Event, EventType
from voice_engine.kernel.ids import new_id

START_MS = 1_795_176_000_000
SCRIPTED = {"provider": "scripted", "model": "script"}


def make_call(jobs: Jobs, org_id: str, **columns: Any) -> CallRow:
    """A queued call of a scripted assistant, ready for events."""
    spec = {"assistant": {"name": "Ann", "recording": True, "model": SCRIPTED}}
    values: dict[str, Any] = {
        "type": "vapi.websocketCall",
        "session_id": new_id(),
        "engine_id": "engine-0",
        "transport": {"provider": "vapi.websocket", "websocketCallUrl": "ws://test/c/transport"},
        "spec": {"assistant": {**spec["assistant"], "max_duration_s": 600}},
        **columns,
    }
    row = CallRow(org_id=org_id, **values)
    with jobs.transaction(org_id) as session:
        session.add(row)
    return row


@dataclass
class Talk:
    """Writes the events of one session, numbered from 1."""

    row: CallRow
    events: list[Event] = field(default_factory=list)
    _seq: Any = field(default_factory=lambda: itertools.count(1))

    def say(self, kind: EventType, **data: Any) -> Event:
        """The next event, a second after the last."""
        seq = next(self._seq)
        event = Event(
            kind,
            self.row.org_id,
            self.row.id,
            self.row.session_id,
            seq,
            START_MS + seq * 1000,
            float(seq),
            data,
        )
        self.events.append(event)
        return event


def conversation(row: CallRow, *, ended: str = "customer-ended-call") -> list[Event]:
    """A greeting, a question with a tool, an interrupted answer, the recording, the end: 23 events."""
    talk = Talk(row)
    say, segments = (
        talk.say,
        {"endpointingMs": 400, "sttMs": 100, "thinkMs": 200, "clauseMs": 50, "ttsMs": 150},
    )
    say(
        EventType.SESSION_STARTED,
        transport="websocket",
        sampleRate=16000,
        encoding="pcm_s16le",
        assistantName="Ann",
    )
    say(EventType.SPEECH_STARTED, role="assistant", turn=0, atS=0.1)
    say(EventType.MESSAGE, role="bot", message="你好，请讲。", time=START_MS, secondsFromStart=0.1)
    say(EventType.SPEECH_STOPPED, role="assistant", turn=0, atS=1.5)
    say(EventType.USAGE, usageId="voice-0", component="voice", provider="dashscope", model="cosyvoice-v2",
        quantities={"characters": 12})  # fmt: skip
    say(EventType.SPEECH_STARTED, role="user", turn=1, atS=2.0)
    say(EventType.TRANSCRIPT, role="user", final=False, text="查一", turn=1)
    say(EventType.TRANSCRIPT, role="user", final=True, text="查一下余额", turn=1, confidence=0.93)
    say(EventType.SPEECH_STOPPED, role="user", turn=1, atS=3.0)
    say(EventType.TURN_STARTED, turn=1, text="查一下余额")
    say(EventType.MESSAGE, role="user", message="查一下余额", time=START_MS + 2000, secondsFromStart=2.0)
    say(EventType.TOOL_CALLS, turn=1, toolCalls=[{"id": "t1", "name": "balance", "arguments": {"of": "me"}}])
    say(EventType.TOOL_RESULTS, turn=1, results=[{"toolCallId": "t1", "name": "balance", "result": "10"}])
    say(EventType.MODEL_OUTPUT, turn=1, text="您的余额是十元。")
    say(EventType.MESSAGE, role="bot", message="您的余额是", time=START_MS + 4000, secondsFromStart=4.0)
    say(EventType.USER_INTERRUPTED, turn=1, heard="您的余额是")
    say(EventType.TURN_ENDED, turn=1, interrupted=True, marks={}, segments={**segments, "playoutMs": 20},
        mouthToEarMs=920)  # fmt: skip
    say(EventType.USAGE, usageId="model-1", component="model", provider="dashscope", model="qwen-flash",
        quantities={"promptTokens": 2000, "completionTokens": 100})  # fmt: skip
    say(EventType.USAGE, usageId="voice-1", component="voice", provider="dashscope", model="cosyvoice-v2",
        quantities={"characters": 16})  # fmt: skip
    say(EventType.USAGE, usageId="transcriber", component="transcriber", provider="dashscope",
        model="paraformer-realtime-v2", quantities={"seconds": 60.0})  # fmt: skip
    say(EventType.USAGE, usageId="platform", component="platform", provider="yingda", model="",
        quantities={"seconds": 60.0})  # fmt: skip
    say(EventType.RECORDING_READY, key=f"{row.org_id}/{row.id}/stereo.wav", seconds=60.0)
    say(EventType.SESSION_ENDED, endedReason=ended, durationS=60.0)
    return talk.events


def ship(jobs: Jobs, events: Iterable[Event]) -> None:
    """What an engine does."""
    for event in events:
        jobs.redis.xadd(STREAM, {"event": event.to_json()})


def call(jobs: Jobs, row: CallRow) -> CallRow:
    """The call's row as it is now."""
    with jobs.transaction(row.org_id) as session:
        return session.exec(select(CallRow).where(CallRow.id == row.id)).one()


def usage(jobs: Jobs, row: CallRow) -> list[UsageRow]:
    """The call's usage, by id."""
    with jobs.transaction(row.org_id) as session:
        found = session.exec(select(UsageRow).where(UsageRow.call_id == row.id)).all()
    return sorted(found, key=lambda u: u.usage_id)


def deliveries(jobs: Jobs, row: CallRow) -> list[DeliveryRow]:
    """The call's deliveries, in their order."""
    with jobs.transaction(row.org_id) as session:
        found = session.exec(select(DeliveryRow).where(DeliveryRow.call_id == row.id)).all()
    return sorted(found, key=lambda d: d.position or 0)


def tasks(jobs: Jobs, org_id: str) -> list[OutboxRow]:
    """The outbox, oldest first."""
    with jobs.transaction(org_id) as session:
        return sorted(session.exec(select(OutboxRow)).all(), key=lambda t: t.id)


def work(jobs: Jobs, org_id: str) -> list[str]:
    """Do every outbox task there is, and those they make; their names. In a thread, as workers do."""
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(_work, jobs, org_id).result()


def _work(jobs: Jobs, org_id: str) -> list[str]:
    done: list[str] = []
    while waiting := [
        t for t in tasks(jobs, org_id) if t.done_at is None and t.available_at <= jobs.clock.wall()
    ]:
        for row in waiting:
            outbox.perform(jobs, row.id, org_id)
            done.append(row.task)
    return done
