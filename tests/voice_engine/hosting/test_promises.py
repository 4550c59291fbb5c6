"""What a call promised about data is kept by the engine that runs it."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from voice_engine.audio.wav import HEADER_BYTES
from voice_engine.hosting.shipper import STREAM
from voice_engine.hosting.spool import recording_key
from voice_engine.kernel.events import Event, EventType
from voice_engine.simulate.world import assistant
from voice_engine.spec import ConsentSpec, SessionSpec

PHONE, STARRED = "我的电话是13800138000", "我的电话是138****8000"
LATER = ConsentSpec(kind="verbal", message="可以录音吗？", after_caller=True)


async def call(
    engine: Any, redis: Any, spec: SessionSpec, *typed: str, until: EventType | None = None
) -> list[Event]:
    """What the engine shipped of a call in which the client typed, and stayed until this had happened and the
    agent was heard after it."""
    engine.specs[spec.session_id] = spec
    async with connect(engine.url(spec)) as client:
        for text in typed:
            said = {"role": "user", "content": text}
            await client.send(json.dumps({"type": "add-message", "message": said}))
            await asyncio.sleep(0.05)
        if until:
            await _heard_after(engine, spec, client, until)
        await client.send(json.dumps({"type": "end-call"}))
        async with asyncio.timeout(5):
            await client.wait_closed()
    assert await engine.shipper.drain(5)
    return [Event.from_json(entry[1][b"event"]) for entry in await redis.xrange(STREAM)]


async def _heard_after(engine: Any, spec: SessionSpec, client: Any, what: EventType) -> None:
    happened = asyncio.Event()
    events = engine.host.find(spec.call_id).events
    events.subscribe(lambda event: happened.set() if event.type is what else None)
    log = engine.spool / spec.session_id / "events.jsonl"
    async with asyncio.timeout(5):
        if what.value not in log.read_text():
            await happened.wait()
        for _ in range(12):  # beyond what was under way when it happened
            while not any(sound := await client.recv()) or isinstance(sound, str):
                pass


@pytest.mark.parametrize(("answer", "kept"), [("不同意", False), ("", False), ("同意", True)])
async def test_a_recording_is_kept_only_with_consent(engine: Any, redis: Any, answer: str, kept: bool):
    spec = engine.expect(assistant(first_message="您好，请讲，我在听。", consent=LATER))

    agreed = EventType.RECORDING_CONSENT if kept else None
    events = await call(engine, redis, spec, "喂", *([answer] if answer else []), until=agreed)

    decided = [e.data["granted"] for e in events if e.type is EventType.RECORDING_CONSENT]
    assert decided == ([kept] if answer else [])
    assert any(e.type is EventType.RECORDING_READY for e in events) is kept
    file = engine.blobs.path(recording_key(spec))
    assert file.exists() is kept
    assert any(file.read_bytes()[HEADER_BYTES:]) if kept else True


@pytest.mark.parametrize(("masked", "said"), [(True, STARRED), (False, PHONE)])
async def test_personal_numbers_leave_the_engine_as_the_plan_says(
    engine: Any, redis: Any, masked: bool, said: str
):
    spec = engine.expect().model_copy(update={"masked": masked})

    events = await call(engine, redis, spec, PHONE)

    words = [e.data["message"] for e in events if e.type is EventType.MESSAGE and e.data["role"] == "user"]
    assert words == [said]
    assert ("13800138000" in str([e.data for e in events])) is not masked
