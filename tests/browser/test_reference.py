"""The page to try the API, in Chromium: every operation is there, the browser complains of nothing."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser.conftest import FLAGS, _chromium, complaints_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

METHODS = {"get", "post", "put", "patch", "delete"}
PATIENT = 60_000  # ms: the reader lays out the whole document at once


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        yield await browser.new_page()
        await browser.close()


@pytest.fixture(scope="module")
def operations(product: str) -> list[dict[str, Any]]:
    paths = httpx.get(f"{product}/openapi.json", trust_env=False).json()["paths"]
    return [what for path in paths.values() for method, what in path.items() if method in METHODS]


async def test_every_operation_can_be_tried(product: str, page: Page, operations: list[dict[str, Any]]):
    complaints = complaints_of(page)

    await page.goto(f"{product}/docs")
    await expect(page.locator(".opblock-tag").first).to_be_visible(timeout=PATIENT)
    for tag in await page.locator(".opblock-tag").all():
        await tag.click()

    await expect(page.locator(".opblock")).to_have_count(len(operations), timeout=PATIENT)
    assert complaints == []
