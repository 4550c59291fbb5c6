"""Events → the call's row: a function of the events alone, so that nothing depends on how they arrive."""

from sqlmodel import select

from api.db.outbox import enqueue
from api.jobs.registry import Batch, listener
from api.v1.calls.ending import free_line
from api.v1.calls.erased import is_erased, until
from api.v1.calls.model import CallRow
from api.v1.calls.story import Story, continued, keeps_transcript, performance, told, transcript
from voice_engine.kernel.events import EventType

_RELEVANT = frozenset(
    {
        EventType.SESSION_STARTED, EventType.SESSION_ENDED, EventType.MESSAGE, EventType.TOOL_CALLS,
        EventType.TOOL_RESULTS, EventType.RECORDING_READY, EventType.RECORDING_CONSENT, EventType.HANDOFF,
        EventType.TRANSFER_REQUESTED,
    }
)  # fmt: skip


@listener
def on_events(batch: Batch) -> None:
    """Bring the row up to date; when the call is over, see to its summing up."""
    if not _RELEVANT & batch.types:
        return
    row, story = call_of(batch), story_of(batch)
    apply(row, story)
    if story.ended and EventType.SESSION_ENDED in batch.types:
        # The recording is known by now, or there is none: session.ended is a session's last event.
        enqueue(batch.session, batch.org_id, "calls.summarise", callId=row.id)
    if row.status == "ended":
        free_line(batch.session, batch.jobs.redis, row.id)


def call_of(batch: Batch) -> CallRow:
    """The batch's call; its row is locked."""
    if "call" not in batch.memo:
        statement = select(CallRow).where(CallRow.org_id == batch.org_id, CallRow.id == batch.call_id)
        batch.memo["call"] = batch.session.exec(statement).one()
    row: CallRow = batch.memo["call"]
    return row


def story_of(batch: Batch) -> Story:
    """The call's story up to and with this batch.

    While the call goes on it is the row's, continued; at its end, and when events come late, it is told anew
    from the beginning.
    """
    if "story" not in batch.memo:
        anew = batch.late or EventType.SESSION_ENDED in batch.types or call_of(batch).status == "ended"
        batch.memo["story"] = told(batch.history) if anew else continued(call_of(batch), batch.events)
    story: Story = batch.memo["story"]
    return story


def apply(row: CallRow, story: Story) -> None:
    """Set what the events say. An ended call stays ended, even if the reaper said so before the engine.

    What has been erased stays erased: what its events were is not known any more.
    """
    if is_erased(row):
        return
    messages = story.conversation()
    row.started_at = story.started_at
    row.messages = messages
    row.transcript = transcript(messages, row.artifact_plan) if keeps_transcript(row.artifact_plan) else None
    row.facts = story.facts or None
    if story.recording_key:
        row.recording_key = story.recording_key
    if story.ended:
        row.status, row.ended_at, row.ended_reason = "ended", story.ended_at, story.ended_reason
        row.performance = performance(story)
        row.recording_until, row.content_until = until(row, story.ended_at)
    elif row.status in ("queued", "ringing") and story.started_at:
        row.status = "in-progress"
