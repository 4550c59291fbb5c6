"""Runs of the media benchmark: a system on the first core, vendors and callers on the second, one load.

Systems take turns in short rounds, so that whatever else the machine does meets each of them.
"""

import asyncio
import contextlib
import os
import platform
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

import httpx
from redis.asyncio import Redis

from voice_engine.bench import measured, systems, vendors
from voice_engine.bench.crowd import Crowd, Dialled
from voice_engine.bench.measured import Json, Round
from voice_engine.bench.plan import Plan
from voice_engine.bench.process import free_port, pin, running, snapshot, until_answering
from voice_engine.bench.question import question, vad_lateness
from voice_engine.bench.systems import System
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.events import Event, EventType

DIALLED_AT_ONCE = 5  # where the arrival is not what is measured
FIRST_CALL_S = 5.0
ADMITTED_S = 1.0  # a refusal behind the door has come by then
SETTLE_S = 2.0  # books are closed, pipelines torn down
TALKING, ARRIVING, ARRIVED_S, BURSTS = 8, 10, 3.0, 3
OVERLOAD = 1.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run happens; `rival` is the Python of Pipecat's environment."""

    redis_url: str
    directory: Path
    rival: Path | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What every round needs."""

    plan: Plan
    question: list[bytes]
    vad_late: float
    vendors: httpx.AsyncClient
    vendors_pid: int


async def steady(plan: Plan, place: Place, rounds: int, only: Collection[str] = ()) -> Json:
    """All calls talk; `rounds` rounds of the plan's duration for each system, in turns; `only` names some."""
    found: dict[str, Round] = {}
    async with _staged(plan, place, plan.calls + 10) as (stage, rivals):
        for _ in range(rounds):
            for system in (one for one in rivals if not only or one.name in only):
                one = await _round(stage, system, remember=system.name not in found)
                found.setdefault(system.name, Round(plan.calls)).add(one)
        segments = await _segments(place.redis_url)
    figures = {name: measured.report(plan, stage.vad_late, one) for name, one in found.items()}
    if "yingda" in figures:
        figures["yingda"]["segmentsP50Ms"] = segments
    return {**_header(stage), "secondsPerRound": plan.duration, "rounds": rounds, **_compared(figures)}


async def burst(plan: Plan, place: Place) -> Json:
    """Ten calls arrive at the same moment beside eight that talk, three times: what do the eight notice?"""
    plan = replace(plan, calls=TALKING)
    figures: Json = {}
    async with _staged(plan, place, TALKING + ARRIVING) as (stage, rivals):
        for system in rivals:
            figures[system.name] = await _bursts(stage, system)
    return {**_header(stage), "talking": TALKING, "arriving": ARRIVING, "bursts": BURSTS, **figures}


async def overload(plan: Plan, place: Place) -> Json:
    """Half as many again want to call an engine whose slots are `plan.calls`."""
    async with _staged(plan, replace(place, rival=None), plan.calls) as (stage, rivals):
        crowd = Crowd(plan, stage.question)
        wanted = await rivals[0].new_calls(round(plan.calls * OVERLOAD))
        async with crowd.talking():
            refused = await _dial(crowd, wanted)
            found = await _measure(stage, rivals[0], crowd)
    found.memory_mb = None
    return {
        **_header(stage),
        "wanted": len(wanted),
        "accepted": len(wanted) - len(refused),
        "refused": len(refused),
        "refusedWithinMs": measured.percentiles(refused),
        "yingda": measured.report(plan, stage.vad_late, found),
    }


# ── rounds ───────────────────────────────────────────────────────────────────────────────────────────


async def _round(stage: Stage, system: System, *, remember: bool) -> Round:
    """One round; only a server's first tells its memory: one that has served keeps some of it."""
    idle = snapshot(system.pid)
    crowd = Crowd(stage.plan, stage.question)
    calls = await system.new_calls(stage.plan.calls)
    async with crowd.talking():
        await _dial(crowd, calls)
        found = await _measure(stage, system, crowd)
    await asyncio.sleep(SETTLE_S)
    found.memory_mb = max(0.0, (found.memory_mb or 0.0) - idle.pss_mb) if remember else None
    return found


async def _dial(crowd: Crowd, calls: systems.Calls) -> list[float]:
    """Call, a few at a time; returns how long each refusal took."""
    dialled: list[Dialled] = []
    for at in range(0, len(calls), DIALLED_AT_ONCE):
        dialled += await crowd.dial(calls[at : at + DIALLED_AT_ONCE])
    await asyncio.sleep(ADMITTED_S)
    crowd.forget_the_gone()
    return [one.refused_after for one in dialled if one.refused_after is not None]


