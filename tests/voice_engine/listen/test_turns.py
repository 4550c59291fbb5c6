"""Whose turn it is, as numbers."""

import time

import pytest

from voice_engine.listen.patience import FinalDelay
from voice_engine.listen.turns import TurnEnded, TurnTaker
from voice_engine.spec import TurnPlan


@pytest.fixture
def turns() -> TurnTaker:
    return TurnTaker(TurnPlan(finished_s=0.25, undecided_s=0.7, unfinished_s=1.8))


def said(turns: TurnTaker, text: str, *, final_at: float = 2.0) -> TurnTaker:
    """The caller speaks from 1 to 2 seconds."""
    turns.speech_started(1.0)
    turns.speech_stopped(2.0)
    turns.words(text, final=True, now=final_at)
    return turns


def test_a_finished_question_ends_a_quarter_of_a_second_after_the_last_word(turns):
    said(turns, "你们几点开门？")

    assert turns.tick(2.24) is None
    assert turns.tick(2.25).text == "你们几点开门？"


def test_an_assistant_that_waits_never_ends_a_turn_sooner():
    turns = said(TurnTaker(TurnPlan(finished_s=0.25, wait_s=0.4)), "你们几点开门？")

    assert turns.tick(2.39) is None
    assert turns.tick(2.41).text == "你们几点开门？"


def test_an_open_construction_is_waited_for(turns):
    said(turns, "我想问一下因为")

    assert turns.tick(3.79) is None
    assert turns.tick(3.81).text == "我想问一下因为"


def test_hold_on_is_left_alone_for_half_a_minute(turns):
    said(turns, "稍等一下")

    assert turns.tick(30.0) is None
    assert turns.tick(32.1) is not None


def test_a_late_final_is_waited_for_but_not_for_ever(turns):
    turns.speech_started(1.0)
    turns.words("你们几点开门？", final=False, now=1.9)
    turns.speech_stopped(2.0)

    assert turns.tick(2.3) is None
    assert turns.tick(2.0 + FinalDelay.START_S).text == "你们几点开门？"


def test_a_final_that_is_quicker_than_our_own_ear_is_not_waited_for_again(turns):
    turns.speech_started(1.0)
    turns.words("你们几点开门？", final=True, now=2.1)
    turns.speech_stopped(2.0)

    assert turns.tick(2.25).text == "你们几点开门？"


def test_noise_without_words_is_no_turn(turns):
    said(turns, "")

    assert turns.tick(10.0) is None


def test_two_utterances_become_one_turn_when_the_pause_is_short(turns):
    said(turns, "我想问一下")
    turns.speech_started(2.5)
    turns.speech_stopped(3.0)
    turns.words("你们几点开门？", final=True, now=3.2)

    assert turns.tick(3.3).text == "我想问一下你们几点开门？"


def test_latin_words_are_joined_with_a_blank(turns):
    said(turns, "what time")
    turns.speech_started(2.2)
    turns.speech_stopped(3.0)
    turns.words("do you open?", final=True, now=3.1)

    assert turns.tick(3.3).text == "what time do you open?"


def test_what_is_forgotten_is_no_turn(turns):
    said(turns, "嗯")
    turns.forget()

    assert turns.tick(10.0) is None


def test_the_turn_tells_when_its_stages_were_reached(turns):
    turns.speech_started(1.0)
    turns.words("你们", final=False, now=1.4)
    turns.speech_stopped(2.0)
    turns.words("你们几点开门？", final=True, now=2.1)

    ended = turns.tick(2.25)

    assert (ended.speech_started, ended.stt_first, ended.speech_ended) == (1.0, 1.4, 2.0)
    assert (ended.stt_final, ended.pause_over) == (2.1, 2.25)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("你们几点开门？", "finished"),
        ("王府井大街", "undecided"),
        ("我想问一下", "unfinished"),
        ("等一下", "wait"),
    ],
)
def test_the_turn_tells_why_it_ended(turns, text: str, why: str):
    said(turns, text)

    assert turns.tick(40.0).why == why


