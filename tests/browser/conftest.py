"""The whole product on ephemeral ports, and Chromium with a WAV file as its microphone."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.product import serving
from voice_engine.audio import wav

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "audio"
RATE = 16000
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
    with serving() as running:
        yield running.url


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
