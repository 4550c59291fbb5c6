"""What a session may look like, in OpenAI's own words and in those of its beta. Complaints are sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = Mapping[str, Any]
_GA = {"type", "instructions", "output_modalities", "audio", "tools", "tool_choice", "max_output_tokens",
       "truncation", "prompt", "tracing", "include", "reasoning", "parallel_tool_calls"}  # fmt: skip
_BETA = {"modalities", "voice", "instructions", "input_audio_format", "output_audio_format", "tools",
         "input_audio_transcription", "turn_detection", "tool_choice", "temperature", "max_tokens",
         "smooth_output", "top_p"}  # fmt: skip
_ITEMS = ("message", "function_call", "function_call_output")


@dataclass(slots=True)
class Settings:
    """What a session was configured to."""

    rate: int = 24000
    instructions: str = ""
    tools: list[Json] = field(default_factory=list)
    voice: str = ""
    transcribes: bool = False
    creates: bool = True
    interrupts: bool = True
    silence_ms: int = 500


def read_session(session: Json, shape: Literal["ga", "beta"], old: Settings, wrong: list[str]) -> Settings:
    """The settings after an update; what is wrong with it goes into `wrong`."""
    allowed = _GA if shape == "ga" else _BETA
    wrong += [f"session.{name} is no field" for name in session if name not in allowed]
    new = Settings(
        old.rate, session.get("instructions", old.instructions), list(session.get("tools", old.tools))
    )
    new.voice, new.transcribes = old.voice, old.transcribes
    new.creates, new.interrupts, new.silence_ms = old.creates, old.interrupts, old.silence_ms
    wrong += [complaint for tool in new.tools for complaint in _tool(tool)]
    if shape == "ga":
        if session.get("type") != "realtime":
            wrong.append("session.type is not realtime")
        _read_ga(session, new, wrong)
    else:
        _read_beta(session, new, wrong)
    return new


def _read_ga(session: Json, new: Settings, wrong: list[str]) -> None:
    audio = session.get("audio")
    if audio is None:
        return
    heard, spoken = audio.get("input", {}), audio.get("output", {})
    for side in (heard, spoken):
        if side.get("format") != {"type": "audio/pcm", "rate": 24000}:
            wrong.append(f"audio format {side.get('format')}; audio/pcm is 24000 Hz only")
    if session.get("output_modalities") not in (["audio"], ["text"]):
        wrong.append("output_modalities is not audio or text")
    new.voice = spoken.get("voice", "")
    _read_turns(heard.get("turn_detection"), new, wrong)
    transcription = heard.get("transcription")
    new.transcribes = bool(transcription)
    if transcription and not transcription.get("model"):
        wrong.append("transcription without a model")


def _read_beta(session: Json, new: Settings, wrong: list[str]) -> None:
    if "modalities" not in session:
        return
    new.rate = 16000
    if session["modalities"] != ["text", "audio"]:
        wrong.append(f"modalities {session['modalities']}")
    for name in ("input_audio_format", "output_audio_format"):
        if session.get(name) not in ("pcm16", "pcm"):
            wrong.append(f"{name} {session.get(name)}")
    if not session.get("voice"):
        wrong.append("no voice")
    new.voice = session.get("voice", "")
    new.transcribes = session.get("input_audio_transcription") is not None
    _read_turns(session.get("turn_detection"), new, wrong)


def _read_turns(vad: Any, new: Settings, wrong: list[str]) -> None:
    if not isinstance(vad, Mapping) or vad.get("type") not in ("server_vad", "semantic_vad"):
        wrong.append(f"turn_detection {vad}")
        return
    new.creates, new.interrupts = vad.get("create_response", True), vad.get("interrupt_response", True)
    new.silence_ms = int(vad.get("silence_duration_ms", 500))


def _tool(tool: Json) -> Iterator[str]:
    if tool.get("type") != "function" or not tool.get("name") or "function" in tool:
        yield f"malformed tool {tool}"
    elif tool.get("parameters", {}).get("type") != "object":
        yield f"the parameters of {tool['name']} are no object schema"


def item_complaints(item: Any, calls: Mapping[str, str], shape: str) -> Iterator[str]:
    """What is wrong with an item; `calls` are the tools that were asked for, by id."""
    if not isinstance(item, Mapping) or item.get("type") not in _ITEMS:
        yield f"malformed item {item}"
        return
    if item["type"] == "function_call_output":
        if item.get("call_id") not in calls:
            yield f"function_call_output for {item.get('call_id')!r}, which nobody asked for"
        if not isinstance(item.get("output"), str):
            yield "function_call_output without a text"
    elif item["type"] == "message":
        mine = "output_text" if shape == "ga" else "text"
        kind = mine if item.get("role") == "assistant" else "input_text"
        for part in item.get("content") or [{}]:
            if part.get("type") != kind or not isinstance(part.get("text"), str):
                yield f"content {part} of a {item.get('role')} message"
