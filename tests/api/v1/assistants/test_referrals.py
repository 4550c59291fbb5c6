"""Handoff tools: members are the squad's business, everybody else is compiled when chosen."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.v1.assistants.schemas.assistant import CreateAssistant
from tests.api.v1.assistants.test_compile import compiled
from voice_engine.kernel.errors import BadRequest
from voice_engine.spec import ToolSpec

Json = dict[str, Any]


def handoff(*destinations: Json, **fields: Any) -> Json:
    tool = {"type": "handoff", "destinations": list(destinations), **fields}
    return {"model": {"provider": "scripted", "tools": [tool]}}


def tools(assistant: Json) -> list[ToolSpec]:
    return list(compiled(assistant).spec.assistant.model.tools)


def test_a_stored_assistant_is_a_referral_with_what_the_model_is_asked_for():
    plan = {"schema": {"properties": {"name": {"type": "string"}}, "required": ["name"]}, "aliases": []}
    to = {
        "type": "assistant",
        "assistantId": "a-2",
        "description": "退款",
        "message": "稍等。",
        "variableExtractionPlan": plan,
        "contextEngineeringPlan": {"type": "lastNMessages", "maxMessages": 4},
    }

    (tool,) = tools(handoff(to))

    assert (tool.kind, tool.name, tool.description) == ("handoff", "handoff_to_assistant_0_0", "退款")
    assert tool.parameters["required"] == ["name"]
    assert {"user_intent", "name"} <= set(tool.parameters["properties"])
    assert tool.destination is not None
    assert (tool.destination.message, tool.destination.keep_messages) == ("稍等。", 4)
    assert tool.destination.referral == {
        "shown": {"type": "assistant", "assistantId": "a-2"},
        "sealed": {},
        "aliases": [],
    }


def test_an_assistant_of_its_own_keeps_its_secrets_sealed():
    server = {"url": "https://example.com", "secret": "very secret"}
    own = {"name": "Night desk", "model": {"provider": "scripted"}, "server": server}

    (tool,) = tools(handoff({"type": "assistant", "assistant": own}, function={"name": "to_the_night_desk"}))

    assert tool.name == "to_the_night_desk"
    assert tool.destination is not None
    assert tool.destination.referral["sealed"] == {"assistant.server.secret": "sealed(very secret)"}
    assert "very secret" not in str(tool.destination.referral["shown"])


@pytest.mark.parametrize(
    ("plan", "fields"),
    [
        ("none", {"mode": "delete-history"}),
        ("userAndAssistantMessages", {"only": "words"}),
        ("previousAssistantMessages", {"only": "last"}),
        ("all", {"only": "", "keep_messages": None}),
    ],
)
def test_how_much_of_the_conversation_goes_along(plan: str, fields: Json):
    to = {"type": "squad", "squadId": "s-2", "contextEngineeringPlan": {"type": plan}}

    (tool,) = tools(handoff(to))

    assert tool.destination is not None
    assert {name: getattr(tool.destination, name) for name in fields} == fields


def test_a_dynamic_destination_asks_a_server():
    own = handoff({"type": "dynamic", "server": {"url": "https://example.com/who", "timeoutSeconds": 3}})
    assistants = {**handoff({"type": "dynamic"}), "server": {"url": "https://example.com/hook"}}

    (asks,), (falls_back,) = tools(own), tools(assistants)

    assert (asks.server_url, asks.timeout_s) == ("https://example.com/who", 3)
    assert falls_back.server_url == "https://example.com/hook"
    with pytest.raises(BadRequest, match="needs a server"):
        compiled(handoff({"type": "dynamic"}))
    with pytest.raises(BadRequest, match="needs a server"):
        compiled({**assistants, "serverMessages": ["status-update"]})


def test_members_are_offered_by_the_squad_not_by_the_tool():
    assert tools(handoff({"type": "assistant", "assistantName": "账务"})) == []


def test_a_hook_may_hand_over_too():
    to = {"type": "handoff", "destinations": [{"type": "assistant", "assistantName": "账务"}]}
    elsewhere = {"type": "handoff", "destinations": [{"type": "assistant", "assistantId": "a-2"}]}
    hooks = [
        {"on": "call.timeElapsed", "options": {"seconds": 60}, "do": [{"type": "tool", "tool": tool}]}
        for tool in (to, elsewhere)
    ]

    member, stored = (hook.actions[0].tool for hook in compiled({"hooks": hooks}).spec.assistant.hooks)

    assert member is not None
    assert member.fixed == {"destination": "账务"}
    assert stored is not None
    assert stored.destination is not None
    assert stored.destination.referral["shown"]["assistantId"] == "a-2"


KEYS = [{"provider": "openai", "apiKey": "sk-1"}]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ({"type": "assistant"}, "only one of them"),
        ({"type": "assistant", "assistantName": "A", "assistantOverrides": {"name": "B"}}, "assistantId"),
        ({"type": "assistant", "assistant": {"voicemailMesage": "x"}}, "did you mean voicemailMessage"),
        ({"type": "assistant", "assistant": {"credentials": KEYS}}, "POST /v1/credentials"),
        ({"type": "squad"}, "should be given, or squad"),
        ({"type": "squad", "squad": {"members": []}}, "at least 1 item"),
        ({"type": "squad", "squad": {"members": [{"assistantId": "a", "skils": []}]}}, "did you mean skills"),
        ({"type": "number", "number": "110"}, "use the tool transferCall"),
        ({"type": "nowhere"}, "should be one of the following values: assistant, squad, dynamic"),
    ],
)
def test_what_leads_nowhere_is_refused(to: Json, words: str):
    with pytest.raises(ValidationError) as refusal:
        CreateAssistant.model_validate(handoff(to))

    assert words in str(refusal.value)
