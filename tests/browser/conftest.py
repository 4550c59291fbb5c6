"""The whole product on ephemeral ports, and Chromium with a WAV file as its microphone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright

from voice_engine.audio import wav

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "audio"
RATE = 16000
UP_WITHIN_S = 90
FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
Visit = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture(scope="session")
def product() -> Iterator[str]:
    """The URL of `yingda serve`, ready."""
    with tempfile.TemporaryDirectory(prefix="yingda-test-", ignore_cleanup_errors=True) as folder:
        url, process = _serve(Path(folder))
        try:
            _wait_until_ready(url, process)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _serve(folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    api, engine = _free_ports(2)
    url = f"http://127.0.0.1:{api}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YINGDA_", "DATABASE_", "REDIS_"))}
    ours = {
        "YINGDA_API_PORT": str(api),
        "YINGDA_ENGINE_PORT": str(engine),
        "YINGDA_ENGINES": "1",
        "YINGDA_DATA_DIR": str(folder / "data"),
    }
    with (folder / "serve.log").open("wb") as log:
        command = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
        return url, subprocess.Popen(command, env=kept | ours, cwd=ROOT, stdout=log, stderr=log)


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
        while not _serves_calls(client):
            assert process.poll() is None, "yingda serve ended; see its logs"
            assert time.monotonic() < deadline, "yingda serve did not become ready"
            time.sleep(0.09)


def _serves_calls(client: httpx.Client) -> bool:
    """Everything is up when the demo's own page could start a call."""
    try:
        demo = client.get("/portal/config.json").json()
        wish = {"assistantId": demo["assistants"][0]["id"]}
        headers = {"Authorization": f"Bearer {demo['publicKey']}"}
        return client.post("/v1/calls/web", json=wish, headers=headers).is_success
    except (httpx.HTTPError, KeyError, IndexError, ValueError):
        return False


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    """`async with visit(url, says=pcm) as page`: a browser whose microphone hears `says`, then silence."""

    @asynccontextmanager
    async def open_page(
        url: str, *, says: bytes = bytes(2 * RATE), locale: str = "en-US", refused: bool = False
    ) -> AsyncIterator[Page]:
        microphone = tmp_path / "microphone.wav"
        microphone.write_bytes(wav.write(says, RATE))
        consent = "--use-fake-ui-for-media-stream" + ("=deny" if refused else "")
        flags = [*FLAGS, consent, f"--use-file-for-fake-audio-capture={microphone}%noloop"]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=_chromium(), args=flags)
            page = await (await browser.new_context(locale=locale)).new_page()
            await page.goto(url)
            await page.wait_for_selector("body[data-ready]")
            yield page
            await browser.close()

    return open_page


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise AssertionError("Chromium is not installed; on Debian: apt-get install chromium")


@pytest.fixture
def question() -> bytes:
    """ "what are your opening hours", PCM16 at RATE."""
    return wav.read(EXAMPLES / "opening-hours.wav").pcm
