"""The platform's own accounts at vendors: one setting for each field that kernel.accounts names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, Field, SecretStr, create_model

from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL, platform_fields
from voice_engine.kernel.settings import Settings


def key(name: str, description: str) -> SecretStr:
    """A secret under the name the whole world expects, e.g. DASHSCOPE_API_KEY, or with YINGDA_ before it."""
    names = AliasChoices(name.lower(), f"YINGDA_{name}", name)
    return Field(SecretStr(""), validation_alias=names, description=description)


def _fields() -> Mapping[str, Any]:
    fields: dict[str, Any] = {}
    for name, (provider, part) in platform_fields().items():
        label = ACCOUNTS[provider].label
        if part == BASE_URL:
            names = AliasChoices(name.lower(), f"YINGDA_{name}", name)
            told = f"{label}: another address than its own (an emulator, a private gateway)"
            fields[name.lower()] = (str, Field("", validation_alias=names, description=told))
        else:
            fields[name.lower()] = (SecretStr, key(name, f"{label}: {part}"))
    return fields


if TYPE_CHECKING:
    VendorSettings = Settings
else:
    VendorSettings = create_model("VendorSettings", __base__=Settings, __module__=__name__, **_fields())


def platform_account(settings: Settings, provider: str) -> dict[str, str]:
    """The fields of the platform's own account that are set; empty for a provider that has none."""
    account = ACCOUNTS.get(provider)
    if account is None or not account.prefix:
        return {}
    given = {name: getattr(settings, account.setting(name).lower()) for name in account.fields}
    return {name: value.get_secret_value() for name, value in given.items() if value.get_secret_value()}


def platform_url(settings: Settings, provider: str) -> str:
    """Where the provider is, if not at its own address."""
    account = ACCOUNTS.get(provider)
    if account is None or not account.prefix:
        return ""
    url: str = getattr(settings, account.setting(BASE_URL).lower())
    return url
