"""An engine asks who takes over when that is not in the call's spec."""

from typing import Any

import httpx
import pytest
from redis import Redis

from api.settings import ApiSettings
from tests.api.v1.calls.engines import register
from tests.api.world import Org, SetClock
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import BadRequest, Unauthorized
from voice_engine.settings import EngineSettings
from voice_engine.simulate.world import assistant
from voice_engine.spec import DestinationSpec, SessionSpec, SquadSpec
from voice_engine.transports.control_plane import permits, referrals

Json = dict[str, Any]
FRONT: Json = {"name": "前台", "model": {"provider": "scripted"}}
BILLING: Json = {
    "name": "账务",
    "model": {"provider": "scripted", "messages": [{"role": "system", "content": "对方叫{{ fullName }}。"}]},
    "firstMessage": "{{ name }}您好，{{ shop }}账务为您服务。",
}


@pytest.fixture
async def billing(client: httpx.AsyncClient, org: Org) -> str:
    made = await client.post("/v1/assistants", json=BILLING, headers=org.headers)
    return str(made.json()["id"])


class Engine:
    """The engine of one call."""

    def __init__(self, client: httpx.AsyncClient, settings: ApiSettings, clock: SetClock) -> None:
        self.client, self.secret, self.clock = client, settings.secret_bytes, clock
        self.call, self.org = "", ""

    async def take(self, org: Org, body: Json | None = None, *, web: bool = False) -> None:
        given = {"assistant": FRONT, "assistantOverrides": {"variableValues": {"shop": "小店"}}}
        path, headers = ("/v1/calls/web", org.public_headers) if web else ("/v1/calls", org.headers)
        made = await self.client.post(path, json=body or given, headers=headers)
        assert made.status_code == 201, made.text
        self.call, self.org = made.json()["id"], org.id

    async def ask(self, referral: Json, **more: Any) -> httpx.Response:
        claims = {
            "kind": "engine",
            "engine": "e",
            "call": self.call,
            "org": self.org,
            **more.pop("claims", {}),
        }
        pin = tokens.sign(claims, self.secret, expires_at=self.clock.wall().timestamp() + 60)
        headers = {"X-Yingda-Engine": pin}
        return await self.client.post(
            "/v1/engine/members", json={"referral": referral, **more}, headers=headers
        )

    def spec(self) -> SessionSpec:
        """What this engine knows of the call."""
        whose = {"session_id": "s", "call_id": self.call, "org_id": self.org, "created_at_ms": 0}
        return SessionSpec(assistant=assistant(), **whose)


@pytest.fixture
async def engine(
    client: httpx.AsyncClient, org: Org, redis: Redis, settings: ApiSettings, clock: SetClock
) -> Engine:
    register(redis)
    one = Engine(client, settings, clock)
    await one.take(org)
    return one


async def test_a_stored_assistant_is_compiled_with_what_is_known_by_now(engine: Engine, billing: str):
    aliases = [{"key": "fullName", "value": "{{ name }}先生"}]
    referral = {"shown": {"type": "assistant", "assistantId": billing}, "sealed": {}, "aliases": aliases}

    answer = await engine.ask(referral, variables={"name": "王"})

    found = answer.json()
    squad = SquadSpec.model_validate(found["squad"])
    assert (answer.status_code, found["entry"], squad.entry.name) == (200, "账务", "账务")
    assert squad.entry.assistant.first_message == "王您好，小店账务为您服务。"
    assert squad.entry.assistant.model.messages[0]["content"] == "对方叫王先生。"
    assert found["variables"] == {"shop": "小店", "name": "王", "fullName": "王先生"}


async def test_a_destination_named_in_mid_call_may_be_an_assistant_of_its_own(engine: Engine):
    plan = {"type": "none"}
    own = {**BILLING, "name": "夜班"}
    given = {"type": "assistant", "assistant": own, "message": "换夜班。", "contextEngineeringPlan": plan}

    found = (await engine.ask({"given": given})).json()

    to = DestinationSpec.model_validate(found["destination"])
    assert (found["entry"], to.message, to.mode) == ("夜班", "换夜班。", "delete-history")


async def test_a_squad_takes_over_by_the_member_that_is_named(
    engine: Engine, client: httpx.AsyncClient, org: Org, billing: str
):
    squad = {"members": [{"assistant": {**FRONT, "name": "夜间前台"}}, {"assistantId": billing}]}
    stored = await client.post("/v1/squads", json=squad, headers=org.headers)
    shown = {"type": "squad", "squadId": stored.json()["id"], "entryAssistantName": "账务"}

    found = (await engine.ask({"shown": shown, "sealed": {}})).json()

    assert found["entry"] == "账务"
    assert [member["name"] for member in found["squad"]["members"]] == ["夜间前台", "账务"]


async def test_a_member_of_the_call_is_compiled_anew_with_what_the_model_stated(
    engine: Engine, org: Org, billing: str
):
    members = [{"assistant": FRONT}, {"assistantId": billing}]
    await engine.take(org, {"squad": {"members": members}})

    found = (await engine.ask({"member": "账务"}, variables={"name": "李"})).json()

    entry = next(m for m in found["squad"]["members"] if m["name"] == "账务")
    assert entry["assistant"]["first_message"] == "李您好，账务为您服务。"


