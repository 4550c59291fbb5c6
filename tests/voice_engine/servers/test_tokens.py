"""Tokens of client credentials: fetched once, renewed early, never quoted."""

import asyncio
import threading
from dataclasses import dataclass, field

import pytest

from tests.emulators.target import LOOPBACK, Behaviour, Target, flood, reply, vanish
from voice_engine.kernel.errors import Unavailable, YingdaError
from voice_engine.servers.tokens import Client, Token, Tokens, fetched, usable_s

CLIENT = Client("https://id.example/token", "me", "hush")


@dataclass
class Endpoint:
    """Gives t1, t2, … once its gate is open; `fail` first."""

    life_s: float = 100
    fail: list[YingdaError] = field(default_factory=list)
    asked: int = 0
    gate: asyncio.Event | None = None

    async def __call__(self, client: Client) -> Token:
        self.asked += 1
        mine = self.asked
        if self.gate:
            await self.gate.wait()
        if self.fail:
            raise self.fail.pop(0)
        return Token(f"t{mine}", self.life_s)


class Now:
    at = 0.0

    def __call__(self) -> float:
        return self.at


async def test_a_token_is_fetched_once_and_renewed_when_it_is_used_up():
    endpoint, now = Endpoint(), Now()
    tokens = Tokens(endpoint, now)

    first = [await tokens.of(CLIENT), await tokens.of(CLIENT)]
    now.at = 100

    assert first == ["t1", "t1"]
    assert await tokens.of(CLIENT) == "t2"


async def test_however_many_ask_at_once_one_of_them_fetches():
    endpoint = Endpoint(gate=asyncio.Event())
    tokens = Tokens(endpoint)
    asking = [asyncio.create_task(tokens.of(CLIENT)) for _ in range(20)]
    await asyncio.sleep(0)
    assert endpoint.gate
    endpoint.gate.set()

    assert set(await asyncio.gather(*asking)) == {"t1"}
    assert endpoint.asked == 1


async def test_who_waits_shares_the_failure_and_the_next_one_tries_again():
    endpoint = Endpoint(gate=asyncio.Event(), fail=[Unavailable("token_refused", "no")])
    tokens = Tokens(endpoint)
    asking = [asyncio.create_task(tokens.of(CLIENT)) for _ in range(3)]
    await asyncio.sleep(0)
    assert endpoint.gate
    endpoint.gate.set()

    failures = await asyncio.gather(*asking, return_exceptions=True)

    assert [type(each) for each in failures] == [Unavailable] * 3
    assert (await tokens.of(CLIENT), endpoint.asked) == ("t2", 2)


async def test_a_fetch_that_is_given_up_leaves_the_others_to_fetch():
    endpoint = Endpoint(gate=asyncio.Event())
    tokens = Tokens(endpoint)
    first, second = asyncio.create_task(tokens.of(CLIENT)), asyncio.create_task(tokens.of(CLIENT))
    await asyncio.sleep(0)
    first.cancel()
    assert endpoint.gate
    endpoint.gate.set()

    assert await second == "t2"


async def test_who_stops_waiting_does_not_disturb_the_fetch():
    endpoint = Endpoint(gate=asyncio.Event())
    tokens = Tokens(endpoint)
    first, second = asyncio.create_task(tokens.of(CLIENT)), asyncio.create_task(tokens.of(CLIENT))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    assert endpoint.gate
    endpoint.gate.set()

    assert await first == "t1"


async def test_a_refused_token_is_not_used_again_and_a_newer_one_stays():
    tokens = Tokens(Endpoint())
    await tokens.of(CLIENT)

    tokens.refused(CLIENT, "t1")
    newer = await tokens.of(CLIENT)
    tokens.refused(CLIENT, "t1")

    assert (newer, await tokens.of(CLIENT)) == ("t2", "t2")


def test_workers_with_a_loop_each_share_the_token():
    endpoint = Endpoint()
    tokens = Tokens(endpoint)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(asyncio.run(tokens.of(CLIENT)))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["t1"] * 8


@pytest.mark.parametrize(
    ("told", "used"), [(3600, 3540), (60, 30), ("90", 45), (None, 240), (-1, 240), ("soon", 240), (1e99, 240)]
)
def test_a_token_is_renewed_a_minute_early_but_not_before_half_its_life(told: object, used: float):
    assert usable_s(told) == used


ANSWERS: dict[str, tuple[Behaviour, str]] = {
    "refuses": (reply(401, b'{"error":"invalid_client"}'), "token_refused"),
    "is down": (reply(503), "token_unavailable"),
    "talks nonsense": (reply(200, b"<html>"), "token_refused"),
    "gives a list": (reply(200, b"[]"), "token_refused"),
    "gives no token": (reply(200, b"{}"), "token_refused"),
    "gives another kind": (reply(200, b'{"access_token":"t","token_type":"mac"}'), "token_refused"),
    "gives a header": (reply(200, b'{"access_token":"t\\r\\nx: y"}'), "token_refused"),
    "redirects": (reply(302, b"", "location: http://10.0.0.1/\r\n"), "token_refused"),
    "hangs up": (vanish, "target_unreachable"),
    "floods": (flood, "token_refused"),
}


@pytest.mark.parametrize(("behaviour", "code"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_an_endpoint_that_fails_is_told_of_without_our_secret(behaviour: Behaviour, code: str):
    with Target(behaviour) as endpoint, pytest.raises(Unavailable) as failed:
        await fetched(Client(endpoint.url, "me", "hush-hush", allowed=tuple(LOOPBACK)))

    assert failed.value.code == code
    assert "hush-hush" not in failed.value.message


async def test_a_token_is_asked_for_in_a_form():
    with Target(reply(200, b'{"access_token":"t","expires_in":3600}')) as endpoint:
        token = await fetched(Client(endpoint.url, "me", "a&b", "read", tuple(LOOPBACK)))

    assert token == Token("t", 3540)
    assert endpoint.seen[0].body == (
        b"grant_type=client_credentials&client_id=me&client_secret=a%26b&scope=read"
    )
