"""Server messages that are no event of a conversation: about chats, sessions, calls before and after it."""

from collections.abc import Collection
from typing import Any

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.v1.webhooks.model import Subject
from api.v1.webhooks.payload import body
from api.v1.webhooks.repo import Deliveries, Told
from voice_engine.kernel.ids import new_id
from voice_engine.messages import SERVER_DEFAULT, is_wanted

Json = dict[str, Any]


def tell(
    session: TenantSession,
    org_id: str,
    subject: Subject,
    subject_id: str,
    server: Json | None,
    wanted: Collection[str] | None,
    message: Json,
    *,
    occasion: str = "",
) -> bool:
    """Have a message delivered once this transaction is committed; False when nobody wants it.

    `server` is as webhooks.targets describes it; `wanted` are the serverMessages, None = Vapi's default set.
    Messages about one subject come in the order of their telling. An `occasion` tells a message once only.
    """
    listed = SERVER_DEFAULT if wanted is None else wanted
    if not server or not server.get("url") or not is_wanted(message, listed):
        return False
    told = Told(occasion or f"{message['type']}:{new_id()}", message["type"], body(message))
    if not Deliveries(session, org_id).make_for(subject, subject_id, server, [told]):
        return False
    enqueue(session, org_id, "webhooks.drain", subjectId=subject_id)
    return True


def forget(session: TenantSession, org_id: str, subject_id: str) -> None:
    """What was told about something that is erased goes too, sent or not; tell of the end afterwards."""
    Deliveries(session, org_id).forget(subject_id)
