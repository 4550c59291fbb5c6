"""Tokens that an organisation signs itself are keys."""

from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.http.jwt import AccessTokens, Claims
from tests.api.world import Org, SetClock
from voice_engine.kernel.errors import Unauthorized

HERE = "/v1/organizations/current"


@pytest.fixture
async def secret(client: httpx.AsyncClient, org: Org) -> str:
    answer = await client.post(f"{HERE}/signing-secret", headers=org.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["value"])


def signed(org: Org, secret: str, clock: SetClock, hours: float = 1, **token: Any) -> dict[str, str]:
    exp = int((clock.wall() + timedelta(hours=hours)).timestamp())
    claims = {"orgId": org.id, "exp": exp, "token": {"tag": "private", **token}}
    return {"Authorization": f"Bearer {jwt.encode(claims, secret, algorithm='HS256')}"}


async def test_a_private_one_is_a_private_key_for_everything_but_administration(client, org, secret, clock):
    headers = signed(org, secret, clock)

    read = await client.get("/v1/assistants", headers=headers)
    written = await client.post("/v1/assistants", headers=headers, json={"model": {"provider": "scripted"}})
    people = await client.get("/v1/members", headers=headers)

    assert (read.status_code, written.status_code, people.status_code) == (200, 201, 403)


async def test_a_public_one_is_a_public_key(client, org, secret, clock):
    answer = await client.get("/v1/assistants", headers=signed(org, secret, clock, tag="public"))

    assert (answer.status_code, answer.json()["code"]) == (401, "public_key_not_allowed")


async def test_its_restrictions_hold(client, org, secret, clock):
    headers = signed(org, secret, clock, restrictions={"allowedOrigins": ["https://A.cn/"]})

    inside = await client.get("/v1/assistants", headers={**headers, "Origin": "https://a.cn"})
    outside = await client.get("/v1/assistants", headers={**headers, "Origin": "https://b.cn"})

    assert (inside.status_code, outside.status_code) == (200, 403)


async def test_its_scopes_may_be_fewer_and_never_more(client, org, secret, clock):
    fewer = await client.post(
        "/v1/assistants", headers=signed(org, secret, clock, scopes=["assistants:read"]), json={}
    )
    more = await client.get("/v1/members", headers=signed(org, secret, clock, scopes=["members:read"]))

    assert (fewer.status_code, more.status_code) == (403, 401)
    assert more.json()["code"] == "jwt_scope_not_allowed"


@pytest.mark.parametrize(("hours", "code"), [(0, "jwt_expired"), (24.1, "jwt_too_long")])
async def test_it_lives_a_day_at_most(client, org, secret, clock, hours: float, code: str):
    answer = await client.get(HERE, headers=signed(org, secret, clock, hours))

    assert (answer.status_code, answer.json()["code"]) == (401, code)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"orgId": "x"},
        {"orgId": 3},
        {"token": {}},
        {"token": "private"},
        {"token": {"tag": "root"}},
        {"token": {"tag": "private", "scopes": "calls:read"}},
        {"token": {"tag": "private", "restrictions": []}},
        {"token": {"tag": "private", "restrictions": {"allowedCidrs": ["10.0.0.1/8"]}}},
        {"token": {"tag": "private", "restrictions": {"allowedOrigins": [1]}}},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("nan")},
        {"token": {"tag": "private", "restrictions": {"allowTransientAssistant": "false"}}},
    ],
)
async def test_odd_claims_are_refused(client, org, secret, clock, claims: dict):
    exp = int(clock.wall().timestamp()) + 60
    whole = {"orgId": org.id, "exp": exp, "token": {"tag": "private"}, **claims} if claims else {}
    token = jwt.encode(whole, secret, algorithm="HS256")

    answer = await client.get(HERE, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


async def test_an_api_key_signs_nothing_and_neither_does_another_organisation(
    client, org: Org, other_org: Org, secret: str, clock
):
    theirs = await client.get(HERE, headers=signed(other_org, secret, clock))
    by_key = await client.get(HERE, headers=signed(org, org.private_key, clock))

    assert {theirs.json()["code"], by_key.json()["code"]} == {"jwt_signature_wrong"}
    assert "signing secret" in by_key.json()["message"]


async def test_a_new_secret_leaves_the_old_one_a_day(client, org, secret, clock: SetClock):
    rotated = await client.post(f"{HERE}/signing-secret", headers=org.headers)
    clock.advance(86_000)
    still = await client.get("/v1/assistants", headers=signed(org, secret, clock))
    clock.advance(500)
    over = await client.get("/v1/assistants", headers=signed(org, secret, clock))
    fresh = await client.get("/v1/assistants", headers=signed(org, rotated.json()["value"], clock))

    assert rotated.json()["previousExpiresAt"] == "2026-11-21T12:00:00.000Z"
    assert (still.status_code, over.status_code, fresh.status_code) == (200, 401, 200)


async def test_dropping_the_secret_ends_all_tokens_at_once(client, org, secret, clock, owner: Engine):
    await client.get("/v1/assistants", headers=signed(org, secret, clock))

    dropped = await client.delete(f"{HERE}/signing-secret", headers=org.headers)

    assert dropped.json()["id"] == org.id
    assert (await client.get("/v1/assistants", headers=signed(org, secret, clock))).status_code == 401


async def test_the_secret_is_sealed_and_not_shown_again(client, org, secret, owner: Engine):
    shown = await client.get(HERE, headers=org.headers)

    with owner.connect() as connection:
        stored = str(connection.execute(text("SELECT settings FROM organizations")).scalars().all())
    assert secret not in shown.text + stored
    assert "signing" not in shown.json()


async def test_whoever_holds_less_makes_no_secret(client, org: Org):
    made = await client.post("/v1/api-keys", headers=org.headers, json={"scopes": ["api_keys:*"]})
    headers = {"Authorization": f"Bearer {made.json()['value']}"}

    answer = await client.post(f"{HERE}/signing-secret", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_yours")


def test_with_an_rsa_key_access_tokens_are_rs256_and_older_ones_stay_good(clock: SetClock):
    pem = generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )  # fmt: skip
    before, after = AccessTokens(b"s" * 32), AccessTokens(b"s" * 32, pem.decode())
    claims = Claims("o", "m", "l")

    old, new = (tokens.sign(claims, now=clock.wall()) for tokens in (before, after))

    assert [jwt.get_unverified_header(token)["alg"] for token in (old, new)] == ["EdDSA", "RS256"]
    assert [after.verify(token, now=clock.wall()) for token in (old, new)] == [claims, claims]
    keys = jwt.PyJWKSet.from_dict(after.jwks())
    kid = jwt.get_unverified_header(new)["kid"]
    options = {"verify_exp": False, "verify_iat": False}
    assert jwt.decode(new, keys[kid], ["RS256"], options=options)["sub"] == "m"
    with pytest.raises(Unauthorized):
        before.verify(new, now=clock.wall())


async def test_the_roles_are_told(client: httpx.AsyncClient, app: FastAPI, org: Org):
    found = (await client.get("/v1/roles", headers=org.headers)).json()

    roles = {role["role"]: role["permissions"] for role in found["roles"]}
    assert list(roles) == ["owner", "admin", "developer", "billing", "viewer"]
    assert roles["owner"]["audit"] == ["read", "write"]
    assert "calls" not in roles["billing"]
    assert roles["viewer"]["calls"] == ["read"]
    assert "audit" not in roles["developer"]
