"""What the caller has heard of a reply, by word times, by the duration model, and for any cut."""

import re
import time
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_engine.providers.base import WordTimes
from voice_engine.speak.heard import Heard, Pace, weight

TEXTS = st.lists(
    st.sampled_from(
        [*"您好我是小应，。！？、 \n“”", "hello ", "it's", "3.14", "12:30", "iPhone", " 15", "かな", "😊"]
    ),
    max_size=20,
).map("".join)
SECONDS = st.floats(0, 8, allow_nan=False).map(lambda seconds: round(seconds, 3))


@st.composite
def word_times(draw: st.DrawFn, text: str, seconds: float) -> WordTimes | None:
    """Some of the text's characters with ascending times, as vendors send them."""
    if not text or not seconds or draw(st.booleans()):
        return None
    words = [char for char in text if draw(st.booleans())]
    marks = sorted(draw(st.lists(st.floats(0, seconds), min_size=2 * len(words), max_size=2 * len(words))))
    return WordTimes(tuple(words), tuple(marks[::2]), tuple(marks[1::2]))


@st.composite
def replies(draw: st.DrawFn) -> tuple[Heard, str]:
    heard, whole = Heard(), ""
    for text in draw(st.lists(TEXTS, min_size=1, max_size=4)):
        seconds = draw(SECONDS)
        heard.add(text, seconds, draw(word_times(text, seconds)))
        for more in draw(st.lists(SECONDS, max_size=3)):
            heard.grow(more)
        whole += text
    if draw(st.booleans()):
        heard.finish()
    return heard, whole


@pytest.mark.slow
@given(replies(), st.lists(st.floats(-1, 40), min_size=2, max_size=8).map(sorted))
@settings(max_examples=500, deadline=None)
def test_what_was_heard_only_grows_and_is_always_a_prefix(reply: tuple[Heard, str], moments: list[float]):
    heard, whole = reply

    prefixes = [heard.heard(moment) for moment in moments]

    assert all(whole.startswith(prefix) for prefix in prefixes)
    assert all(later.startswith(earlier) for earlier, later in pairwise(prefixes))


@given(replies())
@settings(max_examples=300, deadline=None)
def test_nothing_is_heard_at_the_start_and_all_at_the_end(reply: tuple[Heard, str]):
    heard, whole = reply
    heard.finish()

    assert heard.heard(0.0) == ""
    assert heard.heard(-1.0) == ""
    if heard.total_seconds > 0:
        assert heard.heard(heard.total_seconds) == whole
        assert heard.complete(heard.total_seconds)


@given(st.floats(0.01, 5.99))
@settings(max_examples=200, deadline=None)
def test_a_word_or_a_number_is_never_cut(played: float):
    heard = Heard()
    heard.add("我的iPhone 15花了1,299.50元，it's ok", 6.0)

    said = heard.heard(played)

    ends = {"我的", "我的iPhone", "我的iPhone ", "我的iPhone 15", "我的iPhone 15花", "我的iPhone 15花了"}
    assert said == "" or said == "我" or said in ends or said.startswith("我的iPhone 15花了1,299.50")
    assert not said.endswith(("it", "it'", "o"))


def test_without_word_times_characters_fill_their_clause():
    heard = Heard()
    heard.add("一二三四五六七八九十", 2.0)

    assert heard.heard(0.1) == ""
    assert heard.heard(0.2) == "一"
    assert heard.heard(1.0) == "一二三四五"
    assert heard.heard(1.99) == "一二三四五六七八九"
    assert heard.heard(2.0) == "一二三四五六七八九十"


def test_a_full_stop_is_a_pause():
    heard = Heard()
    heard.add("好。好", 3.5)

    assert heard.heard(1.0) == "好"
    assert heard.heard(2.4) == "好"
    assert heard.heard(2.5) == "好。"


