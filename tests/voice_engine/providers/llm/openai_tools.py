"""What the tests of OpenAI's protocol share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.contracts.llm import GREETING
from tests.contracts.tools import collect
from tests.emulators.openai import OpenAiEmulator
from tests.emulators.openai.vendor import Behaviour
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Delta, ProviderConfig
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm

LOOPBACK = ("127.0.0.0/8",)


def adapter(
    vendor: OpenAiEmulator, options: dict[str, Any] | None = None, **more: Any
) -> OpenAiCompatibleLlm:
    """A tenant of the emulated vendor, with the operator's leave to reach loopback."""
    known = {"provider": vendor.vendor, "allowedTargets": LOOPBACK, **(options or {})}
    config = {"api_key": "sk-test", "base_url": vendor.url, "timeout_s": 5.0, **more}
    config.setdefault("model", vendor.dialect.model)
    return OpenAiCompatibleLlm(ProviderConfig(options=known, **config))


@contextmanager
def behaving(behaviour: Behaviour, name: str = "custom-llm") -> Iterator[OpenAiEmulator]:
    """A vendor that answers everything in this way; its client must have been well-behaved at the end."""
    with OpenAiEmulator(name) as vendor:
        vendor.always = behaviour
        yield vendor
    assert vendor.violations == []


async def answered(behaviour: Behaviour, **more: Any) -> list[Delta]:
    """The deltas of one reply."""
    with behaving(behaviour) as vendor:
        return await collect(adapter(vendor, **more).reply(GREETING))


async def failure(behaviour: Behaviour, **more: Any) -> tuple[ProviderError, str]:
    """How a reply failed, and what had been said by then."""
    said = ""
    with behaving(behaviour) as vendor:
        try:
            async for delta in adapter(vendor, **more).reply(GREETING):
                said += delta.text
        except ProviderError as error:
            return error, said
    raise AssertionError(f"no failure; said {said!r}")
