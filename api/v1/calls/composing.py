"""What is asked for → what runs: assistant or squad, overrides, version; compiled, and as columns of a row.

A call by telephone is composed twice: when it is created, so that its faults are told then, and again from
its row when it is dialled, which may be tomorrow.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from api.db.tx import TenantSession
from api.http.caller import Caller
from api.v1.assistants.compile import Compiled, Occasion, compile_session, without_secret_headers
from api.v1.assistants.config import Config, replace, take
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.service import check_targets
from api.v1.calls.guard import guard_overrides, guard_squad, guarded, keyless
from api.v1.calls.model import CallRow
from api.v1.calls.parts import Parts
from api.v1.calls.schemas import CreateCall, CreateWebCall
from api.v1.credentials.repo import Credentials
from api.v1.credentials.vault import Vault
from api.v1.organizations.settings import OrganizationSettings, look_for_settings, settings_of
from api.v1.squads.compile import Cast, compile_squad
from api.v1.squads.repo import Squads
from api.v1.squads.service import SquadService
from api.v1.tools.shelf import shelf_of
from api.v1.versions.choice import config_of, version_of
from api.v1.versions.repo import Versions
from api.v1.webhooks.secrets import signed
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import seal, unseal
from voice_engine.spec import ModelSpec, TransportSpec

Json = dict[str, Any]
Body = CreateCall | CreateWebCall


@dataclass(frozen=True, slots=True)
class Given:
    """The assistant or the squad, and what is laid over it."""

    assistant: Config
    overrides: Config
    squad_overrides: Config
    cast: Cast | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Whom:
    """Which call it is and with whom. `customer` has the API's words."""

    call_type: str
    customer: Json
    transport: TransportSpec
    guarded: bool = False
    number: Json = dataclasses.field(default_factory=dict)  # the phone number it goes through, as shown
    number_server: Json | None = None  # and its server, as stored
    call_id: str = dataclasses.field(default_factory=new_id)
    session_id: str = dataclasses.field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Composed:
    """A call that can run."""

    body: Body
    given: Given
    whom: Whom
    compiled: Compiled

    def columns(self) -> Json:
        """What the row says of it, apart from engine and transport."""
        given, body, compiled = self.given, self.body, self.compiled
        transient = given.assistant if body.assistant is not None else Config()
        squad = given.cast.squad if given.cast is not None and body.squad is not None else Config()
        parts = {
            "assistant": transient,
            "assistantOverrides": given.overrides,
            "squad": squad,
            "squadOverrides": given.squad_overrides,
        }
        return {
            "id": self.whom.call_id,
            "type": self.whom.call_type,
            "name": body.name,
            "assistant_id": body.assistant_id,
            "assistant_version": given.version,
            "assistant": transient.shown or None,
            "assistant_overrides": given.overrides.shown or None,
            "squad_id": body.squad_id,
            "squad": squad.shown or None,
            "squad_overrides": given.squad_overrides.shown or None,
            "sealed": {
                place: text
                for head, part in parts.items()
                for place, text in _prefixed(head, part.sealed).items()
            },
            "customer": self.whom.customer or None,
            "session_id": self.whom.session_id,
            **compiled_columns(compiled),
        }


