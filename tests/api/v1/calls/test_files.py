"""Recordings and logs of calls, by redirection to signed URLs."""

import gzip
import wave
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
import pytest

from api.jobs.context import Jobs
from api.jobs.listen import Listen
from api.settings import ApiSettings
from api.v1.calls.model import CallRow
from tests.api.jobs.world import Talk, conversation, make_call, ship
from tests.api.world import Org, SetClock
from voice_engine.kernel.events import EventType


@pytest.fixture
def call(jobs: Jobs, org: Org) -> CallRow:
    """A call that has ended."""
    row = make_call(jobs, org.id)
    ship(jobs, conversation(row))
    Listen(jobs, "me").step(1)
    return row


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


async def redirected(client: httpx.AsyncClient, org: Org, id: str, name: str) -> httpx.Response:
    answer = await client.get(f"/v1/calls/{id}/{name}", headers=org.headers)
    assert answer.status_code == 302, answer.text
    return await client.get(path_of(answer.headers["location"]))


async def test_each_side_is_one_channel_of_the_recording(
    client: httpx.AsyncClient, org: Org, call: CallRow, settings: ApiSettings
):
    place = settings.data_dir / "blobs" / org.id / call.id
    place.mkdir(parents=True)
    _record(place / "stereo.wav", left=100, right=-7)

    customer = await redirected(client, org, call.id, "customer-recording")
    assistant = await redirected(client, org, call.id, "assistant-recording")

    assert _samples(customer.content) == {100}
    assert _samples(assistant.content) == {-7}


async def test_the_log_is_the_calls_events_in_sentences_masked(
    client: httpx.AsyncClient, org: Org, jobs: Jobs
):
    row = make_call(jobs, org.id)
    talk = Talk(row)
    talk.say(EventType.SESSION_STARTED, transport="websocket", assistantName="Ann")
    talk.say(EventType.TRANSCRIPT, role="user", final=True, text="我的手机号是13800138000", turn=1)
    talk.say(EventType.ERROR, code="voice_failed", message="No answer", component="voice", fatal=False)
    ship(jobs, talk.events)
    Listen(jobs, "me").step(1)
    answer = await redirected(client, org, row.id, "call-logs")

    lines = [orjson.loads(line) for line in gzip.decompress(answer.content).splitlines()]
    assert answer.headers["content-type"] == "application/gzip"
    assert [line["level"] for line in lines] == ["info", "info", "error"]
    assert lines[0]["text"] == "The conversation began with Ann."
    assert "13800138000" not in str(lines)
    assert lines[1]["secondsFromStart"] == 2.0


async def test_a_log_needs_its_own_fresh_token(
    client: httpx.AsyncClient, org: Org, call: CallRow, jobs: Jobs, clock: SetClock
):
    answer = await client.get(f"/v1/calls/{call.id}/call-logs", headers=org.headers)
    path = path_of(answer.headers["location"])
    other = await client.get(path.replace(call.id, make_call(jobs, org.id).id))
    clock.advance(3601)
    late = await client.get(path)

    assert (other.status_code, late.status_code) == (401, 401)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pcap", "pcap_not_found"), ("video-recording", "recording_not_found"),
        ("customer-recording", "recording_not_found"), ("call-logs", "log_not_found"),
    ],
)  # fmt: skip
async def test_what_there_is_not_is_said(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, name: str, code: str
):
    row = make_call(jobs, org.id)
    answer = await client.get(f"/call/{row.id}/{name}", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("name", ["pcap", "video-recording", "assistant-recording", "call-logs"])
async def test_files_of_a_foreign_call_do_not_exist(
    client: httpx.AsyncClient, other_org: Org, call: CallRow, name: str
):
    answer = await client.get(f"/v1/calls/{call.id}/{name}", headers=other_org.headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "call_not_found")


def _record(path: Path, *, left: int, right: int) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(np.array([[left, right]] * 1000, "<i2").tobytes())


def _samples(content: bytes) -> set[Any]:
    return {int(sample) for sample in np.frombuffer(content[44:], "<i2")}
