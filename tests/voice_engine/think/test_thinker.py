"""A turn becomes words; guesses leave no trace; interrupted tools leave a whole history."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from tests.voice_engine.think.conversation import Heard, Server, toolbox
from voice_engine.providers.base import Delta, Message, Tool, ToolCall, Usage
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import ModelSpec, ToolMessageSpec, ToolSpec
from voice_engine.think.thinker import MAX_ROUNDS, Thinker
from voice_engine.think.tools.base import STILL_RUNNING

BOOK = ToolSpec(name="book", server_url="https://example.com")


@dataclass
class Model:
    """Answers by script: each item is one answer, a text and perhaps the names of the tools it calls."""

    script: list[tuple[str, *tuple[str, ...]]]
    ids: str = "same"
    asked: list[list[Message]] = field(default_factory=list)
    offered: list[list[str]] = field(default_factory=list)
    vendor: str = "sim"

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        self.asked.append(list(messages))
        self.offered.append([tool.name for tool in tools])
        text, *names = self.script.pop(0) if self.script else ("说完了。",)
        await asyncio.sleep(0.1)
        if text:
            yield Delta(text=text)
        if names:
            yield Delta(tool_calls=tuple(ToolCall(self.ids, name, "{}") for name in names))


@dataclass
class Watcher:
    """Lets the reply act once it is released."""

    thinker: Thinker
    user: str = ""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def model_asked(self) -> None: ...
    def model_spoke(self) -> None: ...
    def model_used(self, usage: Usage) -> None: ...

    async def may_act(self) -> None:
        await self.released.wait()
        if self.user:
            self.thinker.history.user(self.user)
            self.user = ""


def thinker(
    model: Model, server: Server | None = None, heard: Heard | None = None, *tools: ToolSpec
) -> Thinker:
    spec = ModelSpec(provider="x", messages=({"role": "system", "content": "你是助手。"},))
    return Thinker(spec, model, toolbox(*(tools or (BOOK,)), heard=heard, server=server))


async def spoken(mind: Thinker, user: str = "", watcher: Watcher | None = None) -> list[str]:
    watching = watcher or Watcher(mind, user)
    if watcher is None:
        watching.released.set()
    return [text async for text in mind.think(watching, user=user)]


def shown(mind: Thinker) -> list[tuple[str, str]]:
    return [(m.role, m.content) for m in mind.history.whole()[1:]]


def test_a_turn_with_tools_is_asked_twice_and_remembered_once():
    model = Model([("我订一下。", "book"), ("订好了。",)])
    mind = thinker(model, Server({"book": "ok"}))

    said = run_virtual(spoken(mind, "订位"))
    mind.said("我订一下。订好了。", interrupted=False)

    assert said == ["我订一下。", "\n", "订好了。"]
    assert shown(mind) == [
        ("user", "订位"),
        ("assistant", "我订一下。"),
        ("tool", "ok"),
        ("assistant", "订好了。"),
    ]


def test_a_guess_that_is_thrown_away_runs_no_tool_and_leaves_no_trace():
    model, server = Model([("我订一下。", "book")]), Server()
    mind = thinker(model, server)

    async def guess() -> None:
        watcher = Watcher(mind)
        thinking = asyncio.create_task(spoken(mind, "订位", watcher))
        await asyncio.sleep(5)
        thinking.cancel()
        await asyncio.wait({thinking})

    run_virtual(guess())

    assert (server.asked, shown(mind)) == ([], [])
    assert model.asked[0][-1].content == "订位"


def test_a_guess_that_is_kept_runs_its_tools_when_it_is_released():
    model, server = Model([("", "book"), ("订好了。",)]), Server({"book": "ok"})
    mind = thinker(model, server)

    async def guess() -> list[str]:
        watcher = Watcher(mind, "订位。")
        thinking = asyncio.create_task(spoken(mind, "订位", watcher))
        await asyncio.sleep(1)
        assert server.asked == []
        watcher.released.set()
        return await thinking

    assert run_virtual(guess()) == ["订好了。"]
    assert shown(mind) == [("user", "订位。"), ("assistant", ""), ("tool", "ok")]
    assert model.asked[1][1:] == mind.history.whole()[1:]


def test_a_guess_does_not_disturb_the_reply_that_is_spoken():
    mind = thinker(Model([("我订一下。", "book"), ("订好了。",), ("什么？",)]))

    async def go() -> None:
        await spoken(mind, "订位")
        async with aclosing(mind.think(Watcher(mind), user="等等")) as guess:
            await anext(guess)
            mind.said("我订一下。订", interrupted=True)

    run_virtual(go())

    assert shown(mind)[1:] == [("assistant", "我订一下。"), ("tool", "晴"), ("assistant", "订…—")]


def test_an_interruption_while_a_tool_runs_leaves_a_pair_and_the_result_is_told_later():
    heard = Heard()
    mind = thinker(Model([("我订一下。", "book")]), Server({"book": "ok"}, delay_s=3), heard)

    async def go() -> list[tuple[str, str]]:
        thinking = asyncio.create_task(spoken(mind, "订位"))
        await asyncio.sleep(1)
        mind.said("我订", interrupted=True)
        mind.history.user("快点")
        thinking.cancel()
        between = shown(mind)
        await asyncio.sleep(3)
        mind.late(*heard.late[0])
        return between

    between = run_virtual(go())

    pair = [("assistant", "我订…—"), ("tool", STILL_RUNNING), ("user", "快点")]
    [call] = [call.id for message in mind.history.whole() for call in message.tool_calls]
    note = ("system", f"The tool book, called earlier ({call}), has answered: ok")
    assert between == [("user", "订位"), *pair]
    assert shown(mind) == [*between, note]


def test_a_model_that_goes_in_circles_must_answer():
    model = Model([("", "book")] * MAX_ROUNDS)

    said = run_virtual(spoken(thinker(model), "订位"))

    assert said == ["说完了。"]
    assert model.offered == [["book"]] * MAX_ROUNDS + [[]]


def test_calls_of_one_id_are_told_apart():
    model = Model([("", "book", "book"), ("", "book"), ("好。",)])
    mind = thinker(model)

    run_virtual(spoken(mind, "订位"))

    calls = [call.id for m in mind.history.whole() for call in m.tool_calls]
    assert len(set(calls)) == 3
    assert [m.tool_call_id for m in mind.history.whole() if m.role == "tool"] == calls


def test_what_is_said_in_the_models_place_is_spoken_without_asking_it():
    done = ToolMessageSpec(at="request-complete", texts={"": "订好了。"})
    model = Model([("", "book")])
    mind = thinker(model, None, None, BOOK.model_copy(update={"messages": (done,)}))

    said = run_virtual(spoken(mind, "订位"))
    mind.said("订好了。", interrupted=False)

    assert (said, len(model.asked)) == (["订好了。"], 1)
    assert shown(mind)[-1] == ("assistant", "订好了。")


def test_a_hint_follows_the_results():
    hint = ToolMessageSpec(at="request-complete", texts={"": "只说结果。"}, role="system")
    model = Model([("", "book"), ("好。",)])
    mind = thinker(model, None, None, BOOK.model_copy(update={"messages": (hint,)}))

    run_virtual(spoken(mind, "订位"))

    assert model.asked[1][-1] == Message("system", "只说结果。")
