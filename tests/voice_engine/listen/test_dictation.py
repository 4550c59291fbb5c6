"""What was asked for, and how much of it has been said."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_engine.listen.dictation import Expected, expected, progress
from voice_engine.listen.symbols import dictated


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("请问您的手机号码是多少？", "phone"),
        ("请问您的手机号码是多少？我帮您查一下。", "phone"),
        ("麻烦报一下身份证号。", "identity"),
        ("您的车牌号是多少？", "plate"),
        ("请告诉我收货地址。", "address"),
        ("请您读一下收到的验证码。", "code"),
        ("请提供银行卡号。", "card"),
        ("请问订单号是多少？", "order"),
        ("您的邮箱是什么？", "email"),
        ("英文名怎么拼？", "spelling"),
        ("What's your phone number?", "phone"),
        ("Can I have your email? Please spell it.", "email"),
        ("Could you spell your last name?", "spelling"),
        ("What is the license plate?", "plate"),
        ("Where should we deliver it?", "address"),
    ],
)
def test_a_question_for_something_to_dictate_is_recognised(asked: str, kind: str):
    assert expected(asked).kind == kind


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "您好，请问有什么可以帮您？",
        "您的手机号是13800138000，对吗？",
        "我们会把验证码发到您的手机上。",
        "您的地址是北京市朝阳区，是吗？",
        "您想改到哪一天？",
        "Your phone number is 415 555 0134, correct?",
        "How can I help you?",
    ],
)
def test_telling_or_checking_a_number_asks_for_none(asked: str):
    assert expected(asked) is None


def test_the_announced_length_counts():
    assert expected("请读一下六位验证码。").count == 6
    assert expected("请报身份证后四位。") == Expected("identity", count=4)
    assert expected("Please tell me the last four digits of your card.").count == 4
    assert expected("您的十一位手机号是多少？").count == 11


def test_when_two_things_were_asked_for_one_is_not_the_end():
    asked = expected("请留一下您的电话和地址。")

    assert asked.more
    assert progress(asked, "13800138000") == "likely"


@pytest.mark.parametrize(
    "said",
    [
        "13800138000",
        "138 0013 8000",
        "一三八零零一三八零零零",
        "幺三八，洞洞幺三，八〇〇〇",
        "嗯，你记一下，幺三八 零零幺三 八零零零",
        "一三八两个零一三八三个零",
        "一三八零零不对，一三八零零一三八零零零",
        "１３８００１３８０００",
        "加86 138 0013 8000",
        "一三八零零一三八零零零，对。",
        "oh没有，13800138000",
    ],
)
def test_a_mobile_number_is_complete_with_its_eleventh_figure_however_it_is_said(said: str):
    phone = expected("您的手机号是多少？")

    assert progress(phone, said) == "complete"
    assert progress(phone, said[:6]) in ("incomplete", None)


@pytest.mark.parametrize(
    "said",
    [
        "four one five five five five oh one three four",
        "415 triple five 0134",
        "it's 415-555-0134",
        "4 1 5 555 01 34",
    ],
)
def test_an_american_number_has_ten(said: str):
    assert progress(expected("What's your phone number?"), said) == "complete"


def test_a_repetition_waits_for_its_figure():
    assert progress(expected("您的手机号是多少？"), "一三八三个") == "incomplete"
    assert progress(expected("What's your phone number?"), "four one five double") == "incomplete"


@pytest.mark.parametrize(
    "said",
    ["我没有手机", "你要手机号干什么", "等一下我找找", "不方便说", "是的", "明天下午三点", "为什么", ""],
)
def test_an_answer_that_is_no_dictation_is_left_to_the_words(said: str):
    assert progress(expected("您的手机号是多少？"), said) is None


def test_a_green_plate_has_eight_characters():
    plate = expected("车牌号是多少？")

    assert progress(plate, "沪AD3285") == "likely"
    assert progress(plate, "沪AD32857") == "complete"
    assert progress(plate, "京A12345") == "complete"


def test_an_address_goes_down_to_the_door():
    address = expected("请问收货地址是？")
    said = "浙江省杭州市西湖区文三路478号2单元301室"

    reached = [progress(address, said[: said.index(end) + 1]) for end in ("省", "市", "区", "路", "号", "室")]

    assert reached == ["incomplete"] * 4 + ["likely", "complete"]


def test_names_are_spelled_with_helping_words():
    assert dictated("j for juliet o h n as in nancy").symbols == "john"


PIECES = st.lists(
    st.sampled_from(
        [
            "一三八",
            "138",
            "两个六",
            "三个",
            "double ",
            "seven ",
            "，",
            " ",
            "嗯",
            "不对",
            "路",
            "号",
            "street ",
            "艾特",
            "点",
            "com",
            "a ",
            "x",
        ]
    ),
    max_size=8,
)
KINDS = ["phone", "identity", "card", "plate", "code", "order", "email", "spelling", "address"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KINDS), st.booleans(), PIECES)
def test_any_dictation_is_judged_quickly(kind, english, pieces):
    said = "".join(pieces) * 40

    taken = []
    for _ in range(3):
        started = time.perf_counter()
        progress(Expected(kind, english), said)
        taken.append(time.perf_counter() - started)

    assert min(taken) < 0.003


FIGURES = st.text(alphabet="0123456789", min_size=10, max_size=10)
CHINESE = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


@given(
    FIGURES,
    st.lists(st.sampled_from(["", " ", "，", "嗯", " 然后 "]), min_size=11, max_size=11),
    st.booleans(),
)
def test_every_mobile_number_is_complete_exactly_at_its_end(rest: str, gaps: list[str], spelled: bool):
    number = "1" + rest
    said = [CHINESE[figure] if spelled else figure for figure in number]
    phone = Expected("phone")

    reached = [
        progress(phone, "".join(a + b for a, b in zip(gaps, said[:count], strict=False)))
        for count in range(1, 12)
    ]

    assert reached == ["incomplete"] * 10 + ["complete"]
