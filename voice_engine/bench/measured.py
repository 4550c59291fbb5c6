"""What came of a round as JSON: the same arithmetic for every system. Milliseconds, unless the name says so.

Own latency is mouth-to-ear without what no system can help: the endpoint, the vendors' delays as planned,
and the lateness of the detector. Latency after the request takes the vendors' delays as they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from voice_engine.bench.ear import Answer, Heard
from voice_engine.bench.plan import Plan

Json = dict[str, Any]


@dataclass(slots=True)
class Round:
    """One system under one load for a while. Of several rounds the sums are taken."""

    calls: int
    heard: dict[int, Heard] = field(default_factory=dict)  # by call
    journal: dict[str, list[Json]] = field(default_factory=lambda: {"model": [], "voice": []})
    cpu_s: float = 0.0
    seconds: float = 0.0
    memory_mb: float | None = None  # growth over the idle server, of the first round
    threads: int = 0
    worst_stall: float = 0.0
    worst_tick: float = 0.0
    bench_cpu_s: float = 0.0

    def add(self, other: "Round") -> None:
        """Another round of the same."""
        self.heard |= other.heard
        for vendor, entries in other.journal.items():
            self.journal[vendor] += entries
        self.cpu_s += other.cpu_s
        self.seconds += other.seconds
        self.memory_mb = other.memory_mb if self.memory_mb is None else self.memory_mb
        self.threads = max(self.threads, other.threads)
        self.worst_stall = max(self.worst_stall, other.worst_stall)
        self.worst_tick = max(self.worst_tick, other.worst_tick)
        self.bench_cpu_s += other.bench_cpu_s


def report(plan: Plan, vad_late: float, found: Round) -> Json:
    """One system's figures."""
    everyone = list(found.heard.values())
    latencies = [answer.heard - answer.asked for one in everyone for answer in one.answers]
    own = [latency - plan.by_construction - vad_late for latency in latencies]
    return {
        "calls": found.calls,
        "seconds": round(found.seconds, 1),
        "replies": len(latencies),
        "missedTurns": sum(one.missed for one in everyone),
        "repliesWithGap": sum(one.gaps for one in everyone),
        "worstGapMs": _ms(max((one.worst_gap for one in everyone), default=0.0)),
        "mouthToEarMs": percentiles(latencies),
        "ownMs": percentiles(own),
        "afterRequestMs": None if plan.speculate else percentiles(after_request(found), digits=1),
        "interruptionStopMs": percentiles([stop for one in everyone for stop in one.stops]),
        "staleMs": _ms(sum(one.stale for one in everyone)),
        "worstStallMs": _ms(found.worst_stall),
        "corePercent": round(found.cpu_s / found.seconds * 100, 1),
        "cpuSecondsPerCallMinute": round(found.cpu_s / found.seconds * 60 / found.calls, 3),
        "memoryMbPerCall": None if found.memory_mb is None else round(found.memory_mb / found.calls, 2),
        "threads": found.threads,
        "benchmarkCorePercent": round(found.bench_cpu_s / found.seconds * 100, 1),
        "benchmarkWorstTickMs": _ms(found.worst_tick),
    }


def after_request(found: Round) -> list[float]:
    """For each answer: from the request at the model to the first sound, without both vendors' delays."""
    own = []
    for call, heard in found.heard.items():
        for answer in heard.answers:
            model = _entry(found.journal["model"], call, answer)
            voice = _entry(found.journal["voice"], call, answer)
            if model and voice:
                thought = model["given"] - model["at"]
                sounded = voice["given"] - voice["at"]
                own.append(answer.heard - model["at"] - thought - sounded)
    return own


def _entry(entries: Iterable[Json], call: int, answer: Answer) -> Json | None:
    """The vendor's first share of this answer."""
    for entry in entries:
        mine = entry["call"] == str(call) and entry["mark"] == answer.mark
        if mine and entry["given"] and answer.asked < entry["at"] < answer.heard:
            return entry
    return None


def passes(figures: Json) -> bool:
    """Whether a core bears it: own p95 under 100 ms, at most 1 % of replies broken, no turn missed."""
    own = figures["ownMs"]
    few_gaps = figures["repliesWithGap"] <= figures["replies"] / 100
    return own is not None and own["p95"] < 100 and few_gaps and not figures["missedTurns"]


def ratios(ours: Json, theirs: Json) -> Json:
    """Ours over theirs, and the differences in milliseconds (negative: ours is earlier)."""
    return {
        "cpu": _over(ours["cpuSecondsPerCallMinute"], theirs["cpuSecondsPerCallMinute"]),
        "memoryPerCall": _over(ours["memoryMbPerCall"], theirs["memoryMbPerCall"]),
        "afterRequestP50": _over(_p(ours, "afterRequestMs", "p50"), _p(theirs, "afterRequestMs", "p50")),
        "mouthToEarP50DifferenceMs": _minus(ours, theirs, "mouthToEarMs", "p50"),
        "mouthToEarP95DifferenceMs": _minus(ours, theirs, "mouthToEarMs", "p95"),
        "interruptionStopP50DifferenceMs": _minus(ours, theirs, "interruptionStopMs", "p50"),
        "interruptionStopP95DifferenceMs": _minus(ours, theirs, "interruptionStopMs", "p95"),
    }


def percentiles(seconds: Sequence[float], digits: int = 0) -> Json | None:
    """p50, p95 and p99 in milliseconds; None for fewer than two values."""
    if len(seconds) < 2:
        return None
    cuts = quantiles(seconds, n=100, method="inclusive")
    return {f"p{share}": _ms(cuts[share - 1], digits) for share in (50, 95, 99)}


def _ms(seconds: float, digits: int = 0) -> float:
    value = round(seconds * 1000, digits)
    return value if digits else int(value)


def _p(figures: Json, name: str, share: str) -> float | None:
    found = figures[name]
    return found[share] if found else None


def _over(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or not theirs else round(ours / theirs, 2)


def _minus(ours: Json, theirs: Json, name: str, share: str) -> float | None:
    mine, other = _p(ours, name, share), _p(theirs, name, share)
    return None if mine is None or other is None else mine - other
