"""The same write twice is one write."""

import asyncio

import httpx
import pytest
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.world import Org, SetClock, make_org

URL = "/v1/test-tasks"


async def post(lab: httpx.AsyncClient, org: Org, key: str, task: str = "t", url: str = URL) -> httpx.Response:
    return await lab.post(url, headers={**org.headers, "Idempotency-Key": key}, json={"task": task})


async def test_the_second_answer_is_the_first(lab: httpx.AsyncClient, me: Org, played: list[str]):
    first = await post(lab, me, "k")
    second = await post(lab, me, "k")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert played == ["t"]


async def test_without_a_key_twice_is_twice(lab: httpx.AsyncClient, me: Org, played: list[str]):
    for _ in range(2):
        await lab.post(URL, headers=me.headers, json={"task": "t"})

    assert played == ["t", "t"]


async def test_the_key_cannot_be_used_for_something_else(lab: httpx.AsyncClient, me: Org, played: list[str]):
    await post(lab, me, "k", "t")

    other_body = await post(lab, me, "k", "u")
    other_path = await post(lab, me, "k", "t", f"{URL}/public")

    assert (other_body.status_code, other_body.json()["code"]) == (409, "idempotency_key_reused")
    assert other_path.json()["code"] == "idempotency_key_reused"
    assert played == ["t"]


async def test_organisations_do_not_share_keys(
    lab: httpx.AsyncClient, me: Org, other_org: Org, played: list[str]
):
    mine = await post(lab, me, "k")
    theirs = await post(lab, other_org, "k")

    assert mine.json()["id"] != theirs.json()["id"]


async def test_another_key_of_the_organisation_gets_an_answer_of_its_own(
    lab: httpx.AsyncClient, me: Org, played: list[str]
):
    made = await lab.post("/v1/api-keys", headers=me.headers, json={})
    colleague = {"Authorization": f"Bearer {made.json()['value']}", "Idempotency-Key": "k"}

    mine = await post(lab, me, "k")
    theirs = await lab.post(URL, headers=colleague, json={"task": "t"})

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]
    assert "idempotent-replayed" not in theirs.headers


async def test_a_new_keys_value_is_repeated_but_never_stored_in_the_clear(
    lab: httpx.AsyncClient, me: Org, owner: Engine
):
    headers = {**me.headers, "Idempotency-Key": "k"}

    first = await lab.post("/v1/api-keys", headers=headers, json={})
    second = await lab.post("/v1/api-keys", headers=headers, json={})

    with owner.connect() as connection:
        stored = bytes(connection.execute(text("SELECT response FROM idempotency_keys")).scalar_one())
    assert first.status_code == 201
    assert second.content == first.content
    assert stored.startswith(b"v1.")
    assert first.json()["value"].encode() not in stored


async def test_a_failed_write_leaves_the_key_free(lab: httpx.AsyncClient, me: Org, played: list[str]):
    failed = await post(lab, me, "k", "crash")
    again = await post(lab, me, "k", "t")

    assert (failed.status_code, again.status_code) == (500, 201)


async def test_after_a_day_the_key_is_free(
    lab: httpx.AsyncClient, me: Org, played: list[str], clock: SetClock
):
    first = await post(lab, me, "k")
    clock.advance(86_399)
    same = await post(lab, me, "k")
    clock.advance(2)
    fresh = await post(lab, me, "k")

    assert first.json() == same.json()
    assert fresh.json()["id"] != first.json()["id"]


async def test_ten_at_once_are_one(lab: httpx.AsyncClient, me: Org, played: list[str], owner: Engine):
    answers = await asyncio.gather(*(post(lab, me, "k") for _ in range(10)))

    with owner.connect() as connection:
        rows = connection.execute(text("SELECT count(*) FROM outbox")).scalar()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert rows == 1


async def test_a_duplicate_does_not_wait_for_ever(
    lab: httpx.AsyncClient, me: Org, owner: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("api.http.idempotency._WAIT", "50ms")
    with owner.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO idempotency_keys (org_id, caller_id, key, request_hash, created_at)"
                " SELECT org_id, id, 'k', '', now() FROM api_keys WHERE org_id = :o AND kind = 'private'"
            ),
            {"o": me.id},
        )

        answer = await post(lab, me, "k")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_an_odd_key_is_refused(lab: httpx.AsyncClient, me: Org, key: str):
    answer = await post(lab, me, key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")


async def test_another_organisation_sees_no_key_in_sql(
    lab: httpx.AsyncClient, me: Org, engine: Engine, owner: Engine
):
    await post(lab, me, "k")
    other = make_org_of(lab)

    with transaction(engine, other.id) as session:
        seen = session.connection().execute(text("SELECT count(*) FROM idempotency_keys")).scalar()

    assert seen == 0


def make_org_of(lab: httpx.AsyncClient) -> Org:
    transport = lab._transport
    assert isinstance(transport, httpx.ASGITransport)
    return make_org(transport.app, "Third")  # type: ignore[arg-type]
