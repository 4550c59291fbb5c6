"""Chats and sessions are told of to the assistant's server, in the transaction that writes them."""

from typing import Any

from api.db.tx import TenantSession
from api.v1.text.columns import TextRow
from api.v1.webhooks.telling import forget, tell
from api.v1.webhooks.words import ChatEvent, SessionEvent, chat_event, session_event
from voice_engine.kernel.clock import epoch_ms

Json = dict[str, Any]

_CONTENT = ("messages", "input", "output", "assistantOverrides", "customer")


def tell_of_chat(db: TenantSession, row: TextRow, kind: ChatEvent, chat: Json) -> None:
    """`chat` as shown; one that is deleted is told of without what was said."""
    if kind == "chat.deleted":
        forget(db, db.org_id, row.id)
        chat = _without_content(chat)
    message = chat_event(kind, chat, epoch_ms(db.now()))
    tell(db, db.org_id, "chat", row.id, row.server, row.server_messages, message)


def tell_of_session(db: TenantSession, row: TextRow, kind: SessionEvent, session: Json) -> None:
    """`session` as shown; one that is deleted is told of without what was said."""
    if kind == "session.deleted":
        forget(db, db.org_id, row.id)
        session = _without_content(session)
    message = session_event(kind, session, epoch_ms(db.now()))
    tell(db, db.org_id, "session", row.id, row.server, row.server_messages, message)


def _without_content(shown: Json) -> Json:
    return {name: value for name, value in shown.items() if name not in _CONTENT}
