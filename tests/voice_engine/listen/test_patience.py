"""How much silence ends a turn."""

import pytest

from voice_engine.listen.patience import FinalDelay, Patience, Pauses
from voice_engine.spec import EndpointingRule, TurnPlan

PLAN = TurnPlan(finished_s=0.25, undecided_s=0.7, unfinished_s=1.8, dictation_s=3.0, hold_s=30.0)


def pause(patience: Patience, text: str) -> float:
    return patience.judge(text).pause


@pytest.mark.parametrize(
    ("text", "why", "seconds"),
    [
        ("你们几点开门", "finished", 0.25),
        ("王府井大街", "undecided", 0.7),
        ("我想问一下", "unfinished", 1.8),
        ("等一下我找支笔", "wait", 30.0),
    ],
)
def test_the_words_choose_the_timer(text: str, why: str, seconds: float):
    judged = Patience(PLAN).judge(text)

    assert (judged.why, judged.pause) == (why, seconds)


def test_dictation_is_waited_for_until_it_is_complete():
    patience = Patience(PLAN)
    patience.expect("请问您的手机号码是多少？")

    assert pause(patience, "一三八零零") == 3.0
    assert pause(patience, "一三八零零一三八零零零") == 0.25
    assert patience.judge("我没有手机").why == "finished"


def test_what_was_asked_before_the_last_question_is_forgotten():
    patience = Patience(PLAN)
    patience.expect("请问您的手机号码是多少？")
    patience.expect("好的，还有什么可以帮您？")

    assert patience.judge("三个人").why == "undecided"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("请问一共几位？", "三个人"),
        ("您想订哪一天的？", "下周一"),
        ("请问您怎么称呼？", "李明"),
        ("请问要大床房还是双床房？", "大床房"),
        ("What time would you like to come?", "seven thirty"),
        ("May I have your name?", "John Smith"),
    ],
)
def test_the_bare_answer_to_a_question_is_waited_for_half_as_long(asked: str, said: str):
    patience = Patience(PLAN)
    before = pause(patience, said)
    patience.expect(asked)

    assert before == 0.7
    assert pause(patience, said) == pytest.approx((0.25 + 0.7) / 2)


def test_an_answer_that_goes_on_is_waited_for_as_before():
    patience = Patience(PLAN)
    patience.expect("请问一共几位？")

    assert pause(patience, "我们大概") == 1.8
    assert pause(patience, "北京朝阳区望京街道阜通东大街") == 0.7


@pytest.mark.parametrize("asked", ["好的，请说。", "三个人几点到我知道了。好的。", "How can I help you?", ""])
def test_no_question_no_shorter_wait(asked: str):
    patience = Patience(PLAN)
    patience.expect(asked)

    assert pause(patience, "三个人") == 0.7


# ── the transcription alone ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("我想。", 0.1), ("我想", 1.5), ("一共 23", 0.5), ("It is 5.", 0.5), ("really?", 0.1)],
)
def test_without_smart_endpointing_only_the_transcription_counts(text: str, seconds: float):
    plan = TurnPlan(smart=False, on_punctuation_s=0.1, on_no_punctuation_s=1.5, on_number_s=0.5)

    assert pause(Patience(plan), text) == seconds


def test_without_smart_endpointing_nothing_is_dictated():
    patience = Patience(TurnPlan(smart=False))
    patience.expect("请问您的手机号码是多少？")

    assert pause(patience, "一三八零零") == 1.5


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_rule_that_matches_decides_before_the_words():
    rules = (
        EndpointingRule(customer="余额", timeout_s=1.0),
        EndpointingRule(customer="查", timeout_s=2.0),
    )
    patience = Patience(PLAN.model_copy(update={"rules": rules}))

    assert (patience.judge("查余额").why, pause(patience, "查余额")) == ("rule", 1.0)
    assert pause(patience, "我查一下快递到哪了") == 2.0
    assert patience.judge("你们几点开门").why == "finished"


