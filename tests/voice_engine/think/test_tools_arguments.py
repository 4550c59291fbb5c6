"""A model that calls a tool wrongly is told how to do better."""

from typing import Any

import pytest

from voice_engine.providers.base import ToolCall
from voice_engine.think.tools.arguments import checked

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "enum": ["sat", "sun"]},
        "guests": {"type": "integer", "minimum": 1, "maximum": 12},
        "name": {"type": "string", "minLength": 2, "maxLength": 4},
        "items": {"type": "array", "items": {"type": "object", "required": ["id"]}},
        "note": {"type": ["string", "null"]},
        "vip": {"type": "boolean"},
    },
    "required": ["day"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ('{"day": "sat"}', ""),
        ('{"day": "sat", "guests": 2.0, "note": null, "name": null, "vip": true}', ""),
        ("", "day is missing"),
        ("{}", "day is missing"),
        ('{"day": null}', "day must be a string, not null"),
        ('{"day": "mon"}', 'day must be one of "sat", "sun", not "mon"'),
        ('{"day": "sat", "guests": "two"}', 'guests must be an integer, not "two"'),
        ('{"day": "sat", "guests": 2.5}', "guests must be an integer, not 2.5"),
        ('{"day": "sat", "guests": true}', "guests must be an integer, not true"),
        ('{"day": "sat", "guests": 0}', "guests must be at least 1"),
        ('{"day": "sat", "guests": 13}', "guests must be at most 12"),
        ('{"day": "sat", "name": "王"}', "name must be at least 2 characters long"),
        ('{"day": "sat", "name": "欧阳诸葛亮"}', "name must be at most 4 characters long"),
        ('{"day": "sat", "items": [{"id": 1}, {}]}', "items[1].id is missing"),
        ('{"day": "sat", "items": {}}', "items must be an array, not {}"),
        ('{"day": "sat", "vip": 1}', "vip must be a boolean, not 1"),
        ('{"day": "sat", "colour": 1}', "there is no argument colour"),
    ],
)
def test_each_fault_is_named(given: str, wrong: str):
    _, sentence = checked(ToolCall("1", "book", given), SCHEMA)

    expected = f"book was not run: {wrong}. Correct the arguments or ask the caller." if wrong else ""
    assert sentence == expected


@pytest.mark.parametrize("given", ["[1]", "{", '"x"', "NaN"])
def test_what_is_no_object_is_asked_for_again(given: str):
    parsed, sentence = checked(ToolCall("1", "book", given), SCHEMA)

    assert parsed == {}
    assert "JSON" in sentence


@pytest.mark.parametrize("schema", [{}, {"type": 3}, {"properties": []}, {"type": "colour"}, {"enum": "x"}])
def test_a_schema_that_says_nothing_sensible_refuses_nothing(schema: dict[str, Any]):
    assert checked(ToolCall("1", "f", '{"a": 1}'), schema) == ({"a": 1}, "")


def test_a_schema_without_a_floor_ends():
    deep: dict[str, Any] = {"type": "object", "properties": {}}
    deep["properties"]["a"] = deep

    assert checked(ToolCall("1", "f", '{"a":' * 30 + "{}" + "}" * 30), deep)[1] == ""
