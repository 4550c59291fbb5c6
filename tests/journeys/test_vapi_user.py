"""What a team on Vapi does with us, by voice: order a pizza with a tool, be handed over inside a squad, reach
the assistant a webhook names at call time, and go on talking where a chat left off. The assistants are made
with Vapi's own SDK; the callers speak, and a recogniser hears them.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from vapi import Vapi

from tests.callers import RATE, Caller, ended, on_the_line, posted, until
from tests.contracts.speech import speech_alone
from tests.product import Product

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

SENTENCES = (
    "i would like a mushroom pizza",
    "i have a question about my bill",
    "how much do i owe",
    "what did i order",
)
EARS = {"provider": "pocketsphinx", "language": "en", "grammar": list(SENTENCES)}
VOICE = {"provider": "espeak", "voiceId": "en-us"}
ANNOUNCED = "Your mushroom pizza comes in twenty minutes."


class Server:
    """A team's own server: answers tool calls and assistant requests, and notes everything it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.assistant: dict[str, Any] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["content-length"])))["message"]
                server.told.append(message)
                body = json.dumps(server.answer(message)).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """As Vapi's documentation asks for it."""
        if message["type"] == "tool-calls":
            return {
                "results": [{"toolCallId": c["id"], "result": ANNOUNCED} for c in message["toolCallList"]]
            }
        return self.assistant if message["type"] == "assistant-request" else {}

    def of(self, kind: str, call_id: str) -> list[dict[str, Any]]:
        """What it was told about one call."""
        return [m for m in self.told if m["type"] == kind and m["call"]["id"] == call_id]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def vapi(product: Product) -> Iterator[Vapi]:
    with httpx.Client(trust_env=False, timeout=20) as client:  # the SDK does not close its own
        yield Vapi(token=product.keys["privateKey"], base_url=product.url, httpx_client=client)


@pytest.fixture(scope="module")
def spoken() -> dict[str, bytes]:
    """Each sentence as sound, after a moment in which nobody speaks."""
    quiet = bytes(RATE * 2)
    return {sentence: quiet + speech_alone(sentence, "en-us") for sentence in SENTENCES}


