"""What an organisation has set, for whoever acts on it. Names are those of the JSON, in `settings`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.db.tx import Look, TenantSession

Json = dict[str, Any]
_FIND = "SELECT settings FROM organizations WHERE id = %(org)s"


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """None: not set, so the installation's default holds. `server` is as it is stored, its secret sealed."""

    server: Json | None = None
    concurrency_limit: int | None = None
    rate_limit: int | None = None
    billing_limit_micros: int | None = None
    compliance_plan: Json = field(default_factory=dict)


def parsed(stored: Mapping[str, Any]) -> OrganizationSettings:
    """From the column `organizations.settings`."""
    return OrganizationSettings(
        server=stored.get("server"),
        concurrency_limit=stored.get("concurrencyLimit"),
        rate_limit=stored.get("rateLimit"),
        billing_limit_micros=stored.get("billingLimitMicros"),
        compliance_plan=stored.get("compliancePlan") or {},
    )


def look_for_settings(org_id: str) -> Look:
    """What `settings_of` will look for."""
    return _FIND, {"org": org_id}


def settings_of(session: TenantSession) -> OrganizationSettings:
    """Of the session's organisation; nothing is set where it has gone. One look at the database."""
    rows = session.look(*look_for_settings(session.org_id))
    return parsed(rows[0][0] if rows else {})
