"""The rules of calls: who may start one, what is stored, how it is taken away again."""

from collections.abc import Callable, Sequence
from time import sleep
from typing import Any

from api.db.repo import Window
from api.http.caller import Caller
from api.v1.calls.composing import Composed, Composer, Whom
from api.v1.calls.continuing import gone_on
from api.v1.calls.ending import CANCELLED, SCHEDULE_DELETED, free_line
from api.v1.calls.lines import Line
from api.v1.calls.links import Place
from api.v1.calls.logs import require_log
from api.v1.calls.model import CallRow
from api.v1.calls.parts import Parts
from api.v1.calls.placement import Engine
from api.v1.calls.read import call_body
from api.v1.calls.recordings import Side, erase, key_of
from api.v1.calls.repo import Calls
from api.v1.calls.schemas import CreateCall, CreateWebCall, UpdateCall, WebsocketTransport
from api.v1.organizations.settings import OrganizationSettings
from api.v1.webhooks.deletions import told_of
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Conflict, NotFound, TooManyRequests, Unavailable
from voice_engine.spec import TransportSpec

Json = dict[str, Any]

_LINE_AGAIN_S = 5.0
_BEFORE_ANSWER = frozenset({"scheduled", "queued", "ringing"})
_END_WITHIN = 5.0  # s. How long a deletion waits for the call it has ended to be written down.
_LOOK_EVERY = 0.05  # s


