"""Whose turn it is, as numbers."""

import pytest

from voice_engine.listen.patience import FinalDelay
from voice_engine.listen.turns import TurnTaker
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
