"""Two halves of an answer become one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.providers.pool.seam import Seam, WholeWords


def sewn(delivered: str, second: str, size: int = 1) -> str:
    seam = Seam(delivered)
    pieces = [second[at : at + size] for at in range(0, len(second), size)]
    return "".join(map(seam.feed, pieces)) + seam.end()


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("delivered", "second", "rest"),
    [
        ("您好，", "请问有什么可以帮您？", "请问有什么可以帮您？"),  # goes on
        ("您好，我是", "我是小应。", "小应。"),  # repeats the last words
        ("您好，我是小应。请问", "您好！我是小应，请问您贵姓？", "您贵姓？"),  # starts over, put differently
        ("您好。", "您好，请说。", "请说。"),
        ("好", "好的。", "的。"),
        ("今天有雨，", "，明天晴。", "明天晴。"),  # a mark twice
        ("今天有雨", "，明天晴。", "，明天晴。"),
        ("There is ", "There is a room.", "a room."),
        ("There is", "a room.", " a room."),
        ("I saw the ", "theatre.", "theatre."),  # not "the" again
        ("Well, I ", "I think so.", "think so."),
        ("价格是 3.", "3.5 元。", "5 元。"),
        ("电话 138 8888 ", "8888 请记好。", "8888 请记好。"),  # the number goes on
        ("电话 138 ", "电话：138 8888。", "8888。"),
        ("谢谢，谢", "谢您的来电。", "谢您的来电。"),  # one character may be meant
        ("他说", "“好的”。", "“好的”。"),
        ("我们的套餐有三种，第一种", "我们的套餐有三种：基础版每月十元。", "：基础版每月十元。"),
        ("第一种每月十元，", "第二种每月二十元。", "第二种每月二十元。"),
        ("您好，", "", ""),
        ("您好，我是小应。", "您好，我是小应。", ""),
        ("，", "您好", "您好"),
        ("", "您好", "您好"),
    ],
)
def test_what_was_said_is_not_said_again(delivered: str, second: str, rest: str, size: int):
    assert sewn(delivered, second, size) == rest


def test_what_is_new_is_not_held_back_longer_than_needed():
    seam = Seam("您好，我是小应。")

    assert seam.feed("请") == "请"


@given(st.lists(st.sampled_from(["你", "好", "hello", " ", "wor", "ld", "，", "3", ".5", "it's"])))
def test_whole_words_change_nothing_but_the_cuts(pieces: list[str]):
    words = WholeWords()
    out = [words.feed(piece) for piece in pieces]
    last = words.end()

    assert "".join(out) + last == "".join(pieces)
    assert all(not (text and text[-1].isascii() and text[-1].isalnum()) for text in out)
