"""The collector's longest pause is kept, whatever its shorter ones are."""

import pytest

from voice_engine import metrics
from voice_engine.hosting.collector import Pauses


def test_the_longest_pause_is_shown_in_milliseconds():
    moments = iter([1.0, 1.004, 2.0, 2.030, 3.0, 3.010])
    pauses = Pauses(lambda: next(moments))

    for phase in ("start", "stop") * 3:
        pauses(phase, {"generation": 2})

    assert metrics.WORST_COLLECTION._value.get() == pytest.approx(30)
