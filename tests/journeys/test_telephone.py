"""Calls by telephone on the whole product, with real sound: a gateway of the tests' own picks up the order,
lets it ring, and carries what is said.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from redis import Redis

from api.launcher.running import Running
from tests.callers import RATE, becomes, on_the_line, posted, until
from tests.contracts.speech import speech_alone
from tests.emulators.gateway import GatewayEmulator
from tests.product import Product

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

ASSISTANT = {
    "name": "Desk",
    "model": {"provider": "scripted", "rules": [{"match": "opening", "reply": "From nine to five."}]},
    "transcriber": {
        "provider": "pocketsphinx", "language": "en", "grammar": ["what are your opening hours"],
    },
    "voice": {"provider": "espeak", "voiceId": "en-us"},
    "firstMessage": "Hello {{ customer.name }}.",
}  # fmt: skip
TRUNK = {"provider": "byo-sip-trunk", "gateways": [{"ip": "203.0.113.7"}]}


@pytest.fixture(scope="module")
def gateway(product: Product) -> Iterator[GatewayEmulator]:
    running = Running.find(product.data_dir)
    assert running is not None
    with Redis.from_url(running.redis_url, protocol=2) as redis:
        yield GatewayEmulator(redis).register()


@pytest.fixture(scope="module")
def number(client: httpx.Client) -> str:
    trunk = posted(client, "/v1/credentials", TRUNK)["id"]
    body = {"provider": "byo-phone-number", "number": "01088888888", "credentialId": trunk}
    return str(posted(client, "/v1/phone-numbers", body)["id"])


def order_for(gateway: GatewayEmulator, id: str) -> dict[str, Any]:
    order = gateway.wait_for_order(20)
    assert order["callId"] == id
    return order


async def test_a_called_person_answers_talks_and_hangs_up(
    client: httpx.Client, gateway: GatewayEmulator, number: str
):
    question = bytes(RATE * 2) + speech_alone("what are your opening hours", "en-us")
    body = {
        "assistant": ASSISTANT,
        "phoneNumberId": number,
        "customer": {"number": "13800138000", "name": "Li"},
    }
    call = posted(client, "/v1/calls", body)
    order = await asyncio.to_thread(order_for, gateway, call["id"])
    gateway.tell(order, "ringing")
    await asyncio.to_thread(becomes, client, call["id"], "ringing")
    gateway.tell(order, "answered", providerId="sip-4711")
    async with on_the_line(order["media"]["url"]) as caller:
        await until(lambda: caller.answers(), lambda: caller.heard)
        live = await asyncio.to_thread(becomes, client, call["id"], "in-progress")
        caller.say(question)
        await until(lambda: "From nine to five." in caller.answers(), lambda: caller.heard)
        said, sound = caller.answers(), caller.sound
        await asyncio.to_thread(client.post, live["monitor"]["controlUrl"], json={"type": "end-call"})
    gateway.tell(order, "ended")
    done = await asyncio.to_thread(becomes, client, call["id"], "ended")

    assert said[0] == "Hello Li."
    assert sound > RATE
    assert (done["type"], done["phoneCallProviderId"]) == ("outboundPhoneCall", "sip-4711")
    assert "From nine to five." in done["transcript"]


def test_a_scheduled_call_is_dialled_by_the_beat(client: httpx.Client, gateway: GatewayEmulator, number: str):
    plan = {"earliestAt": (datetime.now(UTC) + timedelta(seconds=3)).isoformat()}
    body = {"assistant": ASSISTANT, "phoneNumberId": number, "customer": {"number": "13800138001"}}
    call = posted(client, "/v1/calls", {**body, "schedulePlan": plan})
    order = order_for(gateway, call["id"])
    gateway.tell(order, "failed", endedReason="customer-did-not-answer")
    done = becomes(client, call["id"], "ended")

    assert call["status"] == "scheduled"
    assert order["expiresAtMs"] / 1000 - 30 >= datetime.fromisoformat(plan["earliestAt"]).timestamp()
    assert done["endedReason"] == "customer-did-not-answer"
    assert gateway.orders() == []
