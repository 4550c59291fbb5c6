"""The SDK and the whole product: what the guide shows, and every resource once."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from yingda import AsyncYingda, Yingda, errors, webhooks
from yingda.live import Event, write_wav

from tests.conformance.world import World, world
from tests.docs.snippets import blocks
from tests.emulators.target import Target
from tests.product import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOCKET = {"provider": "vapi.websocket"}
GUIDES = ["docs/guides/python-sdk.md", "docs/guides/python-sdk.zh.md"]


@pytest.fixture(scope="module")
def place() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(scope="module")
def client(place: World) -> Iterator[Yingda]:
    with Yingda(place.key, place.product.url) as made:
        yield made


def run(place: World, *scripts: str) -> str:
    """What a program prints."""
    settings = {"YINGDA_API_KEY": place.key, "YINGDA_BASE_URL": place.product.url, "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(scripts)],
        env=os.environ | settings, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_readme_begins_with_a_working_example(place: World):
    said = run(place, *blocks("sdk-python/README.md", "python"))

    assert "assistant: We are open from nine to six." in said
    assert "customer-ended-call" in said


def test_what_the_guide_shows_runs(place: World):
    said = run(place, *blocks(GUIDES[0], "python"))

    assert "assistant_not_found" in said
    assert said.rstrip().endswith("We are open from nine to six.")


def test_the_guides_show_what_the_readmes_show():
    assert blocks("sdk-python/README.md", "python") == blocks("sdk-python/README.zh-CN.md", "python")
    assert blocks(GUIDES[0], "python") == blocks(GUIDES[1], "python")
    assert blocks(GUIDES[0], "python")[0] == blocks("sdk-python/README.md", "python")[0]


def test_an_assistant_lives(client: Yingda):
    made = client.assistants.create(name="A", model={"provider": "scripted", "otherwise": "Yes."})

    changed = client.assistants.update(made.id, first_message="Hello")

    assert changed.first_message == "Hello"
    assert client.assistants.get(made.id) == changed
    assert made.id in [one.id for one in client.assistants.list()]
    assert client.assistants.delete(made.id).id == made.id
    with pytest.raises(errors.NotFound):
        client.assistants.get(made.id)


def test_a_write_with_a_key_of_ones_own_happens_once(client: Yingda):
    made = [client.assistants.create(name="Once", options={"idempotency_key": "order-17"}) for _ in range(2)]

    assert made[0].id == made[1].id


def test_lists_are_read_to_their_end(client: Yingda):
    made = [client.tools.create(type="endCall").id for _ in range(120)]

    reading = client.tools.list(limit=5).all()

    assert [one.id for one in reading] == made[::-1][:5]
    assert [one.id for one in client.tools.list() if one.id in made] == made[::-1]
    assert client.sessions.list().all() == []


def test_a_file_is_heard_and_answered(client: Yingda, place: World, tmp_path: Path):
    write_wav(tmp_path / "silence.wav", bytes(3200))
    call = client.calls.create(assistant_id=place.known["talker"], transport=SOCKET)
    sound = bytearray()

    with client.calls.connect(call) as live:
        live.play(tmp_path / "silence.wav")
        for heard in live:
            if isinstance(heard, bytes):
                sound += heard
            elif heard.type == "speech-update" and (heard.role, heard.status) == ("assistant", "stopped"):
                live.hang_up()

    assert any(sound)
    assert live.ended_reason == "customer-ended-call"
    until(lambda: client.calls.get(call.id).status == "ended")
    until(lambda: client.calls.get(call.id).recording_url)
    assert client.calls.get_stereo_recording(call.id)[:4] == b"RIFF"


def test_a_tool_without_a_server_is_answered_over_the_line(client: Yingda, place: World):
    call = client.calls.create(assistant_id=place.known["talker"], transport=SOCKET)
    asked: list[str] = []

    with client.calls.connect(call) as live:
        live.type_text("my balance, please")
        for heard in live:
            if not isinstance(heard, Event):
                continue
            if heard.type == "tool-calls" and heard.tool_call_list:
                asked.append(heard.tool_call_list[0].name)
                live.tool_result(heard.tool_call_list[0].id, "nothing")
            elif heard.type == "transcript" and "好的" in (heard.transcript or ""):
                live.hang_up()

    assert asked == ["balance"]


async def test_asynchronously_a_call_is_steered(place: World):
    async with AsyncYingda(place.key, place.product.url) as client:
        call = await client.calls.create(assistant_id=place.known["talker"], transport=SOCKET)
        async with client.calls.connect(call) as live:
            await live.say("再见", end_call_after_spoken=True)
            async with asyncio.timeout(30):
                said = [one.transcript async for one in live if isinstance(one, Event)]

    assert "再见" in said
    assert live.ended_reason == "assistant-ended-call"


def test_a_call_can_be_connected_once(client: Yingda, place: World):
    call = client.calls.create(assistant_id=place.known["talker"], transport=SOCKET)
    with client.calls.connect(call) as live:
        live.hang_up()
        list(live)

    with pytest.raises(errors.CallError), client.calls.connect(call) as again:
        list(again)


def test_a_chat_is_answered_whole_and_in_pieces(client: Yingda, place: World):
    said = {"assistant_id": place.known["talker"], "input": "几点开门？"}

    whole = client.chats.create(**said)  # type: ignore[arg-type]
    with client.chats.stream(**said) as stream:  # type: ignore[arg-type]
        pieces = [event.delta or "" for event in stream]

    assert whole.output is not None
    assert whole.output[0]["content"] == "好的。"
    assert "".join(pieces) == "好的。"


def test_a_webhook_of_the_server_is_believed(client: Yingda):
    with Target() as target:
        model = {"provider": "scripted", "otherwise": "Yes."}
        assistant = client.assistants.create(model=model, server={"url": target.url})  # type: ignore[typeddict-item]
        call = client.calls.create(assistant_id=assistant.id, transport=SOCKET)
        with client.calls.connect(call) as live:
            live.hang_up()
            list(live)
        until(lambda: any(b"end-of-call-report" in seen.body for seen in target.seen))
        secret = client.webhook_secret.get().secret
        told = [webhooks.unwrap(seen.body, seen.headers, secret) for seen in target.seen]

    report = next(one for one in told if one.type == "end-of-call-report")
    assert report.ended_reason == "customer-ended-call"
    assert report.call is not None
    assert report.call.id == call.id
    assert client.webhook_deliveries.list(call_id=call.id).first() is not None


def test_a_file_is_uploaded(client: Yingda):
    made = client.files.create(file=("hours.txt", b"We open at nine."))

    assert (made.name, made.bytes) == ("hours.txt", 16)
    assert client.files.delete(made.id).id == made.id


def test_a_key_is_made_used_and_revoked(client: Yingda, place: World):
    key = client.api_keys.create(name="reader", scopes=["assistants:read"])

    with Yingda(key.value, place.product.url) as reader:
        assert reader.assistants.list(limit=1).all() != []
        with pytest.raises(errors.Forbidden):
            reader.assistants.create(name="no")
    client.api_keys.delete(key.id)
    with (
        Yingda(key.value, place.product.url) as reader,
        pytest.raises(errors.Unauthorized, match=r"revoked"),
    ):
        until(lambda: reader.assistants.list(limit=1).all() == [])


def test_a_wrong_field_is_named(client: Yingda):
    with pytest.raises(errors.BadRequest, match="did you mean firstMessage") as caught:
        client.assistants.create(options={"extra": {"firstMesage": "Hi"}})

    assert re.fullmatch(r"[0-9a-f-]{36}", caught.value.request_id)


LISTS = [
    *("api_keys", "assistants", "calls", "chats", "credentials", "files", "knowledge_bases", "members"),
    *("own_voices", "phone_numbers", "sessions", "squads", "tools", "usage", "webhook_deliveries"),
]


@pytest.mark.parametrize("resource", LISTS)
def test_every_list_can_be_read(client: Yingda, resource: str):
    found = getattr(client, resource).list(limit=3).all()

    assert len(found) <= 3
