"""A server of either kind, on `/`: it needs no account."""

import json
from typing import Any, ClassVar, Literal

from aiohttp import web

from tests.emulators.ear import Ear, Heard, Script
from tests.emulators.vendor import Desk, Message, SpeechVendor

Kind = Literal["runtime", "nano", "nano-client"]
_CONFIG = {
    "mode", "wav_name", "wav_format", "is_speaking", "audio_fs", "chunk_size", "chunk_interval",
    "encoder_chunk_look_back", "decoder_chunk_look_back", "hotwords", "itn",
}  # fmt: skip
_NEVER = 10**9
PAUSE_MS = 350  # of silence end a sentence for a nano that listens for them


class FunAsrEmulator(SpeechVendor):
    """`kind` of server; `newer`: a runtime that confirms the end. `told` is what clients asked for."""

    name: ClassVar[str] = "funasr"

    def __init__(self, script: Script | None = None, kind: Kind = "runtime", *, newer: bool = False) -> None:
        super().__init__(script)
        self.account: dict[str, str] = {}
        self.kind, self.newer = kind, newer
        self.told: list[Any] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.socket)]

    def protocols(self) -> tuple[str, ...]:
        return ("binary",)

    async def meet(self, desk: Desk) -> None:
        if self.kind == "runtime":
            await _Runtime(self, desk).run()
        else:
            await _Nano(self, desk, commits=self.kind == "nano-client").run()

    def error(self, desk: Desk, code: str, message: str) -> Message:
        return json.dumps({"event": "error", "error": message})

    def garbage(self) -> Message:
        return '{"mode": "2pass-onl'

    def odd(self) -> Message:
        return json.dumps({"mode": "2pass-offline", "text": 7, "sentences": {"a": 1}, "partial": []})


class _Runtime:
    """2pass: words as they come, and the corrected sentence when its end was heard or told."""

    def __init__(self, server: FunAsrEmulator, desk: Desk) -> None:
        self._server, self._desk = server, desk
        self._ear: Ear | None = None
        self._name = ""
        self._mode = "2pass"
        self._shown = ""
        self._speaking = True

    async def run(self) -> None:
        while True:
            message = await self._desk.receive()
            if isinstance(message, bytes):
                await self._sound(message)
            else:
                await self._command(json.loads(message))

    async def _sound(self, pcm: bytes) -> None:
        if self._ear is None:
            self._desk.complain("sound before the configuration")
            return
        if not self._speaking:
            self._desk.complain("sound while is_speaking is false")
        if len(pcm) > self._ear.rate * 2 * 60 // 1000:
            self._desk.complain(f"a message of {len(pcm)} bytes")
        for heard in self._ear.feed(pcm):
            await self._tell(heard, last=False)

    async def _command(self, said: dict[str, Any]) -> None:
        if self._ear is None:
            self._begin(said)
            return
        if set(said) - {"is_speaking", "is_end"}:
            self._desk.complain(f"command {said}")
        self._speaking = said["is_speaking"]
        if self._speaking:
            return
        heard = self._ear.finish()
        for one in heard:
            await self._online(one.bare)
            await self._tell(one, last=True)
        if not heard:
            await self._offline("", last=True)
        if said.get("is_end") and self._server.newer:
            end = {"mode": self._mode, "wav_name": self._name, "is_final": True, "is_end": True}
            await self._desk.say(end, "finish")

    def _begin(self, said: dict[str, Any]) -> None:
        self._server.told.append(said)
        missing = _CONFIG - set(said) - {"hotwords"}
        if missing or set(said) - _CONFIG or said["is_speaking"] is not True:
            self._desk.complain(f"configuration {said}")
        if not isinstance(said.get("hotwords", ""), str):
            self._desk.complain("hotwords are no JSON text")
        self._ear = self._server.ear(said["audio_fs"], 800)
        self._name, self._mode = said["wav_name"], said["mode"]

    async def _tell(self, heard: Heard, *, last: bool) -> None:
        if heard.end is not None:
            self._shown = ""
            await self._offline(heard.text, last=last)
        else:
            await self._online(heard.bare)

    async def _online(self, text: str) -> None:
        """What is new of the words so far."""
        if self._mode == "2pass" and text.startswith(self._shown) and text != self._shown:
            more, self._shown = text[len(self._shown) :], text
            online = {"mode": "2pass-online", "text": more, "wav_name": self._name, "is_final": False}
            await self._desk.result(online)

    async def _offline(self, text: str, *, last: bool) -> None:
        """The C++ build calls only what `is_speaking` false has ended final; the Python build everything."""
        mode = "2pass-offline" if self._mode == "2pass" else "offline"
        final = last or not self._server.newer
        await self._desk.result(
            {"mode": mode, "text": text, "wav_name": self._name, "is_final": final, "timestamp": "[[0,240]]"}
        )


class _Nano:
    """Commands in text; results hold every sentence since START."""

    def __init__(self, server: FunAsrEmulator, desk: Desk, *, commits: bool) -> None:
        self._server, self._desk, self._commits = server, desk, commits
        self._ear: Ear | None = None
        self._sentences: list[dict[str, Any]] = []

    async def run(self) -> None:
        while True:
            message = await self._desk.receive()
            if isinstance(message, str):
                self._server.told.append(message)
                await self._command(*message.partition(":")[::2])
            elif self._ear is None:
                self._desk.complain("sound before START")
            else:
                for heard in self._ear.feed(message):
                    await self._tell(heard)

    async def _command(self, name: str, value: str) -> None:
        match name:
            case "START":
                self._ear = self._server.ear(16000, _NEVER if self._commits else PAUSE_MS)
                await self._desk.say({"event": "started"}, "start")
            case "HOTWORDS":
                await self._desk.say({"event": "hotwords_set", "hotwords": value.split(",")})
            case "LANGUAGE":
                await self._desk.say({"event": "language_set", "language": value})
            case "COMMIT" if self._commits:
                await self._finish()
                self._sentences = []
            case "STOP":
                await self._finish()
                await self._desk.say({"event": "stopped"}, "finish")
            case _:
                self._desk.complain(f"command {name!r}")
                await self._desk.fail("", f"unknown command {name}")

    async def _finish(self) -> None:
        for heard in self._ear.finish() if self._ear else ():
            await self._results(heard.bare, final=False)
            self._note(heard)
        await self._results("", final=True)

    async def _tell(self, heard: Heard) -> None:
        if heard.end is None:
            await self._results(heard.text, final=False)
        else:
            self._note(heard)
            await self._results("", final=False)

    def _note(self, heard: Heard) -> None:
        self._sentences.append({"text": heard.text, "start": heard.begin, "end": heard.end})

    async def _results(self, partial: str, *, final: bool) -> None:
        position = self._ear.position if self._ear else 0
        times = {"partial_start_ms": 0, "duration_ms": position}
        await self._desk.result(
            {"sentences": [*self._sentences], "partial": partial, **times, "is_final": final}
        )
