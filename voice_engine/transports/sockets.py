"""The kinds of socket an engine serves: a call's media, seed 001's voice protocol, and listening in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from picows import WSCloseCode

from voice_engine.hosting.host import Host
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import BadRequest, Unauthorized, YingdaError
from voice_engine.kernel.events import Event, EventType
from voice_engine.messages import ClientFeed, seed_message
from voice_engine.session import reasons
from voice_engine.session.commands import obey
from voice_engine.session.session import Session
from voice_engine.spec import SessionSpec
from voice_engine.transports.websocket import Json, JsonSocket, Line

START_DEADLINE_S = 10.0
EARLY = 50  # frames and messages that may arrive before the session stands
ENCODINGS = {"pcm": "pcm_s16le", "pcm_s16le": "pcm_s16le", "mulaw": "mulaw", "alaw": "alaw"}

log = structlog.get_logger()

TakeSpec = Callable[[str], Awaitable[SessionSpec]]
CreateCall = Callable[[str, Json], Awaitable[str]]
Translate = Callable[[Event], list[Json]]


class ConversationSocket(JsonSocket):
    """A socket that becomes a session's transport."""

    can_come_back = False  # whether its URL is good for a second connection

    def __init__(self, host: Host, take_spec: TakeSpec, clock: Clock) -> None:
        super().__init__(clock)
        self._host, self._take_spec = host, take_spec
        self._session: Session | None = None
        self._line: Line | None = None
        self._early: list[bytes | Json] = []
        self._opening: asyncio.Task[None] | None = None
        self._place = 0  # in the queue; 0 = not waiting
        self._gone = False

    def translator(self, spec: SessionSpec) -> Translate:
        """How events are told to this client."""
        return ClientFeed(spec.assistant.client_messages).messages

    def begin(self, session_id: Awaitable[str]) -> None:
        """Start the session whose id is on its way."""
        self._opening = asyncio.ensure_future(self._begin(session_id))

    async def _begin(self, session_id: Awaitable[str]) -> None:
        try:
            spec = await self._take_spec(await session_id)
            await self._host.slot_for(spec, self._tell_place)
            self._place = 0
            self._line = Line(spec.transport, self, self.translator(spec))
            session = self._host.admit(spec, self._line)
            # The session's own task takes its first step before anything is asked of it.
            await asyncio.sleep(0)
        except YingdaError as error:
            self.send_error(error)
            self.hang_up(WSCloseCode.POLICY_VIOLATION, error.code)
        except Exception:  # boundary: a client must never be left hanging
            log.exception("session_not_started")
            self.send_error(YingdaError("internal_error", "The conversation could not be started."))
            self.hang_up(WSCloseCode.INTERNAL_ERROR, "internal_error")
        else:
            self._session = session
            self._catch_up()
            if self._gone:
                self.closed()  # the spec is taken once: only a session can wait for the caller to come back

    def _tell_place(self, place: int) -> None:
        self._place = place
        self.send({"type": "queue-update", "position": place})

    def _catch_up(self) -> None:
        """What the client sent before the session stood, in its order."""
        early, self._early = self._early, []
        for item in early:
            try:
                if isinstance(item, bytes):
                    self.sound(item)
                else:
                    self.message(item)
            except YingdaError as error:
                self.send_error(error)

    def sound(self, data: bytes) -> None:
        if self._session and self._line:
            self._session.hear(self._line.decode(data))
        elif len(self._early) < EARLY:
            self._early.append(data)

    def message(self, message: Json) -> None:
        if self._session:
            obey(self._session, message)
        elif self._opening and len(self._early) < EARLY:
            self._early.append(message)
        else:
            sentence = "The conversation has not started yet; the first message must be 'start'."
            raise BadRequest("not_started", sentence)

    def closed(self) -> None:
        self._gone = True
        if self._place and self._opening:
            self._opening.cancel()  # others move up
        if self._session is None or (self._line and self._line.socket is not self):
            return  # nothing began, or the client has come back over another socket
        if self.thrown_out:
            self._session.end(reasons.THROWN_OUT)
        elif self.said_goodbye or not self.can_come_back:
            self._session.end(reasons.CUSTOMER_ENDED)
        else:
            self._session.lose_caller()


class CallSocket(ConversationSocket):
    """`/{callId}/transport`: the media of a call that was created over REST.

    A client whose connection broke opens the same URL again and goes on in mid-conversation (covers E-22).
    """

    can_come_back = True

    def __init__(self, host: Host, take_spec: TakeSpec, clock: Clock, call_id: str, session_id: str) -> None:
        super().__init__(host, take_spec, clock)
        self._call_id, self._session_id = call_id, session_id

    def opened(self) -> None:
        async def known() -> str:
            return self._session_id

        session = self._host.returning(self._call_id)
        if session and isinstance(session.transport, Line):
            self._take_over(session, session.transport)
        else:
            self.begin(known())

    def _take_over(self, session: Session, line: Line) -> None:
        broken = line.socket
        line.move(self)
        self._session, self._line = session, line
        broken.hang_up(WSCloseCode.GOING_AWAY, "you came back over another connection")
        session.caller_came_back()


