"""Whether the caller may stop the agent."""

import pytest

from voice_engine.audio.level import power
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


def test_speech_under_way_when_a_reply_begins_counts_from_then_on(policy):
    policy.speech_started(0.0)
    policy.reset()

    assert verdicts(policy, 0.6) == [(0.2, Verdict.PAUSE), (0.5, Verdict.COMMIT)]


@pytest.mark.parametrize(
    "word", ["嗯", "嗯嗯嗯", "好的", "对对", "是的是的", "哦这样啊", "uh-huh", "ok", "yeah right", "Mm-hmm."]
)
def test_a_backchannel_resumes_at_once_and_never_stops(policy, word):
    policy.speech_started(0.0)
    found = verdicts(policy, 0.9, {0.25: word})
    policy.speech_stopped(0.9)

    assert [v for _, v in found] == [Verdict.PAUSE]
    assert verdicts(policy, 1.0) == [(0.9, Verdict.RESUME)]
    assert not policy.overrules(word)


def test_a_long_drawn_backchannel_stops_nobody_when_its_text_is_there_in_time(policy):
    policy.speech_started(0.0)

    assert verdicts(policy, 0.8, {0.48: "嗯"}) == [(0.2, Verdict.PAUSE)]


def test_a_backchannel_that_goes_on_as_a_sentence_stops(policy):
    policy.speech_started(0.0)

    found = verdicts(policy, 1.0, {0.3: "好", 0.9: "好像不对"})

    assert found == [(0.2, Verdict.PAUSE), (0.9, Verdict.COMMIT)]


@pytest.mark.parametrize(
    "phrase", ["等一下我有个问题", "停", "别说了", "嗯等一下", "hold on", "Stop.", "no, wait"]
)
def test_a_stop_phrase_stops_at_once_even_when_nobody_heard_a_voice(policy, phrase):
    assert verdicts(policy, 0.4, {0.22: phrase}) == [(0.22, Verdict.COMMIT)]


def test_three_characters_are_enough_in_chinese(policy):
    policy.speech_started(0.0)

    assert (0.3, Verdict.COMMIT) in verdicts(policy, 0.4, {0.3: "我要退"})


def test_a_key_stops_at_once(policy):
    policy.digit()
    policy.words("嗯")

    assert policy.tick(0.0) == Verdict.COMMIT


def test_after_an_interruption_the_agent_stays_silent_for_a_while():
    policy = Interruption(TurnPlan(backoff_s=1.0))
    policy.speech_started(2.0)
    verdicts(policy, 2.6)

    policy.reset()

    assert policy.quiet_until == pytest.approx(3.5)


def test_another_assistant_brings_its_own_plan(policy):
    policy.follow(TurnPlan(interrupt_by="off"))

    assert verdicts(policy, 0.1, {0.0: "停"}) == []


# ── modes ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_word_count_is_in_characters_for_chinese():
    policy = Interruption(TurnPlan(interrupt_words=5))
    policy.speech_started(0.0)

    found = verdicts(policy, 1.1, {0.5: "我要退", 1.0: "我要退货谢谢"})

    assert found == [(0.2, Verdict.PAUSE), (1.0, Verdict.COMMIT)]
    assert (policy.overrules("我要退货"), policy.overrules("我要退货了")) == (False, True)


def test_a_stop_phrase_needs_no_word_count():
    policy = Interruption(TurnPlan(interrupt_words=5))

    assert verdicts(policy, 0.1, {0.0: "停"}) == [(0.0, Verdict.COMMIT)]


def test_with_keywords_only_a_phrase_stops_and_no_voice_pauses():
    policy = Interruption(TurnPlan(interrupt_by="keywords", interrupt_phrases=("人工", "operator")))
    policy.speech_started(0.0)

    found = verdicts(policy, 2.0, {0.5: "我有一个问题要问", 1.5: "我要转人工"})

    assert found == [(1.5, Verdict.COMMIT)]
    assert not policy.overrules("我有一个问题要问")
    assert policy.overrules("Get me an OPERATOR, please")
    assert not policy.overrules("the cooperators")


def test_switched_off_nothing_stops():
    policy = Interruption(TurnPlan(interrupt_by="off"))
    policy.speech_started(0.0)
    policy.digit()

    assert verdicts(policy, 3.0, {0.5: "停，别说了"}) == []
    assert not policy.overrules("停，别说了")


