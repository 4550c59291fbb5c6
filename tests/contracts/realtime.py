"""What every realtime model must do. Subclass, give the fixture `realtime` and two utterances.

The emulator's brain: `greeting` when it is asked to speak, HOURS for the first utterance, `conclusion` after
the tool, then echoes.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, TypeVar

import pytest

from tests.contracts.llm import ARGUMENTS, HOURS
from tests.contracts.stt import Utterance
from tests.contracts.tools import assert_no_task_since, assert_stops_promptly, collect, within
from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import Message
from voice_engine.providers.base_realtime import (
    Append,
    Briefing,
    CallerSpeech,
    CallerWords,
    Cancel,
    Ready,
    Realtime,
    RealtimeEvent,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Respond,
    ToolResult,
    Truncate,
)
from voice_engine.providers.realtime.inputs import Inputs

BRIEFING = Briefing((Message("system", "You are a friendly shop assistant."),), (HOURS,))
T = TypeVar("T")


class Talk:
    """A conversation under test: say something, wait for what happens."""

    def __init__(self, realtime: Realtime, briefing: Briefing = BRIEFING) -> None:
        self.inputs = Inputs()
        self.events: list[RealtimeEvent] = []
        self._stream = realtime.converse(briefing, self.inputs)
        self._from = 0

    async def __aenter__(self) -> "Talk":
        await self.until(Ready)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stream.aclose()  # type: ignore[attr-defined]

    def say(self, *items: RealtimeInput) -> None:
        for item in items:
            self.inputs.put(item)

    def speak(self, said: Utterance) -> None:
        """An utterance and the silence that ends it."""
        quiet = Utterance(bytes(int(said.rate * 1.2) * 2), "", said.rate)
        self.say(*said.frames(), *quiet.frames())

    async def until(self, kind: type[T]) -> T:
        """The next event of this kind."""
        while True:
            event = await within(anext(self._stream))
            self.events.append(event)
            if isinstance(event, kind):
                return event

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def text(self, reply: str) -> str:
        return "".join(event.text for event in self.of(ReplyText) if event.reply == reply)


class RealtimeContract:
    """A realtime model under test."""

    greeting: ClassVar[str] = "您好，这里是小店。"
    conclusion: ClassVar[str] = "星期一九点到五点营业。"
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ()

    @pytest.fixture
    async def realtime(self) -> Realtime:
        raise NotImplementedError("give the model under test")

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        raise NotImplementedError("give two utterances with different words")

    def failing(self, kind: ProviderErrorKind) -> AbstractAsyncContextManager[Realtime]:
        """A model whose vendor fails in this way, at the latest while it answers."""
        raise NotImplementedError("one for every entry of `faults`")

    async def test_it_speaks_when_it_is_asked_to(self, realtime: Realtime):
        async with Talk(realtime) as talk:
            talk.say(Respond())

            ended = await talk.until(ReplyEnded)

        (began,) = talk.of(ReplyBegan)
        assert (ended.reply, ended.outcome, ended.calls) == (began.reply, "done", ())
        assert talk.text(began.reply) == self.greeting

    async def test_its_sound_is_whole_samples_without_a_gap(self, realtime: Realtime):
        async with Talk(realtime) as talk:
            talk.say(Respond())
            await talk.until(ReplyEnded)

        frames = [event.frame for event in talk.of(ReplySound)]
        at = 0
        for frame in frames:
            assert frame.pts == at
            assert len(frame.pcm) % 2 == 0
            assert any(frame.pcm)
            at += len(frame.pcm) // 2
        assert len({frame.rate for frame in frames}) == 1

    async def test_a_turn_of_the_caller_is_noticed_understood_and_answered_with_a_tool(
        self, realtime: Realtime, said: tuple[Utterance, Utterance]
    ):
        async with Talk(realtime) as talk:
            talk.speak(said[0])
            asked = await talk.until(ReplyEnded)
            (call,) = asked.calls
            talk.say(ToolResult(call, "from 9 to 5"), Respond())
            answered = await talk.until(ReplyEnded)

        assert [event.speaking for event in talk.of(CallerSpeech)] == [True, False]
        assert (call.name, json.loads(call.arguments)) == (HOURS.name, ARGUMENTS)
        assert talk.text(answered.reply) == self.conclusion
        assert [w.text for w in talk.of(CallerWords) if w.final] == [said[0].text]

    async def test_a_partial_is_the_whole_of_its_own_turn_so_far(
        self, realtime: Realtime, said: tuple[Utterance, Utterance]
    ):
        async with Talk(realtime) as talk:
            talk.speak(said[0])
            asked = await talk.until(ReplyEnded)
            talk.say(ToolResult(asked.calls[0], "from 9 to 5"), Respond())
            await talk.until(ReplyEnded)
            talk.speak(said[1])
            await talk.until(ReplyEnded)
            if sum(w.final for w in talk.of(CallerWords)) < 2:
                await talk.until(CallerWords)

        words = talk.of(CallerWords)
        turns = list(dict.fromkeys(word.turn for word in words))
        for turn, utterance in zip(turns, said, strict=True):
            assert all(utterance.text.startswith(w.text) for w in words if w.turn == turn)

    async def test_usage_tells_text_from_sound(self, realtime: Realtime):
        async with Talk(realtime) as talk:
            talk.say(Respond())
            ended = await talk.until(ReplyEnded)
            usage = ended.usage or await self.usage(talk)

        assert {"promptTokens", "audioPromptTokens", "audioCompletionTokens"} <= set(usage.quantities)

    async def usage(self, talk: Talk) -> Any:
        """Where a vendor counts beside its replies."""
        raise NotImplementedError("give it for a vendor whose replies end without usage")

    async def test_a_message_is_not_answered_before_it_is_asked_for(self, realtime: Realtime):
        async with Talk(realtime) as talk:
            talk.say(Append("user", "一二三"))
            talk.say(Respond("四五六"))
            ended = await talk.until(ReplyEnded)

        assert len(talk.of(ReplyBegan)) == 1
        assert "四五六" in talk.text(ended.reply)

    async def test_it_knows_what_was_said_before_this_socket(self, realtime: Realtime):
        earlier = (*BRIEFING.messages, Message("user", "一二三"), Message("assistant", "四五六"))
        async with Talk(realtime, Briefing(earlier, (HOURS,))) as talk:
            talk.say(Respond("七八九"))
            await talk.until(ReplyEnded)

        self.knew(["一二三", "四五六"])

    def knew(self, texts: Sequence[str]) -> None:
        """The emulator's last socket was told this."""
        raise NotImplementedError("look it up in the vendor's emulator")

    async def test_a_cancelled_reply_is_silent_and_cutting_it_is_no_mistake(self, realtime: Realtime):
        async with Talk(realtime) as talk:
            talk.say(Respond("这句话很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长。"))
            first = await talk.until(ReplySound)
            talk.say(Cancel(first.reply), Truncate(first.reply, 0.1))
            ended = await talk.until(ReplyEnded)
            talk.say(Cancel(first.reply))
            talk.say(Respond("好。"))
            after = await talk.until(ReplyEnded)

        assert ended.outcome in ("cancelled", "done")
        assert after.reply != first.reply
        assert "好" in talk.text(after.reply)

    async def test_the_end_of_the_inputs_is_the_end(self, realtime: Realtime):
        before = asyncio.all_tasks()
        async with Talk(realtime) as talk:
            talk.inputs.end()
            with pytest.raises(StopAsyncIteration):
                await talk.until(ReplyBegan)
        await assert_no_task_since(before)

    async def test_cancelling_while_it_speaks_is_prompt_and_leaves_nothing(self, realtime: Realtime):
        inputs = Inputs()
        inputs.put(Respond())

        await assert_stops_promptly(realtime.converse(BRIEFING, inputs), after=4)

    async def test_cancelling_while_it_connects_is_prompt_and_leaves_nothing(self, realtime: Realtime):
        await assert_stops_promptly(realtime.converse(BRIEFING, Inputs()), after=0)

    async def test_two_conversations_do_not_mix(self, realtime: Realtime):
        async def one(word: str) -> str:
            async with Talk(realtime) as talk:
                talk.say(Respond(word))
                return talk.text((await talk.until(ReplyEnded)).reply)

        said = await asyncio.gather(one("一一一"), one("二二二"))

        assert "一一一" in said[0]
        assert "二二二" in said[1]

    async def test_each_failure_is_a_provider_error_of_its_kind(self):
        for kind in self.faults:
            before = asyncio.all_tasks()
            async with self.failing(kind) as realtime:
                with pytest.raises(ProviderError) as failure:
                    await speak_once(realtime)
                assert (failure.value.kind, failure.value.vendor) == (kind, realtime.vendor)
            await assert_no_task_since(before)

    async def test_a_failure_of_the_inputs_is_passed_on_as_it_is(self, realtime: Realtime):
        before = asyncio.all_tasks()

        async def breaks() -> AsyncIterator[RealtimeInput]:
            yield Respond()
            raise LookupError("the transport is gone")

        with pytest.raises(LookupError):
            await collect(realtime.converse(BRIEFING, breaks()))
        await assert_no_task_since(before)


async def speak_once(realtime: Realtime) -> None:
    """A conversation of one reply."""
    async with Talk(realtime) as talk:
        talk.say(Respond())
        await talk.until(ReplyEnded)