def test_word_times_place_the_cut():
    heard = Heard()
    heard.add("今天天气很好。", 3.0, WordTimes(("今天", "天气", "很好"), (1.0, 1.6, 2.0), (1.6, 2.0, 2.6)))

    assert heard.heard(0.9) == ""
    assert heard.heard(1.35) == "今"
    assert heard.heard(1.6) == "今天"
    assert heard.heard(1.9) == "今天天"
    assert heard.heard(2.6) == "今天天气很好"
    assert heard.heard(3.0) == "今天天气很好。"


def test_a_mark_after_a_last_word_that_lasts_to_the_end_is_heard_at_the_end():
    heard = Heard()
    heard.add("您好。", 1.0, WordTimes(("您", "好"), (0.0, 0.5), (0.5, 1.0)))
    heard.finish()

    assert heard.heard(0.5) == "您"
    assert heard.heard(1.0) == "您好。"


def test_words_the_text_does_not_have_are_passed_over():
    heard = Heard()
    words = WordTimes(("一百", "元", "整"), (0.0, 1.0, 1.5), (1.0, 1.5, 2.0))
    heard.add("100元整", 2.0, words)

    assert heard.heard(0.9) == ""
    assert heard.heard(1.0) == "100"
    assert heard.heard(1.5) == "100元"


def test_clauses_follow_one_another():
    heard = Heard()
    heard.add("您好，", 1.0)
    heard.add("我是小应。", 1.5)

    assert heard.total_seconds == 2.5
    assert heard.heard(1.0) == "您好，"
    assert heard.heard(2.5) == "您好，我是小应。"
    assert not heard.complete(2.4)
    assert heard.complete(2.5)


def test_a_growing_clause_is_measured_by_the_voice_so_far():
    heard = Heard()
    heard.add("一二三四五六七八九十", 2.0)
    heard.add("甲乙丙丁戊己庚辛壬癸", 0.0)
    heard.grow(1.0)

    assert heard.heard(2.6) == "一二三四五六七八九十甲乙丙"

    heard.grow(0.2)
    heard.finish()
    assert heard.heard(2.6) == "一二三四五六七八九十甲乙丙丁戊"


def test_the_next_clause_closes_the_growing_one():
    heard = Heard()
    heard.add("一二三四", 0.0)
    heard.grow(0.4)
    heard.add("五六", 0.2)

    assert heard.heard(0.2) == "一二"
    assert heard.heard(0.6) == "一二三四五六"


def test_a_clause_without_sound_is_heard_with_the_one_before_it():
    heard = Heard()
    heard.add("好。", 1.0)
    heard.add("”", 0.0)
    heard.add("再见", 1.0)

    assert heard.heard(0.5) == "好"
    assert heard.heard(1.5) == "好。”再"


def test_word_times_may_arrive_with_the_sound():
    heard = Heard()
    heard.add("hello big world", 0.0)
    heard.grow(0.5, WordTimes(("hello",), (0.1,), (0.5,)))
    heard.grow(0.5, WordTimes(("big",), (0.6,), (0.9,)))
    heard.finish()

    assert heard.heard(0.45) == ""
    assert heard.heard(0.5).strip() == "hello"
    assert heard.heard(0.9).strip() == "hello big"


def test_nothing_said_is_nothing_heard():
    heard = Heard()

    assert heard.total_seconds == 0.0
    assert heard.heard(5.0) == ""
    assert heard.complete(0.0)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("您好，我是小应，很高兴为您服务。", 0.2),
        ("Hello, this is Amy from the bank.", 0.15),
        ("价格是1299元。", 0.3),
    ],
)
def test_any_cut_is_right_within_two_characters_of_an_even_voice(text: str, rate: float):
    heard = Heard()
    ends = [rate * sum(map(weight, text[: at + 1])) for at in range(len(text))]
    heard.add(text, ends[-1])

    for at, end in enumerate(ends):
        missing = len(text[: at + 1].rstrip()) - len(heard.heard(end + 0.001).rstrip())
        assert 0 <= missing <= (2 if text[at] > "\u2fff" else len("Hello"))


