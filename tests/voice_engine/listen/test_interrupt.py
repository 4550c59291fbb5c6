"""Whether the caller may stop the agent."""

import pytest

from voice_engine.listen.interrupt import Interruption, Verdict
from voice_engine.spec import TurnPlan


def verdicts(policy: Interruption, until: float, words: dict[float, str] | None = None) -> list:
    """(time, verdict) of every verdict up to `until`, asked every 10 ms; words arrive at their time."""
    found, waiting = [], dict(words or {})
    for step in range(round(until * 100) + 1):
        now = step / 100
        for at in [at for at in waiting if at <= now]:
            policy.words(waiting.pop(at))
        if verdict := policy.tick(now):
            found.append((now, verdict))
    return found


@pytest.fixture
def policy() -> Interruption:
    return Interruption(TurnPlan())


def test_speech_pauses_the_agent_and_half_a_second_of_it_stops_him(policy):
    policy.speech_started(0.0)

    assert verdicts(policy, 0.6) == [(0.2, Verdict.PAUSE), (0.5, Verdict.COMMIT)]


def test_a_cough_pauses_and_the_agent_resumes(policy):
    policy.speech_started(0.0)
    assert verdicts(policy, 0.3) == [(0.2, Verdict.PAUSE)]
    policy.speech_stopped(0.3)

    assert verdicts(policy, 2.0) == [(1.5, Verdict.RESUME)]


@pytest.mark.parametrize("word", ["嗯", "好的", "对对", "uh-huh", "ok"])
def test_a_backchannel_resumes_at_once_and_never_stops(policy, word):
    policy.speech_started(0.0)
    found = verdicts(policy, 0.9, {0.25: word})
    policy.speech_stopped(0.9)

    assert [v for _, v in found] == [Verdict.PAUSE]
    assert verdicts(policy, 1.0) == [(0.9, Verdict.RESUME)]


@pytest.mark.parametrize("phrase", ["等一下我有个问题", "停", "别说了", "hold on"])
def test_a_stop_phrase_stops_at_once(policy, phrase):
    policy.speech_started(0.0)

    assert (0.22, Verdict.COMMIT) in verdicts(policy, 0.4, {0.22: phrase})


def test_three_characters_are_enough_in_chinese(policy):
    policy.speech_started(0.0)

    assert (0.3, Verdict.COMMIT) in verdicts(policy, 0.4, {0.3: "我要退"})


def test_a_word_count_is_in_characters_for_chinese():
    policy = Interruption(TurnPlan(interrupt_words=5))
    policy.speech_started(0.0)

    found = verdicts(policy, 2.0, {0.5: "我要退", 1.0: "我要退货谢谢"})

    assert found == [(0.2, Verdict.PAUSE), (1.0, Verdict.COMMIT)]
