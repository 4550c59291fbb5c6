"""Assistants over HTTP: Vapi's shapes, strictly."""

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.db.tx import transaction
from tests.api.world import Org, SetClock, posted
from voice_engine.providers import registry


def known(*kinds: registry.Kind) -> str:
    """The providers of these kinds, as they are listed for people."""
    return ", ".join(sorted({name for kind in kinds for name in registry.names(kind)}))


SCRIPTED = {"provider": "scripted", "rules": [{"match": "open", "reply": "From 9 to 5."}]}


async def create(client: httpx.AsyncClient, org: Org, **fields: object) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, "/v1/assistants", fields)
    return made


async def test_an_assistant_is_created_read_and_listed_newest_first(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    first = await create(client, org, name="First", model=SCRIPTED, firstMessage="Hello")
    clock.advance(1)
    second = await create(client, org, name="Second")

    got = await client.get(f"/v1/assistants/{first['id']}", headers=org.headers)
    listed = await client.get("/v1/assistants", headers=org.headers)

    assert got.json() == first
    assert first["orgId"] == org.id
    assert first["createdAt"] == "2026-11-20T12:00:00.000Z"
    assert first["model"] == SCRIPTED
    assert [row["id"] for row in listed.json()] == [second["id"], first["id"]]


async def test_only_what_was_sent_is_returned(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, name="Bare", voice=None)

    assert set(made) == {"id", "orgId", "createdAt", "updatedAt", "latestVersion", "name"}


async def test_patch_replaces_named_fields_as_a_whole_and_null_removes_one(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    made = await create(
        client, org, name="A", firstMessage="Hi", model={**SCRIPTED, "temperature": 1, "otherwise": "Sorry?"}
    )
    clock.advance(1)

    changed = await client.patch(
        f"/v1/assistants/{made['id']}", json={"model": SCRIPTED, "firstMessage": None}, headers=org.headers
    )

    assert changed.status_code == 200
    body = changed.json()
    assert body["model"] == SCRIPTED
    assert "firstMessage" not in body
    assert body["name"] == "A"
    assert body["updatedAt"] > made["updatedAt"] == made["createdAt"]


async def test_an_empty_patch_changes_nothing(client: httpx.AsyncClient, org: Org, clock: SetClock):
    made = await create(client, org, name="A")
    clock.advance(1)

    changed = await client.patch(f"/v1/assistants/{made['id']}", json={}, headers=org.headers)

    assert changed.json() == made


async def test_delete_returns_the_assistant_and_then_it_is_gone(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, name="A")

    deleted = await client.delete(f"/v1/assistants/{made['id']}", headers=org.headers)
    again = await client.get(f"/v1/assistants/{made['id']}", headers=org.headers)

    assert (deleted.status_code, deleted.json()) == (200, made)
    assert again.status_code == 404
    assert again.json()["code"] == "assistant_not_found"


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, org: Org, other_org: Org, engine: Engine
):
    made = await create(client, org, name="Mine")
    url = f"/v1/assistants/{made['id']}"

    answers = [
        await client.get(url, headers=other_org.headers),
        await client.patch(url, json={"name": "Theirs"}, headers=other_org.headers),
        await client.delete(url, headers=other_org.headers),
    ]
    listed = await client.get("/v1/assistants", headers=other_org.headers)
    with transaction(engine, other_org.id) as session:
        seen = session.connection().execute(text("SELECT count(*) FROM assistants")).scalar_one()

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert listed.json() == []
    assert seen == 0


async def test_a_public_key_is_refused(client: httpx.AsyncClient, org: Org):
    answers = [
        await client.get("/v1/assistants", headers=org.public_headers),
        await client.post("/v1/assistants", json={"name": "A"}, headers=org.public_headers),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (401, "public_key_not_allowed")
    ] * 2


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"firstMesage": "Hi"}, "property firstMesage should not exist; did you mean firstMessage?"),
        ({"first_message": "Hi"}, "property first_message should not exist; did you mean firstMessage?"),
        (
            {"model": {"provider": "openai", "model": "m", "temprature": 1}},
            "property model.temprature should not exist; did you mean temperature?",
        ),
        (
            {"model": {"provider": "scripted", "tools": [{"type": "endCall", "nam": 1}]}},
            "property model.tools.0.nam should not exist; known are: function, messages, rejectionPlan, "
            "server, type.",
        ),
        (
            {"model": {"provider": "anthropic", "model": "claude"}},
            f"model.provider: anthropic is not available in this installation; available: {known('llm')}.",
        ),
        (
            {"model": {"provider": "opnai"}},
            f"model.provider should be one of the following values: {known('llm')}.",
        ),
        (
            {"transcriber": {"provider": "deepgram"}},
            "transcriber.provider: deepgram is not available in this installation; "
            f"available: {known('stt')}.",
        ),
        (
            {"voice": {"provider": "11labs", "voiceId": "burt"}},
            f"voice.provider: 11labs is not available in this installation; available: {known('tts')}.",
        ),
        (
            {"model": {"provider": "scripted", "tools": [{"type": "sms"}]}},
            "model.tools.0.type: sms is not available in this installation: send texts with apiRequest and "
            "your SMS provider's API; available: function, apiRequest, transferCall, endCall, dtmf, handoff, "
            "query, mcp, voicemail.",
        ),
        (
            {"firstMessageMode": "assistant-speaks-last"},
            "firstMessageMode should be 'assistant-speaks-first', "
            "'assistant-speaks-first-with-model-generated-message', 'assistant-waits-for-user' or "
            "'assistant-speaks-after-greeting'.",
        ),
        ({"maxDurationSeconds": 9}, "maxDurationSeconds should be greater than or equal to 10."),
        ({"maxDurationSeconds": "600"}, "maxDurationSeconds should be a valid integer."),
        ({"model": "gpt"}, "model should be an object with a provider."),
        ({"model": {"provider": "custom-llm", "model": "m"}}, "model.url is required."),
        (
            {"model": {"provider": "custom-llm", "model": "m", "url": "ftp://x"}},
            "model.url should be an http:// or https:// URL.",
        ),
        ({"backgroundSound": "loud"}, "backgroundSound should be off, office, music or a URL."),
        (
            {"compliancePlan": {"securityFilterPlan": {"enabled": True}}},
            "compliancePlan.securityFilterPlan.enabled: not available in this installation yet: leave it"
            " out.",
        ),
        (
            {"compliancePlan": {"recordingConsentPlan": {"type": "silent", "message": "m"}}},
            "compliancePlan.recordingConsentPlan.type should be one of stay-on-line, verbal.",
        ),
        (
            {"artifactPlan": {"structuredOutputs": [{"name": "a", "schema": {"type": "strng"}}]}},
            "artifactPlan.structuredOutputs.0.schema.type should be one of string, number, integer, boolean,"
            " array, object, null.",
        ),
        (
            {"credentials": [{"provider": "nobody", "apiKey": "k"}]},
            f"credentials.0.provider should be one of the following values: {known('llm', 'stt', 'tts')}.",
        ),
        (
            {"credentials": [{"provider": "spark", "apiKey": "k", "appId": "a"}]},
            "credentials.0.appId should not be given for provider spark, which takes: apiKey.",
        ),
        (
            {"model": {"provider": "moonshot", "model": "kimi-latest"}},
            "model.model: moonshot has retired kimi-latest; use kimi-k2.6.",
        ),
        (
            {"model": {"provider": "scripted", "rules": [{"match": "(", "reply": "x"}]}},
            "model.rules.0.match: is not a regular expression: missing ), unterminated subpattern at "
            "position 0.",
        ),
        (
            {"transcriber": {"provider": "pocketsphinx", "grammar": "public <a> = "}},
            "transcriber.grammar: cannot be read from here: 'public <a> =' (imports are not allowed).",
        ),
        ({"name": "x" * 41}, "name: String should have at most 40 characters."),
    ],
)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, org: Org, body: dict, sentence: str):
    answer = await client.post("/v1/assistants", json=body, headers=org.headers)

    assert answer.status_code == 400
    error = answer.json()
    assert error["message"] == [sentence]
    assert (error["error"], error["statusCode"]) == ("Bad Request", 400)


