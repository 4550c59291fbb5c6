"""What a public key may lay over an assistant. Pure.

A public key is in everybody's hands. Where it may not bring an assistant of its own, it may only fill in
the one it is given; and it never gets a stored vendor key sent to an address of its own choosing.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from api.http.caller import Caller
from api.v1.assistants.config import Config
from api.v1.assistants.schemas.urls import host_of
from api.v1.calls.schemas import CreateCall, CreateWebCall
from api.v1.squads.compile import assistant_ids
from voice_engine.kernel.errors import Forbidden

_FILLING_IN = frozenset(
    {"variableValues", "firstMessage", "firstMessageMode", "firstMessageInterruptionsEnabled"}
    | {"endCallMessage", "clientMessages", "metadata", "name"}
)


def guard_overrides(assistant: Config, overrides: Config, caller: Caller) -> Config:
    """The assistant as this caller may use it with these overrides; raises Forbidden."""
    if caller.kind != "public":
        return assistant
    if not caller.restrictions.transient_assistant:
        beyond = sorted(set(overrides.shown) - _FILLING_IN)
        if beyond:
            message = (
                f"This key may not override {', '.join(beyond)}; it may: {', '.join(sorted(_FILLING_IN))}."
            )
            raise Forbidden("override_not_allowed", message)
    chosen = _hosts(assistant.shown, set(overrides.shown.get("variableValues") or ()))
    if chosen:
        message = f"This key may not set {', '.join(sorted(chosen))}: the host of an address is made of it."
        raise Forbidden("override_not_allowed", message)
    return keyless(assistant, overrides)


def keyless(assistant: Config, overrides: Config) -> Config:
    """The assistant without its inline credentials for providers that these overrides give an address."""
    return without_keys(assistant, set(_sent_elsewhere(overrides.shown)))


def guarded(body: CreateCall | CreateWebCall, caller: Caller) -> bool:
    """Whether stored credentials stay away from addresses in the assistant, whose author may be anybody."""
    if caller.kind != "public":
        return False
    laid_over = (body.assistant_overrides, body.squad_overrides)
    named = {name for fields in laid_over if fields is not None for name in fields.given()}
    return body.assistant is not None or body.squad is not None or not named <= _FILLING_IN


def guard_squad(squad: Config, caller: Caller, *, transient: bool) -> None:
    """Raise Forbidden unless the caller may use every assistant in the squad."""
    if transient:
        caller.may_use_assistant(None)
    for id in assistant_ids(squad):
        if id is not None:
            caller.may_use_assistant(id)
        elif not transient and caller.restrictions.assistant_ids:
            message = "This key is restricted to other assistants; this squad has assistants of its own."
            raise Forbidden("assistant_not_allowed", message)


def without_keys(assistant: Config, providers: Collection[str]) -> Config:
    """The same assistant, its inline credentials for these providers left out."""
    credentials = assistant.shown.get("credentials") or []
    kept = [credential for credential in credentials if credential["provider"] not in providers]
    if len(kept) == len(credentials):
        return assistant
    keys = {credential["provider"]: assistant.api_key(credential["provider"]) for credential in kept}
    sealed = {place: text for place, text in assistant.sealed.items() if not place.startswith("credentials.")}
    for index, credential in enumerate(kept):
        sealed[f"credentials.{index}.apiKey"] = keys[credential["provider"]]
    return Config({**assistant.shown, "credentials": kept}, sealed)


def _hosts(fields: Any, given: Collection[str]) -> set[str]:
    """Those of the given variables that choose the host of an address: keys and calls would go there."""
    if isinstance(fields, list):
        return {name for each in fields for name in _hosts(each, given)}
    if not isinstance(fields, dict):
        return set()
    host = host_of(str(fields.get("url") or fields.get("serverUrl") or ""))
    found = {name for name in given if re.search(rf"\b{re.escape(name)}\b", host)}
    return found.union(*(_hosts(each, given) for each in fields.values()))


def _sent_elsewhere(fields: Any) -> Iterator[str]:
    """Providers that are given an address, as a part of the assistant or in a plan of fallbacks."""
    if isinstance(fields, list):
        for each in fields:
            yield from _sent_elsewhere(each)
    elif isinstance(fields, dict):
        places = {**fields, **(fields.get("options") or {})}
        if "provider" in fields and (places.get("url") or places.get("server")):
            yield str(fields["provider"])
        for each in fields.values():
            yield from _sent_elsewhere(each)
