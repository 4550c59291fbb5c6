"""One transaction, one organisation.

Every statement of a `TenantSession` runs in a transaction whose `app.org_id` is that organisation;
PostgreSQL's row-level security shows nothing else. The transaction begins with the first statement, so a
session nobody uses costs nothing.

A session may begin without the ORM: `look` and `insert` then send what begins the transaction together with
the statement, in one round trip. The ORM joins that transaction as soon as it is needed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event, exc
from sqlalchemy.orm import SessionTransaction, make_transient_to_detached
from sqlmodel import Session

from api.db.plain import dumps, plain
from api.db.table import Row
from voice_engine.kernel import log
from voice_engine.kernel.clock import Clock, SystemClock
from voice_engine.kernel.errors import Conflict
from voice_engine.kernel.ids import is_id

_log = log.get("db")
_Rows = list[tuple[Any, ...]]
Look = tuple[str, Mapping[str, Any]]
"""A SELECT with `%(name)s` placeholders, and their values."""


class TenantSession(Session):
    """A session that sees one organisation. `after_commit` runs functions once the rows are safe."""

    def __init__(self, engine: Engine, org_id: str, clock: Clock) -> None:
        if not is_id(org_id):
            raise ValueError("a session needs the id of its organisation")
        super().__init__(engine, expire_on_commit=False)
        self.org_id = org_id
        self.clock = clock
        self._engine = engine
        self._own: Connection | None = None  # taken without the ORM
        self._afterwards: list[Callable[[], None]] = []
        self._last: Look | None = None
        self._held: Look | None = None  # an INSERT that goes with whatever is sent next
        self._ahead: dict[str, tuple[Mapping[str, Any], _Rows]] = {}
        self.target = ""  # id of the row the request is about
        self.expected: frozenset[int] | None = None  # the versions of it that the caller will write to
        self.subject: Any = None  # the row itself, once it has been seen

    def now(self) -> datetime:
        """The wall clock, cut to milliseconds."""
        wall = self.clock.wall()
        return wall.replace(microsecond=wall.microsecond // 1000 * 1000)

    # ── without the ORM ──────────────────────────────────────────────────────────────────────────────

    def look(self, query: str, values: Mapping[str, Any]) -> _Rows:
        """The rows of one SELECT with `%(name)s` placeholders.

        If nothing has begun the transaction yet, the statement is a transaction of its own.
        """
        wanted, rows = self._ahead.pop(query, (None, []))
        return rows if wanted == values else self._send(query, values, begin="")

    def ahead(self, *looks: Look) -> None:
        """Send several looks, each with a query of its own, in one round trip: each `look` has it then."""
        if self.in_transaction():
            return
        raw = _raw(self._owned())
        if raw.pgconn.transaction_status != TransactionStatus.IDLE:
            return
        cursor = psycopg.ClientCursor(raw)
        queries = "; ".join(cursor.mogrify(query, values) for query, values in looks)
        try:
            cursor.execute(cursor.mogrify(f"{_TENANT}; ", {"tenant": self.org_id}) + queries)
            for query, values in looks:
                cursor.nextset()
                self._ahead[query] = (values, cursor.fetchall())
        except psycopg.Error as error:
            raise _wrapped(error, self._owned(), queries) from error

    def insert(self, row: Row) -> None:
        """Write a new row now, after what waits to be flushed. It is then like a row that was read."""
        row.created_at = row.updated_at = self.now()
        table = plain(row.__class__.__table__)  # type: ignore[attr-defined]
        self._send(table.insert, table.bound({key: getattr(row, key) for key in table.columns}))
        make_transient_to_detached(row)
        self.add(row)

    def insert_values(self, kind: type[Row], values: Mapping[str, Any]) -> Any:
        """`insert` for a row that this transaction only shows: the record of it. Defaults are filled in."""
        now = self.now()
        table = plain(kind.__table__)  # type: ignore[attr-defined]
        whole = {**_defaults(kind)(), **values, "created_at": now, "updated_at": now}
        self._send(table.insert, table.bound(whole))
        return table.record(**whole)

    def insert_last(self, kind: type[Row], values: Mapping[str, Any]) -> Any:
        """`insert_values` where nothing is to follow but the COMMIT, with which it is sent."""
        now = self.now()
        table = plain(kind.__table__)  # type: ignore[attr-defined]
        whole = {**_defaults(kind)(), **values, "created_at": now, "updated_at": now}
        self._held = (table.insert_whole, {"row": dumps(whole).decode()})
        return table.record(**whole)

    def _send_held(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._send(*held)

    def _send(self, query: str, values: Mapping[str, Any], *, begin: str = "BEGIN; ") -> _Rows:
        self._send_held()
        if self.in_transaction():
            self.flush()
            connection = self.connection()
        else:
            connection = self._owned()
        raw = _raw(connection)
        try:
            if raw.pgconn.transaction_status == TransactionStatus.IDLE:
                cursor: Any = psycopg.ClientCursor(raw)  # only it can send several statements at once
                cursor.execute(f"{begin}{_TENANT}; {query}", {**values, "tenant": self.org_id})
                while cursor.nextset():
                    pass
            else:
                cursor = raw.execute(query, values)
            return cursor.fetchall() if cursor.pgresult.nfields else []
        except psycopg.Error as error:
            raise _wrapped(error, connection, query) from error

    def _owned(self) -> Connection:
        if self._own is None:
            self._own = self._engine.connect()
        return self._own

    def _let_go(self, end: Callable[["psycopg.Connection[Any]"], None]) -> None:
        own, self._own = self._own, None
        if own is None:
            return
        try:
            if not own.invalidated and not own.closed:
                end(_raw(own))
        except psycopg.Error as error:
            raise _wrapped(error, own, "COMMIT") from error
        finally:
            own.close()

    # ── with it ──────────────────────────────────────────────────────────────────────────────────────

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        return self._own or super().get_bind(*args, **options)

    def saw(self, row: Any) -> None:
        """Notes the row the request is about; Conflict unless it is of a version the caller expected."""
        if row.id != self.target:
            return
        self.subject = row
        if self.expected is not None and row.version not in self.expected:
            wanted = ", ".join(map(str, sorted(self.expected)))
            message = f"This is version {row.version} now, not {wanted}: read it again and change that."
            raise Conflict("version_conflict", message, current=row.version)

    def at_commit(self, query: str, values: Mapping[str, Any]) -> None:
        """The last statement of the transaction, sent with the COMMIT in one round trip."""
        self._last = (query, values)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` after this transaction commits; never if it does not."""
        self._afterwards.append(action)

    def commit(self) -> None:
        if self._last is not None:
            self._send_last(*self._last)
        self._send_held()
        if self.in_transaction():
            super().commit()
        self._let_go(psycopg.Connection.commit)
        actions, self._afterwards = self._afterwards, []
        for action in actions:
            try:
                action()
            except Exception:  # noqa: BLE001 - boundary: the rows are committed, the answer must say so
                _log.warning("after_commit_failed", exc_info=True)

    def _send_last(self, query: str, values: Mapping[str, Any]) -> None:
        self._last = None
        held, self._held = self._held, None
        if self.in_transaction():
            self.flush()
            connection = self.connection()
        else:
            connection = self._owned()
        raw = _raw(connection)
        idle = raw.pgconn.transaction_status == TransactionStatus.IDLE
        cursor = psycopg.ClientCursor(raw)
        begin = cursor.mogrify(f"BEGIN; {_TENANT}; ", {"tenant": self.org_id}) if idle else ""
        first = f"{cursor.mogrify(*held)}; " if held else ""
        try:
            cursor.execute(f"{begin}{first}{cursor.mogrify(query, values)}; COMMIT")
        except psycopg.Error as error:
            raise _wrapped(error, connection, query) from error

    def rollback(self) -> None:
        self._afterwards.clear()
        self._last = self._held = None
        if self.in_transaction():
            super().rollback()
        self._let_go(psycopg.Connection.rollback)

    def close(self) -> None:
        super().close()
        self._let_go(psycopg.Connection.rollback)


