"""Which fields a credential of each provider has, for forms. Pure."""

from typing import Literal, get_args

from api.v1.credentials.schemas import ProviderField, ProviderFields
from voice_engine.kernel.accounts import ACCOUNTS, OPEN_FIELDS, Account
from voice_engine.providers import registry

Service = Literal["transcriber", "model", "voice"]
_KINDS: dict[Service, registry.Kind] = {"transcriber": "stt", "model": "llm", "voice": "tts"}
_IN_A_PLAN = frozenset({"clientSecret"})  # a part of authenticationPlan, no field of its own


def forms() -> list[ProviderFields]:
    """One for each provider, by name."""
    return [_form(provider, account) for provider, account in sorted(ACCOUNTS.items()) if account.fields]


def _form(provider: str, account: Account) -> ProviderFields:
    names = [name for name in account.fields if name not in _IN_A_PLAN]
    fields = [
        ProviderField(name=name, required=name in account.needed, secret=name not in OPEN_FIELDS)
        for name in names
    ]
    services = [service for service in get_args(Service) if provider in registry.names(_KINDS[service])]
    return ProviderFields(
        provider=provider, name=account.label, fields=fields, one_of=[*account.one_of], services=services
    )
