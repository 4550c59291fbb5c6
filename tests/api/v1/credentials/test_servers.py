"""Credentials for servers of one's own: what goes in, what is shown, what a PATCH keeps, what is refused."""

from typing import Any

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import TypeAdapter, ValidationError
from redis import Redis
from sqlalchemy import Engine, text

from api.settings import ApiSettings
from api.v1.credentials.kinds import NewCredential
from tests.api.v1.calls.engines import register
from tests.api.world import Org
from voice_engine.kernel.sealed import unseal
from voice_engine.spec import SessionSpec

PEM = (
    rsa.generate_private_key(65537, 2048)
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
BEARER = {"type": "bearer", "token": "token-hush"}
OAUTH = {"type": "oauth2", "url": "https://id.example.cn/token", "clientId": "me", "clientSecret": "s-hush"}
HMAC = {"type": "hmac", "secretKey": "key-hush", "algorithm": "sha256"}
ENCRYPTION = {
    "type": "public-key",
    "algorithm": "RSA-OAEP-256",
    "publicKey": {"format": "spki-pem", "pem": PEM},
}
ANY: TypeAdapter[Any] = TypeAdapter(NewCredential)
MODEL = {"provider": "scripted", "model": "script"}


async def post(client: httpx.AsyncClient, org: Org, **fields: Any) -> httpx.Response:
    given = {"provider": "webhook", **fields}
    return await client.post("/v1/credentials", json=given, headers=org.headers)


async def create(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    answer = await post(client, org, **fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def patch(client: httpx.AsyncClient, org: Org, id: str, **fields: Any) -> httpx.Response:
    return await client.patch(f"/v1/credentials/{id}", json=fields, headers=org.headers)


def secrets(owner: Engine, org: Org, settings: ApiSettings) -> dict[str, str]:
    with owner.connect() as connection:
        sealed = connection.execute(text("SELECT sealed FROM credentials")).scalar_one()
    opened: dict[str, str] = orjson.loads(unseal(sealed, settings.secret_bytes, context=org.id))
    return opened


# ── in and out ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("plan", "place"), [(BEARER, "token"), (OAUTH, "clientSecret"), (HMAC, "secretKey")], ids=["b", "o", "h"]
)
async def test_each_plan_is_shown_without_its_secret(
    client: httpx.AsyncClient,
    org: Org,
    owner: Engine,
    settings: ApiSettings,
    plan: dict[str, Any],
    place: str,
):
    made = await create(client, org, authenticationPlan=plan, name="Shop")

    assert made["authenticationPlan"] == {k: v for k, v in plan.items() if k != place}
    assert secrets(owner, org, settings) == {f"authenticationPlan.{place}": plan[place]}
    assert (await client.get(f"/credential/{made['id']}", headers=org.headers)).json() == made


async def test_all_fields_of_a_signature_come_back(client: httpx.AsyncClient, org: Org):
    more = {
        "signatureHeader": "X-Hub-Signature-256", "timestampHeader": "X-Time", "signaturePrefix": "sha256=",
        "includeTimestamp": True, "payloadFormat": "{messageId}.{timestamp}.{body}",
        "messageIdHeader": "X-Id", "signatureEncoding": "base64", "secretIsBase64": False,
    }  # fmt: skip

    made = await create(client, org, authenticationPlan={**HMAC, **more})

    assert made["authenticationPlan"] == {"type": "hmac", "algorithm": "sha256", **more}


async def test_a_custom_credential_may_encrypt_too(client: httpx.AsyncClient, org: Org):
    made = await create(
        client, org, provider="custom-credential", authenticationPlan=BEARER, encryptionPlan=ENCRYPTION
    )

    assert made["encryptionPlan"] == ENCRYPTION


async def test_nothing_secret_stands_in_the_database_or_in_a_list(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    await create(client, org, authenticationPlan=HMAC)

    with owner.connect() as connection:
        row = connection.execute(text("SELECT row_to_json(credentials)::text FROM credentials")).scalar_one()
    listed = (await client.get("/v1/credentials", headers=org.headers)).text

    assert "hush" not in row + listed


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "authenticationPlan"),
        ({"authenticationPlan": {"type": "basic"}}, "bearer, oauth2, hmac"),
        ({"authenticationPlan": {"type": "bearer"}}, "authenticationPlan.token should not be empty"),
        ({"authenticationPlan": {"type": "hmac", "algorithm": "sha256"}}, "authenticationPlan.secretKey"),
        ({"authenticationPlan": {**HMAC, "algorithm": "md5"}}, "sha256"),
        ({"authenticationPlan": {**HMAC, "payloadFormat": "{time}.{body}"}}, "not time"),
        ({"authenticationPlan": {**HMAC, "secretIsBase64": True}}, "secretIsBase64 should be false"),
        ({"authenticationPlan": {**HMAC, "signatureHeader": "X: y"}}, "X-Signature"),
        ({"authenticationPlan": {**BEARER, "headerName": "Content-Length"}}, "not yours to set"),
        ({"authenticationPlan": {"type": "bearer", "token": "a\r\nX: y"}}, "no line breaks"),
        ({"authenticationPlan": {"type": "bearer", "token": "密钥"}}, "printable ASCII"),
        ({"authenticationPlan": BEARER, "encryptionPlan": ENCRYPTION}, "encryptionPlan should not exist"),
        ({"authenticationPlan": BEARER, "apiKey": "k"}, "apiKey should not exist"),
        ({"provider": "s3", "region": "x"}, "data directory"),
        ({"provider": "langfuse", "apiKey": "x"}, "not available in this installation"),
        (
            {
                "provider": "custom-credential",
                "authenticationPlan": BEARER,
                "encryptionPlan": {**ENCRYPTION, "publicKey": {"format": "spki-pem", "pem": "x"}},
            },
            "BEGIN PUBLIC KEY",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(fields: dict[str, Any], told: str):
    with pytest.raises(ValidationError) as refused:
        ANY.validate_python({"provider": "webhook", **fields})

    lines = [f"{'.'.join(map(str, line['loc']))} {line['msg']}" for line in refused.value.errors()]
    assert told in " ".join(lines)


async def test_a_refusal_names_the_field_and_quotes_no_secret(client: httpx.AsyncClient, org: Org):
    inwards = await post(client, org, authenticationPlan={**OAUTH, "url": "http://169.254.169.254/"})
    format = await post(client, org, authenticationPlan={**HMAC, "payloadFormat": "{time}"})

    assert (inwards.status_code, "private network" in inwards.text) == (400, True)
    assert (format.status_code, "authenticationPlan.payloadFormat" in format.text) == (400, True)
    assert "hush" not in inwards.text + format.text


# ── PATCH ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_secret_that_is_left_out_is_kept(
    client: httpx.AsyncClient, org: Org, owner: Engine, settings: ApiSettings
):
    made = await create(client, org, authenticationPlan=HMAC)
    plan = {**made["authenticationPlan"], "signaturePrefix": "v1="}

    answer = await patch(client, org, made["id"], authenticationPlan=plan, name="Neu")

    assert (answer.status_code, answer.json()["name"]) == (200, "Neu")
    assert answer.json()["authenticationPlan"] == plan
    assert secrets(owner, org, settings) == {"authenticationPlan.secretKey": "key-hush"}


async def test_a_secret_is_not_sent_to_another_address_than_it_was_given_for(
    client: httpx.AsyncClient, org: Org
):
    made = await create(client, org, authenticationPlan=OAUTH)
    elsewhere = {**made["authenticationPlan"], "url": "https://evil.example/token"}
    model = await create(
        client, org, provider="custom-llm", apiKey="k", authenticationPlan={**OAUTH, "scope": "a"}
    )

    webhook = await patch(client, org, made["id"], authenticationPlan=elsewhere)
    own_model = await patch(client, org, model["id"], authenticationPlan=elsewhere)

    assert (webhook.status_code, own_model.status_code) == (400, 400)
    assert "authenticationPlan.clientSecret" in webhook.text
    assert "clientSecret should be given again" in own_model.text


async def test_another_kind_of_plan_needs_its_own_secret(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, authenticationPlan=BEARER)

    without = await patch(client, org, made["id"], authenticationPlan={"type": "hmac", "algorithm": "sha1"})
    removed = await patch(client, org, made["id"], authenticationPlan=None)
    foreign = await patch(client, org, made["id"], apiKey="k")

    assert [each.status_code for each in (without, removed, foreign)] == [400, 400, 400]
    assert "secretKey" in without.text


async def test_a_vendors_credential_takes_no_plan_for_servers(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, provider="custom-llm", apiKey="k")

    bearer = await patch(client, org, made["id"], authenticationPlan=BEARER)
    encryption = await patch(client, org, made["id"], encryptionPlan=ENCRYPTION)

    assert (bearer.status_code, encryption.status_code) == (400, 400)
    assert "token-hush" not in (await client.get(f"/v1/credentials/{made['id']}", headers=org.headers)).text


async def test_there_is_no_vendor_to_test_it_with(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, authenticationPlan=BEARER)

    answer = await client.post(f"/v1/credentials/{made['id']}/test", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "nothing_to_test")


# ── used ─────────────────────────────────────────────────────────────────────────────────────────────


def asking(id: str, **server: Any) -> dict[str, Any]:
    tool = {
        "type": "function",
        "function": {"name": "look"},
        "server": {"url": "https://example.cn/t", "credentialId": id, **server},
    }
    return {"model": {**MODEL, "tools": [tool]}}


async def test_a_tools_server_has_the_credential_sealed_in_the_spec(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    made = await create(
        client, org, provider="custom-credential", authenticationPlan=BEARER, encryptionPlan=ENCRYPTION
    )
    register(redis)
    assistant = asking(made["id"], encryptedPaths=["card.number"])

    answer = await client.post("/v1/calls", json={"assistant": assistant}, headers=org.headers)

    assert answer.status_code == 201, answer.text
    stored = redis.get(redis.keys("yingda:session:*")[-1])
    proof = SessionSpec.model_validate_json(stored).assistant.model.tools[0].authentication
    assert proof is not None
    assert (proof.plan, proof.encrypted_paths) == ({"type": "bearer"}, ("card.number",))
    assert proof.encryption == ENCRYPTION
    assert b"hush" not in stored


async def test_voices_and_recognisers_of_ones_own_have_it_too(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    made = await create(client, org, authenticationPlan=BEARER)
    register(redis)
    server = {"url": "https://example.cn/x", "credentialId": made["id"]}
    voice = {"provider": "custom-voice", "server": server}
    ear = {"provider": "custom-transcriber", "server": server}

    answer = await client.post(
        "/v1/calls",
        json={"assistant": {"model": MODEL, "voice": voice, "transcriber": ear}},
        headers=org.headers,
    )

    assert answer.status_code == 201, answer.text
    stored = redis.get(redis.keys("yingda:session:*")[-1])
    spec = SessionSpec.model_validate_json(stored).assistant
    for part in (spec.voice, spec.transcriber):
        assert part.extra["server"]["authentication"]["plan"] == {"type": "bearer"}
    assert b"hush" not in stored


async def test_a_credential_that_is_not_ours_or_for_a_vendor_is_refused(
    client: httpx.AsyncClient, org: Org, other_org: Org, redis: Redis
):
    foreign = await create(client, other_org, authenticationPlan=BEARER)
    vendors = await create(client, org, provider="openai", apiKey="k")
    register(redis)

    for id in (foreign["id"], vendors["id"], "nothing"):
        assistant = asking(id)
        answer = await client.post("/v1/calls", json={"assistant": assistant}, headers=org.headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "credential_not_found")


async def test_an_assistant_that_names_no_credential_of_ours_is_not_stored(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    foreign = await create(client, other_org, authenticationPlan=BEARER)

    answer = await client.post("/v1/assistants", json=asking(foreign["id"]), headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "credential_not_found")
    assert "model.tools.0.server.credentialId" in answer.text


async def test_everybodys_key_cannot_have_a_credential_sent_to_its_own_server(
    client: httpx.AsyncClient, org: Org, redis: Redis
):
    made = await create(client, org, authenticationPlan=BEARER)
    register(redis)

    for assistant in (
        asking(made["id"]),
        {"model": MODEL, "server": asking(made["id"])["model"]["tools"][0]["server"]},
    ):
        answer = await client.post("/call/web", json={"assistant": assistant}, headers=org.public_headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "credential_not_allowed")


async def test_a_credential_that_is_named_is_not_deleted(client: httpx.AsyncClient, org: Org):
    made = await create(client, org, authenticationPlan=BEARER)
    assistant = await client.post(
        "/v1/assistants", json={"name": "Ann", **asking(made["id"])}, headers=org.headers
    )
    url = f"/v1/credentials/{made['id']}"

    refused = await client.delete(url, headers=org.headers)
    await client.delete(f"/v1/assistants/{assistant.json()['id']}", headers=org.headers)
    deleted = await client.delete(url, headers=org.headers)

    assert (refused.status_code, refused.json()["error"]) == (409, "credential_in_use")
    assert refused.json()["references"] == [
        {"type": "assistant", "id": assistant.json()["id"], "name": "Ann"}
    ]
    assert (deleted.status_code, deleted.json()["id"]) == (200, made["id"])
