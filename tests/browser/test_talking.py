"""A person in Chromium talks to the product as a newcomer finds it."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import RATE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

GREETING_S = 8
WHILE_SPEAKING_S = 7
PATIENT = 40_000  # ms
LOUDEST = """(ms) => new Promise((done) => {
  let loudest = 0;
  const samples = new Float32Array(1024);
  const until = performance.now() + ms;
  const look = () => {
    const { audio } = yingda.talk;
    audio.agentLevel.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length));
    performance.now() < until ? requestAnimationFrame(look) : done(loudest);
  };
  look();
})"""


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


def ms(shown: str) -> int:
    return int(shown.removesuffix(" ms"))


async def begin(page: Page) -> None:
    await page.click("#talk")
    await expect(page.locator("body")).to_have_attribute("data-state", "speaking", timeout=PATIENT)


async def test_a_spoken_question_is_understood_and_answered_aloud(
    product: str, visit: Visit, question: bytes
):
    # Chromium's gain control is still settling in the first sentence; like anybody, we say it again.
    says = silence(GREETING_S) + question + silence(WHILE_SPEAKING_S) + question
    async with visit(product, says=says) as page:
        await begin(page)
        greeting = await page.evaluate(LOUDEST, 1000)
        user, answer = page.locator(".line.user .said"), page.locator(".line.assistant")

        await expect(user.last).to_have_text("what are your opening hours", timeout=PATIENT)
        await expect(answer.last).to_contain_text("from nine in the morning", timeout=PATIENT)
        spoken = await page.evaluate(LOUDEST, 1500)

        assert greeting > 0.01
        assert spoken > 0.01
        await expect(page.locator(".turn").first).to_contain_text("noticing you finished")
        await expect(page.locator(".turn").first).to_contain_text("network and loudspeaker", timeout=PATIENT)
        total, *parts = await page.locator(".turn").first.locator("b").all_inner_texts()
        assert ms(total) == sum(map(ms, parts))


async def test_interrupting_silences_what_was_still_to_be_heard(product: str, visit: Visit):
    async with visit(product) as page:
        await begin(page)
        await page.fill("#words", "what is the price")
        await page.press("#words", "Enter")

        await expect(page.locator(".line.assistant .mark")).to_have_text("interrupted", timeout=PATIENT)
        await expect(page.locator(".line.assistant").last).to_contain_text("sixty yuan", timeout=PATIENT)

        assert await page.evaluate("yingda.talk.clears") == 1
        assert await page.evaluate("yingda.talk.clearedMs") > 0
        await expect(page.locator(".line.assistant .unheard").first).to_contain_text("joke")


async def test_a_connection_that_breaks_comes_back_and_the_conversation_goes_on(product: str, visit: Visit):
    async with visit(product) as page:
        await begin(page)
        await page.evaluate("yingda.talk.call.drop()")

        await expect(page.locator("#state")).to_have_text("Reconnecting…")
        await expect(page.locator("#send")).to_be_disabled()
        await expect(page.locator("#state")).to_have_text("Speaking", timeout=PATIENT)
        await page.fill("#words", "where are you")
        await page.press("#words", "Enter")

        await expect(page.locator(".line.assistant").last).to_contain_text("Garden Road", timeout=PATIENT)
        await expect(page.locator("#notice")).to_be_hidden()


async def test_on_hold_nobody_is_heard_and_then_it_goes_on_in_mid_sentence(product: str, visit: Visit):
    async with visit(product) as page:
        await begin(page)
        await page.click("#hold")
        await expect(page.locator("#state")).to_have_text("On hold")
        await page.wait_for_timeout(500)  # what was on the wire
        held = await page.evaluate(LOUDEST, 600)

        await page.click("#hold")
        await expect(page.locator("#state")).to_have_text("Speaking", timeout=PATIENT)
        after = await page.evaluate(LOUDEST, 1000)

        assert held < 0.001
        assert after > 0.01


async def test_after_hanging_up_the_page_says_what_it_knows_and_where_the_rest_is(product: str, visit: Visit):
    async with visit(product) as page:
        await begin(page)
        await page.click("#hang-up")

        await expect(page.locator("#summary")).to_be_visible()
        await expect(page.locator("#facts")).to_contain_text("you hung up")
        await expect(page.locator("#command")).to_contain_text(f"curl {product}/v1/calls/")


async def test_a_refused_microphone_is_explained_and_typing_still_works(product: str, visit: Visit):
    async with visit(product, refused=True) as page:
        await page.click("#talk")
        await expect(page.locator("#notice-text")).to_contain_text("The microphone was refused")

        await page.click("#type-instead")
        await expect(page.locator("body")).to_have_attribute("data-state", "speaking", timeout=PATIENT)
        await page.fill("#words", "where are you")
        await page.press("#words", "Enter")

        await expect(page.locator(".line.assistant").last).to_contain_text("Garden Road", timeout=PATIENT)


async def test_a_chinese_browser_is_greeted_in_chinese_and_can_switch(product: str, visit: Visit):
    async with visit(product, locale="zh-CN") as page:
        await expect(page.locator("#talk")).to_have_text("开始对话")
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"

        await page.click("#language")

        await expect(page.locator("#talk")).to_have_text("Talk")
        await page.reload()
        await expect(page.locator("#talk")).to_have_text("Talk")


async def test_a_refused_key_is_explained(product: str, visit: Visit):
    async with visit(product) as page:
        await page.click("#setup-change")
        await page.fill("#key", "pk_nobody")
        await page.fill("#assistant-id", "nobody")
        await page.click("#setup button")
        await page.click("#talk")

        await expect(page.locator("#notice-text")).to_contain_text("The key was refused")


async def test_a_server_that_is_gone_is_explained(product: str, visit: Visit):
    async with visit(product) as page:
        await page.route("**/v1/calls/web", lambda route: route.abort())
        await page.click("#talk")

        await expect(page.locator("#notice-text")).to_contain_text("The server does not answer")
