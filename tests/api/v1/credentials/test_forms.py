"""A form knows what a credential of each provider consists of."""

from typing import Any

import httpx
import pytest

from tests.api.world import Org
from voice_engine.kernel.accounts import ACCOUNTS


async def forms(client: httpx.AsyncClient, org: Org) -> dict[str, Any]:
    answer = await client.get("/v1/credentials/providers", headers=org.headers)
    assert answer.status_code == 200, answer.text
    return {form["provider"]: form for form in answer.json()}


async def test_every_provider_with_an_account_has_a_form(client: httpx.AsyncClient, org: Org):
    found = await forms(client, org)

    assert set(found) == {name for name, account in ACCOUNTS.items() if account.fields}
    assert list(found) == sorted(found)


async def test_a_form_says_what_is_required_and_what_is_secret(client: httpx.AsyncClient, org: Org):
    found = await forms(client, org)

    assert found["tencent"] == {
        "provider": "tencent",
        "name": "Tencent Cloud 腾讯云",
        "fields": [
            {"name": "appId", "required": True, "secret": False},
            {"name": "secretId", "required": True, "secret": False},
            {"name": "secretKey", "required": True, "secret": True},
        ],
        "oneOf": [],
        "services": ["transcriber", "voice"],
    }
    assert {"name": "workspace", "required": False, "secret": False} in found["dashscope"]["fields"]
    assert found["deep-seek"]["services"] == ["model"]


async def test_a_choice_between_fields_is_told_as_one(client: httpx.AsyncClient, org: Org):
    volcengine = (await forms(client, org))["volcengine"]

    assert volcengine["oneOf"] == ["apiKey", "accessToken"]
    assert [field["name"] for field in volcengine["fields"] if field["required"]] == []


@pytest.mark.parametrize("provider", sorted(name for name, account in ACCOUNTS.items() if account.fields))
async def test_whoever_fills_a_form_in_has_a_credential(client: httpx.AsyncClient, org: Org, provider: str):
    form = (await forms(client, org))[provider]
    filled = {field["name"]: "x-1" for field in form["fields"]}

    answer = await client.post("/v1/credentials", json={"provider": provider, **filled}, headers=org.headers)

    assert answer.status_code == 201, answer.text


async def test_a_public_key_may_not_look(client: httpx.AsyncClient, org: Org):
    answer = await client.get("/v1/credentials/providers", headers=org.public_headers)

    assert answer.status_code in (401, 403)
