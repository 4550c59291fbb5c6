"""SIP trunks as credentials."""

from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, text

from tests.api.world import Org

GATEWAY = {"ip": "203.0.113.7"}
PLAN = {
    "authUsername": "yingda",
    "authPassword": "hush-hush",
    "sipRegisterPlan": {"domain": "ims.example.cn"},
}
TRUNK: dict[str, Any] = {
    "provider": "byo-sip-trunk",
    "name": "Carrier",
    "gateways": [GATEWAY, {"ip": "sip.example.cn", "inboundEnabled": False, "outboundProtocol": "tls/srtp"}],
    "outboundAuthenticationPlan": PLAN,
    "outboundLeadingPlusEnabled": True,
    "techPrefix": "0571",
    "sipDiversionHeader": "<sip:+8657188880000@ims.example.cn>",
}


async def post(client: httpx.AsyncClient, org: Org, **fields: Any) -> httpx.Response:
    return await client.post("/v1/credentials", json={**TRUNK, **fields}, headers=org.headers)


async def test_a_trunk_is_kept_and_its_password_never_shown(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    made = await post(client, org)
    read = await client.get(f"/v1/credentials/{made.json()['id']}", headers=org.headers)

    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        row = connection.execute(text("SELECT c::text FROM credentials c")).scalar_one()
    open_plan = {key: value for key, value in PLAN.items() if key != "authPassword"}
    expected = {**TRUNK, "outboundAuthenticationPlan": open_plan}
    assert made.status_code == 201, made.text
    assert {key: read.json()[key] for key in expected} == expected
    assert "hush" not in made.text + read.text + row


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"gateways": []}, "gateways"),
        ({"gateways": [{"ip": "sip.example.cn"}]}, "gateways.0.ip should be an IPv4 address where"),
        ({"gateways": [{"ip": "300.1.1.1"}]}, "gateways.0.ip should be an IPv4 address of four"),
        ({"gateways": [{"ip": "a b"}]}, "gateways.0.ip should be an IPv4 address such as"),
        ({"gateways": [{**GATEWAY, "port": 0}]}, "gateways.0.port"),
        ({"gateways": [{**GATEWAY, "netmask": 23}]}, "gateways.0.netmask"),
        ({"gateways": [{**GATEWAY, "outboundProtocol": "sctp"}]}, "gateways.0.outboundProtocol"),
        ({"gateways": [{**GATEWAY, "prot": 1}]}, "property gateways.0.prot should not exist; did"),
        ({"outboundAuthenticationPlan": {"authUsername": "a"}}, "outboundAuthenticationPlan.authPassword"),
        ({"techPrefix": "1\r\nX: y"}, "techPrefix should be one line"),
        ({"apiKey": "x"}, "property apiKey should not exist"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_trunk_is_told_by_its_place(
    client: httpx.AsyncClient, org: Org, fields: dict[str, Any], message: str
):
    answer = await post(client, org, **fields)

    assert answer.status_code == 400
    assert answer.json()["message"][0].startswith(message), answer.text


async def test_a_password_is_not_sent_to_a_gateway_it_was_not_given_for(client: httpx.AsyncClient, org: Org):
    url = f"/v1/credentials/{(await post(client, org)).json()['id']}"

    moved = await client.patch(url, json={"gateways": [{"ip": "198.51.100.1"}]}, headers=org.headers)
    prefixed = await client.patch(url, json={"techPrefix": "9"}, headers=org.headers)

    assert (moved.status_code, moved.json()["message"]) == (
        400, "outboundAuthenticationPlan.authPassword should not be empty beside authUsername.",
    )  # fmt: skip
    assert (prefixed.status_code, prefixed.json()["techPrefix"]) == (200, "9")


async def test_a_vendors_account_has_no_gateways(client: httpx.AsyncClient, org: Org):
    account = {"provider": "openai", "apiKey": "sk-1"}
    id = (await client.post("/v1/credentials", json=account, headers=org.headers)).json()["id"]

    answer = await client.patch(f"/v1/credentials/{id}", json={"gateways": [GATEWAY]}, headers=org.headers)

    assert (answer.status_code, orjson.loads(answer.content)["code"]) == (400, "field_not_taken")