def test_a_caller_who_asked_for_time_is_waited_for(turns):
    said(turns, "等一下我找支笔")
    away = turns.waiting
    turns.speech_started(10.0)

    assert away
    assert not turns.waiting
    assert turns.tick(11.0) is None


def test_who_comes_back_is_judged_by_the_new_words(turns):
    said(turns, "hold on, let me check")
    turns.speech_started(10.0)
    turns.speech_stopped(11.0)
    turns.words("yes", final=True, now=11.1)

    assert turns.tick(11.26).text == "hold on, let me check yes"


# ── dictation ────────────────────────────────────────────────────────────────────────────────────────


def test_a_number_in_groups_is_one_turn_that_ends_with_its_last_figure(turns):
    turns.expect("请问您的手机号码是多少？")
    ends = []
    for begin, group in [(1.0, "幺三九"), (4.0, "二二零四"), (7.5, "五五幺七")]:
        turns.speech_started(begin)
        turns.speech_stopped(begin + 1)
        turns.words(group, final=True, now=begin + 1.1)
        ends += [turns.tick(begin + 1.24), turns.tick(begin + 1.26)]

    assert ends[:-1] == [None] * 5
    assert (ends[-1].text, ends[-1].why) == ("幺三九二二零四五五幺七", "dictation")


# ── guessing ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_reply_may_begin_on_a_stable_partial_once_the_caller_is_quiet(turns):
    turns.speech_started(1.0)
    turns.words("帮我查一下余额", final=False, now=1.9)
    turns.speech_paused(2.0)

    assert turns.guess(2.15) is None
    assert turns.guess(2.17) == "帮我查一下余额"
    assert turns.guess(2.18) is None


def test_no_reply_begins_on_a_partial_that_still_moves(turns):
    turns.speech_started(1.0)
    turns.speech_stopped(2.0)
    turns.words("帮我查一下余额", final=False, now=2.2)

    assert turns.guess(2.25) is None
    assert turns.guess(2.31) == "帮我查一下余额"


def test_new_words_are_a_new_guess(turns):
    turns.speech_started(1.0)
    turns.speech_stopped(2.0)
    turns.words("帮我查一下余额", final=False, now=1.9)
    first = turns.guess(2.2)
    turns.words("帮我查一下余额还有积分", final=True, now=2.3)

    assert (first, turns.guess(2.3)) == ("帮我查一下余额", "帮我查一下余额还有积分")


@pytest.mark.parametrize("text", ["我想问一下", "等一下", "我的电话是138", "北京", "Smith", ""])
def test_no_reply_begins_on_words_that_go_on_or_say_too_little(turns, text: str):
    said(turns, text)

    assert turns.guess(2.2) is None


@pytest.mark.parametrize("text", ["是的", "yes", "没有", "张江高科技园区", "next Monday"])
def test_a_short_answer_or_enough_words_are_worth_a_guess(turns, text: str):
    said(turns, text)

    assert turns.guess(2.2) == text


def test_guessing_can_be_switched_off():
    turns = said(TurnTaker(TurnPlan(speculate=False)), "你们几点开门？")

    assert turns.guess(2.2) is None


def test_a_caller_who_goes_on_after_a_breath_is_not_guessed_at(turns):
    turns.speech_started(1.0)
    turns.words("帮我查一下余额", final=False, now=1.5)
    turns.speech_paused(1.6)

    assert turns.guess(2.0) is None


# ── reopened turns and late finals ───────────────────────────────────────────────────────────────────


def ended_early(turns: TurnTaker, partial: str) -> TurnEnded:
    """A turn that was decided on a partial because its final did not come."""
    turns.speech_started(1.0)
    turns.words(partial, final=False, now=1.9)
    turns.speech_stopped(2.0)
    ended = turns.tick(5.0)
    assert ended is not None
    return ended


def test_words_that_come_before_the_agent_was_heard_are_joined_to_the_turn(turns):
    said(turns, "我想订机票")
    ended = turns.tick(2.9)
    turns.speech_started(3.0)
    turns.words("去上海的", final=False, now=3.4)
    turns.reopen(ended)
    turns.speech_stopped(3.5)
    turns.words("去上海的机票", final=True, now=3.6)

    again = turns.tick(6.0)

    assert again.text == "我想订机票去上海的机票"
    assert (again.speech_started, again.speech_ended, again.stt_first) == (1.0, 3.5, ended.stt_first)


