"""SQL for sessions and their messages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from api.db.repo import Repo
from api.v1.sessions.model import SessionMessageRow, SessionRow
from voice_engine.kernel.errors import BadRequest, Conflict

Json = dict[str, Any]


class Sessions(Repo[SessionRow]):
    """The sessions of one organisation."""

    row = SessionRow
    noun = "session"

    def usable(self, id: str) -> SessionRow:
        """The row, locked, if a message or a call may go on in it now; NotFound, BadRequest."""
        row = self.lock(id)
        if row.expires_at <= self.session.now():
            raise BadRequest("session_expired", "This session has expired; begin a new one.", id=id)
        if row.status != "active":
            message = "This session is completed; begin a new one, or set its status to active."
            raise BadRequest("session_completed", message, id=id)
        return row

    def claim(self, id: str, chat_id: str, for_s: float) -> SessionRow:
        """`usable` for this chat alone, at most so many seconds; Conflict while another is answered."""
        row, now = self.usable(id), self.session.now()
        refuse_while_busy(row, now)
        return self.extend(row, busy_with=chat_id, busy_until=now + timedelta(seconds=for_s))

    def let_go(self, id: str, chat_id: str) -> None:
        """The chat is not answered after all."""
        statement = self.select().where(SessionRow.id == id).with_for_update()
        row = self.session.exec(statement).first()
        if row is not None and row.busy_with == chat_id:
            self.change(row, busy_with=None, busy_until=None)

    def extend(self, row: SessionRow, **values: Any) -> SessionRow:
        """Change a row that was used: it lives on from now."""
        expires_at = self.session.now() + timedelta(seconds=row.expiration_seconds)
        return self.change(row, expires_at=expires_at, **values)


class SessionMessages(Repo[SessionMessageRow]):
    """The messages of sessions of one organisation, in order."""

    row = SessionMessageRow
    noun = "session message"

    def append(
        self,
        row: SessionRow,
        messages: Sequence[Json],
        *,
        chat_id: str | None = None,
        call_id: str | None = None,
    ) -> None:
        """Put messages at the end of a session whose row is locked."""
        now = self.session.now()
        for number, message in enumerate(messages, row.last_seq + 1):
            self.session.add(
                SessionMessageRow(
                    org_id=self.org_id, session_id=row.id, seq=number, chat_id=chat_id, call_id=call_id,
                    message=message, created_at=now, updated_at=now,
                )
            )  # fmt: skip
        row.last_seq += len(messages)
        self.session.flush()

    def last(self, session_id: str, most: int, since: int = 0) -> list[SessionMessageRow]:
        """The newest ones behind number `since`, in order."""
        here = self.select().where(SessionMessageRow.session_id == session_id, SessionMessageRow.seq > since)
        newest = self.session.exec(here.order_by(col(SessionMessageRow.seq).desc()).limit(most)).all()
        return list(reversed(newest))

    def of(self, session_ids: Sequence[str], most: int) -> dict[str, list[Json]]:
        """The messages of several sessions, by session; of each at most the last `most`."""
        columns = (SessionMessageRow.session_id, SessionMessageRow.message)
        ended = select(col(SessionRow.last_seq)).where(SessionRow.id == SessionMessageRow.session_id)
        statement = select(*columns).where(
            SessionMessageRow.org_id == self.org_id,
            col(SessionMessageRow.session_id).in_(session_ids),
            SessionMessageRow.seq > ended.scalar_subquery() - most,
        )
        ordered = statement.order_by(col(SessionMessageRow.session_id), col(SessionMessageRow.seq))
        found: dict[str, list[Json]] = defaultdict(list)
        for session_id, message in self.session.exec(ordered).all():
            found[session_id].append(dict(message))
        return found

    def has_call(self, session_id: str, call_id: str) -> bool:
        """Whether the call's messages are in the session already."""
        here = self.select().where(
            SessionMessageRow.session_id == session_id, SessionMessageRow.call_id == call_id
        )
        return self.session.exec(here.limit(1)).first() is not None

    def forget(self, session_id: str) -> None:
        """Remove all messages of a session."""
        mine = (col(self.row.org_id) == self.org_id, col(self.row.session_id) == session_id)
        self.session.connection().execute(delete(SessionMessageRow).where(*mine))


def refuse_while_busy(row: SessionRow, now: datetime) -> None:
    """Raise Conflict while a message is being answered."""
    if row.busy_until is not None and row.busy_until > now:
        message = "Another message of this session is being answered; send this one when it is done."
        raise Conflict("session_busy", message, id=row.id)
