"""The realtime socket: Qwen-ASR and Qwen-TTS. One socket is one session; what happens in it is the work of
the same recogniser and the same voice as in tasks, told in other words.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection

from tests.emulators.dashscope.grammar import LONGEST_TEXT, Command
from tests.emulators.dashscope.mouth import Mouth
from tests.emulators.dashscope.session_grammar import wrong_settings
from tests.emulators.dashscope.tasks import Recognition, Synthesis, TaskRecord
from tests.emulators.faults import Fault

if TYPE_CHECKING:
    from tests.emulators.dashscope.server import DashScopeEmulator

REALTIME = "/api-ws/v1/realtime"
_ASR = "conversation.item.input_audio_transcription"
_NEVER_MS = 10**9


class SessionMouth(Mouth):
    """Says in events of a session what a task says."""

    def __init__(self, socket: ServerConnection, session_id: str, fault: Fault | None, kind: str) -> None:
        super().__init__(socket, session_id, fault)
        self._kind, self._id = kind, session_id
        self._events = 0
        self._items: set[int] = set()
        self.settings: Mapping[str, Any] = {}
        self.closing = kind == "asr"  # the session ends with this work
        self.usage: Mapping[str, int] | None = None

    async def say(self, kind: str, **fields: Any) -> None:
        """An event."""
        self._events += 1
        event = {"event_id": f"event_{self._id}_{self._events}", "type": kind, **fields}
        await self._send(json.dumps(event, ensure_ascii=False))

    async def sound(self, pcm: bytes) -> None:
        """A piece of speech."""
        if not self._silent and not self.over:
            await self.say("response.audio.delta", response_id="resp", delta=b64encode(pcm).decode())

    async def begin(self) -> None:
        """A response begins."""
        self.over = False
        await self.say("input_text_buffer.committed", item_id="")
        await self.say("response.created", response={"id": "resp", "object": "realtime.response"})

    async def _event(self, event: str, payload: Mapping[str, Any], **more: str) -> None:
        if event == "task-started":
            await self.say("session.updated", session={"id": self._id, **self.settings})
        elif event == "task-failed":
            error = {"type": "server_error", "code": more["error_code"], "message": more["error_message"]}
            await self.say("error", error=error)
        elif event == "task-finished":
            await self._finish((payload.get("usage") or {}).get("characters"))
        elif self._kind == "asr":
            await self._recognised(payload["output"]["sentence"])
        elif "index" in (sentence := payload["output"]["sentence"]) and sentence["index"] == "?":
            await self.say("response.audio.delta", delta=7)

    async def _finish(self, characters: int | None) -> None:
        if characters is not None:
            await self.say("response.audio.done", response_id="resp")
            usage = self.usage or {"characters": characters}
            await self.say("response.done", response={"id": "resp", "status": "completed", "usage": usage})
        if self.closing:
            await self.say("session.finished")
            await self._socket.close()

    async def _recognised(self, sentence: Mapping[str, Any]) -> None:
        if sentence.get("heartbeat"):
            return
        if "begin_time" not in sentence:
            await self.say(f"{_ASR}.text", text=3)
            return
        begin, text = sentence["begin_time"], sentence["text"]
        item = {"item_id": f"item_{begin}"}
        if begin not in self._items and self.settings["turn_detection"]:
            await self.say("input_audio_buffer.speech_started", audio_start_ms=begin, **item)
        self._items.add(begin)
        more = {"language": "zh", "emotion": "neutral", **item}
        if not sentence["sentence_end"]:
            await self.say(f"{_ASR}.text", text=text[:-2], stash=text[-2:], **more)
            return
        if self.settings["turn_detection"]:
            await self.say("input_audio_buffer.speech_stopped", audio_end_ms=sentence["end_time"], **item)
        await self.say("input_audio_buffer.committed", **item)
        await self.say("conversation.item.created", item={"id": item["item_id"]})
        await self.say(f"{_ASR}.completed", transcript=text, content_index=0, **more)


class SessionDesk:
    """One socket."""

    def __init__(self, vendor: "DashScopeEmulator", socket: ServerConnection, number: int) -> None:
        self._vendor, self._socket, self._number = vendor, socket, number
        request = socket.request
        assert request
        self._headers = {k.lower(): v for k, v in request.headers.raw_items()}
        self._model = parse_qs(urlsplit(request.path).query).get("model", [""])[0]
        kind = "asr" if "asr" in self._model else "tts"
        self._mouth = SessionMouth(socket, f"sess_{number}", vendor.next_fault(), kind)
        self._mouth.usage = vendor.manner.usage
        self._kind = kind
        self._record: TaskRecord | None = None
        self._work: Recognition | Synthesis | None = None
        self._text = ""
        self._ids: set[str] = set()

    async def serve(self) -> None:
        """Read until the client ends it."""
        if not self._model.startswith("qwen"):
            self._complain(f"the model is {self._model!r}")
        await self._mouth.say("session.created", session={"id": "sess", "object": "realtime.session"})
        async for frame in self._socket:
            if isinstance(frame, bytes):
                self._complain("a binary frame")
            else:
                await self._heard(frame)

    async def close(self) -> None:
        """Stop what is running."""
        if self._work:
            await self._work.close()
        if self._record and not self._mouth.outcome:
            self._mouth.outcome = "left early" if self._record.input_ended else "cut off"

    def _complain(self, what: str) -> None:
        self._vendor.violations.append(f"socket {self._number}: {what}")

    async def _refuse(self, what: str) -> None:
        self._complain(what)
        error = {"type": "invalid_request_error", "code": "invalid_value", "message": what}
        await self._mouth.say("error", error=error)

    async def _heard(self, frame: str) -> None:
        try:
            event = json.loads(frame)
        except ValueError:
            event = None
        if not isinstance(event, dict) or not isinstance(event.get("event_id"), str):
            self._complain("an event without event_id")
            return
        if event["event_id"] in self._ids:
            self._complain("an event_id twice")
        self._ids.add(event["event_id"])
        kind = str(event.get("type"))
        how = (self._hearing if self._kind == "asr" else self._speaking).get(kind)
        if how is None:
            await self._refuse(f"the event {kind!r}")
        elif self._record is None and kind != "session.update":
            await self._refuse(f"{kind} before session.update")
        elif self._record and self._record.input_ended and kind != "response.cancel":
            self._complain(f"{kind} after session.finish")
        else:
            await how(self, event)

    async def _update(self, event: Mapping[str, Any]) -> None:
        settings = event.get("session")
        wrong = wrong_settings(self._kind, settings)
        if self._record:
            wrong = ["session already started or finished or failed"]
        if wrong or not isinstance(settings, dict):
            await self._refuse("; ".join(wrong))
            return
        self._mouth.settings = settings
        detection = settings.get("turn_detection") or {"silence_duration_ms": _NEVER_MS}
        parameters = {
            **settings,
            "rate": settings.get("speech_rate", 1.0),
            "max_sentence_silence": detection.get("silence_duration_ms", 800),
            "heartbeat": True,
        }
        self._record = TaskRecord(
            self._mouth, self._headers["authorization"].partition(" ")[2], self._number,
            f"sess_{self._number}", self._kind, self._model, parameters, self._headers,
        )  # fmt: skip
        self._vendor.tasks.append(self._record)
        if self._kind == "asr":
            self._work = Recognition(self._record, self._vendor.manner, self._vendor.said())
        await self._mouth.started()

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────────

    async def _audio(self, event: Mapping[str, Any]) -> None:
        assert isinstance(self._work, Recognition)
        try:
            pcm = b64decode(event["audio"], validate=True)
        except (KeyError, ValueError, TypeError):
            self._complain("input_audio_buffer.append without base64")
            return
        for complaint in await self._work.sound(pcm):
            self._complain(complaint)

    async def _commit_audio(self, event: Mapping[str, Any]) -> None:
        assert isinstance(self._work, Recognition)
        assert self._record
        if self._mouth.settings["turn_detection"]:
            await self._refuse("a commit although the server detects turns")
        elif not self._work.commit():
            await self._refuse("a commit of an empty buffer")
        else:
            self._record.flushes += 1

    # ── speaking ─────────────────────────────────────────────────────────────────────────────────────

    async def _append_text(self, event: Mapping[str, Any]) -> None:
        text = event.get("text")
        if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
            await self._refuse("input_text_buffer.append without a sensible text")
            return
        if self._mouth.settings["mode"] == "commit":
            self._text += text
            return
        if self._work is None:
            await self._respond()
        await self._tell("continue-task", {"text": text})

    async def _commit_text(self, event: Mapping[str, Any]) -> None:
        assert self._record
        if not self._text.strip():
            await self._refuse("a commit of an empty buffer")
            return
        text, self._text = self._text, ""
        self._record.flushes += 1
        await self._respond()
        await self._tell("continue-task", {"text": text})
        await self._tell("finish-task", {})

    async def _respond(self) -> None:
        assert self._record
        if self._work and not self._mouth.over:
            self._complain("a commit while a response is in progress")
        await self._mouth.begin()
        self._work = Synthesis(self._record, self._vendor.manner)

    async def _cancel(self, event: Mapping[str, Any]) -> None:
        assert self._record
        self._record.cancelled = True
        if self._work:
            await self._work.close()

    async def _clear(self, event: Mapping[str, Any]) -> None:
        self._text = ""
        await self._mouth.say("input_text_buffer.cleared")

    async def _end(self, event: Mapping[str, Any]) -> None:
        assert self._record
        self._record.input_ended = True
        self._mouth.closing = True
        if self._work and not self._mouth.over:
            await self._tell("finish-task", {})
        else:
            await self._mouth.say("session.finished")
            await self._socket.close()

    async def _tell(self, action: str, data: Mapping[str, Any]) -> None:
        assert self._work
        command = Command(action, "", {"input": data})
        found = await (self._work.finish(command) if action == "finish-task" else self._work.go_on(command))
        for complaint in found:
            self._complain(complaint)

    _hearing: dict[str, Callable[..., Any]] = {  # noqa: RUF012
        "session.update": _update,
        "input_audio_buffer.append": _audio,
        "input_audio_buffer.commit": _commit_audio,
        "session.finish": _end,
    }
    _speaking: dict[str, Callable[..., Any]] = {  # noqa: RUF012
        "session.update": _update,
        "input_text_buffer.append": _append_text,
        "input_text_buffer.commit": _commit_text,
        "input_text_buffer.clear": _clear,
        "response.cancel": _cancel,
        "session.finish": _end,
    }
