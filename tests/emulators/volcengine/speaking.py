"""The bidirectional voice: a connection, its sessions one after the other."""

import asyncio
import json
from typing import Any

from tests.emulators.speaking import Sentences, pieces, tone
from tests.emulators.vendor import Desk, HungUp
from tests.emulators.volcengine import wire

RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)
IDLE_S = 60.0
_ID = "connection-1"


class Booth:
    """One connection. A client may interrupt while it speaks, so its words are taken down by a task."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inbox: asyncio.Queue[wire.Heard | None] = asyncio.Queue()
        self._session = ""
        self._open = False
        self._seen: set[str] = set()
        self.cancelled = self.sessions = 0

    async def serve(self) -> None:
        """Until the client hangs up."""
        taker = asyncio.create_task(self._take_down())
        try:
            await self._greet()
            while True:
                await self._serve_session()
        finally:
            taker.cancel()
            await asyncio.wait([taker])

    def failure(self, code: int, message: str) -> bytes:
        """In the way of where the conversation is."""
        meta = {"status_code": code, "message": message}
        if self._session:
            return wire.event(153, self._session, meta)
        return wire.event(51, _ID, meta) if not self._open else wire.error(code, message)

    async def _greet(self) -> None:
        first = await self._next()
        if first.event != 1 or first.read() != {}:
            self._desk.complain(f"event {first.event} before StartConnection")
            await self._desk.fail(45000000, "start the connection first")
        self._open = True
        await self._desk.say(wire.event(50, _ID, {}))

    async def _serve_session(self) -> None:
        start = await self._next()
        if start.event == 2:
            await self._desk.say(wire.event(52, _ID, {}))
            raise HungUp
        if start.event == 101 and start.session in self._seen:
            return  # it crossed the end of its session on the way
        if start.event != 100 or not start.session or start.session in self._seen:
            self._desk.complain(f"event {start.event} of session {start.session!r} between sessions")
            await self._desk.fail(45000000, "no such session")
        if self._seen:
            self._desk.again()
        self._session = start.session
        self._seen.add(start.session)
        self.sessions += 1
        wishes = await self._checked(start, 100)
        await self._desk.say(wire.event(150, self._session, {}), "start")
        await self._speak_session(wishes)
        self._session = ""

    async def _speak_session(self, wishes: dict[str, Any]) -> None:
        mouth = _Mouth(self, self._desk, self._session, wishes)
        while True:
            said = await self._next()
            if said.session != self._session:
                self._desk.complain("a session inside another")
            if said.event == 200:
                mouth.take((await self._checked(said, 200))["text"])
            elif said.event == 102:
                mouth.finish()
            elif said.event != 101:
                self._desk.complain(f"event {said.event} in a session")
            if said.event == 101 or await mouth.speak():
                self.cancelled += 1
                await self._desk.say(wire.event(151, self._session, {"status_code": 20000000}))
                return
            if said.event == 102:
                meta = {"status_code": 20000000, "message": "OK", "usage": {"text_words": mouth.characters}}
                await self._desk.say(wire.event(152, self._session, meta), "finish")
                return

    def interrupted(self) -> bool:
        """Whether the client has cancelled the session that is being spoken."""
        waiting = [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]
        cancelled = any(said is not None and said.event == 101 for said in waiting)
        for said in waiting:
            if said is None or said.event != 101:
                self._inbox.put_nowait(said)
        return cancelled

    async def _checked(self, said: wire.Heard, event: int) -> dict[str, Any]:
        asked = said.read()
        wishes: dict[str, Any] = asked.get("req_params", {})
        sound = wishes.get("audio_params", {})
        if asked.get("event") != event or asked.get("namespace") != "BidirectionalTTS":
            self._desk.complain(f"event or namespace of {asked}")
        if not asked.get("user", {}).get("uid") or ("text" in wishes) != (event == 200):
            self._desk.complain(f"user or text of {asked}")
        if sound.get("format") != "pcm" or sound.get("sample_rate") not in RATES:
            await self._desk.fail(45000000, "invalid audio params")
        if not isinstance(json.loads(wishes.get("additions", "{}")), dict):
            self._desk.complain("additions that are no JSON text")
        await self._refuse_voice(wishes.get("speaker", ""))
        return wishes

    async def _refuse_voice(self, voice: str) -> None:
        resource = self._desk.request.headers["X-Api-Resource-Id"]
        if not voice.startswith(("zh_", "en_", "S_")):
            await self._desk.fail(45000000, "speaker permission denied: get resource id: access denied")
        if ("_uranus_" in voice) != (resource == "seed-tts-2.0"):
            await self._desk.fail(55000000, "resource ID is mismatched with speaker related resource")

    async def _next(self) -> wire.Heard:
        async with asyncio.timeout(IDLE_S):
            said = await self._inbox.get()
        if said is None:
            raise HungUp
        return said

    async def _take_down(self) -> None:
        try:
            while True:
                message = await self._desk.receive()
                self._inbox.put_nowait(wire.hear(message if isinstance(message, bytes) else b""))
        except (wire.Broken, IndexError) as broken:
            self._desk.complain(f"a frame that is none: {broken}")
        except HungUp:
            pass
        self._inbox.put_nowait(None)


class _Mouth:
    """The voice of one session."""

    def __init__(self, booth: Booth, desk: Desk, session: str, wishes: dict[str, Any]) -> None:
        self._booth, self._desk, self._session = booth, desk, session
        sound = wishes["audio_params"]
        self._rate = sound["sample_rate"]
        self._subtitles = sound.get("enable_subtitle", False)
        self._timed = self._subtitles or sound.get("enable_timestamp", False)
        self._seconds = 0.0
        self._sentences = Sentences()
        self._due: list[str] = []
        self.characters = 0

    def take(self, text: str) -> None:
        """More text; whole sentences are due."""
        self.characters += len(text)
        self._due += self._sentences.feed(text)

    def finish(self) -> None:
        """The rest is due."""
        self._due += self._sentences.rest()

    async def speak(self) -> bool:
        """Everything due; true if the client has cancelled it."""
        while self._due:
            if await self._sentence(self._due.pop(0)):
                return True
        return False

    async def _sentence(self, sentence: str) -> bool:
        spoken = tone(sentence, self._rate, 1.0)
        await self._tell(350, {"text": sentence})
        for piece in pieces(spoken.pcm, self._rate, 0.04):
            await self._desk.result(wire.event(352, self._session, piece))
            if self._booth.interrupted():
                return True
        words = [self._word(word) for word in spoken.words] if self._timed else []
        if self._subtitles:
            await self._tell(354, {"text": sentence, "words": words})
            words = []
        await self._tell(351, {"phonemes": [], "text": sentence, "words": words})
        self._seconds += len(spoken.pcm) / 2 / self._rate
        return False

    def _word(self, word: dict[str, Any]) -> dict[str, Any]:
        return {
            "word": word["text"],
            "startTime": self._seconds + word["begin_time"] / 1000,
            "endTime": self._seconds + word["end_time"] / 1000,
            "confidence": 0.9,
        }

    async def _tell(self, event: int, what: dict[str, Any]) -> None:
        await self._desk.say(wire.event(event, self._session, what))
