"""Logging in, staying logged in, being locked out, being logged out."""

from collections.abc import AsyncIterator

import httpx
import jwt
import pytest
from fastapi import FastAPI
from redis import Redis

from api.v1.members.passwords import check_strength, generate, hash_of, verify
from tests.api.world import Org, SetClock

PASSWORD = "Correct-Horse-7"


@pytest.fixture
async def email(client: httpx.AsyncClient, org: Org) -> str:
    """The address of a developer in `org`."""
    wish = {"email": "Mei@Example.cn", "name": "梅", "role": "developer", "password": PASSWORD}
    answer = await client.post("/v1/members", headers=org.headers, json=wish)
    assert answer.status_code == 201, answer.text
    return "Mei@Example.cn"


async def login(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/v1/auth/login", json={"email": email, "password": password})


def bearer(tokens: dict) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['accessToken']}"}


async def me(client: httpx.AsyncClient, tokens: dict) -> tuple[int, str]:
    answer = await client.get("/v1/auth/me", headers=bearer(tokens))
    return answer.status_code, answer.json().get("code", "")


async def refresh(client: httpx.AsyncClient, tokens: dict) -> httpx.Response:
    return await client.post("/v1/auth/refresh", json={"refreshToken": tokens["refreshToken"]})


async def test_who_logs_in_is_known(client: httpx.AsyncClient, email: str, org: Org):
    tokens = (await login(client, email.lower())).json()

    answer = (await client.get("/v1/auth/me", headers=bearer(tokens))).json()

    assert tokens["expiresIn"] == 3600
    assert (answer["email"], answer["orgId"], answer["role"]) == (email, org.id, "developer")
    assert answer["lastLoginAt"] == "2026-11-20T12:00:00.000Z"
    assert "passwordHash" not in answer


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: httpx.AsyncClient, email: str
):
    wrong = await login(client, email, "Wrong-Horse-7")
    unknown = await login(client, "nobody@example.cn")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["code"] == unknown.json()["code"] == "credentials_wrong"
    assert wrong.json()["message"] == unknown.json()["message"]


async def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(
    client: httpx.AsyncClient, email: str, clock: SetClock
):
    failures = [await login(client, email, "Wrong-Horse-7") for _ in range(5)]
    locked = await login(client, email)
    clock.advance(15 * 60 - 1)
    still = await login(client, email)
    clock.advance(1)
    free = await login(client, email)

    assert [f.status_code for f in failures] == [401, 401, 401, 401, 429]
    assert (locked.status_code, locked.json()["code"]) == (429, "account_locked")
    assert locked.headers["retry-after"] == "900"
    assert still.status_code == 429
    assert free.status_code == 200


