"""Vendor sentences → transcripts, word times, the vendor's count: everything pure."""

from typing import Any

import pytest

from voice_engine.providers.base import Transcript, WordTimes
from voice_engine.providers.dashscope_sdk.results import is_final, sentence_of
from voice_engine.providers.dashscope_sdk.words import WordClock, billed
from voice_engine.providers.sentences import Sentence, Sentences, beyond


def fields(text: str, begin: int = 0, end: int | None = None, **more: Any) -> dict[str, Any]:
    return {"text": text, "begin_time": begin, "end_time": end, "sentence_end": end is not None, **more}


def sentence(text: str, begin: int = 0, end: int | None = None, **more: Any) -> Sentence:
    heard = sentence_of(fields(text, begin, end, **more))
    assert heard
    return heard


def running(wait_s: float = 0.6) -> Sentences:
    sentences = Sentences(wait_s)
    sentences.started(now=0.0)
    return sentences


def partial(text: str) -> Transcript:
    return Transcript(text, False)


def final(text: str) -> Transcript:
    return Transcript(text, True)


def test_a_partial_replaces_the_one_before_and_the_end_is_final():
    s = running()

    assert s.heard(sentence("我想")) == [partial("我想")]
    assert s.heard(sentence("我想查")) == [partial("我想查")]
    assert s.heard(sentence("我想查一下。", end=900)) == [final("我想查一下。")]


def test_the_same_partial_again_is_not_told_again():
    s = running()
    s.heard(sentence("我想"))

    assert s.heard(sentence("我想")) == []


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        ({"sentence_end": True, "end_time": None}, True),
        ({"sentence_end": False, "end_time": 900}, False),
        ({"end_time": 900}, True),
        ({"end_time": None}, False),
        ({}, False),
    ],
)
def test_a_sentence_is_over_if_it_says_so_or_without_saying_has_an_end(fields, ends):
    assert is_final(fields) is ends


def test_heartbeats_say_nothing():
    assert sentence_of(fields("", heartbeat=True)) is None


def test_an_old_partial_after_the_end_is_ignored():
    s = running()
    s.heard(sentence("我想查一下。", begin=100, end=900))

    assert s.heard(sentence("我想", begin=100)) == []
    assert s.heard(sentence("余额", begin=1500)) == [partial("余额")]


def test_an_old_sentence_is_known_by_its_number_too():
    s = running()
    s.heard(sentence("我想查一下。", begin=100, end=900, sentence_id=3))

    assert s.heard(sentence("我想", begin=120, sentence_id=3)) == []
    assert s.heard(sentence("余额", begin=120, sentence_id=4)) == [partial("余额")]


def test_a_flush_is_answered_by_the_vendors_end_of_the_sentence():
    s = running()
    s.heard(sentence("我想查"))
    s.flushed(1000, 1.0, empty=False)

    assert s.tick(1.59) == []
    assert s.heard(sentence("我想查一下。", end=900)) == [final("我想查一下。")]
    assert s.deadline is None


def test_a_late_vendor_is_not_waited_for():
    s = running(wait_s=0.6)
    s.heard(sentence("我想查一下"))
    s.flushed(1000, 1.0, empty=False)

    assert s.tick(1.6) == [final("我想查一下")]
    assert s.heard(sentence("我想查一下。", end=900)) == []


def test_what_a_late_end_adds_is_not_lost():
    s = running()
    s.heard(sentence("我想查"))
    s.flushed(1000, 1.0, empty=False)
    s.tick(1.6)

    assert s.heard(sentence("我想查一下余额。", end=900)) == [final("一下余额。")]


def test_a_speaker_who_goes_on_in_the_same_sentence_is_heard_on():
    s = running(wait_s=0.1)
    s.heard(sentence("我想查"))
    s.flushed(1000, 1.0, empty=False)
    s.tick(1.1)

    assert s.heard(sentence("我想查我的余额")) == [partial("我的余额")]
    s.flushed(2000, 2.0, empty=False)
    assert s.heard(sentence("我想查我的余额。", end=1900)) == [final("我的余额。")]


def test_a_flush_without_words_is_answered_by_an_empty_final():
    s = running(wait_s=0.6)
    s.flushed(500, 0.5, empty=False)

    assert s.tick(1.0) == []
    assert s.tick(1.1) == [final("")]


def test_a_flush_without_any_sound_is_answered_at_once():
    assert running().flushed(0, 0.0, empty=True) == [final("")]


