"""A person in Chromium keeps vendors' keys, listens to voices, compares prices, sees how vendors do."""

import re

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open, Visit
from tests.emulators import faults
from tests.emulators.openai.served import KEY, DeepSeek
from tests.emulators.tencent import TencentEmulator
from tests.emulators.tencent.server import ACCOUNT
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PATIENT = 30_000  # ms
TELEPHONE = {"width": 390, "height": 800}


async def fill(page: Page, provider: str, **fields: str) -> None:
    """The dialogue for a new key, filled in."""
    await page.click("#add")
    await page.select_option("#provider", provider)
    for name, value in fields.items():
        await page.fill(f"#field-{name}", value)


async def add(page: Page, provider: str, **fields: str) -> Locator:
    """The new key's card."""
    await fill(page, provider, **fields)
    await page.click("#account-save")
    card = page.locator(f".account[data-provider={provider}]").first
    await expect(card).to_be_visible()
    return card


async def fits(page: Page) -> bool:
    """Whether nothing hangs out of the window sideways."""
    return await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# ── the private key ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("sk_nobody-has-ever-had-this-one", "Nobody here knows this key"),
        ("pk_public", "This is a public key (pk_…)"),
        ("my key", "This is no private key"),
        ("", "Enter a private key"),
    ],
)
async def test_a_wrong_private_key_is_explained(visit: Visit, installation: Product, key: str, told: str):
    async with visit(f"{installation.url}/vendors") as page:
        await page.fill("#key", key)
        await page.click("#enter")

        await expect(page.locator("#gate-error")).to_contain_text(told)
        await expect(page.locator("#key")).to_be_focused()
        assert await page.evaluate("sessionStorage.length") == 0


async def test_the_private_key_stays_in_the_tab_until_it_is_forgotten(
    open_vendors: Open, installation: Product
):
    async with open_vendors() as page:
        await page.reload()
        await expect(page.locator("#desk")).to_be_visible()
        key = installation.keys["privateKey"]
        assert key not in page.url
        assert await page.evaluate("Object.values(localStorage).join()") == ""
        assert await page.evaluate("Object.values(sessionStorage)") == [key]

        await page.click("#forget")

        await expect(page.locator("#gate")).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0


async def test_a_server_that_is_gone_is_explained(visit: Visit, installation: Product):
    async with visit(f"{installation.url}/vendors") as page:
        await page.route("**/v1/credentials*", lambda route: route.abort())
        await page.fill("#key", installation.keys["privateKey"])
        await page.click("#enter")

        await expect(page.locator("#gate-error")).to_contain_text("The server does not answer")


# ── vendors' keys ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en-US", r"The key works: deepseek-v4-flash answers in \d+ ms"),
        ("zh-CN", r"密钥可用，deepseek-v4-flash 在 \d+ 毫秒内回答"),
    ],
)
async def test_a_key_is_added_and_tested_with_one_click(open_vendors: Open, locale: str, told: str):
    async with open_vendors(locale) as page:
        card = await add(page, "deep-seek", apiKey=KEY)
        await card.locator("button.soft").click()

        await expect(card.locator(".headline")).to_have_text(re.compile(told), timeout=PATIENT)
        await expect(page.locator("#said")).to_have_text(re.compile(told))
        await expect(card.locator("button.soft")).to_be_focused()
        await page.reload()
        await expect(card.locator(".headline")).to_have_text(re.compile(told))


async def test_a_key_the_vendor_refuses_is_explained_with_the_vendors_own_code(open_vendors: Open):
    async with open_vendors() as page:
        card = await add(page, "tencent", **{**ACCOUNT, "secretKey": "key-hush"})
        await card.locator("button.soft").click()

        await expect(card.locator(".badge")).to_have_text("refused", timeout=PATIENT)
        await expect(card).to_contain_text("refuses the key. Compare every field with the vendor's console.")
        await expect(card).to_contain_text("Code 4002")
        assert "hush" not in await page.content()


async def test_a_vendor_in_trouble_is_no_verdict_on_the_key(
    open_vendors: Open, companies: tuple[TencentEmulator, DeepSeek]
):
    async with open_vendors() as page:
        card = await add(page, "tencent", **ACCOUNT)
        companies[0].fault = faults.fail(5000, "try again")
        await card.locator("button.soft").click()

        await expect(card.locator(".badge")).to_have_text("unclear", timeout=PATIENT)
        await expect(card).to_contain_text("is in trouble. Try again in a moment.")
        companies[0].fault = None


async def test_a_key_can_be_tested_before_it_is_saved(open_vendors: Open, api: httpx.AsyncClient):
    async with open_vendors() as page:
        await fill(page, "tencent", **ACCOUNT)
        await page.click("#account-test")

        await expect(page.locator("#account-trial .headline")).to_contain_text(
            "The key works: 16k_zh listens after", timeout=PATIENT
        )
        await expect(page.locator("#account-trial")).to_contain_text("智瑜 speaks after")
        assert (await api.get("/v1/credentials")).json() == []