async def test_a_template_that_cannot_be_read_is_refused_at_once(client: httpx.AsyncClient, org: Org):
    model = {**SCRIPTED, "messages": [{"role": "system", "content": "Hi {{ name"}]}

    answer = await client.post("/v1/assistants", json={"model": model}, headers=org.headers)

    assert answer.status_code == 400
    assert answer.json()["code"] == "template_error"
    assert "model.messages.0.content" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"server": {"url": "http://169.254.169.254/latest"}}, "server.url"),
        ({"serverUrl": "http://127.0.0.1:1"}, "serverUrl"),
        ({"model": {"provider": "custom-llm", "model": "m", "url": "http://10.0.0.1/v1"}}, "model.url"),
        (
            {
                "credentials": [
                    {
                        "provider": "custom-llm",
                        "authenticationPlan": {
                            "type": "oauth2",
                            "url": "http://10.0.0.1/token",
                            "clientId": "c",
                            "clientSecret": "s",
                        },
                    }
                ]
            },
            "credentials.0.authenticationPlan.url",
        ),
    ],
)
async def test_a_private_address_is_refused(client: httpx.AsyncClient, org: Org, body: dict, place: str):
    answer = await client.post("/v1/assistants", json=body, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "target_refused")
    assert answer.json()["message"].startswith(f"{place}: ")


