"""Organisations made by the command line: each works at once, and none sees another."""

import httpx
import pytest
from sqlalchemy import Engine

from api.db.tx import transaction
from api.settings import ApiSettings
from api.v1.api_keys.repo import ApiKeys
from api.v1.members.repo import Members
from api.v1.organizations.founding import Founded, found, listed
from tests.api.world import SetClock
from voice_engine.kernel.errors import BadRequest, Conflict


@pytest.fixture
def two(engine: Engine, settings: ApiSettings, clock: SetClock) -> tuple[Founded, Founded]:
    secret = settings.secret_bytes
    first = found(engine, secret, "Tea", "tea@example.cn", clock=clock)
    return first, found(engine, secret, "Silk", "silk@example.cn", clock=clock)


async def test_two_organisations_see_nothing_of_each_other(
    client: httpx.AsyncClient, engine: Engine, two: tuple[Founded, Founded], clock: SetClock
):
    for mine, name in zip(two, ("Tea", "Silk"), strict=True):
        headers = {"Authorization": f"Bearer {mine.private_key}"}
        answer = await client.get("/v1/organizations/current", headers=headers)
        with transaction(engine, mine.org_id, clock=clock) as session:
            people = Members(session, mine.org_id).list()
            keys = ApiKeys(session, mine.org_id).list()

        assert (answer.json()["id"], answer.json()["name"]) == (mine.org_id, name)
        assert [person.email for person in people] == [mine.owner_email]
        assert [key.org_id for key in keys] == [mine.org_id]


async def test_the_owner_logs_in_with_the_password_that_was_told(
    client: httpx.AsyncClient, two: tuple[Founded, Founded]
):
    wish = {"email": two[1].owner_email, "password": two[1].owner_password}

    answer = await client.post("/v1/auth/login", json=wish)

    assert answer.status_code == 200


def test_all_are_listed_the_oldest_first(owner: Engine, two: tuple[Founded, Founded]):
    names = [(one.name, one.members) for one in listed(owner)]

    assert names == [("Tea", 1), ("Silk", 1)]


def test_a_taken_address_leaves_nothing_behind(
    engine: Engine, owner: Engine, settings: ApiSettings, two: tuple[Founded, Founded]
):
    with pytest.raises(Conflict):
        found(engine, settings.secret_bytes, "Third", "TEA@example.cn")

    assert len(listed(owner)) == 2


@pytest.mark.parametrize(("name", "email"), [("", "a@example.cn"), ("Tea", "nobody")])
def test_what_cannot_be_is_a_sentence(
    engine: Engine, owner: Engine, settings: ApiSettings, name: str, email: str
):
    with pytest.raises(BadRequest, match="cannot be made"):
        found(engine, settings.secret_bytes, name, email)

    assert listed(owner) == []
