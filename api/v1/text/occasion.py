"""What an assistant is compiled for when somebody writes to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from api.db.tx import TenantSession
from api.v1.assistants.compile import Defaults, Occasion
from api.v1.credentials.repo import Credentials
from api.v1.organizations.settings import settings_of
from api.v1.webhooks import targets


def occasion(
    session: TenantSession,
    *,
    call_id: str,
    session_id: str,
    defaults: Defaults,
    customer: Mapping[str, Any] | None = None,
    guarded: bool = False,
) -> Occasion:
    """`call_id` is what tools and usage are told: the chat's id, or the session's where there is no chat."""
    org_id = session.org_id
    stored = Credentials(session, org_id).vault()
    return Occasion(
        call_id,
        session_id,
        org_id,
        session.clock.wall(),
        "chat",
        customer=customer or {},
        defaults=defaults,
        vault=replace(stored, guarded=guarded),
        server=targets.fallback(session, None),
        compliance=settings_of(session).compliance_plan,
    )
