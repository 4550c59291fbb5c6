"""Where a call's background comes from."""

import numpy as np
import pytest
import structlog
from structlog.testing import LogCapture

from tests.emulators.target import LOOPBACK, Target, closed_port, reply
from voice_engine.audio import wav
from voice_engine.speak import beds as rooms
from voice_engine.speak.beds import KEPT, Beds


def file(seconds: float = 2.0, rate: int = 16_000, channels: int = 1) -> bytes:
    sound = np.random.default_rng(3).integers(-9000, 9000, int(seconds * rate) * channels)
    return wav.write(sound.astype("<i2").tobytes(), rate, channels)


async def test_our_own_are_known_by_name_and_shared():
    beds = Beds()

    office = await beds.get("office", 8000)

    assert office is not None
    assert office is await Beds().get("office", 8000)
    assert office is not await beds.get("music", 8000)
    assert await beds.get("", 8000) is None


async def test_an_assistants_own_sound_is_fetched_once_and_brought_to_the_calls_rate():
    with Target(reply(200, file(2.0, 44_100, channels=2))) as target:
        beds = Beds(LOOPBACK)
        bed = await beds.get(target.url, 8000)
        again = await beds.get(target.url, 8000)

    assert bed is not None
    assert bed is again
    assert len(bed.loud(3)) == 320
    assert [seen.body for seen in target.seen] == [b""]


@pytest.mark.parametrize("answer", [(404, b"no"), (200, b"no wav"), (200, file(0.3)), (200, b""), (302, b"")])
async def test_a_sound_that_cannot_be_used_leaves_the_call_without(answer: tuple[int, bytes]):
    with Target(reply(*answer)) as target:
        assert await Beds(LOOPBACK).get(target.url, 8000) is None


async def test_a_url_that_leads_inwards_or_nowhere_leaves_the_call_without():
    with Target(reply(200, file())) as target:
        assert await Beds().get(target.url, 8000) is None

    assert target.seen == []
    assert await Beds(LOOPBACK).get(f"http://127.0.0.1:{closed_port()}/a.wav", 8000) is None


async def test_the_signature_of_a_url_is_not_logged(monkeypatch):
    seen = LogCapture()
    monkeypatch.setattr(rooms, "log", structlog.wrap_logger(None, processors=[seen]))
    with Target(reply(404, b"no")) as target:
        await Beds(LOOPBACK).get(f"{target.url}?signature=secret", 8000)

    assert [entry["event"] for entry in seen.entries] == ["background_not_loaded"]
    assert "secret" not in str(seen.entries)


async def test_only_so_many_are_kept():
    with Target(reply(200, file(1.1))) as target:
        beds = Beds(LOOPBACK)
        for number in range(KEPT + 1):
            await beds.get(f"{target.url}?{number}", 8000)
        await beds.get(f"{target.url}?{KEPT}", 8000)
        await beds.get(f"{target.url}?0", 8000)

    assert len(target.seen) == KEPT + 2
