"""Rows as plain records: read and inserted with SQL that was written once per table, without the ORM.

Hydrating and tracking a row costs several times what PostgreSQL's client needs to read it, and most rows are
only shown. A record has the row's columns as attributes; it is not tracked and cannot be changed.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import orjson
from psycopg.types.json import Jsonb
from sqlalchemy import JSON, Table

Json = Callable[[Any], Any]
dumps = partial(orjson.dumps, option=orjson.OPT_NON_STR_KEYS)


class Plain:
    """One table. Values of JSON columns are given and found as Python values."""

    def __init__(self, table: Table) -> None:
        columns = [column.key for column in table.columns]
        self.columns = columns
        self.record: Any = namedtuple(f"{table.name}_record", columns)  # type: ignore[misc]
        self._jsons = {c.key: _json(c.type.none_as_null) for c in table.columns if isinstance(c.type, JSON)}
        listed = ", ".join(columns)
        self.select = f"SELECT {listed} FROM {table.name} WHERE org_id = %(org)s"
        self.by_id = f"{self.select} AND id = %(id)s"
        places = ", ".join(f"%({column})s" for column in columns)
        # As one parameter: to write sixty into a statement costs as much as to insert them.
        record = f"json_populate_record(NULL::{table.name}, %(row)s)"
        self.insert_whole = f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {record}"
        self.insert = f"INSERT INTO {table.name} ({listed}) VALUES ({places})"

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of `insert`; `values` has every column."""
        bound = dict(values)
        for column, json in self._jsons.items():
            bound[column] = json(bound[column])
        return bound

    def records(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """What was selected, as records."""
        return [self.record._make(row) for row in rows]


@cache
def plain(table: Table) -> Plain:
    """The one for this table."""
    return Plain(table)


def _json(none_as_null: bool) -> Json:
    if none_as_null:
        return lambda value: None if value is None else Jsonb(value, dumps)
    return lambda value: Jsonb(value, dumps)
