"""How long callers waited, over many calls."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from tests.api.jobs.world import conversation, make_call, ship
from tests.api.world import Org, SetClock
from voice_engine.kernel.ids import new_id

URL = "/v1/analytics/latency"
NAMES = ("endpointingMs", "sttMs", "thinkMs", "clauseMs", "ttsMs", "playoutMs")


def turn(ms: int, *, guessed: bool = False, interrupted: bool = False) -> dict[str, Any]:
    """A turn that waited so long, all of it for the model."""
    segments = dict.fromkeys(NAMES, 0) | {"thinkMs": ms}
    return {"turnLatency": ms, "segments": segments, "guessed": guessed, "interrupted": interrupted}


def store(jobs: Jobs, org: Org, *turns: dict[str, Any], assistant_id: str | None = None) -> None:
    """A call with these turns that has ended a second ago."""
    performance = {"turnLatencies": list(turns)}
    make_call(jobs, org.id, status="ended", assistant_id=assistant_id, performance=performance)
    assert isinstance(jobs.clock, SetClock)
    jobs.clock.advance(1)


async def ask(client: httpx.AsyncClient, org: Org, **params: str) -> dict[str, Any]:
    answer = await client.get(URL, headers=org.headers, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_percentiles_are_of_all_turns_of_all_calls(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    store(jobs, org, *(turn(ms) for ms in range(1, 51)))
    store(jobs, org, *(turn(ms) for ms in range(51, 102)))

    found = await ask(client, org)

    assert (found["calls"], found["turns"]) == (2, 101)
    assert found["mouthToEarMs"] == {"p50": 51, "p95": 96, "p99": 100}
    assert found["segments"]["thinkMs"] == found["mouthToEarMs"]
    assert found["segments"]["ttsMs"] == {"p50": 0, "p95": 0, "p99": 0}
    assert set(found["segments"]) == set(NAMES)


async def test_shares_tell_how_often_a_guess_helped_and_callers_interrupted(
    client: httpx.AsyncClient, jobs: Jobs, org: Org
):
    store(jobs, org, turn(300, guessed=True), turn(600, interrupted=True), turn(600), turn(600, guessed=True))

    found = await ask(client, org)

    assert (found["guessedShare"], found["interruptedShare"]) == (0.5, 0.25)


async def test_what_an_engine_ships_is_what_is_counted(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, clock: SetClock
):
    ship(jobs, conversation(make_call(jobs, org.id)))
    Listen(jobs, "me").step(1)
    clock.advance(1)

    found = await ask(client, org)

    assert (found["calls"], found["turns"], found["interruptedShare"]) == (1, 1, 1)
    assert found["mouthToEarMs"]["p50"] == 920
    assert sum(segment["p50"] for segment in found["segments"].values()) == 920


async def test_an_assistant_is_measured_by_itself(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    mine = new_id()
    store(jobs, org, turn(500), assistant_id=mine)
    store(jobs, org, turn(900), assistant_id=new_id())
    store(jobs, org, turn(700))

    found = await ask(client, org, assistantId=mine)

    assert (found["assistantId"], found["turns"], found["mouthToEarMs"]["p99"]) == (mine, 1, 500)


async def test_the_last_seven_days_count_unless_one_says_otherwise(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, clock: SetClock
):
    began = clock.wall()
    store(jobs, org, turn(500))
    clock.advance(timedelta(days=8).total_seconds())
    store(jobs, org, turn(700))

    week = await ask(client, org)
    month = await ask(client, org, **{"from": began.isoformat()})
    first = await ask(client, org, to=(began + timedelta(days=1)).isoformat())

    assert (week["turns"], month["turns"], first["turns"]) == (1, 2, 1)
    assert week["mouthToEarMs"]["p50"] == 700
    assert (week["from"], week["to"]) == ("2026-11-21T12:00:02.000Z", "2026-11-28T12:00:02.000Z")


async def test_without_a_turn_nothing_is_claimed(client: httpx.AsyncClient, jobs: Jobs, org: Org):
    make_call(jobs, org.id)
    store(jobs, org)

    found = await ask(client, org)

    assert (found["calls"], found["turns"], found["segments"]) == (0, 0, {})
    assert not {"mouthToEarMs", "guessedShare", "interruptedShare"} & set(found)


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, jobs: Jobs, org: Org, other_org: Org
):
    assistant = new_id()
    store(jobs, org, turn(500), assistant_id=assistant)

    all_of_theirs = await ask(client, other_org)
    by_name = await ask(client, other_org, assistantId=assistant)

    assert (all_of_theirs["turns"], by_name["turns"]) == (0, 0)


@pytest.mark.parametrize(
    ("days", "code"), [(0, "period_empty"), (-1, "period_empty"), (31.001, "period_too_long")]
)
async def test_a_time_that_is_none_or_too_long_is_refused(
    client: httpx.AsyncClient, org: Org, days: float, code: str
):
    to = datetime(2026, 11, 1, tzinfo=UTC)
    params = {"from": (to - timedelta(days=days)).isoformat(), "to": to.isoformat()}

    answer = await client.get(URL, headers=org.headers, params=params)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("params", [{"from": "yesterday"}, {"to": "2026-11-01T00:00:00"}, {"assistant": "x"}])
async def test_a_question_that_is_not_understood_is_refused(
    client: httpx.AsyncClient, org: Org, params: dict[str, str]
):
    answer = await client.get(URL, headers=org.headers, params=params)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert next(iter(params)) in answer.json()["message"][0]


async def test_it_takes_a_private_key_with_the_scope(client: httpx.AsyncClient, org: Org):
    narrow = {"name": "narrow", "kind": "private", "scopes": ["calls:read"]}
    made = await client.post("/v1/api-keys", headers=org.headers, json=narrow)
    headers = {"Authorization": f"Bearer {made.json()['value']}"}

    refused = await client.get(URL, headers=headers)
    public = await client.get(URL, headers=org.public_headers)

    assert (refused.status_code, public.status_code) == (403, 401)
