"""Lists in Vapi's envelope: `{results, metadata}`, by page number or by cursor.

class CallPageQuery(PageQuery): …                      # filters of its own
def list(query: Annotated[CallPageQuery, Query()], …):
    return json_answer(paged(Calls(db, db.org_id), query, show, *where))
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

import orjson
from pydantic import Field
from sqlalchemy import ColumnElement

from api.db.paging import REACHABLE, Found, Slice, Value, page_of
from api.db.repo import Repo
from api.db.table import Row
from api.http.pages import ListQuery
from api.http.schema import Answer
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Json = dict[str, Any]


class PageQuery(ListQuery):
    """Extend it where a list has filters, or more than `createdAt` to sort by."""

    page: int = Field(1, ge=1, le=REACHABLE, description="which page, from 1; only the first 10,000 rows")
    sort_order: Literal["ASC", "DESC"] = Field("DESC", description="DESC: newest, longest, dearest first")
    sort_by: Literal["createdAt"] = Field("createdAt", description="what it is sorted by")
    cursor: str | None = Field(
        None, max_length=500, description="metadata.nextCursor of the page before; however deep, page is not"
    )


class PageMetadata(Answer):
    """Where a page stands in its list."""

    items_per_page: int = Field(description="the limit")
    total_items: int = Field(description="rows in all; beyond 10,000 up to a minute old")
    current_page: int = Field(description="the page that was asked for, from 1")
    total_pages: int = Field(description="pages in all at this limit")
    has_next_page: bool = Field(description="whether there is more")
    next_cursor: str | None = Field(None, description="for cursor: the page after this one")
    sort_order: Literal["ASC", "DESC"] = Field(description="as asked for")
    created_at_ge: str | None = Field(None, description="as asked for")
    created_at_le: str | None = Field(None, description="as asked for")


class Paged(Answer, Generic[T]):
    """One page of a list."""

    results: list[T] = Field(description="the rows of this page")
    metadata: PageMetadata = Field(description="where it stands in the list")


def paged(
    repo: Repo[R],
    query: PageQuery,
    show: Callable[[R], Json],
    *where: ColumnElement[bool],
    sorts: Mapping[str, Any] | None = None,
    columns: Sequence[Any] = (),
) -> Json:
    """The page that `query` asks for, of the rows that satisfy `where`, each as `show` gives it.

    `sorts` names the columns behind every `sortBy` but createdAt; `columns` are those `show` needs, if not
    all. Raises BadRequest for a cursor of another
    list, and for a page too deep.
    """
    by = None if query.sort_by == "createdAt" else (sorts or {})[query.sort_by]
    found = page_of(repo, replace(_slice(query, by), columns=columns), *where)
    return {"results": [show(row) for row in found.rows], "metadata": _metadata(query, found)}


def _slice(query: PageQuery, by: Any) -> Slice:
    bounds = query.window().bounds
    if query.cursor is not None:
        return Slice(query.limit, 0, _place(query), query.sort_order, by, bounds=bounds)
    skip = (query.page - 1) * query.limit
    if skip + query.limit > REACHABLE and skip:
        message = (
            f"page: only the first {REACHABLE} rows can be reached by page; go on with cursor = "
            "metadata.nextCursor, or narrow the list by createdAtLe and createdAtGe."
        )
        raise BadRequest("page_too_deep", message, field="page")
    return Slice(query.limit, skip, None, query.sort_order, by, bounds=bounds)


def _metadata(query: PageQuery, found: Found[Any]) -> Json:
    metadata = {
        "itemsPerPage": query.limit,
        "totalItems": found.total,
        "currentPage": query.page,
        "totalPages": -(-found.total // query.limit) if query.limit else 0,
        "hasNextPage": found.more,
        "nextCursor": _cursor(query, *found.last) if found.more and found.last else None,
        "sortOrder": query.sort_order,
        "createdAtGe": iso(query.created_at_ge) if query.created_at_ge else None,
        "createdAtLe": iso(query.created_at_le) if query.created_at_le else None,
    }
    return {key: value for key, value in metadata.items() if value is not None}


def _cursor(query: PageQuery, value: Value, id: str) -> str:
    shown = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(orjson.dumps([query.sort_by, query.sort_order, shown, id])).decode().rstrip("=")


def _place(query: PageQuery) -> tuple[Value, str]:
    """Behind which row the page begins; raises BadRequest."""
    text = query.cursor or ""
    try:
        by, order, value, id = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if (by, order) != (query.sort_by, query.sort_order) or not isinstance(id, str) or "\0" in id:
            raise ValueError("it belongs to another list")
        return _value(by, value), id
    except (ValueError, TypeError, NotBase64) as error:
        message = (
            "cursor: this is not a cursor of this list; use metadata.nextCursor as it was given, with "
            "the same sortBy and sortOrder, or leave it out to begin anew."
        )
        raise BadRequest("cursor_malformed", message, field="cursor") from error


def _value(by: str, value: Any) -> Value:
    if by == "createdAt":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or not 1970 <= moment.year <= 9998:
            raise ValueError("not a time of ours")
        return moment
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 2**62:
        raise ValueError("not a number")
    return value
