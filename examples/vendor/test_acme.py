"""Acme's wire protocol on loopback, and the contract of all recognisers. From a clone of Yingda:

pip install -e examples/vendor && pytest examples/vendor
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
from aiohttp import web
from yingda_acme import AcmeStt

from tests.contracts.stt import SttContract, Utterance
from tests.emulators import faults
from tests.emulators.vendor import Desk, Message, SpeechVendor, apart
from tests.voice_engine.providers.speech import SCRIPT, conversation
from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.base import ProviderConfig

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.fail("bad-key"),
    "quota": faults.fail("empty-purse", at=1),
    "rate_limit": faults.refuse(429),
    "server": faults.garbage(at=0),
    "network": faults.drop(at=1),
    "timeout": faults.stall("start"),
}


class Acme(SpeechVendor):
    """The company."""

    name = "acme"

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/listen", self.socket)]

    def error(self, desk: Desk, code: str, message: str) -> Message:
        return json.dumps({"error": {"code": code, "message": message}})

    async def meet(self, desk: Desk) -> None:
        if desk.request.headers.get("Authorization") != "Bearer ak-acme":
            await desk.fail("bad-key", "who are you?")
        start = (await desk.receive_json(5))["start"]
        ear = self.ear(start["rate"], start["pauseMs"])
        await desk.say({"ready": True}, "start")
        while isinstance(message := await desk.receive(10), bytes):
            for heard in ear.feed(message):
                await desk.result(self._said(heard))
        for heard in ear.finish():
            await desk.result(self._said(heard))
        await desk.say({"done": True, "seconds": ear.position / 1000}, "finish")
        await desk.hang_up()

    def _said(self, heard) -> dict:
        final = heard.end is not None
        return {
            "n": heard.number, "text": heard.text, "final": final, "beginMs": heard.begin, "endMs": heard.end,
        }  # fmt: skip


@asynccontextmanager
async def acme(fault: faults.Fault | None = None, timeout_s: float = 20) -> AsyncIterator[AcmeStt]:
    async with apart(Acme(SCRIPT)) as vendor:
        vendor.fault = fault
        yield AcmeStt(ProviderConfig(api_key="ak-acme", base_url=vendor.url, timeout_s=timeout_s))
    assert vendor.violations == []


class TestAcme(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[AcmeStt]:
        async with acme() as stt:
            yield stt

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[AcmeStt]:
        async with acme(FAULTS[kind], 0.4 if kind == "timeout" else 20) as stt:
            yield stt
