"""Voices of one's own: a sample is uploaded, cloned under a name, listed and deleted."""

import re
from typing import Any

from aiohttp import BodyPartReader, web

LARGEST = 20 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{6,254}[A-Za-z0-9]")


class Cloning:
    """The files and voices of the account."""

    def __init__(self) -> None:
        self.files: dict[int, str] = {}  # number → purpose
        self.voices: dict[str, dict[str, Any]] = {}
        self.designed: dict[str, dict[str, Any]] = {}
        self.violations: list[str] = []

    async def upload(self, request: web.Request) -> web.Response:
        """POST /v1/files/upload: purpose and file as a form."""
        fields: dict[str, Any] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            fields[part.name or ""] = (part.filename, await part.read(decode=True))
        purpose = fields.get("purpose", (None, b""))[1].decode()
        name, data = fields.get("file", (None, b""))
        if purpose not in ("voice_clone", "prompt_audio") or not name:
            self.violations.append(f"upload with purpose {purpose!r}, file {name!r}")
            return answer(2013, "invalid params")
        if not name.endswith((".mp3", ".m4a", ".wav")) or not 0 < len(data) <= LARGEST:
            self.violations.append(f"a sample {name!r} of {len(data)} bytes")
            return answer(2013, "invalid params")
        number = 346708620468300 + len(self.files)
        self.files[number] = purpose
        about = {"file_id": number, "bytes": len(data), "filename": name, "purpose": purpose}
        return answer(file={**about, "created_at": 1795190400})

    async def clone(self, request: web.Request) -> web.Response:
        """POST /v1/voice_clone."""
        asked = await request.json()
        name, number = asked.get("voice_id", ""), asked.get("file_id")
        if not _NAME.fullmatch(name) or self.files.get(number) != "voice_clone":
            self.violations.append(f"clone {asked}")
            return answer(2013, "invalid params")
        if name in self.voices:
            return answer(2039, "voice clone voice id duplicate")
        self.voices[name] = asked
        return answer(input_sensitive=False, input_sensitive_type=0, demo_audio="")

    async def design(self, request: web.Request) -> web.Response:
        """POST /v1/voice_design."""
        asked = await request.json()
        if not asked.get("prompt") or not 0 < len(asked.get("preview_text", "")) <= 200:
            self.violations.append(f"design {asked}")
            return answer(2013, "invalid params")
        self.designed[asked["voice_id"]] = asked
        return answer(voice_id=asked["voice_id"], trial_audio=b"ID3".hex())

    async def list(self, request: web.Request) -> web.Response:
        """POST /v1/get_voice."""
        kind = (await request.json()).get("voice_type")
        kept = {"voice_cloning": self.voices, "voice_generation": self.designed}.get(kind)
        if kept is None:
            self.violations.append(f"get_voice of {kind!r}")
            return answer(2013, "invalid params")
        found = [{"voice_id": name, "description": [], "created_time": "2026-11-20"} for name in kept]
        return answer(**{kind: found})

    async def delete(self, request: web.Request) -> web.Response:
        """POST /v1/delete_voice."""
        asked = await request.json()
        kept = {"voice_cloning": self.voices, "voice_generation": self.designed}.get(
            asked.get("voice_type"), {}
        )
        if kept.pop(asked.get("voice_id"), None) is None:
            return answer(2013, "voice not found")
        return answer(voice_id=asked["voice_id"], created_time="2026-11-20")


def answer(code: int = 0, message: str = "success", **more: Any) -> web.Response:
    """JSON with `base_resp`, always HTTP 200."""
    said = {**more, "base_resp": {"status_code": code, "status_msg": message}}
    return web.json_response(said, headers={"Trace-Id": "trace-http"})
