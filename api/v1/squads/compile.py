"""Squad + its assistants → SquadSpec: overrides laid over, templates rendered, destinations found. Pure.

Raises BadRequest naming the place when something cannot run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from api.v1.assistants.compile import Compiled, Occasion, compile_session
from api.v1.assistants.compliance import keeps_nothing, strictest
from api.v1.assistants.config import Config, overlay
from api.v1.assistants.referrals import context, variables
from api.v1.assistants.shelf import Shelf, spread
from api.v1.squads.config import part
from voice_engine.kernel.errors import BadRequest
from voice_engine.spec import AssistantSpec, DestinationSpec, FaqSpec, MemberSpec, SquadSpec

Json = dict[str, Any]
Guard = Callable[[Config, Config], Config]


@dataclass(frozen=True, slots=True)
class Cast:
    """A squad with everybody in it.

    `assistants` are the stored ones by `stored_key`. `overrides` are the call's, laid over every member last.
    `guard` judges each layer that the caller brought; `owned` says that the squad itself is the caller's too.
    `shelf` has the stored tools that any of them names.
    """

    squad: Config
    assistants: Mapping[str, Config]
    overrides: Sequence[Config] = ()
    guard: Guard = lambda assistant, _: assistant
    owned: bool = False
    squad_id: str = ""
    shelf: Shelf = field(default_factory=Shelf)


def assistant_ids(squad: Config) -> list[str | None]:
    """Each member's stored assistant; None for one of the squad's own."""
    return [stored_id(member) or None for member in squad.shown.get("members") or ()]


def stored_id(member: Mapping[str, Any]) -> str:
    """The id of the member's stored assistant; empty for one of the squad's own."""
    return str(member.get("assistantId") or member.get("agentId") or "")


def stored_key(member: Mapping[str, Any]) -> str:
    """The id of the member's stored assistant and the version it names, if it does: `…@v2`."""
    version = member.get("assistantVersion")
    return f"{stored_id(member)}@{version}" if version else stored_id(member)


def compile_squad(cast: Cast, occasion: Occasion, unseal: Callable[[str], str]) -> Compiled:
    """The entry member compiled as the call's assistant, with the whole squad in its spec."""
    laid, finder = check(cast)
    compiled = [_compiled(index, one, occasion, unseal) for index, one in enumerate(laid)]
    members = [
        _member(finder, index, member, one.spec.assistant)
        for index, (member, one) in enumerate(zip(cast.squad.shown["members"], compiled, strict=True))
    ]
    squad = SquadSpec(
        id=cast.squad_id,
        name=cast.squad.shown.get("name") or "",
        members=tuple(_connected(members)),
        max_handoffs=cast.squad.shown.get("maxHandoffs", 10),
        faqs=tuple(_faq(given) for given in cast.squad.shown.get("faqs") or ()),
    )
    entry = compiled[finder.names.index(squad.entry.name)]
    promised = strictest([entry.compliance_plan, *(one.compliance_plan for one in compiled)])
    update: Json = {"assistant": squad.entry.assistant, "squad": squad}
    spec = entry.spec.model_copy(update={**update, "masked": bool(promised.get("maskingEnabled"))})
    if keeps_nothing(promised):
        unrecorded = squad.entry.assistant.model_copy(update={"recording": False})
        spec = spec.model_copy(update={"assistant": unrecorded})
    return replace(entry, spec=spec, compliance_plan=promised)


