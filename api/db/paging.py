"""One page of a list with its total: by number, or from where the last page ended.

A page by number costs as many rows as lie before it, so only the first 10,000 rows can be reached that way;
a cursor costs the same everywhere. Counting costs a look at every row: up to 10,000 are counted each time,
what is more than that is remembered for a minute.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from api.db.repo import Bound, Column, Repo, compared
from api.db.table import Row

R = TypeVar("R", bound=Row)
Order = Literal["ASC", "DESC"]
Value = datetime | int | float

REACHABLE = 10_000  # rows: offsets beyond it are refused, counts beyond it are remembered
_REMEMBERED_S = 60.0
_REMEMBERED = 1_000  # counts


@dataclass(frozen=True, slots=True)
class Slice:
    """Which page: `limit` rows after `skip` of them, or after the row that `after` names by (value, id).

    `by` is the column or expression it is sorted by, never null; None = created_at.
    """

    limit: int = 100
    skip: int = 0
    after: tuple[Value, str] | None = None
    order: Order = "DESC"
    by: Any = None
    columns: Sequence[Any] = ()  # only these (id among them); none named: all
    counted: bool = True  # else the total is 0
    bounds: tuple[tuple[Column, Bound, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """The rows (records: attributes, not tracked), what comes after them, and how many there are in all."""

    rows: Sequence[R]
    total: int
    more: bool
    last: tuple[Value, str] | None


def page_of(repo: Repo[R], wanted: Slice, *where: ColumnElement[bool]) -> Found[R]:
    """The rows of the organisation that satisfy `where` in that slice, and their number without it."""
    row = repo.row
    conditions = [row.org_id == repo.org_id, *where]
    conditions += [compared(getattr(row, column), bound, moment) for column, bound, moment in wanted.bounds]
    found = repo.session.execute(_statement(row, wanted, conditions)).all()
    shown = found[: wanted.limit]
    last = (shown[-1].sorted_by, shown[-1].id) if shown else None
    known = len(found) if _is_whole(wanted, found) else None
    total = _total(repo, conditions, known) if wanted.counted else 0
    rows: Sequence[Any] = shown
    return Found(rows, total, len(found) > wanted.limit, last)


def _statement(row: Any, wanted: Slice, conditions: Sequence[Any]) -> Select[Any]:
    by = row.created_at if wanted.by is None else wanted.by
    statement = select(*(wanted.columns or row.__table__.columns), by.label("sorted_by")).where(*conditions)
    if wanted.after is not None:
        here, there = tuple_(by, row.id), tuple_(literal(wanted.after[0], by.type), literal(wanted.after[1]))
        statement = statement.where(here < there if wanted.order == "DESC" else here > there)
    direction: Callable[[Any], Any] = (lambda c: c.desc()) if wanted.order == "DESC" else (lambda c: c.asc())
    ordered = statement.order_by(direction(by), direction(row.id))
    return ordered.offset(wanted.skip or None).limit(wanted.limit + 1)


def _is_whole(wanted: Slice, found: Sequence[Any]) -> bool:
    """Whether there is nothing before and nothing after what was found: then it is counted already."""
    return wanted.after is None and not wanted.skip and len(found) <= wanted.limit


def _total(repo: Repo[Any], conditions: Sequence[Any], known: int | None) -> int:
    if known is not None:
        return known
    whole = select(func.count()).select_from(repo.row).where(*conditions)
    key, now = _key(whole), repo.session.clock.now()
    remembered = _counts.find(key, now)
    if remembered is not None:
        return remembered
    some = select(repo.row.id).where(*conditions).limit(REACHABLE + 1).subquery()
    counted = int(repo.session.execute(select(func.count()).select_from(some)).scalar_one())
    if counted > REACHABLE:
        counted = int(repo.session.execute(whole).scalar_one())
        _counts.keep(key, now, counted)
    return counted


def _key(statement: Select[Any]) -> tuple[str, str]:
    compiled = statement.compile()
    return str(compiled), repr(sorted(compiled.params.items()))


class _Counts:
    """Large counts, by what was counted (the organisation is a part of it)."""

    def __init__(self) -> None:
        self._known: OrderedDict[Any, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Any, now: float) -> int | None:
        """The count, if it is fresh."""
        with self._lock:
            at, total = self._known.get(key, (float("-inf"), 0))
        return total if 0 <= now - at < _REMEMBERED_S else None

    def keep(self, key: Any, now: float, total: int) -> None:
        """Remember it."""
        with self._lock:
            self._known[key] = now, total
            self._known.move_to_end(key)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


_counts = _Counts()