def test_two_flushes_in_a_row_get_two_finals():
    s = running()
    s.heard(sentence("好的"))
    s.flushed(1000, 1.0, empty=False)
    s.flushed(1000, 1.0, empty=True)

    assert s.heard(sentence("好的。", end=900)) == [final("好的。"), final("")]


def test_speech_after_an_unanswered_flush_answers_it_with_nothing():
    s = running()
    s.flushed(500, 0.5, empty=False)

    assert s.heard(sentence("你好", begin=960)) == [final(""), partial("你好")]


def test_a_sentence_that_ended_long_before_the_flush_waits_for_the_one_after_it():
    s = running()
    s.flushed(5000, 5.0, empty=False)

    assert s.heard(sentence("我想查一下。", begin=0, end=2000)) == [partial("我想查一下。")]
    assert s.heard(sentence("我的余额", begin=2500)) == [partial("我想查一下。我的余额")]
    assert s.heard(sentence("我的余额。", begin=2500, end=4800)) == [final("我想查一下。我的余额。")]


def test_a_flush_before_the_task_runs_waits_for_it_to_run():
    s = Sentences(0.6)
    s.flushed(1000, 1.0, empty=False)

    assert s.tick(100.0) == []
    s.started(100.0)
    assert s.tick(100.6) == [final("")]


def test_at_the_end_everything_owed_is_told():
    s = running()
    s.heard(sentence("再见"))
    s.flushed(1000, 1.0, empty=False)

    assert s.end() == [final("再见")]


def test_words_without_a_flush_are_final_at_the_end():
    s = running()
    s.heard(sentence("再见"))

    assert s.end() == [final("再见")]


def test_flushes_that_get_no_word_are_counted_until_the_vendor_speaks():
    s = running(wait_s=0.1)
    for second in range(3):
        s.flushed(second * 1000, second, empty=False)
        s.tick(second + 0.1)

    assert s.overdue == 3
    s.heard(sentence("喂", begin=2500))
    assert s.overdue == 0


@pytest.mark.parametrize(
    ("before", "text", "rest"),
    [
        ("", "你好。", "你好。"),
        ("我想查一下", "我想查一下。", ""),
        ("我想查一下，", "我想查一下我的余额。", "我的余额。"),
        ("我想察一下", "我想查一下余额", "余额"),
        ("查余", "查余额。", ""),
        ("I want to", "I wanna go home.", "home."),
        ("I want to", "I want to go.", "go."),
    ],
)
def test_what_a_text_adds_to_its_earlier_version(before, text, rest):
    assert beyond(before, text) == rest


def test_a_han_character_counts_two():
    assert [billed(t) for t in ("你好", "中A文123", "中文。", "hello", "")] == [4, 8, 5, 5, 0]


def words(index: int, *spans: tuple[str, int, int]) -> dict[str, Any]:
    listed = [
        {"text": t, "begin_index": i, "end_index": i + 1, "begin_time": b, "end_time": e}
        for i, (t, b, e) in enumerate(spans)
    ]
    return {"sentence": {"index": index, "words": listed}}


def test_word_times_that_count_from_the_task_are_taken_as_they_are():
    clock = WordClock()
    clock.times(words(0, ("你", 0, 200), ("好", 200, 500)), 0.0)

    assert clock.times(words(1, ("再", 520, 700)), 0.5) == WordTimes(("再",), (0.52,), (0.7,))


def test_word_times_that_count_from_the_sentence_begin_where_its_sound_began():
    clock = WordClock()
    clock.times(words(0, ("你", 0, 200), ("好", 200, 500)), 0.0)

    assert clock.times(words(1, ("再", 0, 200)), 0.5) == WordTimes(("再",), (0.5,), (0.7,))


def test_words_told_twice_are_passed_on_once():
    clock = WordClock()
    clock.times(words(0, ("你", 0, 200)), 0.0)

    assert clock.times(words(0, ("你", 0, 200)), 0.2) is None
    assert clock.times(words(0, ("你", 0, 200), ("好", 200, 500)), 0.2) == WordTimes(("好",), (0.2,), (0.5,))


@pytest.mark.parametrize(
    "output", [{}, {"sentence": {"words": []}}, {"sentence": {"words": [{"text": "x"}]}}]
)
def test_results_without_word_times_are_no_error(output):
    assert WordClock().times(output, 0.0) is None
