"""Phone numbers over HTTP."""

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.api.v1.calls.telephone import ASSISTANT, number, trunk
from tests.api.world import Org

Json = dict[str, Any]
LOGIN = {"username": "u" * 20, "password": "hush" * 6}
ELSEWHERE = {"type": "number", "number": "+8657188880000"}
HOOKS = [
    {
        "on": "call.ringing",
        "filters": [{"type": "startsWith", "key": "number", "startsWith": ["86138"]}],
        "do": [{"type": "say", "exact": "今天不营业。"}],
    },
    {"on": "call.ending", "do": {"type": "transfer", "destination": ELSEWHERE}},
]
URL = "/v1/phone-numbers"


async def post(client: httpx.AsyncClient, org: Org, url: str = URL, **body: Any) -> httpx.Response:
    return await client.post(url, json=body, headers=org.headers)


def said(answer: httpx.Response) -> str:
    message = answer.json()["message"]
    return message if isinstance(message, str) else str(message[0])


async def test_a_number_of_a_trunk_is_stored_as_it_was_given(client: httpx.AsyncClient, org: Org):
    assistant = (await client.post("/v1/assistants", json=ASSISTANT, headers=org.headers)).json()["id"]
    more = {
        "name": "Front desk", "assistantId": assistant, "fallbackDestination": ELSEWHERE, "hooks": HOOKS,
        "numberE164CheckEnabled": True,
    }  # fmt: skip
    made = await number(client, org, **more, server={"url": "https://a.cn/hook", "secret": "hush-hush"})

    read = (await client.get(f"{URL}/{made['id']}", headers=org.headers)).json()
    assert read == made
    assert {key: made[key] for key in more} == more
    assert (made["provider"], made["number"], made["status"]) == (
        "byo-phone-number",
        "+861088888888",
        "active",
    )
    assert made["server"]["url"] == "https://a.cn/hook"
    assert "hush" not in str(made)


