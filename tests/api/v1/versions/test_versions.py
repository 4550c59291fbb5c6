"""Versions, drafts and traffic of assistants."""

from collections import Counter
from typing import Any

import httpx
import pytest
from redis import Redis

from api.v1.versions.numbers import drawn
from tests.api.v1.calls.engines import register
from tests.api.world import Org
from voice_engine.spec import SessionSpec

SCRIPTED = {"provider": "scripted", "rules": [{"match": "x", "reply": "y"}]}


async def post(client: httpx.AsyncClient, org: Org, path: str, **body: Any) -> httpx.Response:
    return await client.post(path, json=body, headers=org.headers)


async def get(client: httpx.AsyncClient, org: Org, path: str) -> httpx.Response:
    return await client.get(path, headers=org.headers)


async def patch(client: httpx.AsyncClient, org: Org, path: str, **body: Any) -> httpx.Response:
    return await client.patch(path, json=body, headers=org.headers)


async def assistant(client: httpx.AsyncClient, org: Org, *greetings: str) -> str:
    """An assistant with one version per greeting."""
    made = await post(client, org, "/v1/assistants", name="Ann", model=SCRIPTED, firstMessage=greetings[0])
    path = f"/v1/assistants/{made.json()['id']}"
    for greeting in greetings[1:]:
        await patch(client, org, path, firstMessage=greeting)
    return str(made.json()["id"])


async def greeting(client: httpx.AsyncClient, org: Org, redis: Redis, **body: Any) -> str:
    """What the caller of a new call would hear first."""
    made = await post(client, org, "/v1/calls", **body)
    assert made.status_code == 201, made.text
    (key,) = redis.keys("yingda:session:*")
    spec = SessionSpec.model_validate_json(redis.getdel(key))
    return spec.assistant.first_message


