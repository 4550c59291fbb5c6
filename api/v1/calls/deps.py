"""What the routes of calls ask for by type."""

from typing import Annotated

from fastapi import Depends, Request

from api.db.tx import TenantSession
from api.http.deps import Db, PublicDb, Time
from api.v1.calls.parts import Parts, build
from api.v1.calls.repo import Calls
from api.v1.calls.service import CallService
from api.v1.calls.telephone import Telephone
from api.v1.calls.waiting import WaitingRoom
from voice_engine.kernel.clock import Clock
from voice_engine.settings import EngineSettings


async def _parts(request: Request) -> Parts:
    state = request.app.state
    if not hasattr(state, "call_parts"):
        settings, redis = state.wiring.settings, state.wiring.redis
        most = {"public": settings.api_waiting_calls_public, "private": settings.api_waiting_calls_private}
        engine = EngineSettings(**settings.model_dump())
        state.call_parts = build(engine, redis, WaitingRoom(redis, **most), settings.concurrency_limit)
    parts: Parts = state.call_parts
    return parts


CallParts = Annotated[Parts, Depends(_parts)]


async def _service(db: Db, parts: CallParts, time: Time) -> CallService:
    return service_in(db, parts, time)


async def _public_service(db: PublicDb, parts: CallParts, time: Time) -> CallService:
    return service_in(db, parts, time)


def service_in(session: TenantSession, parts: Parts, clock: Clock) -> CallService:
    """The service for the organisation of a session."""
    return CallService(Calls(session, session.org_id), parts, clock)


async def _telephone(db: Db, parts: CallParts, time: Time) -> Telephone:
    return Telephone(Calls(db, db.org_id), parts, time)


Service = Annotated[CallService, Depends(_service)]
PublicService = Annotated[CallService, Depends(_public_service)]
Outbound = Annotated[Telephone, Depends(_telephone)]
