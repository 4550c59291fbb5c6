from voice_engine.session.liveness import Liveness, Step
from voice_engine.spec import LivenessPlan

PLAN = LivenessPlan(filler_s=1.0, next_filler_s=2.0, apology_s=3.0, limit_s=4.0, patience_s=8.0)


def steps(
    quiet_since: float, until: float, *, asked_at: float | None = 0.0, acting: bool = False
) -> list[tuple[float, Step]]:
    liveness, seen = Liveness(PLAN), []
    for tick in range(int(until * 10) + 1):
        now = tick / 10
        step = liveness.tick(
            now, quiet_since if now >= quiet_since else None, asked_at=asked_at, acting=acting
        )
        if step:
            seen.append((now, step))
    return seen


def test_silence_is_filled_then_apologised_for_then_ended():
    assert steps(0.0, 5.0) == [(1.0, Step.FILLER), (3.0, Step.APOLOGY), (4.0, Step.GIVE_UP)]


def test_nothing_happens_while_somebody_may_be_heard():
    liveness = Liveness(PLAN)

    assert [liveness.tick(now, None, asked_at=0.0, acting=False) for now in (0.0, 5.0, 9.0)] == [None] * 3


def test_a_sound_begins_the_patience_anew_and_the_second_filler_waits_longer():
    liveness = Liveness(PLAN)
    liveness.tick(1.0, 0.0, asked_at=0.0, acting=True)

    assert liveness.tick(3.2, 2.0, asked_at=0.0, acting=True) is None
    assert liveness.tick(4.0, 2.0, asked_at=0.0, acting=True) is Step.FILLER


def test_a_stall_in_mid_answer_is_not_filled():
    assert steps(0.0, 3.5, asked_at=None) == [(3.0, Step.APOLOGY)]


def test_a_model_that_only_lets_us_say_fillers_is_given_up():
    liveness = Liveness(PLAN)

    assert liveness.tick(8.0, 7.5, asked_at=0.0, acting=False) is Step.APOLOGY


def test_a_tool_may_take_longer_than_a_model():
    liveness = Liveness(PLAN)

    assert liveness.tick(8.0, 7.5, asked_at=0.0, acting=True) is None
