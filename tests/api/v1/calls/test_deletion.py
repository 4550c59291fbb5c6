"""Erasing a call: data, recording, and the live conversation first."""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy import Engine

from api.db.tx import transaction
from api.settings import ApiSettings
from api.v1.calls import service
from api.v1.calls.repo import Calls
from tests.api.v1.calls.engines import answering, go_live, register
from tests.api.world import Org

ASSISTANT = {"model": {"provider": "scripted"}}


@pytest.fixture
async def call(client: httpx.AsyncClient, org: Org, redis: Redis) -> dict[str, Any]:
    register(redis)
    made = await client.post("/v1/calls", json={"assistant": ASSISTANT}, headers=org.headers)
    body: dict[str, Any] = made.json()
    return body


def recordings(settings: ApiSettings, org: Org, call_id: str) -> Path:
    """A folder as the engine leaves it."""
    folder = settings.data_dir / "blobs" / org.id / call_id
    folder.mkdir(parents=True)
    (folder / "stereo.wav").write_bytes(b"RIFF")
    (folder / "mono.wav").write_bytes(b"RIFF")
    return folder


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def change(engine: Engine, org: Org, call_id: str, **columns: Any) -> None:
    """What the listener of events does."""
    with transaction(engine, org.id) as session:
        calls = Calls(session, org.id)
        calls.change(calls.lock(call_id), **columns)


async def test_a_queued_call_is_erased_and_nobody_can_connect_to_it(
    client: httpx.AsyncClient, org: Org, call: dict[str, Any], redis: Redis
):
    url = f"/v1/calls/{call['id']}"

    deleted = await client.delete(url, headers=org.headers)

    shown = {key: value for key, value in call.items() if key != "subscriptionLimits"}
    assert (deleted.status_code, deleted.json()) == (200, shown)
    assert (await client.get(url, headers=org.headers)).status_code == 404
    assert redis.keys("yingda:session:*") == []


async def test_an_ended_call_is_erased_with_its_recordings(
    client: httpx.AsyncClient,
    org: Org,
    call: dict[str, Any],
    engine: Engine,
    settings: ApiSettings,
):
    key = f"{org.id}/{call['id']}/stereo.wav"
    folder = recordings(settings, org, call["id"])
    change(engine, org, call["id"], status="ended", ended_reason="customer-ended-call", recording_key=key)

    deleted = await client.delete(f"/v1/calls/{call['id']}", headers=org.headers)

    assert deleted.json()["endedReason"] == "customer-ended-call"
    assert left_in(folder) == []


async def test_a_live_call_is_ended_first(
    client: httpx.AsyncClient, org: Org, call: dict[str, Any], engine: Engine, redis: Redis
):
    change(engine, org, call["id"], status="in-progress")
    go_live(redis, call["id"])

    def end(request: dict[str, Any]) -> dict[str, Any]:
        redis.delete(f"yingda:live:{call['id']}")
        later = threading.Timer(0.02, change, (engine, org, call["id"]), {"status": "ended"})
        later.start()
        return {"ok": True}

    with answering(redis, end) as got:
        deleted = await client.delete(f"/v1/calls/{call['id']}", headers=org.headers)

    assert (deleted.status_code, deleted.json()["status"]) == (200, "ended")
    assert [request["message"] for request in got] == [{"type": "end-call"}]


async def test_a_call_that_does_not_end_stays(
    client: httpx.AsyncClient,
    org: Org,
    call: dict[str, Any],
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(service, "_END_WITHIN", 0.0)
    change(engine, org, call["id"], status="in-progress")

    deleted = await client.delete(f"/v1/calls/{call['id']}", headers=org.headers)

    assert (deleted.status_code, deleted.json()["code"]) == (503, "call_still_ending")
    assert (await client.get(f"/v1/calls/{call['id']}", headers=org.headers)).status_code == 200


async def test_a_recording_that_cannot_be_erased_keeps_the_call(
    client: httpx.AsyncClient,
    org: Org,
    call: dict[str, Any],
    engine: Engine,
    settings: ApiSettings,
    app: FastAPI,
):
    stubborn = settings.data_dir / "blobs" / org.id / call["id"] / "mono.wav"
    stubborn.mkdir(parents=True)  # a directory where a file should be: unlink fails
    key = f"{org.id}/{call['id']}/stereo.wav"
    change(engine, org, call["id"], status="ended", recording_key=key)

    deleted = await client.delete(f"/v1/calls/{call['id']}", headers=org.headers)

    assert (deleted.status_code, deleted.json()["code"]) == (503, "recording_not_erased")
    assert (await client.get(f"/v1/calls/{call['id']}", headers=org.headers)).status_code == 200