def assistant(name: str, *rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """One that needs no key: it follows rules."""
    return {
        "name": name,
        "model": {"provider": "scripted", "model": "rules", "rules": list(rules), "otherwise": "Pardon?"},
        "transcriber": EARS,
        "voice": VOICE,
        "firstMessageMode": "assistant-waits-for-user",
        **fields,
    }


async def answered(caller: Caller, pcm: bytes, times: int = 1) -> str:
    """Say it; what the assistant says then."""
    caller.say(pcm)
    await until(lambda: len(caller.answers()) >= times, lambda: caller.heard)
    return caller.answers()[times - 1]


def websocket(url: Any) -> str:
    """Where a call's sound goes, whichever SDK type holds it."""
    found = url if isinstance(url, dict) else url.model_dump(by_alias=True)
    return str(found["websocketCallUrl"])


async def test_a_pizza_is_ordered_with_a_tool(
    vapi: Vapi, client: httpx.Client, server: Server, spoken: dict[str, bytes]
):
    tool = await asyncio.to_thread(
        vapi.tools.create,
        request={
            "type": "function",
            "function": {
                "name": "order_pizza",
                "description": "Orders a pizza.",
                "parameters": {"type": "object", "properties": {"topping": {"type": "string"}}},
            },
            "server": {"url": server.url},
        },
    )
    rule = {
        "match": "a (?P<topping>\\w+) pizza",
        "tool": {"name": "order_pizza", "arguments": {"topping": "{topping}"}},
        "onToolResult": "{result}",
    }
    wish = assistant("Pizzeria", rule, server={"url": server.url})
    wish["model"]["toolIds"] = [tool.id]
    made = await asyncio.to_thread(vapi.assistants.create, **_snake(wish))
    call = await asyncio.to_thread(
        vapi.calls.create, assistant_id=made.id, transport={"provider": "vapi.websocket"}
    )

    async with on_the_line(websocket(call.transport)) as caller:
        answer = await answered(caller, spoken["i would like a mushroom pizza"])
        sound = caller.sound

    books = await asyncio.to_thread(ended, client, call.id)
    assert answer == ANNOUNCED, json.dumps(caller.heard, ensure_ascii=False)[:6000]
    asked = server.of("tool-calls", call.id)[0]["toolCallList"][0]
    assert asked["function"] == {"name": "order_pizza", "arguments": {"topping": "mushroom"}}
    assert [m["role"] for m in books["messages"]][-4:] == ["user", "tool_calls", "tool_call_result", "bot"]
    assert sound > RATE
    await until(lambda: server.of("end-of-call-report", call.id), lambda: server.told)


async def test_a_caller_is_handed_over_inside_a_squad(
    vapi: Vapi, client: httpx.Client, server: Server, spoken: dict[str, bytes]
):
    handing = {
        "match": "bill",
        "tool": {"name": "handoff_to_Billing", "arguments": {"user_intent": "a bill"}},
    }
    billing = {"match": "owe|bill", "reply": "You owe thirty yuan."}
    members = [
        {
            "assistant": assistant("Front", handing, server={"url": server.url}),
            "assistantDestinations": [
                {"type": "assistant", "assistantName": "Billing", "description": "money"}
            ],
        },
        {"assistant": assistant("Billing", billing)},
    ]
    squad = await asyncio.to_thread(vapi.squads.create, members=members)
    call = await asyncio.to_thread(
        vapi.calls.create, squad_id=squad.id, transport={"provider": "vapi.websocket"}
    )

    async with on_the_line(websocket(call.transport)) as caller:
        caller.say(spoken["i have a question about my bill"])
        await until(lambda: "You owe thirty yuan." in caller.answers(), lambda: caller.heard)
        caller.say(spoken["how much do i owe"])
        await until(lambda: caller.answers().count("You owe thirty yuan.") == 2, lambda: caller.heard)

    books = await asyncio.to_thread(ended, client, call.id)
    started = [m["newAssistant"]["name"] for m in server.of("assistant.started", call.id)]
    assert started == ["Front", "Billing"]
    assert books["squadId"] == squad.id


async def test_a_webhook_chooses_the_assistant_at_call_time(
    client: httpx.Client, server: Server, spoken: dict[str, bytes]
):
    trunk = {"provider": "byo-sip-trunk", "name": "trunk", "gateways": [{"ip": "203.0.113.7"}]}
    credential = await asyncio.to_thread(posted, client, "/credential", trunk)
    wish = {
        "provider": "byo-phone-number",
        "number": "+862155501234",
        "credentialId": credential["id"],
        "server": {"url": server.url},
    }
    number = await asyncio.to_thread(posted, client, "/phone-number", wish)
    rule = {"match": "order", "reply": "A pizza, {{ customer.number }}."}
    server.assistant = {"assistant": assistant("Chosen", rule, serverMessages=["end-of-call-report"])}

    call = await asyncio.to_thread(
        posted, client, f"/v1/phone-numbers/{number['id']}/ring", {"number": "+8613800138000"}
    )
    async with on_the_line(call["transport"]["websocketCallUrl"]) as caller:
        answer = await answered(caller, spoken["what did i order"])

    books = await asyncio.to_thread(ended, client, call["id"])
    (asked,) = server.of("assistant-request", call["id"])
    assert answer == "A pizza, +8613800138000."
    assert (asked["phoneNumber"]["number"], asked["customer"]["number"]) == (
        "+862155501234",
        "+8613800138000",
    )
    assert (books["type"], books["phoneNumberId"]) == ("inboundPhoneCall", number["id"])


async def test_a_chat_goes_on_as_a_call(vapi: Vapi, client: httpx.Client, spoken: dict[str, bytes]):
    rules = (
        {"match": "mushroom", "reply": "One mushroom pizza, noted."},
        {"match": "what did i order", "reply": "A mushroom pizza, as you wrote."},
    )
    made = await asyncio.to_thread(vapi.assistants.create, **_snake(assistant("Waiter", *rules)))
    session = await asyncio.to_thread(vapi.sessions.create, assistant_id=made.id)
    chat = await asyncio.to_thread(vapi.chats.create, session_id=session.id, input="a mushroom pizza please")
    call = await asyncio.to_thread(posted, client, "/v1/calls", {"sessionId": session.id})

    async with on_the_line(call["transport"]["websocketCallUrl"]) as caller:
        answer = await answered(caller, spoken["what did i order"])

    await asyncio.to_thread(ended, client, call["id"])
    assert chat.output[0].content == "One mushroom pizza, noted."
    assert answer == "A mushroom pizza, as you wrote."

    def said() -> list[str]:
        return [m.get("content", "") for m in client.get(f"/session/{session.id}").json()["messages"]]

    await until(lambda: "A mushroom pizza, as you wrote." in said(), said)
    assert "One mushroom pizza, noted." in said()


def _snake(wish: dict[str, Any]) -> dict[str, Any]:
    """Field names as Vapi's Python SDK takes them, one level deep."""
    names = {
        "firstMessageMode": "first_message_mode",
        "serverMessages": "server_messages",
    }
    return {names.get(name, name): value for name, value in wish.items()}
