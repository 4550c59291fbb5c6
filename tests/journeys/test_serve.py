"""The real thing: `yingda serve` from an empty directory, its children killed one by one, and its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from api.launcher import process
from tests.product import clean_environment

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

WORDS = {  # what the command line of each child has
    "postgres": "/bin/postgres",
    "redis": "redis-server",
    "engine-0": "voice_engine",
    "api": "-m api",
    "events": "api.jobs.listen",
    "worker": "celery -A api.jobs.celery worker",
    "beat": "celery -A api.jobs.celery beat",
}


def until(condition: Callable[[], object], patience: float = 60.0) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience:g} s in vain"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """One data directory with its ports, and the launcher that serves it now."""

    data: Path
    port: int
    engine_port: int
    launcher: "subprocess.Popen[bytes] | None" = None

    def start(self) -> float:
        """Returns after how many seconds it was ready."""
        since = time.monotonic()
        with self.output.open("wb") as output:
            command = [sys.executable, "-m", "api.cli", "serve"]
            self.launcher = subprocess.Popen(command, stdout=output, stderr=output, env=self.environment)
        launcher = self.launcher
        until(lambda: "ready in" in self.said() or launcher.poll() is not None, 180)
        assert "ready in" in self.said(), self.said()
        return time.monotonic() - since

    def run(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Another command on the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            capture_output=True,
            text=True,
            env={**self.environment, **environment},
            timeout=60,
        )

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment() | {
            "COLUMNS": "300",
            "YINGDA_DATA_DIR": str(self.data),
            "YINGDA_API_PORT": str(self.port),
            "YINGDA_ENGINE_PORT": str(self.engine_port),
            "YINGDA_ENGINES": "1",
        }

    @property
    def output(self) -> Path:
        return self.data.with_name("output")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def children(self) -> list[psutil.Process]:
        assert self.launcher is not None
        return psutil.Process(self.launcher.pid).children(recursive=True)

    def pid(self, name: str) -> int:
        assert self.launcher is not None
        for child in psutil.Process(self.launcher.pid).children():
            if WORDS[name] in " ".join(child.cmdline()):
                return int(child.pid)
        raise AssertionError(f"{name} does not run")


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="yingda-test-") as place:
        Path(place).chmod(0o711)  # root's PostgreSQL runs as somebody else, who must come through
        installation = Installation(Path(place) / "data", free_port(), free_port())
        yield installation
        if installation.launcher is not None and installation.launcher.poll() is None:
            installation.launcher.terminate()
            installation.launcher.wait(60)


@pytest.fixture
def running(installation: Installation) -> Installation:
    if installation.launcher is None or installation.launcher.poll() is not None:
        installation.start()
    return installation


def test_from_an_empty_directory_everything_comes_up_and_the_printed_key_opens_the_api(running):
    demo = json.loads((running.data / "demo.json").read_text())

    ready = httpx.get(f"{running.url}/ready")
    listed = httpx.get(
        f"{running.url}/v1/assistants", headers={"Authorization": f"Bearer {demo['privateKey']}"}
    )

    assert ready.status_code == 200, ready.text
    assert listed.status_code == 200, listed.text
    assert demo["privateKey"] in running.said()
    assert "password, shown once" in running.said()
    assert all(running.pid(name) for name in WORDS)


def test_doctor_finds_nothing_wrong_with_it(running):
    outcome = running.run("doctor", "--json")

    found = {finding["check"]: finding for finding in json.loads(outcome.stdout)["findings"]}
    assert outcome.returncode == 0, outcome.stdout
    assert found["engines"]["found"].startswith("1 registered")
    assert found["migrations"]["verdict"] == "ok"


def test_what_is_secret_in_the_data_directory_is_for_its_owner_only(running):
    for name in ("secret", "demo.json", "serve.json", "redis/password", "redis/redis.conf", "logs", "spool"):
        assert (running.data / name).stat().st_mode & 0o077 == 0, name


def test_a_second_one_on_the_same_directory_is_refused_with_the_pid(running):
    outcome = running.run("serve")

    assert running.launcher is not None
    assert outcome.returncode == 1
    assert f"in use by process {running.launcher.pid}" in outcome.stderr


def test_a_taken_port_is_refused_with_the_process_that_has_it(running, tmp_path):
    outcome = running.run("serve", YINGDA_DATA_DIR=str(tmp_path / "other"))

    assert outcome.returncode == 1
    assert f"Port {running.port} for the API is taken by process {running.pid('api')}" in outcome.stderr
    assert "YINGDA_API_PORT" in outcome.stderr


@pytest.mark.parametrize("name", WORDS)
def test_a_killed_child_comes_back_and_it_is_said(running, name):
    before = running.pid(name)
    died = running.said().count(f"{name} died (killed by SIGKILL)")
    back = running.said().count(f"{name} is back")

    os.kill(before, signal.SIGKILL)

    until(lambda: running.said().count(f"{name} is back") > back)
    assert running.said().count(f"{name} died (killed by SIGKILL)") == died + 1
    assert running.pid(name) != before
    until(lambda: httpx.get(f"{running.url}/ready").status_code == 200)


def test_ctrl_c_ends_it_cleanly_and_leaves_nobody(running):
    children = running.children()
    assert running.launcher is not None

    running.launcher.send_signal(signal.SIGINT)
    code = running.launcher.wait(60)

    assert code == 0, running.said()
    assert running.said().rstrip().endswith("Stopped.")
    assert not [child for child in children if process.alive(child.pid)]
    assert not (running.data / "serve.json").exists()


def test_a_later_start_is_quick(installation):
    seconds = installation.start()

    assert seconds < 20  # 5 s on two free cores; a busy machine gets some more


def test_kill_9_of_the_launcher_leaves_nobody_and_the_next_start_just_works(running):
    children = running.children()
    assert running.launcher is not None

    running.launcher.kill()
    running.launcher.wait()

    until(lambda: not [child for child in children if process.alive(child.pid)], 10)
    running.start()
    assert httpx.get(f"{running.url}/ready").status_code == 200


def test_a_second_ctrl_c_ends_everything_at_once(running):
    children = running.children()
    assert running.launcher is not None

    running.launcher.send_signal(signal.SIGINT)
    until(lambda: "Stopping" in running.said())
    running.launcher.send_signal(signal.SIGINT)
    running.launcher.wait(20)

    assert "Ending everything at once." in running.said()
    assert not [child for child in children if process.alive(child.pid)]
