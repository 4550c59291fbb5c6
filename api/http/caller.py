"""Who is calling, and what that caller may do. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any, Literal, Self

from api.http.scopes import Role, covers
from voice_engine.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Vapi's TokenRestrictions, and networks. An empty tuple restricts nothing."""

    origins: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    assistant_ids: tuple[str, ...] = ()
    transient_assistant: bool = True

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """From the stored form, `v1.api_keys.schemas.KeyRestrictions`."""
        if not raw.get("enabled", True):
            return cls()
        return cls(
            tuple(raw.get("allowedOrigins") or ()),
            tuple(raw.get("allowedCidrs") or ()),
            tuple(raw.get("allowedAssistantIds") or ()),
            raw.get("allowTransientAssistant", True),
        )

    def within(self, other: "Restrictions") -> bool:
        """Whether whoever is restricted by `other` is by these at least as much."""
        pairs = (
            (self.origins, other.origins),
            (self.networks, other.networks),
            (self.assistant_ids, other.assistant_ids),
        )
        narrower = all(not theirs or (own and set(own) <= set(theirs)) for own, theirs in pairs)
        return narrower and (other.transient_assistant or not self.transient_assistant)

    def checked(self) -> Self:
        """The same; ValueError if a network is none."""
        for network in self.networks:
            ip_network(network)
        return self

    def check(self, *, origin: str | None, address: str | None) -> None:
        """Raise Forbidden for a page or a network the key is not for."""
        if self.origins and (origin or "").lower() not in self.origins:
            page = origin or "no origin"
            raise Forbidden("origin_not_allowed", f"This key may not be used by pages of {page}.")
        if self.networks and not _within(address, self.networks):
            raise Forbidden("address_not_allowed", f"This key may not be used from the address {address}.")


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `id` is the key's or the member's; `role` and `login_id` are a member's."""

    org_id: str
    kind: Literal["private", "public", "member"]
    id: str
    scopes: frozenset[str]
    role: Role | None = None
    login_id: str | None = None
    restrictions: Restrictions = field(default=Restrictions())

    def need(self, scope: str) -> None:
        """Raise Forbidden unless the caller holds `scope`."""
        if not covers(self.scopes, scope):
            what = f"the role {self.role}" if self.role else "this key"
            message = f"This needs the scope {scope}, which {what} does not have."
            raise Forbidden("scope_missing", message, scope=scope)

    def may_use_assistant(self, assistant_id: str | None) -> None:
        """Raise Forbidden unless the key may use this stored assistant (None = a transient one)."""
        allowed = self.restrictions
        if assistant_id is None and not allowed.transient_assistant:
            message = "This key may not use a transient assistant; pass assistantId instead."
            raise Forbidden("transient_assistant_not_allowed", message)
        if assistant_id and allowed.assistant_ids and assistant_id not in allowed.assistant_ids:
            message = "This key is restricted to other assistants; add this one to its allowedAssistantIds."
            raise Forbidden("assistant_not_allowed", message)


def _within(address: str | None, networks: tuple[str, ...]) -> bool:
    try:
        here = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(here, "ipv4_mapped", None)
    return any((mapped or here) in ip_network(network) for network in networks)
