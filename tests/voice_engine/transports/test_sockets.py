"""Conversations over real WebSockets, with a client that is not ours."""

import asyncio
import contextlib
import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from voice_engine.audio.g711 import decode_alaw
from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.events import Event
from voice_engine.session import session
from voice_engine.session.session import Parts
from voice_engine.simulate.parts import speech
from voice_engine.simulate.world import assistant
from voice_engine.spec import SessionSpec
from voice_engine.transports.accept import Handover


async def until(client: ClientConnection, wanted: str) -> dict:
    """The next JSON message of this type; sound is passed over."""
    async with asyncio.timeout(5):
        while True:
            data = await client.recv()
            if isinstance(data, str) and json.loads(data)["type"] == wanted:
                return json.loads(data)


async def sound(client: ClientConnection) -> bytes:
    """The next binary frame."""
    async with asyncio.timeout(5):
        while True:
            data = await client.recv()
            if isinstance(data, bytes):
                return data


async def hung_up(client: ClientConnection) -> ConnectionClosed:
    """How the server ended the connection."""
    try:
        async with asyncio.timeout(5):
            while True:
                await client.recv()
    except ConnectionClosed as closed:
        return closed


async def speak(client: ClientConnection, seconds: float = 0.6, silence: float = 1.2) -> None:
    """Utterance 0 in real time, then silence."""
    for pcm in [speech(0, 0.02)] * int(seconds / 0.02) + [bytes(640)] * int(silence / 0.02):
        await client.send(pcm)
        await asyncio.sleep(0.02)


async def test_a_spoken_question_is_answered_with_sound_and_text(engine):
    async with connect(engine.url(engine.expect())) as client:
        assert (await until(client, "status-update"))["status"] == "in-progress"
        assert len(await sound(client)) == 640
        speaking = asyncio.create_task(speak(client))
        heard = await until(client, "transcript")
        while heard["role"] != "user" or heard["transcriptType"] != "final":
            heard = await until(client, "transcript")
        answer = await until(client, "model-output")
        await speaking

    assert heard["transcript"] == "你好。"
    assert answer["output"] == "好的。"


async def test_a_g711_caller_hears_g711(engine):
    async with connect(engine.url(engine.expect(encoding="alaw", rate=8000))) as client:
        frame = await sound(client)

    assert len(frame) == 160
    assert max(decode_alaw(frame)) > 0


async def test_a_call_is_connected_once(engine):
    url = engine.url(engine.expect())
    async with connect(url) as first:
        await until(first, "status-update")
        async with connect(url) as second:
            refused = await until(second, "error")

    assert refused["code"] == "session_not_found"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda url: url.split("?")[0], "token_missing"),
        (lambda url: url[:-4] + "AAAA", "token_invalid"),
        (lambda url: url.replace("/transport?", "/listen?"), "token_wrong_kind"),
    ],
)
async def test_nothing_opens_without_the_right_token(engine, spoil, code):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(spoil(engine.url(engine.expect()))):
            pass

    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body)["code"] == code


async def test_an_expired_url_says_so(engine):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(engine.url(engine.expect(), ttl=-1)):
            pass

    assert json.loads(refused.value.response.body)["code"] == "token_expired"


async def test_whoever_finds_no_place_in_the_queue_is_refused_at_once(engine):
    clients = [await connect(engine.url(engine.expect())) for _ in range(3)]
    for client in clients:
        await until(client, "status-update")
    queue = [await connect(engine.url(engine.expect())) for _ in range(2)]
    for client in queue:
        await until(client, "queue-update")

    async with connect(engine.url(engine.expect())) as refused:
        answer = await until(refused, "error")

    assert answer["code"] == "engine_full"
    for client in [*queue, *clients]:
        await client.close()


async def test_garbage_is_forgiven_ten_times_and_then_hung_up_on(engine):
    async with connect(engine.url(engine.expect())) as client:
        await until(client, "status-update")
        for nonsense in ["{", "[]", '"x"', '{"type": "nope"}', '{"type": "say"}'] * 2:
            await client.send(nonsense)
        first = await until(client, "error")
        closed = await hung_up(client)

    assert first["code"] == "bad_json"
    assert closed.rcvd.code == 1008