def test_a_late_final_replaces_the_partial_it_grew_from(turns):
    ended = ended_early(turns, "帮我查余")
    turns.words("帮我查余额。", final=True, now=5.2)
    rest = turns.text
    turns.reopen(ended)

    assert rest == "额。"
    assert turns.tick(5.3).text == "帮我查余额。"


def test_a_late_final_after_reopening_replaces_it_too(turns):
    ended = ended_early(turns, "帮我查余")
    turns.reopen(ended)
    turns.words("帮我查余额。", final=True, now=5.2)

    assert turns.tick(5.3).text == "帮我查余额。"


def test_a_late_final_without_news_is_no_turn(turns):
    ended_early(turns, "你们几点开门")
    turns.words("你们几点开门？", final=True, now=5.2)

    assert turns.text == ""
    assert turns.tick(40.0) is None


def test_what_the_next_turn_says_is_heard_although_a_final_was_late(turns):
    ended_early(turns, "你们几点开门")
    turns.words("你们几点开门？", final=True, now=5.2)
    turns.speech_started(6.0)
    turns.speech_stopped(7.0)
    turns.words("有停车场吗？", final=True, now=7.1)

    assert turns.tick(7.3).text == "有停车场吗？"


def test_a_final_that_is_delivered_twice_counts_once(turns):
    said(turns, "我想订机票", final_at=2.1)
    turns.words("我想订机票", final=True, now=2.2)

    assert turns.tick(5.0).text == "我想订机票"


def test_what_is_said_twice_counts_twice(turns):
    said(turns, "对", final_at=2.1)
    turns.speech_started(2.2)
    turns.speech_stopped(2.8)
    turns.words("对", final=True, now=2.9)

    assert turns.tick(5.0).text == "对对"


def test_the_final_of_what_was_forgotten_is_forgotten(turns):
    turns.speech_started(1.0)
    turns.words("嗯", final=False, now=1.2)
    turns.speech_stopped(1.3)
    turns.forget()
    turns.words("嗯。", final=True, now=1.8)

    assert turns.tick(40.0) is None


# ── lost words ───────────────────────────────────────────────────────────────────────────────────────


def test_a_caller_whom_the_recogniser_did_not_hear_is_not_ignored(turns):
    turns.speech_started(1.0)
    turns.speech_stopped(2.0)

    lost = turns.tick(4.0)

    assert (lost.text, lost.why, lost.speech_started, lost.speech_ended) == ("", "lost", 1.0, 2.0)


def test_a_short_noise_is_not_taken_for_lost_words(turns):
    turns.speech_started(1.0)
    turns.speech_stopped(1.3)

    assert turns.tick(10.0) is None


def test_words_that_our_own_ear_missed_are_a_turn(turns):
    turns.words("你们几点", final=False, now=1.0)
    turns.words("你们几点开门？", final=True, now=1.5)

    assert turns.tick(1.74) is None
    assert turns.tick(1.76).text == "你们几点开门？"


def test_the_recogniser_is_waited_for_as_long_as_it_usually_takes():
    delay = FinalDelay()
    for _ in range(20):
        delay.saw(0.3)
    turns = TurnTaker(TurnPlan(), delay)
    turns.speech_started(1.0)
    turns.words("你们几点开门", final=False, now=1.9)
    turns.speech_stopped(2.0)

    assert turns.tick(2.44) is None
    assert turns.tick(2.46) is not None


def test_a_tick_costs_next_to_nothing(turns):
    said(turns, "我想问一下")
    turns.expect("请问您的手机号码是多少？")

    def thousand() -> float:
        started = time.perf_counter()
        for _ in range(1000):
            turns.tick(2.5)
            turns.guess(2.5)
        return time.perf_counter() - started

    assert min(thousand() for _ in range(5)) < 0.002
