"""What a DashScope stream costs: CPU, threads, time added. The emulator runs in a process of its own.

python -m tests.voice_engine.providers.measure_dashscope hear qwen3-asr-flash-realtime 50
"""

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from tests.emulators.dashscope import DashScopeEmulator, Manner, Script
from tests.emulators.dashscope.mouth import Mouth
from tests.voice_engine.providers.speech import SAID, tone
from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush, ProviderConfig
from voice_engine.providers.dashscope_sdk.hearing import Hearing
from voice_engine.providers.dashscope_sdk.speech import Speech
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

FRAME_S = 0.02
REPLY = "您好，您刚才问的是账户余额，请您稍等，我马上为您查询。"
_arrivals: list[float] = []  # seconds from the vendor's send to our reaction
_steps: list[float] = []  # seconds the adapter kept one frame


def main() -> None:
    """One measurement, one line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("hear", "speak", "nothing"))
    parser.add_argument("model")
    parser.add_argument("streams", type=int)
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    vendor = multiprocessing.get_context("spawn").Process(target=_emulate, args=(theirs,), daemon=True)
    vendor.start()
    url = ours.recv()
    asyncio.run(_measure(chosen, url))
    vendor.terminate()


async def _measure(chosen: argparse.Namespace, url: str) -> None:
    for kind in (Hearing, Speech):
        _watch(kind)
    config = ProviderConfig(api_key="sk-x", base_url=url, model=chosen.model)
    one = {"hear": _hear, "speak": _speak, "nothing": _nothing}[chosen.what]
    tasks = []
    for _ in range(chosen.streams):
        tasks.append(asyncio.create_task(one(config)))
        await asyncio.sleep(1.0 / chosen.streams)
    await asyncio.sleep(4.0)
    _arrivals.clear()
    _steps.clear()
    before, cpu = time.perf_counter(), _cpu()
    most = 0
    while time.perf_counter() < before + chosen.seconds:
        most = max(most, threading.active_count())
        await asyncio.sleep(0.1)
    used = (_cpu() - cpu) / (time.perf_counter() - before)
    for task in tasks:
        task.cancel()
    failed = [r for r in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(r, Exception)]
    each = 100 * used / chosen.streams
    sys.stdout.write(
        f"{chosen.what} {chosen.model} x{chosen.streams}: {each:.2f} % of a core each, "
        f"{100 * used:.0f} % in all, {most} threads, frame {_told(_steps)}, event {_told(_arrivals)}, "
        f"{len(failed)} failed {failed[:1]}\n"
    )


async def _hear(config: ProviderConfig) -> None:
    async with aclosing(DashScopeStt(config).transcribe(_caller(_steps))) as heard:  # type: ignore[type-var]
        async for _ in heard:
            pass


async def _nothing(config: ProviderConfig) -> None:
    async for _ in _caller([]):
        pass


async def _speak(config: ProviderConfig) -> None:
    voice = DashScopeTts(config)
    while True:
        async with aclosing(voice.synthesize(_text())) as sounds:  # type: ignore[type-var]
            async for _ in sounds:
                pass


async def _text() -> AsyncIterator[str]:
    yield REPLY


async def _caller(steps: list[float]) -> AsyncIterator[AudioFrame | Flush]:
    """Speaks and pauses by turns, in real time."""
    said = tone(SAID[0][0], 2.0) + bytes(int(16000 * 2 * 1.5))
    size = int(16000 * FRAME_S) * 2
    due = time.perf_counter()
    while True:
        for at in range(0, len(said), size):
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            started = time.perf_counter()
            yield AudioFrame(said[at : at + size], 16000)
            steps.append(time.perf_counter() - started)
        yield Flush()


def _watch(kind: type[Any]) -> None:
    react = kind.react

    def watched(self: Any, item: Any) -> Iterator[Any]:
        if isinstance(item, dict) and "sent" in item:
            _arrivals.append(time.monotonic() - item["sent"])
        return react(self, item)

    kind.react = watched


def _told(values: list[float]) -> str:
    if len(values) < 2:
        return "-"
    ms = [1000 * v for v in statistics.quantiles(values, n=100)]
    return f"{ms[49]:.2f}/{ms[94]:.2f}/{ms[98]:.2f} ms (p50/p95/p99 of {len(values)})"


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _emulate(told: Any) -> None:
    send = Mouth._send

    async def stamped(self: Mouth, frame: str | bytes) -> None:
        await send(self, f'{frame[:-1]}, "sent": {time.monotonic()}}}' if isinstance(frame, str) else frame)

    Mouth._send = stamped  # type: ignore[method-assign]

    async def serve() -> None:
        manner = Manner(script=Script(tones=dict(SAID)), pace=0.9)
        async with DashScopeEmulator(manner) as vendor:
            told.send(vendor.url)
            await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
