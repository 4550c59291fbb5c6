"""Thoughts between tags never come out, and the way the stream is cut makes no difference."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.providers.llm.thoughts import Thoughts

PARTS = st.sampled_from(
    [
        "<think>",
        "</think>",
        "<think>a</think>",
        "</think>\n",
        "<",
        "</",
        "<thi",
        "nk>",
        "\n",
        "\n\n",
        " ",
        "想",
    ]
)


def heard(*pieces: str) -> str:
    thoughts = Thoughts()
    return "".join([*map(thoughts.feed, pieces), thoughts.end()])


@given(st.lists(PARTS, max_size=14).map("".join), st.lists(st.integers(0, 80), max_size=10))
def test_any_cutting_gives_the_same(text: str, cuts: list[int]):
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:end] for start, end in pairwise(edges)]

    assert heard(*pieces) == heard(text) == heard(*text)


@given(st.lists(PARTS, max_size=14).map("".join))
def test_what_comes_out_is_the_text_without_its_thoughts(text: str):
    expected = re.sub(r"<think>.*?(</think>\n*|\Z)", "", text, flags=re.DOTALL)

    assert heard(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "Hello"),
        ("<think>hm</think>\n\nHello", "Hello"),
        ("Hello <think>hm</think>you", "Hello you"),
        ("<think>never ends", ""),
        ("3 < 4 and <b>", "3 < 4 and <b>"),
        ("ends with <thin", "ends with <thin"),
        ("<think>a</think><think>b</think>\nc", "c"),
        ("</think>x", "</think>x"),
    ],
)
def test_examples(text: str, expected: str):
    assert heard(text) == expected


def test_ordinary_text_is_not_held_back():
    thoughts = Thoughts()

    assert [thoughts.feed(piece) for piece in ("Good ", "morning", "!")] == ["Good ", "morning", "!"]
