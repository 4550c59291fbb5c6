"""Which credential a call uses: the assistant's own, one it names, the organisation's newest. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from api.v1.credentials.kinds import SERVERS
from voice_engine.kernel.errors import BadRequest, Forbidden
from voice_engine.spec import (
    AssistantSpec,
    AuthenticationSpec,
    ModelSpec,
    TranscriberSpec,
    VoiceSpec,
)

S = TypeVar("S", ModelSpec, TranscriberSpec, VoiceSpec)
V = TypeVar("V", TranscriberSpec, VoiceSpec)
P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored credential; `plan` and `encryption` are its plans, without secrets, if it has them."""

    id: str
    provider: str
    sealed: str = field(repr=False)
    plan: dict[str, Any] | None = None
    encryption: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Vault:
    """An organisation's credentials, newest first.

    `guarded`: they go to vendors only, to no address that stands in the assistant, for it may be anybody's.
    """

    kept: tuple[Kept, ...] = ()
    guarded: bool = False

    def find(self, provider: str, named: Collection[str] = ()) -> Kept | None:
        """The one to use with this provider: one of the named, else the newest."""
        fitting = [each for each in self.kept if each.provider == provider]
        return next((each for each in fitting if each.id in named), next(iter(fitting), None))

    def authentication(self, asked: AuthenticationSpec) -> AuthenticationSpec:
        """The same with the credential's plan; raises BadRequest when there is none of that id.

        Forbidden where the server's address may be anybody's: the secret would be sent there.
        """
        found = next((k for k in self.kept if k.id == asked.credential_id and k.provider in SERVERS), None)
        if self.guarded:
            message = "This key may not use server.credentialId in an assistant or overrides of its own."
            raise Forbidden("credential_not_allowed", message)
        if found is None:
            message = f"server.credentialId: no credential for servers has the id {asked.credential_id!r}."
            raise BadRequest("credential_not_found", message, field="server.credentialId")
        update = {"plan": found.plan or {}, "sealed": found.sealed, "encryption": found.encryption}
        return asked.model_copy(update=update)


def equip(assistant: AssistantSpec, vault: Vault, named: Collection[str] = ()) -> AssistantSpec:
    """The assistant with a stored credential wherever it has no key of its own, or names one for a server."""
    if _asks_servers(assistant):
        assistant = with_proofs(assistant, vault)
    ear, mouth = _proven(assistant.transcriber, vault), _proven(assistant.voice, vault)
    assistant = assistant.model_copy(update={"transcriber": ear, "voice": mouth})
    if not vault.kept:
        return assistant
    parts = {
        "model": _equipped(assistant.model, vault, named),
        "transcriber": _equipped(assistant.transcriber, vault, named),
        "voice": _equipped(assistant.voice, vault, named),
    }
    return assistant.model_copy(update=parts)


def _proven(spec: V, vault: Vault) -> V:
    """A recogniser or voice at a server of the tenant's own, with the credential that the server names."""
    fallbacks = tuple(_proven(other, vault) for other in spec.fallbacks)
    spec = spec.model_copy(update={"fallbacks": fallbacks}) if fallbacks else spec
    server = spec.extra.get("server") or {}
    if not server.get("credentialId"):
        return spec
    proof = vault.authentication(AuthenticationSpec(credential_id=server["credentialId"]))
    known = {**server, "authentication": {"plan": proof.plan, "sealed": proof.sealed}}
    return spec.model_copy(update={"extra": {**spec.extra, "server": known}})


def _asks_servers(assistant: AssistantSpec) -> bool:
    """A quick look, for most assistants have nothing to find."""
    elsewhere = assistant.hooks or assistant.endpointing
    return bool(elsewhere) or any(tool.authentication for tool in assistant.model.tools)


def with_proofs(part: P, vault: Vault) -> P:
    """A part of a spec in which every server has the credential it names; raises like `authentication`."""
    if isinstance(part, AuthenticationSpec):
        return part if part.plan else cast("P", vault.authentication(part))
    changed: dict[str, Any] = {}
    for name in type(part).model_fields:
        old = getattr(part, name)
        if isinstance(old, BaseModel):
            new: Any = with_proofs(old, vault)
        elif isinstance(old, tuple) and old and isinstance(old[0], BaseModel):
            new = tuple(with_proofs(each, vault) for each in old)
            new = old if all(one is other for one, other in zip(old, new, strict=True)) else new
        else:
            continue
        if new is not old:
            changed[name] = new
    return part.model_copy(update=changed) if changed else part


def _equipped(spec: S, vault: Vault, named: Collection[str]) -> S:
    fallbacks = tuple(_equipped(other, vault, named) for other in spec.fallbacks)
    spec = spec.model_copy(update={"fallbacks": fallbacks}) if fallbacks else spec
    if spec.sealed_api_key or (vault.guarded and _leads_elsewhere(spec)):
        return spec
    found = vault.find(spec.provider, named)
    if found is None:
        return spec
    update: dict[str, Any] = {"sealed_api_key": found.sealed, "credential_id": found.id}
    if found.plan:
        update["extra"] = {**spec.extra, "authenticationPlan": found.plan}
    return spec.model_copy(update=update)


def _leads_elsewhere(spec: ModelSpec | TranscriberSpec | VoiceSpec) -> bool:
    return bool(getattr(spec, "base_url", "") or spec.extra.get("url") or spec.extra.get("server"))
