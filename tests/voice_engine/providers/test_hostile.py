"""Vendors and tenants that mean harm: what one of them does is felt by its own calls only."""

import asyncio
import base64
import hashlib
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from tests.contracts.tools import collect, pieces
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.accounts import refuse_incomplete
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Flush, ProviderConfig, Usage, WordTimes
from voice_engine.providers.duplex import tts
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.duplex.socket import connect
from voice_engine.providers.failures import Failures
from voice_engine.providers.llm.answer import Answer
from voice_engine.providers.registry import load
from voice_engine.providers.sentences import LONGEST, Sentence, Sentences

TEXT, BINARY, PING = 1, 2, 9
FAILURES = Failures("test", "The test vendor")
Wire = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def frame(kind: int, data: bytes, *, final: bool = True) -> bytes:
    size = len(data)
    if size < 126:
        length = bytes([size])
    elif size < 65536:
        length = b"\x7e" + size.to_bytes(2, "big")
    else:
        length = b"\x7f" + size.to_bytes(8, "big")
    return bytes([0x80 * final | kind]) + length + data


@asynccontextmanager
async def server(wire: Wire, *, upgrade: bool = True) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Its address, and the heads of the requests it got."""
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            heads.append(head)
            if upgrade:
                writer.write(_welcome(head))
            await wire(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", heads


def _welcome(head: bytes) -> bytes:
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
    key = next(value for name, value in lines.items() if name.lower() == "sec-websocket-key")
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    accept = base64.b64encode(digest).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n"
    ).encode()


def sending(raw: bytes) -> Wire:
    async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        while await reader.read(65536):
            pass

    return send


async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def call() -> AsyncIterator[AudioFrame | Flush]:
    for at in range(100):
        yield AudioFrame(bytes(640), 16000, at * 320)
        await asyncio.sleep(0.02)


async def hear(address: str, provider: str = "custom-transcriber", **config: Any) -> list[Any]:
    ear = load("stt", provider)(ProviderConfig(base_url=address, timeout_s=5, **config))
    return await collect(ear.transcribe(call()))


def partial(text: str) -> bytes:
    said = {"type": "transcriber-response", "transcription": text, "transcriptType": "partial"}
    return frame(TEXT, json.dumps(said).encode())


FLOODS = {
    "words": (partial("a") + partial("b")) * 5000,
    "pings": frame(PING, b"are you there?") * 10_000,
    "crumbs": frame(TEXT, b"{", final=False) + frame(0, b" ", final=False) * 20_000,
    "megabytes": frame(TEXT, b'{"type": "x", "pad": "%s"}' % (b"y" * 3_000_000)) * 8,
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_vendor_that_floods_loses_its_own_call_and_takes_no_time_of_others(flood: str) -> None:
    loop = asyncio.get_running_loop()
    async with server(sending(FLOODS[flood])) as (address, _):
        began = loop.time()

        with pytest.raises(ProviderError, match="more than anybody could say") as caught:
            await hear(address)

        assert caught.value.kind == "server"
        assert loop.time() - began < 1.5


async def test_a_kept_socket_may_bring_each_piece_of_work_as_much_as_the_first() -> None:
    reply, heard = frame(BINARY, bytes(640)) * 4000, []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(reply)

    async with server(speak) as (address, _):
        endpoint = Endpoint(address.replace("http", "ws", 1))
        socket = await connect(endpoint, Failures("v", "V"), 2.0, lambda *_: ValueError())
        for work in (1, 2, 3):
            socket.hand_over(heard.append)
            socket.send("say it")
            async with asyncio.timeout(5):
                while len(heard) < work * 4000 and socket.open:  # noqa: ASYNC110  callbacks have no event
                    await asyncio.sleep(0.001)
        socket.close()

    assert heard == [bytes(640)] * 12_000


async def test_a_ping_is_answered() -> None:
    got: list[bytes] = []

    async def ping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(PING, b""))
        while not any(piece[:1] == b"\x8a" for piece in got):
            got.append(await reader.read(6))
        writer.write(frame(8, (4000).to_bytes(2, "big")))

    async with server(ping) as (address, _):
        with pytest.raises(ProviderError, match="4000"):
            await hear(address)

        assert b"\x8a" in b"".join(got)


async def test_a_message_of_an_impossible_size_is_the_vendors_fault_and_others_take_over() -> None:
    huge = frame(TEXT, b" " * 5_000_000)
    async with server(sending(huge)) as (address, _):
        with pytest.raises(ProviderError, match="broke the WebSocket protocol") as caught:
            await hear(address)

    assert caught.value.retryable


def test_json_without_bottom_makes_no_sense() -> None:
    with pytest.raises(ProviderError, match="RecursionError"), FAILURES.sensible():
        json.loads("[" * 100_000)


@pytest.mark.parametrize("provider", ["custom-transcriber", "funasr", "volcengine", "azure"])
async def test_a_key_with_a_line_break_begins_no_header(provider: str) -> None:
    names = ("apiKey", "accessToken", "appId")
    secrets = dict.fromkeys(names, "abc\r\nX-Evil: 1")
    async with server(refusing, upgrade=False) as (address, heads):
        with pytest.raises(ProviderError) as caught:
            await hear(address, provider, secrets=secrets)

    assert caught.value.kind == "auth"
    assert heads == []
    assert "Evil" not in str(caught.value)


async def test_an_answer_that_drips_is_not_waited_for() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with server(drip, upgrade=False) as (address, _), asyncio.timeout(2):
        mouth = load("tts", "custom-voice")(ProviderConfig(base_url=address, timeout_s=0.2))

        with pytest.raises(ProviderError) as caught:
            await collect(mouth.synthesize(pieces("你好。")))

    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("key", ["密钥", "a\nb", "a\r\nX-Evil: 1"])
async def test_a_voice_behind_http_is_not_asked_with_an_impossible_key(key: str) -> None:
    async with server(refusing, upgrade=False) as (address, heads):
        mouth = load("tts", "custom-voice")(ProviderConfig(base_url=address, api_key=key))

        with pytest.raises(ProviderError) as caught:
            await collect(mouth.synthesize(pieces("你好。")))

    assert caught.value.kind in ("auth", "network")
    assert heads == []
    assert key not in str(caught.value)


@pytest.mark.parametrize("key", ["abc\n", "a\0b", "\ud800"])
def test_an_account_with_an_impossible_key_is_refused_before_anybody_is_asked(key: str) -> None:
    with pytest.raises(ProviderError, match="secretKey of tencent") as caught:
        refuse_incomplete("tencent", {"appId": "1", "secretId": "2", "secretKey": key})

    assert caught.value.kind == "auth"


def test_a_vendor_that_names_its_codes_at_length_fills_no_log() -> None:
    error = FAILURES.told("server", "c" * 1_000_000, request_id="r" * 1_000_000)

    assert len(error.message) + len(error.vendor_code) + len(error.request_id) < 1000


@pytest.mark.parametrize("wait", ["²", "9" * 400, "-1", "soon"])
def test_an_odd_time_to_wait_is_none(wait: str) -> None:
    assert FAILURES.refused(429, headers={"retry-after": wait}).retry_after is None


@pytest.mark.parametrize("status", [101, 200, 302, 502])
def test_a_page_in_place_of_the_vendor_is_no_fault_of_the_request(status: int) -> None:
    assert FAILURES.refused(status, "<html>Back soon</html>").kind == "server"


@pytest.mark.parametrize("count", [-5, float("nan"), float("inf"), 1e300, "12", None])
def test_nobody_is_billed_or_paid_for_a_count_that_cannot_be(count: Any) -> None:
    assert Usage({"characters": count, "seconds": 2}).quantities == {"seconds": 2}


@pytest.mark.parametrize(
    "times",
    [
        ((None,), (0.0,), (1.0,)),
        (("a",), (float("nan"),), (1.0,)),
        (("a",), (0.0,), (float("inf"),)),
        (("a", "b"), (0.0,), (1.0,)),
    ],
)
def test_word_times_that_make_no_sense_are_a_failure_of_the_vendor(times: Any) -> None:
    with pytest.raises(ProviderError, match="makes no sense"), FAILURES.sensible():
        WordTimes(*times)


def test_half_a_character_stops_no_event_on_its_way() -> None:
    (heard,) = Sentences(1.0).heard(Sentence("好\ud83d", True))
    error = FAILURES.told("server", "\ud83d", "坏\ud83d", "\ud83d")

    assert heard.text == "好?"
    assert orjson.dumps([heard.text, error.message, error.vendor_code, error.request_id, str(error)])


def test_a_sentence_that_nobody_could_have_said_is_not_understood() -> None:
    with pytest.raises(ProviderError, match="makes no sense"), FAILURES.sensible():
        Sentences(1.0).heard(Sentence("啊" * (LONGEST + 1), True))


CALLS = {
    "many": ({"id": f"c{at}", "function": {"name": "f", "arguments": "{}"}} for at in range(1000)),
    "long": ({"index": 0, "function": {"name": "f", "arguments": "x" * 1000}} for _ in range(1000)),
}


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_a_model_that_calls_tools_without_end_is_stopped(calls: Iterator[dict[str, Any]]) -> None:
    answer = Answer("custom-llm")

    with pytest.raises(ProviderError, match="without end"):
        deque((answer.feed({"choices": [{"delta": {"tool_calls": [call]}}]}) for call in calls), maxlen=0)


async def test_a_voice_that_does_not_stop_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tts, "LONGEST_S", 2.0)
    ready = json.dumps({"code": 0, "session_id": "s", "ready": 1}).encode()
    sound = frame(BINARY, bytes(16_000))
    secrets = {"appId": "1", "secretId": "a", "secretKey": "b"}
    async with server(sending(frame(TEXT, ready) + sound * 20)) as (address, _):
        mouth = load("tts", "tencent")(ProviderConfig(base_url=address, secrets=secrets))

        with pytest.raises(ProviderError, match="does not stop speaking"):
            await collect(mouth.synthesize(pieces("你好。")))