async def _measure(stage: Stage, system: System, crowd: Crowd) -> Round:
    """Warm up, then count. The memory is the whole server's."""
    if not crowd.callers:
        raise Unavailable("bench_refused", "Every call was refused: the machine is too busy to measure.")
    crowd.count(False)
    await asyncio.sleep(stage.plan.warm_up)
    await _journal(stage)
    crowd.count(True)
    crowd.callers[0].probing = True
    before, ours, began = snapshot(system.pid), _benchmark_cpu(stage), monotonic()
    await asyncio.sleep(stage.plan.duration)
    seconds, after = monotonic() - began, snapshot(system.pid)
    crowd.count(False)
    return Round(
        len(crowd.callers),
        {caller.number: caller.ear.heard for caller in crowd.callers},
        await _journal(stage),
        after.cpu_s - before.cpu_s,
        seconds,
        after.pss_mb,
        after.threads,
        crowd.callers[0].take_worst_pong(),
        crowd.worst_tick,
        _benchmark_cpu(stage) - ours,
    )


async def _bursts(stage: Stage, system: System) -> Json:
    crowd = Crowd(stage.plan, stage.question)
    calls = await system.new_calls(TALKING)
    with_arrivals, without = 0.0, 0.0
    async with crowd.talking():
        await _dial(crowd, calls)
        talking = list(crowd.callers)
        crowd.count(False)
        await asyncio.sleep(stage.plan.warm_up)
        crowd.count(True)
        talking[0].probing = True
        for _ in range(BURSTS):
            calls = await system.new_calls(ARRIVING)
            await asyncio.sleep(ARRIVED_S)
            without = max(without, talking[0].take_worst_pong())
            await _arrive(Crowd(stage.plan, stage.question), calls)
            with_arrivals = max(with_arrivals, talking[0].take_worst_pong())
    await asyncio.sleep(SETTLE_S)
    heard = [caller.ear.heard for caller in talking]
    return {
        "brokenReplies": sum(one.gaps for one in heard),
        "worstGapMs": round(max(one.worst_gap for one in heard) * 1000),
        "worstStallMs": round(with_arrivals * 1000),
        "worstStallWithoutArrivalsMs": round(without * 1000),
        "benchmarkWorstTickMs": round(crowd.worst_tick * 1000),
    }


async def _arrive(crowd: Crowd, calls: systems.Calls) -> None:
    async with crowd.talking():
        await crowd.dial(calls)
        await asyncio.sleep(ARRIVED_S)


async def _journal(stage: Stage) -> Any:
    """What the vendors have seen since they were asked last."""
    return (await stage.vendors.get("/journal")).json()


def _benchmark_cpu(stage: Stage) -> float:
    return snapshot(stage.vendors_pid).cpu_s + sum(os.times()[:2])


# ── the stage ────────────────────────────────────────────────────────────────────────────────────────


@contextlib.asynccontextmanager
async def _staged(plan: Plan, place: Place, slots: int) -> AsyncIterator[tuple[Stage, list[System]]]:
    """Vendors and systems, each of which has had its first call: what is loaded once is loaded."""
    frames = await question(plan.rate)
    late = vad_lateness(frames, plan.rate)
    port = free_port()
    pin(os.getpid(), 1)
    with contextlib.ExitStack() as stack:
        vendor = stack.enter_context(running(vendors.arguments(port, plan), {}, core=1))
        house = systems.House(place.redis_url, place.directory, slots)
        rivals = [stack.enter_context(systems.yingda(plan, port, house))]
        if place.rival:
            rivals.append(stack.enter_context(systems.pipecat(place.rival, plan, port)))
        until_answering(port, vendor, systems.READY_S)
        # A client with certificates would take longer to make than callers can be kept waiting.
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False, timeout=10
        ) as client:
            stage = Stage(plan, frames, late, client, vendor.pid)
            for system in rivals:
                await _first_call(stage, system)
            yield stage, rivals


async def _first_call(stage: Stage, system: System) -> None:
    crowd = Crowd(replace(stage.plan, turn=1.0, interrupted_share=0.0), stage.question)
    calls = await system.new_calls(1)
    async with crowd.talking():
        await crowd.dial(calls)
        await asyncio.sleep(FIRST_CALL_S)
    await asyncio.sleep(SETTLE_S)


def _header(stage: Stage) -> Json:
    plan = stage.plan
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": [round(value, 2) for value in os.getloadavg()],
        "byConstructionMs": round(plan.by_construction * 1000),
        "vadLateMs": round(stage.vad_late * 1000),
        "speculation": plan.speculate,
    }


def _compared(figures: dict[str, Json]) -> Json:
    if {"yingda", "pipecat"} <= figures.keys():
        return {**figures, "ratios": measured.ratios(figures["yingda"], figures["pipecat"])}
    return dict(figures)


async def _segments(redis_url: str) -> dict[str, int]:
    """Our engine's own account of where the time went: the median of each segment of all answered turns."""
    found: dict[str, list[int]] = {}
    async with Redis.from_url(redis_url) as redis:
        entries: Any = await redis.xrange("yingda:events")
    for _, entry in entries:
        event = Event.from_json(entry[b"event"])
        if event.type is EventType.TURN_ENDED:
            for name, took in event.data["segments"].items():
                found.setdefault(name, []).append(took)
    return {name: round(median(values)) for name, values in found.items()}
