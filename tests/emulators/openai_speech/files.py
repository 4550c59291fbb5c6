"""Transcription of files: one form in, one text out."""

import asyncio
import json
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


async def understand(vendor: "OpenAiSpeechEmulator", request: web.Request) -> web.StreamResponse:
    """The answer to one file, unless the fault is in its place."""
    fault = vendor.next_fault()
    form = await request.post()
    vendor.requests += 1
    vendor.forms.append({name: value for name, value in form.items() if isinstance(value, str)})
    for name in set(form) - _FIELDS:
        vendor.complain(f"field {name!r}")
    upload: Any = form.get("file")
    if not isinstance(upload, web.FileField) or "." not in upload.filename:
        vendor.complain("no file with a name that tells its kind")
        return vendor.refuse(400, "missing_file", "no file")
    with upload.file as file:
        data = file.read(_LARGEST + 1)
    try:
        sound = wav.read(data)
    except BadRequest as error:
        vendor.complain(error.message)
        return vendor.refuse(400, "invalid_audio", "cannot read the file")
    if form.get("model") not in MODELS:
        return vendor.refuse(404, "model_not_found", f"There is no model {form.get('model')}.")
    if form.get("response_format") != "json" or sound.channels != 1 or len(data) > _LARGEST:
        vendor.complain(f"format {form.get('response_format')}, {sound.channels} channels, {len(data)} bytes")
    return await _answer(vendor, request, fault, sound)


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
