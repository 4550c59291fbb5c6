"""Credentials over HTTP. The same handlers serve /v1/credentials and Vapi's /credential."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from starlette.responses import Response

from api.db.tx import transaction
from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.pages import ListQuery
from api.http.ratelimit import limit
from api.http.route import Resource
from api.v1.credentials.deps import vendors
from api.v1.credentials.forms import forms
from api.v1.credentials.kinds import KINDS, NewCredential
from api.v1.credentials.repo import Credentials
from api.v1.credentials.schemas import (
    Credential,
    ProviderFields,
    Trial,
    Try,
    TryUnsaved,
    UpdateCredential,
)
from api.v1.credentials.service import CredentialService
from voice_engine.kernel.accounts import packed
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    StillUsed,
    TooManyRequests,
    Unauthorized,
)
from voice_engine.kernel.sealed import seal

Reader = Annotated[Caller, Depends(needs("credentials:read"))]
Writer = Annotated[Caller, Depends(needs("credentials:write"))]
Json = dict[str, Any]
TRIALS_A_MINUTE = 20  # of an organisation


async def _service(db: Db, request: Request) -> CredentialService:
    settings = request.app.state.wiring.settings
    return CredentialService(Credentials(db, db.org_id), settings.secret_bytes, settings.allowed_targets)


Service = Annotated[CredentialService, Depends(_service)]


def create(body: Annotated[NewCredential, Body()], who: Writer, db: Db, credentials: Service) -> Response:
    """Store a vendor's key, or how your own servers are shown who asks.

    Assistants of the organisation without a key of their own use a vendor's key from now on; a credential for
    servers is named by its id in `server.credentialId`.
    """
    return json_answer(credentials.create(body), 201)


def list_credentials(
    query: Annotated[ListQuery, Query()], who: Reader, db: Db, credentials: Service
) -> Response:
    """Credentials, newest first, without their secrets."""
    return json_answer(credentials.list(query.window()))


def providers(who: Reader) -> Sequence[ProviderFields]:
    """Which fields a credential of each provider has, so that a form can ask for them."""
    return forms()


def get(id: str, who: Reader, db: Db, credentials: Service) -> Response:
    """One credential, without its secrets."""
    return json_answer(credentials.get(id))


def update(id: str, body: UpdateCredential, who: Writer, db: Db, credentials: Service) -> Response:
    """Replace the fields that are named; null removes one."""
    return json_answer(credentials.update(id, body))


def delete(id: str, who: Writer, db: Db, credentials: Service) -> Response:
    """Delete a credential; answers what it was. One that a `credentialId` names is a conflict."""
    return json_answer(credentials.delete(id))


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Credentials")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=Credential, responses=wrong | errors(Conflict))(create)
    router.get("", response_model=list[Credential], responses=wrong)(list_credentials)
    router.get("/providers", response_model=list[ProviderFields], responses=wrong)(providers)
    router.get("/{id}", response_model=Credential, responses=one)(get)
    router.patch("/{id}", response_model=Credential, responses=one | errors(BadRequest))(update)
    router.delete("/{id}", response_model=Credential, responses=one | errors(StillUsed))(delete)
    return router


# ── trying them: a vendor is waited for in the event loop, not in one of the workers' threads ────────


async def try_stored(id: str, who: Writer, request: Request, body: Try | None = None) -> Response:
    """Does this key work? Every service of its provider is asked for its least; takes up to 15 s."""
    state, what = request.app.state, body or Try()
    open_session = partial(transaction, state.wiring.engine, who.org_id, clock=state.wiring.clock)

    def read() -> tuple[str, Json]:
        with open_session() as session:
            row = Credentials(session, who.org_id).show(id)
            if row.provider in KINDS:
                message = f"A credential for {row.provider} has no vendor to ask; call your server with it."
                raise BadRequest("nothing_to_test", message)
            plan = row.fields.get("authenticationPlan")
            extra = {"extra": {"authenticationPlan": plan}} if plan else {}
            return row.provider, {"sealed_api_key": row.sealed, "credential_id": row.id, **extra}

    provider, credential = await state.workers.run(read)
    result = await _trial(request, provider, credential, who.org_id, what)

    def keep() -> None:
        with open_session() as session:
            _service_in(session, state.wiring.settings).keep_trial(id, result)

    await state.workers.run(keep)
    return json_answer(result)


async def try_unsaved(body: TryUnsaved, who: Writer, request: Request) -> Response:
    """The same for a key that is not stored, and is not stored by this."""
    settings = request.app.state.wiring.settings
    sealed = seal(packed(body.secrets()), settings.secret_bytes, context=who.org_id)
    extra = {"extra": {"authenticationPlan": plan}} if (plan := body.plan()) else {}
    return json_answer(
        await _trial(request, body.provider, {"sealed_api_key": sealed, **extra}, who.org_id, body)
    )


async def _trial(request: Request, provider: str, credential: Json, org_id: str, what: Try) -> Json:
    state = request.app.state
    # Who tries keys one after the other has our address banned by the vendor.
    once = partial(
        limit, state.wiring.redis, f"trial:{org_id}",
        most=TRIALS_A_MINUTE, seconds=60, now=state.wiring.clock.wall(),
    )  # fmt: skip
    await state.workers.run(once)
    # Vendors' libraries are loaded only where a vendor is asked.
    from api.v1.credentials.trial import trial

    return await trial(provider, credential, org_id, what, vendors(request), state.wiring.clock)


def _service_in(session: Any, settings: Any) -> CredentialService:
    return CredentialService(Credentials(session, session.org_id), settings.secret_bytes)


router = resource("/v1/credentials")
trials = APIRouter(prefix="/v1/credentials", tags=["Credentials"])
_REFUSALS = errors(BadRequest, Unauthorized, Forbidden, NotFound, TooManyRequests)
trials.post("/test", response_model=Trial, responses=_REFUSALS)(try_unsaved)
trials.post("/{id}/test", response_model=Trial, responses=_REFUSALS)(try_stored)
