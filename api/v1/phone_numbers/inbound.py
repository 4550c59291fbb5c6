"""A call comes in: who takes it is decided here, for the SIP gateway and for `ring` alike.

While a server is asked, neither a database connection nor a worker's thread is held.
"""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from api.db.outbox import enqueue
from api.db.tx import TenantSession, transaction
from api.http.caller import Caller
from api.v1.calls.composing import Composer, Whom
from api.v1.calls.ending import tell_status
from api.v1.calls.parts import Parts
from api.v1.calls.read import call_body
from api.v1.calls.repo import Calls
from api.v1.calls.schemas import CreateCall
from api.v1.calls.service import CallService, concurrency_limit
from api.v1.phone_numbers import routing
from api.v1.phone_numbers.model import PhoneNumberRow
from api.v1.phone_numbers.read import shown
from api.v1.phone_numbers.repo import PhoneNumbers
from api.v1.phone_numbers.routing import AskServer, End, Talk
from api.v1.webhooks import targets
from api.v1.webhooks.asking import RETURNED_INVALID, Chosen, ask_for_assistant
from voice_engine.kernel.clock import Clock, iso
from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.ids import new_id
from voice_engine.spec import TransportSpec

Json = dict[str, Any]
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """A call that has not been answered. `customer` is who calls, in the API's words."""

    number_id: str
    customer: Json
    transport: TransportSpec = dataclasses.field(default_factory=TransportSpec)
    call_id: str = dataclasses.field(default_factory=new_id)


@dataclasses.dataclass(frozen=True, slots=True)
class _Decided:
    number: routing.Number
    shown: Json
    to: Talk | AskServer | End


class Inbound:
    """For one organisation. `state` is the application's."""

    def __init__(self, state: Any, who: Caller, parts: Parts) -> None:
        self._state, self._who, self._parts = state, who, parts
        self._clock: Clock = state.wiring.clock

    async def take(self, coming: Coming) -> Json:
        """The call: queued with its URL, or ended. Raises NotFound, and what creating a call raises."""
        decided = await self._in_worker(partial(self._decided, coming))
        chosen = Chosen()
        to = decided.to
        if isinstance(to, AskServer):
            call = self._told(coming, decided.shown)
            chosen = await ask_for_assistant(self._state, self._who.org_id, to.server, call)
            to = _goal(chosen, decided.number)
        if isinstance(to, End):
            return await self._in_worker(partial(self._ended, coming, to))
        return await self._in_worker(partial(self._begun, coming, decided, to, chosen))

    async def _in_worker(self, work: Callable[[TenantSession], T]) -> T:
        wiring = self._state.wiring

        def run() -> T:
            with transaction(wiring.engine, self._who.org_id, clock=self._clock) as session:
                session.info["send"] = wiring.send
                return work(session)

        found: T = await self._state.workers.run(run)
        return found

    def _decided(self, coming: Coming, session: TenantSession) -> _Decided:
        row = PhoneNumbers(session, session.org_id).get(coming.number_id)
        number = _number(row, session)
        return _Decided(number, shown(row), routing.first(number, coming.customer.get("number", "")))

    def _told(self, coming: Coming, number: Json) -> Json:
        now = iso(self._clock.wall())
        return {
            "id": coming.call_id,
            "orgId": self._who.org_id,
            "createdAt": now,
            "updatedAt": now,
            "type": "inboundPhoneCall",
            "status": "ringing",
            "phoneCallProvider": "vapi",
            "phoneCallTransport": "sip" if coming.customer.get("sipUri") else "pstn",
            "phoneNumberId": number["id"],
            "phoneNumber": number,
            "customer": coming.customer,
        }

    def _begun(
        self, coming: Coming, decided: _Decided, to: Talk, chosen: Chosen, session: TenantSession
    ) -> Json:
        calls, composer = Calls(session, session.org_id), Composer(session, self._parts, self._clock)
        body = CreateCall.model_construct(
            assistant_id=to.assistant_id, squad_id=to.squad_id, assistant=chosen.assistant,
            squad=chosen.squad, assistant_overrides=chosen.assistant_overrides,
        )  # fmt: skip
        row = PhoneNumbers(session, session.org_id).get(coming.number_id)
        whom = Whom(
            "inboundPhoneCall", coming.customer, coming.transport, False, decided.shown,
            row.config.get("server"), coming.call_id,
        )  # fmt: skip
        try:
            composed = composer.composed(body, self._who, whom)
        except NotFound:
            reason = RETURNED_INVALID if isinstance(decided.to, AskServer) else "assistant-not-found"
            message = "The assistant or squad that should take the call does not exist in this organisation."
            return self._ended(
                coming, routing.after_failure(decided.number, reason, message=message), session
            )
        limit = concurrency_limit(composer.settings, self._parts)
        service = CallService(calls, self._parts, self._clock)
        return service.begin(composed, self._who, limit, phone_number_id=coming.number_id)

    def _ended(self, coming: Coming, end: End, session: TenantSession) -> Json:
        now = session.now()
        number = PhoneNumbers(session, session.org_id).get(coming.number_id)
        row = Calls(session, session.org_id).put(
            id=coming.call_id,
            type="inboundPhoneCall",
            status="ended",
            ended_reason=end.reason,
            ended_message=end.message or end.say or None,
            ended_at=now,
            customer=coming.customer or None,
            phone_number_id=coming.number_id,
            destination=end.destination,
            session_id=new_id(),
            engine_id="",
            transport={"provider": "vapi.sip", "conversationType": "voice"},
            server=targets.fallback(session, number.config.get("server")),
        )
        tell_status(session, row)
        enqueue(session, session.org_id, "calls.summarise", callId=row.id)
        return call_body(row, self._parts.links, self._clock.wall())


def _number(row: PhoneNumberRow, session: TenantSession) -> routing.Number:
    return routing.Number(
        row.assistant_id,
        row.squad_id,
        targets.fallback(session, row.config.get("server")),
        row.config.get("fallbackDestination"),
        row.config.get("hooks") or (),
    )


def _goal(chosen: Chosen, number: routing.Number) -> Talk | End:
    """Where the call goes after the server has answered."""
    if chosen.destination is not None:
        return End(chosen.ended_reason, chosen.error, chosen.destination, chosen.ended_message)
    if chosen.ended_reason:
        return routing.after_failure(
            number, chosen.ended_reason, say=chosen.error, message=chosen.ended_message
        )
    return Talk(chosen.assistant_id, chosen.squad_id)
