"""Every write leaves a trace that nobody can change, and so does every refused one."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from api.db.tx import transaction
from tests.api.world import Org, make_member, make_org

URL = "/v1/audit-logs"
ASSISTANT = {"name": "A", "model": {"provider": "scripted"}, "firstMessage": "a secret greeting"}
PASSWORD = "Correct-Horse-7"


async def log(client: httpx.AsyncClient, org: Org, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(URL, headers=org.headers, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def test_a_write_is_recorded_with_the_names_of_its_fields_and_no_value(
    client: httpx.AsyncClient, org: Org
):
    made = await client.post("/v1/assistants", headers=org.headers, json=ASSISTANT)

    (entry,) = await log(client, org)
    assert {name: entry[name] for name in ("method", "route", "resourceId", "status", "fields")} == {
        "method": "POST", "route": "/v1/assistants", "resourceId": made.json()["id"], "status": 201,
        "fields": ["firstMessage", "model", "name"],
    }  # fmt: skip
    assert (entry["actorKind"], entry["address"]) == ("private", "127.0.0.1")
    assert entry["requestId"] == made.headers["x-request-id"]
    assert "secret greeting" not in str(entry)
    assert (await client.get(f"{URL}/{entry['id']}", headers=org.headers)).json() == entry


async def test_reading_leaves_no_trace(client: httpx.AsyncClient, org: Org):
    await client.get("/v1/assistants", headers=org.headers)

    assert await log(client, org) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PATCH", "/v1/assistants/nothing", {"name": "B"}, 404, "assistant_not_found"),
        ("POST", "/v1/assistants", {"nam": "B"}, 400, "invalid_request"),
        ("POST", "/v1/squads/nothing/execute", {"input": "x"}, 404, "squad_not_found"),
    ],
)
async def test_a_refused_write_is_recorded_too(
    client: httpx.AsyncClient, org: Org, method: str, path: str, body: dict, status: int, code: str
):
    await client.request(method, path, headers=org.headers, json=body)

    (entry,) = await log(client, org, outcome="refused")
    assert (entry["method"], entry["status"], entry["code"]) == (method, status, code)


async def test_a_forbidden_write_is_recorded_with_who_tried(
    client: httpx.AsyncClient, app: FastAPI, org: Org
):
    viewer = make_member(app, org, email="v@example.cn", name="V", role="viewer", password=PASSWORD)
    login = await client.post("/v1/auth/login", json={"email": "v@example.cn", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {login.json()['accessToken']}"}

    await client.delete("/v1/assistants/any", headers=headers)
    await client.post("/v1/api-keys", headers=org.public_headers, json={})

    by_key, by_viewer, logged_in = await log(client, org)
    assert (by_viewer["actorId"], by_viewer["role"], by_viewer["status"]) == (viewer["id"], "viewer", 403)
    assert (by_key["actorKind"], by_key["code"]) == ("public", "public_key_not_allowed")
    assert (logged_in["actorKind"], logged_in["route"]) == ("member", "/v1/auth/login")


async def test_logins_that_fail_are_recorded(client: httpx.AsyncClient, app: FastAPI, org: Org):
    member = make_member(app, org, email="v@example.cn", name="V", role="viewer", password=PASSWORD)

    for _ in range(5):
        await client.post("/v1/auth/login", json={"email": "v@example.cn", "password": "Wrong-Horse-7"})

    entries = await log(client, org, actorId=member["id"])
    assert [entry["status"] for entry in entries] == [429, 401, 401, 401, 401]
    assert entries[0]["code"] == "account_locked"
    assert {entry["actorKind"] for entry in entries} == {"visitor"}


async def test_a_repeated_write_is_one_entry(client: httpx.AsyncClient, org: Org):
    headers = {**org.headers, "Idempotency-Key": "k"}

    for _ in range(3):
        await client.post("/v1/assistants", headers=headers, json=ASSISTANT)

    assert len(await log(client, org)) == 1


async def test_the_log_is_searched(client: httpx.AsyncClient, org: Org):
    made = (await client.post("/v1/assistants", headers=org.headers, json=ASSISTANT)).json()
    place = f"/v1/assistants/{made['id']}"
    await client.patch(place, headers=org.headers, json={"name": "B"})
    await client.patch("/v1/organizations/current", headers=org.headers, json={"name": "C"})

    found = await log(client, org, resourceId=made["id"])
    page = await client.get(URL, headers=org.headers, params={"limit": 1})
    cursor = page.json()["metadata"]["nextCursor"]
    rest = await log(client, org, limit=5, cursor=cursor)

    assert [entry["method"] for entry in found] == ["PATCH", "POST"]
    assert [entry["route"] for entry in await log(client, org, method="PATCH")] == [
        "/v1/organizations/{id}", "/v1/assistants/{id}",
    ]  # fmt: skip
    assert len(rest) == 2


async def test_another_organisation_sees_nothing(client: httpx.AsyncClient, org: Org, other_org: Org):
    await client.post("/v1/assistants", headers=org.headers, json=ASSISTANT)
    (entry,) = await log(client, org)

    foreign = await client.get(f"{URL}/{entry['id']}", headers=other_org.headers)

    assert foreign.status_code == 404
    assert await log(client, other_org) == []


async def test_nobody_can_change_or_delete_an_entry(client: httpx.AsyncClient, engine: Engine, org: Org):
    await client.post("/v1/assistants", headers=org.headers, json=ASSISTANT)

    for statement in ("UPDATE audit_logs SET status = 200", "DELETE FROM audit_logs"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction(engine, org.id) as session,
        ):
            session.connection().execute(text(statement))


def test_another_organisation_sees_nothing_in_sql(app: FastAPI, engine: Engine, org: Org, owner: Engine):
    other = make_org(app, "Third")
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_logs (id, org_id, created_at, updated_at, actor_kind, actor_id, method,"
                " route, status, request_id, fields)"
                " VALUES ('x', :o, now(), now(), 'private', 'k', 'POST', '/', 201, 'r', '{}')"
            ),
            {"o": org.id},
        )

    with transaction(engine, other.id) as session:
        seen = session.connection().execute(text("SELECT count(*) FROM audit_logs")).scalar()

    assert seen == 0


async def test_a_write_that_cannot_be_recorded_does_not_happen(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_logs ADD CONSTRAINT broken CHECK (status = 0) NOT VALID"))
    try:
        await client.post("/v1/assistants", headers=org.headers, json=ASSISTANT)
    finally:
        with owner.begin() as connection:
            connection.execute(text("ALTER TABLE audit_logs DROP CONSTRAINT broken"))

    assert (await client.get("/v1/assistants", headers=org.headers)).json() == []
