"""Our own sentences."""

from itertools import pairwise

import pytest

from voice_engine.speak.phrases import (
    APOLOGY,
    FILLERS,
    STILL_THERE,
    STILL_WORKING,
    Phrases,
    ending_soon,
    is_ours,
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["filler", "still_working", "still_there", "not_understood"])
def test_no_sentence_is_said_twice_in_a_row(language: str, kind: str):
    phrases = Phrases(language)

    said = [getattr(phrases, kind)() for _ in range(20)]

    assert all(one != other for one, other in pairwise(said))


def test_an_assistant_may_have_its_own_fillers_or_none():
    own, none = Phrases("zh", fillers=("嗯嗯，马上。",)), Phrases("zh", fillers=())

    assert own.filler() == own.still_working() == "嗯嗯，马上。"
    assert none.filler() == none.still_working() == ""


def test_prompts_are_the_assistants_or_ours():
    assert Phrases("en", prompts=("Hello?",)).still_there() == "Hello?"
    assert Phrases("zh").still_there() == STILL_THERE["zh"][0] == "您还在吗？"


def test_what_may_be_needed_at_any_moment_is_known_beforehand():
    assert set(Phrases("zh").ready) == {
        *FILLERS["zh"],
        APOLOGY["zh"],
        STILL_WORKING["zh"][0],
        *STILL_THERE["zh"],
    }
    assert set(Phrases("zh", fillers=(), prompts=("喂？",)).ready) == {APOLOGY["zh"], "喂？"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ending_soon("zh", 30), "本次通话还剩30秒。"),
        (ending_soon("zh", 60), "本次通话还剩60秒。"),
        (ending_soon("zh", 120), "本次通话还剩2分钟。"),
        (ending_soon("en", 90), "This call ends in 90 seconds."),
    ],
)
def test_sentences_with_a_number(said: str, expected: str):
    assert said == expected


def test_only_sentences_without_anything_personal_are_everybodys():
    assert is_ours(FILLERS["en"][0])
    assert is_ours(f" {APOLOGY['zh']} ")
    assert not is_ours("王女士，您好。")