class Composer:
    """For the organisation of a session."""

    def __init__(self, session: TenantSession, parts: Parts, clock: Clock) -> None:
        self._session, self._parts, self._clock = session, parts, clock
        self._org_id = session.org_id
        self._assistants = Assistants(session, session.org_id)
        self._squads = SquadService(
            Squads(session, session.org_id), self._assistants, parts.secret, parts.allowed_targets
        )
        self._seal = partial(seal, secret=parts.secret, context=session.org_id)
        self._unseal = partial(unseal, secret=parts.secret, context=session.org_id)

    def look_ahead(self, assistant_id: str | None) -> None:
        """Read what every call needs in one round trip."""
        looks = [look_for_settings(self._org_id), Credentials(self._session, self._org_id).look_for_all()]
        if assistant_id is not None:
            looks.append(self._assistants.look_for(assistant_id))
        self._session.ahead(*looks)

    @cached_property
    def _vault(self) -> Vault:
        return Credentials(self._session, self._org_id).vault()

    @cached_property
    def settings(self) -> OrganizationSettings:
        """What the organisation has set."""
        return settings_of(self._session)

    def composed(
        self, body: Body, caller: Caller, whom: Whom, given: Given | None = None, assistant_id: str = ""
    ) -> Composed:
        """The call that a body asks for; raises BadRequest, Forbidden, NotFound."""
        given = given or self.given(body, caller)
        whom = dataclasses.replace(whom, guarded=whom.guarded or guarded(body, caller))
        compiled = self.compiled(given, whom, assistant_id or body.assistant_id or "")
        return Composed(body, given, whom, compiled)

    def given(self, body: Body, caller: Caller) -> Given:
        """What a body names, found and guarded."""
        overrides, for_squad = self.taken(body.assistant_overrides), self.taken(body.squad_overrides)
        if body.squad_id is not None or body.squad is not None:
            return Given(Config(), overrides, for_squad, self._cast(body, (for_squad, overrides), caller))
        caller.may_use_assistant(body.assistant_id)
        number = body.customer.number if body.customer else None
        assistant, version = self._assistant(body, number)
        return Given(guard_overrides(assistant, overrides, caller), overrides, for_squad, version=version)

    def with_overrides(self, given: Given, more: Config, squad_more: Config) -> Given:
        """The same with a customer's own overrides on top."""
        overrides, for_squad = laid(given.overrides, more), laid(given.squad_overrides, squad_more)
        cast = given.cast and dataclasses.replace(given.cast, overrides=(for_squad, overrides))
        return dataclasses.replace(given, overrides=overrides, squad_overrides=for_squad, cast=cast)

    def again(self, row: CallRow) -> Given:
        """What a stored call was given, with its assistant or squad as it is now; raises NotFound."""
        overrides = _part(row, row.assistant_overrides, "assistantOverrides")
        for_squad = _part(row, row.squad_overrides, "squadOverrides")
        if row.squad is not None or row.squad_id is not None:
            squad = row.squad and _part(row, row.squad, "squad")
            cast = self._squads.cast(squad) if squad else self._squads.cast_of(str(row.squad_id))
            cast = dataclasses.replace(cast, overrides=(for_squad, overrides), owned=squad is not None)
            if row.type == "webCall":  # its overrides may be a page's
                cast = dataclasses.replace(cast, guard=keyless)
            return Given(Config(), overrides, for_squad, cast)
        if row.assistant_id is None:
            return Given(_part(row, row.assistant, "assistant"), overrides, for_squad)
        stored = self._assistants.show(row.assistant_id)
        version = row.assistant_version or version_of(stored, None, row.id)
        config = config_of(stored, version, Versions(self._session, self._org_id))
        return Given(config, overrides, for_squad, version=version)

    def compiled(self, given: Given, whom: Whom, assistant_id: str) -> Compiled:
        """The spec, and what else the assistant says; raises BadRequest when it cannot run."""
        occasion, session = self._occasion(whom, assistant_id), self._session
        if given.cast is not None:
            shelf = given.cast.shelf | shelf_of(session, given.cast.overrides)
            cast = dataclasses.replace(given.cast, shelf=shelf)
            compiled = compile_squad(cast, occasion, self._unseal)
        else:
            shelf = shelf_of(session, (given.assistant, given.overrides))
            occasion = dataclasses.replace(occasion, shelf=shelf)
            compiled = compile_session(given.assistant, given.overrides, occasion, self._unseal)
        check_targets(_targets(compiled), self._parts.allowed_targets)
        return dataclasses.replace(compiled, spec=signed(session, compiled.spec, self._parts.secret))

    def stored(self, assistant_id: str, key: str) -> tuple[Config, str]:
        """A stored assistant in the version that `key` draws; raises NotFound."""
        row = self._assistants.show(assistant_id)
        version = version_of(row, None, key)
        return config_of(row, version, Versions(self._session, self._org_id)), version

    def cast_of(self, squad_id: str | None, squad: Config) -> Cast:
        """A stored squad, or this one; raises NotFound and BadRequest."""
        return self._squads.cast(squad) if squad_id is None else self._squads.cast_of(squad_id)

    def taken(self, fields: AssistantFields | None) -> Config:
        """A part of a body with its secrets sealed."""
        return take(fields.given(), self._seal) if fields is not None else Config()

    def _assistant(self, body: Body, number: str | None) -> tuple[Config, str | None]:
        """The assistant, and which version of it if it is a stored one."""
        if body.assistant_id is None:
            return self.taken(body.assistant), None
        row = self._assistants.show(body.assistant_id)
        version = version_of(row, body.assistant_version, number or new_id())
        return config_of(row, version, Versions(self._session, self._org_id)), version

    def _cast(self, body: Body, overrides: tuple[Config, Config], caller: Caller) -> Cast:
        if body.squad is not None:
            cast = self._squads.cast(self._squads.taken(body.squad))
        else:
            cast = self._squads.cast_of(str(body.squad_id))
        transient = body.squad is not None
        guard_squad(cast.squad, caller, transient=transient)
        guard = partial(guard_overrides, caller=caller)
        return dataclasses.replace(cast, overrides=overrides, guard=guard, owned=transient)

    def _occasion(self, whom: Whom, assistant_id: str) -> Occasion:
        return Occasion(
            call_id=whom.call_id,
            session_id=whom.session_id,
            org_id=self._org_id,
            now=self._clock.wall(),
            call_type=whom.call_type,
            customer=whom.customer,
            transport=whom.transport,
            assistant_id=assistant_id,
            defaults=self._parts.defaults,
            vault=dataclasses.replace(self._vault, guarded=whom.guarded),
            compliance=self.settings.compliance_plan,
            server=next((s for s in (whom.number_server, self.settings.server) if s and s.get("url")), None),
            phone_number=whom.number,
        )


