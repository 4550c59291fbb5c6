"""Chats that are answered piece by piece."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from yingda import AsyncYingda, StreamEvent, Yingda, errors
from yingda._stream import Lines, text_of

pytestmark = pytest.mark.slow

DONE = "data: [DONE]\n\n"


class Server:
    """Answers every request with `pieces`; `endless` goes on until the client leaves, which sets `left`."""

    def __init__(self, *pieces: str, endless: bool = False) -> None:
        self.left = threading.Event()
        self.bodies: list[Any] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                try:
                    for piece in pieces:
                        self.wfile.write(piece.encode())
                    while endless:
                        self.wfile.write(b'data: {"delta": "."}\n\n')
                        time.sleep(0.005)
                except OSError:
                    server.left.set()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def words() -> Iterator[Server]:
    server = Server('data: {"id": "c1", "delta": "Nine "}\n\n', 'data: {"delta": "to six."}\n\n', DONE)
    yield server
    server.close()


@pytest.fixture
def endless() -> Iterator[Server]:
    server = Server(endless=True)
    yield server
    server.close()


def test_an_answer_comes_in_pieces(words: Server):
    with Yingda("sk_test", words.url) as client:
        events = list(client.chats.stream(assistant_id="a", input="when?"))

    assert text_of(events) == "Nine to six."
    assert events[0].id == "c1"
    assert words.bodies == [{"assistantId": "a", "input": "when?", "stream": True}]


def test_a_whole_answer_is_asked_for_as_such(words: Server):
    with Yingda("sk_test", words.url, max_retries=0) as client, pytest.raises(errors.UnexpectedAnswer):
        client.chats.create(assistant_id="a", input="when?")  # the server streams nevertheless

    assert words.bodies[0]["stream"] is False


def test_leaving_the_block_hangs_up(endless: Server):
    with Yingda("sk_test", endless.url) as client:
        with client.chats.stream(assistant_id="a", input="when?") as answer:
            assert next(iter(answer)).delta == "."

        assert endless.left.wait(5)


async def test_leaving_the_loop_hangs_up_asynchronously(endless: Server):
    async with AsyncYingda("sk_test", endless.url) as client:
        async with client.chats.stream(assistant_id="a", input="when?") as answer:
            async for event in answer:
                assert event.delta == "."
                break

        assert endless.left.wait(5)


def test_lines_make_events():
    lines = Lines()

    sent = ("event: x", 'data: {"a":', "data: 1}", ": hello", "", "data: [DONE]", "")

    assert [lines.add(line) for line in sent] == [None, None, None, None, {"a": 1}, None, None]


@pytest.mark.parametrize(
    "line",
    [
        '{"type": "error", "code": "model_failed", "message": "The model is gone."}',
        '{"type": "error", "error": {"code": "model_failed", "message": "The model is gone."}}',
    ],
)
def test_an_error_in_mid_answer_is_an_error(line: str):
    lines = Lines()
    lines.add(f"data: {line}")

    with pytest.raises(errors.APIError, match="The model is gone") as caught:
        lines.add("")

    assert caught.value.code == "model_failed"


def test_a_piece_without_text_is_a_piece():
    assert text_of([StreamEvent({"id": "c"}), StreamEvent({"delta": "x"})]) == "x"
