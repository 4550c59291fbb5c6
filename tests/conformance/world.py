"""The whole product, a customer's own model, and what operations need to find: a talker, a call, a line."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.sync.client import connect

from tests.conformance.operations import SOCKET, TALKER
from tests.emulators.openai import OpenAiEmulator
from tests.product import Product, serving, until

TOOL = {
    "type": "function",
    "function": {"name": "balance", "parameters": {"type": "object", "properties": {}}},
}
TRUNK = {"provider": "byo-sip-trunk", "name": "trunk", "gateways": [{"ip": "203.0.113.7"}]}
FRAME = bytes(640)


@dataclass
class World:
    """`known` are the ids that operations may refer to."""

    product: Product
    llm: str
    known: dict[str, str]

    @property
    def key(self) -> str:
        """The private key."""
        return self.product.keys["privateKey"]

    @property
    def public_key(self) -> str:
        """The key of a web page."""
        return self.product.keys["publicKey"]


@contextmanager
def world() -> Iterator[World]:
    """From an empty directory to a call that is over, in about fifteen seconds."""
    settings = {"YINGDA_ALLOWED_TARGETS": '["127.0.0.0/8"]', "YINGDA_API_RATE_LIMIT_KEY": "0"}
    with OpenAiEmulator(model=_model) as llm, serving(**settings) as product:
        made = World(product, llm.url, {"llm": llm.url})
        headers = {"Authorization": f"Bearer {made.key}"}
        with httpx.Client(base_url=product.url, headers=headers, trust_env=False, timeout=20) as client:
            for demo in client.get("/v1/assistants").json():  # of engines that Vapi does not know
                client.delete(f"/v1/assistants/{demo['id']}")
            talker = TALKER | {"model": TALKER["model"] | {"url": llm.url, "tools": [TOOL]}}
            made.known["talker"] = _id(client.post("/v1/assistants", json=talker))
            made.known["talked"] = _talk(client, made.known["talker"])
            _try(made.known, "trunk", client.post("/v1/credentials", json=TRUNK))
            line = {"provider": "byo-phone-number", "credentialId": made.known.get("trunk")}
            line["number"] = "+862155550100"
            _try(made.known, "line", client.post("/phone-number", json=line))
            document = {"file": ("hours.txt", b"We open at nine.\n", "text/plain")}
            _try(made.known, "document", client.post("/file", files=document))
        yield made


def _model(messages: Sequence[Mapping[str, Any]]) -> str | tuple[str, Mapping[str, Any]]:
    """Asks for a tool when it is told to, and otherwise says something."""
    last = messages[-1]
    if last["role"] == "user" and "balance" in str(last["content"]):
        return "balance", {}
    return "好的。"


def _talk(client: httpx.Client, assistant: str) -> str:
    """A call with a greeting, a question, a tool and an answer; its id, once it is complete."""
    call = client.post("/v1/calls", json={"assistantId": assistant, "transport": SOCKET}).json()
    with connect(call["transport"]["websocketCallUrl"]) as socket:
        socket.send(json.dumps({"type": "text", "text": "my balance, please"}))
        deadline = time.monotonic() + 60
        for message in socket:
            assert time.monotonic() < deadline, "the call does not come to its end"
            if isinstance(message, bytes):
                socket.send(FRAME)
                continue
            said = json.loads(message)
            if said["type"] == "tool-calls":
                result = {"toolCallId": said["toolCallList"][0]["id"], "result": "nothing"}
                socket.send(json.dumps({"type": "tool-calls-result", "toolCallResult": result}))
            if said["type"] == "transcript" and said["role"] == "assistant" and "好的" in said["transcript"]:
                socket.send(json.dumps({"type": "hangup"}))
    until(lambda: "recordingUrl" in client.get(f"/v1/calls/{call['id']}").json())
    return str(call["id"])


def _id(response: httpx.Response) -> str:
    assert response.is_success, response.text
    return str(response.json()["id"])


def _try(known: dict[str, str], name: str, response: httpx.Response) -> None:
    """What is not there yet fails the operations that refer to it, and no other."""
    if response.is_success:
        known[name] = response.json()["id"]
