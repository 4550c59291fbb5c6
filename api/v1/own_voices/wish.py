"""What is asked for, read from JSON or from a form with a file. Knows neither vendors nor the database."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from api.http.body import parse
from api.http.workers import Workers
from api.v1.own_voices.schemas import CreateOwnVoice
from voice_engine.kernel.errors import BadRequest
from voice_engine.outbound import check_url
from voice_engine.providers import registry
from voice_engine.providers.cloning import NewVoice, Sample, checked

LARGEST_SAMPLE = 10 * 1024 * 1024  # bytes
LARGEST_BODY = 15 * 1024 * 1024  # bytes; base64 needs four for three
_MOST_FIELDS, _LARGEST_FIELD = 20, 64 * 1024

Wish = tuple[CreateOwnVoice, NewVoice]


async def wish(request: Request, workers: Workers, allowed: Sequence[str]) -> Wish:
    """The body as it came and as a vendor's cloner takes it; raises BadRequest and RequestValidationError."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        fields, audio = await _form(request)
        return _wish(lambda: fields, audio, allowed)
    raw = await request.body()
    return await workers.run(lambda: _wish(lambda: parse(raw), b"", allowed))  # 15 MB take their time


async def _form(request: Request) -> tuple[dict[str, Any], bytes]:
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD) as form:
        fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
        sample = form.get("sample")
        audio = await sample.read(LARGEST_SAMPLE + 1) if isinstance(sample, UploadFile) else b""
    said = fields.pop("sampleText", "")
    return {**fields, **({"sample": {"text": said}} if audio else {})}, audio


def _wish(read: Callable[[], Any], audio: bytes, allowed: Sequence[str]) -> Wish:
    try:
        body = CreateOwnVoice.model_validate(read())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in faults]) from None
    if body.provider not in (known := registry.names("cloner")):
        message = f"{body.provider!r} makes no voices of your own; {', '.join(known)} do."
        raise BadRequest("provider_makes_no_voices", message, field="provider")
    wanted = NewVoice(
        body.name, body.model, _sample(body, audio), body.consent, body.description, body.preview_text,
        body.language,
    )  # fmt: skip
    if wanted.sample and wanted.sample.url:
        check_url(wanted.sample.url, allowed)
    return body, checked(wanted)


def _sample(body: CreateOwnVoice, audio: bytes) -> Sample | None:
    if body.sample is None:
        return None
    if body.sample.audio:
        try:
            audio = b64decode(body.sample.audio, validate=True)
        except ValueError as error:
            raise BadRequest("bad_base64", "sample.audio is not base64.", field="sample.audio") from error
    if len(audio) > LARGEST_SAMPLE:
        message = "A sample has at most 10 MB; 10 to 20 seconds are enough."
        raise BadRequest("sample_too_large", message, field="sample")
    media_type = _media_type(audio) if audio else _promised(body.sample.url)
    return Sample(body.sample.url, audio, media_type, body.sample.text)


def _promised(url: str) -> str:
    """What the address says it is."""
    ending = urlsplit(url).path.lower().rpartition(".")[2]
    return {"mp3": "audio/mpeg", "m4a": "audio/mp4", "mp4": "audio/mp4"}.get(ending, "audio/wav")


def _media_type(audio: bytes) -> str:
    """By what the file is, whatever its name says."""
    if audio[:4] == b"RIFF" and audio[8:12] == b"WAVE":
        return "audio/wav"
    if audio[:3] == b"ID3" or (audio[:1] == b"\xff" and audio[1:2] >= b"\xe0"):
        return "audio/mpeg"
    if audio[4:8] == b"ftyp":
        return "audio/mp4"
    raise BadRequest("bad_sample", "A sample is a WAV, MP3 or M4A file.", field="sample")