async def test_what_is_missing_is_said_and_focused(open_vendors: Open):
    async with open_vendors() as page:
        await fill(page, "tencent", appId="1")
        await page.click("#account-save")

        await expect(page.locator("#account-error")).to_have_text("Please fill in: Secret id, Secret key")
        await expect(page.locator("#field-secretId")).to_be_focused()
        await page.select_option("#provider", "volcengine")
        await expect(page.locator("#one-of")).to_have_text(
            "At least one of these is needed: apiKey, accessToken."
        )


async def test_a_key_is_changed_without_typing_its_secrets_again(open_vendors: Open, api: httpx.AsyncClient):
    async with open_vendors() as page:
        card = await add(page, "tencent", **ACCOUNT)
        await card.get_by_text("Change").click()
        await page.fill("#account-name", "production")
        await page.click("#account-save")
        await expect(card.locator("h3")).to_have_text("production")
        await card.locator("button.soft").click()

        await expect(card.locator(".badge")).to_have_text("works", timeout=PATIENT)
        assert [one["name"] for one in (await api.get("/v1/credentials")).json()] == ["production"]


async def test_a_key_is_deleted_only_by_whoever_is_sure(open_vendors: Open, api: httpx.AsyncClient):
    async with open_vendors() as page:
        card = await add(page, "deep-seek", apiKey=KEY)
        await card.get_by_text("Delete").click()
        await page.click("#sure-no")
        await expect(card).to_be_visible()

        await card.get_by_text("Delete").click()
        await page.click("#sure-yes")

        await expect(card).to_be_hidden()
        await expect(page.locator("#no-accounts")).to_be_visible()
        assert (await api.get("/v1/credentials")).json() == []


async def test_the_keyboard_alone_adds_and_tests_a_key(open_vendors: Open):
    async with open_vendors() as page:
        await page.focus("#add")
        await page.keyboard.press("Enter")
        await page.keyboard.type("deeps")  # chooses in the list of vendors
        await page.keyboard.press("Tab")
        await page.keyboard.type("mine")
        await page.keyboard.press("Tab")
        await page.keyboard.type(KEY)
        await page.keyboard.press("Enter")
        card = page.locator(".account[data-provider=deep-seek]")
        await expect(card.locator("h3")).to_have_text("mine")
        await expect(page.locator("#add")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        await expect(card.locator(".badge")).to_have_text("works", timeout=PATIENT)
        await page.focus("#tab-keys")
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("#tab-catalogue")).to_be_focused()
        await expect(page.locator("#catalogue")).to_be_visible()


# ── the catalogue ────────────────────────────────────────────────────────────────────────────────────


async def test_a_voices_sample_is_heard(open_vendors: Open, companies: tuple[TencentEmulator, DeepSeek]):
    async with open_vendors() as page:
        await page.click("#tab-catalogue")
        await page.get_by_role("button", name="Hear 智瑜", exact=True).click()
        stop = page.get_by_role("button", name="Stop 智瑜", exact=True)
        await expect(stop).to_be_focused(timeout=PATIENT)
        await page.wait_for_timeout(300)

        assert await page.evaluate(
            "player.currentTime > 0.1 && !player.paused && player.src.startsWith('blob:')"
        )
        await stop.click()
        await expect(stop).to_be_hidden()
        assert await page.evaluate("player.paused")
        assert companies[0].violations == []


async def test_a_voice_that_cannot_be_heard_says_why(open_vendors: Open, api: httpx.AsyncClient):
    await api.post("/v1/credentials", json={"provider": "tencent", **ACCOUNT, "secretKey": "wrong"})
    async with open_vendors(forgiven="503") as page:
        await page.click("#tab-catalogue")
        await page.get_by_role("button", name="Hear 智聆", exact=True).click()

        card = page.locator(".voice", has_text="智聆")
        await expect(card.get_by_role("alert")).to_contain_text("智聆 cannot be heard", timeout=PATIENT)


@pytest.mark.parametrize(
    ("locale", "hearing", "thinking", "free"),
    [
        ("en-US", "¥0.864 / hour", "in $0.4 / 1M tokens", "free"),
        ("zh-CN", "¥0.864 / 小时", "输入 $0.4 / 百万 token", "免费"),
    ],
)
async def test_prices_are_seen(open_vendors: Open, locale: str, hearing: str, thinking: str, free: str):
    async with open_vendors(locale) as page:
        await page.click("#tab-catalogue")
        await expect(page.locator("[data-id^='espeak:']").first).to_contain_text(free)
        await page.locator("input[value=transcriber]").check()
        paraformer = page.locator("[data-id='transcriber:dashscope:paraformer-realtime-v2']")
        await expect(paraformer).to_contain_text(hearing)
        await page.locator("input[value=model]").check()
        await expect(page.locator("[data-id='model:dashscope:qwen-plus']")).to_contain_text(thinking)