async def test_a_sip_address_gets_a_name_of_ours_and_keeps_its_password_to_itself(
    client: httpx.AsyncClient, org: Org, owner: Engine
):
    unnamed = (await post(client, org, provider="vapi")).json()
    named = await post(client, org, provider="vapi", sipUri="sip:Desk.1@SIP.localhost", authentication=LOGIN)
    url = f"{URL}/{named.json()['id']}"
    other = await client.patch(url, json={"authentication": {"username": "v" * 20}}, headers=org.headers)
    same = await client.patch(url, json={"authentication": {"username": "u" * 20}}, headers=org.headers)

    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.trusted = 'on'"))
        rows = connection.execute(text("SELECT string_agg(p::text, ' ') FROM phone_numbers p")).scalar_one()
    assert unnamed["sipUri"].startswith("sip:")
    assert unnamed["sipUri"].endswith("@sip.localhost")
    assert named.json()["sipUri"] == "sip:Desk.1@sip.localhost"
    assert named.json()["authentication"] == {"username": "u" * 20}
    assert (other.status_code, same.status_code) == (400, 200)
    assert "hush" not in rows + named.text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"provider": "twilio", "number": "+1"}, "provider: twilio is not available: that"),
        ({"provider": "telnyx"}, "provider: telnyx is not available"),
        ({"provider": "byo"}, "provider should be one of the following values: byo-phone-number, vapi"),
        ({"provider": "byo-phone-number", "number": "13800138000"}, "credentialId is required"),
        ({"provider": "byo-phone-number", "credentialId": "x"}, "credentialId: there is no byo-sip-trunk"),
        ({"provider": "vapi", "sipUri": "sip:a@elsewhere.cn"}, "sipUri: should be sip:<name>@sip.localhost"),
        ({"provider": "vapi", "sipUri": "sip:@sip.localhost"}, "sipUri: should be sip:<name>"),
        ({"provider": "vapi", "numberDesiredAreaCode": "010"}, "numberDesiredAreaCode: is not available"),
        ({"provider": "vapi", "authentication": {"username": "u" * 20}}, "authentication.password"),
        ({"provider": "vapi", "assistantId": "x"}, "assistantId: there is no assistant with the id 'x'"),
        ({"provider": "vapi", "squadId": "x", "assistantId": "x"}, "squadId should not be given beside"),
        ({"provider": "vapi", "server": {"url": "http://127.0.0.1/"}}, "server.url: "),
        ({"provider": "vapi", "workflowId": "x"}, "workflowId: is not available"),
        ({"provider": "vapi", "hooks": [{"on": "call.started", "do": []}]}, "hooks.0.on should be one of"),
        ({"provider": "vapi", "hooks": [{"on": "call.ringing", "do": []}]}, "hooks.0.do"),
        ({"provider": "vapi", "fallbackDestination": {"type": "assistant"}}, "fallbackDestination.type"),
        ({"provider": "vapi", "nam": "x"}, "property nam should not exist; did you mean name?"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_by_its_field(
    client: httpx.AsyncClient, org: Org, body: Json, message: str
):
    answer = await post(client, org, **body)

    assert answer.status_code == 400, answer.text
    assert said(answer).startswith(message), answer.text


async def test_a_number_has_one_owner_in_the_installation(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    await number(client, org)
    theirs = await trunk(client, other_org)
    again = {"provider": "byo-phone-number", "credentialId": theirs, "number": "+86 10 88888888"}
    taken = await post(client, other_org, **again)
    outbound_only = await trunk(client, other_org, gateways=[{"ip": "1.2.3.4", "inboundEnabled": False}])
    shown = await post(client, other_org, **{**again, "credentialId": outbound_only})

    assert (taken.status_code, taken.json()["code"]) == (409, "phone_number_taken")
    assert shown.status_code == 201


async def test_fields_are_replaced_and_null_removes_them(client: httpx.AsyncClient, org: Org):
    made = await number(client, org, name="A", fallbackDestination=ELSEWHERE, hooks=HOOKS)
    url = f"{URL}/{made['id']}"
    body = {"provider": "byo-phone-number", "name": "B", "fallbackDestination": None, "number": "4008100000"}
    changed = (await client.patch(url, json=body, headers=org.headers)).json()
    refused = [
        (await client.patch(url, json=bad, headers=org.headers)).status_code
        for bad in ({"provider": "vapi"}, {"sipUri": "sip:a@sip.localhost"}, {"credentialId": None})
    ]

    assert (changed["name"], changed["number"], changed["hooks"]) == ("B", "+864008100000", HOOKS)
    assert "fallbackDestination" not in changed
    assert refused == [400, 400, 400]


async def test_a_deleted_number_is_gone_and_its_trunk_can_go_then(client: httpx.AsyncClient, org: Org):
    made = await number(client, org)
    credential = f"/v1/credentials/{made['credentialId']}"
    held = await client.delete(credential, headers=org.headers)
    deleted = await client.delete(f"{URL}/{made['id']}", headers=org.headers)

    assert held.status_code == 409
    assert (deleted.status_code, deleted.json()) == (200, made)
    assert (await client.get(f"{URL}/{made['id']}", headers=org.headers)).status_code == 404
    assert (await client.delete(credential, headers=org.headers)).status_code == 200


async def test_a_foreign_number_does_not_exist(client: httpx.AsyncClient, org: Org, other_org: Org):
    url = f"{URL}/{(await number(client, org))['id']}"

    codes = [
        (await client.request(method, url, json=body, headers=other_org.headers)).status_code
        for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None))
    ]
    ring = await client.post(f"{url}/ring", json={}, headers=other_org.headers)
    assert [*codes, ring.status_code] == [404] * 4
    assert (await client.get(URL, headers=other_org.headers)).json() == []


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_numbers_live_under_vapis_paths_and_are_searched(
    client: httpx.AsyncClient, org: Org, prefix: str
):
    id = await trunk(client, org)
    body = {"provider": "byo-phone-number", "credentialId": id, "number": "13800138000", "name": "Shop_1"}
    made = await post(client, org, f"{prefix}/phone-number", **body)
    await post(client, org, f"{prefix}/phone-number", provider="vapi", name="Shop21")

    async def search(text: str) -> list[str]:
        url = f"{prefix}/v2/phone-number"
        answer = await client.get(url, params={"search": text}, headers=org.headers)
        return [row["name"] for row in answer.json()["results"]]

    assert made.status_code == 201, made.text
    listed = await client.get(f"{prefix}/phone-number", headers=org.headers)
    assert [row["name"] for row in listed.json()] == ["Shop21", "Shop_1"]
    assert (await search("+86138"), await search("hop_1"), await search("sip:")) == (
        ["Shop_1"], ["Shop_1"], ["Shop21"],
    )  # fmt: skip