def test_a_rule_about_the_assistant_holds_for_the_answer_to_its_question():
    rule = EndpointingRule(assistant="反馈|意见", timeout_s=4.0)
    patience = Patience(PLAN.model_copy(update={"rules": (rule,)}))

    assert pause(patience, "挺好的") == 0.25
    patience.expect("您对我们有什么意见？")
    assert pause(patience, "挺好的") == 4.0
    patience.expect("好的，谢谢。")
    assert pause(patience, "挺好的") == 0.25


def test_a_rule_about_both_needs_both():
    rule = EndpointingRule(
        assistant="name", customer=r"^\w+$", assistant_options=("ignore-case",), timeout_s=2.0
    )
    patience = Patience(PLAN.model_copy(update={"rules": (rule,)}))
    patience.expect("What is your NAME?")

    assert pause(patience, "John") == 2.0
    assert patience.judge("I don't know").why == "finished"


def test_whole_words_are_whole():
    rule = EndpointingRule(customer="no", customer_options=("whole-word",), timeout_s=5.0)
    patience = Patience(PLAN.model_copy(update={"rules": (rule,)}))

    assert patience.judge("I know").why != "rule"
    assert patience.judge("no").why == "rule"


def test_a_pattern_that_takes_too_long_is_given_up_for_this_call():
    rule = EndpointingRule(customer=r"(\w+\s?)+$", timeout_s=5.0)
    hostile = "a" * 400 + "!"
    patience = Patience(PLAN.model_copy(update={"rules": (rule,)}))

    patience.judge(hostile)

    assert patience.judge("你们几点开门").why == "finished"


@pytest.mark.parametrize("raw", ["(", "a{999}{999}", "x" * 501, "[z-a]"])
def test_an_unusable_pattern_is_refused_when_the_plan_is_made(raw: str):
    with pytest.raises(ValueError, match=r"regular expression|repeats too much"):
        EndpointingRule(customer=raw, timeout_s=1.0)


def test_no_rule_undercuts_the_least_wait():
    plan = PLAN.model_copy(update={"rules": (EndpointingRule(customer="快", timeout_s=0.0),), "wait_s": 0.4})

    assert pause(Patience(plan), "快一点") == 0.4


# ── this caller ──────────────────────────────────────────────────────────────────────────────────────


def test_a_slow_caller_is_given_more_time_and_a_quick_one_less_within_bounds():
    slow, quick = Patience(PLAN), Patience(PLAN)
    for _ in range(100):
        slow.paused(1.6)
        quick.paused(0.25)

    assert pause(slow, "王府井大街") == pytest.approx(0.7 * Pauses.MOST)
    assert pause(slow, "我想问一下") == pytest.approx(1.8 * Pauses.MOST)
    assert pause(quick, "王府井大街") == pytest.approx(0.7 * Pauses.LEAST)
    assert pause(slow, "你们几点开门") == pause(quick, "你们几点开门") == 0.25


def test_one_pause_moves_the_average_by_a_tenth():
    patience = Patience(PLAN)
    patience.paused(0.95)

    assert pause(patience, "王府井大街") == pytest.approx(0.7 * 0.5 / 0.45)


def test_an_absence_is_no_pause_and_learning_can_be_switched_off():
    patient, deaf = Patience(PLAN), Patience(PLAN.model_copy(update={"learn_pauses": False}))
    patient.paused(20.0)
    deaf.paused(1.5)

    assert pause(patient, "王府井大街") == pause(deaf, "王府井大街") == 0.7


# ── this recogniser ──────────────────────────────────────────────────────────────────────────────────


def test_a_quick_recogniser_is_waited_for_less_and_a_slow_one_more():
    quick, slow = FinalDelay(), FinalDelay()
    for _ in range(20):
        quick.saw(0.2)
        slow.saw(1.5)

    assert quick.budget_s == FinalDelay.LEAST_S
    assert slow.budget_s == pytest.approx(1.5 + FinalDelay.MARGIN_S)


def test_a_single_late_final_proves_little():
    delay = FinalDelay()
    delay.saw(2.4)

    assert delay.budget_s == FinalDelay.START_S


def test_the_budget_has_an_end():
    delay = FinalDelay()
    for _ in range(20):
        delay.saw(60.0)

    assert delay.budget_s == FinalDelay.MOST_S
