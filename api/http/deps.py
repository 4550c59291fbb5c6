"""What a handler asks for by type: `def get(id: str, db: Db, who: Who, time: Time)`.

`Db` is a session in the caller's organisation. The route commits it after rendering the answer and rolls back
on any error; outbox tasks leave after the commit.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from api.db.tx import TenantSession
from api.http.auth import Doorman, identify
from api.http.caller import Caller
from api.http.idempotency import claim_of
from api.http.versions import expected
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Unauthorized


async def private(request: Request) -> Caller:
    """A private key or a member; a public key is refused."""
    caller = await identify(request)
    if caller.kind == "public":
        message = "This is a public key (pk_…); this endpoint needs a private key (sk_…)."
        raise Unauthorized("public_key_not_allowed", message)
    return caller


async def member(request: Request) -> Caller:
    """A person who is logged in; keys are refused."""
    caller = await identify(request)
    if caller.kind != "member":
        message = "This endpoint is for people: log in and send the access token, not an API key."
        raise Unauthorized("login_needed", message)
    return caller


# The dependencies call each other instead of depending on each other: FastAPI takes 60 µs for each level.


def needs(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: `who: Annotated[Caller, Depends(needs("assistants:write"))]`."""

    async def check(request: Request) -> Caller:
        caller = await private(request)
        caller.need(scope)
        return caller

    return check


def needs_public(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """`needs`, where a public key is welcome too; its handler asks for `PublicDb`."""

    async def check(request: Request) -> Caller:
        caller = await identify(request)
        caller.need(scope)
        return caller

    return check


async def _private_session(request: Request) -> TenantSession:
    return await _session(request, await private(request))


async def _public_session(request: Request) -> TenantSession:
    return await _session(request, await identify(request))


async def _session(request: Request, caller: Caller) -> TenantSession:
    wiring = request.app.state.wiring
    session = TenantSession(wiring.engine, caller.org_id, wiring.clock)
    session.info["send"] = wiring.send
    session.target = request.path_params.get("id", "")
    session.expected = expected(request)
    session.info["claim"] = await claim_of(request, caller, wiring.settings.secret_bytes)
    return session


async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.wiring.clock
    return clock


async def _door(request: Request) -> Doorman:
    doorman: Doorman = request.app.state.wiring.doorman
    return doorman


Who = Annotated[Caller, Depends(private)]
PublicWho = Annotated[Caller, Depends(identify)]
MemberWho = Annotated[Caller, Depends(member)]
Db = Annotated[TenantSession, Depends(_private_session)]
PublicDb = Annotated[TenantSession, Depends(_public_session)]
Time = Annotated[Clock, Depends(_clock)]
Door = Annotated[Doorman, Depends(_door)]
