"""The rules of sessions."""

from datetime import timedelta
from typing import Any

from pydantic.alias_generators import to_camel

from api.db.tx import TenantSession
from api.http.caller import Caller
from api.http.pagination import paged
from api.v1.assistants.compile import Defaults
from api.v1.sessions.model import SessionRow
from api.v1.sessions.read import session_body
from api.v1.sessions.repo import SessionMessages, Sessions, refuse_while_busy
from api.v1.sessions.schemas import CreateSession, SessionQuery, UpdateSession
from api.v1.text.filters import among
from api.v1.text.messages import taken
from api.v1.text.occasion import occasion
from api.v1.text.party import Parties, Party
from api.v1.text.telling import tell_of_session
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.ids import new_id

Json = dict[str, Any]

SHOWN_MESSAGES = 1000
EXPIRES_AFTER = 86_400  # s


class SessionService:
    """Sessions of the organisation the database session was opened for."""

    def __init__(self, db: TenantSession, parties: Parties, defaults: Defaults) -> None:
        self._db, self._parties, self._defaults = db, parties, defaults
        self._sessions, self._messages = Sessions(db, db.org_id), SessionMessages(db, db.org_id)

    def create(self, body: CreateSession, caller: Caller) -> Json:
        """A new session; raises BadRequest, Forbidden and NotFound if nobody can answer in it."""
        party = self._parties.taken(body, caller)
        customer = body.customer.given() if body.customer else None
        values = opening(self._db, party, body.expiration_seconds, customer)
        compiled = self._parties.compiled(
            party,
            occasion(
                self._db,
                call_id=values["id"],
                session_id=values["id"],
                defaults=self._defaults,
                customer=customer,
                guarded=party.guarded,
            ),
        )
        told: Json = {"server": compiled.server, "server_messages": compiled.server_messages}
        status = body.status or "active"
        row = self._sessions.add(SessionRow(**values, **told, name=body.name, status=status))
        self._messages.append(row, taken(body.messages or (), self._now_ms()))
        shown = self._shown(row)
        tell_of_session(self._db, row, "session.created", shown)
        return shown

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return self._shown(self._sessions.get(id))

    def list(self, query: SessionQuery) -> Json:
        """One page."""
        where = [
            *among(SessionRow.id, query.id, query.id_any),
            *among(SessionRow.name, query.name),
            *among(SessionRow.assistant_id, query.assistant_id, query.assistant_id_any),
            *among(SessionRow.squad_id, query.squad_id),
        ]
        page = paged(self._sessions, query, lambda row: {"row": row}, *where)
        rows = [found["row"] for found in page["results"]]
        said = self._messages.of([row.id for row in rows], SHOWN_MESSAGES)
        return page | {"results": [session_body(row, said.get(row.id, [])) for row in rows]}

    def update(self, id: str, body: UpdateSession) -> Json:
        """The named fields replaced. Raises Conflict while a message is being answered."""
        row = self._sessions.lock(id)
        refuse_while_busy(row, self._db.now())
        changed = _changed(body)
        if "expiration_seconds" in changed:
            changed["expires_at"] = self._db.now() + timedelta(seconds=changed["expiration_seconds"])
        if body.messages is not None or "messages" in body.cleared:
            self._messages.forget(id)
            changed |= {"last_seq": 0, "state": {**row.state, "since": 0}}
        row = self._sessions.change(row, **changed)
        self._messages.append(row, taken(body.messages or (), self._now_ms()))
        shown = self._shown(row)
        tell_of_session(self._db, row, "session.updated", shown)
        return shown

    def delete(self, id: str) -> Json:
        """What it was. Its chats and messages go with it, its calls stay."""
        row = self._sessions.lock(id)
        shown = self._shown(row)
        tell_of_session(self._db, row, "session.deleted", shown)
        self._sessions.delete(id)
        return shown

    def _shown(self, row: SessionRow) -> Json:
        said = self._messages.of([row.id], SHOWN_MESSAGES)
        return session_body(row, said.get(row.id, []))

    def _now_ms(self) -> int:
        return epoch_ms(self._db.now())


def opening(db: TenantSession, party: Party, expires_after: int | None, customer: Json | None) -> Json:
    """The columns of a new session."""
    seconds = expires_after or EXPIRES_AFTER
    expires_at = db.now() + timedelta(seconds=seconds)
    return {
        "id": new_id(),
        "org_id": db.org_id,
        **party.columns,
        "expiration_seconds": seconds,
        "expires_at": expires_at,
        "customer": customer or None,
    }


def _changed(body: UpdateSession) -> Json:
    """The columns that change; null is the default."""
    named = body.given().keys() | body.cleared
    values = {
        "name": body.name,
        "status": body.status or "active",
        "expiration_seconds": body.expiration_seconds or EXPIRES_AFTER,
    }
    return {column: value for column, value in values.items() if to_camel(column) in named}
