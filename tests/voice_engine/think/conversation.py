"""A conversation for tools to run in: it keeps what they did to it. Times are those of the loop."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import ToolCall
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import Answer, Json, Round, ToolAccess
from voice_engine.think.tools.toolbox import Toolbox


@dataclass
class Heard:
    """Everything a tool may do, written down; each sentence takes a second to be heard."""

    language: str = "zh"
    refuses: str = ""
    said: list[tuple[float, str]] = field(default_factory=list)
    events: list[tuple[EventType, Json]] = field(default_factory=list)
    ended: int = 0
    transferred: list[Json] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    handed_off: list[Json] = field(default_factory=list)
    voicemails: list[tuple[str, bool]] = field(default_factory=list)
    late: list[tuple[str, str, str]] = field(default_factory=list)

    def emit(self, kind: EventType, **data: Any) -> None:
        self.events.append((kind, data))

    def interject(self, text: str) -> None:
        self.said.append((round(asyncio.get_running_loop().time(), 3), text))

    async def spoken(self) -> None:
        await asyncio.sleep(float(len(self.said)))

    def end_call(self) -> None:
        self.ended += 1

    def transfer(self, destination: Json) -> str:
        if not self.refuses:
            self.transferred.append(destination)
        return self.refuses

    def dtmf(self, digits: str) -> str:
        if not self.refuses:
            self.pressed.append(digits)
        return self.refuses

    def leave_voicemail(self, text: str, *, beep: bool) -> str:
        self.voicemails.append((text, beep))
        return self.refuses

    async def hand_off(self, tool: ToolSpec, arguments: Json) -> Answer:
        self.handed_off.append(arguments)
        return Answer("handed off")

    def late_result(self, call_id: str, name: str, text: str) -> None:
        self.late.append((call_id, name, text))

    def results(self) -> list[Json]:
        """What the events say that tools answered, in the order of their answers."""
        return [r for kind, data in self.events if kind is EventType.TOOL_RESULTS for r in data["results"]]


@dataclass
class Server:
    """Somebody's tool server: answers after `delay_s`, or raises."""

    answers: Mapping[str, Answer | str] = field(default_factory=dict)
    delay_s: float = 0.0
    error: Exception | None = None
    asked: list[list[ToolCall]] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    reply: Json = field(default_factory=dict)

    async def call(self, tool: ToolSpec, calls: Sequence[ToolCall]) -> Mapping[str, Answer | str]:
        self.asked.append(list(calls))
        await asyncio.sleep(self.delay_s)
        if self.error:
            raise self.error
        return {c.id: self.answers.get(c.name, "晴") for c in calls if c.name != "forgotten"}

    async def ask(self, tool: ToolSpec, message: Json) -> Json:
        self.messages.append(message)
        if self.error:
            raise self.error
        return self.reply


def toolbox(*specs: ToolSpec, heard: Heard | None = None, server: Server | None = None) -> Toolbox:
    served = server or Server()
    return Toolbox(specs, heard or Heard(), ToolAccess(served.call, served.ask))


def asked(*calls: str | tuple[str, str], said: str = "") -> Round:
    """A round of calls by name, or by name and arguments; their ids are c0, c1 …"""
    pairs = [(call, "{}") if isinstance(call, str) else call for call in calls]
    return Round(said, tuple(ToolCall(f"c{i}", name, text) for i, (name, text) in enumerate(pairs)))
