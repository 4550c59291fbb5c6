"""A tenant's regular expressions can be wrong or hostile, but not dangerous."""

import time

import pytest

from voice_engine.kernel.patterns import LONGEST, Pattern, TooSlow


@pytest.mark.parametrize(
    ("raw", "options", "text", "found"),
    [
        ("order", {}, "my ORDER", False),
        ("order", {"ignore_case": True}, "my ORDER", True),
        ("no", {}, "I know", True),
        ("no", {"whole_word": True}, "I know", False),
        ("yes|no", {"whole_word": True}, "oh no", True),
        ("^b", {}, "a\nb", False),
        ("^b", {"multi_line": True}, "a\nb", True),
        ("余额", {}, "查一下余额", True),
    ],
)
def test_a_pattern_is_searched_as_its_options_say(raw: str, options: dict[str, bool], text: str, found: bool):
    assert Pattern(raw, **options).found_in(text, 1.0) is found


def test_only_the_end_of_a_long_text_is_searched():
    pattern = Pattern("begin")

    assert not pattern.found_in("begin" + "x" * 1000, 1.0)
    assert pattern.found_in("x" * 1000 + "begin", 1.0)


def test_a_hostile_pattern_is_stopped_in_time():
    pattern = Pattern(r"(\w+\s?)+$")
    began = time.thread_time()

    with pytest.raises(TooSlow):
        pattern.found_in("a" * 400 + "!", 0.005)

    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize(
    "raw", ["", "(", "[z-a]", "a{2000}", "a{500}{500}", "x" * (LONGEST + 1), "(?P<a>x)(?P<a>y)"]
)
def test_what_cannot_be_used_is_refused_with_a_sentence(raw: str):
    with pytest.raises(ValueError, match=r"regular expression|repeats too much"):
        Pattern(raw)
