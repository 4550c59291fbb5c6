"""The real vendors: each greets, counts, and calls a tool. Needs `-m live` and the vendor's key."""

import os

import pytest

from tests.contracts.llm import GREETING, HOURS, text, with_result
from tests.contracts.tools import collect
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.providers.base import Message, ProviderConfig
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm
from voice_engine.providers.llm.vendors import names

VENDORS = [name for name in names() if ACCOUNTS[name].prefix]
ASK = (Message("system", "Use your tool."), Message("user", "When are you open on Monday? Look it up."))


@pytest.mark.live
@pytest.mark.parametrize("name", VENDORS)
async def test_a_vendor_greets_counts_and_calls_a_tool(name: str):
    key = os.environ.get(ACCOUNTS[name].setting("apiKey"), "")
    if not key:
        pytest.skip(f"{ACCOUNTS[name].setting('apiKey')} is not set")
    llm = OpenAiCompatibleLlm(ProviderConfig(api_key=key, max_tokens=200, options={"provider": name}))

    greeted = await collect(llm.reply(GREETING))
    asked = await collect(llm.reply(ASK, [HOURS]))
    calls = [call for delta in asked for call in delta.tool_calls]
    concluded = await collect(llm.reply((*ASK, *with_result(calls[0])[-2:]), [HOURS]))

    assert text(greeted)
    assert greeted[-1].usage
    assert not greeted[-1].usage.estimated
    assert [call.name for call in calls] == [HOURS.name]
    assert "9" in text(concluded)
