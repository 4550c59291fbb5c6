"""Lists, however many answers they take."""

from typing import Any

import pytest
from yingda._object import Object
from yingda._pages import Reading
from yingda.errors import YingdaError

pytestmark = pytest.mark.slow


class Row(Object):
    id: str


class Table:
    """A server's list of rows: (id, ms). `rows` are newest first, and lie between the milliseconds."""

    def __init__(self, *milliseconds: int) -> None:
        self.rows = [{"id": str(n), "createdAt": moment(ms)} for n, ms in enumerate(milliseconds)]
        self.asked: list[dict[str, Any]] = []

    def answer(self, question: dict[str, Any]) -> list[dict[str, str]]:
        self.asked.append(question)
        until = question.get("created_at_le")
        known = [row for row in self.rows if until is None or row["createdAt"] <= until.isoformat()]
        return known[: question["limit"]]


def moment(ms: int) -> str:
    return f"2026-11-20T12:00:00.{ms:03}000+00:00"


def read(table: Table, **given: Any) -> list[str]:
    reading, found = Reading(Row, given), list[str]()
    while (question := reading.question()) is not None:
        found += [row.id for row in reading.take(table.answer(question), question["limit"]).items]
    return found


def test_a_short_list_takes_one_answer():
    table = Table(9, 8, 7)

    assert read(table) == ["0", "1", "2"]
    assert len(table.asked) == 1


def test_a_long_list_is_read_to_its_end_without_a_row_twice():
    table = Table(*range(900, 100, -3))

    assert read(table) == [row["id"] for row in table.rows]
    assert len(table.asked) == 3


def test_rows_of_the_same_moment_are_all_read():
    table = Table(*[700] * 90, *[500] * 250, *[300] * 20)

    assert read(table) == [row["id"] for row in table.rows]


def test_a_limit_is_how_many_altogether():
    table = Table(*range(900, 100, -3))

    assert read(table, limit=150) == [row["id"] for row in table.rows[:150]]
    assert read(table, limit=0) == []


def test_a_thousand_rows_of_one_moment_are_refused_rather_than_read_for_ever():
    with pytest.raises(YingdaError, match="same createdAt"):
        read(Table(*[500] * 1100))


def test_filters_go_along():
    table = Table(9, 8)

    read(table, status="ended")

    assert table.asked == [{"status": "ended", "limit": 100}]


def test_pages_with_a_cursor_are_followed():
    reading = Reading(Row, {})
    answers = [
        {"results": [{"id": "1"}], "metadata": {"nextCursor": "c", "totalItems": 2}},
        {"results": [{"id": "2"}], "metadata": {"totalItems": 2}},
    ]

    first = reading.take(answers[0], 100)
    follows = reading.question()
    last = reading.take(answers[1], 100)

    assert (first.total, follows) == (2, {"cursor": "c", "limit": 100})
    assert ([row.id for row in last.items], reading.question()) == (["2"], None)


def test_pages_with_numbers_are_followed():
    reading = Reading(Row, {})

    reading.take({"results": [{"id": "1"}], "metadata": {"currentPage": 1, "hasNextPage": True}}, 100)

    assert reading.question() == {"page": 2, "limit": 100}
