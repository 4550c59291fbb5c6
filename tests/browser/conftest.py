"""The whole product on ephemeral ports, and Chromium with a WAV file as its microphone."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

from tests.emulators.openai.served import DeepSeek
from tests.emulators.tencent import TencentEmulator
from tests.product import Product, serving
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
Open = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture(scope="session")
def product() -> Iterator[str]:
    """The URL of `yingda serve`, ready."""
    with serving() as running:
        yield running.url


@pytest.fixture(scope="session")
def companies() -> Iterator[tuple[TencentEmulator, DeepSeek]]:
    """Tencent Cloud and DeepSeek, each in its own way, in a loop beside the tests."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    both = (TencentEmulator(), DeepSeek())
    for company in both:
        asyncio.run_coroutine_threadsafe(company.start(), loop).result(10)
    yield both
    for company in both:
        asyncio.run_coroutine_threadsafe(company.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def installation(companies: tuple[TencentEmulator, DeepSeek]) -> Iterator[Product]:
    """Has a key of Tencent Cloud's, none of DeepSeek's, and finds both on this machine."""
    tencent, deepseek = companies
    settings = {**tencent.environment(), **deepseek.environment()}
    del settings["DEEPSEEK_API_KEY"]
    with serving(**settings) as running:
        yield running


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


@pytest.fixture
async def api(installation: Product) -> AsyncIterator[httpx.AsyncClient]:
    """The same organisation's API; its credentials are gone afterwards."""
    headers = {"Authorization": f"Bearer {installation.keys['privateKey']}"}
    async with httpx.AsyncClient(base_url=installation.url, headers=headers, trust_env=False) as client:
        yield client
        for one in (await client.get("/v1/credentials")).json():
            await client.delete(f"/v1/credentials/{one['id']}")


@pytest.fixture
def open_vendors(visit: Visit, installation: Product, api: httpx.AsyncClient) -> Open:
    """`async with open_vendors() as page`: the page, open. What the browser complains of fails the test,
    unless it contains `forgiven`."""

    @asynccontextmanager
    async def open_page(locale: str = "en-US", forgiven: str = "\n") -> AsyncIterator[Page]:
        async with visit(installation.url, locale=locale) as page:
            complaints = complaints_of(page)
            await page.click("header a")
            await expect(page.locator("#gate")).to_be_visible()
            await page.fill("#key", installation.keys["privateKey"])
            await page.click("#enter")
            await expect(page.locator("#desk")).to_be_visible()
            yield page
            assert [one for one in complaints if forgiven not in one] == []

    return open_page


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    found: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise AssertionError("Chromium is not installed; on Debian: apt-get install chromium")


@pytest.fixture
def question() -> bytes:
    """ "what are your opening hours", PCM16 at RATE."""
    return wav.read(EXAMPLES / "opening-hours.wav").pcm
