"""The short way and the long way lead to the same place."""

import httpx
import pytest

from tests.api.world import Org

URL = "/v1/test-tasks"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"{URL}/nothing", 404, "task_not_found"),
        ("GET", f"{URL}/public", 404, "task_not_found"),
        ("GET", f"{URL}/a%20b", 404, "task_not_found"),
        ("GET", f"{URL}/a/b", 404, "route_not_found"),
        ("GET", f"{URL}/a%2Fb", 404, "route_not_found"),
        ("GET", URL, 405, "method_not_allowed"),
        ("PUT", f"{URL}/a", 405, "method_not_allowed"),
        ("POST", f"{URL}/public", 400, "invalid_request"),
    ],
)
async def test_every_path_gets_its_answer(
    lab: httpx.AsyncClient, me: Org, method: str, path: str, status: int, code: str
):
    answer = await lab.request(method, path, headers=me.headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_slash_too_many_is_redirected(lab: httpx.AsyncClient, me: Org):
    answer = await lab.post(f"{URL}/public/", headers=me.headers, json={"task": "t"})

    assert (answer.status_code, answer.headers["location"]) == (307, f"http://test{URL}/public")


async def test_under_a_root_path_the_routes_are_found(lab: httpx.AsyncClient, me: Org):
    assert isinstance(lab._transport, httpx.ASGITransport)
    transport = httpx.ASGITransport(lab._transport.app, root_path="/voice")
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get(f"/voice{URL}/nothing", headers=me.headers)

    assert answer.json()["code"] == "task_not_found"


async def test_answers_vary_by_origin_whether_a_browser_asks_or_not(lab: httpx.AsyncClient, me: Org):
    server = await lab.get(f"{URL}/x", headers=me.headers)

    assert server.headers["vary"] == "Origin"
