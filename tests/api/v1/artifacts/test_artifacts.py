"""Recordings by signed URL, whole or by range; mono made from stereo when it is asked for."""

import io
import wave
from typing import Any

import httpx
import numpy as np
import pytest
from redis import Redis
from sqlalchemy import Engine

from api.db.tx import transaction
from api.settings import ApiSettings
from api.v1.calls.repo import Calls
from tests.api.v1.calls.engines import register
from tests.api.world import Org, SetClock
from voice_engine.kernel import tokens

LEFT, RIGHT = 1000, 250


@pytest.fixture
async def recorded(
    client: httpx.AsyncClient, org: Org, redis: Redis, engine: Engine, settings: ApiSettings
) -> dict[str, Any]:
    """An ended call with half a second of stereo."""
    register(redis)
    assistant = {"model": {"provider": "scripted"}}
    made = await client.post("/v1/calls", json={"assistant": assistant}, headers=org.headers)
    call_id = made.json()["id"]
    key = f"{org.id}/{call_id}/stereo.wav"
    path = settings.data_dir / "blobs" / key
    path.parent.mkdir(parents=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.tile(np.array([LEFT, RIGHT], "<i2"), 8000).tobytes())
    with transaction(engine, org.id) as session:
        calls = Calls(session, org.id)
        calls.change(calls.lock(call_id), status="ended", recording_key=key)
    call: dict[str, Any] = (await client.get(f"/v1/calls/{call_id}", headers=org.headers)).json()
    return call


async def test_an_ended_call_names_its_recordings_everywhere_vapi_clients_look(recorded: dict[str, Any]):
    artifact = recorded["artifact"]

    assert recorded["stereoRecordingUrl"].startswith("http://127.0.0.1:8000/v1/artifacts/")
    assert recorded["recordingUrl"] == artifact["recordingUrl"] == artifact["presignedMonoUrl"]
    assert artifact["recording"] == {
        "stereoUrl": recorded["stereoRecordingUrl"],
        "mono": {
            "combinedUrl": recorded["recordingUrl"],
            "assistantUrl": artifact["presignedAssistantUrl"],
            "customerUrl": artifact["presignedCustomerUrl"],
        },
    }
    assert artifact["presignedUrlsExpiresAt"] == "2026-11-20T13:00:00.000Z"
    assert "websocketCallUrl" not in recorded["transport"]
    assert "monitor" not in recorded


async def test_a_recording_is_downloaded_whole_and_by_range(
    client: httpx.AsyncClient, recorded: dict[str, Any]
):
    url = recorded["stereoRecordingUrl"]

    whole = await client.get(url)
    part = await client.get(url, headers={"Range": "bytes=0-3"})
    head = await client.head(url)

    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/wav"
    assert len(whole.content) == 44 + 32_000
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert part.headers["content-range"] == "bytes 0-3/32044"
    assert (head.status_code, head.headers["content-length"]) == (200, "32044")


async def test_mono_is_the_sum_of_both_speakers(client: httpx.AsyncClient, recorded: dict[str, Any]):
    first = await client.get(recorded["recordingUrl"])
    second = await client.get(recorded["recordingUrl"])

    assert first.content == second.content
    with wave.open(io.BytesIO(first.content)) as mono:
        assert (mono.getnchannels(), mono.getframerate(), mono.getnframes()) == (1, 16_000, 8000)
        samples = np.frombuffer(mono.readframes(8000), "<i2")
    assert set(samples.tolist()) == {LEFT + RIGHT}


@pytest.mark.parametrize(("name", "heard"), [("Customer", LEFT), ("Assistant", RIGHT)])
async def test_each_side_can_be_heard_alone(
    client: httpx.AsyncClient, recorded: dict[str, Any], name: str, heard: int
):
    answer = await client.get(recorded["artifact"][f"presigned{name}Url"])

    with wave.open(io.BytesIO(answer.content)) as side:
        samples = np.frombuffer(side.readframes(8000), "<i2")
    assert set(samples.tolist()) == {heard}


async def test_a_plan_may_ask_for_mp3(
    client: httpx.AsyncClient, org: Org, recorded: dict[str, Any], engine: Engine
):
    with transaction(engine, org.id) as session:
        calls = Calls(session, org.id)
        calls.change(calls.lock(recorded["id"]), artifact_plan={"recordingFormat": "mp3"})
    call = (await client.get(f"/v1/calls/{recorded['id']}", headers=org.headers)).json()

    answers = [await client.get(call[name]) for name in ("recordingUrl", "stereoRecordingUrl")]

    assert [answer.headers["content-type"] for answer in answers] == ["audio/mpeg"] * 2
    # MPEG's frames begin with eleven set bits; half a second at 32 and 64 kbit/s
    assert all(answer.content[0] == 0xFF and answer.content[1] & 0xE0 == 0xE0 for answer in answers)
    assert [1500 < len(answer.content) < 6000 for answer in answers] == [True, True]


@pytest.mark.parametrize("kind", ["mono", "stereo"])
async def test_vapis_recording_endpoints_redirect_to_the_signed_url(
    client: httpx.AsyncClient, org: Org, recorded: dict[str, Any], kind: str
):
    answer = await client.get(f"/call/{recorded['id']}/{kind}-recording", headers=org.headers)

    assert answer.status_code == 302
    assert (await client.get(answer.headers["location"])).status_code == 200


async def test_a_call_without_a_recording_answers_404(client: httpx.AsyncClient, org: Org, redis: Redis):
    register(redis)
    made = await client.post(
        "/v1/calls", json={"assistant": {"model": {"provider": "scripted"}}}, headers=org.headers
    )

    answer = await client.get(f"/v1/calls/{made.json()['id']}/mono-recording", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "recording_not_found")


async def test_without_the_right_token_there_is_no_recording(
    client: httpx.AsyncClient, recorded: dict[str, Any], clock: SetClock, settings: ApiSettings
):
    url, _, token = recorded["stereoRecordingUrl"].partition("?token=")
    mono_token = recorded["recordingUrl"].partition("?token=")[2]

    async def refusal(url: str, **query: str) -> tuple[int, str]:
        answer = await client.get(url, params=query)
        return answer.status_code, answer.json()["code"]

    assert await refusal(url) == (400, "invalid_request")
    assert await refusal(url, token="x.y") == (401, "token_malformed")
    assert await refusal(url, token=mono_token) == (401, "token_wrong_artifact")
    outside = "../../secret"
    crafted = tokens.sign({"kind": "artifact", "key": outside}, settings.secret_bytes, expires_at=9e9)
    assert await refusal("/v1/artifacts/..%2F..%2Fsecret", token=crafted) == (404, "artifact_not_found")
    clock.advance(3600)
    assert await refusal(url, token=token) == (401, "token_expired")