def test_a_clause_whose_sound_has_not_come_yet_has_not_been_heard():
    heard = Heard()
    heard.add("您好，", 1.0)
    heard.add("我是小应。", 0.0)

    assert heard.heard(5.0) == "您好，"


def test_when_the_sound_runs_out_in_mid_clause_only_what_sounded_was_heard():
    heard = Heard()
    heard.add("一二三四五六七八九十", 2.0)
    heard.add("甲乙丙丁戊己庚辛壬癸", 0.0)
    heard.grow(1.0)

    assert heard.heard(9.0) == "一二三四五六七八九十甲乙丙丁戊"


def test_what_is_spoken_in_other_words_takes_its_own_time():
    heard = Heard()
    heard.add("定于2026-12-31举行", 1.6, spoken="定于二〇二六年十二月三十一日举行")

    assert heard.heard(0.2) == "定于"
    assert heard.heard(1.35) == "定于"
    assert heard.heard(1.4) == "定于2026-12-31"
    assert heard.heard(1.5) == "定于2026-12-31举"


def test_a_telephone_number_is_heard_group_by_group():
    heard = Heard()
    spoken = "电话幺三八，零零幺三，八零零零"
    heard.add("电话138 0013 8000", sum(map(weight, spoken)), spoken=spoken)

    assert heard.heard(sum(map(weight, "电话幺三"))) == "电话"
    assert heard.heard(sum(map(weight, "电话幺三八，零"))).strip() == "电话138"
    assert heard.heard(sum(map(weight, "电话幺三八，零零幺三，八"))).strip() == "电话138 0013"


def test_word_times_are_of_what_was_spoken():
    heard = Heard()
    words = WordTimes(("一百零五", "元", "整"), (0.0, 2.0, 2.2), (2.0, 2.2, 2.4))
    heard.add("105元整", 2.4, words, spoken="一百零五元整")

    assert heard.heard(1.9) == ""
    assert heard.heard(2.0) == "105"
    assert heard.heard(2.3) == "105元"


@pytest.mark.parametrize(
    ("sentences", "together"),
    [
        (
            ("Let me check.", "Still working on it.", "It has shipped."),
            "Let me check. Still working on it. It has shipped.",
        ),
        (("我查一下。", "马上就好。", "已经发货。"), "我查一下。马上就好。已经发货。"),
    ],
)
def test_asides_are_written_as_the_language_is(sentences: tuple[str, str, str], together: str):
    heard = Heard(Pace())
    heard.aside(sentences[0], 1.0)
    heard.aside(sentences[1], 1.0)
    heard.add(sentences[2], 1.0)

    assert heard.heard(3.0) == together


def test_an_aside_was_heard_but_is_no_part_of_the_answer():
    heard = Heard()
    heard.aside("我查一下。", 1.0)
    heard.add("余额是五元。", 1.0)

    assert heard.heard(0.5).startswith("我查")
    assert heard.answered(0.9) == ""
    assert heard.heard(2.0) == "我查一下。余额是五元。"
    assert heard.answered(2.0) == "余额是五元。"


def test_a_voice_that_breaks_off_has_said_whole_words_and_the_rest_is_still_to_be_said():
    heard = Heard(Pace(seconds=2.0, units=10.0))
    heard.add("您的余额是1299元整", 0.0, spoken="您的余额是一千二百九十九元整")
    heard.grow(1.4)

    rest, surplus = heard.break_off()
    heard.trim(surplus)

    assert rest == "1299元整"
    assert round(surplus, 3) == 0.4
    assert heard.total_seconds == pytest.approx(1.0)
    assert heard.heard(1.0) == "您的余额是"


def test_the_pace_of_a_voice_is_known_from_earlier_replies():
    pace = Pace()
    Heard(pace).add("一二三四五六七八九十", 4.0)

    heard = Heard(pace)
    heard.add("一二三四五六七八九十", 0.0)
    heard.grow(2.0)

    assert heard.heard(2.0) == "一二三四五"


# ── voices that do not count ─────────────────────────────────────────────────────────────────────────

