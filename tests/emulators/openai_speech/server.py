"""The company: who may come in, and which of its three services they get."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from aiohttp import web

from tests.emulators.ear import Script
from tests.emulators.openai_speech import files, speaking
from tests.emulators.openai_speech.hearing import listen
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"apiKey": "sk-example"}


@dataclass(slots=True)
class Manner:
    """How far a server is from the original.

    `beta`: the shapes before GA. `home`: OpenAI itself, which wants no model in the address of a
    transcription. `text`: what a file's answer is. `fastapi`: errors are `detail`. `counts`: usage by
    duration, by tokens or not at all. `late_first`: the first utterance is completed after the second.
    `streams`: deltas come while the sound does. `sse`: voices answer with events when asked to, `key` being
    where their sound is, and raw else, as `sound` says.
    """

    beta: bool = False
    home: bool = True
    text: Literal["object", "string", "garbage"] = "object"
    fastapi: bool = False
    counts: Literal["duration", "tokens", "nothing"] = "duration"
    late_first: bool = False
    streams: bool = True
    sse: bool = False
    key: str = "audio"
    sound: str = "audio/pcm"


class OpenAiSpeechEmulator(SpeechVendor):
    """`account` is the one it serves; `manner` what sort of server it is."""

    name: ClassVar[str] = "openai-speech"

    def __init__(self, script: Script | None = None, manner: Manner | None = None) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.manner = manner or Manner()
        self.requests = 0
        self.spoken: list[dict[str, Any]] = []  # what voices were asked
        self.forms: list[dict[str, Any]] = []  # what came with files
        self.sessions: list[dict[str, Any]] = []  # what transcriptions were asked

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/realtime", self.socket),
            web.post("/v1/audio/transcriptions", self._files),
            web.post("/v1/audio/speech", self._voice),
        ]

    def environment(self) -> dict[str, str]:
        return {"OPENAI_API_KEY": self.account["apiKey"], "OPENAI_BASE_URL": f"{self.url}/v1"}

    def admit(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.account['apiKey']}":
            return self.refuse(401, "invalid_api_key", "Incorrect API key provided.")
        return None

    def refuse(self, status: int, code: str, message: str) -> web.Response:
        """An HTTP refusal in the server's own shape."""
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        body = {"detail": message} if self.manner.fastapi else {"error": error}
        return web.json_response(body, status=status, headers={"x-request-id": "req-1"})

    async def meet(self, desk: Desk) -> None:
        query = desk.request.query
        if query.get("intent") != "transcription":
            desk.complain(f"intent {query.get('intent')!r}")
        if self.manner.home and "model" in query:
            desk.complain("a model in the address selects a conversation")
        if self.manner.beta and desk.request.headers.get("OpenAI-Beta") != "realtime=v1":
            desk.complain("no OpenAI-Beta header for the beta's shape")
        await listen(desk, self.manner, self.sessions)

    def error(self, desk: Desk, code: str, message: str) -> Message:
        error = {"type": "invalid_request_error", "code": code, "message": message, "event_id": "evt-1"}
        return json.dumps({"type": "error", "event_id": "event-e", "error": error})

    def garbage(self) -> Message:
        return '{"type": "conversation.item.input_audio_transcr'

    def odd(self) -> Message:
        kind = "conversation.item.input_audio_transcription.completed"
        return json.dumps({"type": kind, "item_id": "item-1", "transcript": 7, "usage": [3]})

    async def _files(self, request: web.Request) -> web.StreamResponse:
        return self.refusal() or self.admit(request) or await files.understand(self, request)

    async def _voice(self, request: web.Request) -> web.StreamResponse:
        return self.refusal() or self.admit(request) or await speaking.speak(self, request)
