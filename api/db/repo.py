"""Rows of one organisation. A repository that was opened for an organisation cannot name another."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, Literal, TypeVar

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from api.db.plain import plain
from api.db.table import Row
from api.db.tx import Look, TenantSession
from voice_engine.kernel.errors import BadRequest, NotFound
from voice_engine.kernel.ids import new_id

R = TypeVar("R", bound=Row)
Column = Literal["created_at", "updated_at"]
Bound = Literal["gt", "ge", "lt", "le"]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: at most `limit` rows within the bounds, newest first."""

    limit: int = 100
    bounds: tuple[tuple[Column, Bound, datetime], ...] = ()


_SIGNS: dict[Bound, str] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_COMPARISONS: dict[Bound, Callable[[Any, Any], Any]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def compared(column: Any, bound: Bound, value: Any) -> Any:
    """`column` within the bound, as a condition."""
    return _COMPARISONS[bound](column, value)


@cache
def _by_id(row: Any) -> SelectOfScalar[Any]:
    """Built once per table: building it costs a third of running it."""
    return select(row).where(row.org_id == bindparam("org"), row.id == bindparam("id"))


class Repo(Generic[R]):
    """`class Assistants(Repo[AssistantRow]): row = AssistantRow; noun = "assistant"`."""

    row: ClassVar[type[Any]]
    noun: ClassVar[str]

    def __init__(self, session: TenantSession, org_id: str) -> None:
        if session.org_id != org_id:
            raise ValueError("the session was opened for another organisation")
        self.session = session
        self.org_id = org_id

    def select(self) -> SelectOfScalar[R]:
        """The statement every other one starts from: this organisation's rows."""
        statement: SelectOfScalar[R] = select(self.row).where(self.row.org_id == self.org_id)
        return statement

    def find(self, id: str) -> R | None:
        """The row, or None if there is none or it is another organisation's."""
        by_id = _by_id(self.row)  # type: ignore[arg-type]
        found: R | None = self.session.exec(by_id, params={"org": self.org_id, "id": id}).first()
        return found

    def get(self, id: str) -> R:
        """The row; NotFound whether it is missing or foreign."""
        row = self.find(id)
        return self._there(row, id)

    def named(self, id: str, place: str) -> R:
        """The row that a body names at `place`; raises BadRequest, since the address is not what is wrong."""
        row = self.find(id)
        if row is None:
            message = f"{place}: there is no {self.noun} with the id {id!r} in this organisation."
            raise BadRequest(f"{self.noun.replace(' ', '_')}_not_found", message, field=place)
        return row

    def show(self, id: str) -> R:
        """`get` for a row that is only read: a record of the same attributes, at a fraction of the cost."""
        table = plain(self.row.__table__)
        found = self.session.look(*self.look_for(id))
        if not found:
            raise self.missing(id)
        record: R = table.record._make(found[0])
        return self._there(record, id)

    def look_for(self, id: str) -> Look:
        """What `show` will look for."""
        return plain(self.row.__table__).by_id, {"org": self.org_id, "id": id}

    def lock(self, id: str) -> R:
        """`get`, fresh, and nobody else changes the row until this transaction ends."""
        statement = self.select().where(self.row.id == id).with_for_update()
        row = self.session.exec(statement.execution_options(populate_existing=True)).first()
        return self._there(row, id)

    def add(self, row: R) -> R:
        """Insert the row under this organisation; constraint violations surface here."""
        row.org_id = self.org_id
        self.session.insert(row)
        return row

    def put(self, **values: Any) -> R:
        """`add` for a row that is only shown afterwards: a record, as `show` gives it."""
        values = {"id": new_id(), **values, "org_id": self.org_id}
        record: R = self.session.insert_values(self.row, values)
        return record

    def put_last(self, **values: Any) -> R:
        """`put` where nothing is to follow but the COMMIT: a violated constraint surfaces there."""
        values = {"id": new_id(), **values, "org_id": self.org_id}
        record: R = self.session.insert_last(self.row, values)
        return record

    def change(self, row: R, **values: Any) -> R:
        """Set columns of a row this repository gave; stamps `updated_at` and `version`."""
        for name, value in values.items():
            setattr(row, name, value)
        self.session.flush()
        return row

    def list(self, window: Window = Window(), *where: Any) -> Sequence[R]:
        """Rows in the window that also satisfy `where`, newest first."""
        statement = self.select().where(*where, *(self._bound(*bound) for bound in window.bounds))
        newest = statement.order_by(col(self.row.created_at).desc(), col(self.row.id).desc())
        return self.session.exec(newest.limit(window.limit)).all()

    def shown(self, window: Window = Window(), **equal: Any) -> Sequence[R]:
        """The records in the window whose columns are `equal`, newest first."""
        return plain(self.row.__table__).records(self.session.look(*self.look_through(window, **equal)))

    def look_through(self, window: Window = Window(), **equal: Any) -> Look:
        """What `shown` will look for."""
        table = plain(self.row.__table__)
        where = [f" AND {column} = %({column})s" for column in equal]
        bounds = {f"bound{index}": moment for index, (_, _, moment) in enumerate(window.bounds)}
        where += [
            f" AND {column} {_SIGNS[bound]} %({name})s"
            for name, (column, bound, _) in zip(bounds, window.bounds, strict=True)
        ]
        query = f"{table.select}{''.join(where)} ORDER BY created_at DESC, id DESC LIMIT %(limit)s"
        return query, {**equal, **bounds, "org": self.org_id, "limit": window.limit}

    def delete(self, id: str) -> R:
        """Remove the row and return what it was."""
        row = self.lock(id)
        self.session.delete(row)
        self.session.flush()
        return row

    def _there(self, row: R | None, id: str) -> R:
        """The row, if it is there and, should the request be about it, of the version the caller expects."""
        if row is None:
            raise self.missing(id)
        self.session.saw(row)
        return row

    def missing(self, id: str) -> NotFound:
        """What a caller is told of a row that is not there, or not for it."""
        code = f"{self.noun.lower().replace(' ', '_')}_not_found"
        return NotFound(code, f"There is no {self.noun} with the id {id!r} in this organisation.", id=id)

    def _bound(self, column: Column, bound: Bound, moment: datetime) -> Any:
        return compared(getattr(self.row, column), bound, moment)
