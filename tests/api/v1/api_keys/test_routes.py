"""API keys over HTTP: shown once, limited, rotated, revoked, and nobody else's."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.world import Org, SetClock, make_org
from voice_engine.kernel.clock import iso


async def make(client: httpx.AsyncClient, org: Org, **wish: object) -> dict:
    answer = await client.post("/v1/api-keys", headers=org.headers, json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


def bearer(value: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}", **headers}


async def code_with(client: httpx.AsyncClient, headers: dict[str, str]) -> tuple[int, str]:
    answer = await client.get("/v1/api-keys", headers=headers)
    return answer.status_code, answer.json()[0]["id"] if answer.status_code == 200 else answer.json()["code"]


async def test_a_new_key_works_and_its_value_is_shown_once(client: httpx.AsyncClient, org: Org):
    made = await make(client, org, name="ci")

    seen = (await client.get(f"/v1/api-keys/{made['id']}", headers=bearer(made["value"]))).json()

    assert made["value"].startswith("sk_")
    assert made["last4"] == made["value"][-4:]
    assert seen == {
        **{k: v for k, v in made.items() if k != "value"},
        "lastUsedAt": "2026-11-20T12:00:00.000Z",
    }


async def test_neither_the_key_nor_a_plain_hash_of_it_is_stored(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    made = await make(client, org)

    with owner.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM api_keys")).all())

    assert made["value"] not in rows
    assert made["value"][:-4] not in rows


async def test_keys_are_listed_newest_first_and_by_time(client: httpx.AsyncClient, org: Org, clock: SetClock):
    clock.advance(1)
    second = await make(client, org, name="second")
    clock.advance(1)
    third = await make(client, org, name="third")

    all_ = (await client.get("/v1/api-keys", headers=org.headers)).json()
    newer = await client.get("/v1/api-keys", headers=org.headers, params={"createdAtGt": second["createdAt"]})
    one = (await client.get("/v1/api-keys?limit=1", headers=org.headers)).json()

    assert [key["id"] for key in all_[:2]] == [third["id"], second["id"]]
    assert [key["id"] for key in newer.json()] == [third["id"]]
    assert [key["id"] for key in one] == [third["id"]]


async def test_a_revoked_key_is_refused_at_once(client: httpx.AsyncClient, org: Org):
    made = await make(client, org)
    await client.get("/v1/api-keys", headers=bearer(made["value"]))

    await client.delete(f"/v1/api-keys/{made['id']}", headers=org.headers)

    assert await code_with(client, bearer(made["value"])) == (401, "api_key_revoked")


async def test_an_expired_key_is_refused(client: httpx.AsyncClient, org: Org, clock: SetClock):
    made = await make(client, org, expiresAt=iso(clock.wall() + timedelta(hours=1)))
    before = await client.get("/v1/api-keys", headers=bearer(made["value"]))

    clock.advance(3600)

    assert before.status_code == 200
    assert await code_with(client, bearer(made["value"])) == (401, "api_key_expired")


async def test_after_a_rotation_both_values_work_until_the_overlap_ends(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    made = await make(client, org)
    path = f"/v1/api-keys/{made['id']}/rotate"

    new = (await client.post(path, headers=org.headers, json={"overlapSeconds": 60})).json()

    assert new["value"] != made["value"]
    assert new["id"] == made["id"]
    assert (await client.get("/v1/api-keys", headers=bearer(made["value"]))).status_code == 200
    clock.advance(60)
    assert await code_with(client, bearer(made["value"])) == (401, "api_key_rotated")
    assert (await client.get("/v1/api-keys", headers=bearer(new["value"]))).status_code == 200


async def test_a_rotation_without_a_body_overlaps_for_a_day(client: httpx.AsyncClient, org: Org):
    made = await make(client, org)

    new = (await client.post(f"/v1/api-keys/{made['id']}/rotate", headers=org.headers)).json()

    assert new["previousExpiresAt"] == "2026-11-21T12:00:00.000Z"


async def test_a_revoked_key_cannot_be_rotated(client: httpx.AsyncClient, org: Org):
    made = await make(client, org)
    await client.delete(f"/v1/api-keys/{made['id']}", headers=org.headers)

    answer = await client.post(f"/v1/api-keys/{made['id']}/rotate", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "api_key_revoked")


async def test_a_key_cannot_make_a_key_that_may_do_more(client: httpx.AsyncClient, org: Org):
    weak = await make(client, org, scopes=["api_keys:write", "calls:read"])

    refused = await client.post(
        "/v1/api-keys", headers=bearer(weak["value"]), json={"scopes": ["calls:write"]}
    )
    default = await client.post("/v1/api-keys", headers=bearer(weak["value"]), json={})

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_not_yours")
    assert default.json()["scopes"] == ["api_keys:write", "calls:read"]


async def test_a_key_cannot_seize_a_stronger_one_by_rotating_it(client: httpx.AsyncClient, org: Org):
    weak = await make(client, org, scopes=["api_keys:write"])
    strong = await make(client, org)

    answer = await client.post(f"/v1/api-keys/{strong['id']}/rotate", headers=bearer(weak["value"]))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_yours")


async def test_a_key_without_the_scope_is_told_which_it_needs(client: httpx.AsyncClient, org: Org):
    weak = await make(client, org, scopes=["calls:read"])

    answer = await client.get("/v1/api-keys", headers=bearer(weak["value"]))

    assert answer.status_code == 403
    assert answer.json()["message"] == "This needs the scope api_keys:read, which this key does not have."


async def test_a_public_key_cannot_be_given_a_private_scope(client: httpx.AsyncClient, org: Org):
    wish = {"kind": "public", "scopes": ["members:write"]}

    answer = await client.post("/v1/api-keys", headers=org.headers, json=wish)

    assert (answer.status_code, answer.json()["code"]) == (400, "scope_not_public")


async def test_a_key_for_one_network_is_refused_from_another(client: httpx.AsyncClient, org: Org):
    here = await make(client, org, restrictions={"allowedCidrs": ["127.0.0.0/8"]})
    elsewhere = await make(client, org, restrictions={"allowedCidrs": ["203.0.113.0/24"]})
    lifted = {"enabled": False, "allowedCidrs": ["203.0.113.0/24"]}
    off = await make(client, org, restrictions=lifted)

    assert (await client.get("/v1/api-keys", headers=bearer(here["value"]))).status_code == 200
    assert await code_with(client, bearer(elsewhere["value"])) == (403, "address_not_allowed")
    assert (await client.get("/v1/api-keys", headers=bearer(off["value"]))).status_code == 200


async def test_a_key_for_one_page_is_refused_on_another(client: httpx.AsyncClient, org: Org):
    made = await make(client, org, restrictions={"allowedOrigins": ["https://Shop.example.cn/"]})

    good = await client.get("/v1/api-keys", headers=bearer(made["value"], Origin="https://shop.example.cn"))

    assert good.status_code == 200
    bad = bearer(made["value"], Origin="https://evil.example.cn")
    assert await code_with(client, bad) == (403, "origin_not_allowed")
    assert await code_with(client, bearer(made["value"])) == (403, "origin_not_allowed")


async def test_restrictions_can_be_changed_and_hold_at_once(client: httpx.AsyncClient, org: Org):
    made = await make(client, org)
    await client.get("/v1/api-keys", headers=bearer(made["value"]))

    change = {"restrictions": {"allowedCidrs": ["203.0.113.0/24"]}, "name": "office"}
    changed = await client.patch(f"/v1/api-keys/{made['id']}", headers=org.headers, json=change)

    assert changed.json()["name"] == "office"
    assert await code_with(client, bearer(made["value"])) == (403, "address_not_allowed")


async def test_expiry_is_kept_when_left_out_and_lifted_when_null(client: httpx.AsyncClient, org: Org):
    made = await make(client, org, expiresAt="2027-01-01T00:00:00+08:00")
    path = f"/v1/api-keys/{made['id']}"

    kept = (await client.patch(path, headers=org.headers, json={"name": "x"})).json()
    lifted = (await client.patch(path, headers=org.headers, json={"expiresAt": None})).json()

    assert kept["expiresAt"] == "2026-12-31T16:00:00.000Z"
    assert "expiresAt" not in lifted


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"scopes": ["everything"]}, "'everything' is not a scope"),
        ({"restrictions": {"allowedCidrs": ["10.0.0.1/8"]}}, "'10.0.0.1/8' is not a network"),
        ({"restrictions": {"allowedOrigins": ["shop.example.cn"]}}, "'shop.example.cn' is not an origin"),
        ({"expiresAt": "2027-01-01T00:00:00"}, "expiresAt should have timezone info."),
        ({"expiresAt": "9999-12-31T23:59:59-14:00"}, "expiresAt should be between the years 1970 and 9998."),
        ({"expiresAt": "0001-01-01T00:00:00+14:00"}, "expiresAt should be between the years 1970 and 9998."),
        ({"restrictions": {"allowedOrigin": []}}, "did you mean allowedOrigins?"),
    ],
)
async def test_a_malformed_wish_is_explained(client: httpx.AsyncClient, org: Org, wish: dict, sentence: str):
    answer = await client.post("/v1/api-keys", headers=org.headers, json=wish)

    assert answer.status_code == 400
    assert sentence in answer.json()["message"][0]


async def test_a_key_cannot_have_expired_before_it_begins(client: httpx.AsyncClient, org: Org):
    past = {"expiresAt": "2026-11-20T11:59:59Z"}

    created = await client.post("/v1/api-keys", headers=org.headers, json=past)
    made = await make(client, org, expiresAt="9998-12-31T23:59:59-14:00")
    changed = await client.patch(f"/v1/api-keys/{made['id']}", headers=org.headers, json=past)

    assert made["expiresAt"] == "9999-01-01T13:59:59.000Z"
    for answer in (created, changed):
        assert (answer.status_code, answer.json()["code"]) == (400, "expires_at_past")
        assert "in the future" in answer.json()["message"]


async def test_a_list_cannot_be_bounded_by_a_time_out_of_this_world(client: httpx.AsyncClient, org: Org):
    query = {"createdAtLt": "9999-12-31T23:59:59-14:00"}

    answer = await client.get("/v1/api-keys", headers=org.headers, params=query)

    assert answer.status_code == 400
    assert "between the years" in answer.json()["message"][0]


async def test_last_use_is_noted_at_most_once_a_minute(client: httpx.AsyncClient, org: Org, clock: SetClock):
    async def last_used() -> str:
        keys = (await client.get("/v1/api-keys", headers=org.headers)).json()
        return next(key["lastUsedAt"] for key in keys if key["kind"] == "private")

    first = await last_used()
    clock.advance(59)
    second = await last_used()
    clock.advance(1)
    third = await last_used()

    assert (first, second, third) == (
        "2026-11-20T12:00:00.000Z",
        "2026-11-20T12:00:00.000Z",
        "2026-11-20T12:01:00.000Z",
    )


async def test_another_organisation_sees_nothing(client: httpx.AsyncClient, org: Org, other_org: Org):
    made = await make(client, org)
    path = f"/v1/api-keys/{made['id']}"

    answers = [
        await client.get(path, headers=other_org.headers),
        await client.patch(path, headers=other_org.headers, json={"name": "mine"}),
        await client.post(f"{path}/rotate", headers=other_org.headers),
        await client.delete(path, headers=other_org.headers),
    ]
    listed = (await client.get("/v1/api-keys", headers=other_org.headers)).json()

    assert [a.status_code for a in answers] == [404] * 4
    assert made["id"] not in {key["id"] for key in listed}


def test_another_organisation_sees_nothing_in_sql(app: FastAPI, engine: Engine, org: Org):
    other = make_org(app, "Third")

    with transaction(engine, other.id) as session:
        seen = session.connection().execute(text("SELECT DISTINCT org_id FROM api_keys")).scalars().all()
        changed = session.connection().execute(
            text("UPDATE api_keys SET name = 'x' WHERE org_id = :o"), {"o": org.id}
        )

    assert seen == [other.id]
    assert changed.rowcount == 0


async def test_a_key_cannot_make_or_seize_a_public_key_that_may_do_more(client: httpx.AsyncClient, org: Org):
    weak = bearer((await make(client, org, scopes=["api_keys:write"]))["value"])
    public = await make(client, org, kind="public")

    made = await client.post("/v1/api-keys", headers=weak, json={"kind": "public"})
    seized = await client.post(f"/v1/api-keys/{public['id']}/rotate", headers=weak)

    assert [(a.status_code, a.json()["code"]) for a in (made, seized)] == [(403, "scope_not_yours")] * 2


RESTRICTED = {"allowedAssistantIds": ["a", "b"], "allowTransientAssistant": False}


async def test_a_restricted_key_makes_keys_that_are_restricted_alike(client: httpx.AsyncClient, org: Org):
    own = bearer((await make(client, org, restrictions=RESTRICTED))["value"])
    less = {**RESTRICTED, "allowedAssistantIds": ["a"]}

    inherited = await client.post("/v1/api-keys", headers=own, json={})
    narrower = await client.post("/v1/api-keys", headers=own, json={"restrictions": less})

    assert inherited.json()["restrictions"] | RESTRICTED == inherited.json()["restrictions"]
    assert narrower.json()["restrictions"]["allowedAssistantIds"] == ["a"]


@pytest.mark.parametrize(
    "wish",
    [{}, {"enabled": False, **RESTRICTED}, {**RESTRICTED, "allowedAssistantIds": ["a", "c"]}],
)
async def test_a_restricted_key_cannot_shed_its_restrictions(
    client: httpx.AsyncClient, org: Org, wish: dict[str, Any]
):
    key = await make(client, org, restrictions=RESTRICTED)
    own, free = bearer(key["value"]), await make(client, org)
    body = {"restrictions": wish}

    answers = [
        await client.post("/v1/api-keys", headers=own, json=body),
        await client.patch(f"/v1/api-keys/{key['id']}", headers=own, json=body),
        await client.post(f"/v1/api-keys/{free['id']}/rotate", headers=own),
        await client.post("/v1/organizations/current/signing-secret", headers=own),
    ]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "restrictions_not_yours")] * 4
