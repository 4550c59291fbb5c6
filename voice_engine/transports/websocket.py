"""One WebSocket, one conversation: binary frames are sound, text frames are JSON. picows callbacks, no task
and no queue per frame."""

from collections.abc import Callable
from typing import Any

import orjson
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport
from prometheus_client import Counter

from voice_engine import metrics
from voice_engine.audio.g711 import decoder, encoder
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import BadRequest, YingdaError
from voice_engine.kernel.events import Event
from voice_engine.spec import TransportSpec

MAX_FRAME_BYTES = 256 * 1024
MAX_TEXT_BYTES = 64 * 1024
MAX_TEXTS_PER_S = 50
MAX_BAD_MESSAGES = 10
COMING_BACK = 4000  # close code of a client that gives up a connection, not the call
MAX_UNREAD_BYTES = 4 * 1024 * 1024  # sent and not read by the client, whoever is to blame

Json = dict[str, Any]

_BINARY = WSMsgType.BINARY  # looking it up costs more than comparing it
_COUNTED = 64 * 1024
_COPIED = 8192  # picows keeps a larger frame's header in a buffer that the next frame overwrites
_HEADER = 14  # bytes picows wants before a message to write its header there


class JsonSocket(WSListener):
    """A WebSocket that speaks JSON, forgives a few mistakes and hangs up on too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ws: WSTransport | None = None
        self._choked = False
        self._bad = 0
        self.thrown_out = False  # we hung up because of what the client did
        self.said_goodbye = False  # the client hung up, and said so
        self._texts = (0, 0)
        self._fragments = bytearray()
        self._fragment_type = WSMsgType.CONTINUATION

    # What a kind of socket does with what arrives.

    def opened(self) -> None:
        """The handshake is done."""

    def sound(self, data: bytes) -> None:
        """A binary frame."""
        raise BadRequest("unexpected_sound", "This socket takes JSON text frames only.")

    def message(self, message: Json) -> None:
        """A JSON object."""
        raise BadRequest("unexpected_message", "This socket only sends; nothing you say is heard here.")

    def closed(self) -> None:
        """The client is gone."""

    # What a kind of socket may say.

    def send(self, message: Json) -> None:
        """A JSON object to the client; dropped when it has gone. One that reads nothing is cut off."""
        if self._ws is None or self._ws.is_disconnected:
            return
        if self._choked and self._ws.underlying_transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            self._ws.disconnect(False)  # a goodbye would wait behind what is not read
        else:
            self._put(self._ws, WSMsgType.TEXT, orjson.dumps(message))

    def send_sound(self, data: bytes) -> None:
        """A binary frame; dropped while the client does not read."""
        if self._ws and not self._choked and not self._ws.is_disconnected:
            self._put(self._ws, _BINARY, data)

    def _put(self, ws: WSTransport, kind: WSMsgType, data: bytes) -> None:
        if len(data) <= _COPIED:
            ws.send(kind, data)
        else:
            ws.send_reuse_external_bytearray(kind, bytearray(_HEADER) + data, _HEADER)

    def send_error(self, error: YingdaError) -> None:
        """Say what is wrong and what to do."""
        self.send({"type": "error", "code": error.code, "message": error.message})

    def hang_up(self, code: WSCloseCode, reason: str) -> None:
        """A polite goodbye; `reason` is cut to what a close frame holds."""
        self.thrown_out = code in (WSCloseCode.POLICY_VIOLATION, WSCloseCode.MESSAGE_TOO_BIG)
        if self._ws and not self._ws.is_disconnected:
            self._ws.send_close(code, reason.encode()[:120])
            self._ws.disconnect(not self._choked)

    # picows

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._ws = transport
        self.opened()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._ws = None
        self.closed()

    def pause_writing(self) -> None:
        self._choked = True

    def resume_writing(self) -> None:
        self._choked = False

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind is _BINARY and frame.fin:  # fifty times a second from every caller
            self._hear(frame.get_payload_as_bytes())
        elif kind == WSMsgType.CLOSE:
            self.said_goodbye = frame.get_close_code() != COMING_BACK
            transport.send_close(frame.get_close_code())
            transport.disconnect()
        elif kind in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            self._receive(kind, frame)

    def _hear(self, data: bytes) -> None:
        try:
            self.sound(data)
        except YingdaError as error:
            self._forgive(error)

    def _receive(self, kind: WSMsgType, frame: WSFrame) -> None:
        data = frame.get_payload_as_bytes()
        if not frame.fin or kind == WSMsgType.CONTINUATION:
            whole = self._collect(kind, data, frame.fin)
            if whole is None:
                return
            kind, data = whole
        if kind is _BINARY:
            self._hear(data)
        elif self._count_text():
            try:
                self.message(_parse(data))
            except YingdaError as error:
                self._forgive(error)

    def _collect(self, kind: WSMsgType, data: bytes, fin: bool) -> tuple[WSMsgType, bytes] | None:
        if kind != WSMsgType.CONTINUATION:
            self._fragment_type, self._fragments = kind, bytearray()
        self._fragments += data
        if len(self._fragments) > MAX_FRAME_BYTES:
            self.hang_up(WSCloseCode.MESSAGE_TOO_BIG, "messages end at 256 KiB")
            return None
        if not fin:
            return None
        whole, self._fragments = bytes(self._fragments), bytearray()
        return self._fragment_type, whole

    def _count_text(self) -> bool:
        second = int(self._clock.now())
        count = self._texts[1] + 1 if self._texts[0] == second else 1
        self._texts = (second, count)
        if count <= MAX_TEXTS_PER_S:
            return True
        self.hang_up(WSCloseCode.POLICY_VIOLATION, f"at most {MAX_TEXTS_PER_S} messages a second")
        return False

    def _forgive(self, error: YingdaError) -> None:
        self._bad += 1
        self.send_error(error)
        if self._bad >= MAX_BAD_MESSAGES:
            self.hang_up(WSCloseCode.POLICY_VIOLATION, "too many messages that make no sense")


def _parse(data: bytes) -> Json:
    if len(data) > MAX_TEXT_BYTES:
        raise BadRequest("message_too_large", f"A text frame holds at most {MAX_TEXT_BYTES // 1024} KiB.")
    try:
        message = orjson.loads(data)
    except ValueError:
        raise BadRequest("bad_json", "This text frame is not JSON; send an object with a 'type'.") from None
    if not isinstance(message, dict):
        raise BadRequest("bad_json", "Send a JSON object with a 'type'.")
    return message


class _Bytes:
    """Counts for a metric, which takes a lock: once in two seconds, not with every frame."""

    def __init__(self, counter: Counter) -> None:
        self._counter, self._waiting = counter, 0

    def add(self, count: int) -> None:
        self._waiting += count
        if self._waiting >= _COUNTED:
            self.flush()

    def flush(self) -> None:
        self._counter.inc(self._waiting)
        self._waiting = 0


class Line:
    """Sound in the client's encoding on one side, PCM16 on the other: a session's transport."""

    def __init__(
        self, spec: TransportSpec, socket: JsonSocket, translate: Callable[[Event], list[Json]]
    ) -> None:
        self._encode, self._decode = encoder(spec.encoding), decoder(spec.encoding)
        self._pcm = spec.encoding == "pcm_s16le"
        self.socket, self._translate = socket, translate
        self._half_sample = b""
        self._received, self._sent = _Bytes(metrics.RECEIVED), _Bytes(metrics.SENT)

    def move(self, socket: JsonSocket) -> None:
        """The client came back over another socket."""
        self.socket, self._half_sample = socket, b""

    def decode(self, data: bytes) -> bytes:
        """PCM16 of a binary frame; half a sample waits for its other half."""
        self._received.add(len(data))
        if self._pcm and (self._half_sample or len(data) & 1):
            data = self._half_sample + data
            whole = len(data) & ~1
            data, self._half_sample = data[:whole], data[whole:]
        return self._decode(data)

    def play(self, pcm: bytes) -> None:
        data = self._encode(pcm)
        self._sent.add(len(data))
        self.socket.send_sound(data)

    def flush(self) -> None:
        self.socket.send({"type": "clear"})

    def transfer(self, destination: Json) -> str:
        """There is no leg to transfer: the client is told by transfer-update, and may do it."""
        return ""

    def send_message(self, message: Json) -> str:
        """Over a WebSocket there is nobody behind the client."""
        return "This call runs over a WebSocket: there is no SIP or Twilio leg to send a message over."

    def press(self, digits: str) -> str:
        """There is no line that carries keys: the client is told, and may press them."""
        return ""

    def tell(self, event: Event) -> None:
        for message in self._translate(event):
            self.socket.send(message)

    def close(self, reason: str) -> None:
        self._received.flush()
        self._sent.flush()
        self.socket.hang_up(WSCloseCode.OK, reason)
