"""The benchmarks measure what they say: the client's arithmetic, and one short run of each."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from api.commands.benching.client import Window, answer_length, hammer, request
from voice_engine.kernel.errors import Unavailable


class Answering(asyncio.Protocol):
    """Gives the same answer to every request."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(self._answer)

    def connection_lost(self, error: Exception | None) -> None:
        self.gone.set_result(None)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[int]:
    """The port of a server that gives this answer; leaves when its clients have left."""
    lines: list[Answering] = []

    def line() -> Answering:
        lines.append(Answering(answer))
        return lines[-1]

    server = await asyncio.get_running_loop().create_server(line, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*(one.gone for one in lines))


def test_a_request_with_a_body_says_how_long_it_is():
    sent = request("POST", "/v1/calls", "sk_1", b"{}")

    assert sent.startswith(b"POST /v1/calls HTTP/1.1\r\n")
    assert b"Authorization: Bearer sk_1\r\n" in sent
    assert sent.endswith(b"Content-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(
    ("received", "length"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-le", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 43),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: x\r\n\r\nhel", 54),
    ],
)
def test_an_answer_is_as_long_as_its_head_and_body(received, length):
    assert answer_length(received) == length


def test_percentiles_are_in_milliseconds():
    window = Window(seconds=2, latencies=[number / 1000 for number in range(1, 102)])

    assert window.rate == 50.5
    assert window.percentile_ms(50) == pytest.approx(51)
    assert window.percentile_ms(95) == pytest.approx(96)


async def test_every_connection_is_kept_busy_and_counted():
    async with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") as port:
        window = await hammer(port, request("GET", "/"), connections=3, seconds=0.05)

    assert len(window.latencies) > 10
    assert window.seconds == pytest.approx(0.05, abs=0.05)


async def test_a_refused_request_is_an_error_and_no_figure():
    async with answering(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno") as port:
        with pytest.raises(Unavailable, match="401 Unauthorized"):
            await hammer(port, request("GET", "/"), connections=1, seconds=0.02)


@pytest.mark.journey
@pytest.mark.timeout(200)
def test_conversations_are_measured():
    report = measured("media", "--calls", "2", "--seconds", "14", "--warm-up", "1")

    ours = report["yingda"]
    assert report["byConstructionMs"] == 820
    assert ours["replies"] >= 1, report
    assert ours["mouthToEarMs"]["p50"] > 500
    assert ours["segmentsP50Ms"]["endpointingMs"] == 500
    assert ours["cpuSecondsPerCallMinute"] > 0
    assert ours["threads"] > 0


@pytest.mark.journey
@pytest.mark.timeout(200)
def test_calls_beyond_the_slots_are_refused_and_counted():
    report = measured("media", "--overload", "--calls", "2", "--seconds", "1", "--warm-up", "1")

    assert report["wanted"] == report["accepted"] + report["refused"] == 3
    assert 1 <= report["yingda"]["calls"] == report["accepted"] <= 2  # a machine that is busy refuses more


@pytest.mark.journey
@pytest.mark.timeout(200)
def test_a_burst_of_arrivals_is_measured():
    report = measured("media", "--burst", "--warm-up", "1")

    assert report["talking"] == 8
    assert report["yingda"]["worstStallMs"] >= 0
    assert report["yingda"]["brokenReplies"] >= 0


@pytest.mark.journey
@pytest.mark.timeout(200)
def test_a_leg_without_vendors_is_measured():
    report = measured("leg", "--calls", "2", "--seconds", "2")

    assert report["framesPerSecondPerLeg"] > 25, report
    assert report["corePercentPerLeg"] > 0


def test_only_one_kind_of_run_at_a_time():
    done = run("media", "--sweep", "--burst")

    assert done.returncode == 2
    assert "one of --sweep, --burst and --overload" in done.stderr


@pytest.mark.journey
@pytest.mark.timeout(200)
def test_the_api_is_measured_against_a_bare_handler():
    report = measured("rest", "--seconds", "0.5")

    for name in ("GET /v1/assistants/{id}", "POST /v1/assistants", "POST /v1/calls"):
        assert report[name]["ours"]["perSecond"] > 0
        assert report[name]["bare"]["perCoreSecond"] > 0


def measured(*words: str) -> dict[str, Any]:
    """What `yingda bench …` reports."""
    done = run(*words)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    """`yingda bench …` in a process of its own: it pins itself to a core."""
    command = [sys.executable, "-m", "api.cli", "bench", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=180)
