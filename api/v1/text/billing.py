"""What a conversation in text used: rated and stored like a call's."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api.db.tx import TenantSession
from api.v1.usage import service as usage

if TYPE_CHECKING:
    from voice_engine.providers.pool.troubles import Trouble

Json = dict[str, Any]


def bill(
    session: TenantSession, *, call_id: str, session_id: str, name: str, used: Iterable[Json]
) -> list[Json]:
    """Store what was used under `call_id`; the same with each record's usageId.

    `name` is unique in the conversation: the same use billed twice under it is stored once.
    """
    return [_billed(session, call_id, session_id, f"{name}-{number}", one) for number, one in enumerate(used)]


def wasted(trouble: "Trouble") -> Json:
    """What a vendor bills although nothing came of it."""
    assert trouble.usage is not None
    return {
        "component": "model",
        "provider": trouble.provider,
        "model": trouble.model,
        "quantities": dict(trouble.usage.quantities),
        "estimated": trouble.usage.estimated,
    }


def _billed(session: TenantSession, call_id: str, session_id: str, usage_id: str, used: Json) -> Json:
    what = {key: value for key, value in used.items() if key != "member"}
    usage.record(
        session,
        session.org_id,
        call_id=call_id,
        session_id=session_id,
        used={**what, "usageId": usage_id},
        used_at=session.now(),
    )
    return {**used, "usageId": usage_id}
