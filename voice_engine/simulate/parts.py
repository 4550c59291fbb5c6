"""Scripted vendors. Sound carries the number of the utterance it belongs to in its sample value, so the
recogniser here is exact, and every delay is a parameter."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import (
    Capabilities,
    Delta,
    Flush,
    Message,
    Tool,
    ToolCall,
    Transcript,
    Usage,
)

RATE = 16000
_BASE, _STEP = 2000, 20
SILENCE = bytes(640)  # a slot of it


def speech(number: int, seconds: float) -> bytes:
    """Sound of utterance `number`: a constant, which the scripted recogniser reads back."""
    return (_BASE + number * _STEP).to_bytes(2, "little", signed=True) * int(seconds * RATE)


def spoken_number(pcm: bytes) -> int | None:
    """Which utterance this sound belongs to; None for silence."""
    value = max(pcm[0] | pcm[1] << 8, pcm[-2] | pcm[-1] << 8)
    return (value - _BASE) // _STEP if value >= _BASE else None


class SimVad:
    """Exact: speech is what is not silence."""

    def stream(self) -> "SimVad":
        return self

    def probability(self, pcm: bytes) -> float:
        return 0.0 if spoken_number(pcm) is None else 1.0


@dataclass
class SimStt:
    """Hears `texts[n]` for utterance n: a growing partial, then the final `final_s` after Flush."""

    texts: Sequence[str]
    final_s: float = 0.3
    chars_per_s: float = 5.0
    vendor: str = "sim"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(endpoints_itself=False))

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        number, heard_s, total_s, shown = None, 0.0, 0.0, ""
        async for item in frames:
            if isinstance(item, Flush):
                await asyncio.sleep(self.final_s)
                yield Transcript("" if number is None else self.texts[number], final=True, confidence=1.0)
                number, heard_s, shown = None, 0.0, ""
                continue
            total_s += item.seconds
            found = spoken_number(item.pcm)
            if found is not None:
                number, heard_s = found, heard_s + item.seconds
                partial = self.partial_of(number)[: int(heard_s * self.chars_per_s)]
                if partial != shown:
                    shown = partial
                    yield Transcript(partial, final=False)
        yield Usage({"seconds": total_s})

    def partial_of(self, number: int) -> str:
        """What its partials of utterance `number` grow to."""
        return self.texts[number]


@dataclass
class SimLlm:
    """Answers with `answer(messages)`: text, or tool calls."""

    answer: Callable[[Sequence[Message]], str | Sequence[ToolCall]]
    first_s: float = 0.1
    per_char_s: float = 0.01
    vendor: str = "sim"

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        await asyncio.sleep(self.first_s)
        answer = self.answer(messages)
        if isinstance(answer, str):
            for char in answer:
                yield Delta(text=char)
                await asyncio.sleep(self.per_char_s)
        else:
            yield Delta(tool_calls=tuple(answer))
        yield Delta(usage=Usage({"promptTokens": 10.0, "completionTokens": float(len(answer))}))


@dataclass
class SimTts:
    """`per_char_s` seconds of tone for each character, the first `first_s` after it was asked."""

    first_s: float = 0.1
    per_char_s: float = 0.2
    rate: int = RATE
    vendor: str = "sim"
    capabilities: Capabilities = field(default_factory=Capabilities)
    asked: list[str] = field(default_factory=list)

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | Usage]:
        whole = "".join([piece async for piece in text])
        self.asked.append(whole)
        await asyncio.sleep(self.first_s)
        for _ in whole:
            yield AudioFrame(b"\x10\x27" * int(self.per_char_s * self.rate), self.rate)
        yield Usage({"characters": float(len(whole))})
