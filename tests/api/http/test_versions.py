"""Who read an old version changes nothing."""

import asyncio

import httpx
import pytest

from tests.api.world import Org

URL = "/v1/assistants"
BODY = {"name": "A", "model": {"provider": "scripted"}}


@pytest.fixture
async def place(client: httpx.AsyncClient, org: Org) -> str:
    made = await client.post(URL, headers=org.headers, json=BODY)
    return f"{URL}/{made.json()['id']}"


async def change(
    client: httpx.AsyncClient, org: Org, place: str, tag: str, name: str = "B"
) -> httpx.Response:
    return await client.patch(place, headers={**org.headers, "If-Match": tag}, json={"name": name})


async def test_the_version_is_told_and_goes_up(client: httpx.AsyncClient, org: Org, place: str):
    read = await client.get(place, headers=org.headers)
    changed = await change(client, org, place, read.headers["etag"])

    assert (read.headers["etag"], changed.headers["etag"]) == ('"1"', '"2"')


async def test_an_old_version_is_refused_with_both(client: httpx.AsyncClient, org: Org, place: str):
    await change(client, org, place, '"1"')

    late = await change(client, org, place, '"1"', "C")

    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    assert "version 2 now, not 1" in late.json()["message"]
    assert (await client.get(place, headers=org.headers)).json()["name"] == "B"


async def test_of_two_at_once_one_is_refused(client: httpx.AsyncClient, org: Org, place: str):
    answers = await asyncio.gather(*(change(client, org, place, '"1"', name) for name in "BC"))

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_deletion_is_checked_too(client: httpx.AsyncClient, org: Org, place: str):
    await change(client, org, place, '"1"')

    late = await client.delete(place, headers={**org.headers, "If-Match": '"1"'})
    right = await client.delete(place, headers={**org.headers, "If-Match": '"2"'})

    assert (late.status_code, right.status_code) == (409, 200)


@pytest.mark.parametrize("tag", ["*", '"1"', 'W/"1"', '"7", "1"'])
async def test_any_of_the_versions_will_do(client: httpx.AsyncClient, org: Org, place: str, tag: str):
    assert (await change(client, org, place, tag)).status_code == 200


async def test_what_is_no_version_is_said(client: httpx.AsyncClient, org: Org, place: str):
    answer = await change(client, org, place, '"abc"')

    assert (answer.status_code, answer.json()["code"]) == (400, "if_match_malformed")


async def test_an_organisation_has_versions_too(client: httpx.AsyncClient, org: Org):
    place = "/v1/organizations/current"
    read = await client.get(place, headers=org.headers)

    right = await change(client, org, place, read.headers["etag"])
    late = await change(client, org, place, read.headers["etag"], "C")

    assert (right.status_code, late.status_code) == (200, 409)
