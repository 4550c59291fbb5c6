"""Calls as a file: CSV or JSON, streamed, however many there are."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field

from api.db.paging import Slice, page_of
from api.db.tx import TenantSession
from api.v1.calls.listing import SORTS, CallPageQuery, conditions
from api.v1.calls.repo import Calls
from voice_engine.kernel.errors import BadRequest

Json = dict[str, Any]
Open = Callable[[], TenantSession]

COLUMNS = (
    "id", "createdAt", "startedAt", "endedAt", "durationSeconds", "type", "status", "endedReason", "name",
    "assistantId", "squadId", "phoneNumberId", "customer.number", "customer.name", "cost", "transcript",
    "summary", "analysis.successEvaluation", "recordingUrl", "stereoRecordingUrl",
)  # fmt: skip
_AT_ONCE = 500
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s.()-]*$)")  # what a spreadsheet would run; numbers are none


def _columns(text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    wrong = next((name for name in names if not re.fullmatch(r"[A-Za-z][\w.]{0,80}", name)), None)
    if wrong is not None or len(names) > 50:
        raise ValueError("should be a comma list of at most 50 fields of a call, e.g. id,customer.number")
    return text


def _not_here(value: Any) -> Any:
    if value:
        raise ValueError("is not available: the file is streamed as the answer")
    return value


class CallExportQuery(CallPageQuery):
    """The filters of the list in pages; every call that satisfies them is exported."""

    format: Literal["csv", "json"] = Field("csv", description="default csv")
    columns: Annotated[str, Field(max_length=4000), AfterValidator(_columns)] | None = Field(
        None, description=f"comma list of fields; default {', '.join(COLUMNS)}"
    )
    async_: Annotated[bool, AfterValidator(_not_here)] = Field(
        False, alias="async", description="not available: false"
    )
    email: Annotated[str | None, AfterValidator(_not_here)] = Field(None, description="not available")

    @property
    def names(self) -> list[str]:
        """The fields to export."""
        return [name.strip() for name in self.columns.split(",")] if self.columns else [*COLUMNS]


def checked(query: CallExportQuery) -> CallExportQuery:
    """Raises BadRequest for what would only fail once the answer has begun."""
    if query.cursor is not None:
        raise BadRequest("cursor_not_taken", "cursor: an export has all pages; leave it out.", field="cursor")
    conditions(query)
    return query


def exported(query: CallExportQuery, open_session: Open, show: Callable[[Any], Json]) -> Iterator[bytes]:
    """The file in pieces; every 500 calls are a transaction of their own."""
    names = query.names
    if query.format == "json":
        yield b"["
        for number, call in enumerate(_calls(query, open_session, show)):
            yield (b",\n" if number else b"") + orjson.dumps({name: _at(call, name) for name in names})
        yield b"]\n"
        return
    yield b"\xef\xbb\xbf" + _line(names)  # the mark by which spreadsheets know UTF-8
    for call in _calls(query, open_session, show):
        yield _line([_cell(_at(call, name)) for name in names])


def _calls(query: CallExportQuery, open_session: Open, show: Callable[[Any], Json]) -> Iterator[Json]:
    by = SORTS.get(query.sort_by)
    wanted = Slice(_AT_ONCE, 0, None, query.sort_order, by, counted=False, bounds=query.window().bounds)
    while True:
        session = open_session()
        try:
            found = page_of(Calls(session, session.org_id), wanted, *conditions(query))
        finally:
            session.close()
        yield from map(show, found.rows)
        if not found.more:
            return
        wanted = replace(wanted, after=found.last)


def _at(call: Json, name: str) -> Any:
    found: Any = call
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return orjson.dumps(value).decode()
    return "'" + value if _FORMULA.match(value) else value


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
