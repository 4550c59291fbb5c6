"""Stored outbound calls → orders for a gateway, each exactly once.

A call is dialled by whoever locks its row: it takes a line, a gateway and an engine, is compiled anew, and
marked; after the commit the order is handed over by a script that does so only once per call. Whoever dies
in between leaves a row of the outbox, and the next one goes on from there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.jobs.context import Jobs
from api.jobs.registry import every, task
from api.v1.assistants.compile import without_secret_headers
from api.v1.calls import ending
from api.v1.calls.composing import Composer, Whom
from api.v1.calls.ending import end, free_line
from api.v1.calls.gateways import ORDER_FOR_S, Gateway
from api.v1.calls.links import Place
from api.v1.calls.model import CallRow
from api.v1.calls.parts import Parts, build
from api.v1.calls.placement import Engine, NoEngine
from api.v1.calls.repo import Calls
from api.v1.calls.service import concurrency_limit, shown_transport
from api.v1.calls.waiting import WaitingRoom
from api.v1.organizations.settings import settings_of
from api.v1.phone_numbers.read import shown
from api.v1.phone_numbers.repo import PhoneNumbers
from api.v1.phone_numbers.trunks import caller_of, trunk_of
from voice_engine.kernel import log
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.errors import NotFound, YingdaError
from voice_engine.settings import EngineSettings
from voice_engine.spec import SessionSpec, TransportSpec

Json = dict[str, Any]

_MOST = 20  # calls of one organisation in one sweep
_log = log.get("calls")


@dataclass(frozen=True, slots=True)
class _Order:
    gateway_id: str
    body: Json
    spec: SessionSpec


@dataclass(frozen=True, slots=True)
class _Desk:
    """One transaction, and what dialling needs in it."""

    jobs: Jobs
    parts: Parts
    session: TenantSession

    @property
    def now(self) -> datetime:
        return self.session.now()


@task("calls.dial")
def dial(jobs: Jobs, org_id: str, *, callId: str) -> None:
    """The organisation's queue moves on; and this call's order is handed over if somebody died over it."""
    advance(jobs, org_id)
    with jobs.transaction(org_id) as session:
        desk = _Desk(jobs, _parts(jobs), session)
        row = Calls(session, org_id).find(callId)
        left = row is not None and row.status == "queued" and row.dialled_at is not None
        order = _again(desk, row) if row is not None and left else None
    if order is not None:
        _hand_over(jobs, order)


@every("calls.start", seconds=2)
def start(jobs: Jobs) -> None:
    """Scheduled calls whose time has come are queued; queues move on."""
    now = jobs.clock.wall()
    with jobs.engine.connect() as connection:
        due = connection.execute(text("SELECT id, org_id FROM due_calls(:now, 500)"), {"now": now}).all()
        waiting = connection.execute(text("SELECT id, org_id FROM queued_calls(1)")).all()
    for call_id, org_id in due:
        _queue(jobs, org_id, call_id)
    for _, org_id in waiting:
        advance(jobs, org_id)


@every("calls.lines", seconds=30)
def settle_lines(jobs: Jobs) -> None:
    """Lines are what rows say, whatever was lost on the way."""
    lines = _parts(jobs).lines
    held = {org_id: lines.held(org_id) for org_id in lines.orgs()}
    running: dict[str, dict[str, float]] = {org_id: {} for org_id in held}
    with jobs.engine.connect() as connection:
        for id, org_id, since, dialled in connection.execute(text("SELECT * FROM unfinished_calls()")):
            if dialled:
                running.setdefault(org_id, {})[id] = since.timestamp()
    for org_id, calls in running.items():
        lines.settle(org_id, held.get(org_id, {}), calls, jobs.clock.wall().timestamp())


def advance(jobs: Jobs, org_id: str) -> int:
    """Dial the organisation's queued calls, oldest first, while there are lines; how many."""
    dialled = 0
    for _ in range(_MOST):
        with jobs.transaction(org_id) as session:
            row = Calls(session, org_id).next_queued()
            if row is None:
                break
            order = _prepared(_Desk(jobs, _parts(jobs), session), row)
            if order is None and row.status == "queued":
                break
        if order is not None:
            _hand_over(jobs, order)
            dialled += 1
    return dialled


def _queue(jobs: Jobs, org_id: str, call_id: str) -> None:
    with jobs.transaction(org_id) as session:
        try:
            row = Calls(session, org_id).lock(call_id)
        except NotFound:
            return
        if row.status == "scheduled":
            row.status = "queued"
            session.flush()
            enqueue(session, org_id, "calls.dial", callId=call_id)


