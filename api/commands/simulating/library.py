"""Many scenarios, over all processors; a line for each, and a drawing of those that fail."""

import logging
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog

from voice_engine.kernel.errors import BadRequest, YingdaError
from voice_engine.simulate.change import Change
from voice_engine.simulate.lanes import drawn
from voice_engine.simulate.read import files, read
from voice_engine.simulate.run import play

_WORTH_A_PROCESS = 8  # fewer conversations are played sooner than processes start
_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be played, and how. `draw`: every conversation, not only those that fail."""

    pattern: str = ""
    jobs: int = 0
    repeat: int = 1
    draw: bool = False
    change: Change = field(default_factory=Change)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one scenario. `took_s` is real time, `lasted_s` the conversation's."""

    place: str
    name: str
    broken: list[str]
    drawing: str
    lasted_s: float
    took_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all."""

    played: list[Played]
    conversations: int
    took_s: float

    @property
    def exit_code(self) -> int:
        """0 when every expectation came true."""
        return int(any(one.broken for one in self.played))

    @property
    def per_minute(self) -> float:
        """Conversations in a minute of real time."""
        return self.conversations / self.took_s * 60 if self.took_s else 0.0

    def text(self, verbose: bool) -> str:
        """For people."""
        lines = [line for one in self.played for line in _lines(one, verbose)]
        bad = sum(bool(one.broken) for one in self.played)
        lasted = sum(one.lasted_s for one in self.played)
        lines.append(
            f"{len(self.played) - bad} as expected, {bad} not; {lasted:.0f} s of conversation,"
            f" {self.conversations} conversations in {self.took_s:.1f} s: {self.per_minute:.0f} a minute"
        )
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        scenarios = [
            {"file": one.place, "name": one.name, "ok": not one.broken, "broken": one.broken,
             "seconds": round(one.lasted_s, 3), "tookMs": round(one.took_s * 1000, 1)}
            for one in self.played
        ]  # fmt: skip
        return {
            "scenarios": scenarios,
            "conversations": self.conversations,
            "perMinute": round(self.per_minute),
        }


def run_library(places: Sequence[Path], wish: Wish) -> Report:
    """Play what is at these places; raises BadRequest when there is nothing."""
    chosen = [path for path in files(places) if wish.pattern in str(path)]
    if not chosen:
        raise BadRequest("no_scenario", f"No scenario's place contains {wish.pattern!r}.")
    work = chosen * wish.repeat
    began = time.perf_counter()
    played = _played(work, partial(play_file, draw=wish.draw, change=wish.change), wish.jobs)
    return Report(played[: len(chosen)], len(work), time.perf_counter() - began)


def play_file(path: Path, *, draw: bool, change: Change) -> Played:
    """One scenario; a file that cannot be read is a broken scenario with a sentence."""
    began = time.perf_counter()
    try:
        scenario = read(path)
        result = play(change.applied(scenario), change.settings)
    except YingdaError as error:
        return Played(str(path), path.stem, [error.message], "", 0.0, time.perf_counter() - began)
    drawing = drawn(result.seen) if draw or result.broken else ""
    took = time.perf_counter() - began
    return Played(str(path), scenario.name, result.broken, drawing, result.seen.ended_at, took)


def _played(work: list[Path], play_one: Any, jobs: int) -> list[Played]:
    jobs = min(jobs or os.cpu_count() or 1, len(work))
    if jobs == 1 or len(work) < _WORTH_A_PROCESS:
        before = structlog.get_config()
        quiet()
        try:
            return [play_one(path) for path in work]
        finally:
            structlog.configure(**before)
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=quiet) as pool:
        return list(pool.map(play_one, work, chunksize=_AT_A_TIME))


def quiet() -> None:
    """The session's own log is not for the screen."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _lines(one: Played, verbose: bool) -> list[str]:
    mark = "✗" if one.broken else "✓"
    lines = [f"{mark} {one.name}  {one.lasted_s:.1f} s in {one.took_s * 1000:.0f} ms  {one.place}"]
    lines += [f"    ✗ {why}" for why in one.broken]
    if one.drawing and (verbose or one.broken):
        lines += ["    " + line for line in one.drawing.splitlines()]
    return lines
