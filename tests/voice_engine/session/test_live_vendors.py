"""Whole calls over a real WebSocket, in real time, with each realtime vendor's emulator at the other end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect

from tests.contracts.stt import Utterance
from tests.emulators import faults
from tests.emulators.ear import Script
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.openai_realtime import Call, Line, OpenAiRealtimeEmulator, echo
from tests.emulators.qwen_omni import QwenOmniEmulator
from tests.emulators.vendor import SpeechVendor, apart
from tests.voice_engine.conftest import running
from tests.voice_engine.providers.speech import utterance
from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.realtime.gemini import GeminiRealtime
from voice_engine.providers.realtime.openai import OpenAiRealtime
from voice_engine.providers.realtime.qwen_omni import QwenOmniRealtime
from voice_engine.providers.tts.espeak import EspeakTts
from voice_engine.providers.vad.energy import EnergyVad
from voice_engine.session.parts import Parts
from voice_engine.simulate.world import assistant
from voice_engine.spec import AssistantSpec, ModelSpec, SessionSpec, ToolSpec, VoiceSpec

pytestmark = pytest.mark.slow

LONG = "今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃，您想要哪一种呢？"
ASKED, WANTED, THANKS = (440, "几点开门？"), (660, "有什么特价？"), (880, "好了，谢谢。")
SCRIPT = Script(tones=dict((ASKED, WANTED, THANKS)))
VENDORS: list[tuple[str, type[SpeechVendor], type[Any], str]] = [
    ("openai", OpenAiRealtimeEmulator, OpenAiRealtime, "gpt-realtime-2.1"),
    ("dashscope", QwenOmniEmulator, QwenOmniRealtime, "qwen3-omni-flash-realtime"),
    ("google", GeminiEmulator, GeminiRealtime, "gemini-3.8-flash-live"),
]
each_vendor = pytest.mark.parametrize("company", VENDORS, ids=[name for name, *_ in VENDORS])


def brain(lines: Sequence[Line], instructions: str) -> str | Call:
    """Hours by a tool, specials at length, everything else as an echo."""
    if instructions:
        return echo(lines, instructions)
    last = next((line for line in reversed(lines) if line.role in ("user", "tool")), None)
    if last and last.role == "tool":
        return f"我们{last.text}开门。"
    if last and last.text == ASKED[1]:
        return Call("hours")
    return LONG if last and last.text == WANTED[1] else echo(lines, "")


class Caller:
    """A caller on a WebSocket: silence all the time, and what they say when they say it."""

    def __init__(self, ws: ClientConnection, session: Any) -> None:
        self._ws, self.session = ws, session
        self.events: list[Event] = []
        self._news = asyncio.Event()
        self._words: list[bytes] = []
        self.heard_at: list[float] = []
        session.events.subscribe(self._notice)

    def _notice(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    async def talk(self) -> None:
        """A frame every 20 ms, for ever."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await self._ws.send(self._words.pop(0) if self._words else bytes(640))
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def listen(self) -> None:
        """What arrives."""
        async for message in self._ws:
            if isinstance(message, bytes) and any(message):
                self.heard_at.append(asyncio.get_running_loop().time())

    def say(self, what: tuple[int, str], seconds: float = 0.8) -> None:
        said: Utterance = utterance(*what, seconds=seconds)
        self._words += [frame.pcm for frame in said.frames()]

    async def until(self, wanted: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until it is so."""
        try:
            async with asyncio.timeout(seconds):
                while not wanted():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            told = "\n".join(f"{e.t:.2f} {e.type} {e.data}" for e in self.events)
            raise AssertionError(f"it did not happen; this did:\n{told}") from None

    def said(self, role: str) -> list[str]:
        return [
            e.data["message"] for e in self.events if e.type is EventType.MESSAGE and e.data["role"] == role
        ]

    @property
    def began_to_speak(self) -> int:
        return sum(event.data["role"] == "assistant" for event in self.of(EventType.SPEECH_STARTED))

    def of(self, kind: EventType) -> list[Event]:
        return [event for event in self.events if event.type is kind]


@asynccontextmanager
async def calling(redis: Redis, path: Path, company: Any, vendor: Any, **spec: Any) -> AsyncIterator[Caller]:
    """A running call; the vendor's emulator must have nothing to complain of at its end."""
    provider, _, adapter, model = company
    vendor.brain = brain
    config = ProviderConfig(
        model=model,
        secrets=vendor.account,
        base_url=vendor.url,
        options={"sessionSeconds": spec.pop("cap", 600)},
    )

    def parts(_: SessionSpec) -> Parts:
        voice = EspeakTts(ProviderConfig(language="zh"))
        return Parts(None, None, voice, EnergyVad(), realtime=adapter(config))

    async with running(redis, path, parts) as engine:
        whole = engine.expect(_assistant(provider, model, **spec))
        async with connect(engine.url(whole)) as ws:
            await engine.host.changed.wait()
            call = Caller(ws, engine.host.find(whole.call_id))
            tasks = [asyncio.create_task(call.talk()), asyncio.create_task(call.listen())]
            try:
                yield call
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


def _assistant(provider: str, model: str, **changes: Any) -> AssistantSpec:
    thinks = ModelSpec(
        provider=provider, model=model, messages=({"role": "system", "content": "你是小店的助手。"},),
        tools=(ToolSpec(name="hours"),),
    )  # fmt: skip
    return assistant(model=thinks, voice=VoiceSpec(provider=provider, language="zh"), **changes)


@each_vendor
async def test_a_call_with_a_greeting_a_tool_and_an_interruption(company: Any, redis: Redis, tmp_path: Path):
    async with (
        apart(company[1](SCRIPT)) as vendor,
        calling(redis, tmp_path, company, vendor, first_message="您好，小店。") as call,
    ):
        await call.until(lambda: call.said("bot") == ["您好，小店。"])
        call.say(ASKED)
        await call.until(lambda: bool(call.of(EventType.TOOL_CALLS)))
        (asked,) = call.of(EventType.TOOL_CALLS)
        await asyncio.sleep(0.05)
        assert call.session.tool_result(asked.data["toolCalls"][0]["id"], "九点")
        await call.until(lambda: call.said("bot")[-1].endswith("我们九点开门。"))
        call.say(WANTED)
        await call.until(lambda: call.began_to_speak == 3)
        await asyncio.sleep(1.0)
        began = asyncio.get_running_loop().time()
        call.say(THANKS)
        await call.until(lambda: bool(call.of(EventType.USER_INTERRUPTED)))
        stopped = asyncio.get_running_loop().time()
        await call.until(lambda: call.said("bot")[-1] == f"您说的是：{THANKS[1]}")

    assert vendor.violations == []
    heard = call.of(EventType.USER_INTERRUPTED)[0].data["heard"]
    assert LONG.startswith(heard)
    assert 3 <= len(heard) < len(LONG) / 2
    assert stopped - began < 0.9
    assert call.said("user") == [ASKED[1], WANTED[1], THANKS[1]]
    assert call.of(EventType.ERROR) == []


@each_vendor
async def test_a_socket_cut_in_mid_reply_costs_the_caller_nothing_but_a_moment(
    company: Any, redis: Redis, tmp_path: Path
):
    async with (
        apart(company[1](SCRIPT)) as vendor,
        calling(redis, tmp_path, company, vendor) as call,
    ):
        vendor.fault, vendor.fault_times = faults.drop(at=4), 0
        await call.until(lambda: call.session.live)
        await asyncio.sleep(0.3)
        vendor.fault_times = 1
        for room in vendor.rooms:
            room.desk.again()
        call.say(WANTED)
        await call.until(lambda: len(call.said("bot")) == 1, 15)

    assert vendor.violations == []
    assert len(vendor.rooms) == 2
    assert [e.data["component"] for e in call.of(EventType.ERROR)] == ["llm"]
    assert call.said("bot")[0].startswith(LONG[:3])
    assert call.said("user") == [WANTED[1]]


@each_vendor
async def test_a_socket_that_is_old_is_replaced_without_the_caller_noticing(
    company: Any, redis: Redis, tmp_path: Path
):
    async with (
        apart(company[1](SCRIPT)) as vendor,
        calling(redis, tmp_path, company, vendor, cap=3.4) as call,
    ):
        call.say(THANKS)
        await call.until(lambda: len(call.said("bot")) == 1)
        await asyncio.sleep(1.5)
        call.say(ASKED)
        await call.until(lambda: bool(call.of(EventType.TOOL_CALLS)))

    assert vendor.violations == []
    assert len(vendor.rooms) >= 2
    assert call.said("bot")[0] == f"您说的是：{THANKS[1]}"
    assert [text for room in vendor.rooms for text in room.heard] == [THANKS[1], ASKED[1]]
    assert call.of(EventType.ERROR) == []
    assert vendor.rooms[-1].lines[0].text == THANKS[1]
