"""What a tenant's server sees of a request, on a real socket."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from tests.emulators.target import LOOPBACK, Target, hang, redirect, reply
from voice_engine.kernel.errors import BadRequest, Unavailable
from voice_engine.kernel.sealed import seal
from voice_engine.servers.ask import Ask, Servers
from voice_engine.servers.tokens import Tokens
from voice_engine.spec import AuthenticationSpec

SECRET = b"s" * 32
OAUTH = {"type": "oauth2", "clientId": "me"}


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as target:
        yield target


@pytest.fixture
def servers() -> Servers:
    return Servers(SECRET, LOOPBACK, tokens=Tokens())


def authentication(plan: dict[str, Any], **secrets: str) -> AuthenticationSpec:
    packed = {f"authenticationPlan.{name}": value for name, value in secrets.items()}
    sealed = seal(orjson.dumps(packed).decode(), SECRET, context="o1")
    return AuthenticationSpec(credential_id="c1", plan=plan, sealed=sealed)


async def test_a_message_carries_the_token_and_the_signature(target: Target, servers: Servers):
    proof = authentication({"type": "bearer"}, token="t")
    signing = servers.signing("o1")

    answer = await servers.request(Ask(target.url, b'{"a":1}', {}, proof, signing), "o1")

    seen = target.seen[0]
    assert (answer.status, seen.headers["authorization"]) == (200, "Bearer t")
    assert Webhook(signing[0]).verify(seen.body, seen.headers) == {"a": 1}


async def test_the_servers_own_headers_win_over_the_credential_but_not_over_the_signature(
    target: Target, servers: Servers
):
    proof = authentication({"type": "bearer"}, token="t")
    own = {"Authorization": "Basic mine", "Webhook-Id": "forged", "X-Shop": "9"}

    await servers.request(Ask(target.url, b"{}", own, proof, servers.signing("o1"), id="m1"), "o1")

    seen = target.seen[0].headers
    assert (seen["authorization"], seen["webhook-id"], seen["x-shop"]) == ("Basic mine", "m1", "9")


async def test_without_a_credential_and_without_secrets_nothing_is_added(target: Target, servers: Servers):
    await servers.request(Ask(target.url, b"", method="PUT"), "o1")

    assert not {"authorization", "webhook-id", "x-signature"} & set(target.seen[0].headers)


async def test_another_organisations_sealed_secret_does_not_open(target: Target, servers: Servers):
    with pytest.raises(Exception, match="cannot be opened"):
        await servers.request(Ask(target.url, b"", {}, authentication({"type": "bearer"}, token="t")), "o2")

    assert target.seen == []


# ── OAuth 2.0 ────────────────────────────────────────────────────────────────────────────────────────


def grant(token: str) -> Any:
    return reply(200, orjson.dumps({"access_token": token, "expires_in": 3600}))


async def test_a_token_is_fetched_for_the_first_request_and_used_for_the_next(
    target: Target, servers: Servers
):
    with Target(grant("t1")) as endpoint:
        proof = authentication({**OAUTH, "url": endpoint.url}, clientSecret="hush")
        for _ in range(3):
            await servers.request(Ask(target.url, b"{}", {}, proof), "o1")

        assert len(endpoint.seen) == 1
    assert [seen.headers["authorization"] for seen in target.seen] == ["Bearer t1"] * 3


async def test_a_refused_token_is_replaced_once(target: Target, servers: Servers):
    target.script = [reply(401), reply(200)]
    with Target(grant("t1"), grant("t2")) as endpoint:
        proof = authentication({**OAUTH, "url": endpoint.url}, clientSecret="hush")

        answer = await servers.request(Ask(target.url, b"{}", {}, proof, id="m1"), "o1")

    assert answer.status == 200
    assert [seen.headers["authorization"] for seen in target.seen] == ["Bearer t1", "Bearer t2"]


async def test_a_server_that_refuses_the_new_token_too_has_said_so(target: Target, servers: Servers):
    target.script = [reply(401)] * 3
    with Target(grant("t1"), grant("t2"), grant("t3")) as endpoint:
        proof = authentication({**OAUTH, "url": endpoint.url}, clientSecret="hush")

        answer = await servers.request(Ask(target.url, b"{}", {}, proof), "o1")

    assert (answer.status, len(target.seen)) == (401, 2)


async def test_an_endpoint_that_hangs_costs_no_more_than_the_servers_own_time(
    target: Target, servers: Servers
):
    with Target(hang) as endpoint:
        proof = authentication({**OAUTH, "url": endpoint.url}, clientSecret="hush")
        with pytest.raises(Unavailable) as late:
            await servers.request(Ask(target.url, b"{}", {}, proof, timeout_s=0.2), "o1")

    assert late.value.code == "token_unavailable"
    assert target.seen == []


async def test_an_endpoint_inside_our_network_is_not_asked(target: Target):
    proof = authentication({**OAUTH, "url": "http://169.254.169.254/token"}, clientSecret="hush")

    with pytest.raises(BadRequest, match="private network"):
        await Servers(SECRET, LOOPBACK, tokens=Tokens()).request(Ask(target.url, b"{}", {}, proof), "o1")


async def test_a_redirect_is_not_followed_with_our_token(target: Target, servers: Servers):
    target.script = [redirect("http://10.0.0.1/")]
    proof = authentication({"type": "bearer"}, token="t")

    answer = await servers.request(Ask(target.url, b"{}", {}, proof), "o1")

    assert (answer.status, len(target.seen)) == (302, 1)
