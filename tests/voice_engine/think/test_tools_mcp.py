"""Tools of real MCP servers, and what becomes of a call when they misbehave."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.emulators.mcp_server import serving, weather_server
from tests.emulators.target import LOOPBACK, Target, closed_port, hang, redirect, reply
from tests.voice_engine.think.conversation import Heard, asked
from voice_engine.spec import ToolMessageSpec, ToolSpec
from voice_engine.think.tools import mcp
from voice_engine.think.tools.base import ToolAccess
from voice_engine.think.tools.toolbox import Toolbox


def spec(url: str, **fields: Any) -> ToolSpec:
    return ToolSpec(**{"name": "mcp", "kind": "mcp", "server_url": url, "timeout_s": 2, **fields})


async def no_server(*_: Any) -> dict[str, Any]:
    return {}


@asynccontextmanager
async def connected(
    *specs: ToolSpec, allowed: list[str] = LOOPBACK, tools: int = 1
) -> AsyncIterator[Toolbox]:
    """A toolbox that has connected, or given up."""
    box = Toolbox(specs, Heard(), ToolAccess(no_server, allowed=allowed))
    box.start()
    deadline = time.monotonic() + 20
    while len(box.offered()) < tools and time.monotonic() < deadline:
        if all(s._owner and s._owner.done() for s in box._mcp._servers):
            break
        await asyncio.sleep(0.02)
    try:
        yield box
    finally:
        await box.close()


async def called(box: Toolbox, name: str, arguments: str = "{}") -> str:
    rounds = asked((name, arguments))
    await box.run(rounds)
    return rounds.results[0]


@pytest.mark.parametrize("protocol", ["shttp", "sse"])
async def test_tools_are_listed_called_and_checked(protocol: str):
    server = weather_server()
    app, path = (server.streamable_http_app(), "/mcp") if protocol == "shttp" else (server.sse_app(), "/sse")

    async with serving(app) as url, connected(spec(url + path, mcp_protocol=protocol)) as box:
        names = [tool.name for tool in box.offered()]
        told = await called(box, "weather", '{"city": "杭州"}')
        wrong = await called(box, "weather")
        failed = await called(box, "broken")

    assert names == ["weather", "broken", "slow", "huge"]
    assert told == "杭州晴"
    assert wrong.startswith("weather was not run: city is missing")
    assert "no rain gauge" in failed


async def test_a_server_of_old_is_reached_by_sse_without_being_told():
    async with serving(weather_server().sse_app()) as url, connected(spec(url + "/sse")) as box:
        assert await called(box, "weather", '{"city": "杭州"}') == "杭州晴"


async def test_names_that_are_taken_get_their_servers_in_front():
    async with serving(weather_server().streamable_http_app()) as url:
        mine = ToolSpec(name="slow")
        servers = [spec(url + "/mcp"), spec(url + "/mcp", name="second")]
        async with connected(mine, *servers, tools=9) as box:
            names = {tool.name for tool in box.offered()}
            told = await called(box, "second_weather", '{"city": "宁波"}')

    assert names == {
        "slow", "weather", "broken", "huge", "mcp_slow",
        "second_weather", "second_broken", "second_slow", "second_huge",
    }  # fmt: skip
    assert told == "宁波晴"


async def test_a_tool_of_a_server_may_have_words_of_its_own():
    done = ToolMessageSpec(at="request-complete", texts={"": "查到了。"})

    async with (
        serving(weather_server().streamable_http_app()) as url,
        connected(spec(url + "/mcp", mcp_messages={"weather": (done,)})) as box,
    ):
        rounds = asked(("weather", '{"city": "杭州"}'))
        await box.run(rounds)

    assert rounds.closing == "查到了。"


async def test_a_hanging_tool_is_given_up_and_the_next_call_works():
    async with (
        serving(weather_server().streamable_http_app()) as url,
        connected(spec(url + "/mcp", timeout_s=0.3)) as box,
    ):
        gave_up = await called(box, "slow")
        after = await called(box, "weather", '{"city": "杭州"}')

    assert gave_up == "The tool did not answer within 0.3 seconds."
    assert after == "杭州晴"


@pytest.mark.parametrize("protocol", ["shttp", "sse"])
async def test_an_answer_that_would_fill_our_memory_is_refused(protocol: str):
    server = weather_server()
    app, path = (server.streamable_http_app(), "/mcp") if protocol == "shttp" else (server.sse_app(), "/sse")

    async with serving(app) as url, connected(spec(url + path, mcp_protocol=protocol)) as box:
        told = await called(box, "huge")

    assert len(told) < 500
    assert "failed" in told or "did not answer" in told


async def test_a_server_that_dies_and_comes_back_is_connected_again():
    async with serving(weather_server().streamable_http_app()) as url:
        port = int(url.rsplit(":", 1)[1])
        box = Toolbox([spec(url + "/mcp")], Heard(), ToolAccess(no_server, allowed=LOOPBACK))
        box.start()
        while not box.offered():  # noqa: ASYNC110  nobody needs to be told when it is
            await asyncio.sleep(0.02)
    dead = await called(box, "weather", '{"city": "杭州"}')
    async with serving(weather_server().streamable_http_app(), port):
        alive = await called(box, "weather", '{"city": "杭州"}')
        await box.close()

    assert "MCP server" in dead
    assert alive == "杭州晴"


@pytest.mark.parametrize("behaviour", [reply(500), reply(200, b"hello"), redirect("http://169.254.169.254/")])
async def test_a_server_that_is_none_offers_nothing(behaviour: Any):
    with Target(*[behaviour] * 6) as target:
        async with connected(spec(target.url)) as box:
            assert box.offered() == []

    assert {seen.path for seen in target.seen} == {"/hook"}


async def test_a_server_that_refuses_or_hangs_does_not_hold_the_call_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mcp, "CONNECT_S", 0.3)
    monkeypatch.setattr(mcp, "CLOSE_S", 0.3)
    with Target(hang, hang, hang) as target, closed_port() as port:
        box = Toolbox(
            [spec(target.url), spec(f"http://127.0.0.1:{port}/mcp", name="closed")],
            Heard(),
            ToolAccess(no_server, allowed=LOOPBACK),
        )
        box.start()
        began = time.monotonic()
        assert box.offered() == []
        await box.close()
        assert time.monotonic() - began < 3


async def test_private_networks_are_out_of_reach():
    with Target() as target:
        async with connected(spec(target.url), allowed=[]) as box:
            assert box.offered() == []

    assert target.seen == []


async def test_headers_travel_with_every_request():
    with Target(*[reply(500)] * 6) as target:
        async with connected(spec(target.url, server_headers={"Authorization": "Bearer x"})):
            pass

    assert {seen.headers["authorization"] for seen in target.seen} == {"Bearer x"}
    assert {seen.headers["accept-encoding"] for seen in target.seen} == {"identity"}


async def test_nothing_is_left_behind():
    before = asyncio.all_tasks()

    async with (
        serving(weather_server().streamable_http_app()) as url,
        connected(spec(url + "/mcp")) as box,
    ):
        await called(box, "weather", '{"city": "杭州"}')

    left = asyncio.all_tasks() - before
    assert [task for task in left if "LifespanOn" not in repr(task)] == []  # uvicorn's own
