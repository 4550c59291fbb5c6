"""Runs the tools a model asks for: on the customer's server, in the client, or in the house."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from voice_engine.kernel.errors import YingdaError
from voice_engine.providers.base import Tool, ToolCall
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.arguments import arguments
from voice_engine.think.tools.base import Answer, CallServer, Round


class Toolbox:
    """Every failure becomes a sentence for the model: a conversation never stops because a tool did."""

    def __init__(
        self,
        specs: Sequence[ToolSpec],
        *,
        announce: Callable[[list[dict[str, Any]]], None],
        announce_results: Callable[[list[dict[str, Any]]], None],
        call_server: CallServer,
        end_call: Callable[[], None],
    ) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._announce, self._announce_results = announce, announce_results
        self._call_server, self._end_call = call_server, end_call
        self._awaited: dict[str, asyncio.Future[str]] = {}

    def offered(self) -> list[Tool]:
        """What the model may call."""
        return [Tool(spec.name, spec.description, spec.parameters) for spec in self._specs.values()]

    async def run(self, asked: Round) -> None:
        """All calls at once."""
        calls = asked.calls
        self._announce([{"id": c.id, "name": c.name, "arguments": arguments(c)} for c in calls])
        results = await asyncio.gather(*(self._run(call) for call in calls))
        self._announce_results(
            [
                {"toolCallId": call.id, "name": call.name, "result": result}
                for call, result in zip(calls, results, strict=True)
            ]
        )
        asked.answers.update({c.id: Answer(result) for c, result in zip(calls, results, strict=True)})

    def deliver(self, call_id: str, result: str) -> bool:
        """The client answers a call; False when nobody waits for it."""
        waiting = self._awaited.get(call_id)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(result)
        return True

    async def _run(self, call: ToolCall) -> str:
        spec = self._specs.get(call.name)
        if spec is None:
            return f"There is no tool named {call.name}."
        if spec.kind == "endCall":
            self._end_call()
            return "The call will end after your goodbye."
        try:
            async with asyncio.timeout(spec.timeout_s):
                if spec.server_url:
                    results = await self._call_server(spec, [call])
                    answer = results.get(call.id, "The tool gave no result for this call.")
                    return answer.text if isinstance(answer, Answer) else answer
                return await self._ask_client(call)
        except TimeoutError:
            return f"The tool did not answer within {spec.timeout_s:g} seconds."
        except YingdaError as error:
            return f"The tool failed: {error.message}"

    async def _ask_client(self, call: ToolCall) -> str:
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._awaited[call.id] = waiting
        try:
            return await waiting
        finally:
            del self._awaited[call.id]
