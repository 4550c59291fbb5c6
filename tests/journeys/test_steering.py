"""A live call on the real product: handed over to a stored assistant, steered, ended by a hook."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.callers import becomes, ended, on_the_line, posted, until
from tests.emulators.target import Target, reply

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

Json = dict[str, Any]
VOICE = {"provider": "espeak", "voiceId": "en-us"}
MUTE = {"firstMessageMode": "assistant-waits-for-user", "voice": VOICE}


async def begun(client: httpx.Client, assistant: Json) -> Json:
    return await asyncio.to_thread(posted, client, "/v1/calls", {"assistant": assistant})


async def steer(client: httpx.Client, call: Json, **message: Any) -> Json:
    return await asyncio.to_thread(posted, client, call["monitor"]["controlUrl"], message, 200)


async def test_the_model_hands_over_to_a_stored_assistant_that_knows_what_was_said(client: httpx.Client):
    rules = [{"match": "bill", "reply": "Let me see."}]
    billing = {
        "name": "Billing", "firstMessage": "Hello {{ greeting }}, this is billing.", "voice": VOICE,
        "model": {"provider": "scripted", "model": "r", "rules": rules},
    }  # fmt: skip
    stored = await asyncio.to_thread(posted, client, "/v1/assistants", billing)
    plan = {
        "schema": {"type": "object", "properties": {"caller": {"type": "string"}}, "required": ["caller"]},
        "aliases": [{"key": "greeting", "value": "Mister {{ caller }}"}],
    }
    to = {"type": "assistant", "assistantId": stored["id"], "variableExtractionPlan": plan}
    tool = {
        "type": "handoff",
        "function": {"name": "to_billing"},
        "destinations": [{**to, "message": "Wait."}],
    }
    rule = {
        "match": "this is (?P<who>\\w+)",
        "tool": {"name": "to_billing", "arguments": {"caller": "{who}"}},
    }
    front = {"provider": "scripted", "model": "r", "rules": [rule], "tools": [tool]}

    call = await begun(client, {"name": "Front", "model": front, **MUTE})
    async with on_the_line(call["transport"]["websocketCallUrl"]) as caller:
        await asyncio.to_thread(becomes, client, call["id"], "in-progress")
        await steer(client, call, type="add-message", message={"role": "user", "content": "this is Smith"})
        await until(lambda: "billing" in " ".join(caller.answers()), lambda: caller.heard)

    books = await asyncio.to_thread(ended, client, call["id"])
    said = [m["message"] for m in books["messages"] if m["role"] == "bot"]
    assert said == ["Wait.", "Hello Mister Smith, this is billing."]


async def test_a_call_is_steered_from_outside_and_ends_with_its_hooks(client: httpx.Client):
    with Target(reply(body=json.dumps({"results": []}).encode())) as server:
        tool = {"type": "function", "function": {"name": "note"}, "server": {"url": server.url}}
        hook = {
            "on": "call.ending",
            "filters": [{"type": "oneOf", "key": "call.endedReason", "oneOf": ["assistant-ended-call"]}],
            "do": [{"type": "say", "exact": "Goodbye for now."}, {"type": "tool", "tool": tool}],
        }
        call = await begun(client, {"model": {"provider": "scripted", "model": "r"}, "hooks": [hook], **MUTE})
        async with on_the_line(call["transport"]["websocketCallUrl"]) as caller:
            await asyncio.to_thread(becomes, client, call["id"], "in-progress")
            await steer(client, call, type="append-context", kind="commentary", content="The parcel arrived.")
            await steer(client, call, type="say", content="Your parcel is here.", endCallAfterSpoken=True)
            await until(lambda: "Goodbye for now." in caller.answers(), lambda: caller.heard)

        books = await asyncio.to_thread(ended, client, call["id"])

    assert books["endedReason"] == "assistant-ended-call"
    assert [m["message"] for m in books["messages"] if m["role"] == "bot"] == [
        "Your parcel is here.",
        "Goodbye for now.",
    ]
    [seen] = server.seen
    assert json.loads(seen.body)["message"]["toolCallList"][0]["name"] == "note"


async def test_a_transfer_by_control_tells_the_client_and_ends_the_call(client: httpx.Client):
    call = await begun(client, {"model": {"provider": "scripted", "model": "r"}, **MUTE})
    to = {"type": "number", "number": "+8657188880000"}

    async with on_the_line(call["transport"]["websocketCallUrl"]) as caller:
        await asyncio.to_thread(becomes, client, call["id"], "in-progress")
        await steer(client, call, type="transfer", destination=to, content="Putting you through.")
        await until(lambda: "Putting you through." in caller.answers(), lambda: caller.heard)

    books = await asyncio.to_thread(ended, client, call["id"])
    assert books["endedReason"] == "assistant-forwarded-call"
