"""The whole product as a newcomer starts it: `yingda serve` on ephemeral ports and an empty directory."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[1]


def until(condition: Callable[[], object], patience: float = 60.0) -> None:
    """Wait for it, at most `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience:g} s in vain"
        time.sleep(0.05)


def clean_environment() -> dict[str, str]:
    """Ours without any setting of Yingda's."""
    prefixes = ("YINGDA_", "DATABASE_", "REDIS_", "DASHSCOPE_", "OPENAI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def yingda(*arguments: str) -> list[str]:
    """The command line of a `yingda` command in this interpreter."""
    return [sys.executable, "-m", "api.cli", *arguments]


@dataclass
class Product:
    """One data directory with its ports and settings, and the process that serves it now."""

    data_dir: Path
    port: int
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> float:
        """Returns after how many seconds it was ready."""
        since = time.monotonic()
        with self._output.open("wb") as output:
            process = subprocess.Popen(
                yingda("serve"), stdout=output, stderr=output, env=self.environment, cwd=ROOT
            )
        self.process = process
        until(lambda: "ready in" in self.said() or process.poll() is not None, 180)
        assert "ready in" in self.said(), self.said()
        return time.monotonic() - since

    @property
    def running(self) -> bool:
        """Whether somebody serves it."""
        return self.process is not None and self.process.poll() is None

    @property
    def launcher(self) -> "subprocess.Popen[bytes]":
        """Who serves it, or did so last."""
        assert self.process is not None
        return self.process

    def stop(self) -> None:
        """As a person does with Ctrl-C, if it runs."""
        if self.process is not None and self.running:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def run(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Another command on the same installation."""
        return subprocess.run(
            yingda(*words),
            capture_output=True,
            text=True,
            env={**self.environment, **environment},
            cwd=ROOT,
            timeout=60,
        )

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """For a command that is to find it."""
        ours = {"YINGDA_DATA_DIR": str(self.data_dir), "YINGDA_API_PORT": str(self.port)}
        return clean_environment() | {"COLUMNS": "300"} | ours | self.settings

    @property
    def keys(self) -> dict[str, str]:
        """The demo organisation and its keys."""
        return json.loads((self.data_dir / "demo.json").read_text())

    def said(self) -> str:
        """What it has printed."""
        return self._output.read_text(errors="replace")

    @property
    def _output(self) -> Path:
        return self.data_dir.with_name("output")

    def child(self, words: str) -> psutil.Process:
        """The launcher's child with these words in its command line."""
        children = psutil.Process(self.launcher.pid).children()
        found = [child for child in children if words in _command(child)]
        assert found, f"{words} does not run"
        return found[0]

    def children(self) -> list[psutil.Process]:
        """Everything it has started."""
        return psutil.Process(self.launcher.pid).children(recursive=True)


@contextmanager
def installed(**settings: str) -> Iterator[Product]:
    """An empty directory and free ports; whoever wants it served starts it."""
    # Not pytest's directory: as root, PostgreSQL runs under an account that cannot pass through it.
    with tempfile.TemporaryDirectory(prefix="yingda-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        api, engine = _free_ports(2)
        few = {"YINGDA_ENGINE_PORT": str(engine), "YINGDA_ENGINES": "1"}
        product = Product(Path(folder) / "data", api, few | settings)
        try:
            yield product
        finally:
            product.stop()


@contextmanager
def serving(**settings: str) -> Iterator[Product]:
    """`yingda serve`, once it takes calls, until the end of the block."""
    with installed(**settings) as product:
        product.start()
        with httpx.Client(base_url=product.url, trust_env=False) as client:
            until(partial(_takes_calls, client))
        yield product


def _command(process: psutil.Process) -> str:
    """Its command line; nothing of one that has died and is not buried yet."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _takes_calls(client: httpx.Client) -> bool:
    """Everything is up when the portal itself could start a call."""
    try:
        demo = client.get("/portal/config.json").json()
        wish = {"assistantId": demo["assistants"][0]["id"]}
        headers = {"Authorization": f"Bearer {demo['publicKey']}"}
        return client.post("/v1/calls/web", json=wish, headers=headers).is_success
    except (httpx.HTTPError, KeyError, IndexError, ValueError):
        return False