@pytest.mark.parametrize(
    ("referral", "status", "words"),
    [
        ({"given": {"type": "assistant", "assistantId": "nobody"}}, 400, "no assistant with the id"),
        ({"given": {"type": "number", "number": "110"}}, 400, "destination.type should be one of"),
        ({"given": {"type": "assistant"}}, 400, "destination.assistantName should be given"),
        ({"given": "账务"}, 400, "should be an object"),
        ({"member": "账务"}, 400, "This call has no squad"),
        ({"shown": {"type": "squad", "squadId": "nothing"}}, 404, "squad"),
    ],
)
async def test_nobody_is_refused_with_a_sentence(engine: Engine, referral: Json, status: int, words: str):
    answer = await engine.ask(referral)

    assert (answer.status_code, words in str(answer.json()["message"])) == (status, True), answer.text


async def test_another_organisations_assistant_does_not_exist(
    engine: Engine, client: httpx.AsyncClient, other_org: Org
):
    theirs = await client.post("/v1/assistants", json=BILLING, headers=other_org.headers)

    answer = await engine.ask({"given": {"type": "assistant", "assistantId": theirs.json()["id"]}})

    assert answer.status_code == 400
    assert "no assistant with the id" in answer.json()["message"]


async def test_what_a_browser_orders_or_brings_leads_to_members_only(engine: Engine, org: Org, billing: str):
    await engine.take(org, {"assistant": FRONT}, web=True)
    to = {"type": "assistant", "assistantId": billing}

    ordered, brought = await engine.ask({"given": to, "ordered": True}), await engine.ask({"shown": to})

    assert (ordered.status_code, brought.status_code) == (403, 403)


async def test_only_an_engine_asks_and_only_for_its_call(engine: Engine, other_org: Org):
    to = {"given": {"type": "assistant", "assistantId": "x"}}

    foreign = await engine.ask(to, claims={"org": other_org.id})
    without_call = await engine.ask(to, claims={"call": ""})
    client_token = await engine.ask(to, claims={"kind": "control"})

    assert [a.status_code for a in (foreign, without_call, client_token)] == [404, 401, 401]


async def test_the_engine_reads_what_the_api_answers(engine: Engine, billing: str):
    settings = EngineSettings(secret=engine.secret.decode())
    refer = referrals(engine.client, settings, "e")(engine.spec())

    found = await refer(
        {"referral": {"given": {"type": "assistant", "assistantId": billing}}, "variables": {}}
    )

    assert (found.entry, found.squad.entry.name) == ("账务", "账务")
    assert found.destination is not None
    with pytest.raises(BadRequest, match="no assistant with the id"):
        await refer({"referral": {"given": {"type": "assistant", "assistantId": "x"}}, "variables": {}})


async def test_the_engine_asks_whether_a_listeners_key_is_good(engine: Engine, org: Org, other_org: Org):
    settings = EngineSettings(secret=engine.secret.decode())
    permit = permits(engine.client, settings, "e")

    await permit(engine.call, engine.org, org.public_key)

    for key in (other_org.public_key, "pk_nonsense"):
        with pytest.raises(Unauthorized):
            await permit(engine.call, engine.org, key)


async def test_what_a_browser_brings_leads_to_no_stored_member_of_a_squad_either(
    engine: Engine, org: Org, billing: str
):
    await engine.take(org, {"assistant": FRONT}, web=True)
    squad = {"members": [{"assistantId": billing}]}

    answer = await engine.ask({"shown": {"type": "squad", "squad": squad}, "sealed": {}})

    assert (answer.status_code, answer.json()["code"]) == (403, "handoff_refused")


async def test_a_members_own_key_stays_away_from_a_browsers_address_after_a_handover(
    engine: Engine, client: httpx.AsyncClient, org: Org
):
    own = {"provider": "custom-llm", "apiKey": "planted"}
    model = {"provider": "custom-llm", "url": "https://llm.example.cn/v1", "model": "m"}
    stored = await client.post(
        "/v1/assistants", json={**BILLING, "model": model, "credentials": [own]}, headers=org.headers
    )
    members = [{"assistantId": stored.json()["id"]}]
    squad = await client.post("/v1/squads", json={"members": members}, headers=org.headers)
    elsewhere = {"model": {**model, "url": "https://else.example.cn/v1"}}
    await engine.take(org, {"squadId": squad.json()["id"], "assistantOverrides": elsewhere}, web=True)

    found = (await engine.ask({"member": "账务"}, variables={"name": "李"})).json()

    asked = found["squad"]["members"][0]["assistant"]["model"]
    assert (asked["base_url"], asked["sealed_api_key"]) == ("https://else.example.cn/v1", "")


@pytest.mark.parametrize(
    ("url", "status"), [("https://{{ shop }}.cn/v1", 403), ("https://a.cn/{{ shop }}", 201)]
)
async def test_a_browsers_variables_choose_no_host(
    client: httpx.AsyncClient, org: Org, redis: Redis, url: str, status: int
):
    register(redis)
    model = {"provider": "custom-llm", "url": url, "model": "m"}
    stored = await client.post("/v1/assistants", json={"model": model}, headers=org.headers)
    body = {"assistantId": stored.json()["id"], "assistantOverrides": {"variableValues": {"shop": "else"}}}

    made = await client.post("/v1/calls/web", json=body, headers=org.public_headers)

    assert made.status_code == status, made.text
