"""Prepared answers to recognised questions. This is a script, not a model, and it says so when it is lost.

Options, straight from the assistant:

    rules:     the first that matches answers
      - {match: "open|hours", reply: ["From 9 to 5.", "Nine to five, as I said."]}
      - {match: "table for (?P<n>\\w+)", tool: {name: book, arguments: {seats: "{n}"}},
         on_tool_result: "{result}"}
      - {on_tool_result: "Done: {result}"}        any other tool's result
    greeting:  when nobody has spoken yet
    otherwise: when no rule matches

`match` is a regular expression in Python's syntax, searched without regard to case in the user's last words.
Several replies take turns. `{1}` and `{name}` stand for what the groups caught, `{result}` for the tool's
answer.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence

import orjson

from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.ids import new_id
from voice_engine.providers.base import Delta, Message, ProviderConfig, Tool, ToolCall, Usage
from voice_engine.providers.llm.script import Rule, Texts, TooSlow, fill, read_script


class ScriptedLlm:
    """Answers by rule, in pieces of a word, at no cost."""

    vendor = "scripted"

    def __init__(self, config: ProviderConfig) -> None:
        self._script = read_script(config.options)

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The rule's reply or tool call; ProviderError(bad_request) for a rule that cannot be followed."""
        turn = sum(1 for m in messages if m.role == "assistant" and not m.tool_calls)
        answer = self._answer(messages, tools)
        if isinstance(answer, ToolCall):
            yield Delta(tool_calls=(answer,), finish_reason="tool_calls")
        else:
            texts, slots = answer
            for piece in pieces(fill(texts[turn % len(texts)], slots)):
                yield Delta(text=piece)
                await asyncio.sleep(0)
            yield Delta(finish_reason="stop")
        yield Delta(usage=Usage({"promptTokens": 0, "completionTokens": 0}))

    def _answer(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> ToolCall | tuple[Texts, Mapping[str, str]]:
        if messages and messages[-1].role == "tool":
            return self._script.after(_tool_of(messages)), {"result": messages[-1].content}
        heard = next((m.content for m in reversed(messages) if m.role == "user"), None)
        if heard is None:
            return self._script.greeting, {}
        try:
            found = self._script.find(heard)
        except TooSlow as slow:
            raise self._refused(f"pattern of rule {slow} takes too long; write a simpler one") from None
        if found is None:
            return self._script.lost(heard), {}
        rule, slots = found
        return self._call(rule, slots, tools) if rule.tool else (rule.replies, slots)

    def _call(self, rule: Rule, slots: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        if rule.tool not in {tool.name for tool in tools}:
            raise self._refused(f"script asks for the tool {rule.tool!r}, which the assistant does not have")
        return ToolCall(f"call_{new_id()}", rule.tool, orjson.dumps(fill(rule.arguments, slots)).decode())

    def _refused(self, why: str) -> ProviderError:
        return ProviderError("bad_request", self.vendor, f"The {why}.", vendor_code="bad_rules")


def _tool_of(messages: Sequence[Message]) -> str:
    wanted = messages[-1].tool_call_id
    calls = [call for m in messages for call in m.tool_calls]
    return next((call.name for call in calls if call.id == wanted), "")


def pieces(text: str) -> list[str]:
    """Words with the space before them, or two Chinese characters at a time: as a model would stream."""
    return re.findall(r"\s*(?:[\u3400-\u9fff]{1,2}[，。！？；：、]*|[^\s\u3400-\u9fff]+)|\s+$", text)