async def test_every_change_is_the_next_version(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one", "two", "three")

    listed = await get(client, org, f"/v1/assistants/{id}/versions")

    assert [(one["version"], one["isLatest"]) for one in listed.json()] == [
        ("v3", True),
        ("v2", False),
        ("v1", False),
    ]
    assert (await get(client, org, f"/v1/assistants/{id}")).json()["latestVersion"] == "v3"


async def test_a_change_that_changes_nothing_is_no_version(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one", "one")

    listed = await get(client, org, f"/assistant/{id}/versions")

    assert [one["version"] for one in listed.json()] == ["v1"]


async def test_a_version_shows_what_the_assistant_was(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one", "two")

    old = await get(client, org, f"/v1/assistants/{id}/versions/v1")
    new = await get(client, org, f"/v1/assistants/{id}/versions/v2")

    assert old.json()["assistant"]["firstMessage"] == "one"
    assert new.json()["assistant"]["firstMessage"] == "two"


async def test_secrets_of_a_version_are_not_shown(client: httpx.AsyncClient, org: Org) -> None:
    secret = {"url": "https://example.com", "secret": "s3cret-word"}
    made = await post(client, org, "/v1/assistants", model=SCRIPTED, server=secret)
    path = f"/v1/assistants/{made.json()['id']}"
    await patch(client, org, path, name="new")

    shown = [await get(client, org, f"{path}/versions/{version}") for version in ("v1", "v2")]

    assert all("s3cret-word" not in one.text for one in shown)


async def test_a_version_is_named_and_described(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one", "two")
    path = f"/v1/assistants/{id}/versions"

    for version in ("v1", "v2"):
        await patch(client, org, f"{path}/{version}", name=f"n-{version}", description="why")
    await patch(client, org, f"{path}/v1", description=None)

    named = {
        one["version"]: (one.get("name"), one.get("description"))
        for one in (await get(client, org, path)).json()
    }
    assert named == {"v1": ("n-v1", None), "v2": ("n-v2", "why")}


async def test_restoring_publishes_the_old_configuration_as_the_next_version(
    client: httpx.AsyncClient, org: Org
) -> None:
    id = await assistant(client, org, "one", "two")

    restored = await post(client, org, f"/assistant/{id}/restore/v1")

    assert restored.status_code == 201
    assert (restored.json()["firstMessage"], restored.json()["latestVersion"]) == ("one", "v3")
    assert (await get(client, org, f"/v1/assistants/{id}/versions/v2")).json()["assistant"][
        "firstMessage"
    ] == "two"


async def test_a_deleted_version_is_gone_and_cannot_be_restored(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one", "two")
    path = f"/v1/assistants/{id}/versions/v1"

    deleted = await client.delete(path, headers=org.headers)

    assert deleted.json()["version"] == "v1"
    assert (await get(client, org, path)).status_code == 404
    assert (await post(client, org, f"/v1/assistants/{id}/restore/v1")).json()["code"] == "version_not_found"


async def test_the_latest_version_cannot_be_deleted(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one")

    refused = await client.delete(f"/v1/assistants/{id}/versions/v1", headers=org.headers)

    assert (refused.status_code, refused.json()["code"]) == (409, "version_is_latest")


@pytest.mark.parametrize("version", ["1", "v0", "vv", "v1 ", "v99999999999999999999"])
async def test_a_version_that_is_none_is_explained(client: httpx.AsyncClient, org: Org, version: str) -> None:
    id = await assistant(client, org, "one")

    refused = await get(client, org, f"/v1/assistants/{id}/versions/{version}")

    assert (refused.status_code, refused.json()["code"]) == (400, "version_malformed")


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_draft_changes_nothing_until_it_is_published(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one")
    draft = (await post(client, org, f"/assistant/{id}/draft", firstMessage="two")).json()
    await patch(client, org, f"/assistant/{id}/draft/{draft['id']}", name="Bea")
    before = (await get(client, org, f"/v1/assistants/{id}")).json()

    published = await post(client, org, f"/v1/assistants/{id}/drafts/{draft['id']}/publish")

    assert (before["firstMessage"], before["latestVersion"]) == ("one", "v1")
    after = published.json()
    assert (after["name"], after["firstMessage"], after["latestVersion"]) == ("Bea", "two", "v2")
    assert (await get(client, org, f"/assistant/{id}/draft")).json() == []


async def test_a_draft_of_an_older_version_is_published_only_by_force(
    client: httpx.AsyncClient, org: Org
) -> None:
    id = await assistant(client, org, "one")
    draft = (await post(client, org, f"/v1/assistants/{id}/drafts", firstMessage="mine")).json()
    await patch(client, org, f"/v1/assistants/{id}", firstMessage="theirs")
    path = f"/v1/assistants/{id}/drafts/{draft['id']}/publish"

    refused = await post(client, org, path)
    forced = await post(client, org, path, force=True)

    assert (refused.status_code, refused.json()["code"]) == (409, "draft_outdated")
    assert forced.json()["firstMessage"] == "mine"


async def test_a_draft_belongs_to_its_assistant(client: httpx.AsyncClient, org: Org) -> None:
    mine, other = await assistant(client, org, "one"), await assistant(client, org, "other")
    draft = (await post(client, org, f"/v1/assistants/{mine}/drafts")).json()

    answers = [
        await get(client, org, f"/v1/assistants/{other}/drafts/{draft['id']}"),
        await post(client, org, f"/v1/assistants/{other}/drafts/{draft['id']}/publish"),
    ]

    assert [one.status_code for one in answers] == [404, 404]


async def test_all_drafts_are_listed_together(client: httpx.AsyncClient, org: Org) -> None:
    ids = [await assistant(client, org, "one"), await assistant(client, org, "two")]
    for id in ids:
        await post(client, org, f"/v1/assistants/{id}/drafts")

    listed = [await get(client, org, path) for path in ("/v1/assistants/drafts", "/assistant/draft")]

    assert [[one["assistantId"] for one in each.json()] for each in listed] == [ids[::-1]] * 2


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_call_may_name_the_version(client: httpx.AsyncClient, org: Org, redis: Redis) -> None:
    register(redis)
    id = await assistant(client, org, "one", "two")

    heard = [
        await greeting(client, org, redis, assistantId=id, assistantVersion="v1"),
        await greeting(client, org, redis, assistantId=id),
    ]

    assert heard == ["one", "two"]
    newest = (await get(client, org, "/v1/calls")).json()
    assert [call["assistantVersion"] for call in newest] == ["v2", "v1"]


@pytest.mark.parametrize("version", ["v9", "latest", ""])
async def test_a_call_with_a_version_that_does_not_exist_is_refused(
    client: httpx.AsyncClient, org: Org, redis: Redis, version: str
) -> None:
    register(redis)
    id = await assistant(client, org, "one")

    refused = await post(client, org, "/call", assistantId=id, assistantVersion=version)

    assert refused.status_code == 400
    assert "assistantVersion" in str(refused.json()["message"])


async def test_a_squads_member_may_name_the_version(
    client: httpx.AsyncClient, org: Org, redis: Redis
) -> None:
    register(redis)
    id = await assistant(client, org, "one", "two")
    member = {"assistantId": id, "assistantVersion": "v1"}
    squad = (await post(client, org, "/v1/squads", members=[member])).json()

    heard = await greeting(client, org, redis, squadId=squad["id"])

    assert heard == "one"


async def test_calls_are_split_by_weight_and_a_number_keeps_its_version(
    client: httpx.AsyncClient, org: Org, redis: Redis
) -> None:
    register(redis)
    id = await assistant(client, org, "one", "two", "three")
    split = [{"version": "v1", "weight": 1}, {"version": "v3", "weight": 0}]
    made = await post(client, org, "/traffic-allocations", assistantId=id, allocations=split)

    heard = [await greeting(client, org, redis, assistantId=id) for _ in range(3)]
    ended = await post(client, org, "/v1/traffic-allocations", assistantId=id, allocations=[])

    assert (made.status_code, heard) == (201, ["one", "one", "one"])
    assert ended.status_code == 201
    assert await greeting(client, org, redis, assistantId=id) == "three"
    assert len((await get(client, org, f"/v1/assistants/{id}/versions")).json()) == 3


async def test_the_split_in_force_is_shown(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one")
    none = await get(client, org, f"/traffic-allocations/latest?assistantId={id}")
    for weight in (1, 2):
        body = {"assistantId": id, "allocations": [{"version": "v1", "weight": weight}]}
        await post(client, org, "/traffic-allocations", **body)

    latest = await get(client, org, f"/traffic-allocations/latest?assistantId={id}")

    assert none.status_code == 404
    assert latest.json()["allocations"] == [{"version": "v1", "weight": 2}]
    assert len((await get(client, org, f"/v1/traffic-allocations?assistantId={id}")).json()) == 2


async def test_a_version_that_takes_calls_cannot_be_deleted(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one", "two")
    allocations = [{"version": "v1", "weight": 1}]
    await post(client, org, "/v1/traffic-allocations", assistantId=id, allocations=allocations)

    refused = await client.delete(f"/v1/assistants/{id}/versions/v1", headers=org.headers)

    assert (refused.status_code, refused.json()["error"]) == (409, "version_pinned")


@pytest.mark.parametrize(
    "allocations",
    [
        [{"version": "v7", "weight": 1}],
        [{"version": "v1", "weight": 0}],
        [{"version": "v1", "weight": 1}, {"version": "v1", "weight": 1}],
        [{"version": "v1", "weight": -1}],
    ],
)
async def test_a_split_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, org: Org, allocations: list[dict[str, Any]]
) -> None:
    id = await assistant(client, org, "one")

    refused = await post(client, org, "/v1/traffic-allocations", assistantId=id, allocations=allocations)

    assert refused.status_code == 400
    assert "allocations" in str(refused.json()["message"])


def test_weights_are_shares_and_a_key_always_draws_the_same() -> None:
    split = [{"version": "v1", "weight": 9}, {"version": "v2", "weight": 1}]

    drawn_ones = Counter(drawn(split, f"+8613800{number:06}") for number in range(2000))

    assert 1700 < drawn_ones["v1"] < 1900
    assert len({drawn(split, "+8613800000000") for _ in range(10)}) == 1


# ── whose ────────────────────────────────────────────────────────────────────────────────────────────


async def test_versions_drafts_and_splits_of_others_do_not_exist(
    client: httpx.AsyncClient, org: Org, other_org: Org
) -> None:
    id = await assistant(client, org, "one", "two")
    draft = (await post(client, org, f"/v1/assistants/{id}/drafts")).json()["id"]
    one = {"assistantId": id, "allocations": [{"version": "v1", "weight": 1}]}
    split = (await post(client, org, "/v1/traffic-allocations", **one)).json()["id"]
    path = f"/v1/assistants/{id}"

    foreign = [
        await get(client, other_org, f"{path}/versions"),
        await get(client, other_org, f"{path}/versions/v1"),
        await post(client, other_org, f"{path}/restore/v1"),
        await get(client, other_org, f"{path}/drafts/{draft}"),
        await post(client, other_org, f"{path}/drafts/{draft}/publish"),
        await get(client, other_org, f"/v1/traffic-allocations/{split}"),
        await post(client, other_org, "/v1/traffic-allocations", **one),
    ]

    assert [answer.status_code for answer in foreign] == [404] * 7


async def test_an_assistant_that_answers_a_number_is_not_deleted(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one")
    wish = {"provider": "vapi", "assistantId": id}
    number = (await post(client, org, "/v1/phone-numbers", **wish)).json()

    refused = await client.delete(f"/v1/assistants/{id}", headers=org.headers)

    assert [(one["type"], one["id"]) for one in refused.json()["references"]] == [
        ("phone-number", number["id"])
    ]


async def test_an_assistant_that_a_squad_uses_is_not_deleted(client: httpx.AsyncClient, org: Org) -> None:
    id = await assistant(client, org, "one")
    squad = (await post(client, org, "/v1/squads", name="Desk", members=[{"assistantId": id}])).json()

    refused = await client.delete(f"/assistant/{id}", headers=org.headers)
    await client.delete(f"/squad/{squad['id']}", headers=org.headers)

    assert (refused.status_code, refused.json()["error"]) == (409, "assistant_pinned")
    assert refused.json()["references"] == [{"type": "squad", "id": squad["id"], "name": "Desk"}]
    assert (await client.delete(f"/assistant/{id}", headers=org.headers)).status_code == 200
