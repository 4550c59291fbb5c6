"""Likeness and facts, in Chinese and in English."""

import time

import pytest

from voice_engine.think.intent import Heard, facts


@pytest.mark.parametrize(
    ("skill", "text"),
    [
        ("退款", "你好，我想要退款"),
        ("退款,退货,换货", "这双鞋能不能换货"),
        ("处理退款和退货申请", "我要退款"),
        ("账单查询", "帮我查询一下账单"),
        ("宽带报修", "家里的宽带断了要报修"),
        ("refund", "I'd like refunds for two orders"),
        ("technical support", "can I get some technical help, support please"),
        ("Billing", "a question about BILLING"),
        ("ＶＩＰ", "我是vip客户"),
        ("HR", "put me through to hr, please"),
    ],
)
def test_what_is_spoken_of_is_recognised(skill: str, text: str):
    assert Heard(text).likeness(skill) >= 0.6


@pytest.mark.parametrize(
    ("skill", "text"),
    [
        ("退款", "今天天气怎么样"),
        ("投诉", "我想订一个房间"),
        ("art", "when do you start"),
        ("A", "and now"),
        ("HR", "three hrs ago"),
        ("refund", "what are your opening hours"),
        ("", "退款"),
        ("退款", ""),
        ("退款", "。。。"),
    ],
)
def test_what_is_not_spoken_of_is_not_recognised(skill: str, text: str):
    assert Heard(text).likeness(skill) < 0.35


def test_the_same_question_in_nearly_the_same_words_is_the_same():
    asked = Heard("你们几点开门？")

    assert asked.sameness("你们几点开门") == 1.0
    assert asked.sameness("请问你们几点开门呀") > 0.7
    assert asked.sameness("你们在哪里") < 0.5
    assert Heard("").sameness("") == 0.0


def test_facts_are_what_was_stated_by_kind():
    said = "我姓王，电话13800138000，订单号SF20261120001，明天之前退我299.5元，邮箱a.b@example.cn"

    assert facts(said) == {
        "phone": "13800138000",
        "number": "SF20261120001",
        "date": "明天",
        "amount": "299.5元",
        "email": "a.b@example.cn",
    }


def test_an_identity_card_is_not_taken_for_a_telephone_number():
    assert facts("身份证11010519491231002X") == {"idCard": "11010519491231002X"}
    assert facts("车牌京A·12345") == {"plate": "京A·12345"}


def test_english_facts():
    said = "Call me on 138 0013 8000 next friday, it was $1,200.50 for order AB-12345"

    assert facts(said) == {
        "phone": "138 0013 8000",
        "date": "next friday",
        "amount": "$1,200.50",
        "number": "AB-12345",
    }


@pytest.mark.parametrize("text", ["1" * 2000, "A-" * 1000, "a." * 1000, "1,1" * 700, "1.1" * 600])
def test_no_words_make_looking_for_facts_slow(text: str):
    began = time.thread_time()
    facts(text)

    assert time.thread_time() - began < 0.05
