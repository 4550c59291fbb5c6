"""Tools in Vapi's words become tools of the engine."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from api.v1.assistants.compile import Compiled, Occasion, compile_session, without_secret_headers
from api.v1.assistants.config import Config, take
from api.v1.assistants.schemas.assistant import AssistantOverrides, CreateAssistant
from api.v1.assistants.schemas.tools import Tool
from tests.api.world import Org
from voice_engine.kernel.errors import BadRequest
from voice_engine.spec import ConditionSpec, ToolMessageSpec, ToolSpec, TransferSpec

TOOL: TypeAdapter[Any] = TypeAdapter(Tool)
NOW = datetime(2026, 5, 4, 15, 10, tzinfo=UTC)
FUNCTION = {"type": "function", "function": {"name": "book"}}
NUMBER = {"type": "number", "number": "+8657188880000"}
HOOK = {"url": "https://example.com/{{ shop }}", "secret": "hush", "timeoutSeconds": 7}


def config(shape: type[CreateAssistant] | type[AssistantOverrides], fields: dict[str, Any]) -> Config:
    return take(shape.model_validate(fields).given(), lambda plain: f"sealed({plain})")


def compiled(*tools: dict[str, Any], **fields: Any) -> Compiled:
    return compile_session(
        config(CreateAssistant, {"model": {"provider": "scripted", "tools": [*tools]}, **fields}),
        config(AssistantOverrides, {"variableValues": {"shop": "west"}}),
        Occasion("call-1", "session-1", "org-1", NOW),
        lambda sealed: sealed.removeprefix("sealed(").removesuffix(")"),
    )


def tool(given: dict[str, Any], **fields: Any) -> ToolSpec:
    [spec] = compiled(given, **fields).spec.assistant.model.tools
    return spec


def test_a_function_may_run_in_the_background_and_be_sent_more_than_the_model_knows():
    spec = tool({**FUNCTION, "async": True, "parameters": [{"key": "shop", "value": "{{ shop }}"}]})

    assert (spec.background, spec.fixed) == (True, {"shop": "west"})


def test_messages_keep_their_moment_words_and_conditions():
    messages = [
        {
            "type": "request-start",
            "content": "{{ shop }}?",
            "blocking": True,
            "contents": [{"type": "text", "text": "稍等", "language": "zh"}],
            "conditions": [{"operator": "gt", "param": "guests", "value": "8"}],
        },
        {"type": "request-response-delayed", "content": "还在查", "timingMilliseconds": 3000},
        {"type": "request-response-delayed", "content": "快了"},
        {"type": "request-failed", "role": "system", "content": "道歉", "endCallAfterSpokenEnabled": True},
    ]

    spec = tool({**FUNCTION, "messages": messages})

    assert spec.messages == (
        ToolMessageSpec(
            at="request-start",
            texts={"": "west?", "zh": "稍等"},
            blocking=True,
            conditions=(ConditionSpec(param="guests", operator="gt", value="8"),),
        ),
        ToolMessageSpec(at="request-response-delayed", texts={"": "还在查"}, after_s=3.0),
        ToolMessageSpec(at="request-response-delayed", texts={"": "快了"}, after_s=1.2),
        ToolMessageSpec(at="request-failed", texts={"": "道歉"}, role="system", end_call=True),
    )


def test_a_transfer_offers_its_destinations_by_what_they_are_for():
    sip = {"type": "sip", "sipUri": "sip:{{ shop }}@b.cn", "description": "Opening hours", "message": ""}
    custom = {"type": "custom-message", "contents": [{"type": "text", "text": "转前台", "language": "zh"}]}
    number = {**NUMBER, "extension": "8", "message": custom}

    spec = tool({"type": "transferCall", "destinations": [number, sip]})

    assert (spec.name, spec.kind) == ("transferCall", "transferCall")
    assert spec.transfers == (
        TransferSpec(
            kind="number",
            target="+8657188880000",
            message="转前台",
            texts={"zh": "转前台"},
            extra={"extension": "8"},
        ),
        TransferSpec(kind="sip", target="sip:west@b.cn", description="Opening hours", message=""),
    )
    wanted = spec.parameters["properties"]["destination"]
    assert wanted["enum"] == ["+8657188880000", "sip:west@b.cn"]
    assert wanted["description"] == "+8657188880000; sip:west@b.cn: Opening hours"
    assert spec.parameters["required"] == ["destination"]


def test_a_transfer_without_destinations_asks_a_server_and_must_have_one():
    server = {"url": "https://example.com"}

    assert tool({"type": "transferCall"}, server=server).server_url == "https://example.com"
    with pytest.raises(BadRequest) as refused:
        tool({"type": "transferCall"}, server=server, serverMessages=["tool-calls"])
    assert refused.value.code == "destinations_missing"


def test_keys_are_a_tool_with_one_argument():
    spec = tool({"type": "dtmf", "function": {"name": "press", "description": "Press."}})

    assert (spec.name, spec.kind, spec.description) == ("press", "dtmf", "Press.")
    assert spec.parameters["required"] == ["dtmf"]


def test_every_knowledge_base_is_a_tool_with_its_own_server():
    base = {"provider": "custom-knowledge-base", "server": HOOK}
    made = compiled(
        {
            "type": "query",
            "knowledgeBases": [
                {**base, "name": "menu", "description": "Dishes of {{ shop }}"},
                {**base, "name": "faq"},
            ],
            "messages": [{"type": "request-start", "content": "查一下"}],
        }
    )

    menu, faq = made.spec.assistant.model.tools
    assert (menu.name, menu.kind, menu.description) == ("menu", "query", "Dishes of west")
    assert faq.description == "Look something up in the knowledge base."
    assert (faq.server_url, faq.timeout_s) == ("https://example.com/west", 7)
    assert faq.server_headers == {"X-Vapi-Secret": "hush"}
    assert menu.messages == faq.messages == (ToolMessageSpec(at="request-start", texts={"": "查一下"}),)
    assert "hush" not in str(without_secret_headers(made.spec))


def test_an_mcp_server_is_one_entry_for_all_its_tools():
    spec = tool(
        {
            "type": "mcp",
            "server": HOOK,
            "function": {"name": "crm"},
            "metadata": {"protocol": "sse"},
            "toolMessages": [{"name": "find", "messages": [{"type": "request-start", "content": "查客户"}]}],
        }
    )

    assert (spec.name, spec.kind, spec.mcp_protocol) == ("crm", "mcp", "sse")
    assert spec.server_headers == {"X-Vapi-Secret": "hush"}
    assert spec.mcp_messages["find"][0].texts == {"": "查客户"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"type": "transferCall", "destinations": [{"type": "number", "number": "110"}]}, "should be E.164"),
        ({"type": "transferCall", "destinations": [{"type": "moon"}]}, "number, sip, assistant"),
        ({"type": "query", "knowledgeBases": []}, "at least 1"),
        (
            {"type": "query", "knowledgeBases": [{"name": "a", "provider": "google", "server": {}}]},
            "only custom-knowledge-base is available",
        ),
        ({"type": "mcp", "server": {}}, "needs the url"),
        ({"type": "sms"}, "send texts with apiRequest .* available: function, apiRequest, transferCall"),
    ],
)
def test_what_cannot_run_is_refused_with_what_can(given: dict[str, Any], sentence: str):
    with pytest.raises(ValidationError, match=sentence):
        TOOL.validate_python(given)


def test_a_number_that_is_none_may_be_an_extension():
    given = {"type": "number", "number": "8000", "numberE164CheckEnabled": False}

    assert tool({"type": "transferCall", "destinations": [given]}).transfers[0].target == "8000"


async def test_a_knowledge_server_in_a_private_network_is_refused(client: httpx.AsyncClient, org: Org):
    base = {"name": "a", "provider": "custom-knowledge-base", "server": {"url": "http://10.0.0.1/"}}
    model = {"provider": "scripted", "tools": [{"type": "query", "knowledgeBases": [base]}]}

    answer = await client.post("/v1/assistants", json={"model": model}, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "target_refused")
    assert "model.tools.0.knowledgeBases.0.server.url" in answer.text


async def test_secrets_of_tool_servers_are_never_shown(client: httpx.AsyncClient, org: Org):
    base = {
        "name": "a",
        "provider": "custom-knowledge-base",
        "server": {"url": "https://a.cn", "secret": "hush"},
    }
    tools = [
        {"type": "query", "knowledgeBases": [base]},
        {"type": "mcp", "server": {"url": "https://a.cn", "secret": "hush"}},
    ]
    model = {"provider": "scripted", "tools": tools}

    made = await client.post("/v1/assistants", json={"model": model}, headers=org.headers)

    assert made.status_code == 201
    assert "hush" not in made.text
    assert made.json()["model"]["tools"][1] == {"type": "mcp", "server": {"url": "https://a.cn"}}