@pytest.mark.parametrize(
    "message",
    [
        {"type": "say", "content": "字" * 5001},
        {"type": "text", "text": "字" * 5001},
        {"type": "add-message", "message": {"role": "user", "content": "字" * 5001}},
    ],
)
async def test_a_text_nobody_would_listen_to_is_refused(engine, message):
    async with connect(engine.url(engine.expect())) as client:
        await until(client, "status-update")
        await client.send(json.dumps(message, ensure_ascii=False))
        refused = await until(client, "error")

    assert refused["code"] == "text_too_long"


async def test_the_answer_to_an_endless_message_type_is_short(engine):
    async with connect(engine.url(engine.expect())) as client:
        await until(client, "status-update")
        await client.send(json.dumps({"type": "say" * 20_000}))
        refused = await until(client, "error")

    assert refused["code"] == "unknown_message_type"
    assert len(refused["message"]) < 500


async def test_too_many_messages_a_second_are_hung_up_on(engine):
    async with connect(engine.url(engine.expect())) as client:
        await until(client, "status-update")
        with contextlib.suppress(ConnectionClosed):
            for _ in range(200):
                await client.send('{"type": "control", "control": "unmute-customer"}')
        closed = await hung_up(client)

    assert closed.rcvd.code == 1008


async def test_a_flood_of_sound_is_cut_to_a_second_ahead(engine):
    spec = engine.expect()
    async with connect(engine.url(spec)) as client:
        await until(client, "status-update")
        for _ in range(20):
            await client.send(bytes(32000))
        await client.send('{"type": "end-call"}')
        await hung_up(client)

    await engine.shipper.drain(2)
    assert recorded_bytes(engine) < 4 * 16000 * 4


async def test_a_client_that_floods_for_half_a_minute_of_sound_is_thrown_out(engine, redis):
    async with connect(engine.url(engine.expect())) as client:
        await until(client, "status-update")
        with contextlib.suppress(ConnectionClosed):
            for _ in range(200):
                await client.send(bytes(16000))
        await hung_up(client)

    last = await _last_event(engine, redis)
    assert last.data["endedReason"] == "call.in-progress.error-client-audio-too-fast"


async def test_a_bug_while_a_call_is_built_ends_it_in_the_books(engine, redis):
    def broken(_: SessionSpec) -> Parts:
        raise ImportError("no such adapter")

    engine.host._house = replace(engine.host._house, parts=broken)
    async with connect(engine.url(engine.expect())) as client:
        refused = await until(client, "error")

    last = await _last_event(engine, redis)
    assert refused["code"] == "internal_error"
    assert last.data["endedReason"] == "pipeline-error-yingda-500-server-error"


async def test_a_client_that_vanishes_and_does_not_come_back_ends_the_call(engine, redis):
    spec = engine.expect(assistant(first_message="您好。", resume_within_s=0.1))
    client = await connect(engine.url(spec))
    await until(client, "status-update")
    client.transport.abort()

    last = await _last_event(engine, redis)

    assert last.data["endedReason"] == "call.in-progress.error-client-connection-lost"
    assert list(engine.spool.iterdir()) == []


async def test_a_client_whose_connection_broke_goes_on_over_the_same_url(engine):
    url = engine.url(engine.expect(assistant(first_message="您好，" * 8)))
    first = await connect(url)
    await sound(first)
    first.transport.abort()
    await _until(lambda: any(engine.host.returning(call) for call in engine.host.call_ids))

    async with connect(url) as second:
        rest = await sound(second)
        await second.send(speech(0, 0.02))

    assert len(rest) == 640


async def test_a_client_may_change_its_connection(engine):
    url = engine.url(engine.expect(assistant(first_message="您好，" * 20)))
    async with connect(url) as first:
        await sound(first)
        await first.close(4000)

    async with connect(url) as second:
        rest = await sound(second)

    assert len(rest) == 640


async def test_a_client_whose_connection_broke_before_the_session_stood_goes_on_over_the_same_url(engine):
    spec, take, may_go_on = engine.expect(), engine.door._take_spec, asyncio.Event()

    async def take_in_time(session_id: str) -> SessionSpec:
        taken = await take(session_id)
        await may_go_on.wait()
        return taken

    engine.door._take_spec = take_in_time
    first = await connect(engine.url(spec))
    await _until(lambda: not engine.specs)
    first.transport.abort()
    await first.wait_closed()
    await asyncio.sleep(0.02)  # until the engine has seen it, too
    may_go_on.set()
    await _until(lambda: engine.host.returning(spec.call_id))

    async with connect(engine.url(spec)) as second:
        heard = await sound(second)

    assert len(heard) == 640


