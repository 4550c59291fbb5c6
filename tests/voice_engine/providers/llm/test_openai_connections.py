"""Connections: kept warm, hung up at once, never mixed, never led inwards."""

import asyncio
import gc
import socket
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.llm import GREETING, text
from tests.contracts.tools import collect, within
from tests.emulators.openai import OpenAiEmulator, faults
from tests.emulators.openai.vendor import Behaviour
from tests.emulators.openai.wire import Exchange
from tests.emulators.target import Target, certificate, reply
from tests.voice_engine.providers.llm.openai_tools import adapter
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers import connections as shared
from voice_engine.providers.llm import connections
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm

# ── warm ─────────────────────────────────────────────────────────────────────────────────────────────


FIRST_USE = """
import sys
from openai import AsyncOpenAI
from voice_engine.providers.llm import connections
connections.warm()
before = set(sys.modules)
AsyncOpenAI(api_key="none", base_url="http://127.0.0.1:1/v1").chat.completions.with_raw_response.create
print(sorted(name for name in set(sys.modules) - before if name.startswith("openai.types")))
"""


@pytest.mark.slow
def test_a_warm_process_loads_nothing_of_the_sdk_with_the_first_request():
    done = subprocess.run([sys.executable, "-c", FIRST_USE], capture_output=True, text=True, timeout=60)

    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("vendor_name", ["custom-llm", "dashscope"], ids=["guarded", "trusted"])
async def test_a_connection_serves_one_turn_after_another(vendor_name: str):
    with OpenAiEmulator(vendor_name) as vendor:
        llm = adapter(vendor)
        for _ in range(3):
            await collect(llm.reply(GREETING))

    assert len(vendor.seen) == 3
    assert vendor.connections == 1


async def test_two_models_at_one_address_share_connections_and_never_keys():
    with OpenAiEmulator() as vendor:
        one, other = adapter(vendor, api_key="sk-one"), adapter(vendor, api_key="sk-other")
        for llm in (one, other, one):
            await collect(llm.reply(GREETING))
        await asyncio.gather(*(collect(llm.reply(GREETING)) for llm in (one, other) * 10))

    keys = [exchange.headers["authorization"].removeprefix("Bearer ") for exchange in vendor.seen]
    assert keys[:3] == ["sk-one", "sk-other", "sk-one"]
    assert sorted(keys[3:]) == ["sk-one"] * 10 + ["sk-other"] * 10
    assert [exchange.connection for exchange in vendor.seen[:3]] == [0, 0, 0]


async def test_a_vendors_cookie_is_not_carried_into_another_tenants_request():
    async def with_cookie(exchange: Exchange) -> None:
        exchange.headers["seen-cookie"] = exchange.headers.get("cookie", "")
        await exchange.whole(500, b"no", {"set-cookie": "session=of-one; Path=/"})

    with OpenAiEmulator() as vendor:
        vendor.always = with_cookie
        for key in ("sk-one", "sk-other"):
            with pytest.raises(ProviderError):
                await collect(adapter(vendor, api_key=key).reply(GREETING))

    assert [exchange.headers["seen-cookie"] for exchange in vendor.seen] == ["", ""]


async def test_a_failed_reply_leaves_the_next_one_whole():
    with OpenAiEmulator() as vendor:
        vendor.script = [faults.reset_midway, faults.status(500, b"no"), faults.garbage_midway]
        llm = adapter(vendor)
        for _ in range(3):
            with pytest.raises(ProviderError):
                await collect(llm.reply(GREETING))

        assert text(await collect(llm.reply(GREETING))) == "You said: Hello, who are you?"


def test_connections_end_with_their_loop_and_another_loop_has_its_own():
    with OpenAiEmulator() as vendor:
        llms = [adapter(vendor), adapter(vendor)]
        for llm in llms:
            asyncio.run(_one(llm))
        gc.collect()  # a socket left open would be told here

        assert vendor.connections == 2


async def _one(llm: OpenAiCompatibleLlm) -> None:
    await collect(llm.reply(GREETING))


async def test_connections_can_be_ended_before_their_loop():
    with OpenAiEmulator() as vendor:
        await _one(adapter(vendor))
        await connections.close()
        await _one(adapter(vendor))

    assert vendor.connections == 2


# ── hung up ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("behaviour", "after"),
    [(faults.stall_before_headers, 0), (faults.comments_only, 0), (faults.stall_midway, 2)],
)
@pytest.mark.parametrize("vendor_name", ["custom-llm", "dashscope"], ids=["guarded", "trusted"])
async def test_the_vendor_sees_a_cancellation_within_50_ms(
    behaviour: Behaviour, after: int, vendor_name: str
):
    with OpenAiEmulator(vendor_name) as vendor:
        await _one(adapter(vendor))
        vendor.always = behaviour
        reached, reader = await _reading(adapter(vendor), after)
        await _until(lambda: len(vendor.seen) == 2)
        await within(reached.wait())
        cancelled = time.monotonic()
        reader.cancel()
        await asyncio.wait([reader], timeout=1)
        done = time.monotonic()
        await _until(lambda: vendor.seen[1].gone_at is not None)

    gone = vendor.seen[1].gone_at
    assert reader.cancelled()
    assert gone is not None
    assert done - cancelled < 0.05
    assert gone - cancelled < 0.05


