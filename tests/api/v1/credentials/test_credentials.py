"""Credentials over HTTP: what goes in stays in, and the next call uses it."""

from typing import Any

import httpx
import pytest
from redis import Redis
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.http.caller import Caller
from api.settings import ApiSettings
from api.v1.calls.guard import guarded
from api.v1.calls.schemas import CreateWebCall
from api.v1.credentials.vault import Kept, Vault, equip
from tests.api.v1.calls.engines import register
from tests.api.world import Org, SetClock, posted
from voice_engine.kernel.accounts import unpacked
from voice_engine.kernel.sealed import unseal
from voice_engine.spec import AssistantSpec, ModelSpec, SessionSpec, TranscriberSpec, VoiceSpec

IFLYTEK = {"provider": "iflytek", "appId": "a1b2c3", "apiKey": "key-hush", "apiSecret": "secret-hush"}
OPENAI_MODEL = {"provider": "openai", "model": "gpt-5.6-luna"}


async def create(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, "/v1/credentials", fields or IFLYTEK)
    return made


async def refusal(client: httpx.AsyncClient, org: Org, **fields: Any) -> str:
    answer = await client.post("/v1/credentials", json=fields, headers=org.headers)
    assert answer.status_code == 400, answer.text
    return answer.text


async def spec_of_a_call(
    client: httpx.AsyncClient, org: Org, redis: Redis, headers: dict[str, str] | None = None, **body: Any
) -> SessionSpec:
    """What the engine is handed for a call with an OpenAI model, unless told otherwise."""
    register(redis)
    given = body or {"assistant": {"model": OPENAI_MODEL}}
    answer = await client.post("/v1/calls", json=given, headers=headers or org.headers)
    assert answer.status_code == 201, answer.text
    return SessionSpec.model_validate_json(redis.get(redis.keys("yingda:session:*")[-1]))


def opened(sealed: str, org: Org, settings: ApiSettings) -> dict[str, str]:
    return unpacked(unseal(sealed, settings.secret_bytes, context=org.id))


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────


async def test_a_credential_is_stored_and_never_shows_its_secrets(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, **IFLYTEK, name="讯飞")

    got = await client.get(f"/v1/credentials/{made['id']}", headers=org.headers)
    listed = await client.get("/v1/credentials", headers=org.headers)
    vapis = await client.get("/credential", headers=org.headers)

    assert got.json() == made == listed.json()[0] == vapis.json()[0]
    assert (made["provider"], made["name"], made["appId"]) == ("iflytek", "讯飞", "a1b2c3")
    assert "hush" not in got.text + listed.text


async def test_nothing_secret_stands_in_the_database(client: httpx.AsyncClient, org: Org, owner: Engine):
    await create(client, org)

    with owner.connect() as connection:
        row = connection.execute(text("SELECT row_to_json(credentials)::text FROM credentials")).scalar_one()

    assert "hush" not in row


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"provider": "iflytek", "apiKey": "k"}, "apiSecret"),
        ({"provider": "iflytec", "apiKey": "k"}, "iflytek"),
        ({"provider": "openai", "apiKey": "k", "appId": "a"}, "which takes: apiKey"),
        ({"provider": "openai"}, "apiKey"),
        ({"provider": "volcengine", "appId": "a"}, "accessToken"),
        ({"provider": "openai", "apiKey": "k", "apiKee": "k"}, "apiKey"),
    ],
)
async def test_what_a_provider_does_not_take_is_told(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], told: str
):
    assert told in await refusal(client, org, **fields)


async def test_an_oauth_plan_may_not_lead_inwards(client: httpx.AsyncClient, org: Org):
    plan = {"type": "oauth2", "url": "http://169.254.169.254/token", "clientId": "c", "clientSecret": "hush"}

    assert "hush" not in await refusal(client, org, provider="custom-llm", authenticationPlan=plan)


async def test_patch_replaces_what_is_named_and_delete_answers_what_it_was(
    client: httpx.AsyncClient, org: Org, clock: SetClock, owner: Engine, settings: ApiSettings
):
    made = await create(client, org)
    url = f"/v1/credentials/{made['id']}"
    clock.advance(1)

    changed = await client.patch(url, json={"name": "Neu", "apiKey": "key-2"}, headers=org.headers)
    robbed = await client.patch(url, json={"apiSecret": None}, headers=org.headers)
    moved = await client.patch(url, json={"provider": "openai"}, headers=org.headers)
    with owner.connect() as connection:
        sealed = connection.execute(text("SELECT sealed FROM credentials")).scalar_one()
    deleted = await client.delete(url, headers=org.headers)
    again = await client.get(url, headers=org.headers)

    assert (changed.json()["name"], changed.json()["appId"]) == ("Neu", "a1b2c3")
    assert (robbed.status_code, "apiSecret should not be empty" in robbed.text) == (400, True)
    assert (moved.status_code, moved.json()["code"]) == (400, "provider_fixed")
    assert opened(sealed, org, settings) == {"appId": "a1b2c3", "apiKey": "key-2", "apiSecret": "secret-hush"}
    assert deleted.json() == changed.json()
    assert (again.status_code, again.json()["code"]) == (404, "credential_not_found")


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, org: Org, other_org: Org, engine: Engine
):
    made = await create(client, org)
    url = f"/v1/credentials/{made['id']}"

    answers = [
        await client.get(url, headers=other_org.headers),
        await client.patch(url, json={"name": "Theirs"}, headers=other_org.headers),
        await client.delete(url, headers=other_org.headers),
        await client.post(f"{url}/test", headers=other_org.headers),
    ]
    listed = await client.get("/v1/credentials", headers=other_org.headers)
    named = await client.post(
        "/v1/assistants",
        json={"model": OPENAI_MODEL, "credentialIds": [made["id"]]},
        headers=other_org.headers,
    )
    with transaction(engine, other_org.id) as session:
        seen = session.connection().execute(text("SELECT count(*) FROM credentials")).scalar_one()

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert listed.json() == []
    assert (named.status_code, named.json()["code"]) == (400, "credential_not_found")
    assert seen == 0