@contextmanager
def transaction(engine: Engine, org_id: str, *, clock: Clock | None = None) -> Iterator[TenantSession]:
    """One transaction in `org_id`: committed at the end, rolled back on any error."""
    session = TenantSession(engine, org_id, clock or SystemClock())
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _wrapped(error: psycopg.Error, connection: Connection, query: str) -> exc.DBAPIError:
    """The same as SQLAlchemy would raise it; a lost connection does not go back to the pool."""
    lost = _raw(connection).closed
    if lost:
        connection.invalidate(error)
    wrapped: Any = exc.DBAPIError.instance(query, None, error, psycopg.Error, connection_invalidated=lost)
    return wrapped


@cache
def _defaults(kind: type[Row]) -> Callable[[], dict[str, Any]]:
    """Makes the values of the columns that have a default."""
    fields = {name: field for name, field in kind.model_fields.items() if not field.is_required()}
    fixed = {name: field.default for name, field in fields.items() if field.default_factory is None}
    made: dict[str, Any] = {name: f.default_factory for name, f in fields.items() if f.default_factory}
    return lambda: {**fixed, **{name: make() for name, make in made.items()}}


@event.listens_for(TenantSession, "after_begin")
def _begin(session: TenantSession, transaction: SessionTransaction, connection: Connection) -> None:
    raw = _raw(connection)
    if transaction.nested or raw.pgconn.transaction_status != TransactionStatus.IDLE:
        return
    try:
        raw.execute(f"BEGIN; SELECT set_config('app.org_id', '{session.org_id}', true)", prepare=False)
        if session._held is not None:
            held, session._held = session._held, None
            raw.execute(*held)
    except psycopg.OperationalError as error:
        raise _wrapped(error, connection, "BEGIN") from error


@event.listens_for(TenantSession, "before_flush")
def _stamp(session: TenantSession, _context: Any, _instances: Any) -> None:
    now = session.now()
    for row in session.new:
        if isinstance(row, Row):
            row.created_at = row.updated_at = now
    for row in session.dirty:
        if isinstance(row, Row) and session.is_modified(row):
            row.updated_at = now
            row.version += 1


_TENANT = "SELECT set_config('app.org_id', %(tenant)s, true)"
