"""Transcription of files: one form in, one text out."""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.faults import Fault
from voice_engine.audio import wav
from voice_engine.kernel.errors import BadRequest

if TYPE_CHECKING:
    from tests.emulators.openai_speech.server import OpenAiSpeechEmulator

_FIELDS = {
    "file",
    "model",
    "language",
    "prompt",
    "response_format",
    "temperature",
    "languages[]",
    "keywords[]",
}
MODELS = ("whisper-large-v3", "fun-asr-nano", "sensevoice", "FunAudioLLM/SenseVoiceSmall", "gpt-transcribe")
_LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Form:
    """What was posted: fields by name, and the one file."""

    fields: dict[str, str]
    filename: str
    file: bytes


async def understand(vendor: "OpenAiSpeechEmulator", request: web.Request) -> web.StreamResponse:
    """The answer to one file, unless the fault is in its place."""
    fault = vendor.next_fault()
    form = _parted(await request.content.read(), request.headers["Content-Type"])
    vendor.requests += 1
    vendor.forms.append(form.fields)
    for name in set(form.fields) - _FIELDS:
        vendor.complain(f"field {name!r}")
    if "." not in form.filename:
        vendor.complain("no file with a name that tells its kind")
        return vendor.refuse(400, "missing_file", "no file")
    try:
        sound = wav.read(form.file)
    except BadRequest as error:
        vendor.complain(error.message)
        return vendor.refuse(400, "invalid_audio", "cannot read the file")
    if form.fields.get("model") not in MODELS:
        return vendor.refuse(404, "model_not_found", f"There is no model {form.fields.get('model')}.")
    kind = form.fields.get("response_format")
    if kind != "json" or sound.channels != 1 or len(form.file) > _LARGEST:
        vendor.complain(f"format {kind}, {sound.channels} channels, {len(form.file)} bytes")
    return await _answer(vendor, request, fault, sound)


def _parted(body: bytes, content_type: str) -> _Form:
    """By hand: aiohttp's own reader of forms warns of itself now and then."""
    boundary = b"--" + content_type.partition("boundary=")[2].encode()
    fields, filename, file = {}, "", b""
    for part in body.split(boundary)[1:-1]:
        head, _, content = part.removesuffix(b"\r\n").partition(b"\r\n\r\n")
        names = dict(re.findall(r'(\w+)="([^"]*)"', head.decode()))
        if "filename" in names:
            filename, file = names["filename"], content
        else:
            fields[names["name"]] = content.decode()
    return _Form(fields, filename, file)


async def _answer(
    vendor: "OpenAiSpeechEmulator", request: web.Request, fault: Fault | None, sound: wav.Wav
) -> web.StreamResponse:
    ear = vendor.ear(sound.rate, 10**9)
    heard = [*ear.feed(sound.pcm), *ear.finish()]
    text = "".join(one.text for one in heard if one.end is not None)
    if fault:
        match fault.kind:
            case "stall":
                await asyncio.sleep(fault.seconds or 60)
            case "drop":
                assert request.transport
                request.transport.abort()
            case "fail":
                return vendor.refuse(fault.status or 400, fault.code, fault.message)
            case "garbage":
                return web.Response(text='{"text": "half of', content_type="application/json")
            case "odd":
                return web.json_response({"text": {"is": 7}})
            case "oversized":
                return web.json_response({"text": "a" * 9_000_000})
    if vendor.manner.text == "string":
        return web.Response(text=json.dumps(text), content_type="application/json")
    answer: dict[str, Any] = {"text": text}
    if vendor.manner.counts == "duration":
        answer["usage"] = {"type": "duration", "seconds": sound.seconds}
    elif vendor.manner.counts == "tokens":
        answer["usage"] = {"type": "tokens", "input_tokens": 9, "output_tokens": 3, "total_tokens": 12}
    return web.json_response(answer)
