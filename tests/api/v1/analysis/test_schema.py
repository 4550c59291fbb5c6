"""JSON Schema as far as we take it: what is refused, and what a value is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.v1.analysis.answers import Unreadable, fitting, json_in
from api.v1.analysis.schema import complaints, problems

ORDER = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "size": {"type": "string", "enum": ["大", "小"]},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "day": {"type": "string", "format": "date"},
        "phone": {"type": "string", "pattern": r"^1\d{10}$"},
        "extras": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    },
    "required": ["name"],
    "additionalProperties": False,
}


def test_a_value_that_fits_has_nothing_to_complain_of():
    order = {
        "name": "王",
        "size": "大",
        "count": 2,
        "day": "2026-11-20",
        "phone": "13800138000",
        "extras": ["x"],
    }

    assert list(problems(ORDER)) == []
    assert complaints(order, ORDER) == []


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({}, "name is missing"),
        ({"name": ""}, "the length of name should be at least 1"),
        ({"name": 1}, "name should be of type string"),
        ({"name": "a", "size": "中"}, "size should be one of 大, 小"),
        ({"name": "a", "count": 10}, "count should be at most 9"),
        ({"name": "a", "count": True}, "count should be of type integer"),
        ({"name": "a", "day": "tomorrow"}, "day should be a date"),
        ({"name": "a", "phone": "110"}, r"phone should match ^1\d{10}$"),
        ({"name": "a", "extras": ["x", 2]}, "extras[1] should be of type string"),
        ({"name": "a", "extras": ["x"] * 3}, "the length of extras should be at most 2"),
        ({"name": "a", "more": 1}, "more should not exist"),
        ([], "the value should be of type object"),
    ],
)
def test_a_value_is_told_what_is_wrong_and_where(value: Any, complaint: str):
    assert complaint in complaints(value, ORDER)


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({}, ("type",)),
        ({"type": "text"}, ("type",)),
        ({"type": "object", "$ref": "http://x"}, ("$ref",)),
        ({"type": "array", "items": 3}, ("items",)),
        ({"type": "object", "properties": {"a": {"type": "strin"}}}, ("properties", "a", "type")),
        ({"type": "string", "pattern": "("}, ("pattern",)),
        ({"type": "string", "format": "phone"}, ("format",)),
        ({"type": "object", "required": "name"}, ("required",)),
        ({"type": "number", "minimum": "1"}, ("minimum",)),
    ],
)
def test_a_schema_that_is_none_is_refused_at_the_place(schema: Any, place: tuple[str, ...]):
    assert place in [where for where, _ in problems(schema)]


def test_a_schema_without_end_is_refused():
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(200):
        deep = {"type": "array", "items": deep}
    wide = {"type": "object", "properties": {str(n): {"type": "string"} for n in range(2000)}}

    assert any("deeper" in message for _, message in problems(deep))
    assert any("500 parts" in message for _, message in problems(wide))


def test_a_pattern_that_never_ends_is_a_complaint():
    evil = {"type": "string", "pattern": r"^(a|a)*$"}

    assert complaints("a" * 60 + "!", evil) == [
        f"the value cannot be checked in time against {evil['pattern']}"
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "items", "properties", "required", "enum", "minimum"]), inner
            )
        ),
    )
)
def test_no_schema_however_odd_breaks_the_check(schema: Any):
    assert [message for _, message in problems(schema) if not message] == []


@pytest.mark.parametrize("said", ['{"a": 1}', 'Sure!\n```json\n{"a": 1}\n```', 'It is {"a": 1}, I think.'])
def test_json_is_found_in_what_models_say_around_it(said: str):
    assert json_in(said) == {"a": 1}


def test_an_answer_that_does_not_fit_says_why():
    with pytest.raises(Unreadable, match="name is missing"):
        fitting("{}", ORDER)
    with pytest.raises(Unreadable, match="one JSON value"):
        fitting("I cannot", ORDER)