@pytest.fixture
async def elsewhere(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The same server, asked from another address."""
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_stranger_locks_out_nobody_but_themselves(
    client: httpx.AsyncClient, elsewhere: httpx.AsyncClient, email: str
):
    for _ in range(5):
        await login(elsewhere, email, "Wrong-Horse-7")

    assert (await login(elsewhere, email)).status_code == 429
    assert (await login(client, email)).status_code == 200


async def test_twenty_failures_from_anywhere_lock_the_account_everywhere(
    app: FastAPI, client: httpx.AsyncClient, email: str
):
    for number in range(20):
        transport = httpx.ASGITransport(app, client=(f"203.0.113.{number}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
            last = await login(one, email, "Wrong-Horse-7")

    assert last.json()["code"] == "account_locked"
    assert (await login(client, email)).status_code == 429


async def test_a_success_forgives_earlier_failures(client: httpx.AsyncClient, email: str):
    for _ in range(4):
        await login(client, email, "Wrong-Horse-7")
    await login(client, email)

    outcomes = [(await login(client, email, "Wrong-Horse-7")).status_code for _ in range(4)]

    assert outcomes == [401] * 4


async def test_an_access_token_ends_after_an_hour(client: httpx.AsyncClient, email: str, clock: SetClock):
    tokens = (await login(client, email)).json()

    clock.advance(3599)
    before = await me(client, tokens)
    clock.advance(1)

    assert before == (200, "")
    assert await me(client, tokens) == (401, "access_token_expired")


async def test_a_refresh_token_buys_a_new_pair(client: httpx.AsyncClient, email: str, clock: SetClock):
    first = (await login(client, email)).json()
    clock.advance(3600)

    second = (await refresh(client, first)).json()

    assert second["refreshToken"] != first["refreshToken"]
    assert await me(client, second) == (200, "")


async def test_a_refresh_token_used_twice_ends_the_login(client: httpx.AsyncClient, email: str):
    first = (await login(client, email)).json()
    second = (await refresh(client, first)).json()
    await me(client, second)

    stolen = await refresh(client, first)
    heir = await refresh(client, second)

    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_token_reused")
    assert heir.json()["code"] == "login_ended"
    assert await me(client, second) == (401, "login_ended")


async def test_another_login_of_the_same_person_survives_the_theft(client: httpx.AsyncClient, email: str):
    phone = (await login(client, email)).json()
    laptop = (await login(client, email)).json()
    await refresh(client, phone)

    await refresh(client, phone)

    assert await me(client, laptop) == (200, "")


async def test_a_refresh_token_ends_after_seven_days(client: httpx.AsyncClient, email: str, clock: SetClock):
    tokens = (await login(client, email)).json()

    clock.advance(7 * 86_400)

    assert (await refresh(client, tokens)).json()["code"] == "refresh_token_expired"


@pytest.mark.parametrize(
    "token", ["", "rt_", "rt_" + "z" * 75, "rt_" + "0" * 75, "x" * 200, "rt_" + "é" * 75]
)
async def test_a_made_up_refresh_token_is_unknown(client: httpx.AsyncClient, app: FastAPI, token: str):
    answer = await client.post("/v1/auth/refresh", json={"refreshToken": token})

    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_unknown")


async def test_logging_out_ends_both_tokens_at_once(client: httpx.AsyncClient, email: str):
    tokens = (await login(client, email)).json()
    await me(client, tokens)

    answer = await client.post("/v1/auth/logout", headers=bearer(tokens))

    assert answer.status_code == 204
    assert await me(client, tokens) == (401, "login_ended")
    assert (await refresh(client, tokens)).json()["code"] == "login_ended"


async def test_a_key_is_not_a_person(client: httpx.AsyncClient, org: Org):
    answer = await client.get("/v1/auth/me", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "login_needed")


async def test_a_token_signed_by_somebody_else_is_refused(client: httpx.AsyncClient, email: str):
    tokens = (await login(client, email)).json()
    claims = jwt.decode(tokens["accessToken"], options={"verify_signature": False})
    forged = {
        "none": jwt.encode(claims, None, algorithm="none"),
        "HS256": jwt.encode(claims, "s" * 32, algorithm="HS256"),
        "cut": tokens["accessToken"][:-4],
        "dots": "a.b.c",
    }

    codes = {name: await me(client, {"accessToken": token}) for name, token in forged.items()}

    assert set(codes.values()) == {(401, "access_token_invalid"), (401, "jwt_malformed")}


async def test_the_published_key_verifies_our_tokens(client: httpx.AsyncClient, email: str):
    tokens = (await login(client, email)).json()

    jwks = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    key = jwks[jwt.get_unverified_header(tokens["accessToken"])["kid"]]
    claims = jwt.decode(
        tokens["accessToken"], key, ["EdDSA"], options={"verify_exp": False, "verify_iat": False}
    )

    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Ab1", "at least 8 characters"),
        ("alllower1", "an upper-case letter"),
        ("ALLUPPER1", "a lower-case letter"),
        ("NoDigits", "a digit"),
        ("", "at least 8 characters, an upper-case letter, a lower-case letter, a digit"),
    ],
)
def test_a_weak_password_is_told_what_it_lacks(password: str, missing: str):
    with pytest.raises(ValueError, match=missing):
        check_strength(password)


def test_generated_passwords_are_strong_and_different():
    made = {check_strength(generate()) for _ in range(100)}

    assert len(made) == 100


def test_a_hash_fits_its_password_only():
    hashed = hash_of(PASSWORD)

    assert verify(PASSWORD, hashed)[0]
    assert not verify("Correct-Horse-8", hashed)[0]
    assert not verify(PASSWORD, None)[0]


async def test_an_address_may_try_a_hundred_times_a_minute(
    client: httpx.AsyncClient, redis: Redis, clock: SetClock
):
    window = int(clock.wall().timestamp() // 60)
    redis.set(f"yingda:limit:login:127.0.0.1:{window}", 99)

    hundredth = await login(client, "nobody@example.cn")
    one_more = await login(client, "nobody@example.cn")
    clock.advance(60)
    next_minute = await login(client, "nobody@example.cn")

    assert hundredth.json()["code"] == "credentials_wrong"
    assert (one_more.status_code, one_more.json()["code"]) == (429, "rate_limited")
    assert one_more.headers["retry-after"] == "60"
    assert next_minute.status_code == 401
