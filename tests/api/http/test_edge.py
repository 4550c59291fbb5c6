"""The edge: request ids, sizes, logs, metrics, CORS, health."""

from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from fastapi import FastAPI

from api.app import create_app
from api.launcher.postgres import EmbeddedPostgres
from api.settings import ApiSettings
from tests.api.world import Org

URL = "/v1/test-tasks"
LIMIT = 1 << 20


async def test_a_request_keeps_the_id_it_came_with(client: httpx.AsyncClient):
    answer = await client.get("/health", headers={"X-Request-Id": "order-17"})

    assert answer.headers["x-request-id"] == "order-17"


@pytest.mark.parametrize("odd", ["", "a b", "x" * 129, "<script>", "é"])
async def test_an_odd_id_is_replaced(client: httpx.AsyncClient, odd: str):
    answer = await client.get("/health", headers={"X-Request-Id": odd.encode()})

    assert len(answer.headers["x-request-id"]) == 36


async def test_a_body_over_the_limit_is_refused_unread(lab: httpx.AsyncClient, me: Org):
    read: list[int] = []

    async def ten_megabytes() -> AsyncIterator[bytes]:
        for _ in range(10):
            read.append(1)
            yield b" " * LIMIT

    headers = {**me.headers, "Content-Length": str(10 * LIMIT), "Content-Type": "application/json"}
    answer = await lab.post(URL, headers=headers, content=ten_megabytes())

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_body_that_does_not_say_its_size_is_cut_at_the_limit(lab: httpx.AsyncClient, me: Org):
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    headers = {**me.headers, "Content-Type": "application/json"}
    answer = await lab.post(URL, headers=headers, content=_until(endless(), 40))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def _until(source: AsyncIterator[bytes], pieces: int) -> AsyncIterator[bytes]:
    for _ in range(pieces):
        yield await anext(source)


async def test_a_body_at_the_limit_is_read(lab: httpx.AsyncClient, me: Org):
    raw = b'{"task": "t"}'.ljust(LIMIT)

    answer = await lab.post(URL, headers={**me.headers, "Content-Type": "application/json"}, content=raw)

    assert answer.status_code == 201


async def test_one_line_is_logged_per_request(lab: httpx.AsyncClient, me: Org):
    with structlog.testing.capture_logs() as lines:
        await lab.get(f"{URL}/nothing", headers=me.headers)

    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["org_id"], line["method"], line["route"], line["status"]) == (
        me.id, "GET", "/v1/test-tasks/{id}", 404,
    )  # fmt: skip
    assert line["ms"] > 0


async def test_keys_do_not_reach_the_log(lab: httpx.AsyncClient, me: Org):
    with structlog.testing.capture_logs() as lines:
        await lab.post(URL, headers=me.headers, json={"task": "crash"})
        await lab.get(f"{URL}/x", headers={"Authorization": f"Bearer {me.private_key}x"})

    assert me.private_key not in str(lines)


async def test_requests_are_counted_by_route_template(lab: httpx.AsyncClient, me: Org):
    await lab.get(f"{URL}/one", headers=me.headers)
    await lab.get("/wp-login.php")

    found = (await lab.get("/metrics")).text

    assert 'http_requests_total{method="GET",route="/v1/test-tasks/{id}",status="404"}' in found
    assert 'http_request_duration_seconds_bucket{le="0.001",method="GET",route="unmatched"}' in found
    assert "wp-login" not in found


async def test_pages_of_allowed_origins_may_read_answers(settings: ApiSettings):
    strict = settings.model_copy(update={"api_cors_origins": ["https://portal.example.cn"]})
    app = create_app(strict)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        good = await client.get("/health", headers={"Origin": "https://portal.example.cn"})
        bad = await client.get("/health", headers={"Origin": "https://evil.example.cn"})
    app.state.wiring.close()

    assert good.headers["access-control-allow-origin"] == "https://portal.example.cn"
    assert "access-control-allow-origin" not in bad.headers


async def test_errors_may_be_read_by_pages_too(client: httpx.AsyncClient):
    answer = await client.get("/v1/api-keys", headers={"Origin": "https://a.cn"})

    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_the_process_is_ready_when_its_servers_answer(client: httpx.AsyncClient):
    answer = await client.get("/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "missing": []})


async def test_the_documentation_is_served(client: httpx.AsyncClient):
    document = (await client.get("/openapi.json")).json()
    page = await client.get("/docs")

    rotate = document["paths"]["/v1/api-keys/{id}/rotate"]["post"]
    assert set(rotate["responses"]) >= {"200", "400", "404", "409"}
    assert document["security"] == [{"key": []}]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert page.status_code == 200


@pytest.fixture
async def stranded(settings: ApiSettings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose PostgreSQL and Redis are not there."""
    away = {"database_url": "postgresql://x@127.0.0.1:1/x", "redis_url": "redis://127.0.0.1:1"}
    app: FastAPI = create_app(settings.model_copy(update=away))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client
    app.state.wiring.close()


async def test_ready_says_what_is_missing(stranded: httpx.AsyncClient):
    answer = await stranded.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["missing"] == ["PostgreSQL does not answer.", "Redis does not answer."]


async def test_a_database_that_was_never_migrated_is_called_so(
    postgres: EmbeddedPostgres, settings: ApiSettings, org: Org
):
    postgres.ensure_database("never_migrated")
    app = create_app(settings.model_copy(update={"database_url": postgres.url("never_migrated")}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        ready = await client.get("/ready")
        read = await client.get("/v1/api-keys", headers=org.headers)
    app.state.wiring.close()

    assert "run `yingda migrate`." in ready.json()["missing"][0]
    assert (read.status_code, read.json()["code"]) == (503, "database_not_migrated")


async def test_the_process_lives_without_its_servers(stranded: httpx.AsyncClient):
    assert (await stranded.get("/health")).status_code == 200


async def test_without_the_database_a_request_is_told_to_come_back(stranded: httpx.AsyncClient, org: Org):
    answer = await stranded.get("/v1/api-keys", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"] == "1"
    assert "127.0.0.1" not in answer.text


async def test_without_redis_reads_work_and_say_so_and_writes_are_refused(settings: ApiSettings, org: Org):
    app = create_app(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        read = await client.get("/v1/api-keys", headers=org.headers)
        written = await client.post("/v1/api-keys", headers=org.headers, json={})
        login = await client.post("/v1/auth/login", json={"email": "a@b.cn", "password": "x"})
    app.state.wiring.close()

    assert (read.status_code, read.headers["x-ratelimit-status"]) == (200, "unavailable")
    for refused in (written, login):
        assert (refused.status_code, refused.json()["code"]) == (503, "limits_unavailable")
        assert refused.headers["retry-after"] == "1"
