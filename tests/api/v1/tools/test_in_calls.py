"""Stored tools in conversations: they are in the call's specification by value."""

from typing import Any

import httpx
import pytest
from redis import Redis
from sqlalchemy import Engine, event, text

from tests.api.v1.calls.engines import register
from tests.api.world import Org, posted
from voice_engine.spec import SessionSpec, ToolSpec

SERVER = {"url": "https://example.com/{{ shop }}", "secret": "hush"}
ORDER = {"type": "function", "function": {"name": "order"}, "server": SERVER}
BOOK = {"type": "function", "function": {"name": "book"}}
VALUES = {"variableValues": {"shop": "west"}}


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis)


async def stored(client: httpx.AsyncClient, org: Org, tool: Any = ORDER) -> str:
    return str((await posted(client, org, "/v1/tools", tool))["id"])


def model(**fields: Any) -> dict[str, Any]:
    return {"provider": "scripted", **fields}


def group(operator: str, *conditions: Any) -> dict[str, Any]:
    return {"type": "group", "operator": operator, "conditions": list(conditions)}


def spec_of(redis: Redis) -> SessionSpec:
    (key,) = redis.keys("yingda:session:*")
    return SessionSpec.model_validate_json(redis.get(key))


def tools_of(redis: Redis) -> dict[str, ToolSpec]:
    return {tool.name: tool for tool in spec_of(redis).assistant.model.tools}


@pytest.mark.parametrize("naming", ["toolIds", "toolRefs"])
async def test_a_stored_tool_stands_beside_the_assistants_own(
    client: httpx.AsyncClient, org: Org, redis: Redis, owner: Engine, naming: str
):
    id = await stored(client, org)
    named = [id] if naming == "toolIds" else [{"toolId": id, "version": "latest"}]
    shop = await posted(client, org, "/v1/assistants", {"model": model(tools=[BOOK], **{naming: named})})

    call = await posted(client, org, "/v1/calls", {"assistantId": shop["id"], "assistantOverrides": VALUES})

    tools = tools_of(redis)
    assert list(tools) == ["book", "order"]
    assert tools["order"].server_url == "https://example.com/west"
    assert tools["order"].server_headers["X-Vapi-Secret"] == "hush"
    with owner.connect() as connection:
        kept = connection.execute(text("SELECT to_jsonb(c) FROM calls c")).scalar_one()
    assert "hush" not in str(kept) + str(call)


async def test_overrides_may_name_stored_tools(client: httpx.AsyncClient, org: Org, redis: Redis):
    id = await stored(client, org)
    shop = await posted(client, org, "/v1/assistants", {"model": model()})

    overrides = {**VALUES, "model": model(toolIds=[id])}
    await posted(client, org, "/v1/calls", {"assistantId": shop["id"], "assistantOverrides": overrides})

    assert list(tools_of(redis)) == ["order"]


