"""One's own organisation, and nobody else's."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.world import Org, SetClock, make_org


async def test_a_key_sees_its_own_organisation(client: httpx.AsyncClient, org: Org, other_org: Org):
    mine = (await client.get("/v1/organizations/current", headers=org.headers)).json()
    theirs = (await client.get("/v1/organizations/current", headers=other_org.headers)).json()

    assert (mine["id"], mine["name"]) == (org.id, "Mine")
    assert (theirs["id"], theirs["name"]) == (other_org.id, "Other")


async def test_it_can_be_renamed(client: httpx.AsyncClient, org: Org, clock: SetClock):
    clock.advance(5)

    answer = await client.patch("/v1/organizations/current", headers=org.headers, json={"name": "应答"})

    assert answer.json()["name"] == "应答"
    assert answer.json()["updatedAt"] == "2026-11-20T12:00:05.000Z"


@pytest.mark.parametrize("name", ["", "x" * 81])
async def test_a_name_has_a_length(client: httpx.AsyncClient, org: Org, name: str):
    answer = await client.patch("/v1/organizations/current", headers=org.headers, json={"name": name})

    assert answer.status_code == 400


def test_another_organisation_sees_nothing_in_sql(app: FastAPI, engine: Engine, org: Org):
    other = make_org(app, "Third")

    with transaction(engine, other.id) as session:
        seen = session.connection().execute(text("SELECT id FROM organizations")).scalars().all()
        renamed = session.connection().execute(
            text("UPDATE organizations SET name = 'x' WHERE id <> :id"), {"id": other.id}
        )

    assert seen == [other.id]
    assert renamed.rowcount == 0
