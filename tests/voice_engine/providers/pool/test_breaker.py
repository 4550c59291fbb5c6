"""The breaker as a state machine: whatever happens in whatever order, it keeps its promises."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.voice_engine.providers.pool.vendors import broken
from voice_engine.providers.pool.breaker import CALLS, FAILURES, OPEN_S, Breaker, State


def test_five_failures_in_a_row_open_it_for_a_minute():
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(broken(), 10.0)

    assert breaker.allows(10.0)
    breaker.failed(broken(), 10.0)
    assert not breaker.allows(10.0 + OPEN_S - 0.01)
    assert breaker.state(10.0 + OPEN_S) is State.HALF_OPEN


def test_a_success_in_between_begins_the_count_anew():
    breaker = Breaker()
    for _ in range(2):
        for _ in range(FAILURES - 1):
            breaker.failed(broken(), 0.0)
        breaker.succeeded(0.0)

    assert breaker.allows(0.0)


@pytest.mark.parametrize(("failures", "state"), [(4, State.CLOSED), (5, State.OPEN)])
def test_more_than_a_fifth_of_twenty_calls_opens_it(failures: int, state: State):
    breaker = Breaker()
    for number in range(CALLS):
        if number % 4 == 3 and number // 4 < failures:
            breaker.failed(broken(), 30.0)
        else:
            breaker.succeeded(30.0)

    assert breaker.state(30.0) is state


def test_what_failed_over_a_minute_ago_does_not_count():
    breaker = Breaker()
    for number in range(CALLS - 1):
        breaker.failed(broken(), 0.0) if number % 4 == 3 else breaker.succeeded(0.0)

    breaker.succeeded(66.0)
    breaker.failed(broken(), 66.0)

    assert breaker.state(66.0) is State.CLOSED


@pytest.mark.parametrize("kind", ["auth", "quota"])
def test_a_refused_key_opens_it_at_once_and_is_not_hoped_for(kind):
    breaker = Breaker()
    breaker.failed(broken(kind), 0.0)

    assert not breaker.allows(0.0)
    assert breaker.refuses_for_good


def test_a_vendors_own_time_is_kept_within_reason():
    short, long = Breaker(), Breaker()
    short.failed(broken("rate_limit", retry_after=3), 0.0)
    long.failed(broken("rate_limit", retry_after=1e9), 0.0)

    assert (short.allows(2.9), short.allows(3.0)) == (False, True)
    assert long.allows(600.0)


def test_a_limit_without_a_time_is_a_failure_like_others():
    breaker = Breaker()
    breaker.failed(broken("rate_limit"), 0.0)

    assert breaker.allows(0.0)


@pytest.mark.parametrize("kind", ["bad_request", "moderation", "invalid_audio", "idle_timeout"])
def test_a_vendor_is_not_blamed_for_what_it_was_asked(kind):
    breaker = Breaker()
    for _ in range(50):
        breaker.failed(broken(kind), 0.0)

    assert breaker.allows(0.0)


def test_a_probe_that_was_given_up_lets_another_one_pass():
    breaker = Breaker()
    breaker.failed(broken("auth"), 0.0)
    breaker.began(60.0)

    assert not breaker.allows(60.0)
    breaker.undecided()
    assert breaker.allows(60.0)


def test_one_that_another_process_found_well_begins_anew():
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(broken(), 0.0)
    breaker.close()
    for _ in range(FAILURES - 1):
        breaker.failed(broken(), 1.0)

    assert breaker.allows(1.0)


def test_a_longer_time_is_not_cut_short_by_a_probe_that_failed():
    breaker = Breaker()
    breaker.failed(broken("rate_limit", retry_after=300), 0.0)
    breaker.trip(broken("network"), 60.0)

    assert breaker.until == 300.0


class Machine(RuleBasedStateMachine):
    """Calls begin, succeed, fail and are given up while time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = 0.0
        self.calls: list[tuple[float, bool]] = []  # since it was closed last: when, whether it failed
        self.row = 0

    @rule(seconds=st.sampled_from([0.0, 0.5, 5.0, 30.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.breaker.allows(self.now))
    @rule(verdict=st.sampled_from(["succeeded", "failed", "undecided", "auth"]))
    def a_call_passes(self, verdict: str) -> None:
        was = self.breaker.state(self.now)
        self.breaker.began(self.now)
        if was is State.HALF_OPEN:
            assert not self.breaker.allows(self.now), "one probe only"
        if verdict == "undecided":
            self.breaker.undecided()
            assert self.breaker.state(self.now) is was
        elif verdict == "succeeded":
            self.breaker.succeeded(self.now)
            assert self.breaker.state(self.now) is State.CLOSED
            self.calls = [] if was is State.HALF_OPEN else self.calls
            self.calls.append((self.now, False))
            self.row = 0
        else:
            self.breaker.failed(broken("auth" if verdict == "auth" else "server"), self.now)
            self.calls.append((self.now, True))
            self.row += 1
            if verdict == "auth" or was is State.HALF_OPEN or self.row >= FAILURES:
                assert self.breaker.state(self.now) is State.OPEN

    @invariant()
    def it_is_closed_while_few_fail(self) -> None:
        if any(True for at, failed in self.calls if failed):
            return
        assert self.breaker.allows(self.now)

    @invariant()
    def it_is_never_open_for_more_than_its_time(self) -> None:
        assert self.breaker.state(self.now + OPEN_S) is not State.OPEN

    @invariant()
    def many_failures_among_enough_calls_open_it(self) -> None:
        recent = [failed for at, failed in self.calls if at > self.now - 55.0]
        if self.calls and self.calls[-1] == (self.now, True) and len(recent) >= CALLS:
            older = sum(1 for at, _ in self.calls if self.now - 65.0 < at <= self.now - 55.0)
            if sum(recent) > 0.2 * (len(recent) + older):
                assert self.breaker.state(self.now) is State.OPEN


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
