"""One run: an engine pinned to one core, vendors and callers on the other, and what came of it as JSON."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from redis.asyncio import Redis

from voice_engine.audio.resample import resample
from voice_engine.bench import vendors
from voice_engine.bench.caller import Heard, call_all
from voice_engine.bench.plan import Plan
from voice_engine.bench.process import Snapshot, snapshot
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.events import Event, EventType
from voice_engine.kernel.ids import new_id
from voice_engine.listen.ear import HEARING_RATE, Ear
from voice_engine.listen.gate import SpeechStopped
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.registry import load
from voice_engine.providers.vad.silero import WINDOW as VAD_WINDOW
from voice_engine.providers.vad.silero import SileroVad
from voice_engine.spec import (
    AssistantSpec,
    ModelSpec,
    SessionSpec,
    TranscriberSpec,
    TransportSpec,
    TurnPlan,
    VoiceSpec,
)

QUESTION = "请问你们几点开门"
READY_S = 20.0
_CORES = sorted(os.sched_getaffinity(0))  # before anything is pinned
SECRET = "benchmarks need no secret of their own"


async def run(plan: Plan, redis_url: str, directory: Path) -> dict[str, Any]:
    """Run the plan; `directory` is the engine's data directory."""
    question = await _question(plan.rate)
    vad_late = _vad_lateness(question, plan.rate)
    vendor_port, engine_port = free_port(), free_port()
    with (
        _process(vendors.arguments(vendor_port, plan), {}, core=1) as vendor,
        _process(
            [sys.executable, "-m", "voice_engine.bench.engine", str(vendor_port)],
            _environment(plan, redis_url, directory, engine_port),
            core=0,
        ) as engine,
    ):
        pin(os.getpid(), 1)
        _until_answering(engine_port)
        _until_answering(vendor_port)
        idle = snapshot(engine.pid)
        urls = await _calls(plan, redis_url, engine_port)
        warm: list[tuple[float, Snapshot]] = []
        ours: list[float] = []

        def look() -> None:
            warm.append((time.monotonic(), snapshot(engine.pid)))
            ours.append(snapshot(vendor.pid).cpu_s + snapshot(os.getpid()).cpu_s)

        heard = await call_all(urls, plan, question, look)
        look()
        report = _report(plan, vad_late, heard, idle, *warm)
        report["benchmarkCorePercent"] = round((ours[1] - ours[0]) / (warm[1][0] - warm[0][0]) * 100, 1)
        return report | {"segmentsP50Ms": await _segments(redis_url)}


def _report(
    plan: Plan,
    vad_late: float,
    heard: Heard,
    idle: Snapshot,
    warm: tuple[float, Snapshot],
    end: tuple[float, Snapshot],
) -> dict[str, Any]:
    seconds = end[0] - warm[0]
    cpu = end[1].cpu_s - warm[1].cpu_s
    own = [value - plan.by_construction - vad_late for value in heard.mouth_to_ear]
    return {
        "calls": plan.calls,
        "seconds": round(seconds, 1),
        "byConstructionMs": round(plan.by_construction * 1000),
        "vadLateMs": round(vad_late * 1000),
        "mouthToEarMs": _percentiles(heard.mouth_to_ear),
        "ownMs": _percentiles(own),
        "interruptionStopMs": _percentiles(heard.stops),
        "replies": heard.replies,
        "repliesWithGap": heard.gaps,
        "missedTurns": heard.missed,
        "benchmarkWorstTickMs": round(heard.worst_tick * 1000),
        "corePercent": round(cpu / seconds * 100, 1),
        "cpuSecondsPerCallMinute": round(cpu / seconds * 60 / plan.calls, 3),
        "memoryMbPerCall": round((end[1].pss_mb - idle.pss_mb) / plan.calls, 2),
        "threads": end[1].threads,
    }


async def _segments(redis_url: str) -> dict[str, int]:
    """The engine's own account of where the time went: the median of each segment of all answered turns."""
    found: dict[str, list[int]] = {}
    async with Redis.from_url(redis_url) as redis:
        entries: Any = await redis.xrange("yingda:events")
    for _, entry in entries:
        event = Event.from_json(entry[b"event"])
        if event.type is EventType.TURN_ENDED:
            for name, took in event.data["segments"].items():
                found.setdefault(name, []).append(took)
    return {name: round(median(values)) for name, values in found.items()}


def _percentiles(seconds: Sequence[float]) -> dict[str, int] | None:
    """p50, p95 and p99 in milliseconds; None for fewer than two values."""
    if len(seconds) < 2:
        return None
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(cuts[49] * 1000), "p95": round(cuts[94] * 1000), "p99": round(cuts[98] * 1000)}