def test_a_customers_own_acknowledgements_stand_in_place_of_ours():
    policy = Interruption(TurnPlan(acknowledgements=("收到", "copy that")))

    assert [policy.overrules(text) for text in ("收到，收到。", "Copy that!", "好的", "收到没有")] == [
        False, False, True, True,
    ]  # fmt: skip


def test_an_empty_list_means_that_nothing_is_an_acknowledgement():
    assert Interruption(TurnPlan(acknowledgements=())).overrules("嗯")


# ── echo ─────────────────────────────────────────────────────────────────────────────────────────────

PARCEL = "您的订单已经发货了，预计明天下午送到，请您稍等一下，我帮您查快递单号。"


@pytest.mark.parametrize(
    "echo",
    [
        "您的订单已经发货了",
        "你的订单已经发或了",
        "预计明天下午送到",
        "请您稍等一下",
        "等一下",
        "稍等一下我帮您查",
    ],
)
def test_the_agents_own_words_stop_nothing(policy, echo):
    policy.agent_said(PARCEL)
    policy.speech_started(0.0)

    assert verdicts(policy, 0.28, {0.1: echo}) == [(0.2, Verdict.PAUSE)]
    assert not policy.overrules(echo)


def test_the_agents_own_words_stop_nothing_in_english(policy):
    policy.agent_said("Your order has been shipped. Please hold on while I look for the number.")
    policy.speech_started(0.0)

    assert verdicts(policy, 0.9, {0.1: "order had been shipped please hold on"}) == [(0.2, Verdict.PAUSE)]


def test_four_words_of_the_agents_are_an_echo_however_they_sound(policy):
    policy.agent_said(PARCEL)
    policy.speech_started(0.0)

    assert verdicts(policy, 0.9, {0.1: "预计明天下午送到"}) == [(0.2, Verdict.PAUSE)]


def test_fewer_are_the_callers_when_the_voice_is_his_own(policy):
    policy.agent_said("您要苹果还是香蕉？")
    policy.speech_started(0.0)

    assert verdicts(policy, 0.6, {0.1: "香蕉"}) == [(0.2, Verdict.PAUSE), (0.5, Verdict.COMMIT)]


def test_an_echo_is_over_when_the_agent_has_been_silent_for_a_while(policy):
    policy.agent_said("您要苹果还是香蕉？")
    policy.agent_sound(1.0, (8000).to_bytes(2, "little") * 320)

    assert policy.is_echo("苹果还是香蕉", ended=1.5)
    assert not policy.is_echo("苹果还是香蕉", ended=2.0)


@pytest.mark.parametrize(
    "text",
    ["快递单号多少", "等一下我有个问题", "订单我不要了", "明天下午不行", "停", "您的订单已经发货了我不要"],
)
def test_a_caller_who_repeats_a_word_with_something_new_is_heard(policy, text):
    policy.agent_said(PARCEL)
    policy.speech_started(0.0)

    assert verdicts(policy, 0.3, {0.25: text})[-1] == (0.25, Verdict.COMMIT)


def test_what_the_agent_said_long_ago_may_be_said_by_the_caller(policy):
    policy.agent_said("请您等一下。")
    policy.agent_said("今天的特价有苹果和香蕉。" * 10)

    assert verdicts(policy, 0.1, {0.0: "等一下"}) == [(0.0, Verdict.COMMIT)]


def test_without_the_guard_words_are_words():
    policy = Interruption(TurnPlan(echo_guard=False))
    policy.agent_said(PARCEL)

    assert verdicts(policy, 0.1, {0.0: "等一下"}) == [(0.0, Verdict.COMMIT)]


def test_on_a_line_that_sends_nothing_back_the_agents_words_are_the_callers(policy):
    policy.agent_said(PARCEL)
    loud = (8000).to_bytes(2, "little") * 320
    for step in range(100):
        policy.agent_sound(step * 0.02, loud)
        policy.caller_level(step * 0.02 + 0.01, power(-70))

    assert verdicts(policy, 0.1, {0.0: "等一下"}) == [(0.0, Verdict.COMMIT)]
