"""How well the caller's sound arrives."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.kernel.events import EventType
from voice_engine.session.callerline import CallerLine
from voice_engine.session.linequality import LineQuality
from voice_engine.session.recorder import Recorder
from voice_engine.simulate.world import Says, World

RATE = 8000
SLOT = 0.02


class Caller:
    """Sends frames of 20 ms over a line that is looked after every 20 ms, and never speaks."""

    def __init__(self) -> None:
        self.line = CallerLine(RATE, Recorder(None, RATE), lambda pcm, begin: None, lambda: False)
        self.now = 0.0

    @property
    def figures(self) -> dict[str, float]:
        summary = self.line.quality.summary()
        assert summary is not None
        return summary

    def send(self, seconds: float, *, late: float = 0.0) -> None:
        """In real time; every other frame comes `late`."""
        for step in range(round(seconds / SLOT)):
            self.now += SLOT
            self.line.hear(bytes(320), self.now + (late if step % 2 else 0.0))
            self.line.tick(self.now)

    def burst(self, seconds: float) -> None:
        """All at once."""
        for _ in range(round(seconds / SLOT)):
            self.line.hear(bytes(320), self.now)

    def be_silent(self, seconds: float) -> None:
        for _ in range(round(seconds / SLOT)):
            self.now += SLOT
            self.line.tick(self.now)


def test_a_smooth_line_is_as_good_as_lines_get():
    caller = Caller()

    caller.send(12)

    assert caller.figures == {"jitterMs": 0, "missingS": 0, "droppedS": 0, "mos": 4.41, "worstMos": 4.41}


def test_jitter_is_the_mean_deviation_of_what_arrives():
    caller = Caller()

    caller.send(30, late=0.01)

    assert caller.figures["jitterMs"] == pytest.approx(10, abs=0.2)


def test_sound_that_never_came_is_missing_and_costs_quality():
    caller = Caller()
    caller.send(5)
    caller.be_silent(1)
    caller.send(4)

    assert 0.6 <= caller.figures["missingS"] <= 0.8  # the line may stay up to 0.4 s behind
    assert caller.figures["mos"] < 3.2
    assert caller.figures["worstMos"] < caller.figures["mos"]


def test_the_worst_window_stays_and_the_last_one_moves_on():
    caller = Caller()
    caller.send(5)
    caller.be_silent(1)
    caller.send(14.1)

    assert caller.line.quality.last_mos == pytest.approx(4.41, abs=0.01)
    assert caller.figures["worstMos"] < 2.5


def test_late_sound_whose_place_was_filled_is_lost_only_once():
    caller, lossy = Caller(), Caller()
    for line in (caller, lossy):
        line.send(5)
        line.be_silent(1)
    caller.burst(1)
    caller.send(4)
    lossy.send(4)

    assert caller.figures["missingS"] > 0.5
    assert caller.figures["droppedS"] > 0.5
    assert caller.figures["mos"] == pytest.approx(lossy.figures["mos"], abs=0.1)


def test_a_client_that_sends_too_fast_loses_what_is_dropped():
    caller = Caller()
    for _ in range(250):
        caller.send(SLOT)
        caller.burst(SLOT)

    assert caller.figures["droppedS"] == pytest.approx(5, abs=0.1)
    assert caller.figures["mos"] < 1.5


def test_sound_that_is_sent_by_the_half_second_is_no_jitter():
    quality = LineQuality()
    for step in range(20):
        quality.arrived(0.5, 0.5 * step)

    assert quality.summary() is not None
    assert (quality.summary() or {})["jitterMs"] == 0


def test_a_caller_on_hold_does_not_spoil_the_figure():
    caller = Caller()
    caller.send(6)
    caller.line.quality.away()
    caller.be_silent(1)  # short enough to be a bad line, if nobody had said
    caller.send(6)

    assert (caller.figures["missingS"], caller.figures["worstMos"]) == (0, 4.41)


def test_a_lost_connection_does_not_spoil_the_figure_and_neither_does_what_it_held_back():
    caller = Caller()
    caller.send(6)
    caller.be_silent(8)
    caller.burst(8)
    caller.send(6)

    assert (caller.figures["missingS"], caller.figures["droppedS"]) == (0, 0)
    assert caller.figures["worstMos"] >= 4.39


def test_only_the_time_with_a_caller_counts():
    often, once = Caller(), Caller()
    for caller in (often, once):
        caller.be_silent(3)  # before the first sound
        caller.send(6)
        caller.be_silent(1)
        caller.send(3)
    often.be_silent(60)
    often.send(0.02)

    assert often.figures["mos"] == once.figures["mos"]
    assert 0.6 <= once.figures["missingS"] <= 0.8


def test_what_is_excused_is_not_excused_for_ever():
    caller = Caller()
    caller.line.quality.arrived(SLOT, 0)
    caller.line.quality.filled(60)
    caller.now = 60
    caller.send(6)
    caller.line.quality.dropped(2)

    assert caller.figures["droppedS"] == 2


def test_a_call_that_hardly_heard_its_caller_claims_nothing():
    caller = Caller()
    caller.send(0.9)

    assert caller.line.quality.summary() is None


events = st.lists(
    st.tuples(st.sampled_from(["arrived", "filled", "dropped", "away"]), st.floats(0, 2)), max_size=200
)


@given(events)
def test_whatever_happens_the_figures_stay_in_their_bounds(happened: list[tuple[str, float]]):
    quality, now = LineQuality(), 0.0
    for what, seconds in happened:
        now += seconds
        match what:
            case "arrived":
                quality.arrived(0.02, now)
            case "filled":
                quality.filled(seconds)
            case "dropped":
                quality.dropped(seconds)
            case _:
                quality.away()

    figures = quality.summary()

    if figures is not None:
        assert 1 <= figures["worstMos"] <= figures["mos"] <= 4.41
        assert min(figures.values()) >= 0


def test_a_call_ends_with_the_figures_of_its_line_and_its_hold_is_not_among_them():
    async def holds(session):
        await asyncio.sleep(3)
        session.hold(True)
        await asyncio.sleep(1)
        session.hold(False)

    outcome = World(says=[Says(1.0, "你们几点开门？", 1.6)], during=holds, until=8).run()

    [ended] = outcome.of(EventType.SESSION_ENDED)
    assert ended.data["line"]["missingS"] == ended.data["line"]["droppedS"] == 0
    assert ended.data["line"]["worstMos"] == pytest.approx(4.41, abs=0.01)