async def _reading(llm: OpenAiCompatibleLlm, after: int) -> tuple[asyncio.Event, "asyncio.Task[None]"]:
    reached = asyncio.Event()

    async def read() -> None:
        count = 0
        async with aclosing(llm.reply(GREETING)) as deltas:  # type: ignore[type-var]
            async for _ in deltas:
                count += 1
                if count == after:
                    reached.set()

    if after == 0:
        reached.set()
    return reached, asyncio.create_task(read())


async def _until(condition: Any) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110  the emulator lives in a thread
            await asyncio.sleep(0.002)


async def test_a_reply_that_nobody_reads_to_its_end_is_hung_up():
    with OpenAiEmulator() as vendor:
        vendor.always = faults.speak(0.005)
        async with aclosing(adapter(vendor).reply(GREETING)) as deltas:  # type: ignore[type-var]
            await anext(deltas)
        closed = time.monotonic()
        await _until(lambda: vendor.seen[0].gone_at is not None)

    gone = vendor.seen[0].gone_at
    assert gone is not None
    assert gone - closed < 0.05


# ── guarded ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/v1",
        "http://localhost:9/v1",
        "http://[::1]:9/v1",
        "http://169.254.169.254/v1",
        "ftp://x",
    ],
)
def test_a_tenants_address_that_leads_inwards_is_refused_before_any_call(url: str):
    with OpenAiEmulator() as vendor, pytest.raises(BadRequest) as refused:
        adapter(vendor, {"allowedTargets": ()}, base_url=url)

    assert refused.value.code == "target_refused"
    assert vendor.seen == []


def test_a_known_vendor_at_a_tenants_address_is_guarded_too():
    with OpenAiEmulator("openai") as vendor, pytest.raises(BadRequest, match="private network"):
        adapter(vendor, {"allowedTargets": (), "guarded": True})


async def test_a_name_that_resolves_inwards_is_refused_when_it_is_resolved(monkeypatch: pytest.MonkeyPatch):
    _resolving(monkeypatch, "127.0.0.1")
    with OpenAiEmulator() as vendor:
        url = vendor.url.replace("127.0.0.1", "model.example")
        llm = adapter(vendor, {"allowedTargets": ()}, base_url=url)
        with pytest.raises(ProviderError, match="private network") as refused:
            await collect(llm.reply(GREETING))

    assert (refused.value.kind, vendor.connections) == ("bad_request", 0)


async def test_a_name_that_does_not_resolve_is_a_failure_of_the_network(monkeypatch: pytest.MonkeyPatch):
    _resolving(monkeypatch)
    with OpenAiEmulator() as vendor:
        llm = adapter(vendor, base_url="https://nowhere.example/v1")
        with pytest.raises(ProviderError, match=r"nowhere\.example cannot be resolved") as refused:
            await collect(llm.reply(GREETING))

    assert refused.value.kind == "network"


async def test_a_redirect_to_the_inside_is_not_followed():
    with OpenAiEmulator() as vendor, Target(reply()) as inside:
        vendor.always = faults.status(307, b"", location=inside.url)
        with pytest.raises(ProviderError, match="redirects are not followed"):
            await collect(adapter(vendor).reply(GREETING))

    assert inside.seen == []


async def test_the_tenants_name_is_the_one_that_the_certificate_must_have(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The connection goes to the judged address; the name for TLS and Host stays."""
    server, trusting = certificate(tmp_path, "model.example")
    monkeypatch.setattr(shared, "_tls", lambda: trusting)
    _resolving(monkeypatch, "127.0.0.1")
    body = b'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    answer = reply(200, body, "content-type: text/event-stream\r\n")
    with Target(answer, tls=server) as target, OpenAiEmulator() as vendor:
        llm = adapter(vendor, base_url=f"https://model.example:{target.port}/v1")
        deltas = await collect(llm.reply(GREETING))

    assert text(deltas) == "Hi"
    assert target.seen[0].headers["host"] == f"model.example:{target.port}"


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path):
    server, _ = certificate(tmp_path, "model.example")
    with Target(tls=server) as target, OpenAiEmulator("dashscope") as vendor:
        llm = adapter(vendor, base_url=f"https://127.0.0.1:{target.port}/v1")
        with pytest.raises(ProviderError, match=r"(?i)certificate") as refused:
            await collect(llm.reply(GREETING))

    assert (refused.value.kind, target.seen) == ("network", [])


def _resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """The system's resolver knows these addresses for every name."""

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
