"""Nothing a vendor sends makes the parts stumble, and the way it is cut makes no difference."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulators.openai import called, chunk, said
from voice_engine.providers.base import Message
from voice_engine.providers.llm import faults
from voice_engine.providers.llm.answer import Answer, tokens
from voice_engine.providers.llm.sse import Items

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
NAMES = st.sampled_from(
    ["choices", "delta", "content", "tool_calls", "function", "index", "id", "usage", "finish_reason",
     "error", "code", "message", "base_resp", "status_code", "arguments", "name", "prompt_tokens"]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
OBJECTS = st.dictionaries(NAMES, ANYTHING, max_size=6)


@pytest.mark.slow
@given(st.lists(OBJECTS, max_size=4))
def test_no_object_makes_an_answer_stumble(items: list[dict[str, Any]]):
    answer = Answer()
    for item in items:
        faults.of_body(item, "vendor")
        assert isinstance(answer.feed(item), str)

    assert all(isinstance(call.arguments, str) for call in answer.calls())
    assert min(answer.used([Message("user", "hi")]).quantities.values()) >= 0


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=8), st.data())
def test_an_event_stream_is_the_same_however_it_is_cut(texts: list[str], data: st.DataObject):
    sent = b"".join(
        data.draw(st.sampled_from([b": c\n", b"\n", b"event: x\n", b""]))
        + b"data: " + json.dumps({"t": each}).encode()
        + data.draw(st.sampled_from([b"\n\n", b"\r\n\r\n", b"\n"]))
        for each in texts
    )  # fmt: skip
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=6)))
    items, found = Items(), []
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        found += items.feed(sent[start:end])
    found += items.end()

    assert [json.loads(item)["t"] for item in found] == texts


@given(st.text('{}:"a1,好', max_size=30), st.lists(st.integers(0, 30), max_size=5), st.booleans())
def test_arguments_are_the_same_however_they_are_cut(arguments: str, cuts: list[int], indexed: bool):
    answer, place = Answer(), {"index": 0} if indexed else {}
    edges = sorted({0, len(arguments), *(cut for cut in cuts if cut < len(arguments))})
    answer.feed(called("f", "", id="x", **place))
    for start, end in pairwise(edges):
        answer.feed(called("", arguments[start:end], id="", **place))

    assert [(call.id, call.name, call.arguments) for call in answer.calls()] == [("x", "f", arguments)]


def test_an_empty_piece_is_no_token():
    answer = Answer()
    for item in (said("", role="assistant"), chunk({"content": None}), {"choices": []}, {}):
        answer.feed(item)

    assert answer.pieces == 0


def test_tokens_are_guessed_about_right():
    assert tokens("") == 0
    assert 6 <= tokens("Hello, how are you today?") <= 9
    assert 5 <= tokens("请问你们几点开门？") <= 9
