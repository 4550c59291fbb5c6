"""A live call, seen from the other end of its socket."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from yingda import Yingda
from yingda.errors import CallError, ConnectionFailed
from yingda.live import AsyncLiveCall, AudioFormat, Event, LiveCall, read_wav, write_wav
from yingda.types import Call

pytestmark = pytest.mark.slow

FRAME = 640
ENDED = {"type": "status-update", "status": "ended", "endedReason": "customer-ended-call"}


class Engine:
    """Keeps what comes; says what a test wants."""

    def __init__(self, act: Callable[[ServerConnection], Awaitable[None]] | None = None) -> None:
        self.sound: list[bytes] = []
        self.messages: list[Any] = []
        self._act = act

    async def __call__(self, socket: ServerConnection) -> None:
        if self._act is not None:
            await self._act(socket)
        async for message in socket:
            if isinstance(message, bytes):
                self.sound.append(message)
                continue
            self.messages.append(json.loads(message))
            if self.messages[-1]["type"] == "hangup":
                await socket.send(json.dumps(ENDED))
                await socket.close(1000, "customer-ended-call")


@asynccontextmanager
async def listening(engine: Engine) -> AsyncIterator[str]:
    async with serve(engine, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the other end has no way to tell
            await asyncio.sleep(0.005)


async def test_silence_is_sent_at_the_speed_of_the_clock():
    engine = Engine()
    async with listening(engine) as url, AsyncLiveCall(url, AudioFormat()):
        began = time.monotonic()
        await until(lambda: len(engine.sound) >= 6)

    assert time.monotonic() - began >= 0.09
    assert set(engine.sound) == {bytes(FRAME)}


async def test_sound_is_cut_into_frames_and_the_last_one_is_filled_up():
    engine = Engine()
    async with listening(engine) as url, AsyncLiveCall(url, AudioFormat()) as live:
        live.send_audio(b"\x01" * (FRAME + 10))
        await live.spoken()
        await until(lambda: (b"\x01" * 10).ljust(FRAME, b"\0") in engine.sound)

    assert b"\x01" * FRAME in engine.sound


async def test_sound_and_events_are_heard_in_order():
    async def act(socket: ServerConnection) -> None:
        await socket.send(json.dumps({"type": "transcript", "role": "assistant", "transcript": "您好"}))
        await socket.send(b"\x05" * FRAME)

    async with listening(Engine(act)) as url, AsyncLiveCall(url, AudioFormat()) as live:
        await live.hang_up()
        heard = [one async for one in live]

    assert isinstance(heard[0], Event)
    assert heard[0].transcript == "您好"
    assert heard[1] == b"\x05" * FRAME
    assert live.ended_reason == "customer-ended-call"


async def test_what_is_said_to_a_call_has_the_apis_words():
    engine = Engine()
    async with listening(engine) as url, AsyncLiveCall(url, AudioFormat()) as live:
        await live.say("再见", end_call_after_spoken=True)
        await live.add_message("system", "be brief", respond=False)
        await live.type_text("hello")
        await live.press("1#")
        await live.control("mute-assistant")
        await live.tool_result("t1", {"a": 1})
        await live.end()
        await until(lambda: len(engine.messages) == 7)

    assert engine.messages == [
        {"type": "say", "content": "再见", "endCallAfterSpoken": True},
        {
            "type": "add-message",
            "message": {"role": "system", "content": "be brief"},
            "triggerResponseEnabled": False,
        },
        {"type": "text", "text": "hello"},
        {"type": "dtmf", "digits": "1#"},
        {"type": "control", "control": "mute-assistant"},
        {"type": "tool-calls-result", "toolCallResult": {"toolCallId": "t1", "result": {"a": 1}}},
        {"type": "end-call"},
    ]


async def test_a_connection_that_ends_with_an_error_says_why():
    async def act(socket: ServerConnection) -> None:
        await socket.close(1008, "session_not_found")

    async with listening(Engine(act)) as url, AsyncLiveCall(url, AudioFormat()) as live:
        with pytest.raises(CallError, match="session_not_found"):
            _ = [one async for one in live]


async def test_nobody_there_is_a_failed_connection():
    with pytest.raises(ConnectionFailed):
        async with AsyncLiveCall("ws://127.0.0.1:9", AudioFormat()):
            pass


async def test_without_await_it_is_the_same(tmp_path: Path):
    write_wav(tmp_path / "question.wav", b"\x02" * FRAME)
    engine = Engine()

    def talk(url: str) -> tuple[list[Any], str | None]:
        with LiveCall(url, AudioFormat()) as live:
            live.play(tmp_path / "question.wav")
            live.say("hi")
            while b"\x02" * FRAME not in engine.sound:
                time.sleep(0.005)
            live.hang_up()
            return [*live, *live], live.ended_reason

    async with listening(engine) as url:
        heard, reason = await asyncio.to_thread(talk, url)

    assert [one.type for one in heard] == ["status-update"]
    assert reason == "customer-ended-call"


async def test_an_error_passes_through_the_thread():
    def talk() -> None:
        with LiveCall("ws://127.0.0.1:9", AudioFormat()):
            pass

    with pytest.raises(ConnectionFailed):
        await asyncio.to_thread(talk)


@pytest.mark.parametrize(
    ("audio", "told"), [(AudioFormat(sample_rate=8000), "-ar 8000"), (AudioFormat("mulaw"), "mulaw")]
)
def test_a_file_of_another_kind_comes_with_the_command_that_converts_it(
    tmp_path: Path, audio: AudioFormat, told: str
):
    write_wav(tmp_path / "a.wav", bytes(FRAME))

    with pytest.raises(ValueError, match=told):
        read_wav(tmp_path / "a.wav", audio)


def test_a_call_knows_where_its_sound_is():
    transport = {"websocketCallUrl": "ws://x", "audioFormat": {"format": "mulaw", "sampleRate": 8000}}

    live = Yingda("sk_1").calls.connect(Call({"id": "c", "transport": transport}))

    assert (live.audio.format, live.audio.frame, live.audio.silence[:1]) == ("mulaw", 160, b"\xff")


@pytest.mark.parametrize("use", [lambda live: live.say("hi"), list, lambda live: live.send_audio(b"")])
def test_a_call_outside_its_block_is_not_connected(use: Callable[[LiveCall], object]):
    with pytest.raises(CallError, match="with"):
        use(LiveCall("ws://x", AudioFormat()))


def test_a_call_that_cannot_be_connected_says_what_to_do():
    with pytest.raises(ValueError, match=r"vapi\.websocket"):
        Yingda("sk_1").calls.connect(Call({"id": "c", "status": "ended"}))
