"""A small shop's squad to test with, and a model that says what it is told to say."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Delta, Message, Tool, Usage
from voice_engine.spec import (
    AssistantSpec,
    DestinationSpec,
    MemberSpec,
    ModelSpec,
    SquadSpec,
    TranscriberSpec,
    VoiceSpec,
)


def member(name: str, *to: str | DestinationSpec, language: str = "zh", **fields: Any) -> MemberSpec:
    """`to`: names of members, or destinations."""
    first_message = fields.pop("first_message", "")
    assistant = AssistantSpec(
        name=name,
        model=ModelSpec(provider="sim", messages=({"role": "system", "content": f"I am {name}."},)),
        transcriber=TranscriberSpec(provider="sim", language=language),
        voice=VoiceSpec(provider="sim", language=language),
        first_message=first_message,
    )
    destinations = tuple(d if isinstance(d, DestinationSpec) else DestinationSpec(member=d) for d in to)
    return MemberSpec(name=name, assistant=assistant, destinations=destinations, **fields)


def squad(*members: MemberSpec, **fields: Any) -> SquadSpec:
    return SquadSpec(members=members, **fields)


class Says:
    """An Llm with one answer; None fails."""

    vendor = "sim"

    def __init__(self, text: str | None) -> None:
        self.text = text
        self.asked: list[Sequence[Message]] = []

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        self.asked.append(messages)
        if self.text is None:
            raise ProviderError("server", "sim", "The model is broken.")
        yield Delta(text=self.text)
        yield Delta(usage=Usage({"promptTokens": 7, "completionTokens": 3}))
