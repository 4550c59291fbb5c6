"""The model, the voice and the tools of a scenario: they do and they fail as it is written."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import Unavailable
from voice_engine.providers.base import (
    Capabilities,
    Delta,
    Message,
    Tool,
    ToolCall,
    Usage,
    WordTimes,
)
from voice_engine.simulate.expect import spoken as airborne
from voice_engine.simulate.faults import GARBAGE, Trouble
from voice_engine.simulate.parts import RATE
from voice_engine.simulate.scenario import Answer, Fault, Model, SpokenText, ToolDeed, Voice
from voice_engine.simulate.seen import Asked, Notes
from voice_engine.speak.heard import weight
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import ToolSpec

_PIECE = 2  # characters of a model's delta


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class ScriptedModel:
    """Answers what it is asked, by content or in sequence.

    The place in the sequence is read from the context alone: asking twice gives the same answer twice.
    """

    script: Model
    trouble: Trouble
    notes: Notes
    opens: bool = False  # the assistant's model speaks first
    vendor: str = "sim"

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The scripted answer to this context."""
        fault = self.trouble.next()
        self.notes.asked.append(
            Asked("model", self.trouble.member, _now(), messages[-1].content, tuple(messages))
        )
        answer = self._answer(messages)
        began, length = _now(), 0
        await self.trouble.begin(fault, self.vendor)
        late = _now() - began
        for at, text in self._pieces(answer, fault):
            await asyncio.sleep(max(0.0, began + late + at - _now()))
            if not await self.trouble.midway(fault, self.vendor, length):
                return
            length += len(text)
            yield Delta(text=text)
        await self.trouble.midway(fault, self.vendor, length + 1e9)
        if answer.calls and not (fault and fault.what in ("lost", "cut")):
            if not length:
                await asyncio.sleep(self._first(answer))
            yield Delta(tool_calls=tuple(_calls(answer, len(messages))))
        yield Delta(usage=Usage({"promptTokens": 10.0, "completionTokens": float(length)}))

    def _pieces(self, answer: Answer, fault: Fault | None) -> Iterator[tuple[float, str]]:
        if fault and fault.what == "lost":
            return
        if answer.pieces:
            yield from answer.pieces
            return
        text = GARBAGE if fault and fault.what == "garbage" else answer.say
        pace = 1 / (answer.chars_per_s or self.script.chars_per_s)
        for at in range(0, len(text), _PIECE):
            yield self._first(answer) + at * pace, text[at : at + _PIECE]

    def _first(self, answer: Answer) -> float:
        return self.script.first_after_s if answer.first_after_s is None else answer.first_after_s

    def _answer(self, messages: Sequence[Message]) -> Answer:
        prompt = "\n".join(message.content for message in messages if message.role == "system")
        mine = [answer for answer in self.script.answers if answer.told in prompt]
        found = [_fitting(mine, stop) for stop in stops(messages)]
        if found and found[-1]:
            return found[-1]
        in_turn = [answer for answer in mine if not answer.words]
        place = max(0, found.count(None) - (0 if self.opens else 1))
        return in_turn[place] if place < len(in_turn) else Answer(say=self.script.otherwise)


def _fitting(answers: Sequence[Answer], text: str) -> Answer | None:
    return next((answer for answer in answers if any(word in text for word in answer.words)), None)


def stops(messages: Sequence[Message]) -> Iterator[str]:
    """What the model was asked until now: by the caller, and by the results of tools."""
    if len(messages) > 2 and messages[-2].role == "assistant" and messages[-1].content.startswith("["):
        messages = messages[:-2]  # a pool asks for the rest of an answer that broke off
    asked = [message for message in messages if message.role in ("user", "tool", "assistant")]
    for message, after in zip_longest(asked, asked[1:]):
        if message.role == "user" or (message.role == "tool" and (after is None or after.role != "tool")):
            yield message.content


def _calls(answer: Answer, place: int) -> Iterator[ToolCall]:
    for number, call in enumerate(answer.calls, 1):
        given = call.arguments
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        yield ToolCall(f"call_{place}_{number}", call.name, text)


@dataclass
class ScriptedVoice:
    """Speaks at a steady pace; each sample says which character it belongs to."""

    script: Voice
    trouble: Trouble
    notes: Notes
    vendor: str = "sim"
    capabilities: Capabilities = field(init=False)

    def __post_init__(self) -> None:
        self.capabilities = Capabilities(word_times=self.script.word_times)

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """The sound of the whole text, faster than it will be heard."""
        fault = self.trouble.next()
        whole = "".join([piece async for piece in text])
        self.notes.asked.append(Asked("voice", self.trouble.member, _now(), whole))
        await self.trouble.begin(fault, self.vendor)
        own = self.script.texts.get(airborne(whole), SpokenText())
        char_s = own.char_s or self.script.char_s
        await asyncio.sleep(self.script.first_after_s if own.after_s is None else own.after_s)
        spoken = 0.0
        for char in "" if fault and fault.what == "lost" else whole:
            if not await self.trouble.midway(fault, self.vendor, spoken):
                return
            slots = round(weight(char) * char_s / SLOT_S)
            if not slots:
                continue
            value = self.notes.book.write(char) if char.isalnum() else 0
            yield AudioFrame(value.to_bytes(2, "little") * (slots * int(SLOT_S * RATE)), RATE)
            if self.script.word_times:
                yield WordTimes((char,), (spoken,), (spoken + slots * SLOT_S,))
            spoken += slots * SLOT_S
            await asyncio.sleep(slots * SLOT_S / self.script.faster)
        await self.trouble.midway(fault, self.vendor, spoken + 1e9)
        yield Usage({"characters": float(len(whole))})


@dataclass
class ScriptedTools:
    """The customer's server."""

    deeds: dict[str, ToolDeed]
    trouble: Trouble
    notes: Notes
    called: Counter[str] = field(default_factory=Counter)

    async def __call__(self, spec: ToolSpec, calls: Sequence[ToolCall]) -> dict[str, str]:
        """The results by call; raises Unavailable where the scenario has the tool fail."""
        results = {}
        for call in calls:
            fault = self.trouble.next(call.name)
            self.notes.asked.append(Asked("tool", 1, _now(), call.name))
            deed, number = self.deeds.get(call.name, ToolDeed()), self.called[call.name]
            self.called[call.name] += 1
            await asyncio.sleep(deed.after_s)
            if deed.error or (fault and fault.what == "error"):
                raise Unavailable("tool_failed", deed.error or "The server answered 500.")
            await self.trouble.begin(fault, "tool")
            if not (fault and fault.what == "lost"):
                results[call.id] = GARBAGE if fault and fault.what == "garbage" else deed.result(number)
        return results