async def _question(rate: int) -> list[bytes]:
    """A spoken question in frames of 20 ms."""

    async def text() -> Any:
        yield QUESTION

    voice = load("tts", "espeak")(ProviderConfig(voice="cmn", language="zh"))
    sounds = [s async for s in voice.synthesize(text()) if hasattr(s, "pcm")]
    pcm = resample(b"".join(s.pcm for s in sounds), sounds[0].rate, rate).rstrip(b"\0")
    size = int(rate * 0.02) * 2
    return [pcm[i : i + size].ljust(size, b"\0") for i in range(0, len(pcm), size)]


def _vad_lateness(question: list[bytes], rate: int) -> float:
    """Seconds after its last sample at which the detector sees the question end: the mean over the places
    where its windows may begin. No engine with this detector can know it sooner.
    """
    late = []
    for lead in range(0, VAD_WINDOW, VAD_WINDOW // 8):
        ear, at = Ear(SileroVad().stream()), 0.0
        begin = 1 + lead / HEARING_RATE
        sound = [bytes(2 * HEARING_RATE + 2 * lead), *(resample(pcm, rate, HEARING_RATE) for pcm in question)]
        for pcm in [*sound, *[bytes(640)] * 50]:
            edges = ear.hear(pcm, at)
            at += len(pcm) / 2 / HEARING_RATE
            late += [
                edge.at - begin - len(question) * 0.02 for edge in edges if isinstance(edge, SpeechStopped)
            ]
    return mean(late)


async def _calls(plan: Plan, redis_url: str, port: int) -> list[str]:
    """Specs in Redis, as the API would put them, and the URLs to call."""
    urls = []
    async with Redis.from_url(redis_url) as redis:
        for _ in range(plan.calls):
            spec = _spec(plan)
            await redis.set(f"yingda:session:{spec.session_id}", spec.model_dump_json(), ex=600)
            claims = {"kind": "transport", "call": spec.call_id, "session": spec.session_id}
            token = tokens.sign(claims, SECRET.encode(), expires_at=time.time() + 600)
            urls.append(f"ws://127.0.0.1:{port}/{spec.call_id}/transport?token={token}")
    return urls


def _spec(plan: Plan) -> SessionSpec:
    turn = TurnPlan(finished_s=plan.endpoint, undecided_s=plan.endpoint, unfinished_s=plan.endpoint)
    return SessionSpec(
        session_id=new_id(),
        call_id=new_id(),
        org_id=new_id(),
        created_at_ms=round(time.time() * 1000),
        transport=TransportSpec(sample_rate=plan.rate),
        assistant=AssistantSpec(
            model=ModelSpec(provider="openai", model="fixed"),
            transcriber=TranscriberSpec(provider="loopback", language="zh"),
            voice=VoiceSpec(provider="loopback", language="zh"),
            turn=turn,
            silence_timeout_s=3600,
            max_duration_s=3600,
        ),
    )


def _environment(plan: Plan, redis_url: str, directory: Path, port: int) -> dict[str, str]:
    return {
        "YINGDA_REDIS_URL": redis_url,
        "YINGDA_DATA_DIR": str(directory),
        "YINGDA_SECRET": SECRET,
        "YINGDA_ENGINE_PORT": str(port),
        "YINGDA_ENGINE_SLOTS": str(plan.calls + 10),
        "YINGDA_ENGINE_ID": f"bench-{port}",
    }


@contextlib.contextmanager
def _process(command: list[str], extra: dict[str, str], *, core: int) -> Iterator["subprocess.Popen[bytes]"]:
    # Standard output is the report's alone.
    with subprocess.Popen(command, env={**os.environ, **extra}, stdout=sys.stderr) as process:
        pin(process.pid, core)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def pin(pid: int, core: int) -> None:
    """Let a process run on the n-th core only, where the machine has that many."""
    cores = _CORES
    with contextlib.suppress(OSError):
        os.sched_setaffinity(pid, {cores[core % len(cores)]} if len(cores) > 1 else set(cores))


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_answering(port: int) -> None:
    """Blocking: nothing else is under way yet."""
    deadline = time.monotonic() + READY_S
    while not answering(port):
        if time.monotonic() > deadline:
            raise Unavailable("bench_not_started", "A process did not start; see its output.")
        time.sleep(0.05)


def answering(port: int) -> bool:
    """Whether something listens at `port` of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
