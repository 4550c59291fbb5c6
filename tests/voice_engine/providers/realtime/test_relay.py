"""One conversation over several sockets, with a vendor on the other side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from tests.contracts.tools import within
from tests.emulators import faults
from tests.emulators.openai_realtime import OpenAiRealtimeEmulator
from tests.emulators.vendor import apart
from tests.voice_engine.providers.speech import SAID, SCRIPT, utterance
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Message, ProviderConfig
from voice_engine.providers.base_realtime import (
    Briefing,
    CallerSpeech,
    Ready,
    ReplyEnded,
    ReplySound,
    Respond,
)
from voice_engine.providers.realtime.openai import OpenAiRealtime
from voice_engine.providers.realtime.relay import Relay


def knows() -> Briefing:
    return Briefing((Message("system", "You are an assistant."),))


@asynccontextmanager
async def relaying(
    failed: list[ProviderError], **more: Any
) -> AsyncIterator[tuple[OpenAiRealtimeEmulator, Relay]]:
    async with apart(OpenAiRealtimeEmulator(SCRIPT)) as vendor:
        config = ProviderConfig(model="m", secrets=vendor.account, base_url=vendor.url, **more)
        yield vendor, Relay(OpenAiRealtime(config), knows, failed=failed.append)
    assert vendor.violations == []


async def until(events: AsyncIterator[Any], kind: type) -> Any:
    while True:
        event = await within(anext(events))
        if isinstance(event, kind):
            return event


def speak(relay: Relay) -> None:
    for frame in utterance(*SAID[0]).frames():
        relay.take(frame)
    for _ in range(60):
        relay.take(AudioFrame(bytes(640), 16000))


async def test_a_socket_that_breaks_in_a_reply_is_replaced_and_the_next_reply_comes_from_the_new_one():
    failed: list[ProviderError] = []
    async with relaying(failed) as (vendor, relay):
        vendor.fault, vendor.fault_times = faults.drop(at=1), 1
        async with aclosing(relay.converse()) as events:
            await until(events, Ready)
            relay.take(Respond("一二三四五六七八九十"))
            broken = await until(events, ReplyEnded)
            await until(events, Ready)
            relay.take(Respond("再说一遍"))
            whole = await until(events, ReplyEnded)

    assert (broken.outcome, whole.outcome) == ("broken", "done")
    assert [error.kind for error in failed] == ["network"]
    assert len(vendor.rooms) == 2


async def test_a_turn_that_a_vendor_never_answers_is_not_asked_again():
    failed: list[ProviderError] = []
    async with relaying(failed, timeout_s=0.5) as (vendor, relay):
        vendor.mute = True
        async with aclosing(relay.converse()) as events:
            await until(events, Ready)
            speak(relay)
            await until(events, CallerSpeech)
            await until(events, Ready)
            vendor.mute = False
            relay.take(Respond("好"))
            await until(events, ReplySound)

    assert [error.kind for error in failed] == ["timeout"]
    assert [room.heard for room in vendor.rooms] == [[SAID[0][1]], []]


async def test_what_was_asked_before_there_is_a_socket_is_asked_when_there_is_one():
    async with relaying([]) as (_, relay):
        relay.take(Respond("好"))
        async with aclosing(relay.converse()) as events:
            assert await until(events, ReplySound)


async def test_a_vendor_that_stays_away_is_given_up_after_a_few_attempts():
    failed: list[ProviderError] = []
    async with relaying(failed) as (vendor, relay):
        vendor.fault = faults.refuse(503)
        with pytest.raises(ProviderError) as lost:
            async with aclosing(relay.converse()) as events:
                await until(events, Ready)

    assert lost.value.kind == "server"
    assert [error.kind for error in failed] == ["server"] * 3


async def test_a_refused_key_is_not_tried_again():
    failed: list[ProviderError] = []
    async with relaying(failed, api_key="wrong") as (vendor, relay):
        vendor.account["apiKey"] = "another"
        with pytest.raises(ProviderError) as lost:
            async with aclosing(relay.converse()) as events:
                await until(events, Ready)

    assert (lost.value.kind, failed) == ("auth", [])


async def test_closing_a_conversation_leaves_nothing():
    before = asyncio.all_tasks()
    async with relaying([]) as (_, relay):
        async with aclosing(relay.converse()) as events:
            await until(events, Ready)

        assert asyncio.all_tasks() == before
