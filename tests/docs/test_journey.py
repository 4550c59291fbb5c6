"""The tutorials as a stranger would do them: their snippets are run, in order, on the real product."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT, blocks

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

ANSWER = "From nine to six, Monday to Friday."


@dataclass
class Clone:
    """A directory like a clone after `make run`: with `.venv`, `examples` and `.yingda`."""

    path: Path
    port: int

    def paste(self, page: str) -> str:
        """What all snippets of a page print. They must all succeed."""
        script = "\n".join(["set -euo pipefail", *blocks(page, "sh")])
        script = script.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{self.port}")
        for port in set(re.findall(r"\b876\d\b", script)):
            script = script.replace(port, str(free_port()))
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.path,
            capture_output=True,
            text=True,
            timeout=200,
            env=environment(),
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout


def environment() -> dict[str, str]:
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("YINGDA_", "DASHSCOPE_"))
    }
    return {name: value for name, value in ours.items() if name not in ("DATABASE_URL", "REDIS_URL")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def clone() -> Iterator[Clone]:
    with tempfile.TemporaryDirectory(prefix="yingda-test-") as place:
        clone = Clone(Path(place), free_port())
        clone.path.chmod(0o711)  # root's PostgreSQL runs as somebody else, who must come through
        (clone.path / ".venv").symlink_to(Path(sys.prefix))
        (clone.path / "examples").symlink_to(ROOT / "examples")
        settings = {
            "YINGDA_API_PORT": str(clone.port),
            "YINGDA_ENGINE_PORT": str(free_port()),
            "YINGDA_ENGINES": "1",
            "YINGDA_ALLOWED_TARGETS": '["127.0.0.0/8"]',
        }
        log = clone.path / "serve.log"
        with log.open("wb") as output:
            launcher = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "serve"],
                cwd=clone.path,
                env=environment() | settings,
                stdout=output,
                stderr=output,
            )
        try:
            until_ready(launcher, log)
            yield clone
        finally:
            launcher.terminate()
            launcher.wait(60)


def until_ready(launcher: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 180
    while "ready in" not in log.read_text():
        assert launcher.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_can_be_pasted(clone, page):
    said = clone.paste(page)

    assert f"assistant: {ANSWER}" in said, said  # the client of the examples
    assert f"AI: {ANSWER}" in said, said  # the call's transcript
    assert "customer-ended-call" in said
    webhooks = (clone.path / "webhooks.txt").read_text()
    assert re.search(r"call \S+ is in-progress", webhooks)
    assert "report: " in webhooks
    assert ANSWER in webhooks
    assert "refused" not in webhooks
    for name, channels in (("reply.wav", 1), ("answer.wav", 1), ("recording.wav", 2)):
        with wave.open(str(clone.path / name)) as sound:
            assert sound.getnchannels() == channels
            assert sound.getnframes() / sound.getframerate() > 2


def test_the_quickstart_can_be_pasted(clone):
    said = clone.paste("docs/tutorial/quickstart.md")

    assert "On Saturday we are open from ten to four." in said, said  # typed
    assert "assistant: Hello Mei, this is the front desk." in said, said  # spoken
    assert "assistant: We are open from nine to six." in said, said
    assert "turnLatencies" in said, said


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("README.md", "README.zh-CN.md"), ("docs/tutorial/quickstart.md", "docs/tutorial/quickstart.zh.md")],
)
def test_both_languages_run_the_same_commands(english, chinese):
    assert blocks(chinese, "sh") == blocks(english, "sh")
