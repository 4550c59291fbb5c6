"""Gemini Live's protocol (BidiGenerateContent). It names no replies and no turns: both are numbered here.

Whoever speaks first after the end of a reply begins the next turn. The transcript of a turn may still come
while the model answers already; it is whole when the reply ends.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import AtRate
from voice_engine.providers.base import Message as Said
from voice_engine.providers.base import ToolCall, Usage
from voice_engine.providers.base_realtime import (
    Append,
    Briefing,
    CallerSpeech,
    CallerWords,
    Cancel,
    Expiring,
    Outcome,
    Ready,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Respond,
    Resumable,
    ToolResult,
    Truncate,
)
from voice_engine.providers.duplex.codec import Message, Messages, Send
from voice_engine.providers.failures import Failures
from voice_engine.providers.realtime.codec import Told
from voice_engine.providers.realtime.faults import kind_of
from voice_engine.providers.realtime.openai_says import conversation, prompt

RATE_IN, RATE_OUT = 16000, 24000
Json = Mapping[str, Any]
_CLOSES = {1007: "bad_request", 1008: "auth"}


@dataclass(frozen=True, slots=True)
class Plan:
    """`generation` and `input` are objects of the vendor; `extra` is more of the setup, as it is."""

    model: str
    generation: Mapping[str, Any]
    input: Mapping[str, Any]
    extra: Mapping[str, Any]


@dataclass(slots=True)
class _Reply:
    name: str
    samples: int = 0
    cancelled: bool = False


class GeminiCodec:
    """RealtimeCodec. `name` is this socket's: replies and turns are numbered behind it."""

    def __init__(self, plan: Plan, failures: Failures, model: str, name: str) -> None:
        self._plan, self._failures, self._model, self._name = plan, failures, model, name
        self._rate = AtRate(RATE_IN)
        self._briefing = Briefing(())
        self._reply: _Reply | None = None
        self._replies = self._turns = 0
        self._words = ""  # of the caller's turn so far
        self._speaking = False
        self._asked = False  # by us: the next reply answers no turn of the caller
        self._withdrawn: set[str] = set()
        self._after_result = False

    # ── the client's side ────────────────────────────────────────────────────────────────────────────

    def begin(self, briefing: Briefing) -> Messages:
        self._briefing = briefing
        setup: dict[str, Any] = {
            "model": self._plan.model,
            "generationConfig": {"responseModalities": ["AUDIO"], **self._plan.generation},
            "inputAudioTranscription": {},
            "outputAudioTranscription": {},
            "realtimeInputConfig": self._plan.input,
            "sessionResumption": {"handle": briefing.handle} if briefing.handle else {},
        }
        if instructions := prompt(briefing.messages):
            setup["systemInstruction"] = {"parts": [{"text": instructions}]}
        if briefing.tools:
            declared = [
                {"name": t.name, "description": t.description, "parametersJsonSchema": dict(t.parameters)}
                for t in briefing.tools
            ]
            setup["tools"] = [{"functionDeclarations": declared}]
        return (_message(setup={**setup, **self._plan.extra}),)

    def tell(self, item: RealtimeInput) -> Messages:
        if isinstance(item, AudioFrame):
            pcm = self._rate.of(item)
            return (_audio(pcm),) if pcm else ()
        after_result, self._after_result = self._after_result, False
        match item:
            case Append():
                return (_content([_turn(item.role, item.text)], whole=False),)
            case ToolResult():
                return self._result(item)
            case Respond():
                self._asked = True
                if after_result and not item.instructions:
                    return ()  # it goes on by itself when it has the results
                turns = [_turn("system", item.instructions)] if item.instructions else []
                return (_content(turns, whole=True),)
            case Cancel():
                if self._reply and self._reply.name == item.reply:
                    self._reply.cancelled = True
                return ()
            case Briefing():
                text = prompt(item.messages)
                return (_content([_turn("system", text)], whole=False),) if text else ()
            case Truncate():
                return ()

    def _result(self, item: ToolResult) -> Messages:
        if item.call.id in self._withdrawn:
            return ()
        self._after_result = self._asked = True
        answer = {"id": item.call.id, "name": item.call.name, "response": {"result": item.text}}
        return (_message(toolResponse={"functionResponses": [answer]}),)

    # ── the server's side ────────────────────────────────────────────────────────────────────────────

    def receive(self, message: Message) -> Iterator[Told]:
        event = orjson.loads(message)
        if "setupComplete" in event:
            yield from self._ready()
        if content := event.get("serverContent"):
            yield from self._content(content)
        if call := event.get("toolCall"):
            yield from self._calls(call["functionCalls"])
        if withdrawn := event.get("toolCallCancellation"):
            self._withdrawn.update(withdrawn["ids"])
        if usage := _usage(event.get("usageMetadata"), self._model):
            yield usage
        if leaving := event.get("goAway"):
            yield Expiring(float(str(leaving.get("timeLeft") or "0").rstrip("s")))
        update = event.get("sessionResumptionUpdate") or {}
        if update.get("resumable") and update.get("newHandle"):
            yield Resumable(str(update["newHandle"]))

    def closed(self, code: int, reason: str) -> Exception:
        known = _CLOSES.get(code) or ("network" if code in (1000, 1001, 1006) else "server")
        kind = kind_of(reason) or known
        said = f": {reason}" if reason else ""
        return self._failures.of(kind, f"{self._failures.label} hung up with {code}{said}.", code)  # type: ignore[arg-type]

    def _ready(self) -> Iterator[Told]:
        yield Ready()
        turns = [] if self._briefing.handle else list(_history(self._briefing.messages))
        if turns:
            yield Send(_content(turns, whole=False))

    def _content(self, content: Json) -> Iterator[Told]:
        if heard := (content.get("inputTranscription") or {}).get("text"):
            yield from self._heard(str(heard))
        if content.get("interrupted"):
            yield from self._end("interrupted")
        for part in (content.get("modelTurn") or {}).get("parts") or ():
            if data := (part.get("inlineData") or {}).get("data"):
                yield from self._sound(b64decode(data))
        if said := (content.get("outputTranscription") or {}).get("text"):
            yield from self._begin()
            if self._reply and not self._reply.cancelled:
                yield ReplyText(self._reply.name, str(said))
        if content.get("generationComplete") or content.get("turnComplete"):
            yield from self._end("done")

    @property
    def _turn(self) -> str:
        return f"{self._name}-turn-{self._turns}"

    def _heard(self, text: str) -> Iterator[Told]:
        if not self._speaking and self._reply is None:
            yield from self._speak()
        self._words += text
        yield CallerWords(self._turn, self._words.strip(), final=False)

    def _speak(self) -> Iterator[Told]:
        self._speaking = True
        self._turns += 1
        self._words = ""
        yield CallerSpeech(True, self._turn)

    def _begin(self) -> Iterator[Told]:
        if self._reply:
            return
        if not self._speaking and not self._asked:
            yield from self._speak()
        if self._speaking:
            self._speaking = False
            yield CallerSpeech(False, self._turn)
        self._asked = False
        self._replies += 1
        self._reply = _Reply(f"{self._name}-{self._replies}")
        yield ReplyBegan(self._reply.name)

    def _sound(self, pcm: bytes) -> Iterator[Told]:
        yield from self._begin()
        reply = self._reply
        if reply and not reply.cancelled:
            frame = AudioFrame(pcm, RATE_OUT, reply.samples)
            reply.samples += len(pcm) // 2
            yield ReplySound(reply.name, frame)

    def _calls(self, calls: Sequence[Json]) -> Iterator[Told]:
        yield from self._begin()
        asked = tuple(
            ToolCall(
                str(c.get("id") or c["name"]), str(c["name"]), orjson.dumps(c.get("args") or {}).decode()
            )
            for c in calls
        )
        yield from self._end("done", asked)

    def _end(self, outcome: Outcome, calls: tuple[ToolCall, ...] = ()) -> Iterator[Told]:
        reply, self._reply = self._reply, None
        if reply is None:
            return
        if self._words:
            yield CallerWords(self._turn, self._words.strip(), final=True)
            self._words = ""
        if reply.cancelled:
            yield ReplyEnded(reply.name, "cancelled")
        else:
            yield ReplyEnded(reply.name, outcome, calls)


