"""The same write twice is one write, also where a handler waits for somebody else."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response, StreamingResponse

from api.app import create_app
from api.http.answers import json_answer
from api.http.deps import Who
from api.http.once import once
from api.settings import ApiSettings
from tests.api.world import Org, SetClock
from voice_engine.kernel.errors import Unavailable

pytestmark = pytest.mark.slow

URL = "/v1/test-slow"
slow = APIRouter(prefix=URL)


class Vendor:
    """Somebody who is waited for."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.was_asked = asyncio.Semaphore(0)
        self.answers = asyncio.Event()
        self.answers.set()
        self.first_answers = asyncio.Event()
        self.first_answers.set()

    async def ask(self) -> int:
        self.asked += 1
        self.was_asked.release()
        number = self.asked
        await self.answers.wait()
        if number == 1:
            await self.first_answers.wait()
        if self.fails:
            raise Unavailable("vendor_gone", "The vendor cannot be reached; try again.")
        return number


@slow.post("")
async def create(request: Request, who: Who) -> Response:
    async def work() -> Response:
        return json_answer({"number": await request.app.state.vendor.ask()}, 201)

    return await once(request, who, work)


@slow.post("/stream")
async def stream(request: Request, who: Who) -> Response:
    async def said() -> AsyncIterator[str]:
        yield f"data: {await request.app.state.vendor.ask()}\n\n"
        yield "data: [DONE]\n\n"

    async def work() -> Response:
        return StreamingResponse(said(), media_type="text/event-stream")

    return await once(request, who, work)


@pytest.fixture(scope="module")
def _slow(settings: ApiSettings, _clock: SetClock) -> Iterator[FastAPI]:
    app = create_app(settings, clock=_clock)
    app.include_router(slow)
    yield app
    app.state.wiring.close()


@pytest.fixture
def vendor(_slow: FastAPI, app: FastAPI) -> Vendor:
    _slow.state.wiring.doorman.forget()
    _slow.state.vendor = Vendor()
    found: Vendor = _slow.state.vendor
    return found


@pytest.fixture
async def shop(_slow: FastAPI, vendor: Vendor) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(_slow, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def post(shop: httpx.AsyncClient, me: Org, key: str = "k", url: str = "") -> httpx.Response:
    return await shop.post(f"{URL}{url}", headers={**me.headers, "Idempotency-Key": key}, content=b"{}")


async def test_the_vendor_is_asked_once_and_both_get_the_same(
    shop: httpx.AsyncClient, me: Org, vendor: Vendor
):
    first = await post(shop, me)
    second = await post(shop, me)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    assert vendor.asked == 1


async def test_while_the_first_waits_the_second_is_told_to_come_back(
    shop: httpx.AsyncClient, me: Org, vendor: Vendor
):
    vendor.answers.clear()
    first = asyncio.create_task(post(shop, me))
    await vendor.was_asked.acquire()
    second = await post(shop, me)
    vendor.answers.set()

    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    assert second.headers["retry-after"] == "1"
    assert (await first).status_code == 201
    assert vendor.asked == 1


async def test_what_failed_may_be_tried_again(shop: httpx.AsyncClient, me: Org, vendor: Vendor):
    vendor.fails = True
    failed = await post(shop, me)
    vendor.fails = False
    again = await post(shop, me)

    assert (failed.status_code, again.status_code) == (503, 201)


async def test_the_claim_of_a_killed_process_runs_out(
    shop: httpx.AsyncClient, me: Org, vendor: Vendor, clock: SetClock
):
    vendor.answers.clear()
    killed = asyncio.create_task(post(shop, me))
    await vendor.was_asked.acquire()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    vendor.answers.set()

    clock.advance(179)
    early = await post(shop, me)
    clock.advance(2)
    late = await post(shop, me)

    assert (early.status_code, late.status_code) == (409, 201)


async def test_who_was_overtaken_does_not_overwrite_the_answer(
    shop: httpx.AsyncClient, me: Org, vendor: Vendor, clock: SetClock
):
    vendor.answers.clear()
    first = asyncio.create_task(post(shop, me))
    await vendor.was_asked.acquire()
    clock.advance(181)
    second = asyncio.create_task(post(shop, me))
    await vendor.was_asked.acquire()
    vendor.first_answers.clear()
    vendor.answers.set()
    kept = await second
    vendor.first_answers.set()
    late = await first

    assert (late.json()["number"], kept.json()["number"]) == (1, 2)
    assert (await post(shop, me)).json()["number"] == 2


async def test_a_stream_is_repeated_as_a_stream(shop: httpx.AsyncClient, me: Org, vendor: Vendor):
    first = await post(shop, me, url="/stream")
    second = await post(shop, me, url="/stream")

    assert second.text == first.text == "data: 1\n\ndata: [DONE]\n\n"
    assert second.headers["content-type"].startswith("text/event-stream")
    assert vendor.asked == 1


async def test_a_stream_that_broke_leaves_the_key_free(shop: httpx.AsyncClient, me: Org, vendor: Vendor):
    vendor.fails = True
    with pytest.raises(AssertionError):  # httpx's, of an answer without an end
        await post(shop, me, url="/stream")
    vendor.fails = False
    again = await post(shop, me, url="/stream")

    assert again.text == "data: 2\n\ndata: [DONE]\n\n"


async def test_another_body_under_the_same_key_is_a_conflict(
    shop: httpx.AsyncClient, me: Org, vendor: Vendor
):
    await post(shop, me)

    other = await shop.post(URL, headers={**me.headers, "Idempotency-Key": "k"}, content=b'{"a": 1}')

    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
