"""Outbound calls are stored here, and dialled by `dialling` once that is safe: nothing is dialled before its
row is committed, so whatever happens afterwards is told by the call and never by the answer to POST.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from api.db.outbox import enqueue
from api.http.caller import Caller
from api.v1.calls.composing import Composed, Composer, Given, Whom
from api.v1.calls.ending import NO_GATEWAY, NO_GATEWAY_SAYS, tell_status
from api.v1.calls.lines import Line
from api.v1.calls.model import CallRow
from api.v1.calls.parts import Parts
from api.v1.calls.read import call_body
from api.v1.calls.repo import Calls
from api.v1.calls.schemas import CreateCall, CreateCustomer, SchedulePlan, SipTransport
from api.v1.calls.service import concurrency_limit
from api.v1.phone_numbers.model import PhoneNumberRow
from api.v1.phone_numbers.numbers import ALLOWED, normalised
from api.v1.phone_numbers.read import shown
from api.v1.phone_numbers.repo import PhoneNumbers
from voice_engine.kernel.clock import Clock, iso
from voice_engine.kernel.errors import BadRequest, YingdaError
from voice_engine.spec import TransportSpec

Json = dict[str, Any]

WAITS = timedelta(hours=1)  # for a line, a gateway and an engine, unless the plan says latestAt


class Telephone:
    """Outbound calls of the organisation the repository was opened for."""

    def __init__(self, calls: Calls, parts: Parts, clock: Clock) -> None:
        self._calls, self._parts, self._clock = calls, parts, clock
        self._composer = Composer(calls.session, parts, clock)

    def create(self, body: CreateCall, caller: Caller) -> Json:
        """The call, or what came of the batch. Raises BadRequest, Forbidden, NotFound before anything is
        stored."""
        number = PhoneNumbers(self._calls.session, self._calls.org_id).get(str(body.phone_number_id))
        given = self._composer.given(body, caller)
        connected = bool(self._parts.gateways.there())
        if body.customers is None:
            customer = body.customer or CreateCustomer.model_validate({})
            composed = self._composed(body, caller, given, customer, number, "customer")
            return {**self._stored(composed, number, connected), "subscriptionLimits": self._limits()}
        results, errors = self._batch(body, caller, given, number, connected)
        return {"results": results, "errors": errors, "subscriptionLimits": self._limits()}

    def _batch(
        self, body: CreateCall, caller: Caller, given: Given, number: PhoneNumberRow, connected: bool
    ) -> tuple[list[Json], list[Json]]:
        """What is the same for all is compiled once here, and for each when it is dialled."""
        results: list[Json] = []
        errors: list[Json] = []
        alike: Composed | None = None
        for index, customer in enumerate(body.customers or ()):
            try:
                field = f"customers.{index}"
                if alike is not None and not _has_overrides(customer):
                    whom = self._whom(customer, number, field)
                    composed = replace(alike, whom=whom)
                else:
                    composed = self._composed(body, caller, given, customer, number, field)
                    alike = alike if _has_overrides(customer) else composed
            except YingdaError as error:
                errors.append({"customer": customer_of(customer), "error": error.message})
                continue
            results.append(self._stored(composed, number, connected, results[-1] if results else None))
        return results, errors

    def _whom(self, customer: CreateCustomer, number: PhoneNumberRow, field: str) -> Whom:
        reached, number_server = dialable(customer, number, field), number.config.get("server")
        return Whom("outboundPhoneCall", reached, TransportSpec(), False, shown(number), number_server)

    def _composed(
        self,
        body: CreateCall,
        caller: Caller,
        given: Given,
        customer: CreateCustomer,
        number: PhoneNumberRow,
        field: str,
    ) -> Composed:
        whom = self._whom(customer, number, field)
        own = self._composer.taken(customer.assistant_overrides)
        for_squad = self._composer.taken(customer.squad_overrides)
        return self._composer.composed(
            body, caller, whom, self._composer.with_overrides(given, own, for_squad)
        )

    def _stored(
        self, composed: Composed, number: PhoneNumberRow, connected: bool, earlier: Json | None = None
    ) -> Json:
        body, session = composed.body, self._calls.session
        assert isinstance(body, CreateCall)
        columns = {
            **composed.columns(),
            "engine_id": "",
            "phone_number_id": number.id,
            "transport": _transport(body.transport),
            **_schedule(body.schedule_plan, session.now()),
        }
        if columns["status"] == "queued" and not connected:
            ended = {"status": "ended", "ended_reason": NO_GATEWAY, "ended_message": NO_GATEWAY_SAYS}
            columns |= {**ended, "ended_at": session.now()}
        row = self._calls.put(**columns)
        tell_status(session, row)
        task = {"queued": "calls.dial", "ended": "calls.summarise"}.get(row.status)
        if task:
            enqueue(session, row.org_id, task, callId=row.id)
        return call_body(row, self._parts.links, self._clock.wall()) | self._place(row, earlier)

    def _place(self, row: CallRow, earlier: Json | None) -> Json:
        """Its place in the queue: behind `earlier`, the call of the same batch before it."""
        if earlier is None or "queue" not in earlier:
            return self._calls.place(row)
        ahead = earlier["queue"]["position"]
        return {"queue": {"position": ahead + 1, "ahead": ahead}}

    def _limits(self) -> Json:
        limit = concurrency_limit(self._composer.settings, self._parts)
        used = self._parts.lines.used(self._calls.org_id, self._clock.wall().timestamp())
        return Line(used < limit, used, limit).limits


def _has_overrides(customer: CreateCustomer) -> bool:
    return customer.assistant_overrides is not None or customer.squad_overrides is not None


def customer_of(customer: CreateCustomer) -> Json:
    """As it was given, without the overrides: they may hold secrets."""
    return {k: v for k, v in customer.given().items() if k not in ("assistantOverrides", "squadOverrides")}


def dialable(customer: CreateCustomer, number: PhoneNumberRow, field: str) -> Json:
    """The customer with a number that can be dialled from `number`; raises BadRequest naming the field."""
    shown = customer_of(customer)
    if customer.number is None and customer.sip_uri is None:
        message = f"{field}.number: should be given, or a sipUri: who is to be called?"
        raise BadRequest("customer_unreachable", message, field=f"{field}.number")
    if customer.number is not None and number.provider == "vapi":
        message = (
            f"{field}.number: the phone number {number.id} is a SIP address without a trunk; it can "
            "only call a sipUri. Numbers are called from a byo-phone-number."
        )
        raise BadRequest("number_needs_trunk", message, field=f"{field}.number")
    if customer.number is None or not customer.number_e164_check_enabled:
        return shown
    plain = normalised(customer.number)
    if plain is None:
        raise BadRequest("wrong_number", f"{field}.number: {ALLOWED}.", field=f"{field}.number")
    return {**shown, "number": plain}


def _transport(given: Any) -> Json:
    plan = given if isinstance(given, SipTransport) else SipTransport.model_validate({"provider": "vapi.sip"})
    return {"provider": "vapi.sip", "conversationType": "voice", "dialTimeout": plan.dial_timeout}


def _schedule(plan: SchedulePlan | None, now: Any) -> Json:
    starts = max(plan.earliest_at, now) if plan else now
    latest = plan.latest_at if plan and plan.latest_at else starts + WAITS
    return {
        "status": "scheduled" if plan and plan.earliest_at > now else "queued",
        "schedule_plan": _shown_plan(plan) if plan else None,
        "starts_at": starts,
        "expires_at": latest,
    }


def _shown_plan(plan: SchedulePlan) -> Json:
    moments = {"earliestAt": plan.earliest_at, "latestAt": plan.latest_at}
    return {name: iso(moment) for name, moment in moments.items() if moment is not None}
