"""Events → the call's row. The row is computed from all events anew, so that nothing depends on their arrival."""

from datetime import timedelta

from sqlmodel import select

from api.db.outbox import enqueue
from api.jobs.registry import Batch, listener
from api.v1.calls.model import CallRow
from api.v1.calls.story import Story, performance, told, transcript
from voice_engine.kernel.events import EventType

RECORDING_PATIENCE = timedelta(seconds=60)  # then the call is summed up without its recording
_RELEVANT = frozenset(
    {
        EventType.SESSION_STARTED, EventType.SESSION_ENDED, EventType.MESSAGE, EventType.TOOL_CALLS,
        EventType.TOOL_RESULTS, EventType.RECORDING_READY,
    }
)  # fmt: skip
_CLOSING = frozenset({EventType.SESSION_ENDED, EventType.RECORDING_READY})


@listener
def on_events(batch: Batch) -> None:
    """Bring the row up to date; when the call is over, see to its summing up."""
    if not _RELEVANT & batch.types:
        return
    row, story = call_of(batch), told(batch.history)
    apply(row, story)
    if story.ended and _CLOSING & batch.types:
        close(batch, row)


def call_of(batch: Batch) -> CallRow:
    """The batch's call; its row is locked."""
    statement = select(CallRow).where(CallRow.org_id == batch.org_id, CallRow.id == batch.call_id)
    return batch.session.exec(statement).one()


def apply(row: CallRow, story: Story) -> None:
    """Set what the events say. An ended call stays ended, even if the reaper said so before the engine."""
    messages = story.conversation()
    row.started_at = story.started_at
    row.messages = messages
    row.transcript = transcript(messages)
    if story.recording_key:
        row.recording_key = story.recording_key
    if story.ended:
        row.status, row.ended_at, row.ended_reason = "ended", story.ended_at, story.ended_reason
        row.performance = performance(story)
    elif row.status == "queued" and story.started_at:
        row.status = "in-progress"


def close(batch: Batch, row: CallRow) -> None:
    """Sum the call up now if its recording is known or there will be none, else at the latest in a minute."""
    expected = bool(row.spec.get("assistant", {}).get("recording", True))
    if row.recording_key or not expected:
        enqueue(batch.session, batch.org_id, "calls.summarise", callId=row.id)
    else:
        later = batch.session.now() + RECORDING_PATIENCE
        enqueue(batch.session, batch.org_id, "calls.summarise", available_at=later, callId=row.id)
