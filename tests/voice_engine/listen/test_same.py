"""Whether two readings of an utterance are the same words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.listen.same import beyond, same_enough


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("你们几点开门", "你们几点开门？"),
        ("帮我查一下 订单", "帮我查一下订单。"),
        ("What time do you open", "what time do you open?"),
        ("我的电话是一三八", "我的电话是138"),
        ("嗯我想查余额", "我想查余额啊"),
        ("um I want to cancel", "I want to cancel."),
        ("ＡＢＣ公司", "abc公司"),
        (
            "帮我把明天下午三点的会议改到后天上午十点钟然后通知大家",
            "帮我把明天下午三点的会议改到后天上午十点然后通知大家",
        ),
    ],
)
def test_punctuation_case_width_and_hesitation_change_nothing(a: str, b: str):
    assert same_enough(a, b)
    assert same_enough(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("我要退款", "我不要退款"),
        (
            "帮我把明天下午三点的会议改到后天上午十点然后通知大家",
            "帮我把明天下午三点的会议改到后天上午九点然后通知大家",
        ),
        (
            "帮我把明天下午的会议改到后天上午然后通知所有的人好吗",
            "别帮我把明天下午的会议改到后天上午然后通知所有的人好吗",
        ),
        ("我想查余额", "我想查余额还有积分"),
        ("yes", "no"),
        ("", "你好"),
        ("是", "不是"),
    ],
)
def test_a_figure_a_negation_or_more_words_change_everything(a: str, b: str):
    assert not same_enough(a, b)


def test_what_a_later_reading_adds():
    assert beyond("我想查", "我想查余额") == "余额"
    assert beyond("我想查", "我想查。") == ""
    assert beyond("I want", "I want to go") == "to go"
    assert beyond("我想查余额", "我想茶余额") == ""
    assert beyond("你好", "今天天气怎么样") is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_sameness_is_symmetric_and_everything_is_itself(a: str, b: str):
    assert same_enough(a, b) == same_enough(b, a)
    assert same_enough(a, a)


@given(st.text(alphabet="我你查a1 ，", min_size=1, max_size=20), st.text(alphabet="余额b2。", max_size=20))
def test_what_was_given_and_what_comes_after_make_the_whole(given_: str, more: str):
    rest = beyond(given_, given_ + more)

    assert rest is not None
    assert "".join(filter(str.isalnum, rest)) == "".join(filter(str.isalnum, more))


def test_long_repetitions_are_compared_quickly():
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        same_enough("嗯" * 1999 + "好", "好" + "嗯" * 1999)
        same_enough("ab" * 900, "ba" * 900)
        taken.append(time.perf_counter() - started)

    assert min(taken) < 0.01
