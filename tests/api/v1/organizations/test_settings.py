"""What an organisation sets: where its messages go, its limits, its promises about data."""

import httpx
import pytest
from sqlalchemy import Engine

from api.db.tx import transaction
from api.v1.organizations.settings import settings_of
from tests.api.world import Org, SetClock

URL = "/v1/organizations"
SERVER = {"url": "https://hooks.example.cn/y", "secret": "s3cret", "timeoutSeconds": 5}


async def patch(client: httpx.AsyncClient, org: Org, id: str = "current", **body: object) -> httpx.Response:
    return await client.patch(f"{URL}/{id}", headers=org.headers, json=body)


async def test_everything_that_is_set_is_shown_but_the_secret(client: httpx.AsyncClient, org: Org):
    plan = {"maskingEnabled": True, "retentionDays": {"recording": 30}}
    given = {"concurrencyLimit": 7, "rateLimit": 600, "billingLimit": 12.5, "compliancePlan": plan}

    answer = await patch(client, org, org.id, server=SERVER, **given)

    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert {name: body[name] for name in given} == given
    assert body["server"] == {"url": SERVER["url"], "timeoutSeconds": 5, "headers": {}}
    assert (await client.get(f"{URL}/{org.id}", headers=org.headers)).json() == body
    assert "s3cret" not in answer.text


async def test_others_read_it_in_one_look(
    client: httpx.AsyncClient, org: Org, engine: Engine, clock: SetClock
):
    await patch(client, org, server=SERVER, concurrencyLimit=7, billingLimit=0.000001)

    with transaction(engine, org.id, clock=clock) as session:
        found = settings_of(session)

    assert found.server is not None
    assert found.server["url"] == SERVER["url"]
    assert found.server["sealedSecret"].startswith("v1.")
    assert (found.concurrency_limit, found.billing_limit_micros, found.rate_limit) == (7, 1, None)


async def test_null_returns_to_the_default_and_the_rest_stays(client: httpx.AsyncClient, org: Org):
    await patch(client, org, server=SERVER, concurrencyLimit=7, billingLimit=3)

    body = (await patch(client, org, server=None, billingLimit=None)).json()

    assert body["concurrencyLimit"] == 7
    assert not {"server", "billingLimit"} & body.keys()


async def test_a_server_sent_back_as_it_was_shown_keeps_its_secret_but_not_at_another_address(
    client: httpx.AsyncClient, org: Org, engine: Engine, clock: SetClock
):
    async def sealed(url: str) -> bool:
        await patch(client, org, server={"url": url})
        with transaction(engine, org.id, clock=clock) as session:
            return "sealedSecret" in (settings_of(session).server or {})

    await patch(client, org, server=SERVER)

    assert await sealed(SERVER["url"])
    assert not await sealed("https://elsewhere.example.cn")


async def test_a_server_may_not_lead_inwards(client: httpx.AsyncClient, org: Org):
    answer = await patch(client, org, server={"url": "http://10.0.0.1/"})

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("server.url")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"concurencyLimit": 3}, "did you mean concurrencyLimit?"),
        ({"concurrencyLimit": 0}, "concurrencyLimit should be greater than or equal to 1."),
        ({"concurrencyLimit": "3"}, "concurrencyLimit should be a valid integer."),
        (
            {"compliancePlan": {"retentionDays": {"video": 3}}},
            "compliancePlan.retentionDays.video should not",
        ),
    ],
)
async def test_what_cannot_be_set_is_said_by_field(
    client: httpx.AsyncClient, org: Org, wish: dict, sentence: str
):
    answer = await patch(client, org, **wish)

    assert answer.status_code == 400
    assert sentence in answer.json()["message"][0]


async def test_a_name_cannot_be_taken_away(client: httpx.AsyncClient, org: Org):
    assert (await patch(client, org, name=None)).json()["code"] == "name_needed"


async def test_another_organisation_does_not_exist(client: httpx.AsyncClient, org: Org, other_org: Org):
    read = await client.get(f"{URL}/{other_org.id}", headers=org.headers)
    written = await patch(client, org, other_org.id, name="mine")
    listed = await client.get(URL, headers=org.headers)

    assert (read.status_code, written.status_code) == (404, 404)
    assert [one["id"] for one in listed.json()] == [org.id]
