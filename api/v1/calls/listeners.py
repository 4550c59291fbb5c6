"""Events → the call's row, computed from all events anew, so that nothing depends on how they arrive."""

from sqlmodel import select

from api.db.outbox import enqueue
from api.jobs.registry import Batch, listener
from api.v1.calls.model import CallRow
from api.v1.calls.story import Story, performance, told, transcript
from voice_engine.kernel.events import EventType

_RELEVANT = frozenset(
    {
        EventType.SESSION_STARTED, EventType.SESSION_ENDED, EventType.MESSAGE, EventType.TOOL_CALLS,
        EventType.TOOL_RESULTS, EventType.RECORDING_READY,
    }
)  # fmt: skip


@listener
def on_events(batch: Batch) -> None:
    """Bring the row up to date; when the call is over, see to its summing up."""
    if not _RELEVANT & batch.types:
        return
    row, story = call_of(batch), told(batch.history)
    apply(row, story)
    if story.ended and EventType.SESSION_ENDED in batch.types:
        # The recording is known by now, or there is none: session.ended is a session's last event.
        enqueue(batch.session, batch.org_id, "calls.summarise", callId=row.id)


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
