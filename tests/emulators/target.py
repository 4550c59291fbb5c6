"""Somebody's webhook server, with every fault such a server may have. Loopback, one thread per connection."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = ["127.0.0.0/8"]


@dataclass
class Seen:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"


Behaviour = Callable[["Target", socket.socket], None]


def reply(status: int = 200, body: bytes = b"{}", headers: str = "") -> Behaviour:
    """Answer properly."""
    head = (
        f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{headers}connection: close\r\n\r\n".encode()
    )
    return lambda _, conn: conn.sendall(head + body)


def redirect(to: str, status: int = 302) -> Behaviour:
    """Send the client elsewhere."""
    return reply(status, b"", f"location: {to}\r\n")


def hang(target: "Target", _: socket.socket) -> None:
    """Say nothing until the test is over."""
    target.over.wait(30)


def vanish(_: "Target", conn: socket.socket) -> None:
    """Close without an answer."""


def drip_headers(target: "Target", conn: socket.socket) -> None:
    """A header line that never ends, a byte at a time."""
    _drip(target, conn, b"HTTP/1.1 200 OK\r\nx-slow: ")


def drip_body(target: "Target", conn: socket.socket) -> None:
    """A body of 100 000 bytes, a byte at a time."""
    _drip(target, conn, b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")


def flood(target: "Target", conn: socket.socket) -> None:
    """A body without an end, as fast as it goes."""
    conn.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
    while not target.over.is_set():
        target.flooded += conn.send(b"x" * 65536)


def _drip(target: "Target", conn: socket.socket, start: bytes) -> None:
    conn.sendall(start)
    while not target.over.wait(0.02):
        conn.sendall(b"a")


class Target:
    """`with Target() as t:` listens on `t.url`; `t.script` holds what to do next, then it answers 200."""

    def __init__(self, *script: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.script = list(script)
        self.seen: list[Seen] = []
        self.flooded = 0
        self.over = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._threads = [threading.Thread(target=self._accept)]
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.over.set()
        for thread in list(self._threads):
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self.over.is_set():
            with suppress(TimeoutError):
                conn, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(conn,)))
                self._threads[-1].start()

    def _serve(self, conn: socket.socket) -> None:
        conn.settimeout(5)
        with suppress(OSError), conn:
            wire = self._tls.wrap_socket(conn, server_side=True) if self._tls else conn
            with wire:
                self.seen.append(_read(wire))
                behave = self.script.pop(0) if self.script else reply()
                behave(self, wire)


def _read(conn: socket.socket) -> Seen:
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += conn.recv(65536) or _gone()
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += conn.recv(65536) or _gone()
    method, path, _ = first.split(" ", 2)
    return Seen(path, headers, body, method)


def _gone() -> bytes:
    raise ConnectionResetError("the client left")


@contextmanager
def closed_port() -> Iterator[int]:
    """A port on which nothing listens: held, never accepting."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A self-signed certificate for host names: the server's context and that of a client trusting it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "target.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))
