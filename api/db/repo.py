"""Rows of one organisation. A repository that was opened for an organisation cannot name another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, Literal, TypeVar

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from api.db.table import Row
from api.db.tx import TenantSession
from voice_engine.kernel.errors import NotFound

R = TypeVar("R", bound=Row)
Column = Literal["created_at", "updated_at"]
Bound = Literal["gt", "ge", "lt", "le"]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: at most `limit` rows within the bounds, newest first."""

    limit: int = 100
    bounds: tuple[tuple[Column, Bound, datetime], ...] = ()


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
        if row is None:
            raise self._missing(id)
        return row

    def lock(self, id: str) -> R:
        """`get`, fresh, and nobody else changes the row until this transaction ends."""
        statement = self.select().where(self.row.id == id).with_for_update()
        row = self.session.exec(statement.execution_options(populate_existing=True)).first()
        if row is None:
            raise self._missing(id)
        return row

    def add(self, row: R) -> R:
        """Insert the row under this organisation; constraint violations surface here."""
        row.org_id = self.org_id
        self.session.insert(row)
        return row

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

    def delete(self, id: str) -> R:
        """Remove the row and return what it was."""
        row = self.get(id)
        self.session.delete(row)
        self.session.flush()
        return row

    def _missing(self, id: str) -> NotFound:
        code = f"{self.noun.lower().replace(' ', '_')}_not_found"
        return NotFound(code, f"There is no {self.noun} with the id {id!r} in this organisation.", id=id)

    def _bound(self, column: Column, bound: Bound, moment: datetime) -> Any:
        value = getattr(self.row, column)
        return {
            "gt": value > moment,
            "ge": value >= moment,
            "lt": value < moment,
            "le": value <= moment,
        }[bound]
