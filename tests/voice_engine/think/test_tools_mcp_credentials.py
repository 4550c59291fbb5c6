"""MCP servers are shown who asks, like all others."""

import httpx2
import pytest

from tests.emulators.target import LOOPBACK, Target, reply
from voice_engine.servers.ask import Proof
from voice_engine.servers.tokens import Tokens
from voice_engine.think.tools.mcp_http import guarded_client

WAITS = httpx2.Timeout(5)


async def test_every_request_carries_the_token_unless_the_server_has_its_own():
    proof = Proof({"type": "bearer"}, {"token": "t"})
    with Target() as target:
        async with guarded_client({}, LOOPBACK, WAITS, proof) as http:
            await http.post(target.url, json={"a": 1})
        async with guarded_client({"Authorization": "mine"}, LOOPBACK, WAITS, proof) as http:
            await http.post(target.url, json={"a": 1})

    assert [seen.headers["authorization"] for seen in target.seen] == ["Bearer t", "mine"]
    assert target.seen[0].body == b'{"a":1}'


async def test_a_refused_token_is_replaced_once():
    grants = [reply(200, b'{"access_token":"t%d"}' % n) for n in (1, 2, 3)]
    with Target(*grants) as desk, Target(reply(401), reply(200, b"[]"), reply(401), reply(401)) as target:
        plan = {"type": "oauth2", "url": desk.url, "clientId": "me"}
        proof = Proof(plan, {"clientSecret": "s"}, LOOPBACK, Tokens())
        async with guarded_client({}, LOOPBACK, WAITS, proof) as http:
            first = await http.post(target.url, json={"a": 1})
            second = await http.post(target.url, json={"a": 2})

    assert (first.status_code, second.status_code) == (200, 401)
    shown = [seen.headers["authorization"] for seen in target.seen]
    assert shown == ["Bearer t1", "Bearer t2", "Bearer t2", "Bearer t3"]
    assert target.seen[0].body == target.seen[1].body


async def test_where_no_token_is_to_be_had_the_server_is_not_asked():
    plan = {"type": "oauth2", "url": "http://169.254.169.254/", "clientId": "me"}
    with Target() as target:
        proof = Proof(plan, {"clientSecret": "s"}, LOOPBACK, Tokens())
        async with guarded_client({}, LOOPBACK, WAITS, proof) as http:
            with pytest.raises(httpx2.ConnectError):
                await http.post(target.url, json={})

    assert target.seen == []