ALLOWED = 2  # characters of what is spoken between the true cut and the supposed one
SENTENCES = [
    [("您好，", ""), ("我是小应，", ""), ("请问有什么可以帮您？", "")],
    [("您的余额是", ""), ("1,250.5", "一千二百五十点五"), ("元，", "")],
    [("有效期到", ""), ("2026-12-31", "二〇二六年十二月三十一日"), ("。", "")],
    [("航班", ""), ("CA1234", "CA幺二三四"), ("将于", ""), ("06:45", "六点四十五分"), ("起飞。", "")],
    [("电话是", ""), ("13800138000", "幺三八，零零幺三，八零零零"), ("，请记下来。", "")],
    [("**重要**", "重要"), ("：折扣", ""), ("50%", "百分之五十"), ("，只限今天😊。", "，只限今天。")],
    [("Your total is ", ""), ("$5.50", "5.50 dollars"), (" today, and it ships tomorrow.", "")],
]  # fmt: skip


@dataclass
class Sounding:
    """One clause as a real voice says it: when each spoken character ends, and where the text may be cut."""

    text: str
    spoken: str
    ends: list[float]
    cuts: list[tuple[int, int]]  # (length of the text, characters spoken by then), ascending

    @property
    def seconds(self) -> float:
        return self.ends[-1]

    def words(self) -> WordTimes:
        return WordTimes(tuple(self.spoken), (0.0, *self.ends[:-1]), tuple(self.ends))

    def error(self, said: int, played: float) -> float:
        """How many spoken characters lie between the cut after `said` characters and where the voice was."""
        true = sum(end <= played for end in self.ends)
        low = max(spoken for text, spoken in self.cuts if text <= said)
        high = min((spoken for text, spoken in self.cuts if text > said), default=len(self.spoken))
        return max(0, low - true, true - high)


def sounding(pieces: list[tuple[str, str]], pace: float, dice: Random) -> Sounding:
    text, spoken, cuts = "", "", [(0, 0)]
    for written, said in pieces:
        text, spoken = text + written, spoken + (said or written)
        cuts.append((len(text), len(spoken)))
        if not said:
            at, over = len(text) - len(written), len(spoken) - len(written)
            in_word = {found.start() + 1 for found in re.finditer("[a-zA-Z](?=[a-zA-Z])", written)}
            cuts += [(at + i, over + i) for i in range(1, len(written)) if i not in in_word]
    ends, now = [], 0.0
    for char in spoken:
        now += weight(char) * pace * dice.uniform(0.7, 1.3)
        ends.append(now)
    return Sounding(text, spoken, ends, sorted(cuts))


@pytest.mark.slow
@pytest.mark.parametrize("timed", [False, True])
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    st.floats(0.12, 0.35),
    st.randoms(use_true_random=False),
    st.floats(0.0, 1.0),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_any_cut_of_an_uneven_voice_is_right_within_two_spoken_characters(
    timed: bool, sentences: list[Any], pace: float, dice: Random, share: float, aside: bool
):
    heard, clauses, begun = Heard(), [sounding(pieces, pace, dice) for pieces in sentences], 0.0
    if aside:
        heard.aside("我查一下。", 1.3)
    cut = share * sum(clause.seconds for clause in clauses)
    for clause in clauses:
        heard.add(clause.text, clause.seconds, clause.words() if timed else None, spoken=clause.spoken)

    said = len(heard.answered(cut + (1.3 if aside else 0.0)))

    for clause in clauses:
        if cut <= begun + clause.seconds:
            assert clause.error(said, cut - begun) <= ALLOWED
            break
        said, begun = said - len(clause.text), begun + clause.seconds


def test_a_long_clause_said_in_other_words_holds_nobody_up():
    text, spoken, began = "1 " * 2000, "one " * 2000, time.thread_time()
    heard = Heard()

    heard.add(text, 100.0, spoken=spoken)

    assert time.thread_time() - began < 0.2
    assert len(heard.heard(50.0)) == pytest.approx(2000, abs=20)
