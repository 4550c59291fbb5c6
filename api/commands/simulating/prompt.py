"""A recorded conversation with another prompt: the assistant's own model is asked again, turn by turn.

In real time and with the caller's words as they were; how long the model took goes into the simulation.
"""

import time
from collections.abc import Sequence
from contextlib import aclosing

from voice_engine.providers.base import Llm, Message, Tool
from voice_engine.providers.factory import Factory
from voice_engine.settings import EngineSettings
from voice_engine.simulate.scenario import Answer, Call, Model, Scenario
from voice_engine.simulate.seen import Seen
from voice_engine.simulate.vendors import stops
from voice_engine.spec import SessionSpec


async def with_prompt(
    scenario: Scenario, seen: Seen, spec: SessionSpec, prompt: str, settings: EngineSettings
) -> Scenario:
    """The scenario with what the model answers to `prompt`; raises ProviderError when it does not."""
    llm = Factory(settings).llm(spec.assistant.model, spec.org_id)
    tools = [Tool(tool.name, tool.description, tool.parameters) for tool in spec.assistant.model.tools]
    answers = [await _answer(llm, _prompted(context, prompt), tools) for context in contexts(seen)]
    return scenario.model_copy(update={"model": Model(answers=tuple(answers))})


def contexts(seen: Seen) -> list[Sequence[Message]]:
    """What the model was asked, once for each of its answers: guesses that came to nothing left out."""
    last = {len(list(stops(asked.messages))): asked.messages for asked in seen.asked("model")}
    return [last[number] for number in sorted(last)]


def _prompted(messages: Sequence[Message], prompt: str) -> list[Message]:
    return [Message("system", prompt), *(message for message in messages if message.role != "system")]


async def _answer(llm: Llm, messages: Sequence[Message], tools: Sequence[Tool]) -> Answer:
    began, pieces, calls = time.monotonic(), [], []
    async with aclosing(llm.reply(messages, tools)) as deltas:  # type: ignore[type-var]
        async for delta in deltas:
            if delta.text:
                pieces.append((round(time.monotonic() - began, 3), delta.text))
            calls += [Call(name=call.name, arguments=call.arguments) for call in delta.tool_calls]
    return Answer(pieces=tuple(pieces), call=tuple(calls))
