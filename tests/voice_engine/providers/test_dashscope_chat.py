"""The emulated model answers as Qwen does, to OpenAI's own client."""

from collections.abc import AsyncIterator

import pytest
from openai import APIStatusError, AsyncOpenAI

from tests.emulators.dashscope import ChatServer, Qwen, Refusal

MESSAGES = [{"role": "user", "content": "你们几点开门？"}]
OFF = {"enable_thinking": False}


@pytest.fixture
async def chat() -> AsyncIterator[ChatServer]:
    async with ChatServer(Qwen()) as server:
        yield server


@pytest.fixture
async def client(chat: ChatServer) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(api_key="sk-test", base_url=chat.url, max_retries=0) as client:
        yield client


async def test_a_reply_is_streamed_in_small_pieces_with_its_usage_last(chat, client):
    stream = await client.chat.completions.create(
        model="qwen-plus", messages=MESSAGES, stream=True,
        stream_options={"include_usage": True}, extra_body=OFF,
    )  # fmt: skip
    chunks = [chunk async for chunk in stream]

    said = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    assert "".join(said) == "您好，您刚才说的是：你们几点开门。请问还有什么可以帮您？"
    assert max(len(piece) for piece in said) <= 3
    assert chunks[-1].usage.completion_tokens > 0
    assert chat.qwen.violations == []


async def test_a_tool_is_called_with_arguments_in_pieces(chat, client):
    chat.qwen.answer = lambda messages: ("opening_hours", {"day": "星期一"})
    stream = await client.chat.completions.create(
        model="qwen-plus", messages=MESSAGES, stream=True, extra_body=OFF
    )
    calls = [call.function async for c in stream if c.choices for call in c.choices[0].delta.tool_calls or ()]

    assert calls[0].name == "opening_hours"
    assert "".join(call.arguments for call in calls) == '{"day": "星期一"}'


async def test_a_client_that_forgets_to_switch_thinking_off_is_noted(chat, client):
    await client.chat.completions.create(model="qwen3-8b", messages=MESSAGES)

    assert chat.qwen.violations == ["enable_thinking is not sent; some models think by default"]


async def test_thinking_without_streaming_is_refused(client):
    with pytest.raises(APIStatusError, match="must be set to false for non-streaming"):
        await client.chat.completions.create(
            model="qwen-plus", messages=MESSAGES, extra_body={"enable_thinking": True}
        )


@pytest.mark.parametrize(
    ("status", "code"), [(401, "invalid_api_key"), (429, "limit_requests"), (400, "data_inspection_failed")]
)
async def test_a_refusal_has_the_vendors_code(chat, client, status, code):
    chat.qwen.fault = Refusal(status, code)

    with pytest.raises(APIStatusError) as refused:
        await client.chat.completions.create(model="qwen-plus", messages=MESSAGES, extra_body=OFF)

    assert (refused.value.status_code, refused.value.code) == (status, code)
