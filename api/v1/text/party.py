"""Who answers in a conversation by text: a stored or a transient assistant or squad."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, Self

from pydantic import Field, model_validator

from api.db.tx import TenantSession
from api.http.caller import Caller
from api.v1.assistants.compile import Compiled, Occasion, compile_session
from api.v1.assistants.config import Config, take
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import AssistantOverrides, CreateAssistant
from api.v1.assistants.schemas.base import Shape, complaint, refused
from api.v1.assistants.schemas.handoffs import Id
from api.v1.assistants.service import check_targets
from api.v1.calls.guard import guard_squad
from api.v1.squads.compile import Cast, compile_squad
from api.v1.squads.repo import Squads
from api.v1.squads.schemas import CreateSquad
from api.v1.squads.service import SquadService
from api.v1.tools.shelf import shelf_of
from api.v1.versions.choice import config_of, version_of
from api.v1.versions.repo import Versions
from api.v1.webhooks.secrets import signed
from voice_engine.kernel.errors import Forbidden
from voice_engine.kernel.sealed import seal, unseal
from voice_engine.spec import MemberSpec, SquadSpec

Json = dict[str, Any]

_OTHERS = frozenset(
    field.alias or name
    for name, field in AssistantOverrides.model_fields.items()
    if name != "variable_values"
)


class ChatOverrides(Shape):
    """The values of templates, and nothing else."""

    variable_values: Json = Field(default_factory=dict, description="values for {{ }} templates, by name")

    @model_validator(mode="before")
    @classmethod
    def _values_only(cls, data: Any) -> Any:
        beyond = [key for key in data if key in _OTHERS] if isinstance(data, dict) else []
        if beyond:
            message = "should not be given: a conversation by text takes only variableValues from overrides"
            raise refused("overrides", *(complaint("override_not_for_text", message, key) for key in beyond))
        return data


class WhoAnswers(Shape):
    """Fields of chats and sessions."""

    assistant_id: Id | None = Field(None, description="a stored assistant")
    assistant: CreateAssistant | None = Field(None, description="or one only for this conversation")
    assistant_overrides: ChatOverrides | None = Field(
        None, description="variableValues for the assistant's templates; nothing else can be overridden"
    )
    squad_id: Id | None = Field(None, description="or a stored squad")
    squad: CreateSquad | None = Field(None, description="or a squad only for this conversation")

    @model_validator(mode="after")
    def _at_most_one(self) -> "WhoAnswers":
        if self.named > 1:
            message = "should be given, or assistant, squadId or squad, but only one of them"
            raise refused("chat", complaint("assistant_choice", message, "assistantId"))
        return self

    @property
    def named(self) -> int:
        """How many are named."""
        choices = [self.assistant_id, self.assistant, self.squad_id, self.squad]
        return sum(choice is not None for choice in choices)


class PartyRow(Protocol):
    """A row that says who answers."""

    assistant_id: str | None
    assistant: Json | None
    assistant_overrides: Json | None
    squad_id: str | None
    squad: Json | None
    sealed: dict[str, str]
    guarded: bool


@dataclass(frozen=True, slots=True)
class Party:
    """Exactly one of the four is given; `values` fill templates.

    `guarded`: its author may be anybody, so stored credentials stay away from addresses in it.
    """

    assistant_id: str | None = None
    assistant: Config = field(default_factory=Config)
    squad_id: str | None = None
    squad: Config = field(default_factory=Config)
    values: Json = field(default_factory=dict)
    guarded: bool = False

    @classmethod
    def of(cls, row: PartyRow) -> Self:
        """What a row holds."""
        return cls(
            row.assistant_id,
            Config(dict(row.assistant or {}), _under("assistant", row.sealed)),
            row.squad_id,
            Config(dict(row.squad or {}), _under("squad", row.sealed)),
            dict((row.assistant_overrides or {}).get("variableValues") or {}),
            row.guarded,
        )

    @property
    def columns(self) -> Json:
        """For a row to hold."""
        return {
            "assistant_id": self.assistant_id,
            "assistant": self.assistant.shown or None,
            "assistant_overrides": {"variableValues": self.values} if self.values else None,
            "squad_id": self.squad_id,
            "squad": self.squad.shown or None,
            "sealed": {
                **{f"assistant.{place}": text for place, text in self.assistant.sealed.items()},
                **{f"squad.{place}": text for place, text in self.squad.sealed.items()},
            },
            "guarded": self.guarded,
        }

    @property
    def alone(self) -> bool:
        """Whether it is a single assistant."""
        return self.squad_id is None and not self.squad.shown

    def with_values(self, values: Mapping[str, Any]) -> "Party":
        """The same with more values for its templates."""
        return replace(self, values={**self.values, **values})


class Parties:
    """Finds and compiles who answers, for one organisation."""

    def __init__(self, session: TenantSession, secret: bytes, allowed_targets: tuple[str, ...]) -> None:
        self._session, self._secret, self._allowed = session, secret, allowed_targets
        org_id = session.org_id
        self._assistants = Assistants(session, org_id)
        self._squads = SquadService(Squads(session, org_id), self._assistants, secret, allowed_targets)

    def taken(self, body: WhoAnswers, caller: Caller) -> Party:
        """What a body names, as this caller may use it; raises BadRequest, Forbidden and NotFound."""
        sealed: Callable[[str], str] = partial(seal, secret=self._secret, context=self._session.org_id)
        values = body.assistant_overrides.variable_values if body.assistant_overrides else {}
        transient = body.assistant is not None or body.squad is not None
        party = Party(
            body.assistant_id,
            take(body.assistant.given(), sealed) if body.assistant else Config(),
            body.squad_id,
            self._squads.taken(body.squad) if body.squad else Config(),
            dict(values),
            guarded=caller.kind == "public" and transient,
        )
        self.admit(party, caller)
        return party

    def admit(self, party: Party, caller: Caller) -> None:
        """Raise Forbidden unless the caller may use them, NotFound where one of them is not there."""
        if party.alone:
            caller.may_use_assistant(party.assistant_id)
        else:
            guard_squad(self._cast(party).squad, caller, transient=party.squad_id is None)

    def open_to(self, party: Party, caller: Caller) -> bool:
        """Whether this caller may go on where these have answered: a page only where a page could begin."""
        if caller.kind != "public":
            return True
        if party.guarded:
            return caller.restrictions.transient_assistant
        try:
            self.admit(party, caller)
        except Forbidden:
            return False
        return True

    def compiled(self, party: Party, occasion: Occasion) -> Compiled:
        """Ready to talk; its spec always has a squad. Raises BadRequest and NotFound."""
        opened = partial(unseal, secret=self._secret, context=self._session.org_id)
        values = Config({"variableValues": party.values})
        if party.alone:
            assistant = self._assistant(party, occasion.session_id)
            shelf = shelf_of(self._session, [assistant])
            occasion = replace(occasion, assistant_id=party.assistant_id or "", shelf=shelf)
            compiled = _of_one(compile_session(assistant, values, occasion, opened))
        else:
            cast = replace(self._cast(party), overrides=(values,), owned=party.squad_id is None)
            compiled = compile_squad(cast, occasion, opened)
        check_targets(_targets(compiled), self._allowed)
        return replace(compiled, spec=signed(self._session, compiled.spec, self._secret))

    def _assistant(self, party: Party, key: str) -> Config:
        """A stored one in the version that the conversation drew; it stays the same for all of it."""
        if party.assistant_id is None:
            return party.assistant
        row = self._assistants.show(party.assistant_id)
        return config_of(row, version_of(row, None, key), Versions(self._session, self._session.org_id))

    def _cast(self, party: Party) -> Cast:
        if party.squad_id is None:
            return self._squads.cast(party.squad)
        return self._squads.cast_of(party.squad_id)


def _of_one(compiled: Compiled) -> Compiled:
    assistant = compiled.spec.assistant
    member = MemberSpec(name=assistant.name or "Assistant", assistant=assistant)
    spec = compiled.spec.model_copy(update={"squad": SquadSpec(members=(member,))})
    return replace(compiled, spec=spec)


def _targets(compiled: Compiled) -> dict[str, str]:
    """Every URL the conversation may make us connect to, by the field it comes from."""
    found = {"server.url": compiled.server["url"] if compiled.server else ""}
    assert compiled.spec.squad is not None
    for member in compiled.spec.squad.members:
        model = member.assistant.model
        found |= {f"{member.name}: tool {tool.name}: server.url": tool.server_url for tool in model.tools}
        found[f"{member.name}: model.url"] = model.base_url
    return found


def _under(head: str, sealed: Mapping[str, str]) -> dict[str, str]:
    start = f"{head}."
    return {place.removeprefix(start): text for place, text in sealed.items() if place.startswith(start)}
