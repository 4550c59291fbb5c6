"""The company: who may come in, and how its model behaves."""

import json
from typing import ClassVar, Literal

from aiohttp import web

from tests.emulators.ear import Script
from tests.emulators.openai_realtime.brain import Brain, echo
from tests.emulators.openai_realtime.room import Room
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"apiKey": "sk-realtime-example"}


class OpenAiRealtimeEmulator(SpeechVendor):
    """`brain` answers. `first_s` to its first word, `pace` seconds per second of its sound, `transcript_s`
    until the caller's words are known, `session_s` until a socket is ended, `mute`: it never answers.
    `rooms` are the sockets so far.
    """

    name: ClassVar[str] = "openai"
    shape: ClassVar[Literal["ga", "beta"]] = "ga"
    path: ClassVar[str] = "/v1/realtime"
    truncates: ClassVar[bool] = True

    def __init__(self, script: Script | None = None, brain: Brain = echo) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.brain = brain
        self.first_s, self.pace, self.transcript_s = 0.02, 0.02, 0.02
        self.session_s = 3600.0
        self.mute = False
        self.rooms: list[Room] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.get(self.path, self.socket)]

    def admit(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.account['apiKey']}":
            return web.json_response({"error": {"message": "Incorrect API key provided"}}, status=401)
        if not request.query.get("model"):
            self.complain("no model in the query")
            return web.json_response({"error": {"message": "model is missing"}}, status=400)
        if "OpenAI-Beta" in request.headers:
            self.complain("the beta header selects a shape that is gone")
        return None

    async def meet(self, desk: Desk) -> None:
        room = Room(desk, self)
        self.rooms.append(room)
        await room.run()

    def error(self, desk: Desk, code: str, message: str) -> Message:
        error = {"type": "server_error", "code": code, "message": message, "param": None, "event_id": None}
        return json.dumps({"event_id": "event_x", "type": "error", "error": error})
