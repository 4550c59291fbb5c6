"""One whole spoken conversation per combination of vendors that the design documents recommend, over the
whole product and the vendors' own wire protocols; in the second turn one company dies, and nobody hears it.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.callers import RATE, Caller, ended, on_the_line, until
from tests.emulators import catalog
from tests.emulators.dashscope import DashScopeEmulator, Manner
from tests.emulators.dashscope import Script as DashScopeScript
from tests.emulators.openai import OpenAiEmulator
from tests.emulators.speaking import espeak
from tests.product import Product, serving

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

QUESTIONS = ("我想查一下我的余额。", "你们明天几点开门？")
ANSWERS = tuple(f"您刚才说：{question}" for question in QUESTIONS)
SPEECH = ("iflytek", "tencent", "aliyun-nls", "volcengine", "minimax", "baidu", "funasr")
MODELS = ("deep-seek", "moonshot", "zhipu", "qianfan", "spark", "custom-llm", "dashscope")


class Company:
    """A vendor in a thread of its own, until it is killed."""

    def __init__(self, vendor: Any) -> None:
        self.vendor = vendor
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.alive = True
        self._do(vendor.start())

    def kill(self) -> None:
        """Everything it has is gone at once."""
        if self.alive:
            self.alive = False
            self._do(self.vendor.stop())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)


_DEAD: set[str] = set()


@dataclass
class World:
    """The product and every company around it."""

    product: Product
    client: httpx.Client
    speech: dict[str, Company]
    models: dict[str, OpenAiEmulator]
    cosyvoice: Company
    questions: list[bytes]
    killed: set[str] = field(default_factory=set)

    def kill(self, name: str) -> None:
        """A company dies."""
        self.killed.add(name)
        _DEAD.add(name)
        if name == "cosyvoice":
            self.cosyvoice.kill()
        elif name in self.speech:
            self.speech[name].kill()
        else:
            self.models[name].__exit__(None, None, None)

    def tell(self, name: str, *said: str) -> None:
        """What the callers of a recogniser will say."""
        self.speech[name].vendor.said = iter(said)

    def violations(self) -> dict[str, list[str]]:
        """What we did wrong, by company; the dead tell nothing."""
        named: dict[str, Any] = {name: company.vendor for name, company in self.speech.items()}
        named |= {**self.models, "cosyvoice": self.cosyvoice.vendor}
        return {n: v.violations for n, v in named.items() if v.violations and n not in self.killed}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with ExitStack() as stack:
        speech = {name: Company(catalog.company(name)()) for name in SPEECH}
        for company in speech.values():
            stack.callback(company.kill)
        models = {name: stack.enter_context(_model(name)) for name in MODELS}
        cosyvoice = Company(DashScopeEmulator(Manner(script=DashScopeScript())))
        stack.callback(cosyvoice.kill)
        settings = {"YINGDA_ALLOWED_TARGETS": '["127.0.0.0/8"]', "DASHSCOPE_API_KEY": "sk-ali"}
        for company in speech.values():
            settings |= company.vendor.environment()
        settings |= _addresses(models)
        settings["DASHSCOPE_WEBSOCKET_BASE_URL"] = cosyvoice.vendor.url
        product = stack.enter_context(serving(**settings))
        headers = {"Authorization": f"Bearer {product.keys['privateKey']}"}
        client = stack.enter_context(
            httpx.Client(base_url=product.url, headers=headers, trust_env=False, timeout=20)
        )
        spoken = [asyncio.run(espeak(question, RATE, 1.0)).pcm for question in QUESTIONS]
        yield World(product, client, speech, models, cosyvoice, spoken)


@contextmanager
def _model(name: str) -> Iterator[OpenAiEmulator]:
    vendor = OpenAiEmulator(name, lambda messages: f"您刚才说：{messages[-1]['content']}")
    vendor.__enter__()
    try:
        yield vendor
    finally:
        if name not in _DEAD:
            vendor.__exit__(None, None, None)


def _addresses(models: dict[str, OpenAiEmulator]) -> dict[str, str]:
    from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL

    found = {"DASHSCOPE_COMPATIBLE_BASE_URL": models["dashscope"].url}
    for name, vendor in models.items():
        account = ACCOUNTS[name]
        if account.prefix and name != "dashscope":
            found |= {account.setting("apiKey"): "sk-emulated", account.setting(BASE_URL): vendor.url}
    return found


@asynccontextmanager
async def calling(world: World, assistant: dict[str, Any]) -> AsyncIterator[tuple[str, Caller]]:
    wish = {"assistant": assistant, "transport": {"provider": "vapi.websocket"}}
    made = await asyncio.to_thread(world.client.post, "/v1/calls", json=wish)
    assert made.status_code == 201, made.text
    async with on_the_line(made.json()["transport"]["websocketCallUrl"]) as caller:
        yield made.json()["id"], caller


# ── the combinations ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Combination:
    """Who works together; who dies, as the caller speaks or as the reply comes, and who takes over."""

    transcriber: dict[str, Any]
    model: dict[str, Any]
    voice: dict[str, Any]
    dies: str
    takes_over: str
    speaking: bool

    def assistant(self) -> dict[str, Any]:
        """As the API wants it."""
        return {
            "name": "vendors",
            "transcriber": self.transcriber,
            "model": {"messages": [{"role": "system", "content": "重复用户的话。"}], **self.model},
            "voice": self.voice,
            "firstMessageMode": "assistant-waits-for-user",
        }


def _then(plan: str, *others: dict[str, Any]) -> dict[str, Any]:
    return {"fallbackPlan": {plan: list(others)}}


COMBINATIONS = {
    "iFlytek, Qwen, iFlytek": Combination(
        {"provider": "iflytek", **_then("transcribers", {"provider": "tencent"})},
        {"provider": "dashscope", "model": "qwen-plus"},
        {"provider": "iflytek", **_then("voices", {"provider": "tencent", "voiceId": "101001"})},
        dies="iflytek",
        takes_over="tencent",
        speaking=True,
    ),
    "Aliyun, DeepSeek, CosyVoice": Combination(
        {"provider": "aliyun-nls"},
        {"provider": "deep-seek", "model": "deepseek-v4-flash"},
        {"provider": "dashscope", **_then("voices", {"provider": "minimax"})},
        dies="cosyvoice",
        takes_over="minimax",
        speaking=False,
    ),
    "Tencent, GLM, MiniMax": Combination(
        {"provider": "tencent"},
        {
            "provider": "zhipu",
            "model": "glm-4.7-flash",
            **_then("models", {"provider": "moonshot", "model": "kimi-k2.6"}),
        },
        {"provider": "minimax"},
        dies="zhipu",
        takes_over="moonshot",
        speaking=False,
    ),
    "Baidu, ERNIE, Baidu": Combination(
        {"provider": "baidu", **_then("transcribers", {"provider": "volcengine"})},
        {"provider": "qianfan", "model": "ernie-5.1"},
        {"provider": "baidu", **_then("voices", {"provider": "volcengine"})},
        dies="baidu",
        takes_over="volcengine",
        speaking=True,
    ),
    "FunASR, a local model, eSpeak": Combination(
        {"provider": "funasr"},
        {
            "provider": "custom-llm",
            "model": "local",
            **_then("models", {"provider": "spark", "model": "4.0Ultra"}),
        },
        {"provider": "espeak", "voiceId": "cmn"},
        dies="custom-llm",
        takes_over="spark",
        speaking=False,
    ),
}


@pytest.mark.parametrize("name", COMBINATIONS)
async def test_a_conversation_goes_on_when_a_vendor_dies_in_the_middle(world: World, name: str):
    chosen = COMBINATIONS[name]
    assistant = chosen.assistant()
    if assistant["model"]["provider"] == "custom-llm":
        assistant["model"]["url"] = world.models["custom-llm"].url
    first, *others = (chosen.transcriber, *chosen.transcriber.get("fallbackPlan", {}).get("transcribers", ()))
    world.tell(first["provider"], *QUESTIONS)
    for other in others:  # it hears the second question only, from its beginning
        world.tell(other["provider"], QUESTIONS[1])

    async with calling(world, assistant) as (call_id, caller):
        caller.say(world.questions[0])
        await until(lambda: len(caller.answers()) >= 1, lambda: caller.heard)
        await asyncio.sleep(1.0)
        caller.say(world.questions[1])
        if chosen.speaking:
            await asyncio.sleep(len(world.questions[1]) / 2 / RATE / 2)
        else:
            await asyncio.sleep(len(world.questions[1]) / 2 / RATE)
        await asyncio.to_thread(world.kill, chosen.dies)
        await until(lambda: len(caller.answers()) >= 2, lambda: caller.heard)
        sound = caller.sound

    call = await asyncio.to_thread(ended, world.client, call_id)
    # An answer may have begun as a guess, on words that had no mark yet.
    said = [
        (m["role"], m["message"].rstrip("。？")) for m in call["messages"] if m["role"] in ("user", "bot")
    ]
    assert said == [
        (role, text.rstrip("。？"))
        for question, answer in zip(QUESTIONS, ANSWERS, strict=True)
        for role, text in (("user", question), ("bot", answer))
    ]
    assert chosen.takes_over in json.dumps(call["costs"])
    assert sound > RATE  # half a second at least was heard
    assert world.violations() == {}