async def test_a_live_call_cannot_be_taken_over(engine):
    url = engine.url(engine.expect())
    async with connect(url) as rightful:
        await until(rightful, "status-update")
        async with connect(url) as second:
            refusal = await until(second, "error")

    assert refusal["code"] == "session_not_found"


async def test_a_connection_that_broke_unnoticed_can_be_replaced_once_its_sound_has_stopped(
    engine, monkeypatch
):
    monkeypatch.setattr(session, "UNHEARD_OF_S", 0.05)
    url = engine.url(engine.expect(assistant(first_message="您好，" * 20)))
    async with connect(url) as dead:
        await dead.send(bytes(640))
        await sound(dead)
        await _until(lambda: any(engine.host.returning(call) for call in engine.host.call_ids))
        async with connect(url) as second:
            rest = await sound(second)
            closed = await hung_up(dead)

    assert len(rest) == 640
    assert closed.rcvd.code == 1001


async def test_a_queue_that_moves_is_told(engine):
    specs = [engine.expect() for _ in range(5)]
    clients = [await connect(engine.url(spec)) for spec in specs]
    for client in clients[:3]:
        await until(client, "status-update")
    before = await until(clients[4], "queue-update")
    await clients[3].close()

    after = await until(clients[4], "queue-update")

    assert (before["position"], after["position"]) == (2, 1)
    for client in clients:
        await client.close()


async def test_callers_wait_for_a_slot_in_turn_and_are_told_their_place(engine):
    specs = [engine.expect() for _ in range(4)]
    clients = [await connect(engine.url(spec)) for spec in specs[:3]]
    for client in clients:
        await until(client, "status-update")

    async with connect(engine.url(specs[3])) as waiting:
        place = await until(waiting, "queue-update")
        await clients[0].close()
        started = await until(waiting, "status-update")

    assert place["position"] == 1
    assert started["status"] == "in-progress"
    for client in clients[1:]:
        await client.close()


async def test_seed_001_is_spoken_on_its_own_socket(engine):
    engine.expect()
    url = f"ws://127.0.0.1:{engine.port}/v1/voice/ws?api_key=sk_x"
    async with connect(url, max_queue=None) as client:
        config = {"voice": {"sampleRate": 16000, "encoding": "pcm", "language": "zh-CN"}}
        await client.send(json.dumps({"type": "start", "assistant_id": "a1", "config": config}))
        connected = await until(client, "status")
        greeting = await until(client, "response")
        speaking = asyncio.create_task(speak(client))
        words = await until(client, "transcript")
        await client.send('{"type": "text", "text": "还有吗？"}')
        reply = await until(client, "response")
        await speaking

    assert connected == {"type": "status", "status": "connected"}
    assert greeting["text"] == "您好。"
    assert set(words) == {"type", "text", "is_final"}
    assert reply["text"] == "好的。"
    key, body = engine.created[0]
    assert key == "sk_x"
    assert body["transport"]["audioFormat"] == {
        "format": "pcm_s16le", "container": "raw", "sampleRate": 16000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"type": "text", "text": "hi"}', "not_started"),
        ('{"type": "start"}', "missing_field"),
        (
            '{"type": "start", "assistant_id": "a", "config": {"voice": {"encoding": "opus"}}}',
            "unknown_encoding",
        ),
    ],
)
async def test_a_wrong_start_is_explained(engine, first, code):
    async with connect(f"ws://127.0.0.1:{engine.port}/v1/voice/stream?api_key=sk_x") as client:
        await client.send(first)
        refused = await until(client, "error")

    assert refused["code"] == code


async def test_what_is_sent_before_the_session_stands_is_not_lost(engine):
    async with connect(engine.url(engine.expect())) as client:
        await client.send('{"type": "add-message", "message": {"role": "user", "content": "你好"}}')
        asked = await until(client, "voice-input")

    assert asked["input"] == "你好"


