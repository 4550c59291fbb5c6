"""The prices in force: those of prices.yaml, and what the operator has entered since.

Nothing is ever changed: an edit is a new row with the moment from which it holds, so a call of last month
costs what it cost last month.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from sqlalchemy import Connection, Engine, text

from api.db.tx import TenantSession
from api.v1.usage.rating import COMPONENTS, Price, PriceList, Rate, price_list, price_row, rate_row
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.ids import new_id

Json = dict[str, Any]
_READ = text("SELECT kind, row, valid_from FROM price_revisions ORDER BY valid_from DESC, id DESC")
_STAMP = "SELECT count(*), max(id) FROM price_revisions"
_WRITE = text(
    "INSERT INTO price_revisions (id, kind, row, valid_from, created_at)"
    " VALUES (:id, :kind, CAST(:row AS jsonb), :valid_from, :now)"
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A price or a rate as prices.yaml writes it, and the moment (aware) from which it holds."""

    kind: Literal["price", "rate"]
    row: Mapping[str, Any]
    valid_from: datetime


@cache
def printed() -> PriceList:
    """The content of prices.yaml; raises KeyError or ValueError naming what is wrong with it."""
    return price_list(
        yaml.safe_load(files("voice_engine.providers").joinpath("prices.yaml").read_text("utf-8"))
    )


_known: dict[tuple[int, str], PriceList] = {}


def prices(session: TenantSession) -> PriceList:
    """What holds, by moment. Read anew only when somebody has entered something."""
    count, newest = session.look(_STAMP, {})[0]
    if not count:
        return printed()
    stamp = (int(count), str(newest))
    if stamp not in _known:
        _known.clear()
        _known[stamp] = _combined(session.connection())
    return _known[stamp]


def all_prices(engine: Engine) -> PriceList:
    """The same for the operator's commands."""
    with engine.connect() as connection:
        return _combined(connection)


def enter(engine: Engine, revisions: Iterable[Revision], now: datetime) -> int:
    """Add revisions as the owner of the database; answers how many. Raises BadRequest naming a wrong one."""
    import orjson

    rows = list(revisions)
    parsed = [_parsed(revision) for revision in rows]
    with engine.begin() as connection:
        _refuse_unusable(parsed, _combined(connection))
        for revision in rows:
            values = {
                "id": new_id(),
                "kind": revision.kind,
                "row": orjson.dumps(dict(revision.row), default=str).decode(),
                "valid_from": revision.valid_from,
                "now": now,
            }
            connection.execute(_WRITE, values)
    return len(rows)


def _refuse_unusable(entered: Iterable[Price | Rate], known: PriceList) -> None:
    """Raise BadRequest for a price that would stop the rating of every call, or that no call would find."""
    entered = list(entered)
    rates = (*(each for each in entered if isinstance(each, Rate)), *known.rates)
    for price in (each for each in entered if isinstance(each, Price)):
        if price.component not in COMPONENTS:
            message = f"There is no component {price.component!r}; one of {', '.join(COMPONENTS)}."
            raise BadRequest("price_wrong", message)
        try:
            PriceList((), rates).exchange(price.currency, price.valid_from)
        except KeyError:
            message = f"No rate from {price.currency} holds then: enter it first (yingda prices rate)."
            raise BadRequest("price_wrong", message) from None


def _combined(connection: Connection) -> PriceList:
    entered = [Revision(kind, row, valid_from) for kind, row, valid_from in connection.execute(_READ)]
    parsed = [_parsed(revision) for revision in entered]
    base = printed()
    return PriceList(
        (*(p for p in parsed if isinstance(p, Price)), *base.prices),
        (*(r for r in parsed if isinstance(r, Rate)), *base.rates),
    )


def _parsed(revision: Revision) -> Price | Rate:
    read = price_row if revision.kind == "price" else rate_row
    try:
        return read(revision.row, revision.valid_from)
    except KeyError as error:
        raise BadRequest("price_incomplete", f"A {revision.kind} needs the field {error}.") from error
    except (ValueError, ArithmeticError, TypeError) as error:
        raise BadRequest("price_wrong", f"A {revision.kind} is wrong: {error}.") from error
