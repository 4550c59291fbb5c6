"""One recognition follows another; time is the loop's."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contracts.tools import assert_no_task_since, assert_stops_promptly, collect, then_silence
from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush, Transcript, Usage
from voice_engine.providers.renewed import renewed

AFTER_S = 0.03


class Ear:
    """Counts each session's frames. `slow`: what it owes comes late; `broken`: the session that fails."""

    def __init__(self, slow: float = 0.0, broken: int = -1) -> None:
        self.sessions = 0
        self._slow, self._broken = slow, broken

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        number, count = self.sessions, 0
        self.sessions += 1
        if number == self._broken:
            raise LookupError(number)
        async for frame in frames:
            if isinstance(frame, AudioFrame):
                count += 1
            else:
                yield Transcript(f"{number}:{count}", True)
        await asyncio.sleep(self._slow)
        yield Transcript(f"{number} owed", True)
        yield Usage({"seconds": float(count)})


async def talk(utterances: int) -> AsyncIterator[AudioFrame | Flush]:
    """Four frames each; when a pause comes, a session is old."""
    for _ in range(utterances):
        for number in range(4):
            yield AudioFrame(bytes(320), 16000, number * 160)
        await asyncio.sleep(AFTER_S * 1.5)
        yield Flush()


async def monologue() -> AsyncIterator[AudioFrame | Flush]:
    """Twelve frames without a pause."""
    for number in range(12):
        await asyncio.sleep(AFTER_S / 3)
        yield AudioFrame(bytes(320), 16000, number * 160)


def texts(heard: list[Any]) -> list[str]:
    return [item.text for item in heard if isinstance(item, Transcript)]


async def test_a_session_that_is_old_ends_in_the_next_pause_and_is_heard_to_its_end_first():
    ear = Ear(slow=0.06)

    heard = await collect(renewed(ear.transcribe, talk(3), AFTER_S))

    assert texts(heard) == ["0:4", "0 owed", "1:4", "1 owed", "2:4", "2 owed"]
    assert [x.quantities["seconds"] for x in heard if isinstance(x, Usage)] == [4, 8, 12]


async def test_a_session_that_is_young_goes_on():
    ear = Ear()

    heard = await collect(renewed(ear.transcribe, talk(3), 60))

    assert texts(heard) == ["0:4", "0:8", "0:12", "0 owed"]


async def test_one_who_never_pauses_is_heard_by_the_next_session_all_the_same():
    ear = Ear()

    heard = await collect(renewed(ear.transcribe, monologue(), AFTER_S))

    counts = [item.quantities["seconds"] for item in heard if isinstance(item, Usage)]
    assert ear.sessions > 1
    assert counts[-1] == 12


async def test_a_session_that_cannot_begin_is_told_after_the_words_of_the_one_before():
    before = asyncio.all_tasks()
    stream = renewed(Ear(broken=1).transcribe, talk(3), AFTER_S)

    heard = [await anext(stream) for _ in range(3)]
    with pytest.raises(LookupError):
        await anext(stream)

    assert texts(heard) == ["0:4", "0 owed"]
    await assert_no_task_since(before)


async def test_a_failure_of_the_sound_is_passed_on_as_it_is():
    async def breaks() -> AsyncIterator[AudioFrame | Flush]:
        async for item in talk(1):
            yield item
        raise KeyError("the transport is gone")

    with pytest.raises(KeyError):
        await collect(renewed(Ear().transcribe, breaks(), AFTER_S))


async def test_hanging_up_leaves_nothing():
    frames = [AudioFrame(bytes(320), 16000, 0), Flush()]

    await assert_stops_promptly(renewed(Ear().transcribe, then_silence(frames), 60), after=1)
