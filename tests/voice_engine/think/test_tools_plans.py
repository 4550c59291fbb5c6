"""A tenant's plans: when a tool is not run, and what of its answer later tools may use."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.voice_engine.think.conversation import Heard, Server, asked
from voice_engine.providers.base import Message
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import ConditionTree, ExtractionSpec, ToolSpec
from voice_engine.think.tools.base import Answer, ToolAccess
from voice_engine.think.tools.plans import OURS, extracted, rejects
from voice_engine.think.tools.toolbox import Toolbox

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SAID = [
    Message("system", "Prompt with bye in it."),
    Message("user", "I want a pizza."),
    Message("assistant", "Anything else?"),
    Message("user", "No, Bye!"),
    Message("assistant", "Ending the call."),
]


def regex(pattern: str, **fields: Any) -> ConditionTree:
    return ConditionTree(kind="regex", pattern=pattern, **fields)


def liquid(source: str) -> ConditionTree:
    return ConditionTree(kind="liquid", liquid=source)


def group(operator: Any, *conditions: ConditionTree) -> ConditionTree:
    return ConditionTree(kind="group", operator=operator, conditions=conditions)


YES, NO = regex("call"), regex("pizza")


@pytest.mark.parametrize(
    ("conditions", "rejected"),
    [
        ((), False),
        ((YES,), True),
        ((NO,), False),
        ((YES, NO), False),
        ((regex("(?i)bye", role="user"),), True),
        ((regex("bye", role="user"),), False),
        ((regex("pizza", role="user", position=0),), True),
        ((regex("bye", role="user", negate=True),), True),
        ((regex("x", role="user", position=9),), False),
        ((regex("x", role="user", position=9, negate=True),), True),
        ((regex("Prompt", position=0),), False),  # prompts are no part of the conversation
        ((group("OR", YES, NO),), True),
        ((group("AND", YES, NO),), False),
        ((group("OR", NO, group("AND", YES)),), True),
        ((liquid("{% if tier == 'gold' %}true{% endif %}"),), True),
        ((liquid("{{ messages.size }}"),), False),
        ((liquid("{% if messages.size == 4 %} TRUE {% endif %}"),), True),
        ((liquid("{{ x | nonsense }}"),), False),
        ((liquid("{% for i in (1..9999) %}{% for j in (1..9999) %}{{ i }}{% endfor %}{% endfor %}"),), False),
    ],
)
def test_a_tool_is_rejected_while_all_conditions_hold(conditions: tuple[ConditionTree, ...], rejected: bool):
    assert rejects(conditions, SAID, {"tier": "gold"}, NOW) is rejected


def test_a_pattern_that_takes_too_long_does_not_hold():
    said = [Message("user", "a" * 400 + "!")]

    assert rejects((regex(r"(\w+\s?)+$", negate=True),), said, {}, NOW) is False


@pytest.mark.parametrize(
    ("schema", "answer", "found"),
    [
        ({"properties": {"id": {"type": "string"}}}, {"id": "A7", "other": 1}, {"id": "A7"}),
        ({"properties": {"id": {"type": "string"}}}, {"id": 7}, {}),
        ({"properties": {"id": {}}}, {"id": None}, {}),
        ({"properties": {"id": {}}}, ["id"], {}),
        ({"type": "array", "title": "dishes"}, ["a"], {"dishes": ["a"]}),
        ({"type": "string"}, "x", {}),
        ({"properties": {name: {} for name in OURS}}, dict.fromkeys(OURS, "x"), {}),
        ({"properties": {"id": {}}}, {"id": "x" * 30_000}, {}),
    ],
)
def test_what_the_schema_names_is_taken_from_the_answer(schema: Any, answer: Any, found: Any):
    assert extracted(ExtractionSpec(json_schema=schema), json.dumps(answer), {}, NOW) == found


def test_aliases_are_made_of_the_answer_and_of_variables():
    plan = ExtractionSpec(aliases={"who": "{{ customer.first }} of {{ shop }}", "bad": "{{ x | nonsense }}"})

    assert extracted(plan, '{"customer": {"first": "Li"}}', {"shop": "west"}, NOW) == {"who": "Li of west"}


def test_an_answer_that_is_no_json_gives_nothing():
    assert extracted(ExtractionSpec(json_schema={"title": "x"}), "sunny", {}, NOW) == {}


def run(box: Toolbox, *calls: str) -> list[list[str]]:
    async def go() -> list[list[str]]:
        results = []
        for call in calls:
            rounds = asked(call)
            rounds.context = SAID
            await box.run(rounds)
            results.append(rounds.results)
        await box.close()
        return results

    return run_virtual(go())


def test_a_rejected_tool_is_not_run_and_the_model_is_told():
    server = Server()
    spec = ToolSpec(name="hang_up", server_url="https://example.com", rejections=(YES,))

    [[told]] = run(Toolbox([spec], Heard(), ToolAccess(server.call)), "hang_up")

    assert told.startswith("hang_up was not run")
    assert server.asked == []


@pytest.mark.parametrize("failed", [False, True])
def test_what_one_tool_found_out_the_next_one_is_sent(failed: bool):
    server = Server({"find": Answer('{"orderId": "A7"}', failed=failed)})
    find = ToolSpec(
        name="find",
        server_url="https://example.com",
        extraction=ExtractionSpec(json_schema={"properties": {"orderId": {"type": "string"}}}),
    )
    cancel = ToolSpec(
        name="cancel",
        server_url="https://example.com",
        fixed={"order": "{{ orderId }}", "shop": "{{ shop }}"},
        variables={"shop": "west"},
    )

    run(Toolbox([find, cancel], Heard(), ToolAccess(server.call)), "find", "cancel")

    [sent] = server.asked[1]
    assert json.loads(sent.arguments) == {"order": "" if failed else "A7", "shop": "west"}
