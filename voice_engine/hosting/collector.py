"""Python's garbage collector stops every call of the process at once: make it rare, short, and measured."""

import gc
import time
from collections.abc import Callable
from typing import Any

from voice_engine import metrics

# Nearly all containers that calls make are freed by counting references; scanning for the rest can wait.
YOUNG, MIDDLE, OLD = 10_000, 10, 20


def calm() -> None:
    """Once, when all that lives as long as the process has been made: it is never scanned again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.callbacks.append(Pauses(time.perf_counter))


class Pauses:
    """Told by the collector when it begins and ends; keeps the longest pause in a metric."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = 0.0
        self._worst = 0.0

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        now = self._clock()
        if phase == "start":
            self._began = now
        elif now - self._began > self._worst:
            self._worst = now - self._began
            metrics.WORST_COLLECTION.set(self._worst * 1000)
