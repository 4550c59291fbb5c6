"""Lists in Vapi's envelope: by page, by cursor, and what cannot be asked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from sqlmodel import col

from api.db import paging
from api.db.tx import TenantSession, transaction
from api.http.pagination import PageQuery, paged
from api.v1.assistants.model import AssistantRow
from api.v1.assistants.repo import Assistants
from tests.api.world import Org, SetClock
from voice_engine.kernel.errors import BadRequest


@pytest.fixture
def session(app: FastAPI, org: Org, clock: SetClock) -> Iterator[TenantSession]:
    """An organisation with the assistants 0 … 6, a second apart, 3 and 4 at the same moment."""
    with transaction(app.state.wiring.engine, org.id, clock=clock) as session:
        for number in range(7):
            Assistants(session, org.id).put(name=str(number), config={}, sealed={})
            clock.advance(0 if number == 3 else 1)
        yield session


def page(session: TenantSession, *where: Any, **query: Any) -> tuple[str, dict[str, Any]]:
    """The names of a page in one text, and its metadata."""
    asked = PageQuery.model_validate(query)
    found = paged(Assistants(session, session.org_id), asked, lambda row: {"name": row.name}, *where)
    return "".join(row["name"] for row in found["results"]), found["metadata"]


def refused(session: TenantSession, **query: Any) -> str:
    with pytest.raises(BadRequest) as caught:
        page(session, **query)
    return caught.value.code


def test_the_newest_come_first_with_what_is_left(session: TenantSession):
    names, metadata = page(session, limit=2)

    assert names == "65"
    cursor = metadata.pop("nextCursor")
    assert cursor
    assert metadata == {
        "itemsPerPage": 2, "totalItems": 7, "currentPage": 1, "totalPages": 4, "hasNextPage": True,
        "sortOrder": "DESC",
    }  # fmt: skip


def test_pages_and_cursors_lead_through_the_same_rows(session: TenantSession):
    by_page = [page(session, limit=3, page=number)[0] for number in (1, 2, 3, 4)]
    by_cursor, metadata = [], {"nextCursor": None}
    while "nextCursor" in metadata:
        names, metadata = page(session, limit=3, cursor=metadata["nextCursor"])
        by_cursor.append(names)

    assert "".join(by_page) == "".join(by_cursor)
    assert sorted("".join(by_page)) == list("0123456")
    assert [len(names) for names in by_page] == [3, 3, 1, 0]


def test_a_cursor_neither_repeats_nor_skips_when_rows_are_added(session: TenantSession):
    first, metadata = page(session, limit=4)
    Assistants(session, session.org_id).put(name="x", config={}, sealed={})
    second, _ = page(session, limit=4, cursor=metadata["nextCursor"])

    assert sorted(first + second) == list("0123456")


def test_the_oldest_come_first_if_asked(session: TenantSession):
    first, metadata = page(session, limit=2, sortOrder="ASC")
    second, _ = page(session, limit=1, sortOrder="ASC", cursor=metadata["nextCursor"])

    assert (first, second) == ("01", "2")


def test_bounds_and_filters_narrow_the_rows_and_their_number(session: TenantSession):
    since = datetime(2026, 11, 20, 12, 0, 2, tzinfo=UTC)
    names, metadata = page(session, createdAtGe=since)
    some, filtered = page(session, col(AssistantRow.name).in_(list("135")), limit=2)

    assert (set(names), metadata["totalItems"]) == (set("23456"), 5)
    assert metadata["createdAtGe"] == "2026-11-20T12:00:02.000Z"
    assert (some, filtered["totalItems"], filtered["totalPages"]) == ("53", 3, 2)


def test_no_rows_and_no_limit_are_pages_too(session: TenantSession):
    nothing, empty = page(session, col(AssistantRow.name) == "no such")
    unlimited, none = page(session, limit=0)

    assert (nothing, empty["totalItems"], empty["totalPages"], empty["hasNextPage"]) == ("", 0, 0, False)
    assert (unlimited, none["totalItems"], none["totalPages"]) == ("", 7, 0)
    assert "nextCursor" not in none


def test_a_page_too_deep_asks_for_the_cursor(session: TenantSession):
    assert page(session, limit=1000, page=10)[0] == ""
    assert refused(session, limit=1000, page=11) == "page_too_deep"


def cursor_of(*parts: Any) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(orjson.dumps(parts)).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "é", "W10", cursor_of("createdAt", "ASC", "2026-11-20T12:00:00Z", "a"),
        cursor_of("createdAt", "DESC", "2026-11-20T12:00:00", "a"), cursor_of("createdAt", "DESC", 5, "a"),
        cursor_of("createdAt", "DESC", "0001-01-01T00:00:00+14:00", "a"),
        cursor_of("createdAt", "DESC", "2026-11-20T12:00:00Z", "a\0"),
        cursor_of("createdAt", "DESC", "2026-11-20T12:00:00Z", 7), cursor_of("cost", "DESC", 1, "a"),
    ],
)  # fmt: skip
def test_what_is_no_cursor_of_this_list_is_refused(session: TenantSession, cursor: str):
    assert refused(session, cursor=cursor) == "cursor_malformed"


def test_large_counts_are_remembered_for_a_minute(
    session: TenantSession, clock: SetClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(paging, "REACHABLE", 3)
    before = page(session, limit=1)[1]["totalItems"]
    Assistants(session, session.org_id).put(name="x", config={}, sealed={})
    clock.advance(59)
    soon = page(session, limit=1)[1]["totalItems"]
    clock.advance(2)
    later = page(session, limit=1)[1]["totalItems"]

    assert (before, soon, later) == (7, 7, 8)


def test_nobody_sees_or_counts_another_organisation(session: TenantSession, app: FastAPI, other_org: Org):
    with transaction(app.state.wiring.engine, other_org.id) as theirs:
        assert page(theirs)[1]["totalItems"] == 0
