"""Prices can be entered, hold from their moment, and never change what was rated before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from api.db.tx import transaction
from api.v1.usage.prices import Revision, enter, prices, printed
from api.v1.usage.rating import rated
from tests.api.world import Org
from voice_engine.kernel.errors import BadRequest

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_entered(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM price_revisions"))


def price(amount: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "mine", "component": "transcriber", "provider": "dashscope", "model": "paraformer-realtime-v2",
        "unit": "seconds", "per": 1, "price": amount, "currency": "CNY", "source": "contract 7",
        "as_of": "2026-11-20", **more,
    }  # fmt: skip


def cost(engine: Engine, org: Org, at: datetime, used: dict[str, float] | None = None) -> int:
    with transaction(engine, org.id) as session:
        found = prices(session)
    quantities = used or {"seconds": 100.0}
    return rated("transcriber", "dashscope", "paraformer-realtime-v2", quantities, at, found).cost_micros


def test_what_is_printed_holds_until_something_is_entered(engine: Engine, org: Org):
    assert cost(engine, org, NOON) == 24_000
    with transaction(engine, org.id) as session:
        assert prices(session) is printed()


def test_an_entered_price_holds_from_its_moment_on(engine: Engine, org: Org, owner: Engine):
    enter(owner, [Revision("price", price("0.0002"), LATER)], NOON)

    assert cost(engine, org, NOON) == 24_000
    assert cost(engine, org, LATER) == 20_000


def test_the_newest_of_several_holds_and_the_older_ones_stay(engine: Engine, org: Org, owner: Engine):
    enter(owner, [Revision("price", price("0.0002"), NOON)], NOON)
    enter(owner, [Revision("price", price("0.0001"), LATER)], NOON)
    enter(owner, [Revision("price", price("0.0003"), LATER)], NOON)

    assert cost(engine, org, NOON) == 20_000
    assert cost(engine, org, LATER) == 30_000


def test_a_rate_is_used_from_its_moment_on(engine: Engine, org: Org, owner: Engine):
    enter(owner, [Revision("price", price("0.0001", currency="USD"), NOON)], NOON)
    rate = {"id": "r", "from": "USD", "to": "CNY", "rate": "7", "source": "bank", "as_of": "2026-11-20"}
    enter(owner, [Revision("rate", rate, LATER)], NOON)

    assert cost(engine, org, NOON) == 71_000
    assert cost(engine, org, LATER) == 70_000


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"price": "a lot"}, "price_wrong"),
        ({"price": "-1"}, "price_wrong"),
        ({"price": 0.1}, "price_wrong"),
        ({"as_of": "yesterday"}, "price_wrong"),
        ({"per": 0}, "price_wrong"),
    ],
)
def test_a_wrong_price_enters_nothing(owner: Engine, wrong: dict[str, Any], told: str):
    revisions = [Revision("price", price("0.0001"), NOON), Revision("price", {**price("1"), **wrong}, NOON)]

    with pytest.raises(BadRequest) as refused:
        enter(owner, revisions, NOON)

    assert refused.value.code == told
    assert "<class" not in refused.value.message
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM price_revisions")).scalar_one() == 0


def test_an_organisation_reads_prices_and_cannot_write_them(engine: Engine, org: Org):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(engine, org.id) as session:
        session.connection().execute(text("DELETE FROM price_revisions"))


@pytest.mark.parametrize("amount", ["Infinity", "NaN", "1e30", "1e999999", "-0.01"])
def test_a_price_that_no_sum_can_hold_is_refused(owner: Engine, amount: str):
    with pytest.raises(BadRequest) as refused:
        enter(owner, [Revision("price", price(amount), NOON)], NOON)

    assert refused.value.code == "price_wrong"


@pytest.mark.parametrize("rate", ["0", "-7", "NaN", "Infinity"])
def test_a_rate_that_cannot_be_is_refused(owner: Engine, rate: str):
    row = {"id": "r", "from": "USD", "to": "CNY", "rate": rate, "source": "bank", "as_of": "2026-11-20"}

    with pytest.raises(BadRequest):
        enter(owner, [Revision("rate", row, NOON)], NOON)


def test_a_price_needs_a_rate_of_its_currency_or_no_call_could_be_rated(owner: Engine):
    foreign = Revision("price", price("1", currency="EUR"), LATER)
    row = {"id": "r", "from": "EUR", "to": "CNY", "rate": "8", "source": "bank", "as_of": "2026-11-20"}

    with pytest.raises(BadRequest, match="EUR"):
        enter(owner, [foreign], NOON)

    assert enter(owner, [Revision("rate", row, NOON), foreign], NOON) == 2


def test_a_price_of_something_that_is_not_used_is_refused(owner: Engine):
    with pytest.raises(BadRequest, match="transcribr"):
        enter(owner, [Revision("price", price("1", component="transcribr"), NOON)], NOON)
