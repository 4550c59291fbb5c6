"""Tenant-chosen addresses: what is refused, and every way a target can misbehave."""

import asyncio
import ipaddress
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulators.target import (
    LOOPBACK,
    Target,
    certificate,
    closed_port,
    drip_body,
    drip_headers,
    flood,
    hang,
    redirect,
    reply,
    vanish,
)
from voice_engine import outbound
from voice_engine.kernel.errors import BadRequest, YingdaError
from voice_engine.outbound import (
    BODY_LIMIT,
    GuardedTransport,
    addresses,
    check_url,
    is_reachable,
    networks,
    post,
)

INWARD = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.0.23", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:53aa:64c:0:0:f5ff:fffe", "fe80::1", "fec0::1", "64:ff9b:1::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "2001:db8::1",
]  # fmt: skip
OUTWARD = ["8.8.8.8", "47.92.1.1", "172.32.0.1", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("text", INWARD)
def test_addresses_that_lead_inwards_are_refused(text: str):
    assert not is_reachable(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OUTWARD)
def test_public_addresses_are_reachable(text: str):
    assert is_reachable(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    ("text", "cidr"),
    [("10.1.2.3", "10.1.0.0/16"), ("::ffff:10.1.2.3", "10.1.0.0/16"), ("fd00::7", "fd00::/64")],
)
def test_an_allowed_network_may_be_reached_and_its_neighbours_not(text: str, cidr: str):
    allowed = networks([cidr])

    assert is_reachable(ipaddress.ip_address(text), allowed)
    assert not is_reachable(ipaddress.ip_address("10.2.0.1"), allowed)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "http://[::1]:80/", "http://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest",
        "http://localhost:6379", "http://api.localhost./", "file:///etc/passwd", "gopher://example.com",
        "example.com/hook", "", "http://", "http://user:word@example.com/",
    ],
)  # fmt: skip
def test_a_bad_url_is_refused_before_anything_is_sent(url: str):
    with pytest.raises(BadRequest) as refusal:
        check_url(url)

    assert refusal.value.code == "target_refused"
    assert "YINGDA_ALLOWED_TARGETS" in refusal.value.message


def test_a_public_url_is_accepted_and_so_is_an_allowed_private_one():
    assert check_url("https://example.com:8443/hook?x=1").host == "example.com"
    assert check_url("http://127.0.0.1:9/x", LOOPBACK).port == 9


async def outcome(url: str, **options: Any) -> YingdaError:
    with pytest.raises(YingdaError) as failure:
        await post(url, b"{}", {}, **{"allowed": LOOPBACK, "timeout_s": 0.3, **options})
    return failure.value


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
async def test_numbers_in_disguise_are_resolved_and_then_refused(host: str):
    with Target() as target:
        refusal = await outcome(f"http://{host}:{target.port}/", allowed=())

    assert refusal.code == "target_refused"
    assert target.seen == []


async def test_a_body_and_headers_arrive_as_they_were_given():
    with Target(reply(201, b'{"ok":1}')) as target:
        answer = await post(target.url, b'{"a":1}', {"x-yingda": "1"}, allowed=LOOPBACK)

    assert (answer.status, answer.body, answer.ok, answer.truncated) == (201, b'{"ok":1}', True, False)
    assert target.seen[0].body == b'{"a":1}'
    assert target.seen[0].headers["x-yingda"] == "1"
    assert target.seen[0].headers["host"] == f"127.0.0.1:{target.port}"


async def test_headers_in_any_letters_arrive_and_broken_ones_are_an_error_like_others():
    with Target() as target:
        await outbound.post(target.url, b"", {"X-Shop": "杭州"}, allowed=LOOPBACK)
        for headers in ({"X-Shop": "a\r\nX-Forged: 1"}, {"店": "1"}, {"": "1"}):
            with pytest.raises(YingdaError):
                await outbound.post(target.url, b"", headers, allowed=LOOPBACK)

    assert target.seen[0].headers["x-shop"] == "杭州"


@pytest.mark.parametrize("fault", [hang, drip_headers, drip_body])
async def test_a_target_that_takes_its_time_is_left_at_the_deadline(fault: Any):
    with Target(fault) as target:
        started = time.monotonic()
        failure = await outcome(target.url)
        took = time.monotonic() - started

    assert (failure.code, failure.retryable) == ("target_timeout", True)
    assert took < 5


async def test_a_flood_is_cut_at_the_limit():
    with Target(flood) as target:
        answer = await post(target.url, b"{}", {}, allowed=LOOPBACK, timeout_s=5)

    assert (len(answer.body), answer.truncated, answer.status) == (BODY_LIMIT, True, 200)
    assert target.flooded < 32 * 1024 * 1024


async def test_a_target_that_is_not_there_or_hangs_up_is_unreachable():
    with closed_port() as port:
        refused = await outcome(f"http://127.0.0.1:{port}/")
    with Target(vanish) as target:
        dropped = await outcome(target.url)

    assert (refused.code, dropped.code) == ("target_unreachable", "target_unreachable")
    assert str(port) in refused.message


