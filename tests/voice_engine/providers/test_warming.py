"""Every vendor can be looked at without being billed; the few that cannot are named here, with the reason."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.emulators.minimax import MiniMaxEmulator
from tests.emulators.minimax.server import ACCOUNT
from tests.emulators.target import closed_port
from tests.voice_engine.providers.speech import hang_up
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers import registry
from voice_engine.providers.base import ProviderConfig, Warms
from voice_engine.providers.duplex import warm
from voice_engine.providers.tts.minimax import MiniMaxTts
from voice_engine.providers.warming import knock

NOT_LOOKED_AT = {
    "pocketsphinx": "works in this process",
    "sherpa-onnx": "works in this process",
    "espeak": "works in this process",
    "custom-transcriber": "is a tenant's own: a connection is a call to it",
    "custom-voice": "is a tenant's own: who knows what it makes of a request that asks nothing",
}
OTHER_SERVICES: list[tuple[registry.Kind, str, dict[str, Any]]] = [
    ("tts", "baidu", {"model": "http"}),
    ("stt", "funasr", {"options": {"kind": "http"}}),
    ("stt", "funasr", {"options": {"kind": "nano"}}),
    ("tts", "minimax", {"options": {"transport": "http"}}),
]
NEEDED = {
    ("stt", "openai"): "gpt-live-transcribe",
    ("tts", "openai"): "gpt-4o-mini-tts",
    ("stt", "whisper"): "large-v3",
}
SECRETS = {"apiKey": "k", "secretKey": "k", "secretId": "i", "appId": "1", "appKey": "a", "apiSecret": "s"}
KEYS = {**SECRETS, "accessKeyId": "i", "accessKeySecret": "s", "accessToken": "t", "region": "chinaeast2"}


def services() -> list[tuple[registry.Kind, str, dict[str, Any]]]:
    kinds: tuple[registry.Kind, ...] = ("stt", "tts")
    return [(kind, name, {}) for kind in kinds for name in registry.REGISTRY[kind]] + OTHER_SERVICES


LOOKED_AT = [service for service in services() if service[1] not in NOT_LOOKED_AT]


def adapter(kind: registry.Kind, name: str, chosen: dict[str, Any], url: str) -> Any:
    address = url.replace("http", "ws", 1) if name == "dashscope" else url
    config = {"model": NEEDED.get((kind, name), ""), **chosen}
    return registry.load(kind, name)(ProviderConfig(secrets=KEYS, base_url=address, **config))


@pytest.mark.parametrize("kind", ["stt", "tts"])
def test_every_speech_vendor_can_be_looked_at_or_is_named_with_the_reason_why_not(kind: registry.Kind):
    cold = {name for name in registry.REGISTRY[kind] if not issubclass(registry.load(kind, name), Warms)}

    assert cold == NOT_LOOKED_AT.keys() & registry.REGISTRY[kind].keys()


@pytest.mark.parametrize(("kind", "name", "chosen"), LOOKED_AT)
async def test_a_vendor_that_is_not_there_is_found_out(
    kind: registry.Kind, name: str, chosen: dict[str, Any]
):
    with closed_port() as port:
        service = adapter(kind, name, chosen, f"http://127.0.0.1:{port}")

        with pytest.raises(ProviderError) as failure:
            await service.warm()
    assert failure.value.kind == "network"


async def test_a_look_through_wrappers_leaves_a_socket_for_the_first_words():
    async with MiniMaxEmulator() as vendor:
        voice = MiniMaxTts(ProviderConfig(secrets=ACCOUNT, base_url=vendor.url))

        await voice.warm()
        await voice.warm()

        assert vendor.connections == 1
        assert warm.count(voice._pieces._inner._plan.account) == 1
        await hang_up()
    assert vendor.violations == []


@pytest.fixture
async def door() -> AsyncIterator[tuple[int, "asyncio.Queue[bytes]"]]:
    """A port, and what was said there until the caller left."""
    said: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.put_nowait(await reader.read())
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], said


async def test_who_knocks_says_nothing(door: tuple[int, "asyncio.Queue[bytes]"]):
    port, said = door

    await knock(f"ws://127.0.0.1:{port}/v1", "a")

    assert await asyncio.wait_for(said.get(), 1) == b""
