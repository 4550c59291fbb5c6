"""The OpenAI SDK over the connections that all vendors share."""

from importlib import import_module
from typing import Any

from openai import AsyncOpenAI

from voice_engine.providers import connections
from voice_engine.providers.connections import Guard, close, http

__all__ = ["Guard", "close", "http", "sdk", "warm"]


def warm() -> None:
    """Do now what the first request would otherwise stop all calls for: the SDK loads its chat module when it
    is first used (1 to 2 s), and the certificates are read.
    """
    import_module("openai.resources.chat.chat")
    connections.warm()


async def sdk(base_url: str, api_key: str, guard: Guard) -> AsyncOpenAI:
    """An SDK client over the shared connections."""
    shared: Any = await http(guard)  # the SDK takes httpx's client, but names only that of httpx2
    return AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",
        max_retries=0,
        http_client=shared,
        default_headers={"Accept-Encoding": "identity"},
    )
