"""Everything that can die is killed in the middle of a call; nothing that was said is lost or doubled."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

PATIENCE_S = 60
DIED = "call.in-progress.error-vapifault-worker-died"


class Receiver:
    """A customer's webhook target that remembers every delivery."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append((self.headers["webhook-id"], json.loads(body)["message"]))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reports(self, call_id: str) -> list[dict]:
        """The end-of-call reports of a call."""
        return [m for _, m in self.got if m["type"] == "end-of-call-report" and m["call"]["id"] == call_id]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def assistant_id(client: httpx.Client, receiver: Receiver) -> str:
    rules = [{"match": "eins", "reply": "First answer."}, {"match": "zwei", "reply": "Second answer."}]
    made = client.post(
        "/v1/assistants",
        json={
            "name": "faults",
            "model": {"provider": "scripted", "model": "rules", "rules": rules, "otherwise": "Pardon?"},
            "transcriber": {"provider": "pocketsphinx", "language": "en", "grammar": ["hello"]},
            "voice": {"provider": "espeak", "voiceId": "en-us"},
            "firstMessageMode": "assistant-waits-for-user",
            "server": {"url": receiver.url},
        },
    )
    assert made.status_code == 201, made.text
    return made.json()["id"]


@asynccontextmanager
async def calling(client: httpx.Client, assistant_id: str) -> AsyncIterator[tuple[str, ClientConnection]]:
    """A live call."""
    wish = {"assistantId": assistant_id, "transport": {"provider": "vapi.websocket"}}
    made = await asyncio.to_thread(client.post, "/v1/calls", json=wish)
    assert made.status_code == 201, made.text
    url = made.json()["transport"]["websocketCallUrl"]
    async with connect(url, max_queue=None) as socket:
        yield made.json()["id"], socket


async def say(socket: ClientConnection, text: str) -> str:
    """Type something and wait until the answer has been heard."""
    message = {"role": "user", "content": text}
    await socket.send(json.dumps({"type": "add-message", "message": message}))
    async with asyncio.timeout(PATIENCE_S):
        while True:
            data = await socket.recv()
            if isinstance(data, str):
                said = json.loads(data)
                if said["type"] == "transcript" and said["role"] == "assistant":
                    return said["transcript"]


def eventually(question: Callable[[], object]) -> object:
    """The first answer that is not empty; a server that is just coming back is asked again."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if found := question():
                return found
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.09)


def ended(client: httpx.Client, call_id: str) -> dict:
    """The call, once its books are closed and its recording is there."""

    def look() -> dict | None:
        answer = client.get(f"/v1/calls/{call_id}")
        call = answer.json() if answer.status_code == 200 else {}
        return call if call.get("status") == "ended" and call.get("recordingUrl") else None

    return eventually(look)


def assert_whole(
    client: httpx.Client, receiver: Receiver, call_id: str, *, reason: str, said: list[str]
) -> None:
    """Transcript, recording, costs and report are there, each once."""
    call = ended(client, call_id)
    eventually(lambda: receiver.reports(call_id))
    words = [message["message"] for message in call["messages"] if message["role"] != "system"]
    kinds = Counter(cost["type"] for cost in call["costs"])
    recording = eventually(lambda: client.get(call["stereoRecordingUrl"]).content)
    mono = client.get(call["recordingUrl"])
    assert call["endedReason"] == reason
    assert words == said
    assert set(kinds.values()) == {1}
    assert {"transport", "transcriber", "vapi"} <= set(kinds)
    assert recording[:4] == b"RIFF"
    assert (mono.status_code, mono.content[:4]) == (200, b"RIFF")
    assert len({tuple(sorted(r["call"]["id"])) for r in receiver.reports(call_id)}) == 1


WHOLE = ["eins", "First answer.", "zwei", "Second answer."]


@pytest.mark.parametrize("victim", ["-m api", "api.jobs.listen", "redis-server", "/postgres", "celery"])
async def test_a_process_killed_in_mid_call_interrupts_nobody_and_loses_nothing(
    product, client, receiver, assistant_id, victim
):
    async with calling(client, assistant_id) as (call_id, socket):
        assert await say(socket, "eins") == "First answer."
        product.child(victim).kill()
        assert await say(socket, "zwei") == "Second answer."
        await socket.send('{"type": "end-call"}')
        await socket.wait_closed()

    await asyncio.to_thread(assert_whole, client, receiver, call_id, reason="manually-canceled", said=WHOLE)


async def test_a_killed_engine_ends_its_calls_with_everything_that_was_said(
    product, client, receiver, assistant_id
):
    async with calling(client, assistant_id) as (call_id, socket):
        assert await say(socket, "eins") == "First answer."
        product.child("voice_engine").kill()
        await socket.wait_closed()

    await asyncio.to_thread(assert_whole, client, receiver, call_id, reason=DIED, said=WHOLE[:2])


@pytest.mark.parametrize("victim", ["voice_engine", "api.jobs.listen", "celery"])
async def test_a_process_killed_just_after_a_call_loses_nothing(
    product, client, receiver, assistant_id, victim
):
    await engine_is_back(client, assistant_id)
    async with calling(client, assistant_id) as (call_id, socket):
        assert await say(socket, "eins") == "First answer."
        await socket.send('{"type": "end-call"}')
        await socket.wait_closed()
    product.child(victim).kill()

    await asyncio.to_thread(
        assert_whole, client, receiver, call_id, reason="manually-canceled", said=WHOLE[:2]
    )


async def test_both_databases_restarted_under_load_lose_no_call(product, client, receiver, assistant_id):
    await engine_is_back(client, assistant_id)

    connected = [asyncio.Event() for _ in range(6)]

    async def one(event: asyncio.Event) -> str:
        async with calling(client, assistant_id) as (call_id, socket):
            await say(socket, "eins")
            event.set()
            await say(socket, "eins")
            await say(socket, "eins")
            await socket.send('{"type": "end-call"}')
            await socket.wait_closed()
        return call_id

    calls = [asyncio.create_task(one(event)) for event in connected]
    await asyncio.gather(*(event.wait() for event in connected))
    product.child("redis-server").kill()
    product.child("/postgres").kill()
    finished = await asyncio.gather(*calls)

    for call_id in finished:
        await asyncio.to_thread(
            assert_whole, client, receiver, call_id, reason="manually-canceled",
            said=["eins", "First answer."] * 3,
        )  # fmt: skip


async def engine_is_back(client: httpx.Client, assistant_id: str) -> None:
    """Until an engine takes calls again: a killed one is still listed for the seconds of its lease."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                async with calling(client, assistant_id) as (_, socket):
                    await socket.send('{"type": "end-call"}')
                    return
            except (InvalidStatus, AssertionError):
                await asyncio.sleep(0.09)
