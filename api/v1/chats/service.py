"""Chats that have been answered: read, listed, deleted."""

from typing import Any

from api.db.tx import TenantSession
from api.http.pagination import paged
from api.v1.chats.model import ChatRow
from api.v1.chats.read import chat_body
from api.v1.chats.repo import Chats
from api.v1.chats.schemas import ChatQuery
from api.v1.text.filters import among
from api.v1.text.telling import tell_of_chat

Json = dict[str, Any]


class ChatService:
    """Chats of the organisation the database session was opened for."""

    def __init__(self, db: TenantSession) -> None:
        self._db, self._chats = db, Chats(db, db.org_id)

    def get(self, id: str) -> Json:
        """Raises NotFound, like `delete`."""
        return chat_body(self._chats.show(id))

    def list(self, query: ChatQuery) -> Json:
        """One page."""
        where = [
            *among(ChatRow.id, query.id, query.id_any),
            *among(ChatRow.assistant_id, query.assistant_id, query.assistant_id_any),
            *among(ChatRow.squad_id, query.squad_id),
            *among(ChatRow.session_id, query.session_id),
            *among(ChatRow.previous_chat_id, query.previous_chat_id),
        ]
        return paged(self._chats, query, chat_body, *where)

    def delete(self, id: str) -> Json:
        """What it was. What it cost stays, and so does what was said in its session."""
        row = self._chats.delete(id)
        shown = chat_body(row)
        tell_of_chat(self._db, row, "chat.deleted", shown)
        return shown
