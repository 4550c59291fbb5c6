"""The people of an organisation: who may add, change and remove whom."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.world import Org, make_member, make_org

PASSWORD = "Correct-Horse-7"


async def add(client: httpx.AsyncClient, org: Org, role: str, name: str = "") -> dict:
    wish = {"email": f"{name or role}@{org.id[-8:]}.cn", "name": role, "role": role, "password": PASSWORD}
    if role == "owner":  # whom only another owner can make
        return make_member(client._transport.app, org, **wish)
    answer = await client.post("/v1/members", headers=org.headers, json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def as_(client: httpx.AsyncClient, member: dict, password: str = PASSWORD) -> dict[str, str]:
    answer = await client.post("/v1/auth/login", json={"email": member["email"], "password": password})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("owner", {"read": True, "add": True, "rename": True, "key": True}),
        ("admin", {"read": True, "add": True, "rename": True, "key": True}),
        ("developer", {"read": True, "add": False, "rename": False, "key": True}),
        ("billing", {"read": True, "add": False, "rename": False, "key": False}),
        ("viewer", {"read": True, "add": False, "rename": False, "key": False}),
    ],
)
async def test_each_role_may_do_its_own(client: httpx.AsyncClient, org: Org, role: str, may: dict[str, bool]):
    headers = await as_(client, await add(client, org, role))
    wish = {"email": f"new-{role}@example.cn", "name": "New", "role": "viewer", "password": PASSWORD}

    answers = {
        "read": await client.get("/v1/members", headers=headers),
        "add": await client.post("/v1/members", headers=headers, json=wish),
        "rename": await client.patch("/v1/organizations/current", headers=headers, json={"name": "x"}),
        "key": await client.post("/v1/api-keys", headers=headers, json={}),
    }

    assert {what: answer.status_code < 300 for what, answer in answers.items()} == may
    assert {a.status_code for a in answers.values()} <= {200, 201, 403}


async def test_a_developers_key_may_not_do_more_than_the_developer(client: httpx.AsyncClient, org: Org):
    headers = await as_(client, await add(client, org, "developer"))
    key = (await client.post("/v1/api-keys", headers=headers, json={})).json()

    as_key = {"Authorization": f"Bearer {key['value']}"}
    wide = await client.post("/v1/api-keys", headers=headers, json={"scopes": ["*"]})
    people = await client.post("/v1/members", headers=as_key, json={})

    assert wide.status_code == 403
    assert people.status_code == 403


async def test_an_admin_cannot_touch_an_owner(client: httpx.AsyncClient, org: Org):
    boss = await add(client, org, "owner")
    headers = await as_(client, await add(client, org, "admin"))
    wish = {"email": "o2@example.cn", "name": "O", "role": "owner", "password": PASSWORD}

    answers = [
        await client.patch(f"/v1/members/{boss['id']}", headers=headers, json={"role": "viewer"}),
        await client.patch(f"/v1/members/{boss['id']}", headers=headers, json={"password": "Stolen-Pass-1"}),
        await client.delete(f"/v1/members/{boss['id']}", headers=headers),
        await client.post("/v1/members", headers=headers, json=wish),
    ]

    assert {a.json()["code"] for a in answers} == {"owner_needed"}


async def test_the_last_owner_stays(client: httpx.AsyncClient, org: Org):
    boss = await add(client, org, "owner")
    headers = await as_(client, boss)

    removed = await client.delete(f"/v1/members/{boss['id']}", headers=headers)
    lowered = await client.patch(f"/v1/members/{boss['id']}", headers=headers, json={"role": "admin"})
    await add(client, org, "owner", "second")
    now = await client.delete(f"/v1/members/{boss['id']}", headers=headers)

    assert removed.json()["code"] == lowered.json()["code"] == "last_owner"
    assert now.status_code == 200


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"password": "Another-Pass-1"}])
async def test_a_new_role_or_password_ends_the_logins(client: httpx.AsyncClient, org: Org, change: dict):
    member = await add(client, org, "developer")
    headers = await as_(client, member)
    await client.get("/v1/auth/me", headers=headers)

    await client.patch(f"/v1/members/{member['id']}", headers=org.headers, json=change)

    assert (await client.get("/v1/auth/me", headers=headers)).json()["code"] == "login_ended"


async def test_a_new_name_ends_nothing(client: httpx.AsyncClient, org: Org):
    member = await add(client, org, "developer")
    headers = await as_(client, member)

    await client.patch(f"/v1/members/{member['id']}", headers=org.headers, json={"name": "小梅"})

    assert (await client.get("/v1/auth/me", headers=headers)).json()["name"] == "小梅"


async def test_a_removed_person_is_out_at_once(client: httpx.AsyncClient, org: Org):
    member = await add(client, org, "developer")
    headers = await as_(client, member)
    await client.get("/v1/auth/me", headers=headers)

    await client.delete(f"/v1/members/{member['id']}", headers=org.headers)

    assert (await client.get("/v1/auth/me", headers=headers)).json()["code"] == "login_ended"


async def test_an_address_belongs_to_one_person_whatever_its_case(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    member = await add(client, org, "viewer")
    wish = {"email": member["email"].upper(), "name": "x", "password": PASSWORD}

    answer = await client.post("/v1/members", headers=other_org.headers, json=wish)

    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


async def test_a_weak_password_is_refused_in_words(client: httpx.AsyncClient, org: Org):
    wish = {"email": "a@b.cn", "name": "x", "password": "weak"}

    answer = await client.post("/v1/members", headers=org.headers, json=wish)

    lacks = "at least 8 characters, an upper-case letter, a digit"
    assert answer.json()["message"] == [f"password: the password needs {lacks}."]


async def test_another_organisation_sees_nothing(client: httpx.AsyncClient, org: Org, other_org: Org):
    member = await add(client, org, "developer")
    path = f"/v1/members/{member['id']}"

    answers = [
        await client.get(path, headers=other_org.headers),
        await client.patch(path, headers=other_org.headers, json={"name": "mine"}),
        await client.delete(path, headers=other_org.headers),
    ]
    listed = (await client.get("/v1/members", headers=other_org.headers)).json()

    assert [a.status_code for a in answers] == [404] * 3
    assert listed == []


@pytest.mark.parametrize("table", ["members", "logins", "refresh_tokens"])
async def test_another_organisation_sees_nothing_in_sql(
    client: httpx.AsyncClient, app: FastAPI, engine: Engine, org: Org, owner: Engine, table: str
):
    await as_(client, await add(client, org, "developer"))
    other = make_org(app, "Third")

    with owner.connect() as connection:
        there = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
    with transaction(engine, other.id) as session:
        seen = session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar()
        deleted = session.connection().execute(text(f"DELETE FROM {table}")).rowcount

    assert there == 1
    assert (seen, deleted) == (0, 0)


@pytest.mark.parametrize("path", ["/v1/members", "/v1/invitations"])
async def test_a_key_for_people_makes_nobody_who_may_more_than_it(
    client: httpx.AsyncClient, org: Org, path: str
):
    key = await client.post("/v1/api-keys", headers=org.headers, json={"scopes": ["members:write"]})
    as_key = {"Authorization": f"Bearer {key.json()['value']}"}
    wish = {"email": "new@example.cn", "role": "admin"}
    person = {"name": "New", "password": PASSWORD} if path == "/v1/members" else {}

    answer = await client.post(path, headers=as_key, json=wish | person)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_yours")


async def test_a_key_for_people_cannot_seize_an_admin_by_a_password(client: httpx.AsyncClient, org: Org):
    admin = await add(client, org, "admin")
    key = await client.post("/v1/api-keys", headers=org.headers, json={"scopes": ["members:write"]})
    as_key = {"Authorization": f"Bearer {key.json()['value']}"}

    answer = await client.patch(
        f"/v1/members/{admin['id']}", headers=as_key, json={"password": "Other-Horse-77"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_yours")