class SeedSocket(ConversationSocket):
    """`/v1/voice/ws` and `/v1/voice/stream` of seed 001: the first message, `start`, creates the call."""

    def __init__(
        self, host: Host, take_spec: TakeSpec, clock: Clock, create_call: CreateCall, key: str
    ) -> None:
        super().__init__(host, take_spec, clock)
        self._create_call, self._key = create_call, key
        self._patience: asyncio.TimerHandle | None = None

    def translator(self, spec: SessionSpec) -> Translate:
        return seed_message

    def opened(self) -> None:
        self._patience = asyncio.get_running_loop().call_later(START_DEADLINE_S, self._give_up)

    def message(self, message: Json) -> None:
        if message.get("type") != "start":
            super().message(message)
        elif self._opening:
            sentence = "This conversation has been started; open another socket for another one."
            raise BadRequest("already_started", sentence)
        else:
            request = call_request(message)
            self._stop_waiting()
            self.begin(self._create_call(self._key, request))
            if message.get("sdp"):
                sentence = "WebRTC is not offered here; sound goes as binary frames over this socket."
                self.send_error(BadRequest("webrtc_not_offered", sentence))

    def closed(self) -> None:
        self._stop_waiting()
        super().closed()

    def _give_up(self) -> None:
        self.send_error(BadRequest("no_start", "Nothing was started; the first message must be 'start'."))
        self.hang_up(WSCloseCode.POLICY_VIOLATION, "no_start")

    def _stop_waiting(self) -> None:
        if self._patience:
            self._patience.cancel()


def call_request(start: Json) -> Json:
    """The body of POST /v1/calls for seed 001's `start`; raises BadRequest for what cannot be."""
    if not isinstance(start.get("assistant_id"), str):
        raise BadRequest("missing_field", "'start' needs assistant_id.")
    voice = _dict(_dict(start.get("config")).get("voice"))
    encoding = voice.get("encoding", "pcm")
    if not isinstance(encoding, str) or encoding not in ENCODINGS:
        raise BadRequest("unknown_encoding", f"voice.encoding must be one of {', '.join(ENCODINGS)}.")
    default_rate = 16000 if encoding.startswith("pcm") else 8000
    audio = {
        "format": ENCODINGS[encoding],
        "container": "raw",
        "sampleRate": voice.get("sampleRate", default_rate),
    }
    return {
        "assistantId": start["assistant_id"],
        "transport": {"provider": "vapi.websocket", "audioFormat": audio},
    }


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


class ListenSocket(JsonSocket):
    """`/{callId}/listen`: both sides as interleaved stereo PCM16, caller left; says its format first."""

    def __init__(
        self, host: Host, clock: Clock, call_id: str, permission: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        super().__init__(clock)
        self._host, self._call_id, self._permission = host, call_id, permission
        self._asking: asyncio.Task[None] | None = None
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._feed = ClientFeed()

    def opened(self) -> None:
        if self._permission is None:
            self._begin()
        else:
            self._asking = asyncio.create_task(self._ask(self._permission))

    async def _ask(self, permission: Callable[[], Awaitable[None]]) -> None:
        try:
            await permission()
        except YingdaError as error:
            self._refuse(error)
        else:
            self._begin()

    def _refuse(self, error: YingdaError) -> None:
        self.send_error(error)
        self.hang_up(WSCloseCode.POLICY_VIOLATION, error.code)

    def _begin(self) -> None:
        try:
            session = self._session = self._host.find(self._call_id)
        except YingdaError as error:
            self._refuse(error)
            return
        rate = session.spec.transport.sample_rate
        self.send({"type": "format", "encoding": "pcm_s16le", "sampleRate": rate, "channels": 2})
        self._stop = session.recorder.subscribe(self.send_sound)
        session.events.subscribe(self._tell)

    def closed(self) -> None:
        if self._asking:
            self._asking.cancel()
        if self._session and self._stop:
            self._stop()
            self._session.events.unsubscribe(self._tell)
            self._stop = None

    def _tell(self, event: Event) -> None:
        for message in self._feed.messages(event):
            self.send(message)
        if event.type is EventType.SESSION_ENDED:
            self.hang_up(WSCloseCode.OK, "the call has ended")


def bearer(headers: Mapping[str, Any], query_key: str) -> str:
    """The API key of a seed socket: a header from servers, `api_key` in the query from browsers."""
    scheme, _, value = str(headers.get("Authorization", "")).partition(" ")
    key = value if scheme.lower() == "bearer" else query_key
    if not key:
        raise Unauthorized("key_missing", "Send Authorization: Bearer <key>, or ?api_key=<key>.")
    return key