class CallService:
    """Calls of the organisation the repository was opened for."""

    def __init__(self, calls: Calls, parts: Parts, clock: Clock) -> None:
        self._calls, self._parts, self._clock = calls, parts, clock
        self._pause: Callable[[float], None] = sleep

    # ── create ───────────────────────────────────────────────────────────────────────────────────────

    def create(self, body: CreateCall | CreateWebCall, caller: Caller, *, engine_id: str = "") -> Json:
        """A queued call with its URLs; on the engine `engine_id` if given, else on the freest one."""
        audio = _transport(body).audio_format
        call_type = "webCall" if isinstance(body, CreateWebCall) else "vapi.websocketCall"
        transport = TransportSpec(encoding=audio.format, sample_rate=audio.rate)
        whom = Whom(call_type, body.customer.given() if body.customer else {}, transport)
        composer = Composer(self._calls.session, self._parts, self._clock)
        composer.look_ahead(body.assistant_id)
        limit = concurrency_limit(composer.settings, self._parts)
        if body.session_id is None and body.previous_chat_id is None:
            return self.begin(composer.composed(body, caller, whom), caller, limit, engine_id=engine_id)
        composed, columns = gone_on(composer, self._calls.session, self._parts, body, caller, whom)
        return self.begin(composed, caller, limit, engine_id=engine_id, **columns)

    def begin(
        self, composed: Composed, caller: Caller, limit: int, *, engine_id: str = "", **columns: Any
    ) -> Json:
        """A composed call gets one of `limit` lines and an engine, and waits for whoever connects to it."""
        now = self._clock.wall().timestamp()
        engine = self._engine(engine_id)
        line = self._line(composed, caller, limit, now)
        whom = composed.whom
        place = Place(whom.call_id, whom.session_id, engine.id, self._calls.org_id)
        transport = shown_transport(whom.transport, self._parts.links.socket(place, engine.url))
        values = {**composed.columns(), "transport": transport, "engine_id": engine.id, **columns}
        return {**self._shown(self._calls.put_last(**values)), "subscriptionLimits": line.limits}

    def _line(self, composed: Composed, caller: Caller, limit: int, now: float) -> Line:
        line = self._parts.waiting.enter(caller, composed.compiled.spec, now, limit)
        if not line.taken:
            message = (
                f"This organisation has {line.used} calls at once, its limit is {limit}; end one, or raise "
                "its concurrencyLimit."
            )
            raise TooManyRequests("concurrency_limit_reached", message, retry_after=_LINE_AGAIN_S)
        return line

    def _engine(self, engine_id: str) -> Engine:
        placement = self._parts.placement
        return placement.pinned(engine_id) if engine_id else placement.choose(self._clock.now())

    # ── read and change ──────────────────────────────────────────────────────────────────────────────

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        row = self._calls.show(id)
        return self._shown(row) | self._calls.place(row)

    def list(self, window: Window, **equal: str | None) -> Sequence[Json]:
        """Newest first; those whose columns are `equal`, where it is not None."""
        return [self._shown(row) for row in self._calls.matching(window, **equal)]

    def rename(self, id: str, body: UpdateCall) -> Json:
        """A new name, or none."""
        row = self._calls.lock(id)
        if body.name is not None or "name" in body.cleared:
            self._calls.change(row, name=body.name)
        return self._shown(row)

    def recording(self, id: str, side: Side) -> str:
        """A signed URL of the recording; NotFound when there is none (yet)."""
        row = self._calls.get(id)
        key = row.recording_key
        if not key or not self._parts.blobs.path(key).exists():
            message = "This call has no recording: it was not recorded, or has not ended yet."
            raise NotFound("recording_not_found", message, id=id)
        return self._parts.links.artifact(key_of(key, side, row.artifact_plan), self._clock.wall())

    def log(self, id: str) -> str:
        """A signed URL of the call's log; NotFound when there is none (yet)."""
        row = self._calls.get(id)
        require_log(self._calls.session, row.id)
        return self._parts.links.log(row.id, row.org_id, self._clock.wall())

    # ── delete ───────────────────────────────────────────────────────────────────────────────────────

    def delete(self, id: str, others: Sequence[str] = ()) -> Json:
        """Erase the call with its recording, and `others`; what it was. A live call is ended first.

        Raises NotFound, before anything is erased, if one of them is not there; Unavailable when one does not
        end or its recording cannot be erased: it stays then.
        """
        for each in others:
            self._calls.get(each)
        shown = self._deleted(id)
        for each in dict.fromkeys(others):
            if each != id:
                self._deleted(each)
        return shown

    def _deleted(self, id: str) -> Json:
        row = self._calls.get(id)
        with told_of(self._calls.session, row, lambda: self._shown(row)):
            row = self._ended(row)
            shown = self._shown(row)
            self._erase(row)
            self._calls.delete(id)
        free_line(self._calls.session, self._parts.redis, id)
        return shown

    def _ended(self, row: CallRow) -> CallRow:
        switchboard = self._parts.switchboard
        if row.type == "outboundPhoneCall" and row.status in _BEFORE_ANSWER:
            row = self._calls.lock(row.id)
            if row.status in _BEFORE_ANSWER and switchboard.engine_of(row.id) is None:
                return self._cancelled(row)
        if row.status == "queued":
            switchboard.forget(row.session_id)
            if switchboard.engine_of(row.id) is None:
                return row
        if row.status != "ended":
            self._hang_up(row.id)
            row = self._wait_for_the_end(row.id)
        return row

    def _cancelled(self, row: CallRow) -> CallRow:
        """A call by telephone that nobody has answered; its row is locked."""
        if row.gateway_id is not None:
            self._parts.gateways.cancel(row.gateway_id, row.id)
            self._parts.switchboard.forget(row.session_id)
        row.ended_reason = SCHEDULE_DELETED if row.status == "scheduled" else CANCELLED
        row.status, row.ended_at = "ended", self._calls.session.now()
        self._calls.session.flush()
        return row

    def _hang_up(self, id: str) -> None:
        try:
            self._parts.switchboard.send(id, {"type": "end-call"})
        except Conflict:
            return  # it has ended by itself meanwhile, or its engine is gone and will be accounted for

    def _wait_for_the_end(self, id: str) -> CallRow:
        deadline = self._clock.now() + _END_WITHIN
        while self._calls.fresh(id).status != "ended":
            if self._clock.now() >= deadline:
                raise Unavailable(
                    "call_still_ending", "The call is still being ended; delete it again shortly."
                )
            self._pause(_LOOK_EVERY)
        return self._calls.lock(id)

    def _erase(self, row: CallRow) -> None:
        if not row.recording_key:
            return
        try:
            erase(self._parts.blobs, row.recording_key)
        except OSError as error:
            message = "The recording cannot be erased now; the call stays. Try again."
            raise Unavailable("recording_not_erased", message) from error

    def _shown(self, row: CallRow) -> Json:
        return call_body(row, self._parts.links, self._clock.wall())


def _transport(body: CreateCall | CreateWebCall) -> WebsocketTransport:
    if isinstance(body.transport, WebsocketTransport):
        return body.transport
    return WebsocketTransport.model_validate({"provider": "vapi.websocket"})


def shown_transport(transport: TransportSpec, socket: str) -> Json:
    """As a call's row keeps it: where the media goes, without its token."""
    return {
        "provider": "vapi.websocket",
        "conversationType": "voice",
        "audioFormat": {
            "format": transport.encoding,
            "container": "raw",
            "sampleRate": transport.sample_rate,
        },
        "websocketCallUrl": socket,
    }


def concurrency_limit(settings: OrganizationSettings, parts: Parts) -> int:
    """How many calls an organisation may have at once: what it has set, at most the installation's limit."""
    return min(settings.concurrency_limit or parts.concurrency_limit, parts.concurrency_limit)
