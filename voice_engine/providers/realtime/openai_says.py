"""The client's messages of OpenAI's realtime protocol: as OpenAI has them now, and as its clones do. Pure."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

import orjson

from voice_engine.providers.base import Message, Tool, ToolCall
from voice_engine.providers.base_realtime import Briefing

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a conversation is to be. `shape` "ga" is OpenAI's own, "beta" the older one that clones speak.

    `vad`, `hearing` (input transcription) and `noise` are objects of the vendor, sent as they are; `output`
    is more of the output's settings.
    """

    shape: Literal["ga", "beta"]
    rate: int  # Hz of what is sent
    voice: str = ""
    vad: Mapping[str, Any] = field(default_factory=dict)
    hearing: Mapping[str, Any] | None = None
    noise: Mapping[str, Any] | None = None
    output: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)  # of the session, as it is
    truncates: bool = True


class Says:
    """Writes messages, each with an `event_id` that tells in an error what was wrong."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._numbers = plan, count(1)
        self._instructions = ""

    def audio(self, pcm: bytes) -> str:
        """The caller's next sound. Written by hand: fifty of them come every second."""
        named = f'"event_id":"audio_{next(self._numbers)}",' if self._plan.shape == "beta" else ""
        return f'{{{named}"type":"input_audio_buffer.append","audio":"{b64encode(pcm).decode()}"}}'

    def session(self, briefing: Briefing) -> str:
        """The first message: everything about the session."""
        plan = self._plan
        known = self._known(briefing)
        if plan.shape == "ga":
            heard: Json = {
                "format": {"type": "audio/pcm", "rate": plan.rate},
                "turn_detection": plan.vad,
                "transcription": plan.hearing,
            }
            if plan.noise:
                heard["noise_reduction"] = plan.noise
            spoken = {"format": {"type": "audio/pcm", "rate": 24000}, "voice": plan.voice, **plan.output}
            session: Json = {
                "type": "realtime", "output_modalities": ["audio"],
                "audio": {"input": heard, "output": {k: v for k, v in spoken.items() if v != ""}},
            }  # fmt: skip
        else:
            session = {
                "modalities": ["text", "audio"], "voice": plan.voice, "input_audio_format": "pcm16",
                "output_audio_format": "pcm16", "input_audio_transcription": plan.hearing,
                "turn_detection": plan.vad,
            }  # fmt: skip
        return self._message("session.update", session={**session, **known, **plan.extra})

    def update(self, briefing: Briefing) -> str:
        """Other instructions, other tools; the rest stays."""
        kind = {"type": "realtime"} if self._plan.shape == "ga" else {}
        return self._message("session.update", session={**kind, **self._known(briefing)})

    def _known(self, briefing: Briefing) -> Json:
        self._instructions = prompt(briefing.messages)
        known: Json = {"instructions": self._instructions, "tools": [_tool(tool) for tool in briefing.tools]}
        return known | ({"tool_choice": "auto"} if briefing.tools else {})

    def history(self, messages: Sequence[Message]) -> Iterator[str]:
        """What has been said before this socket, the prompt left out."""
        for message in conversation(messages):
            for item in self._items(message):
                yield self._message("conversation.item.create", item=item)

    def append(self, role: str, text: str) -> str:
        """One message."""
        return self._message("conversation.item.create", item=self._said(role, text))

    def result(self, call: ToolCall, text: str) -> str:
        """What a tool has answered."""
        return self._message("conversation.item.create", item=_result(call.id, text))

    def respond(self, instructions: str) -> str:
        """Speak now. Instructions of a response stand in the place of the session's."""
        if not instructions:
            return self._message("response.create")
        whole = f"{self._instructions}\n\n{instructions}".strip()
        return self._message("response.create", response={"instructions": whole})

    def cancel(self, reply: str) -> str:
        """Say no more."""
        named = {"response_id": reply} if self._plan.shape == "ga" else {}
        return self._message("response.cancel", **named)

    def truncate(self, item_id: str, ms: int) -> str:
        """So much was heard."""
        return self._message("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=ms)

    def _items(self, message: Message) -> Iterator[Json]:
        if message.role == "tool":
            yield _result(message.tool_call_id, message.content)
            return
        if message.content:
            yield self._said(message.role, message.content)
        for call in message.tool_calls:
            yield {
                "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments
            }  # fmt: skip

    def _said(self, role: str, text: str) -> Json:
        mine = "output_text" if self._plan.shape == "ga" else "text"
        kind = mine if role == "assistant" else "input_text"
        return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}

    def _message(self, kind: str, **fields: Any) -> str:
        event_id = f"{kind.rpartition('.')[2]}_{next(self._numbers)}"
        return orjson.dumps({"event_id": event_id, "type": kind, **fields}).decode()


def prompt(messages: Sequence[Message]) -> str:
    """The system messages a conversation begins with, as one text."""
    texts = []
    for message in messages:
        if message.role != "system":
            break
        texts.append(message.content)
    return "\n\n".join(texts)


def conversation(messages: Sequence[Message]) -> Sequence[Message]:
    """Everything behind the prompt."""
    begin = next((i for i, message in enumerate(messages) if message.role != "system"), len(messages))
    return messages[begin:]


def _tool(tool: Tool) -> Json:
    named = {"name": tool.name, "description": tool.description}
    return {"type": "function", **named, "parameters": dict(tool.parameters)}


def _result(call_id: str, text: str) -> Json:
    return {"type": "function_call_output", "call_id": call_id, "output": text}