async def test_a_public_key_is_refused(client: httpx.AsyncClient, org: Org):
    answer = await client.get("/v1/credentials", headers=org.public_headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "public_key_not_allowed")


# ── what it is for ───────────────────────────────────────────────────────────────────────────────────


async def test_a_call_uses_the_organisations_newest_credential_of_the_provider(
    client: httpx.AsyncClient, org: Org, redis: Redis, clock: SetClock, settings: ApiSettings
):
    await create(client, org, provider="openai", apiKey="sk-old")
    clock.advance(1)
    newest = await create(client, org, provider="openai", apiKey="sk-new")

    spec = await spec_of_a_call(client, org, redis)

    model = spec.assistant.model
    assert model.credential_id == newest["id"]
    assert opened(model.sealed_api_key, org, settings) == {"apiKey": "sk-new"}


async def test_a_credential_that_the_assistant_names_goes_before_newer_ones(
    client: httpx.AsyncClient, org: Org, redis: Redis, clock: SetClock
):
    named = await create(client, org, provider="openai", apiKey="sk-old")
    clock.advance(1)
    await create(client, org, provider="openai", apiKey="sk-new")

    assistant = {"model": OPENAI_MODEL, "credentialIds": [named["id"]]}
    spec = await spec_of_a_call(client, org, redis, assistant=assistant)

    assert spec.assistant.model.credential_id == named["id"]


async def test_an_inline_credential_goes_before_all(
    client: httpx.AsyncClient, org: Org, redis: Redis, settings: ApiSettings
):
    await create(client, org, provider="openai", apiKey="sk-stored")
    inline = [{"provider": "openai", "apiKey": "sk-inline"}]

    spec = await spec_of_a_call(client, org, redis, assistant={"model": OPENAI_MODEL, "credentials": inline})

    model = spec.assistant.model
    assert model.credential_id == ""
    assert opened(model.sealed_api_key, org, settings) == {"apiKey": "sk-inline"}


async def test_fallbacks_are_equipped_too(client: httpx.AsyncClient, org: Org, redis: Redis):
    kept = await create(client, org, provider="tencent", appId="1", secretId="i", secretKey="k")
    plan = {"transcribers": [{"provider": "tencent"}]}
    heard = {"provider": "pocketsphinx", "fallbackPlan": plan}

    spec = await spec_of_a_call(
        client, org, redis, assistant={"model": {"provider": "scripted"}, "transcriber": heard}
    )

    assert [each.credential_id for each in spec.assistant.transcriber.fallbacks] == [kept["id"]]


async def test_a_public_key_cannot_send_a_stored_credential_to_an_address_of_its_own(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    body = CreateWebCall.model_validate({"assistant": {"model": {"provider": "openai", "model": "m"}}})
    public = Caller(org.id, "public", "test", frozenset({"calls:write"}))
    private = Caller(org.id, "private", "test", frozenset({"*"}))
    kept = Kept("id", "custom-llm", "sealed")
    elsewhere = ModelSpec(provider="custom-llm", base_url="https://elsewhere.example/v1")
    assistant = AssistantSpec(
        model=elsewhere, transcriber=TranscriberSpec(provider="x"), voice=VoiceSpec(provider="x")
    )

    for caller, key in ((public, ""), (private, "sealed")):
        vault = Vault((kept,), guarded=guarded(body, caller))
        assert equip(assistant, vault).model.sealed_api_key == key


async def test_what_comes_along_when_a_key_is_copied_is_no_part_of_it(client: httpx.AsyncClient, org: Org):
    pasted = {**IFLYTEK, "appId": f" {IFLYTEK['appId']}\n"}
    made = await client.post("/v1/credentials", json=pasted, headers=org.headers)

    assert made.json()["appId"] == IFLYTEK["appId"]


@pytest.mark.parametrize("key", ["a\nb", "a\r\nX-Evil: 1", "\t", "a\u0085b", "a\u2028b"])
async def test_a_key_with_a_line_break_in_it_is_refused(client: httpx.AsyncClient, org: Org, key: str):
    refused = await client.post("/v1/credentials", json={**IFLYTEK, "apiSecret": key}, headers=org.headers)

    assert refused.status_code == 400
    assert "apiSecret" in refused.text
