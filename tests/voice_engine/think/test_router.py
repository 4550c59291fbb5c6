"""Intent and confidence, skill, priority and load: the same words always find the same member."""

import pytest

from tests.voice_engine.think.squads import Says, member, squad
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import FaqSpec
from voice_engine.think.router import canned, recognise, route

SHOP = squad(
    member("前台", role="primary"),
    member("售后", skills=("退款", "换货")),
    member("技术", skills=("宽带报修", "technical support")),
)


def test_a_skill_that_is_named_is_certain():
    found = run_virtual(route("我想要退款", SHOP))

    assert (found.member, found.intent, found.confidence, found.by) == ("售后", "退款", 1.0, "rules")


def test_a_member_can_be_asked_for_by_name():
    assert run_virtual(route("请转技术", SHOP)).member == "技术"


def test_words_about_nothing_in_particular_go_to_the_entry_or_stay_where_they_are():
    first = run_virtual(route("今天天气真好", SHOP))
    later = run_virtual(route("今天天气真好", SHOP, current="技术"))

    assert (first.member, first.intent, first.confidence, first.by) == ("前台", "", 0.0, "default")
    assert (later.member, later.by) == ("技术", "default")


def test_a_current_member_that_is_gone_is_not_stayed_with():
    assert run_virtual(route("今天天气真好", SHOP, current="老王")).member == "前台"


def test_two_intents_of_different_members_halve_the_confidence():
    intent, confidence = recognise("退款，还有宽带报修", SHOP.members)

    assert (intent, confidence) == ("退款", 0.5)


def test_two_intents_of_one_member_do_not():
    assert recognise("退款或者换货", SHOP.members) == ("退款", 1.0)


@pytest.mark.parametrize(
    ("priorities", "load", "chosen"),
    [((1, 2), {}, "B"), ((1, 1), {"A": 3, "B": 2}, "B"), ((2, 1), {"A": 9}, "A"), ((1, 1), {}, "A")],
    ids=["priority", "load among equals", "priority before load", "order"],
)
def test_among_the_skilled_priority_then_load_then_order_decides(priorities, load, chosen):
    first, second = priorities
    twins = squad(
        member("A", skills=("退款",), priority=first), member("B", skills=("退款",), priority=second)
    )

    assert run_virtual(route("退款", twins, load=load)).member == chosen


def test_a_current_member_with_the_skill_keeps_the_caller():
    twins = squad(member("A", skills=("退款",), priority=9), member("B", skills=("退款",)))

    assert run_virtual(route("退款", twins, current="B")).member == "B"


def test_a_model_is_asked_only_when_the_rules_are_unsure():
    llm = Says('```json\n{"intent": "宽带报修", "confidence": 0.9}\n```')

    sure = run_virtual(route("我要退款", SHOP, llm=llm))
    unsure = run_virtual(route("网页一直打不开", SHOP, llm=llm))

    assert (sure.by, sure.usage) == ("rules", None)
    assert (unsure.member, unsure.intent, unsure.confidence, unsure.by) == ("技术", "宽带报修", 0.9, "model")
    assert unsure.usage is not None
    assert unsure.usage.quantities == {"promptTokens": 7, "completionTokens": 3}
    assert len(llm.asked) == 1
    assert "- 宽带报修" in llm.asked[0][0].content


@pytest.mark.parametrize(
    "answer", ["", "退款", "{broken}", '{"intent": "做饭", "confidence": 1}', '{"confidence": "x"}', "[1]"]
)
def test_a_model_that_makes_no_sense_decides_nothing(answer: str):
    found = run_virtual(route("网页一直打不开", SHOP, llm=Says(answer)))

    assert (found.member, found.by) == ("前台", "default")


def test_a_model_that_fails_is_not_missed():
    found = run_virtual(route("网页一直打不开", SHOP, llm=Says(None)))

    assert (found.member, found.confidence, found.usage) == ("前台", 0.0, None)


def test_a_prepared_answer_is_found_by_a_similar_question():
    faqs = (
        FaqSpec(questions=("你们几点开门", "营业时间"), answer="早上九点。"),
        FaqSpec(questions=("where are you",), answer="In Wuhan."),
    )

    assert canned("你们几点开门？", faqs) == ("早上九点。", 1.0)
    assert canned("Where are you?", faqs) == ("In Wuhan.", 1.0)
    assert canned("我要退款", faqs) is None
