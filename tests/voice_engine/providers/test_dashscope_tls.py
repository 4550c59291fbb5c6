"""The same over TLS, as the real vendor is reached: a thread reads while the loop writes."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.stt import finals
from tests.contracts.tools import collect, pieces, then_silence
from tests.contracts.tts import seconds
from tests.emulators.dashscope import DashScopeEmulator, Manner, Script
from tests.emulators.target import certificate
from tests.voice_engine.providers.dashscope_tools import config, no_threads_left
from tests.voice_engine.providers.speech import SAID, until, utterance
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Flush
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

FIRST = utterance(*SAID[0])


@pytest.fixture
async def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DashScopeEmulator]:
    server, _ = certificate(tmp_path, "localhost")
    monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", str(tmp_path / "target.pem"))
    async with DashScopeEmulator(Manner(script=Script(tones=dict(SAID))), tls=server) as emulator:
        yield emulator
        await no_threads_left()
    assert emulator.violations == []


@pytest.mark.parametrize(
    ("ears", "voice"),
    [
        ("paraformer-realtime-v2", "cosyvoice-v3-flash"),
        ("qwen3-asr-flash-realtime", "qwen3-tts-flash-realtime"),
    ],
)
async def test_many_calls_are_heard_and_answered_over_tls(vendor, ears, voice):
    stt, tts = DashScopeStt(config(vendor, model=ears)), DashScopeTts(config(vendor, model=voice))
    calls = [collect(stt.transcribe(pieces([*FIRST.frames(), Flush()] * 3))) for _ in range(5)]
    replies = [collect(tts.synthesize(pieces(["您好。", "请说。"]))) for _ in range(5)]

    heard = await asyncio.gather(*calls)
    said = await asyncio.gather(*replies)

    assert [[t for t in finals(h) if t] for h in heard] == [[FIRST.text] * 3] * 5
    assert [round(seconds(s), 2) for s in said] == [0.84] * 5


async def test_hanging_up_over_tls_takes_no_time(vendor):
    stt = DashScopeStt(config(vendor))
    listener = asyncio.create_task(collect(stt.transcribe(then_silence(FIRST.frames()))))
    await until(lambda: vendor.tasks and vendor.tasks[0].audio_bytes)

    started = time.perf_counter()
    listener.cancel()
    await asyncio.wait([listener])

    assert time.perf_counter() - started < 0.05


async def test_a_certificate_nobody_vouches_for_is_a_network_failure(vendor, monkeypatch):
    monkeypatch.delenv("WEBSOCKET_CLIENT_CA_BUNDLE")

    with pytest.raises(ProviderError) as failure:
        await collect(DashScopeTts(config(vendor)).synthesize(pieces(["您好。"])))

    assert failure.value.kind == "network"
    assert vendor.tasks == []
