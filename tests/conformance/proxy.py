"""A bad line between an SDK and the server: what is asked for is done, and the client does not hear of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import httpx

Trouble = Literal["drop", "500"]


class BadLine:
    """Passes on every request; the first `times` answers are lost as `trouble` says. `seen` counts."""

    def __init__(self, target: str, trouble: Trouble, times: int) -> None:
        self.seen = 0
        self.url = ""
        self._trouble, self._times = trouble, times
        self._client = httpx.Client(base_url=target, trust_env=False, timeout=20)

    def close(self) -> None:
        """Hang up on the server."""
        self._client.close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Pass on one request."""
        body = handler.rfile.read(int(handler.headers.get("content-length", "0")))
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
        answer = self._client.request(handler.command, handler.path, content=body, headers=headers)
        self.seen += 1
        if self.seen <= self._times and self._trouble == "drop":
            handler.close_connection = True
            return
        lost = self.seen <= self._times
        content = b"{}" if lost else answer.content
        handler.send_response(500 if lost else answer.status_code)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def bad_line(target: str, trouble: Trouble, times: int = 2) -> Iterator[BadLine]:
    """Listening on loopback."""
    line = BadLine(target, trouble, times)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            line.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    line.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        line.close()
