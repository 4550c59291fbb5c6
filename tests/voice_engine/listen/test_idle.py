from voice_engine.listen.idle import Idle, Nudge
from voice_engine.spec import IdlePlan


def nudges(idle: Idle, begin: int, end: int) -> list[tuple[int, Nudge]]:
    return [(now, nudge) for now in range(begin, end + 1) if (nudge := idle.tick(float(now)))]


def test_a_silent_caller_is_asked_twice_and_then_the_call_ends():
    idle = Idle(IdlePlan(after_s=10, times=2), end_after_s=30)

    assert nudges(idle, 0, 30) == [(10, Nudge.PROMPT), (20, Nudge.PROMPT), (30, Nudge.END)]


def test_a_word_of_the_caller_begins_everything_anew():
    idle = Idle(IdlePlan(after_s=10, times=1), end_after_s=25)
    idle.tick(10.0)
    idle.caller_spoke(15.0)

    assert nudges(idle, 16, 40) == [(25, Nudge.PROMPT), (40, Nudge.END)]


def test_prompts_are_not_counted_anew_when_the_plan_says_so():
    idle = Idle(IdlePlan(after_s=10, times=1, reset_on_speech=False), end_after_s=25)
    idle.tick(10.0)
    idle.caller_spoke(15.0)

    assert nudges(idle, 16, 40) == [(40, Nudge.END)]


def test_the_agents_own_answer_puts_the_prompt_off():
    idle = Idle(IdlePlan(after_s=10), end_after_s=30)
    idle.somebody_spoke(8.0)

    assert nudges(idle, 8, 18) == [(18, Nudge.PROMPT)]
