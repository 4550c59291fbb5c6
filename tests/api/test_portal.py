"""The portal's files, their policy, and what a page may know without a key."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from fastapi import FastAPI

from api.portal import directory
from api.settings import ApiSettings
from tests.api.world import Org

From = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def visitor(app: FastAPI) -> From:
    """`async with visitor(address, host) as client`."""

    @asynccontextmanager
    async def connect(
        address: str = "127.0.0.1", host: str = "127.0.0.1:8000"
    ) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app, client=(address, 5000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            yield client

    return connect


@pytest.fixture
def demo(org: Org, settings: ApiSettings) -> Iterator[Org]:
    """The organisation is the demo's."""
    keys = {"orgId": org.id, "publicKey": org.public_key, "privateKey": org.private_key}
    path = settings.data_dir / "demo.json"
    path.write_bytes(orjson.dumps(keys))
    yield org
    path.unlink()


async def an_assistant(client: httpx.AsyncClient, org: Org) -> str:
    wish = {
        "name": "Shop",
        "model": {"provider": "scripted", "rules": [{"match": "open", "reply": ["At nine."]}]},
        "transcriber": {"provider": "pocketsphinx", "language": "en-US", "grammar": ["when do you open"]},
        "voice": {"provider": "espeak", "voiceId": "en-us"},
    }
    answer = await client.post("/v1/assistants", json=wish, headers=org.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_the_page_is_at_the_root(client: httpx.AsyncClient):
    answer = await client.get("/")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<script type="module" src="/portal/app.js">' in answer.text


async def test_the_page_about_vendors_has_an_address_of_its_own(client: httpx.AsyncClient):
    answer = await client.get("/vendors")

    assert answer.status_code == 200
    assert '<script type="module" src="/portal/vendors.js">' in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/vendors", "/portal/app.js", "/portal/style.css", "/portal/config.json"]
)
async def test_every_answer_of_the_portal_carries_the_policy(client: httpx.AsyncClient, path: str):
    headers = (await client.get(path)).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "microphone=(self)" in headers["permissions-policy"]


@pytest.mark.parametrize("path", sorted(p for p in directory().rglob("*.js")), ids=lambda p: p.name)
async def test_every_script_is_served_as_one_and_stays_small(client: httpx.AsyncClient, path: Path):
    answer = await client.get(f"/portal/{path.relative_to(directory())}")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert len(answer.text.splitlines()) < 250


async def test_nothing_outside_the_portals_directory_is_served(client: httpx.AsyncClient):
    answer = await client.get("/portal/%2e%2e/pyproject.toml")

    assert answer.status_code == 404


async def test_the_page_loads_nothing_from_elsewhere():
    texts = [p.read_text() for p in directory().rglob("*") if p.suffix in (".html", ".css", ".js")]

    assert not [text for text in texts if "https://" in text or "//cdn" in text]


async def test_this_machine_learns_the_demos_public_key_and_assistants(
    visitor: From, demo: Org, client: httpx.AsyncClient
):
    assistant_id = await an_assistant(client, demo)

    async with visitor() as here:
        answer = await here.get("/portal/config.json")

    shop = {"id": assistant_id, "name": "Shop", "language": "en-US"}
    assert answer.json() == {"publicKey": demo.public_key, "assistants": [shop]}
    assert answer.headers["cache-control"] == "no-store"
    assert demo.private_key not in answer.text


@pytest.mark.parametrize(
    ("address", "host"),
    [("192.0.2.7", "127.0.0.1:8000"), ("127.0.0.1", "evil.example"), ("127.0.0.1", "192.168.1.5:8000")],
    ids=["from elsewhere", "a name that resolves to us", "through a proxy"],
)
async def test_nobody_else_learns_anything(visitor: From, demo: Org, address: str, host: str):
    async with visitor(address, host) as there:
        answer = await there.get("/portal/config.json")

    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "127.0.0.2"])
async def test_every_name_of_this_machine_will_do(visitor: From, demo: Org, host: str):
    async with visitor(host=host) as here:
        answer = await here.get("/portal/config.json")

    assert answer.json()["publicKey"] == demo.public_key


async def test_without_a_demo_the_page_asks(visitor: From):
    async with visitor() as here:
        answer = await here.get("/portal/config.json")

    assert answer.json() == {}


async def test_in_production_there_is_no_demo(
    visitor: From, demo: Org, settings: ApiSettings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settings, "environment", "production")

    async with visitor() as here:
        answer = await here.get("/portal/config.json")

    assert answer.json() == {}
