"""What an engine tells and hears through Redis."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import connect

from voice_engine.hosting.registry import Registry
from voice_engine.kernel.errors import NotFound
from voice_engine.simulate.world import assistant

pytestmark = pytest.mark.slow


@pytest.fixture
async def registry(engine, redis: Redis) -> AsyncIterator[Registry]:
    facts = {"id": "e", "url": "", "socket": "/x", "port": 1, "slots": 3}
    registry = Registry(redis, "e", facts, engine.host, engine.shipper)
    tasks = [asyncio.create_task(registry.keep_lease()), asyncio.create_task(registry.hear_commands())]
    yield registry
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def soon(question) -> object:
    """The first answer that is not empty."""
    async with asyncio.timeout(1.5):
        while not (found := await question()):  # noqa: ASYNC110  what is asked is in Redis
            await asyncio.sleep(0.01)
    return found


async def command(redis: Redis, call_id: str, message: object) -> dict:
    """What the API does for a control URL."""
    await redis.rpush("yingda:control:e", json.dumps({"id": "r1", "callId": call_id, "message": message}))
    answer = await redis.blpop(["yingda:reply:r1"], timeout=2)
    return json.loads(answer[1])


async def test_a_call_is_announced_as_soon_as_it_is_connected(engine, registry, redis):
    await soon(lambda: redis.get("yingda:engine:e"))
    spec = engine.expect()
    async with connect(engine.url(spec), max_queue=None):
        owner = await soon(lambda: redis.get(f"yingda:live:{spec.call_id}"))

    assert owner == b"e"


async def test_a_command_is_obeyed_and_answered(engine, registry, redis):
    spec = engine.expect(assistant(first_message=""))
    async with connect(engine.url(spec), max_queue=None) as client:
        await soon(lambda: redis.get(f"yingda:live:{spec.call_id}"))
        done = await command(redis, spec.call_id, {"type": "say", "content": "插播。"})
        async with asyncio.timeout(3):
            while "插播" not in str(await client.recv()):
                pass

    assert done == {"ok": True}


async def test_a_command_for_a_call_that_does_not_run_is_refused(engine, registry, redis):
    refused = await command(redis, "nobody", {"type": "end-call"})

    assert (refused["ok"], refused["code"]) == (False, "call_not_live")


async def test_a_command_that_makes_no_sense_harms_no_other(engine, registry, redis):
    await redis.rpush("yingda:control:e", "[1, 2]", "nonsense", '{"id": "x"}')

    refused = await command(redis, "nobody", {"type": "end-call"})

    assert refused["code"] == "call_not_live"


async def test_a_spec_is_taken_once(registry, engine, redis):
    spec = engine.expect()
    await redis.set(f"yingda:session:{spec.session_id}", spec.model_dump_json())

    assert await registry.take_spec(spec.session_id) == spec
    with pytest.raises(NotFound):
        await registry.take_spec(spec.session_id)
