"""Vapi's /org and /token, and older paths for logging in."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.world import Org, make_member

pytestmark = pytest.mark.slow

PASSWORD = "Correct-Horse-7"
EMAIL = "mei@example.cn"


@pytest.fixture
async def owner_of(client: httpx.AsyncClient, app: FastAPI, org: Org) -> dict[str, str]:
    """The headers of an owner who is logged in."""
    make_member(app, org, email=EMAIL, name="Mei", role="owner", password=PASSWORD)
    answer = await client.post("/api/v1/auth/login", json={"username": EMAIL, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


@pytest.mark.parametrize("prefix", ["/org", "/v1/org"])
async def test_an_organisation_lives_under_vapis_path_too(client: httpx.AsyncClient, org: Org, prefix: str):
    listed = (await client.get(prefix, headers=org.headers)).json()
    changed = await client.patch(
        f"{prefix}/{org.id}",
        headers=org.headers,
        json={"concurrencyLimit": 3, "server": {"url": "https://a.cn"}},
    )

    assert [one["id"] for one in listed] == [org.id]
    assert changed.json()["concurrencyLimit"] == 3
    assert (await client.get(f"{prefix}/{org.id}", headers=org.headers)).json() == changed.json()


async def test_people_are_invited_listed_promoted_and_removed(
    client: httpx.AsyncClient, org: Org, owner_of: dict[str, str]
):
    wish = {"emails": ["a@b.cn", "c@d.cn"], "role": "editor"}
    invited = await client.post(f"/org/{org.id}/invite", headers=owner_of, json=wish)
    first, second = invited.json()
    await client.delete(f"/org/{org.id}/invitations/{second['id']}", headers=owner_of)
    pending = (await client.get(f"/org/{org.id}/invitations/pending", headers=owner_of)).json()
    joined = {"token": first["token"], "name": "A", "password": PASSWORD}
    await client.post("/v1/invitations/accept", json=joined)
    users = (await client.get(f"/org/{org.id}/user", headers=owner_of)).json()
    promoted = await client.patch(
        f"/org/{org.id}/role", headers=owner_of, json={"userId": users[0]["id"], "role": "admin"}
    )
    removed = await client.delete(f"/org/{org.id}/member/{users[0]['id']}/leave", headers=owner_of)

    assert (invited.status_code, [one["id"] for one in pending]) == (201, [first["id"]])
    assert [(user["email"], user["role"]) for user in users] == [("a@b.cn", "developer"), (EMAIL, "owner")]
    assert (promoted.json()["role"], removed.json()["fullName"]) == ("admin", "A")


async def test_the_last_owner_cannot_leave(
    client: httpx.AsyncClient, app: FastAPI, org: Org, owner_of: dict[str, str]
):
    alone = await client.delete(f"/org/{org.id}/leave", headers=owner_of)
    make_member(app, org, email="second@example.cn", name="S", role="owner", password=PASSWORD)
    left = await client.delete("/v1/members/me", headers=owner_of)

    assert (alone.status_code, alone.json()["code"]) == (409, "last_owner")
    assert left.json()["email"] == EMAIL
    assert (await client.get("/v1/auth/me", headers=owner_of)).status_code == 401


async def test_a_dashboard_gets_a_token_of_this_login(
    client: httpx.AsyncClient, org: Org, owner_of: dict[str, str]
):
    token = (await client.get(f"/org/{org.id}/auth", headers=owner_of)).json()["token"]

    me = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})

    assert me.json()["email"] == EMAIL


async def test_another_organisation_does_not_exist(client: httpx.AsyncClient, org: Org, other_org: Org):
    place = f"/org/{other_org.id}"
    wish = {"emails": ["a@b.cn"], "role": "viewer"}

    answers = [
        await client.get(place, headers=org.headers),
        await client.get(f"{place}/user", headers=org.headers),
        await client.post(f"{place}/invite", headers=org.headers, json=wish),
        await client.get(f"{place}/invitations/pending", headers=org.headers),
        await client.patch(f"{place}/role", headers=org.headers, json={"userId": "x", "role": "viewer"}),
        await client.delete(f"{place}/member/x/leave", headers=org.headers),
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("prefix", ["/token", "/v1/token"])
async def test_a_token_is_made_used_changed_and_deleted(client: httpx.AsyncClient, org: Org, prefix: str):
    wish = {"tag": "public", "name": "Page", "restrictions": {"allowedOrigins": ["https://a.cn"]}}
    made = (await client.post(prefix, headers=org.headers, json=wish)).json()
    place = f"{prefix}/{made['id']}"
    read = (await client.get(place, headers=org.headers)).json()
    changed = await client.patch(place, headers=org.headers, json={"tag": "public", "name": "Shop"})
    flipped = await client.patch(place, headers=org.headers, json={"tag": "private"})
    gone = await client.delete(place, headers=org.headers)
    listed = (await client.get(prefix, headers=org.headers)).json()

    assert made["value"].startswith("pk_")
    assert read == {name: value for name, value in made.items() if name != "value"}
    assert read["restrictions"]["allowedOrigins"] == ["https://a.cn"]
    assert changed.json()["name"] == "Shop"
    assert flipped.json()["code"] == "tag_fixed"
    assert (gone.status_code, gone.json()["id"]) == (200, made["id"])
    assert made["id"] not in {token["id"] for token in listed}
    assert (await client.get(place, headers=org.headers)).status_code == 404


async def test_a_session_is_a_login(client: httpx.AsyncClient, app: FastAPI, owner_of: dict[str, str]):
    doorman = app.state.wiring.doorman
    sid = doorman.access_tokens.verify(
        owner_of["Authorization"].split()[1], now=app.state.wiring.clock.wall()
    ).login_id
    good = await client.get(f"/api/session/validate/{sid}", headers=owner_of)
    ended = await client.delete(f"/api/session/{sid}", headers=owner_of)

    assert good.json() == {"id": sid, "valid": True}
    assert ended.json() == {"id": sid, "valid": False}
    assert (await client.get("/api/auth/me", headers=owner_of)).json()["code"] == "login_ended"


async def test_a_deprecated_path_says_what_to_use(client: httpx.AsyncClient, org: Org):
    answer = await client.post("/call/phone", headers=org.headers, json={})
    current = await client.post("/call", headers=org.headers, json={})

    assert answer.headers["deprecation"] == "@1795132800"
    assert answer.headers["link"] == '</call>; rel="successor-version"'
    assert "deprecation" not in current.headers
