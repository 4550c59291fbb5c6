"""The whole product as a newcomer starts it: `yingda serve` on ephemeral ports and an empty directory."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[1]
UP_WITHIN_S = 90


@dataclass(frozen=True)
class Product:
    """A running installation."""

    url: str
    data_dir: Path
    launcher: psutil.Process

    def child(self, words: str) -> psutil.Process:
        """The child process with these words in its command line."""
        found = (c for c in self.launcher.children() if words in " ".join(c.cmdline()))
        return next(found)

    @property
    def keys(self) -> dict[str, str]:
        """The demo organisation and its keys."""
        return json.loads((self.data_dir / "demo.json").read_text())

    @property
    def environment(self) -> dict[str, str]:
        """For a command that is to find it."""
        return clean_environment() | {"YINGDA_DATA_DIR": str(self.data_dir)}


def clean_environment() -> dict[str, str]:
    """Ours without any setting of Yingda's."""
    prefixes = ("YINGDA_", "DATABASE_", "REDIS_", "DASHSCOPE_", "OPENAI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def yingda(*arguments: str) -> list[str]:
    """The command line of a `yingda` command in this interpreter."""
    return [sys.executable, "-c", "from api.cli import main; main()", *arguments]


@contextmanager
def serving(**settings: str) -> Iterator[Product]:
    """`yingda serve`, once it takes calls, until the end of the block."""
    # Not pytest's directory: as root, PostgreSQL runs under an account that cannot pass through it.
    with tempfile.TemporaryDirectory(prefix="yingda-test-", ignore_cleanup_errors=True) as folder:
        api, engine = _free_ports(2)
        data = Path(folder) / "data"
        ports = {"YINGDA_API_PORT": str(api), "YINGDA_ENGINE_PORT": str(engine), "YINGDA_ENGINES": "1"}
        with (Path(folder) / "serve.log").open("wb") as log:
            environment = clean_environment() | {"YINGDA_DATA_DIR": str(data)} | ports | settings
            process = subprocess.Popen(yingda("serve"), env=environment, cwd=ROOT, stdout=log, stderr=log)
        product = Product(f"http://127.0.0.1:{api}", data, psutil.Process(process.pid))
        try:
            _wait_until_ready(product.url, process)
            yield product
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    with httpx.Client(base_url=url, trust_env=False) as client:
        while not _takes_calls(client):
            assert process.poll() is None, "yingda serve ended; see serve.log"
            assert time.monotonic() < deadline, "yingda serve did not become ready"
            time.sleep(0.09)


def _takes_calls(client: httpx.Client) -> bool:
    """Everything is up when the portal itself could start a call."""
    try:
        demo = client.get("/portal/config.json").json()
        wish = {"assistantId": demo["assistants"][0]["id"]}
        headers = {"Authorization": f"Bearer {demo['publicKey']}"}
        return client.post("/v1/calls/web", json=wish, headers=headers).is_success
    except (httpx.HTTPError, KeyError, IndexError, ValueError):
        return False
