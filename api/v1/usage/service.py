"""Usage in, costs out: records are rated once and for ever, a call's costs are their sum."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import select

from api.db.tx import TenantSession
from api.v1.calls.model import CallRow
from api.v1.usage.costs import costs
from api.v1.usage.prices import prices
from api.v1.usage.rating import rated
from api.v1.usage.repo import UsageRecords
from voice_engine.kernel import log

_log = log.get("usage")


def record(
    session: TenantSession,
    org_id: str,
    *,
    call_id: str,
    session_id: str,
    used: Mapping[str, Any],
    used_at: datetime,
) -> bool:
    """Rate and store one use; False when it was stored before.

    `used` is the usage event's data: {usageId, component, provider, model, quantities[, estimated]}.
    """
    component, provider, model = str(used["component"]), str(used["provider"]), str(used.get("model", ""))
    quantities = {str(unit): float(amount) for unit, amount in used["quantities"].items()}
    result = rated(component, provider, model, quantities, used_at, prices(session))
    place = {"call_id": call_id, "session_id": session_id, "usage_id": str(used["usageId"])}
    what = {
        "component": component, "provider": provider, "model": model, "quantities": quantities,
        "estimated": bool(used.get("estimated", False)),
    }  # fmt: skip
    stored = UsageRecords(session, org_id).record(place, what, result, used_at)
    if stored and result.unpriced:
        _log.warning(
            "usage_unpriced", org_id=org_id, call_id=call_id, component=component, provider=provider,
            model=model, units=result.unpriced,
        )  # fmt: skip
    return stored


def settle(session: TenantSession, org_id: str, call_id: str) -> None:
    """Sum the call's records up in its row, if there is (still) such a call."""
    statement = select(CallRow).where(CallRow.org_id == org_id, CallRow.id == call_id)
    row = session.exec(statement.with_for_update()).first()
    if row is None:
        return
    session.flush()
    result = costs(UsageRecords(session, org_id).of_call(call_id))
    row.costs, row.cost_micros, row.cost_breakdown = result.costs, result.micros, result.breakdown
