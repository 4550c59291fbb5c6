"""Vendors of models, for `yingda emulate`: each answers by saying what it has heard."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tests.emulators.ear import Script
from tests.emulators.faults import Fault
from tests.emulators.openai import faults
from tests.emulators.openai.dialect import Answer
from tests.emulators.openai.vendor import Behaviour, OpenAiEmulator
from tests.emulators.openai.wire import Exchange
from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL

KEY = "sk-emulated"


class Chat:
    """One vendor, from `start` until `stop`. `fault` holds for all requests, `said` is of no use to it."""

    name: ClassVar[str]
    keys: ClassVar[tuple[str, ...] | None] = (KEY,)

    def __init__(self, script: Script | None = None) -> None:
        self.said: Iterator[str] = iter(script.said if script else ())
        self.fault: Fault | None = None
        self.port = 0
        self._emulator: OpenAiEmulator | None = None

    @property
    def violations(self) -> list[str]:
        """Every mistake of a client."""
        return self._emulator.violations if self._emulator else []

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on loopback, whatever `host` says; port 0 takes a free one."""
        self._emulator = OpenAiEmulator(self.name, _repeat, keys=self.keys, port=port)
        self._emulator.always = behaviour(self._emulator, self.fault) if self.fault else None
        await asyncio.to_thread(self._emulator.__enter__)
        self.port = urlsplit(self._emulator.url).port or 0

    async def stop(self) -> None:
        """Hang up."""
        if self._emulator:
            await asyncio.to_thread(self._emulator.__exit__)

    def environment(self) -> dict[str, str]:
        """The settings that bring an installation here."""
        assert self._emulator
        account = ACCOUNTS[self.name]
        return {account.setting("apiKey"): KEY, account.setting(BASE_URL): self._emulator.url}


class DeepSeek(Chat):
    name = "deep-seek"


class Kimi(Chat):
    name = "moonshot"


class Glm(Chat):
    name = "zhipu"


class Ernie(Chat):
    name = "qianfan"


class Spark(Chat):
    name = "spark"


class Doubao(Chat):
    name = "ark"


class Hunyuan(Chat):
    name = "hunyuan"


class Qwen(Chat):
    name = "dashscope"


class Gpt(Chat):
    name = "openai"


class Gemini(Chat):
    name = "google"


class MiniMax(Chat):
    name = "minimax"


class Own(Chat):
    name = "custom-llm"
    keys = None


def behaviour(vendor: OpenAiEmulator, fault: Fault) -> Behaviour:
    """A socket's fault as a model's."""
    refusal = vendor.dialect.error(fault.code or "refused", fault.message or "refused as ordered")
    others: dict[str, Behaviour] = {
        "refuse": faults.status(fault.status or 503, refusal),
        "fail": faults.midway(refusal),
        "drop": faults.reset_midway,
        "garbage": faults.garbage_midway,
        "oversized": faults.flood,
        "late": _late(vendor, fault.seconds),
    }
    return others.get(fault.kind, faults.stall_before_the_first_token)


def _late(vendor: OpenAiEmulator, seconds: float) -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        await asyncio.sleep(seconds)
        await vendor.answer(exchange)

    return behave


def _repeat(messages: Sequence[Mapping[str, Any]]) -> Answer:
    return f"您刚才说：{messages[-1]['content']}"
