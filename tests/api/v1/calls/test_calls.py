"""Calls over HTTP: creating, reading, listing, renaming; who may, and who sees nothing."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest
from redis import Redis
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.settings import ApiSettings
from api.v1.calls.repo import Calls
from tests.api.v1.calls.engines import register
from tests.api.world import Org, SetClock, posted
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import Unauthorized
from voice_engine.spec import SessionSpec

SCRIPTED = {"provider": "scripted", "rules": [{"match": "open", "reply": "From 9 to 5."}]}
ASSISTANT = {"name": "A", "model": SCRIPTED, "firstMessage": "Hello {{ customer.name }} of {{ city }}"}


@pytest.fixture(autouse=True)
def engine_process(redis: Redis) -> None:
    register(redis)


async def create(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, "/v1/calls", {"assistant": ASSISTANT, **fields})
    return made


def claims(url: str, kind: str, settings: ApiSettings, now: float) -> dict[str, Any]:
    token = parse_qs(urlsplit(url).query)["token"][0]
    return tokens.verify(token, settings.secret_bytes, kind=kind, now=now)


async def test_a_call_waits_for_its_client_with_signed_urls(
    client: httpx.AsyncClient, org: Org, clock: SetClock, settings: ApiSettings
):
    call = await create(client, org)

    now = clock.wall().timestamp()
    assert (call["type"], call["status"]) == ("vapi.websocketCall", "queued")
    assert (call["orgId"], call["cost"], call["costs"], call["messages"]) == (org.id, 0, [], [])
    assert call["assistant"] == ASSISTANT
    url = call["transport"]["websocketCallUrl"]
    assert url.startswith(f"ws://127.0.0.1:8000/{call['id']}/transport?token=")
    transport = claims(url, "transport", settings, now)
    listen = claims(call["monitor"]["listenUrl"], "listen", settings, now)
    control = claims(call["monitor"]["controlUrl"], "control", settings, now)
    assert (transport["call"], transport["engine"], transport["org"]) == (call["id"], "engine-1", org.id)
    assert listen["session"] == transport["session"]
    assert control["call"] == call["id"]
    assert call["monitor"]["listenUrl"].startswith(f"ws://127.0.0.1:8000/{call['id']}/listen?")
    assert call["monitor"]["controlUrl"].startswith(f"http://127.0.0.1:8000/{call['id']}/control?")
    assert transport["exp"] == now + 600 + 600
    assert listen["exp"] == control["exp"] == now + 600 + 600
    with pytest.raises(Unauthorized):
        claims(url, "transport", settings, now + 1200)


async def test_the_engine_finds_the_compiled_spec_for_ten_minutes(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    call = await create(
        client,
        org,
        customer={"name": "Li"},
        assistantOverrides={"variableValues": {"city": "Wuhan"}, "maxDurationSeconds": 60},
        transport={"provider": "vapi.websocket", "audioFormat": {"format": "mulaw"}},
    )

    keys = redis.keys("yingda:session:*")
    assert len(keys) == 1
    spec = SessionSpec.model_validate_json(redis.get(keys[0]))
    assert (spec.call_id, spec.org_id) == (call["id"], org.id)
    assert spec.assistant.first_message == "Hello Li of Wuhan"
    assert spec.assistant.max_duration_s == 60
    assert (spec.transport.encoding, spec.transport.sample_rate) == ("mulaw", 8000)
    assert call["transport"]["audioFormat"] == {"format": "mulaw", "container": "raw", "sampleRate": 8000}
    assert 590 < redis.ttl(keys[0]) <= 600


async def test_a_stored_assistant_is_used_by_its_id(client: httpx.AsyncClient, org: Org, redis: Redis):
    stored = await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)
    assistant_id = stored.json()["id"]

    call = await create(client, org, assistant=None, assistantId=assistant_id)

    assert call["assistantId"] == assistant_id
    assert "assistant" not in call
    spec = SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[0]))
    assert (spec.assistant.id, spec.assistant.name) == (assistant_id, "A")


async def test_keys_are_sealed_for_the_engine_and_absent_from_answers(
    client: httpx.AsyncClient, org: Org, redis: Redis, owner: Engine
):
    secret = {
        **ASSISTANT,
        "model": {"provider": "openai", "model": "m"},
        "credentials": [{"provider": "openai", "apiKey": "sk-hush"}],
        "server": {"url": "https://example.com", "secret": "sk-hush"},
    }

    call = await create(
        client, org, assistant=secret, assistantOverrides={"credentials": secret["credentials"]}
    )
    got = await client.get(f"/v1/calls/{call['id']}", headers=org.headers)

    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        row = connection.execute(text("SELECT c::text FROM calls c")).scalar_one()
    spec = redis.get(redis.keys("yingda:session:*")[0])
    assert SessionSpec.model_validate_json(spec).assistant.model.sealed_api_key.startswith("v1.")
    for place in (str(call), got.text, row, spec.decode()):
        assert "sk-hush" not in place
    assert "apiKey" not in got.text
    assert "sealed" not in got.text


async def test_what_is_not_possible_yet_is_refused_by_name(client: httpx.AsyncClient, org: Org):
    refused = {
        "phoneNumberId": ("x", "customer should be given: whom should phoneNumberId call?"),
        "customers": ([{"number": "+8613800000000"}], "phoneNumberId should be given: which of"),
        "customerId": ("x", "customerId: is not available: customers are not stored here"),
        "phoneNumber": ({}, "phoneNumber: is not available: Twilio's numbers cannot be dialled"),
        "schedulePlan": ({"earliestAt": "2027-01-01T00:00:00Z"}, "phoneNumberId should be given"),
        "workflow": ({}, "workflow: is not available"),
        "transport": ({"provider": "daily"}, "transport.provider: daily is not available in this"),
        "customer": ({"number": "+8613800000000"}, "phoneNumberId should be given to call a customer"),
        "assistnt": ({}, "property assistnt should not exist; did you mean assistant?"),
    }

    for field, (value, sentence) in refused.items():
        body = {"assistant": ASSISTANT, field: value}
        answer = await client.post("/v1/calls", json=body, headers=org.headers)
        assert answer.status_code == 400, field
        assert answer.json()["message"][0].startswith(sentence), answer.text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, ["assistantId should be given, or assistant, squadId or squad, but only one of them."]),
        (
            {"assistantId": "x", "assistant": {}},
            ["assistantId should be given, or assistant, squadId or squad, but only one of them."],
        ),
        (
            {"assistant": {"model": {"provider": "scripted", "temperature": 3}}},
            ["assistant.model.temperature should be less than or equal to 2."],
        ),
        (
            {"assistant": {}, "assistantOverrides": {"variableValue": {}}},
            ["property assistantOverrides.variableValue should not exist; did you mean variableValues?"],
        ),
        (
            {
                "assistant": {},
                "transport": {"provider": "vapi.websocket", "audioFormat": {"sampleRate": 4000}},
            },
            ["transport.audioFormat.sampleRate should be greater than or equal to 8000."],
        ),
        ({"assistant": {"name": "no model"}}, "assistant.model should not be empty: a call needs a model."),
        (
            {"assistant": {**ASSISTANT, "firstMessage": "{{ x | nope }}"}},
            "firstMessage has a template that cannot be rendered: unknown filter 'nope'.",
        ),
        (
            {"assistant": {**ASSISTANT, "server": {"url": "http://{{ host }}/"}}},
            None,
        ),
    ],
)
async def test_a_wrong_call_is_refused(
    client: httpx.AsyncClient, org: Org, body: dict, message: Any, redis: Redis
):
    body = {**body}
    if message is None:
        body["assistantOverrides"] = {"variableValues": {"host": "127.0.0.1"}}

    answer = await client.post("/v1/calls", json=body, headers=org.headers)

    assert answer.status_code == 400, answer.text
    if message is None:
        assert answer.json()["code"] == "target_refused"
    else:
        assert answer.json()["message"] == message
    assert redis.keys("yingda:session:*") == []


async def test_an_unknown_assistant_and_a_foreign_one_are_both_not_found(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    stored = await client.post("/v1/assistants", json=ASSISTANT, headers=other_org.headers)

    for assistant_id in (stored.json()["id"], "019a0000-0000-7000-8000-000000000000", "x"):
        answer = await client.post("/v1/calls", json={"assistantId": assistant_id}, headers=org.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "assistant_not_found")


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, org: Org, other_org: Org, engine: Engine
):
    call = await create(client, org)
    url = f"/v1/calls/{call['id']}"

    answers = [
        await client.get(url, headers=other_org.headers),
        await client.patch(url, json={"name": "x"}, headers=other_org.headers),
        await client.delete(url, headers=other_org.headers),
        await client.get(f"{url}/mono-recording", headers=other_org.headers),
    ]
    listed = await client.get("/v1/calls", headers=other_org.headers)
    with transaction(engine, other_org.id) as session:
        seen = session.connection().execute(text("SELECT count(*) FROM calls")).scalar_one()

    assert [answer.status_code for answer in answers] == [404] * 4
    assert listed.json() == []
    assert seen == 0


async def test_a_call_can_only_be_renamed(client: httpx.AsyncClient, org: Org):
    call = await create(client, org)
    url = f"/v1/calls/{call['id']}"

    named = await client.patch(url, json={"name": "Important"}, headers=org.headers)
    unnamed = await client.patch(url, json={"name": None}, headers=org.headers)
    other = await client.patch(url, json={"status": "ended"}, headers=org.headers)

    assert named.json()["name"] == "Important"
    assert "name" not in unnamed.json()
    assert other.json()["message"] == ["property status should not exist; known are: name."]


async def test_the_list_is_newest_first_and_can_be_filtered(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    stored = await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)
    assistant_id = stored.json()["id"]
    calls = [await create(client, org, name="a")]
    clock.advance(1)
    calls.append(await create(client, org, name="b", assistant=None, assistantId=assistant_id))
    clock.advance(1)
    calls.append(await create(client, org, name="c"))

    async def names(**query: Any) -> str:
        answer = await client.get("/v1/calls", params=query, headers=org.headers)
        assert answer.status_code == 200, answer.text
        return "".join(call["name"] for call in answer.json())

    assert await names() == "cba"
    assert await names(limit=1) == "c"
    assert await names(assistantId=assistant_id) == "b"
    assert await names(id=calls[0]["id"]) == "a"
    assert await names(createdAtGt=calls[0]["createdAt"], createdAtLt=calls[2]["createdAt"]) == "b"
    assert await names(updatedAtGe=calls[1]["updatedAt"]) == "cb"
    assert await names(phoneNumberId="x") == ""
    wrong = await client.get("/v1/calls", params={"assistant": "x"}, headers=org.headers)
    assert wrong.status_code == 400


async def test_the_same_idempotency_key_creates_one_call(client: httpx.AsyncClient, org: Org, redis: Redis):
    headers = {**org.headers, "Idempotency-Key": "once"}

    answers = [await client.post("/call", json={"assistant": ASSISTANT}, headers=headers) for _ in range(3)]

    assert len({answer.text for answer in answers}) == 1
    assert len((await client.get("/call", headers=org.headers)).json()) == 1
    assert len(redis.keys("yingda:session:*")) == 1


async def test_an_ended_call_has_everything_where_vapi_clients_look(
    client: httpx.AsyncClient, org: Org, engine: Engine, clock: SetClock
):
    call = await create(client, org)
    said = [
        {"role": "bot", "message": "Hello", "time": 1, "endTime": 2, "secondsFromStart": 0.1},
        {"role": "user", "message": "When do you open?", "time": 3, "endTime": 4, "secondsFromStart": 1.5},
    ]
    outcome = {
        "status": "ended",
        "ended_reason": "customer-ended-call",
        "started_at": clock.wall(),
        "ended_at": clock.wall() + timedelta(seconds=61.5),
        "messages": said,
        "transcript": "AI: Hello\nUser: When do you open?\n",
        "costs": [{"type": "transcriber", "cost": 0.0144}],
        "cost_micros": 14_400,
        "cost_breakdown": {"stt": 0.0144, "total": 0.0144},
        "analysis": {"summary": "Opening hours."},
        "performance": {"turnLatencyAverage": 700},
    }
    with transaction(engine, org.id) as session:
        calls = Calls(session, org.id)
        calls.change(calls.lock(call["id"]), **outcome)

    got = (await client.get(f"/v1/calls/{call['id']}", headers=org.headers)).json()

    assert (got["status"], got["endedReason"], got["durationSeconds"]) == (
        "ended",
        "customer-ended-call",
        61.5,
    )
    assert (got["startedAt"], got["endedAt"]) == ("2026-11-20T12:00:00.000Z", "2026-11-20T12:01:01.500Z")
    assert (got["cost"], got["costBreakdown"]) == (0.0144, {"stt": 0.0144, "total": 0.0144})
    assert (got["analysis"], got["summary"]) == ({"summary": "Opening hours."}, "Opening hours.")
    assert got["messages"] == got["artifact"]["messages"] == said
    assert got["transcript"] == got["artifact"]["transcript"]
    assert got["artifact"]["performanceMetrics"] == {"turnLatencyAverage": 700}
    assert got["artifact"]["messagesOpenAIFormatted"] == [
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "When do you open?"},
    ]
    assert "monitor" not in got
    assert "recordingUrl" not in got


async def test_monitoring_can_be_switched_off(client: httpx.AsyncClient, org: Org):
    silent = {**ASSISTANT, "monitorPlan": {"listenEnabled": False, "controlEnabled": False}}
    deaf = {**ASSISTANT, "monitorPlan": {"listenEnabled": False}}

    assert "monitor" not in await create(client, org, assistant=silent)
    assert set((await create(client, org, assistant=deaf))["monitor"]) == {"controlUrl"}


# ── from a browser ───────────────────────────────────────────────────────────────────────────────────


async def test_a_public_key_starts_a_web_call_and_can_do_nothing_else(client: httpx.AsyncClient, org: Org):
    made = await client.post("/v1/calls/web", json={"assistant": ASSISTANT}, headers=org.public_headers)

    call = made.json()
    assert made.status_code == 201
    assert call["type"] == "webCall"
    assert call["webCallUrl"] == call["transport"]["websocketCallUrl"]
    for answer in (
        await client.get("/v1/calls", headers=org.public_headers),
        await client.get(f"/v1/calls/{call['id']}", headers=org.public_headers),
        await client.post("/v1/calls", json={"assistant": ASSISTANT}, headers=org.public_headers),
        await client.delete(f"/v1/calls/{call['id']}", headers=org.public_headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "public_key_not_allowed")


async def restricted_key(client: httpx.AsyncClient, org: Org, **restrictions: Any) -> dict[str, str]:
    body = {"kind": "public", "restrictions": restrictions}
    made = await client.post("/v1/api-keys", json=body, headers=org.headers)
    assert made.status_code == 201, made.text
    return {"Authorization": f"Bearer {made.json()['value']}"}


async def test_a_public_keys_restrictions_are_honoured(client: httpx.AsyncClient, org: Org):
    mine = (await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)).json()["id"]
    other = (await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)).json()["id"]
    key = await restricted_key(
        client,
        org,
        allowedAssistantIds=[mine],
        allowTransientAssistant=False,
        allowedOrigins=["https://shop.example"],
    )
    page = {**key, "Origin": "https://shop.example"}

    async def code(body: dict[str, Any], headers: dict[str, str]) -> Any:
        answer = await client.post("/v1/calls/web", json=body, headers=headers)
        return (
            answer.status_code if answer.status_code == 201 else (answer.status_code, answer.json()["code"])
        )

    assert await code({"assistantId": mine}, page) == 201
    assert await code({"assistantId": mine}, key) == (403, "origin_not_allowed")
    assert await code({"assistantId": other}, page) == (403, "assistant_not_allowed")
    assert await code({"assistant": ASSISTANT}, page) == (403, "transient_assistant_not_allowed")
    filled = {
        "assistantId": mine,
        "assistantOverrides": {"variableValues": {"city": "X"}, "firstMessage": "Hi"},
    }
    assert await code(filled, page) == 201
    bent = {"assistantId": mine, "assistantOverrides": {"model": SCRIPTED}}
    assert await code(bent, page) == (403, "override_not_allowed")


async def test_a_public_key_cannot_have_a_stored_key_sent_to_its_own_address(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    model = {"provider": "custom-llm", "model": "m", "url": "https://llm.example.com/v1"}
    credentials = [{"provider": "custom-llm", "apiKey": "k"}]
    stored = await client.post(
        "/v1/assistants", json={"model": model, "credentials": credentials}, headers=org.headers
    )
    elsewhere = {**model, "url": "https://evil.example.com/v1"}
    body = {"assistantId": stored.json()["id"], "assistantOverrides": {"model": elsewhere}}

    async def key_in_spec(url: str, headers: dict[str, str]) -> str:
        redis.delete(*(redis.keys("yingda:session:*") or ["none"]))
        answer = await client.post(url, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        spec = SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[0]))
        return spec.assistant.model.sealed_api_key

    assert await key_in_spec("/v1/calls/web", org.public_headers) == ""
    assert await key_in_spec("/v1/calls", org.headers) != ""


_EVIL = "https://evil.example.com/v1"
_WHISPER = {"provider": "whisper", "model": "m"}


@pytest.mark.parametrize(
    "overrides",
    [
        {"transcriber": {**_WHISPER, "url": _EVIL}},
        {"transcriber": {**_WHISPER, "options": {"url": _EVIL}}},
        {"transcriber": {**_WHISPER, "options": {"server": {"url": _EVIL}}}},
        {"transcriber": {**_WHISPER, "fallbackPlan": {"transcribers": [{**_WHISPER, "url": _EVIL}]}}},
        {"voice": {"provider": "custom-voice", "server": {"url": _EVIL}}},
    ],
)
async def test_a_public_key_cannot_have_the_keys_of_ears_and_voices_sent_to_its_own_address(
    client: httpx.AsyncClient, org: Org, redis: Redis, overrides: dict[str, Any]
):
    credentials = [{"provider": name, "apiKey": "k"} for name in ("whisper", "custom-voice")]
    body = {"model": SCRIPTED, "credentials": credentials}
    stored = (await client.post("/v1/assistants", json=body, headers=org.headers)).json()
    redis.delete(*(redis.keys("yingda:session:*") or ["none"]))

    call = {"assistantId": stored["id"], "assistantOverrides": overrides}
    answer = await client.post("/v1/calls/web", json=call, headers=org.public_headers)

    assert answer.status_code == 201, answer.text
    spec = SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[0])).assistant
    heard_by = (spec.transcriber, *spec.transcriber.fallbacks)
    assert [part.sealed_api_key for part in (*heard_by, spec.voice) if part.extra] == [""]


# ── placement ────────────────────────────────────────────────────────────────────────────────────────


async def test_without_an_engine_the_answer_asks_to_try_again(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    redis.delete("yingda:engine:engine-1")

    answer = await client.post("/v1/calls", json={"assistant": ASSISTANT}, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (503, "no_engine_available")
    assert int(answer.headers["Retry-After"]) >= 1
    assert (await client.get("/v1/calls", headers=org.headers)).json() == []


async def test_an_engine_with_an_address_of_its_own_is_reached_there(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    register(redis, "engine-2", slots=100, url="wss://media.example.com")

    call = await create(client, org)

    assert call["transport"]["websocketCallUrl"].startswith(
        f"wss://media.example.com/{call['id']}/transport?"
    )
    assert call["monitor"]["listenUrl"].startswith(f"wss://media.example.com/{call['id']}/listen?")
    assert call["monitor"]["controlUrl"].startswith(f"http://127.0.0.1:8000/{call['id']}/control?")


async def test_an_engine_may_pin_a_call_to_itself_with_its_token(
    client: httpx.AsyncClient, org: Org, redis: Redis, settings: ApiSettings, clock: SetClock
):
    register(redis, "small", slots=1)
    expiry = clock.wall().timestamp() + 60
    token = tokens.sign({"kind": "engine", "engine": "small"}, settings.secret_bytes, expires_at=expiry)

    async def post(url: str, pin: str, headers: dict[str, str]) -> httpx.Response:
        return await client.post(
            url, json={"assistant": ASSISTANT}, headers={**headers, "X-Yingda-Engine": pin}
        )

    pinned = await post("/v1/calls", token, org.headers)
    assert pinned.status_code == 201
    raw = redis.get(redis.keys("yingda:session:*")[0])
    assert orjson.loads(raw)["call_id"] == pinned.json()["id"]
    url = pinned.json()["transport"]["websocketCallUrl"]
    assert claims(url, "transport", settings, clock.wall().timestamp())["engine"] == "small"
    assert (await post("/v1/calls/web", token, org.public_headers)).status_code == 201
    refused = await post("/v1/calls", "small", org.headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_malformed")
