"""Vendors of models that `yingda emulate` serves."""

import pytest

from tests.contracts.llm import GREETING, text
from tests.contracts.tools import collect
from tests.emulators.catalog import company
from tests.emulators.faults import read
from tests.emulators.openai.served import KEY
from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm

SERVED = ["deep-seek", "moonshot", "zhipu", "qianfan", "spark", "ark", "hunyuan"]


def client(name: str, environment: dict[str, str]) -> OpenAiCompatibleLlm:
    """Who was brought there by the settings that are printed."""
    account = ACCOUNTS[name]
    key, url = environment[account.setting("apiKey")], environment[account.setting(BASE_URL)]
    return OpenAiCompatibleLlm(ProviderConfig(api_key=key, base_url=url, options={"provider": name}))


@pytest.mark.parametrize("name", SERVED)
async def test_a_served_vendor_answers_whom_its_settings_bring(name: str):
    vendor = company(name)()
    await vendor.start()
    try:
        said = text(await collect(client(name, vendor.environment()).reply(GREETING)))
    finally:
        await vendor.stop()

    assert (said, vendor.violations, vendor.name) == ("您刚才说：Hello, who are you?", [], name)


@pytest.mark.parametrize(
    ("order", "kind"),
    [("refuse:429", "rate_limit"), ("fail:1302", "rate_limit"), ("drop", "network"), ("garbage", "server")],
)
async def test_a_served_vendor_fails_as_it_is_told(order: str, kind: str):
    vendor = company("zhipu")()
    vendor.fault = read(order)
    await vendor.start()
    try:
        with pytest.raises(ProviderError) as failed:
            await collect(client("zhipu", vendor.environment()).reply(GREETING))
    finally:
        await vendor.stop()

    assert failed.value.kind == kind


async def test_a_late_one_is_late_and_another_key_is_refused():
    vendor = company("ark")()
    vendor.fault = read("late:0.02")
    await vendor.start()
    try:
        said = text(await collect(client("ark", vendor.environment()).reply(GREETING)))
        stranger = {**vendor.environment(), ACCOUNTS["ark"].setting("apiKey"): f"{KEY}-not"}
        with pytest.raises(ProviderError) as refused:
            await collect(client("ark", stranger).reply(GREETING))
    finally:
        await vendor.stop()

    assert said.endswith("who are you?")
    assert refused.value.kind == "auth"
