"""People come in by a link that is good once."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from tests.api.world import Org, SetClock, make_member

URL = "/v1/invitations"
PASSWORD = "Correct-Horse-7"
DAY = 86_400


async def invite(
    client: httpx.AsyncClient, headers: dict[str, str], role: str = "developer"
) -> httpx.Response:
    return await client.post(URL, headers=headers, json={"email": "new@example.cn", "role": role})


async def accept(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(f"{URL}/accept", json={"token": token, "name": "新", "password": PASSWORD})


async def as_(client: httpx.AsyncClient, app: FastAPI, org: Org, role: str) -> dict[str, str]:
    email = f"{role}@{org.id[-8:]}.cn"
    make_member(app, org, email=email, name=role, role=role, password=PASSWORD)
    answer = await client.post("/v1/auth/login", json={"email": email, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


@pytest.fixture
async def made(client: httpx.AsyncClient, org: Org) -> dict[str, Any]:
    answer = await invite(client, org.headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_who_accepts_is_a_member_and_logged_in(client: httpx.AsyncClient, org: Org, made: dict):
    tokens = (await accept(client, made["token"])).json()

    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    me = (await client.get("/v1/auth/me", headers=headers)).json()
    assert (me["email"], me["name"], me["role"], me["orgId"]) == ("new@example.cn", "新", "developer", org.id)
    shown = (await client.get(f"{URL}/{made['id']}", headers=org.headers)).json()
    assert (shown["status"], shown["acceptedAt"]) == ("accepted", "2026-11-20T12:00:00.000Z")


async def test_the_link_has_the_token_where_no_server_sees_it(made: dict, client: httpx.AsyncClient):
    page = await client.get("/invitation")

    assert made["link"] == f"http://127.0.0.1:8000/invitation#{made['token']}"
    assert "location.hash" in page.text


async def test_the_token_is_shown_once_and_kept_nowhere(
    client: httpx.AsyncClient, org: Org, made: dict, owner: Engine
):
    listed = await client.get(URL, headers=org.headers)

    with owner.connect() as connection:
        row = str(connection.execute(text("SELECT * FROM invitations")).mappings().one())
    assert made["token"] not in listed.text + row


async def test_a_link_is_good_once(client: httpx.AsyncClient, made: dict):
    await accept(client, made["token"])

    again = await accept(client, made["token"])

    assert (again.status_code, again.json()["code"]) == (409, "invitation_accepted")


async def test_a_link_is_good_for_a_week(client: httpx.AsyncClient, org: Org, made: dict, clock: SetClock):
    clock.advance(7 * DAY)

    late = await accept(client, made["token"])
    pending = await client.get(URL, headers=org.headers, params={"pending": True})

    assert late.json()["code"] == "invitation_expired"
    assert pending.json() == []


async def test_a_revoked_link_is_dead(client: httpx.AsyncClient, org: Org, made: dict):
    revoked = await client.delete(f"{URL}/{made['id']}", headers=org.headers)

    assert revoked.json()["status"] == "revoked"
    assert (await accept(client, made["token"])).json()["code"] == "invitation_revoked"


async def test_a_second_invitation_ends_the_first(client: httpx.AsyncClient, org: Org, made: dict):
    second = (await invite(client, org.headers)).json()

    assert (await accept(client, made["token"])).status_code == 409
    assert (await accept(client, second["token"])).status_code == 200


async def test_what_is_no_token_of_ours_leads_nowhere(client: httpx.AsyncClient, app: FastAPI):
    assert (await accept(client, "inv_nothing")).status_code == 404


async def test_a_weak_password_is_refused_and_the_link_stays_good(client: httpx.AsyncClient, made: dict):
    weak = await client.post(f"{URL}/accept", json={"token": made["token"], "name": "x", "password": "weak"})

    assert weak.status_code == 400
    assert (await accept(client, made["token"])).status_code == 200


@pytest.mark.parametrize(
    ("who", "role", "status"),
    [
        ("owner", "owner", 201),
        ("admin", "admin", 201),
        ("admin", "owner", 403),
        ("developer", "viewer", 403),
        ("viewer", "viewer", 403),
    ],
)
async def test_nobody_invites_above_themselves(
    client: httpx.AsyncClient, app: FastAPI, org: Org, who: str, role: str, status: int
):
    assert (await invite(client, await as_(client, app, org, who), role)).status_code == status


async def test_a_key_makes_no_owner_whoever_made_the_key(client: httpx.AsyncClient, org: Org):
    answer = await invite(client, org.headers, "owner")

    assert (answer.status_code, answer.json()["code"]) == (403, "owner_needed")


async def test_whoever_is_removed_leaves_no_open_door_behind(
    client: httpx.AsyncClient, app: FastAPI, org: Org
):
    headers = await as_(client, app, org, "admin")
    me = (await client.get("/v1/auth/me", headers=headers)).json()
    token = (await invite(client, headers)).json()["token"]
    await client.delete(f"/v1/members/{me['id']}", headers=org.headers)

    assert (await accept(client, token)).json()["code"] == "invitation_revoked"


async def test_who_is_a_member_needs_no_invitation(client: httpx.AsyncClient, org: Org, made: dict):
    await accept(client, made["token"])

    assert (await invite(client, org.headers)).json()["code"] == "email_taken"


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, org: Org, other_org: Org, made: dict
):
    read = await client.get(f"{URL}/{made['id']}", headers=other_org.headers)
    gone = await client.delete(f"{URL}/{made['id']}", headers=other_org.headers)
    listed = await client.get(URL, headers=other_org.headers)

    assert (read.status_code, gone.status_code, listed.json()) == (404, 404, [])


async def test_tries_are_counted_by_address(client: httpx.AsyncClient, app: FastAPI):
    answers = [await accept(client, "inv_guess") for _ in range(21)]

    assert [answers[19].status_code, answers[20].status_code] == [404, 429]
