"""Voices: a text in, sound out as it is made, raw or as events."""

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.faults import Fault
from tests.emulators.speaking import pieces, tone

if TYPE_CHECKING:
    from tests.emulators.openai_speech.server import OpenAiSpeechEmulator

RATE = 24000
_FIELDS = {"model", "input", "voice", "instructions", "response_format", "speed", "stream_format"}


async def speak(vendor: "OpenAiSpeechEmulator", request: web.Request) -> web.StreamResponse:
    """One synthesis."""
    asked: dict[str, Any] = await request.json()
    vendor.requests += 1
    vendor.spoken.append(asked)
    fault = vendor.next_fault()
    for problem in _problems(asked):
        vendor.complain(problem)
        return vendor.refuse(400, "invalid_value", problem)
    if fault and fault.kind == "fail":
        return vendor.refuse(fault.status or 400, fault.code, fault.message)
    if fault and fault.kind == "stall" and fault.at == "start":
        await asyncio.sleep(60)
    events = vendor.manner.sse and asked.get("stream_format") == "sse"
    response = web.StreamResponse()
    response.content_type = "text/event-stream" if events else vendor.manner.sound
    await response.prepare(request)
    spoken = tone(asked["input"], RATE, asked.get("speed", 1.0))
    for number, piece in enumerate(pieces(spoken.pcm, RATE, 0.05)):
        if fault and fault.at == number and await _strike(fault, request, response):
            return response
        await response.write(_event(vendor, piece) if events else piece)
    if events:
        usage = {"input_tokens": 4, "output_tokens": 9, "total_tokens": 13}
        await response.write(_data({"type": "speech.audio.done", "usage": usage}))
    await response.write_eof()
    return response


async def _strike(fault: Fault, request: web.Request, response: web.StreamResponse) -> bool:
    """Whether the fault ends the answer."""
    match fault.kind:
        case "drop":
            assert request.transport
            request.transport.abort()
        case "stall":
            await asyncio.sleep(60)
        case "garbage":
            await response.write(b"data: {half of it\n\n")
            return False
        case "end":
            await response.write_eof()
        case _:
            return False
    return True


def _problems(asked: dict[str, Any]) -> list[str]:
    problems = [f"field {name!r}" for name in set(asked) - _FIELDS]
    if not asked.get("model") or not asked.get("voice") or not 0 < len(asked.get("input", "")) <= 4096:
        problems.append(f"model, voice or input of {asked}")
    if asked.get("response_format") != "pcm" or not 0.25 <= asked.get("speed", 1) <= 4:
        problems.append(f"format or speed of {asked}")
    return problems


def _event(vendor: "OpenAiSpeechEmulator", piece: bytes) -> bytes:
    return _data({"type": "speech.audio.delta", vendor.manner.key: base64.b64encode(piece).decode()})


def _data(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()
