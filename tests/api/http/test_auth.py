"""Every way to be refused has its own code and says what to do."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, text

from tests.api.world import Org, SetClock

UNKNOWN = "sk_" + "7" * 37 + "4IkN2S"
HERE = "/v1/organizations/current"


async def ask(client: httpx.AsyncClient, authorization: str | None) -> httpx.Response:
    return await client.get(
        HERE, headers={"Authorization": authorization} if authorization is not None else {}
    )


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "api_key_missing"),
        ("", "api_key_missing"),
        ("Bearer", "api_key_missing"),
        ("Bearer   ", "api_key_missing"),
        ("Basic dXNlcjpwYXNz", "api_key_missing"),
        ("Bearer hello", "api_key_malformed"),
        ("Bearer sk_short", "api_key_malformed"),
        ("Bearer sk_" + "0" * 43, "api_key_malformed"),
        (f"Bearer {UNKNOWN}", "api_key_unknown"),
        ("Bearer a.b.c", "access_token_invalid"),
    ],
)
async def test_a_caller_we_do_not_know_is_told_why(
    client: httpx.AsyncClient, authorization: str | None, code: str
):
    answer = await ask(client, authorization)

    body = answer.json()
    assert answer.status_code == 401
    assert (body["code"], body["error"], body["statusCode"]) == (code, "Unauthorized", 401)
    assert body["message"].endswith((".", "?", "…"))
    assert body["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_public_key_is_told_that_the_other_kind_is_needed(client: httpx.AsyncClient, org: Org):
    answer = await ask(client, f"Bearer {org.public_key}")

    assert (answer.status_code, answer.json()["code"]) == (401, "public_key_not_allowed")
    assert "private key (sk_…)" in answer.json()["message"]


async def test_the_scheme_is_written_as_one_likes(client: httpx.AsyncClient, org: Org):
    assert (await ask(client, f"bearer  {org.private_key} ")).status_code == 200


async def test_a_key_is_looked_up_once_a_second(
    client: httpx.AsyncClient, engine: Engine, org: Org, clock: SetClock
):
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    for _ in range(5):
        await ask(client, f"Bearer {org.private_key}")
    clock.advance(1)
    await ask(client, f"Bearer {org.private_key}")

    assert sum("find_api_key" in statement for statement in asked) == 2


async def test_a_revocation_by_another_process_holds_after_a_second(
    client: httpx.AsyncClient, owner: Engine, org: Org, clock: SetClock
):
    await ask(client, f"Bearer {org.private_key}")
    with owner.begin() as connection:
        connection.execute(text("UPDATE api_keys SET revoked_at = now()"))

    before = await ask(client, f"Bearer {org.private_key}")
    clock.advance(1)
    after = await ask(client, f"Bearer {org.private_key}")

    assert before.status_code == 200
    assert after.json()["code"] == "api_key_revoked"


async def test_a_key_of_another_installation_is_unknown(
    client: httpx.AsyncClient, app: FastAPI, org: Org, owner: Engine
):
    with owner.begin() as connection:
        connection.execute(text("UPDATE api_keys SET hmac = sha256(hmac)"))

    assert (await ask(client, f"Bearer {org.private_key}")).json()["code"] == "api_key_unknown"
