"""More members for a live call: its engine asks who takes over when that is not in the spec.

A referral is `{shown, sealed, aliases}` as compiled (assistants/referrals), `{member, aliases}` for a member
of the call whose templates want the variables, or `{given, ordered?}`: what the assistant's server or the
control URL has named just now.
"""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import Field, TypeAdapter, ValidationError
from starlette.responses import Response

from api.db.tx import TenantSession, transaction
from api.http.answers import json_answer
from api.http.auth import identify
from api.http.caller import Caller
from api.http.errors import errors
from api.http.route import Resource
from api.v1.assistants.config import Config, take
from api.v1.assistants.referrals import context
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.base import Json, Shape
from api.v1.assistants.schemas.handoffs import NamedDestination
from api.v1.calls.composing import Composer, Given, Whom
from api.v1.calls.deps import CallParts
from api.v1.calls.model import CallRow
from api.v1.calls.parts import Parts
from api.v1.calls.repo import Calls
from api.v1.squads.compile import assistant_ids
from api.v1.squads.config import part
from api.v1.squads.repo import Squads
from api.v1.squads.service import SquadService
from voice_engine.kernel import tokens
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized
from voice_engine.kernel.sealed import seal
from voice_engine.kernel.templates import Templates
from voice_engine.spec import DestinationSpec, SquadSpec, TransportSpec

_NAMED: TypeAdapter[Any] = TypeAdapter(NamedDestination)
_OF_A_MEMBER = ("assistantId", "assistant", "assistantOverrides")


class AskedMembers(Shape):
    """What an engine asks."""

    referral: Json = Field(description="who takes over")
    variables: Json = Field(default_factory=dict, description="what templates are filled in with besides")


async def _asking(request: Request, pin: Annotated[str, Header(alias="X-Yingda-Engine")]) -> Json:
    """The claims of the engine's token; it is for one call."""
    wiring = request.app.state.wiring
    claims = tokens.verify(
        pin, wiring.settings.secret_bytes, kind="engine", now=wiring.clock.wall().timestamp()
    )
    if not claims.get("call") or not claims.get("org"):
        raise Unauthorized("token_wrong_call", "This token names no call.")
    return {"claims": claims, "wiring": wiring}


def members(body: AskedMembers, asking: Annotated[Json, Depends(_asking)], parts: CallParts) -> Response:
    """The squad that a referral leads to, compiled for this call."""
    claims, wiring = asking["claims"], asking["wiring"]
    org_id, clock = claims["org"], wiring.clock
    with transaction(wiring.engine, org_id, clock=clock) as session:
        row = Calls(session, org_id).get(claims["call"])
        if row.status == "ended":
            raise Conflict("call_not_live", "This call has ended.")
        return json_answer(_Referral(session, parts, clock, row, body.variables).found(body.referral))


