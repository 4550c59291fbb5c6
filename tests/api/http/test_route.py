"""A request is one transaction, and a public key goes only where it is welcome."""

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, text

from tests.api.world import Org

URL = "/v1/test-tasks"


def rows(owner: Engine) -> int:
    with owner.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM outbox")).scalar()
        assert isinstance(found, int)
        return found


async def test_an_error_in_the_handler_takes_its_writes_back(lab: httpx.AsyncClient, me: Org, owner: Engine):
    good = await lab.post(URL, headers=me.headers, json={"task": "t"})
    bad = await lab.post(URL, headers=me.headers, json={"task": "crash"})

    assert (good.status_code, bad.status_code) == (201, 500)
    assert rows(owner) == 1


async def test_an_answer_that_cannot_be_given_takes_the_writes_back(
    lab: httpx.AsyncClient, me: Org, owner: Engine
):
    huge = {"task": "t", "metadata": {"n": 10**400}}

    answer = await lab.post(URL, headers={**me.headers}, json=huge)

    assert answer.status_code == 400
    assert rows(owner) == 0


async def test_every_connection_is_given_back(lab: httpx.AsyncClient, me: Org, app: FastAPI):
    for task in ("t", "crash", ""):
        await lab.post(URL, headers=me.headers, json={"task": task})

    transport = lab._transport
    assert isinstance(transport, httpx.ASGITransport)
    assert transport.app.state.wiring.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_public_key_is_welcome_where_the_handler_says_so(lab: httpx.AsyncClient, me: Org):
    welcome = await lab.post(f"{URL}/public", headers=me.public_headers, json={"task": "t"})
    not_here = await lab.post(URL, headers=me.public_headers, json={"task": "t"})

    assert welcome.status_code == 201
    assert not_here.json()["code"] == "public_key_not_allowed"


async def test_another_organisation_finds_nothing(lab: httpx.AsyncClient, me: Org, other_org: Org):
    made = (await lab.post(URL, headers=me.headers, json={"task": "t"})).json()

    answer = await lab.get(f"{URL}/{made['id']}", headers=other_org.headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "task_not_found")