def _audio(pcm: bytes) -> str:
    data = b64encode(pcm).decode()
    return f'{{"realtimeInput":{{"audio":{{"data":"{data}","mimeType":"audio/pcm;rate={RATE_IN}"}}}}}}'


def _message(**fields: Any) -> str:
    return orjson.dumps(fields).decode()


def _content(turns: Sequence[Json], *, whole: bool) -> str:
    given = {"turns": list(turns)} if turns else {}
    return _message(clientContent={**given, "turnComplete": whole})


def _turn(role: str, text: str) -> Json:
    """It knows users and models only; what the house says stands in brackets."""
    words = f"[{text}]" if role == "system" else text
    return {"role": "model" if role == "assistant" else "user", "parts": [{"text": words}]}


def _history(messages: Iterable[Said]) -> Iterator[Json]:
    """What has been said before this socket; tools and their answers as words."""
    for message in conversation([*messages]):
        if message.content:
            role = "system" if message.role == "tool" else message.role
            text = f"tool result: {message.content}" if message.role == "tool" else message.content
            yield _turn(role, text)


def _usage(counted: Json | None, model: str) -> Usage | None:
    if not counted:
        return None
    text_in, audio_in = _split(counted, "promptTokensDetails", "promptTokenCount")
    text_out, audio_out = _split(counted, "responseTokensDetails", "responseTokenCount")
    quantities = {
        "promptTokens": text_in, "audioPromptTokens": audio_in,
        "completionTokens": text_out + float(counted.get("thoughtsTokenCount") or 0),
        "audioCompletionTokens": audio_out,
    }  # fmt: skip
    return Usage({n: q for n, q in quantities.items() if q}, provider="google", model=model)


def _split(counted: Json, details: str, total: str) -> tuple[float, float]:
    """Text and audio tokens; without details everything counts as the dearer audio."""
    parts = counted.get(details)
    if not parts:
        return 0.0, float(counted.get(total) or 0)
    audio = sum(float(p.get("tokenCount") or 0) for p in parts if p.get("modality") == "AUDIO")
    return sum(float(p.get("tokenCount") or 0) for p in parts) - audio, audio
