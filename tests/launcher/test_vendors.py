import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from api.launcher import vendors
from api.launcher.settings import LauncherSettings
from tests.emulators.catalog import company


def found(settings: LauncherSettings) -> dict[str, tuple[str, str]]:
    return {finding.check: (finding.verdict, finding.found) for finding in vendors.keys(settings)}


def test_keys_are_counted_and_never_shown():
    settings = LauncherSettings(tencent_app_id="1", tencent_secret_id="very", tencent_secret_key="secret")

    told = found(settings)

    assert told["Tencent Cloud 腾讯云"] == ("ok", "TENCENT_APP_ID, TENCENT_SECRET_ID, TENCENT_SECRET_KEY set")
    assert "very" not in str(told)


def test_half_an_account_is_a_problem_that_names_what_lacks():
    told = found(LauncherSettings(iflytek_app_id="1", iflytek_api_key="k"))

    assert told["iFlytek 讯飞"] == ("problem", "IFLYTEK_APP_ID, IFLYTEK_API_KEY without IFLYTEK_API_SECRET")


def test_a_server_of_ones_own_needs_no_key():
    told = found(LauncherSettings(funasr_base_url="ws://127.0.0.1:1"))

    assert told["FunASR"] == ("ok", "at ws://127.0.0.1:1")
    assert told["vendors without keys"][1].startswith("dashscope, aliyun-nls")
    assert "funasr" not in told["vendors without keys"][1]


async def test_vendors_that_are_asked_say_how_long_they_took(monkeypatch):
    async with brought_to(monkeypatch, "tencent", "deep-seek", "openai"):
        monkeypatch.setenv("TENCENT_SECRET_KEY", "not-this")
        findings = await asyncio.to_thread(vendors.trials, LauncherSettings())

    told = {finding.check: finding for finding in findings}
    assert told["DeepSeek"].verdict == "ok"
    assert told["DeepSeek"].found.startswith("the model answers in ")
    assert told["Tencent Cloud 腾讯云"].verdict == "problem"
    assert "(auth, " in told["Tencent Cloud 腾讯云"].found
    assert told["OpenAI"].verdict == "ok"


@asynccontextmanager
async def brought_to(monkeypatch, *names: str) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for vendor in (company(name)() for name in names):
            await vendor.start()
            stack.push_async_callback(vendor.stop)
            for name, value in vendor.environment().items():
                monkeypatch.setenv(name, value)
        yield