async def test_an_assistant_whose_vendor_cannot_be_had_is_told_why_and_the_call_ends(engine, redis):
    def no_key(_: SessionSpec) -> Parts:
        raise ProviderError("auth", "dashscope", "No key for dashscope: set DASHSCOPE_API_KEY.")

    engine.host._house = replace(engine.host._house, parts=no_key)
    async with connect(engine.url(engine.expect())) as client:
        refused = await until(client, "error")

    last = await _last_event(engine, redis)
    assert refused["code"] == "dashscope.auth"
    assert last.data["endedReason"] == "call.start.error-get-resources-validation"


async def test_listening_in_hears_both_sides_and_ends_with_the_call(engine):
    spec = engine.expect()
    async with connect(engine.url(spec)) as client:
        await until(client, "status-update")
        async with connect(engine.url(spec, "listen")) as ear:
            form = await until(ear, "format")
            block = await sound(ear)
            await client.send('{"type": "end-call"}')
            await hung_up(ear)

    assert (form["channels"], form["sampleRate"]) == (2, 16000)
    assert len(block) % 4 == 0


async def test_a_socket_handed_over_by_another_process_is_served(engine, tmp_path):
    path, spec = tmp_path / "e.sock", engine.expect()
    handover = Handover(engine.door, path)
    front = socket.create_server(("127.0.0.1", 0))
    port = front.getsockname()[1]
    giving = asyncio.create_task(asyncio.to_thread(give_next, front, path))
    url = engine.url(spec).replace(f":{engine.port}/", f":{port}/")

    async with connect(url, max_queue=None) as client:
        await giving
        started = await until(client, "status-update")
        heard = await sound(client)

    assert started["status"] == "in-progress"
    assert len(heard) == 640
    handover.close()
    front.close()


async def test_a_client_that_left_during_the_hand_over_harms_nobody(engine, tmp_path):
    path = tmp_path / "e.sock"
    handover = Handover(engine.door, path)
    ours, theirs = socket.socketpair()  # not TCP: picows cannot prepare it, as with a socket that is dead
    theirs.close()
    with socket.socket(socket.AF_UNIX) as giver:
        giver.connect(str(path))
        socket.send_fds(giver, [(5).to_bytes(4, "big")], [ours.fileno()])
        giver.sendall(b"GET /")
    ours.close()
    async with connect(engine.url(engine.expect())) as client:
        started = await until(client, "status-update")

    assert started["status"] == "in-progress"
    handover.close()


def recorded_bytes(engine) -> int:
    """Of the only recording there is."""
    return next(engine.blobs.path("o").rglob("*.wav")).stat().st_size


def give_next(front: socket.socket, path: Path) -> None:
    """What the API's process does: accept, read the head, hand the socket over, forget it."""
    accepted, _ = front.accept()
    head = b""
    while b"\r\n\r\n" not in head:
        head += accepted.recv(4096)
    with accepted, socket.socket(socket.AF_UNIX) as giver:
        giver.connect(str(path))
        socket.send_fds(giver, [len(head).to_bytes(4, "big")], [accepted.fileno()])
        giver.sendall(head)


async def _last_event(engine, redis) -> Event:
    async with asyncio.timeout(5):
        while True:
            await engine.shipper.drain(2)
            entries = await redis.xrange("yingda:events")
            if entries and (last := Event.from_json(entries[-1][1][b"event"])).type == "session.ended":
                return last
            await asyncio.sleep(0.02)


async def _until(happened) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110  # nobody announces it
            await asyncio.sleep(0.01)


async def test_a_listeners_token_is_good_at_the_calls_own_address_too(engine):
    spec = engine.expect()
    async with connect(engine.url(spec)) as client:
        await until(client, "status-update")
        async with connect(engine.url(spec, "listen").replace("/listen?", "/transport?")) as ear:
            form = await until(ear, "format")

    assert form["channels"] == 2


async def test_where_the_assistant_wants_it_listeners_show_a_key(engine):
    spec = engine.expect()
    url = engine.url(spec, "listen", keyed=True)
    async with connect(engine.url(spec)) as client:
        await until(client, "status-update")
        async with connect(url, additional_headers={"Authorization": "Bearer pk_good"}) as ear:
            form = await until(ear, "format")
        async with connect(f"{url}&api_key=pk_bad") as ear:
            refused = await until(ear, "error")
        with pytest.raises(InvalidStatus) as no_key:
            await connect(url)

    assert form["channels"] == 2
    assert refused["code"] == "key_unknown"
    assert no_key.value.response.status_code == 401