async def test_every_member_of_a_squad_has_its_stored_tools(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    order, book = await stored(client, org), await stored(client, org, BOOK)
    handoff = {"type": "handoff", "destinations": [{"type": "assistant", "assistantName": "Billing"}]}
    to_billing = await stored(client, org, handoff)
    billing = await posted(client, org, "/v1/assistants", {"name": "Billing", "model": model(toolIds=[book])})
    front = {"assistant": {"name": "Front", "model": model(toolIds=[order, to_billing])}}
    squad = await posted(client, org, "/v1/squads", {"members": [front, {"assistantId": billing["id"]}]})

    await posted(client, org, "/v1/calls", {"squadId": squad["id"]})

    spec = spec_of(redis).squad
    assert spec is not None
    assert [[tool.name for tool in m.assistant.model.tools] for m in spec.members] == [["order"], ["book"]]
    assert [d.member for d in spec.members[0].destinations] == ["Billing"]


async def test_all_tools_of_a_squad_are_fetched_at_once(
    client: httpx.AsyncClient, org: Org, redis: Redis, engine: Engine
):
    ids = [await stored(client, org, {**BOOK, "function": {"name": f"f{n}"}}) for n in range(6)]
    members = [{"assistant": {"name": f"A{n}", "model": model(toolIds=ids[n : n + 2])}} for n in range(5)]
    squad = await posted(client, org, "/v1/squads", {"members": members})
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    await posted(client, org, "/v1/calls", {"squadId": squad["id"]})
    event.remove(engine, "before_cursor_execute", note)

    assert len([sql for sql in asked if "FROM tools" in sql]) == 1


async def test_a_tool_that_is_not_there_is_named_when_the_call_is_refused(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    foreign = await stored(client, other_org)

    refused = await posted(client, org, "/v1/calls", {"assistant": {"model": model(toolIds=[foreign])}}, 400)

    assert refused["code"] == "tool_not_found"
    assert "model.toolIds.0" in refused["message"]


async def test_a_renamed_tool_that_now_clashes_is_told_when_the_call_is_refused(
    client: httpx.AsyncClient, org: Org
):
    id = await stored(client, org)
    shop = await posted(client, org, "/v1/assistants", {"model": model(tools=[BOOK], toolIds=[id])})
    await client.patch(f"/v1/tools/{id}", json={"function": {"name": "book"}}, headers=org.headers)

    refused = await posted(client, org, "/v1/calls", {"assistantId": shop["id"]}, 400)

    assert refused["code"] == "tool_twice"


@pytest.mark.parametrize("named", [True, False])
async def test_a_knowledge_server_becomes_something_the_model_may_ask(
    client: httpx.AsyncClient, org: Org, redis: Redis, named: bool
):
    base = {"provider": "custom-knowledge-base", "server": SERVER}
    made = await posted(client, org, "/knowledge-base", base)
    given = {"knowledgeBaseId": made["id"]} if named else {"knowledgeBase": base}
    shop = await posted(client, org, "/v1/assistants", {"model": model(**given)})

    await posted(client, org, "/v1/calls", {"assistantId": shop["id"], "assistantOverrides": VALUES})

    asked = tools_of(redis)["knowledge_base"]
    assert (asked.kind, asked.server_url) == ("query", "https://example.com/west")
    assert asked.server_headers["X-Vapi-Secret"] == "hush"
    assert "hush" not in str(shop)


async def test_a_request_is_compiled_with_the_calls_variables(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    weather = {
        "type": "apiRequest",
        "name": "weather",
        "method": "GET",
        "url": "https://example.com/{{ shop }}/{{ city }}?day={{ day }}",
        "headers": {
            "properties": {"X-Key": {"type": "string", "value": "k"}, "X-Trace": {"type": "string"}}
        },
        "body": {
            "properties": {
                "day": {"type": "string", "description": "which day"},
                "unit": {"type": "string", "value": "C"},
                "at": {
                    "type": "object",
                    "required": ["lat", "map"],
                    "properties": {"lat": {"type": "number"}, "map": {"type": "string", "value": "gcj"}},
                },
            },
            "required": ["day", "unit"],
        },
        "parameters": [{"key": "shop", "value": "{{ shop }}"}],
        "timeoutSeconds": 7,
        "backoffPlan": {
            "type": "exponential", "maxRetries": 2, "baseDelaySeconds": 1, "excludedStatusCodes": [503]
        },
    }  # fmt: skip
    id = await stored(client, org, weather)

    overrides = {**VALUES, "model": model(toolIds=[id])}
    await posted(client, org, "/v1/calls", {"assistant": {"model": model()}, "assistantOverrides": overrides})

    tool = tools_of(redis)["weather"]
    request = tool.request
    assert request is not None
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "day": {"type": "string", "description": "which day"},
            "at": {"type": "object", "required": ["lat"], "properties": {"lat": {"type": "number"}}},
            "X-Trace": {"type": "string"},
            "city": {"type": "string"},
        },
        "required": ["day", "city"],
    }
    assert request.body == {"unit": "C", "at": {"map": "gcj"}, "shop": "{{ shop }}"}
    assert (request.headers, request.asked_headers) == ({"X-Key": "k"}, ("X-Trace",))
    assert request.asked_body == ("at",)  # the address has the day already
    assert request.retry.model_dump() == {"times": 2, "pause_s": 1.0, "doubling": True, "final": (503,)}
    assert (tool.timeout_s, tool.variables["shop"]) == (7.0, "west")


@pytest.mark.parametrize("place", ["credentialId", "server"])
async def test_a_tool_names_only_credentials_that_are_there(client: httpx.AsyncClient, org: Org, place: str):
    request = {"type": "apiRequest", "method": "GET", "url": "https://example.com", "credentialId": "nobody"}
    function = {**ORDER, "server": {**SERVER, "credentialId": "nobody"}}

    refused = await posted(client, org, "/v1/tools", request if place == "credentialId" else function, 400)

    assert refused["code"] == "credential_not_found"
    assert refused["message"].startswith(place)


async def test_plans_reach_the_call(client: httpx.AsyncClient, org: Org, redis: Redis):
    goodbye = {"type": "regex", "regex": "(?i)bye", "target": {"role": "user"}, "negate": True}
    either = {
        "type": "group",
        "operator": "OR",
        "conditions": [goodbye, {"type": "liquid", "liquid": "true"}],
    }
    plan = {
        "schema": {"type": "object", "properties": {"orderId": {"type": "string"}}},
        "aliases": [{"key": "short", "value": "{{ orderId | slice: 0, 2 }}"}],
    }
    function = {
        **BOOK,
        "rejectionPlan": {"conditions": [either]},
        "variableExtractionPlan": plan,
        "parameters": [{"key": "order", "value": "{{ orderId }} {{ shop }}"}],
    }
    id = await stored(client, org, function)

    overrides = {**VALUES, "model": model(toolIds=[id])}
    await posted(client, org, "/v1/calls", {"assistant": {"model": model()}, "assistantOverrides": overrides})

    tool = tools_of(redis)["book"]
    [condition] = tool.rejections
    assert (condition.kind, condition.operator) == ("group", "OR")
    assert [(c.kind, c.pattern, c.role, c.negate, c.liquid) for c in condition.conditions] == [
        ("regex", "(?i)bye", "user", True, ""),
        ("liquid", "", None, False, "true"),
    ]
    assert tool.extraction is not None
    assert tool.extraction.json_schema == plan["schema"]
    assert tool.extraction.aliases == {"short": "{{ orderId | slice: 0, 2 }}"}
    assert tool.fixed == {"order": "{{ orderId }} {{ shop }}"}  # rendered when it is run
    assert tool.variables["shop"] == "west"


REGEX = {"type": "regex", "regex": "bye"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rejectionPlan": {"conditions": [{"type": "moon"}]}}, "regex, liquid, group"),
        ({"rejectionPlan": {"conditions": [{"type": "regex", "regex": "("}]}}, "not a regular expression"),
        (
            {"rejectionPlan": {"conditions": [group("XOR", REGEX)]}},
            "AND",
        ),
        (
            {"rejectionPlan": {"conditions": [group("OR", *[REGEX] * 20)]}},
            "at most 20 conditions",
        ),
        ({"variableExtractionPlan": {"aliases": [{"key": "a b", "value": ""}]}}, "aliases.0.key"),
        ({**dict.fromkeys(BOOK), "type": "endCall", "variableExtractionPlan": {}}, "variableExtractionPlan"),
        (
            {
                "type": "mcp",
                "function": None,
                "server": {"url": "https://example.com"},
                "rejectionPlan": {"conditions": [REGEX]},
            },
            "not available for tools of this type",
        ),
    ],
)
async def test_plans_that_cannot_be_followed_are_refused(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], said: str
):
    refused = await posted(client, org, "/v1/tools", {**BOOK, **fields}, 400)

    assert said in str(refused["message"])
