"""A squad's configuration: assistants within assistants, each with its secrets beside it. Pure."""

from collections.abc import Iterator
from typing import Any

from api.v1.assistants.config import Config, Seal, take

Json = dict[str, Any]


def take_squad(given: Json, seal: Seal, stored: Config | None = None) -> Config:
    """Part the client's JSON from the secrets in its members and overrides.

    A credential without a key takes the stored one of its provider in the same place: members are found
    again by their assistant's name. Raises BadRequest like `assistants.config.take`.
    """
    before = stored or Config()
    shown, sealed = dict(given), dict[str, str]()
    if "members" in given:
        shown["members"] = [dict(member) for member in given["members"]]
    for place, holder, key in _parts(shown):
        taken = take(holder[key], seal, part(before, _earlier(before, place, holder)))
        holder[key] = taken.shown
        sealed |= {f"{place}.{inner}": text for inner, text in taken.sealed.items()}
    return Config(shown, sealed)


def parts_of(squad: Config) -> Iterator[tuple[str, Config]]:
    """Every assistant and every override in the squad, by its place: `members.0.assistant` …"""
    for place, _, _ in _parts(squad.shown):
        yield place, part(squad, place)


def part(squad: Config, place: str) -> Config:
    """The configuration at a place; empty if there is none."""
    found: Any = squad.shown
    for step in place.split("."):
        found = _step(found, step)
    head = f"{place}."
    sealed = {at.removeprefix(head): text for at, text in squad.sealed.items() if at.startswith(head)}
    return Config(dict(found or {}), sealed)


def _parts(shown: Json) -> Iterator[tuple[str, Json, str]]:
    """Place, the object that holds it, its key there."""
    for index, member in enumerate(shown.get("members") or ()):
        for key in ("assistant", "assistantOverrides"):
            if key in member:
                yield f"members.{index}.{key}", member, key
    if "membersOverrides" in shown:
        yield "membersOverrides", shown, "membersOverrides"


def _earlier(stored: Config, place: str, holder: Json) -> str:
    """Where the same part was before members were put into another order."""
    head, _, key = place.rpartition(".")
    if not head:
        return place
    for index, member in enumerate(stored.shown.get("members") or ()):
        if _identity(member) and _identity(member) == _identity(holder):
            return f"members.{index}.{key}"
    return place


def _identity(member: Json) -> Any:
    return member.get("assistantId") or member.get("agentId") or (member.get("assistant") or {}).get("name")


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None
