"""What one process knows of all vendors, and who of them begins a conversation."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2s
from typing import Any

from voice_engine.providers.base import ProviderConfig, Warms
from voice_engine.providers.pool.allowance import Allowances
from voice_engine.providers.pool.figures import Component, Gauges, silent
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.platform import PlatformPlans, S
from voice_engine.providers.pool.standing import Key, Scout, Standings
from voice_engine.providers.pool.strategy import STRATEGIES
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec, TranscriberSpec, VoiceSpec

Spec = ModelSpec | TranscriberSpec | VoiceSpec


class Vendors:
    """Made once per process. BadRequest when the setting `fallback_plans` cannot be used."""

    def __init__(self, settings: EngineSettings, gauges: Gauges = silent) -> None:
        self._plans = PlatformPlans(settings.fallback_plans)
        self._conversations: Counter[Component] = Counter()
        self.standings = Standings(gauges=gauges)
        self.allowances = Allowances(settings.provider_limits)

    def complete(self, spec: S) -> S:
        """With the platform's fallbacks, where it has neither its own nor a vendor of its own."""
        return spec if _is_tenants(spec) else self._plans.complete(spec)

    def member(
        self, component: Component, spec: Spec, org_id: str, config: ProviderConfig, part: Any
    ) -> Member[Any]:
        """The adapter `part` with what is known of its vendor."""
        own = _is_tenants(spec)
        key = Key(org_id, component, spec.provider, spec.model, _digest(config, _own_address(spec)))
        standing = self.standings.of(key)
        standing.allowance = self.allowances.of(component, spec.provider, org_id, own_key=own)
        standing.scout = _scout(part, spec)
        standing.wanted_at = _now()
        return Member(part, spec.provider, spec.model, standing, spec.weight)

    def order(self, component: Component, spec: Spec, members: list[Member[Any]]) -> list[Member[Any]]:
        """In which they are asked in the conversation that begins now."""
        turn = self._conversations[component]
        self._conversations[component] += 1
        return STRATEGIES[spec.strategy](members, _now(), turn)


def _scout(part: object, spec: Spec) -> Scout | None:
    """The adapter's own way to look at its vendor. Who knows what a tenant's server makes of a look?"""
    return part.warm if isinstance(part, Warms) and not _is_tenants_server(spec) else None


def _digest(config: ProviderConfig, address: str) -> int:
    """Tells keys and addresses apart, the same in every process; nobody can tell the key from it."""
    digest = blake2s(f"{config.base_url}\0{address}".encode(), digest_size=8)
    for name, secret in sorted(config.secrets.items()):
        digest.update(f"\0{name}\0{secret}".encode())
    return int.from_bytes(digest.digest())


def _own_address(spec: Spec) -> str:
    """Where the tenant says that the vendor is; empty when it does not say."""
    if isinstance(spec, ModelSpec):
        return spec.base_url
    server = spec.extra.get("server")
    return str(spec.extra.get("url") or (server.get("url", "") if isinstance(server, Mapping) else ""))


def _is_tenants_server(spec: Spec) -> bool:
    return spec.provider.startswith("custom-") or bool(_own_address(spec))


def _is_tenants(spec: Spec) -> bool:
    """Whether the key or the server is the tenant's: whose data and money go where is not ours to say."""
    return bool(spec.sealed_api_key) or _is_tenants_server(spec)


def _now() -> float:
    """The loop's time; outside of a loop nothing is known of vendors and any time will do."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return time.monotonic()