SECRETS = {
    "model": {
        "provider": "openai",
        "model": "gpt-6-luna",
        "tools": [
            {"type": "endCall"},
            {
                "type": "function",
                "function": {"name": "book"},
                "server": {"url": "https://tools.example.com/book", "secret": "tool-secret"},
            },
        ],
    },
    "credentials": [{"provider": "openai", "apiKey": "sk-very-secret", "name": "mine"}],
    "server": {"url": "https://example.com/hook", "secret": "hook-secret"},
    "serverUrlSecret": "old-secret",
}


async def test_secrets_are_sealed_at_rest_and_never_returned(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    made = await create(client, org, **SECRETS)
    got = await client.get(f"/v1/assistants/{made['id']}", headers=org.headers)
    listed = await client.get("/v1/assistants", headers=org.headers)
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        row = connection.execute(text("SELECT config::text, sealed::text FROM assistants")).one()

    assert made["credentials"] == [{"provider": "openai", "name": "mine"}]
    assert made["server"] == {"url": "https://example.com/hook"}
    for place in (str(made), got.text, listed.text, row.config, row.sealed):
        assert "secret" not in place.replace("server.secret", "").replace("serverUrlSecret", "")
        assert "apiKey" not in place.replace("credentials.0.apiKey", "")


async def test_a_patch_without_the_key_keeps_the_stored_one(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    made = await create(client, org, **SECRETS)
    url = f"/v1/assistants/{made['id']}"

    renamed = await client.patch(
        url, json={"credentials": [{"provider": "openai", "name": "ours"}]}, headers=org.headers
    )
    unknown = await client.patch(url, json={"credentials": [{"provider": "dashscope"}]}, headers=org.headers)

    assert renamed.json()["credentials"] == [{"provider": "openai", "name": "ours"}]
    assert (unknown.status_code, unknown.json()["code"]) == (400, "api_key_missing")
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        sealed = connection.execute(text("SELECT sealed FROM assistants")).scalar_one()
    assert "credentials.0.apiKey" in sealed


async def test_two_credentials_for_one_provider_are_refused(client: httpx.AsyncClient, org: Org):
    twice = [{"provider": "openai", "apiKey": "a"}, {"provider": "openai", "apiKey": "b"}]

    answer = await client.post("/v1/assistants", json={"credentials": twice}, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "credential_twice")


async def test_a_list_can_be_cut_by_time_and_length(client: httpx.AsyncClient, org: Org, clock: SetClock):
    made = []
    for name in "ABC":
        made.append(await create(client, org, name=name))
        clock.advance(60)

    async def names(**query: str) -> str:
        answer = await client.get("/v1/assistants", params=query, headers=org.headers)
        assert answer.status_code == 200, answer.text
        return "".join(row["name"] for row in answer.json())

    assert await names(limit="2") == "CB"
    assert await names(limit="0") == ""
    assert await names(createdAtGt=made[0]["createdAt"]) == "CB"
    assert await names(createdAtGe=made[0]["createdAt"]) == "CBA"
    assert await names(updatedAtLt=made[2]["createdAt"]) == "BA"
    wrong = await client.get("/v1/assistants", params={"limit": "1001"}, headers=org.headers)
    assert wrong.status_code == 400


async def test_the_same_idempotency_key_creates_one_assistant(client: httpx.AsyncClient, org: Org):
    headers = {**org.headers, "Idempotency-Key": "k1"}

    answers = [await client.post("/v1/assistants", json={"name": "A"}, headers=headers) for _ in range(3)]

    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert len((await client.get("/v1/assistants", headers=org.headers)).json()) == 1


async def test_a_full_vapi_assistant_is_accepted(client: httpx.AsyncClient, org: Org):
    """What a dashboard sends: nested plans, deprecated fields, nulls."""
    full = {
        "name": "Full",
        "transcriber": {"provider": "pocketsphinx", "grammar": ["yes", "no"]},
        "model": {
            "provider": "custom-llm",
            "url": "https://llm.example.com/v1/chat/completions",
            "model": "qwen",
            "messages": [{"role": "system", "content": "You are {{ name | default: 'Xiao Ying' }}."}],
            "tools": [
                {
                    "type": "function",
                    "async": False,
                    "function": {
                        "name": "lookup",
                        "description": "Look up an order",
                        "parameters": {
                            "type": "object",
                            "properties": {"id": {"type": "string"}},
                            "required": ["id"],
                        },
                    },
                    "messages": [{"type": "request-start", "content": "One moment."}],
                }
            ],
            "temperature": 0.3,
            "maxTokens": 300,
            "metadataSendMode": "destructured",
            "functions": [],
        },
        "voice": {"provider": "espeak", "voiceId": "cmn", "speed": 1.1, "chunkPlan": {"minCharacters": 10}},
        "firstMessage": "你好",
        "firstMessageMode": "assistant-speaks-first",
        "firstMessageInterruptionsEnabled": True,
        "maxDurationSeconds": 300,
        "silenceTimeoutSeconds": 20,
        "endCallMessage": "再见",
        "endCallPhrases": ["再见", "goodbye"],
        "clientMessages": ["transcript", "hang"],
        "serverMessages": ["end-of-call-report", 'transcript[transcriptType="final"]'],
        "server": {
            "url": "https://example.com/hook",
            "timeoutSeconds": 10,
            "headers": {"X-Tenant": "{{ tenant }}"},
            "backoffPlan": {"type": "exponential", "maxRetries": 3, "baseDelaySeconds": 1},
        },
        "startSpeakingPlan": {
            "waitSeconds": 0.3,
            "smartEndpointingPlan": {"provider": "livekit", "waitFunction": "200 + 8000 * x"},
            "customEndpointingRules": [{"type": "customer", "regex": "card", "timeoutSeconds": 3}],
            "transcriptionEndpointingPlan": {"onPunctuationSeconds": 0.1},
        },
        "stopSpeakingPlan": {"numWords": 2, "voiceSeconds": 0.3, "backoffSeconds": 1},
        "analysisPlan": {
            "summaryPlan": {"enabled": True},
            "structuredDataPlan": {"schema": {"type": "object"}},
        },
        "artifactPlan": {"recordingEnabled": True, "transcriptPlan": {"assistantName": "AI"}},
        "monitorPlan": {"listenEnabled": True, "controlEnabled": True},
        "compliancePlan": {"hipaaEnabled": False, "pciEnabled": False},
        "backgroundSpeechDenoisingPlan": {"smartDenoisingPlan": {"enabled": True}},
        "keypadInputPlan": {"enabled": False, "delimiters": ["#"]},
        "voicemailDetection": {"provider": "vapi", "backoffPlan": {"maxRetries": 3}},
        "hooks": [
            {
                "on": "customer.speech.timeout",
                "options": {"timeoutSeconds": 10},
                "do": [{"type": "say", "exact": "Still there?"}],
            }
        ],
        "backgroundSound": "off",
        "messagePlan": {"idleMessages": ["Hello?"], "idleTimeoutSeconds": 10},
        "backgroundDenoisingEnabled": True,
        "hipaaEnabled": False,
        "metadata": {"apiKey": "not ours", "any": [1, {"thing": None}]},
        "observabilityPlan": None,
    }

    made = await create(client, org, **full)

    expected = {key: value for key, value in full.items() if value is not None}
    assert {key: made[key] for key in expected} == expected
