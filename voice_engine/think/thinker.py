"""A turn becomes words: the model is asked, its tools are run, its text flows on as it comes."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Protocol

import structlog

from voice_engine.providers.base import Llm, Message, Tool, ToolCall, Usage
from voice_engine.spec import ModelSpec, ToolSpec
from voice_engine.think.history import History

MAX_ROUNDS = 5  # tool rounds in one turn; a model that wants more is going in circles

log = structlog.get_logger()


class ThinkerWatcher(Protocol):
    """Who wants to know how the thinking comes along."""

    def model_asked(self) -> None: ...
    def model_spoke(self) -> None: ...
    def model_used(self, usage: Usage) -> None: ...
    async def may_act(self) -> None: ...


class ToolRunner(Protocol):
    """Who runs tools; answers are texts for the model, failures included."""

    async def run(self, calls: Sequence[ToolCall]) -> list[str]: ...


class Thinker:
    """Thinks with one model, its history and its tools."""

    def __init__(self, spec: ModelSpec, llm: Llm, tools: ToolRunner) -> None:
        self._llm, self._tools = llm, tools
        self._offered = [_offer(tool) for tool in spec.tools]
        self.history = History(m["content"] for m in spec.messages if m.get("role") == "system")
        for message in spec.messages:
            if message.get("role") in ("user", "assistant"):
                self.history.add(message["role"], message["content"])
        self._recorded = ""

    def said(self, heard: str, *, interrupted: bool) -> None:
        """The reply is over and the caller heard this much of it: put it into the history.

        Text before a tool round is in the history already.
        """
        rest = heard.strip().removeprefix(self._recorded).strip()
        self._recorded = ""
        if interrupted:
            self.history.cut_off(rest)
        else:
            self.history.assistant(rest)

    async def think(self, watcher: ThinkerWatcher, *, user: str = "") -> AsyncGenerator[str, None]:
        """The reply to the history as it stands, and to `user`, which is not in it yet.

        Tools wait for the watcher's `may_act`; until then nothing is changed, and `user` must be in the history
        afterwards. Report to `said` how much was heard.
        """
        self._recorded = ""
        for _ in range(MAX_ROUNDS):
            said: list[str] = []
            calls: list[ToolCall] = []
            async with aclosing(self._ask(self.history.messages(user), said, calls, watcher)) as texts:
                async for text in texts:
                    yield text
            if not calls:
                return
            await watcher.may_act()
            user = ""
            results = await self._tools.run(calls)
            text = "".join(said)
            self.history.tool_round(text, calls, results)
            self._recorded = (self._recorded + text).strip()
        log.warning("tool_rounds_exhausted", rounds=MAX_ROUNDS)

    async def _ask(
        self, messages: Sequence[Message], said: list[str], calls: list[ToolCall], watcher: ThinkerWatcher
    ) -> AsyncGenerator[str, None]:
        watcher.model_asked()
        async with aclosing(self._llm.reply(messages, self._offered)) as deltas:  # type: ignore[type-var]
            async for delta in deltas:
                calls.extend(delta.tool_calls)
                if delta.usage:
                    watcher.model_used(delta.usage)
                if delta.text:
                    if not said:
                        watcher.model_spoke()
                    said.append(delta.text)
                    yield delta.text


def _offer(tool: ToolSpec) -> Tool:
    return Tool(tool.name, tool.description, tool.parameters)


def arguments(call: ToolCall) -> dict[str, Any]:
    """The call's arguments as an object; models sometimes send nothing or nonsense."""
    try:
        parsed = json.loads(call.arguments or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