async def test_a_name_nobody_knows_is_unreachable(monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, [])

    failure = await outcome("http://nobody.example/")

    assert failure.code == "target_unreachable"
    assert "nobody.example" in failure.message


async def test_a_redirect_is_an_answer_and_not_followed():
    with Target() as inner, Target(redirect(inner.url, 307)) as outer:
        answer = await post(outer.url, b"{}", {}, allowed=LOOPBACK)

    assert (answer.status, answer.ok, inner.seen) == (307, False, [])


async def test_a_client_that_follows_redirects_is_stopped_at_the_private_address():
    with Target(redirect("http://10.0.0.1/")) as target:
        async with httpx.AsyncClient(transport=GuardedTransport(LOOPBACK), follow_redirects=True) as client:
            with pytest.raises(BadRequest) as refusal:
                await client.get(target.url)

    assert refusal.value.code == "target_refused"


async def test_a_certificate_nobody_signed_is_refused(tmp_path: Path):
    server, _ = certificate(tmp_path, "hooks.example")
    with Target(tls=server) as target:
        failure = await outcome(target.url)

    assert failure.code == "target_unreachable"
    assert "certificate" in failure.message.lower()
    assert target.seen == []


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """The system's resolver gives these addresses, one list per question; returns the names asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if asked.count(host) >= len(rounds) or not rounds[asked.count(host)]:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = rounds[asked.count(host)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


async def test_the_connection_goes_to_the_judged_address_under_the_tenants_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    server, trusting = certificate(tmp_path, "hooks.example")
    asked = answers(monkeypatch, ["127.0.0.1"])
    with Target(tls=server) as target:
        url = f"https://hooks.example:{target.port}/hook"
        answer = await post(url, b"{}", {}, allowed=LOOPBACK, tls=trusting)

    assert answer.ok
    assert asked == ["hooks.example"]
    assert target.seen[0].headers["host"] == f"hooks.example:{target.port}"


async def test_the_certificate_must_be_for_the_tenants_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    server, trusting = certificate(tmp_path, "other.example")
    answers(monkeypatch, ["127.0.0.1"])
    with Target(tls=server) as target:
        failure = await outcome(f"https://hooks.example:{target.port}/", tls=trusting)

    assert failure.code == "target_unreachable"


async def test_a_name_that_leads_inwards_is_refused(monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, ["10.0.0.1"])

    failure = await outcome("http://inside.example/")

    assert failure.code == "target_refused"


async def test_a_name_with_a_private_and_an_allowed_address_uses_the_allowed_one(
    monkeypatch: pytest.MonkeyPatch,
):
    answers(monkeypatch, ["10.0.0.1", "127.0.0.1"])
    with Target() as target:
        answer = await post(f"http://both.example:{target.port}/", b"{}", {}, allowed=LOOPBACK)

    assert answer.ok


async def test_the_second_address_is_tried_when_the_first_refuses(monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with Target() as target:
        answer = await post(f"http://two.example:{target.port}/", b"{}", {}, allowed=LOOPBACK)

    assert answer.ok


async def test_a_changed_dns_answer_is_judged_again(monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    with Target() as target:
        async with httpx.AsyncClient(transport=GuardedTransport(LOOPBACK)) as client:
            await client.get(f"http://rebind.example:{target.port}/")
            with pytest.raises(BadRequest):
                await client.get(f"http://rebind.example:{target.port}/")


async def test_many_targets_that_hang_cost_one_timeout_together():
    with Target(*[hang] * 10) as target:
        started = time.monotonic()
        failures = await asyncio.gather(*(outcome(target.url) for _ in range(10)))

    assert {f.code for f in failures} == {"target_timeout"}
    assert time.monotonic() - started < 2.5


async def test_name_servers_that_never_answer_take_no_thread_of_others(monkeypatch: pytest.MonkeyPatch):
    asked = socket.getaddrinfo
    silence = threading.Event()

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host.endswith(".silent.example"):
            silence.wait(10)
        return asked("127.0.0.1", port)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    waiting = [asyncio.create_task(addresses(f"{n}.silent.example", 80, LOOPBACK)) for n in range(20)]
    async with asyncio.timeout(1):
        found = await asyncio.get_running_loop().getaddrinfo("vendor.example", 443)

    silence.set()
    assert found
    assert all(await asyncio.gather(*waiting))


async def test_hosts_that_nobody_asks_any_more_have_no_connections_kept(monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, ["127.0.0.1"])
    monkeypatch.setattr(outbound, "_IDLE_S", 0.0)
    before = len(os.listdir("/proc/self/fd"))
    with Target() as target:
        async with httpx.AsyncClient(transport=GuardedTransport(LOOPBACK)) as client:
            for n in range(50):
                await client.get(f"http://{n}.example:{target.port}/")

            kept = len(os.listdir("/proc/self/fd")) - before

    assert kept < 20
