"""A turn becomes words: the model is asked, its tools are run, its text flows on as it comes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

import structlog

from voice_engine.kernel.ids import new_id
from voice_engine.providers.base import Llm, Message, Tool, ToolCall, Usage
from voice_engine.spec import ModelSpec
from voice_engine.think.history import History
from voice_engine.think.tools.base import Round

MAX_ROUNDS = 5  # tool rounds in one turn; a model that wants more is going in circles and must answer

log = structlog.get_logger()


class ThinkerWatcher(Protocol):
    """Who wants to know how the thinking comes along, and decides when it may have effects."""

    def model_asked(self) -> None: ...
    def model_spoke(self) -> None: ...
    def model_used(self, usage: Usage) -> None: ...

    async def may_act(self) -> None:
        """Wait until the reply is real. When this returns, what the caller said is in the history."""
        ...


class ToolRunner(Protocol):
    """Who runs tools; answers are texts for the model, failures included."""

    def offered(self) -> Sequence[Tool]:
        """What the model may call now."""
        ...

    async def run(self, asked: Round) -> None:
        """Run all calls of a round until each has an answer. Cancelled, it leaves the tools running."""
        ...


class Mind:
    """What has been said, as the model sees it, and the tools that run. One real reply at a time."""

    def __init__(self, spec: ModelSpec, tools: ToolRunner) -> None:
        self._tools = tools
        self.history = History(
            (m["content"] for m in spec.messages if m.get("role") == "system"),
            max_messages=spec.max_history,
            max_tokens=spec.max_history_tokens,
        )
        for message in spec.messages:
            if message.get("role") in ("user", "assistant"):
                self.history.add(message["role"], message["content"])
        self._running: Round | None = None
        self._ids: set[str] = set()

    def add(self, role: str, text: str) -> None:
        """A message put in from outside (`add-message`)."""
        self.history.add(role, text)

    def said(self, heard: str, *, interrupted: bool) -> None:
        """The real reply is over and the caller heard this much of it: put it into the history.

        Tools that are still running go on; their results come through `late`.
        """
        if self._running:
            self._running.abandoned = True
            self._record(self._running)
        self.history.reply_over(heard, interrupted=interrupted)

    def late(self, call_id: str, name: str, text: str) -> None:
        """A tool has answered after the model went on without it."""
        self.add("system", f"The tool {name}, called earlier ({call_id}), has answered: {text}")

    async def _run(self, asked: Round) -> None:
        self._running = asked
        await self._tools.run(asked)
        if self._running is asked:
            self._record(asked)

    def _record(self, asked: Round) -> None:
        self._running = None
        self.history.tool_round(asked.said, asked.calls, asked.results)
        for hint in asked.hints:
            self.add("system", hint)

    def _unique(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """Some models number their calls anew in each answer, or leave the id out."""
        unique = []
        for call in calls:
            fresh = call if call.id and call.id not in self._ids else replace(call, id=f"call_{new_id()}")
            self._ids.add(fresh.id)
            unique.append(fresh)
        return tuple(unique)


class Thinker(Mind):
    """Thinks with one model, its history and its tools, and beside the real reply with guesses."""

    def __init__(self, spec: ModelSpec, llm: Llm, tools: ToolRunner) -> None:
        super().__init__(spec, tools)
        self._llm = llm

    async def think(self, watcher: ThinkerWatcher, *, user: str = "") -> AsyncGenerator[str, None]:
        """The reply to the history as it stands, and to `user`, which is not in it yet.

        A guess (a reply whose watcher does not let it act) that is closed leaves no trace. Report to `said`
        how much of a real reply was heard.
        """
        for number in range(MAX_ROUNDS + 1):
            last = number == MAX_ROUNDS
            messages = self.history.messages(user)
            said: list[str] = []
            calls: list[ToolCall] = []
            offered = () if last else self._tools.offered()
            async with aclosing(self._ask(messages, offered, said, calls, watcher)) as texts:
                async for text in texts:
                    yield text
            if not calls:
                return
            if last:
                log.warning("tool_rounds_exhausted", rounds=MAX_ROUNDS)
                return
            if said:
                yield "\n"  # the end of a line: what was said is spoken before the tools have answered
            await watcher.may_act()
            user = ""
            asked = Round("".join(said), self._unique(calls), messages)
            await self._run(asked)
            if asked.closing is not None:
                yield asked.closing
                return

    async def _ask(
        self,
        messages: Sequence[Message],
        offered: Sequence[Tool],
        said: list[str],
        calls: list[ToolCall],
        watcher: ThinkerWatcher,
    ) -> AsyncGenerator[str, None]:
        watcher.model_asked()
        async with aclosing(self._llm.reply(messages, offered)) as deltas:  # type: ignore[type-var]
            async for delta in deltas:
                calls.extend(delta.tool_calls)
                if delta.usage:
                    watcher.model_used(delta.usage)
                if delta.text:
                    if not said:
                        watcher.model_spoke()
                    said.append(delta.text)
                    yield delta.text
