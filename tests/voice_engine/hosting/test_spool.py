"""A killed engine loses nothing that was said: its books are closed by whoever comes after it."""

import asyncio
import wave
from pathlib import Path

import pytest

from voice_engine.blobs import LocalBlobs
from voice_engine.hosting.recover import recover
from voice_engine.hosting.shipper import STREAM, Shipper
from voice_engine.hosting.spool import SpooledSession, closing_events, recording_key
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.events import Event, EventType
from voice_engine.session.eventlog import EventLog, read
from voice_engine.session.recorder import Recorder
from voice_engine.settings import EngineSettings
from voice_engine.simulate.world import assistant
from voice_engine.spec import ConsentSpec, SessionSpec

CONSENT = ConsentSpec(kind="verbal", message="可以录音吗？")
SPEC = SessionSpec(session_id="s", call_id="c", org_id="o", assistant=assistant(), created_at_ms=1000)


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(data_dir=tmp_path)


def leave_behind(settings: EngineSettings, engine: str = "e0", *, ended: bool = False) -> SpooledSession:
    """What a process that was killed in mid-call leaves on the disk."""
    spooled = SpooledSession(settings.spool / engine / "s")
    spooled.create(SPEC)
    log = EventLog("o", "c", "s", SystemClock(), spooled.events_file)
    log.emit(EventType.SESSION_STARTED, transport="websocket")
    log.emit(EventType.MESSAGE, role="user", message="你好")
    if ended:
        log.emit(EventType.SESSION_ENDED, endedReason="customer-ended-call", durationS=1.0)
    recorder = Recorder(spooled.recording_file, 16000)
    recorder.caller(bytes(32000))
    recorder.write(1.5)
    recorder._file.close()  # what the kernel does for a process that is killed
    log.close()
    return spooled


async def shipped(redis, shipper: Shipper) -> list[Event]:
    shipping = asyncio.create_task(shipper.run())
    assert await shipper.drain(5)
    shipping.cancel()
    return [Event.from_json(entry[1][b"event"]) for entry in await redis.xrange(STREAM)]


async def test_the_books_of_a_killed_session_are_closed(settings, redis):
    spooled = leave_behind(settings)
    shipper = Shipper(redis)

    found = await recover(settings, redis, "e0", shipper)

    events = await shipped(redis, shipper)
    assert found == 1
    assert [e.seq for e in events] == [1, 2, 3, 4, 5, 6, 7]
    assert [e.type for e in events[2:]] == ["usage", "usage", "usage", "recording.ready", "session.ended"]
    assert events[-1].data["endedReason"] == "call.in-progress.error-vapifault-worker-died"
    assert not spooled.events_file.exists()


async def test_the_recording_of_a_killed_session_is_whole_and_playable(settings, redis):
    leave_behind(settings)

    await recover(settings, redis, "e0", Shipper(redis))

    with wave.open(str(LocalBlobs(settings.blobs).path(recording_key(SPEC)))) as wav:
        assert (wav.getnchannels(), wav.getframerate()) == (2, 16000)
        assert wav.getnframes() / 16000 == pytest.approx(1.2, abs=0.11)


async def test_a_session_that_had_ended_is_shipped_as_it_was(settings, redis):
    leave_behind(settings, ended=True)
    shipper = Shipper(redis)

    await recover(settings, redis, "e0", shipper)

    events = await shipped(redis, shipper)
    assert events[-1].data["endedReason"] == "customer-ended-call"
    assert len(events) == 3


async def test_a_spec_that_was_half_written_does_not_stop_the_others(settings, redis):
    leave_behind(settings)
    torn = settings.spool / "e0" / "torn"
    torn.mkdir()
    (torn / "spec.json").write_text('{"session_id": "to')

    assert await recover(settings, redis, "e0", Shipper(redis)) == 1


async def test_a_living_siblings_sessions_are_left_alone_and_a_dead_ones_taken(settings, redis):
    leave_behind(settings, "alive")
    await redis.set("yingda:engine:alive", "{}")

    untouched = await recover(settings, redis, "e0", Shipper(redis))
    await redis.delete("yingda:engine:alive")
    taken = await recover(settings, redis, "e0", Shipper(redis))

    assert (untouched, taken) == (0, 1)


def test_a_line_that_was_cut_off_by_the_crash_is_left_out(settings):
    spooled = leave_behind(settings)
    with spooled.events_file.open("ab") as file:
        file.write(b'{"type": "message", "org')

    assert [e.seq for e in read(spooled.events_file)] == [1, 2]


def test_usage_that_was_written_is_not_written_again():
    usage = {"usageId": "transport", "component": "transport"}
    events = [Event(EventType.USAGE, "o", "c", "s", 1, 1000, 2.0, usage)]

    owed = closing_events(SPEC, events, 0.0)

    assert [e.data.get("usageId") for e in owed] == ["transcriber", "platform", None]


async def test_events_wait_while_redis_is_away_and_go_in_order(redis_url, redis):
    from redis.asyncio import Redis

    away = Redis(host="127.0.0.1", port=1)
    shipper = Shipper(away)
    for seq in (1, 2, 3):
        shipper.ship(Event(EventType.MESSAGE, "o", "c", "s", seq, 0, 0.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("voice_engine.hosting.shipper.RETRY_S", 0)
        await shipper._ship_batch()
    waiting = shipper.waiting
    shipper._redis = redis

    events = await shipped(redis, shipper)

    assert waiting == 3
    assert [e.seq for e in events] == [1, 2, 3]
    await away.aclose()


@pytest.mark.parametrize(("granted", "kept"), [(None, False), (False, False), (True, True)])
async def test_a_recording_nobody_agreed_to_is_not_salvaged(
    settings, redis, granted: bool | None, kept: bool
):
    asked = SPEC.model_copy(update={"assistant": assistant(consent=CONSENT)})
    spooled = leave_behind(settings)
    spooled._spec_file.write_text(asked.model_dump_json())
    if granted is not None:
        line = Event(
            EventType.RECORDING_CONSENT, "o", "c", "s", 3, 0, 1.0, {"plan": "verbal", "granted": granted}
        )
        with spooled.events_file.open("ab") as file:
            file.write(line.to_json() + b"\n")
    shipper = Shipper(redis)

    await recover(settings, redis, "e0", shipper)

    events = await shipped(redis, shipper)
    assert any(event.type is EventType.RECORDING_READY for event in events) is kept
    assert LocalBlobs(settings.blobs).path(recording_key(SPEC)).exists() is kept
    assert not spooled.recording_file.exists()


async def test_what_a_dead_engine_left_is_masked_too(settings, redis):
    spooled = leave_behind(settings)
    spooled._spec_file.write_text(SPEC.model_copy(update={"masked": True}).model_dump_json())
    line = Event(EventType.MESSAGE, "o", "c", "s", 3, 0, 1.0, {"role": "user", "message": "13800138000"})
    with spooled.events_file.open("ab") as file:
        file.write(line.to_json() + b"\n")
    shipper = Shipper(redis)

    await recover(settings, redis, "e0", shipper)

    said = [e.data["message"] for e in await shipped(redis, shipper) if e.type is EventType.MESSAGE]
    assert said == ["你好", "138****8000"]
