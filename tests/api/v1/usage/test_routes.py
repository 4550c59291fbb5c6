"""Usage over HTTP."""

import httpx

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from tests.api.jobs.world import conversation, make_call, ship
from tests.api.world import Org


async def test_usage_is_listed_with_its_price_and_source(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    row = make_call(jobs, org.id)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)

    answer = await client.get(
        "/v1/usage", headers=org.headers, params={"callId": row.id, "component": "transcriber"}
    )

    [used] = answer.json()
    assert (used["quantities"], used["costMicros"], used["currency"]) == ({"seconds": 60.0}, 14_400, "CNY")
    assert used["lines"][0]["source"] == "vendor page 2026"
    one = await client.get(f"/v1/usage/{used['id']}", headers=org.headers)
    assert one.json() == used


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, other_org: Org
):
    row = make_call(jobs, org.id)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)
    [first, *_] = (await client.get("/v1/usage", headers=org.headers)).json()

    listed = await client.get("/v1/usage", headers=other_org.headers, params={"callId": row.id})
    one = await client.get(f"/v1/usage/{first['id']}", headers=other_org.headers)

    assert (listed.json(), one.status_code) == ([], 404)


async def test_a_public_key_may_not_look(client: httpx.AsyncClient, org: Org):
    assert (await client.get("/v1/usage", headers=org.public_headers)).status_code == 401
