"""Voices of one's own: POST /api/v1/services/audio/tts/customization, for CosyVoice and for Qwen."""

import asyncio
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PATH = "/api/v1/services/audio/tts/customization"
COSY, COPIES, DESIGNS = "voice-enrollment", "qwen-voice-enrollment", "qwen-voice-design"
_URL = re.compile(r"https?://\S+")
_DATA = re.compile(r"data:audio/(wav|mpeg|mp4);base64,(.+)")
_PREFIX, _NAME = re.compile("[a-z0-9]{1,9}"), re.compile(r"\w{1,16}")
_LANGUAGES = {"zh", "en", "de", "it", "pt", "es", "ja", "ko", "fr", "ru"}


@dataclass(slots=True)
class OwnVoices:
    """The voices of every key. `fault` answers every request while it is set: an HTTP status and a body, a
    number of seconds of silence first. New copies of CosyVoice are DEPLOYING until `deploy` is called.
    """

    fault: tuple[int, Mapping[str, Any] | str] | None = None
    delay_s: float = 0.0
    violations: list[str] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)  # key, body
    workspaces: list[str] = field(default_factory=list)
    voices: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # (key, id)

    def routes(self) -> list[Route]:
        """Its address."""
        return [Route(PATH, self._answer, methods=["POST"])]

    def deploy(self, status: str = "OK") -> None:
        """The vendor has looked at all voices."""
        for voice in self.voices.values():
            voice["status"] = status

    async def _answer(self, request: Request) -> Response:
        await asyncio.sleep(self.delay_s)
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            return _failed(401, "InvalidApiKey", "Invalid API-key provided.")
        self.workspaces.append(request.headers.get("x-dashscope-workspace", ""))
        if self.fault:
            status, body = self.fault
            return Response(body, status) if isinstance(body, str) else JSONResponse(body, status)
        body = await request.json()
        self.asked.append((key, body))
        data = body.get("input") or {}
        if wrong := _wrong(body.get("model"), data):
            self.violations += wrong
            return _failed(400, "InvalidParameter", "; ".join(wrong))
        action = str(data["action"]).removesuffix("_voice")
        if action == "create":
            return _done(self._create(key, body["model"], data))
        if action == "list":
            return _done(self._list(key, body["model"], data))
        return self._one(key, action, data)

    def _create(self, key: str, family: str, data: Mapping[str, Any]) -> dict[str, Any]:
        name = data.get("prefix") or data.get("preferred_name")
        number, model = len(self.voices) + 1, data["target_model"]
        own = {COSY: f"{model}-{name}-{number:06}", COPIES: f"qwen-tts-vc-{name}-voice-{number:06}"}
        voice_id = own.get(family, f"qwen-tts-vd-{name}-voice-{number:06}")
        voice = {"target_model": model, "gmt_create": "2026-11-20 12:00:00", "family": family}
        if family == COSY:
            voice["status"] = "DEPLOYING"
        self.voices[key, voice_id] = voice
        output = {"voice_id" if family == COSY else "voice": voice_id}
        if family != COSY:
            output["target_model"] = model
        if "preview_text" in data:
            preview = b64encode(b"RIFF" + bytes(40)).decode()
            output["preview_audio"] = {"data": preview, "sample_rate": 24000, "response_format": "wav"}
        return output

    def _list(self, key: str, family: str, data: Mapping[str, Any]) -> dict[str, Any]:
        name = "voice_id" if family == COSY else "voice"
        mine = [
            {name: voice_id, **_public(voice)}
            for (owner, voice_id), voice in self.voices.items()
            if owner == key and voice["family"] == family
        ]
        start = data["page_index"] * data["page_size"]
        return {"voice_list": mine[start : start + data["page_size"]]}

    def _one(self, key: str, action: str, data: Mapping[str, Any]) -> Response:
        voice_id = data.get("voice_id") or data.get("voice")
        voice = self.voices.get((key, str(voice_id)))
        if voice is None:
            return _failed(400, "BadRequest.ResourceNotExist", "The Required resource not exist")
        if action == "delete":
            del self.voices[key, str(voice_id)]
            return _done({})
        if action == "update":
            voice["status"] = "DEPLOYING"
            return _done({})
        return _done(_public(voice))


def _public(voice: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in voice.items() if name != "family"}


def _done(output: Mapping[str, Any]) -> Response:
    return JSONResponse({"output": output, "usage": {"count": 1}, "request_id": "emulated-1"})


def _failed(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "request_id": "emulated-1"}, status)


def _wrong(family: object, data: Mapping[str, Any]) -> list[str]:
    rules = _RULES.get(str(family), {}).get(str(data.get("action")))
    if rules is None:
        return [f"the action {data.get('action')!r} of the model {family!r}"]
    required, optional = rules
    found = [f"{name} is missing" for name in required if name not in data]
    for name, value in data.items():
        if name != "action" and name not in (*required, *optional):
            found.append(f"{name} is unknown")
        elif name in _FIELDS and not _FIELDS[name](value):
            found.append(f"{name} is {str(value)[:40]!r}")
    return found


def _audio(value: Any) -> bool:
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, str) or len(data) > 10_000_000:
        return False
    inline = _DATA.fullmatch(data)
    return bool(b64decode(inline[2], validate=True)) if inline else _URL.fullmatch(data) is not None


_FIELDS: Mapping[str, Any] = {
    "prefix": lambda value: isinstance(value, str) and _PREFIX.fullmatch(value),
    "preferred_name": lambda value: isinstance(value, str) and _NAME.fullmatch(value),
    "url": lambda value: isinstance(value, str) and _URL.fullmatch(value),
    "audio": _audio,
    "voice_prompt": lambda value: isinstance(value, str) and 0 < len(value) <= 2048,
    "preview_text": lambda value: isinstance(value, str) and 0 < len(value) <= 1024,
    "language": lambda value: value in _LANGUAGES,
    "language_hints": lambda value: isinstance(value, list) and set(value) <= _LANGUAGES,
    "page_size": lambda value: isinstance(value, int) and 0 < value <= 1000,
}
_PAGES = (("page_index", "page_size"), ("prefix",))
_VOICE = (("voice",), ())
_VOICE_ID = (("voice_id",), ())
_RULES: Mapping[str, Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    COSY: {
        "create_voice": (
            ("target_model", "prefix"),
            ("url", "language_hints", "voice_prompt", "preview_text", "max_prompt_audio_length"),
        ),
        "list_voice": _PAGES,
        "query_voice": _VOICE_ID,
        "update_voice": (("voice_id", "url"), ()),
        "delete_voice": _VOICE_ID,
    },
    COPIES: {
        "create": (("target_model", "preferred_name", "audio"), ("text", "language")),
        "list": _PAGES,
        "delete": _VOICE,
    },
    DESIGNS: {
        "create": (("target_model", "preferred_name", "voice_prompt", "preview_text"), ("language",)),
        "list": _PAGES,
        "query": _VOICE,
        "delete": _VOICE,
    },
}