def check(cast: Cast) -> "tuple[list[_Laid], Finder]":
    """Whether names are unique and every destination is a member; raises BadRequest."""
    members = cast.squad.shown["members"]
    laid = [_laid(cast, index, member) for index, member in enumerate(members)]
    names = [one.assistant.shown.get("name") or f"Assistant {number}" for number, one in enumerate(laid, 1)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        message = f"members: two are named {twice}; rename one with assistantOverrides.name."
        raise BadRequest("member_twice", message, field="members")
    ids = {one.id: name for one, name in zip(laid, names, strict=True) if one.id}
    offered = [_offered(member, one.assistant) for member, one in zip(members, laid, strict=True)]
    finder = Finder(names, ids, offered, cast.squad.shown.get("transfers") or ())
    for index in range(len(members)):
        finder.destinations(index, "zh")
    return laid, finder


@dataclass(frozen=True, slots=True)
class _Laid:
    """A member's assistant with all overrides laid over it; `id` if it is a stored one."""

    assistant: Config
    variables: Json
    id: str


def _laid(cast: Cast, index: int, member: Json) -> _Laid:
    place, id = f"members.{index}", stored_id(member)
    assistant = cast.assistants[stored_key(member)] if id else part(cast.squad, f"{place}.assistant")
    own = [part(cast.squad, f"{place}.assistantOverrides"), part(cast.squad, "membersOverrides")]
    variables: Json = {}
    for layer, brought in [*((one, cast.owned) for one in own), *((one, True) for one in cast.overrides)]:
        guarded = cast.guard(assistant, layer) if brought else assistant
        assistant, given = overlay(guarded, layer)
        variables |= given
    return _Laid(_spread(assistant, cast.shelf, place), variables, id)


def _spread(assistant: Config, shelf: Shelf, place: str) -> Config:
    try:
        return spread(assistant, shelf)
    except BadRequest as error:
        raise BadRequest(error.code, f"{place}: {error.message}", **error.details) from error


def _compiled(index: int, laid: _Laid, occasion: Occasion, unseal: Callable[[str], str]) -> Compiled:
    overrides = Config({"variableValues": laid.variables})
    try:
        return compile_session(laid.assistant, overrides, replace(occasion, assistant_id=laid.id), unseal)
    except BadRequest as error:
        raise BadRequest(error.code, f"members.{index}: {error.message}", **error.details) from error


# ── who is who ───────────────────────────────────────────────────────────────────────────────────────


def _member(finder: "Finder", index: int, member: Json, assistant: AssistantSpec) -> MemberSpec:
    name = finder.names[index]
    return MemberSpec(
        name=name,
        assistant=finder.without_members(assistant).model_copy(update={"name": name}),
        role=member.get("role", "secondary"),
        skills=tuple(member.get("skills") or ()),
        priority=member.get("priority", 0),
        may_refuse=member.get("refusalEnabled", True),
        destinations=finder.destinations(index, assistant.speaks),
    )


def _connected(members: Sequence[MemberSpec]) -> list[MemberSpec]:
    """Where nobody says whom to hand over to: to those with skills, and back to who takes the calls."""
    if any(m.destinations for m in members) or not any(m.skills for m in members):
        return list(members)
    entry = SquadSpec(members=tuple(members)).entry.name
    known = [m.name for m in members if m.skills or m.name == entry]
    return [
        m.model_copy(update={"destinations": tuple(DestinationSpec(member=k) for k in known if k != m.name)})
        for m in members
    ]


def _faq(given: Json) -> FaqSpec:
    return FaqSpec(questions=tuple(given["questions"]), answer=given["answer"])


def _offered(member: Json, assistant: Config) -> list[tuple[str, Json]]:
    """A member's own destinations and those of its handoff tools, each with its place."""
    own = member.get("assistantDestinations") or ()
    found = [(f"assistantDestinations.{number}", given) for number, given in enumerate(own)]
    tools = (assistant.shown.get("model") or {}).get("tools") or ()
    for place, tool in enumerate(tools):
        if tool["type"] == "handoff":
            found += [
                (f"model.tools.{place}.destinations.{number}", {**_told(tool), **given})
                for number, given in enumerate(tool["destinations"])
            ]
    return found


def _told(tool: Json) -> Json:
    """What a handoff tool says for all its destinations."""
    description = (tool.get("function") or {}).get("description")
    said = [m for m in tool.get("messages") or () if m["type"] == "request-start"]
    told: Json = {"description": description} if description else {}
    return told | ({"message": {"type": "custom-message", **_texts(said[0])}} if said else {})


def _texts(message: Json) -> Json:
    return {key: message[key] for key in ("content", "contents") if message.get(key) is not None}


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds members by name or by the id of their stored assistant. `offered` are each one's destinations."""

    names: Sequence[str]
    ids: Mapping[str, str]
    offered: Sequence[Sequence[tuple[str, Json]]]
    transfers: Sequence[Json] = ()

    def destinations(self, index: int, language: str) -> tuple[DestinationSpec, ...]:
        """Whom a member may hand over to; raises BadRequest for somebody who is no member."""
        name = self.names[index]
        found: dict[str, DestinationSpec] = {}
        for inner, given in self.offered[index]:
            if inner.startswith("model.") and not _is_member(given, self.ids):
                continue
            target = self._name(
                given.get("assistantName") or given["assistantId"], f"members.{index}.{inner}"
            )
            found.setdefault(target, _destination(target, given, language))
        for number, given in enumerate(self.transfers):
            if self._name(given["from"], f"transfers.{number}.from") == name:
                target = self._name(given["to"], f"transfers.{number}.to")
                found.setdefault(target, _destination(target, given, language))
        found.pop(name, None)  # to itself: already there
        return tuple(found.values())

    def without_members(self, assistant: AssistantSpec) -> AssistantSpec:
        """Tools that hand over to a stored assistant go where it is a member: the squad offers those."""
        kept = [tool for tool in assistant.model.tools if not self._leads_to_a_member(tool.destination)]
        model = assistant.model.model_copy(update={"tools": tuple(kept)})
        return assistant.model_copy(update={"model": model})

    def _leads_to_a_member(self, to: DestinationSpec | None) -> bool:
        return to is not None and _is_member(to.referral.get("shown") or {}, self.ids)

    def _name(self, given: str, place: str) -> str:
        name = given if given in self.names else self.ids.get(given)
        if name is None:
            message = f"{place}: no member is {given}; the members are {', '.join(self.names)}."
            raise BadRequest("destination_unknown", message, field=place)
        return name


def _is_member(given: Json, ids: Mapping[str, str]) -> bool:
    """Whether a handoff tool's destination is a member as it is in the squad."""
    stored = given.get("assistantId") in ids and not given.get("assistantOverrides")
    return stored or given.get("assistantName") is not None


def _destination(target: str, given: Json, language: str) -> DestinationSpec:
    asked = variables(given, {"member": target}) if given.get("variableExtractionPlan") else {}
    return DestinationSpec(
        member=target,
        description=given.get("description", ""),
        message=_words(given.get("message"), language),
        **context(given),
        **asked,
    )


def _words(message: Any, language: str) -> str | None:
    if message is None or isinstance(message, str):
        return message
    contents = {
        text["language"].lower().partition("-")[0]: text["text"] for text in message.get("contents") or ()
    }
    words = contents.get(language, message.get("content"))
    return words if words is not None else next(iter(contents.values()), None)
