"""Phone numbers over HTTP. The same handlers serve /v1/phone-numbers and Vapi's /phone-number."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.once import once
from api.http.pagination import Paged
from api.http.route import Resource
from api.v1.calls.deps import CallParts
from api.v1.calls.schemas import Call
from api.v1.phone_numbers.inbound import Coming, Inbound
from api.v1.phone_numbers.numbers import normalised
from api.v1.phone_numbers.repo import PhoneNumbers
from api.v1.phone_numbers.schemas import (
    NewPhoneNumber,
    PhoneNumber,
    PhoneNumberPageQuery,
    PhoneNumberQuery,
    Ring,
    UpdatePhoneNumber,
)
from api.v1.phone_numbers.service import PhoneNumberService
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

Reader = Annotated[Caller, Depends(needs("phone_numbers:read"))]
Writer = Annotated[Caller, Depends(needs("phone_numbers:write"))]
Ringer = Annotated[Caller, Depends(needs("calls:write"))]


async def _service(db: Db, request: Request) -> PhoneNumberService:
    settings = request.app.state.wiring.settings
    secret, domain = settings.secret_bytes, settings.sip_domain
    return PhoneNumberService(PhoneNumbers(db, db.org_id), secret, domain, settings.allowed_targets)


Service = Annotated[PhoneNumberService, Depends(_service)]


def create(body: NewPhoneNumber, who: Writer, db: Db, numbers: Service) -> Response:
    """Store a phone number: of your SIP trunk, or a SIP address of this installation."""
    return json_answer(numbers.create(body), 201)


def list_numbers(
    query: Annotated[PhoneNumberQuery, Query()], who: Reader, db: Db, numbers: Service
) -> Response:
    """Phone numbers, newest first."""
    return json_answer(numbers.list(query.window()))


def page(query: Annotated[PhoneNumberPageQuery, Query()], who: Reader, db: Db, numbers: Service) -> Response:
    """Phone numbers in pages; `search` looks into number, SIP address and name."""
    return json_answer(numbers.page(query))


def get(id: str, who: Reader, db: Db, numbers: Service) -> Response:
    """One phone number."""
    return json_answer(numbers.get(id))


def update(id: str, body: UpdatePhoneNumber, who: Writer, db: Db, numbers: Service) -> Response:
    """Replace the fields that are named, each as a whole; null removes one."""
    return json_answer(numbers.update(id, body))


def delete(id: str, who: Writer, db: Db, numbers: Service) -> Response:
    """Delete a phone number; answers what it was. Its calls stay."""
    return json_answer(numbers.delete(id))


async def ring(id: str, body: Ring, who: Ringer, request: Request, parts: CallParts) -> Response:
    """Play an inbound call: it is routed like one from the telephone network, and talks over the WebSocket at
    `transport.websocketCallUrl`. A call that nobody takes is answered as ended, with its endedReason.
    """
    customer = body.given()
    if body.number is not None:
        customer["number"] = normalised(body.number) or body.number
    inbound = Inbound(request.app.state, who, parts)

    async def work() -> Response:
        return json_answer(await inbound.take(Coming(id, customer)), 201)

    return await once(request, who, work)


def resource(prefix: str) -> Resource:
    """The routes under a prefix."""
    router = Resource(prefix, tag="Phone numbers")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=PhoneNumber, responses=wrong | errors(Conflict))(create)
    router.get("", response_model=list[PhoneNumber], responses=wrong)(list_numbers)
    router.get("/{id}", response_model=PhoneNumber, responses=one)(get)
    router.patch("/{id}", response_model=PhoneNumber, responses=one | errors(BadRequest, Conflict))(update)
    router.delete("/{id}", response_model=PhoneNumber, responses=one)(delete)
    return router


def paged_resource(prefix: str) -> Resource:
    """The list in pages, under a prefix of its own."""
    router = Resource(prefix, tag="Phone numbers")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    router.get("", response_model=Paged[PhoneNumber], responses=wrong)(page)
    return router


router = resource("/v1/phone-numbers")
paged_router = paged_resource("/v2/phone-numbers")
# The number's server may be asked: that is waited for in the event loop, not in a worker's thread.
ringing = APIRouter(prefix="/v1/phone-numbers", tags=["Phone numbers"])
_REFUSALS = errors(BadRequest, Unauthorized, Forbidden, NotFound, Conflict, TooManyRequests, Unavailable)
ringing.post("/{id}/ring", status_code=201, response_model=Call, responses=_REFUSALS)(ring)
