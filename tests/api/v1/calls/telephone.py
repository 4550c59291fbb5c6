"""A telephone to test with: a trunk, a number, a call."""

from typing import Any

import httpx

from tests.api.world import Org

SCRIPTED = {"provider": "scripted", "rules": [{"match": "open", "reply": "From 9 to 5."}]}
ASSISTANT = {"name": "A", "model": SCRIPTED, "firstMessage": "Hello {{ customer.name }}"}
TRUNK = {
    "provider": "byo-sip-trunk",
    "gateways": [{"ip": "203.0.113.7"}],
    "outboundAuthenticationPlan": {"authUsername": "u", "authPassword": "hush-hush"},
}
CUSTOMER = {"number": "138 0013 8000", "name": "Li"}


async def trunk(client: httpx.AsyncClient, org: Org, **fields: Any) -> str:
    answer = await client.post("/v1/credentials", json={**TRUNK, **fields}, headers=org.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def number(client: httpx.AsyncClient, org: Org, **fields: Any) -> dict[str, Any]:
    body = {"provider": "byo-phone-number", "number": "010-8888 8888", **fields}
    if "credentialId" not in body and body["provider"] == "byo-phone-number":
        body["credentialId"] = await trunk(client, org)
    answer = await client.post("/v1/phone-numbers", json=body, headers=org.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def dial(
    client: httpx.AsyncClient, org: Org, number_id: str, key: str = "", **fields: Any
) -> httpx.Response:
    body = {"assistant": ASSISTANT, "phoneNumberId": number_id, "customer": CUSTOMER, **fields}
    given = {name: value for name, value in body.items() if value is not None}
    headers = {**org.headers, **({"Idempotency-Key": key} if key else {})}
    return await client.post("/v1/calls", json=given, headers=headers)