def compiled_columns(compiled: Compiled) -> Json:
    """What a row keeps of a compiled call."""
    return {
        "spec": without_secret_headers(compiled.spec),
        "server": compiled.server,
        "server_messages": compiled.server_messages,
        "analysis_plan": compiled.analysis_plan or None,
        "artifact_plan": compiled.artifact_plan or None,
        "compliance_plan": compiled.compliance_plan or None,
        "listen_enabled": compiled.listen_enabled,
        "control_enabled": compiled.control_enabled,
    }


def laid(overrides: Config, more: Config) -> Config:
    """Overrides over overrides: fields replace each other, variables are joined."""
    both = replace(overrides, more)
    variables = {**overrides.shown.get("variableValues", {}), **more.shown.get("variableValues", {})}
    return Config({**both.shown, "variableValues": variables}, both.sealed) if variables else both


def _part(row: CallRow, shown: Json | None, head: str) -> Config:
    start = f"{head}."
    sealed = {
        place.removeprefix(start): text for place, text in row.sealed.items() if place.startswith(start)
    }
    return Config(dict(shown or {}), sealed)


def _targets(compiled: Compiled) -> dict[str, str]:
    """Every URL the call may make us connect to, by the field it comes from."""
    squad = compiled.spec.squad
    if squad is None:
        found = _of_model(compiled.spec.assistant.model)
    else:
        found = {
            f"members.{index}.{place}": url
            for index, member in enumerate(squad.members)
            for place, url in _of_model(member.assistant.model).items()
        }
    return {**found, "server.url": compiled.server["url"] if compiled.server else ""}


def _of_model(model: ModelSpec) -> dict[str, str]:
    tools = {f"model.tools.{tool.name}.server.url": tool.server_url for tool in model.tools}
    return {**tools, "model.url": model.base_url}


def _prefixed(head: str, sealed: Mapping[str, str]) -> dict[str, str]:
    return {f"{head}.{place}": text for place, text in sealed.items()}
