"""What adapters of speech vendors cost: many streams at once against an emulator in a process of its own.

The same streams without an adapter are run first; what remains is the adapter's. `frameMs` is how long a
frame of sound occupies the adapter, `arrivalMs` from a message's arrival at the socket until the engine has
what it means.
"""

import asyncio
import math
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from voice_engine.audio.frame import AudioFrame
from voice_engine.bench.process import snapshot
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Flush, Stt, Transcript, Tts
from voice_engine.providers.duplex import stt as stt_pump
from voice_engine.providers.duplex import tts as tts_pump
from voice_engine.providers.duplex.socket import Socket

SLOT_S = 0.02
TURN_S, SPEECH_S = 6.0, 2.0  # a caller speaks two seconds of every six
CLAUSE = "您好，这里是客户服务，请问有什么可以帮您？"
CLAUSE_EVERY_S = 4.0
WARM_UP_S = 3.0

Json = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What was seen, in seconds."""

    frames: list[float] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    results: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    open: bool = False  # whether it counts yet


async def recognisers(make: Callable[[], Stt], streams: int, seconds: float) -> Json:
    """`streams` callers, each with a recogniser of its own."""
    tally, works = Tally(), dict[int, Any]()
    rate = make().capabilities.sample_rates[0] if make().capabilities.sample_rates else 16000
    sound = _speech(rate)

    async def caller(number: int, ear: Stt | None) -> None:
        source = _frames(sound, rate, number / streams, tally)
        if ear is None:
            async for _ in source:
                pass
            return
        async with aclosing(ear.transcribe(source)) as heard:  # type: ignore[type-var]
            async for item in heard:
                if isinstance(item, Transcript) and tally.open:
                    _arrived(tally, works.get(number))

    def with_adapter(number: int) -> Any:
        return caller(number, make())

    idle = await _measured(tally, [caller(n, None) for n in range(streams)], seconds)
    with _watching(stt_pump, works):
        busy = await _measured(tally, [with_adapter(n) for n in range(streams)], seconds)
    return _report(tally, streams, seconds, idle, busy)


async def voices(make: Callable[[], Tts], streams: int, seconds: float) -> Json:
    """`streams` agents, each saying a clause every four seconds."""
    tally, works = Tally(), dict[int, Any]()

    async def agent(number: int, mouth: Tts | None) -> None:
        await asyncio.sleep(CLAUSE_EVERY_S * number / streams)
        while True:
            began = time.perf_counter()
            if mouth is not None:
                await _clause(mouth, tally, works, number)
            await asyncio.sleep(max(0.0, CLAUSE_EVERY_S - (time.perf_counter() - began)))

    idle = await _measured(tally, [agent(n, None) for n in range(streams)], seconds)
    with _watching(tts_pump, works):
        busy = await _measured(tally, [agent(n, make()) for n in range(streams)], seconds)
    return _report(tally, streams, seconds, idle, busy)


async def _clause(mouth: Tts, tally: Tally, works: dict[int, Any], number: int) -> None:
    asked, first = time.perf_counter(), True
    async with aclosing(mouth.synthesize(_once(CLAUSE))) as said:  # type: ignore[type-var]
        async for item in said:
            if isinstance(item, AudioFrame) and tally.open:
                _arrived(tally, works.get(number))
                if first:
                    tally.firsts.append(time.perf_counter() - asked)
                first = False


async def _measured(tally: Tally, streams: list[Any], seconds: float) -> float:
    """CPU seconds of this process while everything runs."""
    tally.frames.clear()
    tasks = [asyncio.create_task(_kept(stream, tally), name=str(n)) for n, stream in enumerate(streams)]
    watch = asyncio.create_task(_lag(tally))
    await asyncio.sleep(WARM_UP_S)
    tally.open = True
    before = time.process_time()
    await asyncio.sleep(seconds)
    used = time.process_time() - before
    tally.open = False
    for task in [*tasks, watch]:
        task.cancel()
    await asyncio.gather(*tasks, watch, return_exceptions=True)
    return used


async def _kept(stream: Any, tally: Tally) -> None:
    try:
        await stream
    except ProviderError as error:
        tally.failures[error.code] = tally.failures.get(error.code, 0) + 1


async def _lag(tally: Tally) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.01
        await asyncio.sleep(0.01)
        if tally.open:
            tally.lags.append(loop.time() - due)


async def _frames(
    sound: list[bytes], rate: int, phase: float, tally: Tally
) -> AsyncIterator[AudioFrame | Flush]:
    """A caller in real time; each starts elsewhere in the turn."""
    loop = asyncio.get_running_loop()
    slots, size = round(TURN_S / SLOT_S), len(sound[0]) // 2
    at, due = round(phase * slots), loop.time()
    count = 0
    while True:
        due += SLOT_S
        await asyncio.sleep(max(0.0, due - loop.time()))
        began = time.perf_counter()
        yield AudioFrame(sound[at % slots], rate, count * size)
        if at % slots == round(SPEECH_S / SLOT_S):
            yield Flush()
        if tally.open:
            tally.frames.append(time.perf_counter() - began)
        at, count = at + 1, count + 1


async def _once(text: str) -> AsyncIterator[str]:
    yield text


def _speech(rate: int) -> list[bytes]:
    """One turn in pieces of 20 ms: a tone, then silence."""
    samples = np.arange(int(rate * TURN_S))
    wave = 8000 * np.sin(2 * math.pi * 440 * samples / rate) * (samples < rate * SPEECH_S)
    pcm, size = wave.astype("<i2").tobytes(), int(rate * SLOT_S) * 2
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


def _arrived(tally: Tally, work: Any) -> None:
    tally.results += 1
    socket = getattr(work, "_socket", None)
    heard_at = getattr(socket, "heard_at", None)
    if socket is not None and heard_at is not None:  # else it came of a deadline, not of a message
        tally.arrivals.append(time.perf_counter() - heard_at)
        socket.heard_at = None


@contextmanager
def _watching(pump: Any, works: dict[int, Any]) -> Iterator[None]:
    """Know which work belongs to which stream, and when each socket heard something last."""
    carry_out, tell = pump.carry_out, Socket._tell

    def noting(work: Any, source: Any) -> Any:
        task = asyncio.current_task()
        if task is not None and task.get_name().isdigit():  # else a wrapper asks in a task of its own
            works[int(task.get_name())] = work
        return carry_out(work, source)

    def stamped(self: Any, data: bytes) -> None:
        self.heard_at = time.perf_counter()
        tell(self, data)

    pump.carry_out, Socket._tell = noting, stamped  # type: ignore[method-assign]
    try:
        yield
    finally:
        pump.carry_out, Socket._tell = carry_out, tell  # type: ignore[method-assign]


def _report(tally: Tally, streams: int, seconds: float, idle: float, busy: float) -> Json:
    own = snapshot(os.getpid())
    return {
        "streams": streams,
        "seconds": seconds,
        "corePercentPerStream": round((busy - idle) / seconds / streams * 100, 3),
        "frameMs": _percentiles(tally.frames),
        "arrivalMs": _percentiles(tally.arrivals),
        "firstAudioMs": _percentiles(tally.firsts),
        "loopLagMs": _percentiles(tally.lags),
        "results": tally.results,
        "failures": tally.failures,
        "memoryMb": round(own.pss_mb, 1),
        "threads": own.threads,
    }


def _percentiles(values: list[float]) -> Json | None:
    if not values:
        return None
    found = np.percentile(np.array(values) * 1000, [50, 95, 99, 100])
    return {name: round(float(v), 3) for name, v in zip(("p50", "p95", "p99", "max"), found, strict=True)}
