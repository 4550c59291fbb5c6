"""What `yingda doctor` says of vendors: whose keys there are and, when it is asked, whether they work."""

import asyncio
import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any

from api.launcher.checks import Finding
from api.launcher.settings import LauncherSettings
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.kernel.vendor_settings import platform_account, platform_url

GUIDE = "docs/guides/vendors.md tells where keys go; `yingda emulate` needs none."


def keys(settings: LauncherSettings) -> Iterator[Finding]:
    """Which vendors' keys are there, whole or in part; never what they are."""
    without = []
    for provider, account in ACCOUNTS.items():
        given = platform_account(settings, provider)
        lacking = [account.setting(name) for name in account.lacking(given)]
        if not account.prefix or provider in _local(settings):
            continue
        if not given:
            without.append(provider)
        elif lacking:
            found = f"{', '.join(map(account.setting, given))} without {', '.join(lacking)}"
            yield Finding(account.label, "problem", found, f"Set {', '.join(lacking)} as well.")
        else:
            yield Finding(account.label, "ok", f"{', '.join(map(account.setting, given))} set")
    for provider in sorted(_local(settings)):
        yield Finding(ACCOUNTS[provider].label, "ok", f"at {platform_url(settings, provider)}")
    if without:
        yield Finding("vendors without keys", "absent", ", ".join(without), GUIDE)
    if importlib.util.find_spec("dashscope") is None:
        yield Finding("DashScope SDK", "problem", "not installed", "Run: scripts/setup")


def trials(settings: LauncherSettings) -> list[Finding]:
    """Ask each vendor that there is a key for, all at once; costs less than a fen each and 15 s at most."""
    return asyncio.run(_try_all(settings, _usable(settings)))


def _usable(settings: LauncherSettings) -> list[str]:
    """Those with a whole account, and servers of one's own."""
    return [
        provider
        for provider, account in ACCOUNTS.items()
        if provider in _local(settings)
        or ((given := platform_account(settings, provider)) and not account.lacking(given))
    ]


def _local(settings: LauncherSettings) -> set[str]:
    """Servers that need no key, and that somebody has said the address of."""
    return {
        provider
        for provider, account in ACCOUNTS.items()
        if account.prefix and not account.needed and not account.one_of and platform_url(settings, provider)
    }


async def _try_all(settings: LauncherSettings, providers: list[str]) -> list[Finding]:
    from api.v1.credentials.schemas import Try
    from api.v1.credentials.trial import trial
    from voice_engine.kernel.clock import SystemClock
    from voice_engine.providers.factory import Factory

    factory, clock = Factory(settings), SystemClock()
    results = await asyncio.gather(*(trial(name, {}, "", Try(), factory, clock) for name in providers))
    return [_finding(result) for result in results]


def _finding(result: Mapping[str, Any]) -> Finding:
    """One vendor's answer. Who only wants a model named has not been asked."""
    label = ACCOUNTS[result["provider"]].label
    checks = result["checks"]
    found = "; ".join(_said(check) for check in checks)
    if result["ok"]:
        return Finding(label, "ok", found)
    if all(check["error"]["kind"] == "bad_request" and not check["error"]["requestId"] for check in checks):
        return Finding(label, "absent", found, "Try it with POST /v1/credentials/test, which takes models.")
    return Finding(label, "problem", found, "The page of the vendor in docs/reference/vendors explains it.")


def _said(check: Mapping[str, Any]) -> str:
    sentence = check["sentence"].removeprefix("The key works; ").removesuffix(".")
    error = check.get("error") or {}
    known = ", ".join(filter(None, (error.get("kind"), error.get("code"), error.get("requestId"))))
    return f"{check['component']}: {sentence} ({known})" if known else sentence
