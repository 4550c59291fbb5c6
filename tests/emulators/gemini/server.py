"""The company: who may come in, how its model behaves, and what it remembers by handle."""

from typing import ClassVar

from aiohttp import web

from tests.emulators.ear import Script
from tests.emulators.gemini.room import Room
from tests.emulators.openai_realtime.brain import Brain, Line, echo
from tests.emulators.vendor import Desk, Message, SpeechVendor

ACCOUNT = {"apiKey": "AIza-example"}
PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


class GeminiEmulator(SpeechVendor):
    """`brain` answers. `first_s` to its first word, `pace` seconds per second of its sound, `session_s` until
    a socket is ended, which goAway tells `notice_s` before; `mute`: it never answers. `memory` is what a
    handle stands for.
    """

    name: ClassVar[str] = "google"

    def __init__(self, script: Script | None = None, brain: Brain = echo) -> None:
        super().__init__(script)
        self.account = dict(ACCOUNT)
        self.brain = brain
        self.first_s, self.pace = 0.02, 0.02
        self.session_s, self.notice_s = 3600.0, 10.0
        self.mute = False
        self.rooms: list[Room] = []
        self.memory: dict[str, list[Line]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self.socket)]

    def admit(self, request: web.Request) -> web.Response | None:
        if request.headers.get("x-goog-api-key") == self.account["apiKey"]:
            return None
        return web.json_response({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, status=401)

    async def meet(self, desk: Desk) -> None:
        room = Room(desk, self)
        self.rooms.append(room)
        await room.run()

    def error(self, desk: Desk, code: str, message: str) -> Message:
        return b'{"error": {"message": "not how Gemini fails: it closes"}}'

    def odd(self) -> Message:
        return '{"serverContent": [1], "toolCall": 7}'