class _Referral:
    """One referral of one call."""

    def __init__(
        self, session: TenantSession, parts: Parts, clock: Clock, row: CallRow, variables: Json
    ) -> None:
        self._composer, self._row, self._clock = Composer(session, parts, clock), row, clock
        stored = Squads(session, session.org_id), Assistants(session, session.org_id)
        self._squads = SquadService(*stored, parts.secret, parts.allowed_targets)
        self._seal = partial(seal, secret=parts.secret, context=session.org_id)
        given = (row.assistant_overrides or {}).get("variableValues") or {}
        self._variables: Json = {**given, **variables}

    def found(self, referral: Json) -> Json:
        """`{squad, entry, destination, variables}`; raises BadRequest, Forbidden, NotFound."""
        destination = None
        if "given" in referral:
            to = self._taken(referral["given"], ordered=bool(referral.get("ordered")))
            destination = DestinationSpec(member="", message=_message(to.shown), **context(to.shown))
        else:
            to = Config(referral.get("shown") or {}, referral.get("sealed") or {})
        self._alias(referral.get("aliases") or [])
        name = to.shown.get("assistantName") or referral.get("member")
        squad = self._of_the_call() if name else self._other(to)
        entry = name or to.shown.get("entryAssistantName") or squad.entry.name
        if entry not in {member.name for member in squad.members}:
            known = ", ".join(member.name for member in squad.members)
            raise BadRequest("destination_unknown", f"There is no member named {entry}; there are: {known}.")
        return {
            "squad": squad.model_dump(mode="json"),
            "entry": entry,
            "destination": destination and destination.model_dump(mode="json"),
            "variables": self._variables,
        }

    def _taken(self, given: Any, *, ordered: bool) -> Config:
        """A destination named in mid-call, checked, with its secrets sealed."""
        try:
            to = _NAMED.validate_python(given)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(["destination", *(str(step) for step in first["loc"])])
            raise BadRequest("destination_invalid", f"{place} {first['msg']}.", field=place) from error
        if ordered and self._row.type == "webCall" and not getattr(to, "assistant_name", None):
            message = "From outside, a call from a browser can only be handed over to members of its squad."
            raise Forbidden("handoff_refused", message)
        return take(to.given(), self._seal)

    def _alias(self, aliases: list[Json]) -> None:
        """Variables that are made of others."""
        templates = Templates(self._variables, self._clock.wall())
        made = {each["key"]: templates.text(each["value"], f"aliases.{each['key']}") for each in aliases}
        self._variables |= made

    def _of_the_call(self) -> SquadSpec:
        """The call's own squad, compiled anew with what is known by now."""
        composer, row = self._composer, self._row
        values = Config({"variableValues": self._variables})
        given = composer.with_overrides(composer.again(row), values, Config())
        squad = composer.compiled(given, self._whom(), row.assistant_id or "").spec.squad
        if squad is None:
            raise BadRequest("destination_unknown", "This call has no squad.")
        return squad

    def _other(self, to: Config) -> SquadSpec:
        """An assistant alone, or another squad."""
        shown, whom = to.shown, self._whom()
        if whom.guarded and ("assistantId" in shown or "squadId" in shown or any(_stored_members(to))):
            message = "What a browser brings may not hand over to stored assistants or squads."
            raise Forbidden("handoff_refused", message)
        if "squadId" in shown:
            cast = self._squads.cast_of(shown["squadId"])
        elif "squad" in shown:
            cast = self._squads.cast(part(to, "squad"))
        else:
            cast = self._squads.cast(_alone(to))
        values = Config({"variableValues": self._variables})
        cast = replace(cast, overrides=(part(to, "squadOverrides"), values))
        compiled = self._composer.compiled(Given(Config(), Config(), Config(), cast), whom, "")
        assert compiled.spec.squad is not None
        return compiled.spec.squad

    def _whom(self) -> Whom:
        row = self._row
        brought = row.assistant or row.squad or row.assistant_overrides or row.squad_overrides
        return Whom(
            call_type=row.type,
            customer=row.customer or {},
            transport=TransportSpec.model_validate(row.spec["transport"]),
            guarded=row.type == "webCall" and bool(brought),
            call_id=row.id,
            session_id=row.session_id,
        )


def _stored_members(to: Config) -> list[str | None]:
    return assistant_ids(part(to, "squad"))


def _alone(to: Config) -> Config:
    """A squad of this one assistant."""
    member = {key: to.shown[key] for key in _OF_A_MEMBER if key in to.shown}
    heads = tuple(f"{key}." for key in _OF_A_MEMBER)
    sealed = {f"members.0.{at}": text for at, text in to.sealed.items() if at.startswith(heads)}
    return Config({"members": [member]}, sealed)


def _message(shown: Json) -> str | None:
    message = shown.get("message")
    if isinstance(message, dict):
        texts = [message.get("content"), *(each["text"] for each in message.get("contents") or ())]
        return next((text for text in texts if text), "")
    return message


async def _key(request: Request) -> Caller:
    return await identify(request)


def permission(
    asking: Annotated[Json, Depends(_asking)], caller: Annotated[Caller, Depends(_key)]
) -> Response:
    """Whether the key that a listener has shown is one of the call's organisation."""
    if caller.org_id != asking["claims"]["org"]:
        raise Unauthorized("key_wrong_organization", "This key is another organisation's.")
    return json_answer({"ok": True})


router = Resource("/v1/engine", tag="Calls")
_REFUSALS = errors(BadRequest, Unauthorized, Forbidden, NotFound, Conflict)
router.post("/permission", include_in_schema=False, responses=errors(Unauthorized))(permission)
router.post("/members", include_in_schema=False, responses=_REFUSALS)(members)
