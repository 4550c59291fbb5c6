"""Until when what of a call is kept, and what is gone already. Pure."""

from datetime import datetime, timedelta

from api.v1.assistants.compliance import keeps_nothing
from api.v1.calls.model import CallRow


def until(row: CallRow, ended_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Until when the recording and the words of a call are kept; None = for ever. Pure."""
    plan = row.compliance_plan or {}
    days = plan.get("retentionDays") or {}
    if ended_at is None:
        return None, None
    recording = ended_at + timedelta(days=days["recording"]) if days.get("recording") else None
    content = ended_at + timedelta(days=days["transcript"]) if days.get("transcript") else None
    return recording, ended_at if keeps_nothing(plan) else content


def is_erased(row: CallRow) -> bool:
    """Whether the events of the call are gone, so that it cannot be told again."""
    return bool({"contentAt", "logAt"} & set(row.erased or ()))