def _prepared(desk: _Desk, row: CallRow) -> _Order | None:
    """The order for a locked row, which is marked; None if it has to wait, or has ended over it."""
    parts, session = desk.parts, desk.session
    if row.expires_at is not None and row.expires_at < desk.now:
        end(session, row, ending.TOO_LATE, ending.TOO_LATE_SAYS)
        return None
    gateways = parts.gateways.there()
    if not gateways and not parts.gateways.known():
        end(session, row, ending.NO_GATEWAY, ending.NO_GATEWAY_SAYS)
        return None
    if not gateways or gateways[0].free <= 0:
        return None
    limit = concurrency_limit(settings_of(session), parts)
    if not parts.lines.take(row.org_id, row.id, limit, desk.now.timestamp()).taken:
        return None
    try:
        engine = parts.placement.choose(desk.jobs.clock.now())
    except NoEngine:
        parts.lines.release(row.org_id, row.id)
        return None
    return _dialled(desk, row, gateways[0], engine)


def _dialled(desk: _Desk, row: CallRow, gateway: Gateway, engine: Engine) -> _Order | None:
    place = Place(row.id, row.session_id, engine.id, row.org_id)
    media = shown_transport(gateway.transport, desk.parts.links.socket(place, engine.url))
    row.transport = {**row.transport, "audioFormat": media["audioFormat"]}
    row.transport["websocketCallUrl"] = media["websocketCallUrl"]
    row.engine_id, row.gateway_id, row.dialled_at = engine.id, gateway.id, desk.now
    order = _again(desk, row)
    if order is None:
        free_line(desk.session, desk.jobs.redis, row.id)
        return None
    row.spec = without_secret_headers(order.spec)
    desk.session.flush()
    return order


def _again(desk: _Desk, row: CallRow) -> _Order | None:
    """The order of a row that is marked; None when it cannot be made any more: the call has ended then."""
    try:
        return _order(desk, row)
    except YingdaError as error:
        reason = "assistant-not-found" if error.code == "assistant_not_found" else "assistant-not-valid"
        if error.code in ("phone_number_not_found", "credential_not_found"):
            reason = "call.start.error-get-phone-number"
        _log.warning("call_not_dialled", call_id=row.id, org_id=row.org_id, code=error.code)
        end(desk.session, row, reason, error.message)
        return None


def _order(desk: _Desk, row: CallRow) -> _Order:
    session, parts = desk.session, desk.parts
    number = PhoneNumbers(session, row.org_id).get(str(row.phone_number_id))
    composer = Composer(session, parts, desk.jobs.clock)
    audio = row.transport["audioFormat"]
    transport = TransportSpec(encoding=audio["format"], sample_rate=audio["sampleRate"])
    told = shown(number), number.config.get("server")
    whom = Whom(row.type, row.customer or {}, transport, False, *told, row.id, row.session_id)
    compiled = composer.compiled(composer.again(row), whom, row.assistant_id or "")
    now, place = desk.jobs.clock.wall(), Place(row.id, row.session_id, row.engine_id, row.org_id)
    longest = compiled.spec.assistant.max_duration_s
    customer = row.customer or {}
    body = {
        "type": "dial",
        "callId": row.id,
        "orgId": row.org_id,
        "session": str(uuid5(UUID(row.id), "leg")),
        "expiresAtMs": epoch_ms(now + timedelta(seconds=ORDER_FOR_S)),
        "dialTimeoutSeconds": row.transport["dialTimeout"],
        "from": caller_of(number),
        "to": {key: customer[key] for key in ("number", "sipUri", "extension") if customer.get(key)},
        "trunk": trunk_of(session, number),
        "media": {
            "url": parts.links.transport(place, row.transport["websocketCallUrl"], now, longest),
            "encoding": transport.encoding,
            "sampleRate": transport.sample_rate,
        },
    }
    return _Order(str(row.gateway_id), body, compiled.spec)


def _hand_over(jobs: Jobs, order: _Order) -> None:
    if _parts(jobs).gateways.give(order.gateway_id, order.body, order.spec):
        _log.info("call_dialled", call_id=order.body["callId"], gateway=order.gateway_id)


def _parts(jobs: Jobs) -> Parts:
    if "calls" not in jobs.kept:
        settings = jobs.settings
        most = {"public": settings.api_waiting_calls_public, "private": settings.api_waiting_calls_private}
        engine = EngineSettings(**settings.model_dump(include=set(EngineSettings.model_fields)))
        room = WaitingRoom(jobs.redis, **most)
        jobs.kept["calls"] = build(engine, jobs.redis, room, settings.concurrency_limit)
    parts: Parts = jobs.kept["calls"]
    return parts