async def test_voices_are_found_by_vendor_language_gender_and_name(open_vendors: Open):
    async with open_vendors() as page:
        await page.click("#tab-catalogue")
        everybody = await page.locator(".voice").count()
        await page.select_option("#filter-provider", "tencent")
        await page.select_option("#filter-language", "yue")
        await page.select_option("#filter-gender", "female")
        await expect(page.locator(".voice h3")).to_contain_text(["智彤"])
        for name in ("provider", "language", "gender"):
            await page.select_option(f"#filter-{name}", "")
        await page.fill("#filter-text", "智瑜")

        await expect(page.locator(".voice h3")).to_contain_text(["智瑜"])
        await expect(page.locator("#found")).to_contain_text("1 voice")
        assert everybody > 100


async def test_a_voice_without_a_key_asks_for_one(open_vendors: Open):
    async with open_vendors() as page:
        await page.click("#tab-catalogue")
        await page.select_option("#filter-provider", "iflytek")
        voice = page.locator(".voice").first
        await expect(voice.locator(".listen")).to_be_disabled()

        await voice.get_by_role("button", name="Add a key of iFlytek 讯飞").click()

        await expect(page.locator("#account")).to_be_visible()
        await expect(page.locator("#provider")).to_have_value("iflytek")


# ── how vendors do ───────────────────────────────────────────────────────────────────────────────────


async def test_a_call_is_seen_in_the_figures_of_its_vendors(
    open_vendors: Open, installation: Product, api: httpx.AsyncClient
):
    await api.post("/v1/credentials", json={"provider": "deep-seek", "apiKey": KEY})
    wish = {
        "name": "Figures",
        "transcriber": {"provider": "tencent", "language": "zh"},
        "model": {"provider": "deep-seek", "model": "deepseek-v4-flash"},
        "voice": {"provider": "tencent", "voiceId": "101001"},
    }
    assistant_id = (await api.post("/v1/assistants", json=wish)).json()["id"]
    async with open_vendors() as page:
        await page.goto(installation.url)
        await page.wait_for_selector("body[data-ready]")
        await page.click("#setup-change")
        await page.fill("#key", installation.keys["publicKey"])
        await page.fill("#assistant-id", assistant_id)
        await page.click("#setup button")
        await page.click("#talk")
        await expect(page.locator("#words")).to_be_enabled(timeout=PATIENT)
        await page.fill("#words", "你好")
        await page.press("#words", "Enter")
        await expect(page.locator(".line.assistant")).to_contain_text("你好", timeout=PATIENT)
        await page.click("#hang-up")

        await page.goto(f"{installation.url}/vendors#figures")
        voice = page.locator(".vendor[data-provider=tencent]", has_text="First sound")
        for _ in range(20):  # engines hand their counts over every five seconds
            await page.click("#refresh")
            await page.wait_for_timeout(500)
            if await voice.count():
                break

        await expect(voice).to_contain_text("0% failed")
        await expect(page.locator(".vendor[data-provider=deep-seek]")).to_contain_text("First word")
        widths = await voice.locator(".track i").evaluate_all("all => all.map((one) => one.offsetWidth)")
        assert all(width > 0 for width in widths)


async def test_failures_are_named_by_their_kind(open_vendors: Open):
    tencent = {
        "component": "voice",
        "provider": "tencent",
        "model": "",
        "requests": 200,
        "failures": {"timeout": 9, "auth": 3},
        "errorRate": 0.06,
        "waits": {"firstAudio": {"count": 188, "p50": 250, "p95": 500, "p99": 1000}},
    }
    async with open_vendors("zh-CN") as page:
        answer = {"from": "2026-11-19T12:00:00.000Z", "to": "2026-11-20T12:00:00.000Z", "vendors": [tencent]}
        await page.route("**/v1/analytics/vendors*", lambda route: route.fulfill(json=answer))
        await page.click("#tab-figures")
        card = page.locator(".vendor")

        await expect(card.locator(".counts")).to_have_text("200 次请求 失败 6%")
        await expect(card.locator(".failures li")).to_have_text(["超时 9", "密钥被拒 3"])
        await expect(card.locator(".numbers")).to_contain_text("250 毫秒")
        p99, p95, p50 = await card.locator(".track i").evaluate_all(
            "all => all.map((one) => one.offsetWidth)"
        )
        assert p99 == pytest.approx(2 * p95, abs=2) == pytest.approx(4 * p50, abs=4)


# ── both languages, every width ──────────────────────────────────────────────────────────────────────


async def test_the_page_speaks_both_languages_and_fits_a_telephone(open_vendors: Open):
    async with open_vendors("zh-CN") as page:
        await page.set_viewport_size(TELEPHONE)
        await add(page, "tencent", **ACCOUNT)
        for tab, chinese, english in (
            ("keys", "修改", "Change"),
            ("catalogue", "声音", "Voices"),
            ("figures", "时段", "Period"),
        ):
            await page.click(f"#tab-{tab}")
            await expect(page.locator(f"#{tab}")).to_contain_text(chinese)
            assert await fits(page), tab
            await page.click("#language")
            await expect(page.locator(f"#{tab}")).to_contain_text(english)
            assert await fits(page), tab
            await page.click("#language")
        assert await page.title() == "应答 — 供应商"
