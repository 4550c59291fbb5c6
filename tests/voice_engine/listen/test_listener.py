"""Sound into the recogniser, edges and words out of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.listen.listener import Listener
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage
from voice_engine.simulate.parts import SimVad, speech

FRAME_S = 0.02
HUSH = bytes(640)


class Recogniser:
    """Notes what it is given; a Flush brings a final."""

    vendor = "notes"

    def __init__(self, *, endpoints_itself: bool) -> None:
        self.capabilities = Capabilities(endpoints_itself=endpoints_itself)
        self.given: list[AudioFrame | Flush] = []

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        async for item in frames:
            self.given.append(item)
            if isinstance(item, Flush):
                yield Transcript("嗯", final=True)
        yield Usage({"seconds": 1.0})

    @property
    def lengths(self) -> list[int | str]:
        """Milliseconds of each message, `flush` between them."""
        return ["flush" if isinstance(g, Flush) else round(g.seconds * 1000) for g in self.given]


class Watcher:
    def __init__(self) -> None:
        self.seen: list[tuple[str, object]] = []

    def caller_started(self, at: float) -> None:
        self.seen.append(("started", round(at, 2)))

    def caller_paused(self, at: float) -> None:
        self.seen.append(("paused", round(at, 2)))

    def caller_stopped(self, at: float) -> None:
        self.seen.append(("stopped", round(at, 2)))

    def caller_words(self, transcript: Transcript) -> None:
        self.seen.append(("words", transcript.text))


async def heard(recogniser: Recogniser, frames: list[bytes], rate: int = 16000) -> tuple[Listener, Watcher]:
    """A listener that has been told all frames and has come to its end."""
    watcher = Watcher()
    listener = Listener(recogniser, SimVad(), rate, watcher)
    running = asyncio.create_task(listener.run())
    await asyncio.sleep(0)
    for i, pcm in enumerate(frames):
        listener.push(pcm, i * FRAME_S)
        await asyncio.sleep(0)
    listener.close()
    await running
    return listener, watcher


def talk(silence: int, speaking: int, after: int) -> list[bytes]:
    """Frames of 20 ms."""
    return [HUSH] * silence + [speech(1, FRAME_S)] * speaking + [HUSH] * after


async def test_edges_and_words_are_told():
    _, watcher = await heard(Recogniser(endpoints_itself=False), talk(50, 40, 30))

    assert watcher.seen == [("started", 1.0), ("paused", 1.8), ("stopped", 1.8), ("words", "嗯")]


async def test_a_recogniser_that_does_not_endpoint_hears_speech_and_a_third_of_a_second_before_it():
    recogniser = Recogniser(endpoints_itself=False)

    await heard(recogniser, talk(100, 40, 100))

    sound = b"".join(g.pcm for g in recogniser.given if isinstance(g, AudioFrame))
    before = (len(sound) - len(sound.lstrip(b"\0"))) / 32000
    assert 0.3 <= before <= 0.5
    assert recogniser.lengths[-1] == "flush"
    assert len(sound) / 32000 < 1.6


async def test_silence_goes_in_large_pieces_speech_and_the_wait_for_its_final_in_small_ones():
    recogniser = Recogniser(endpoints_itself=True)

    await heard(recogniser, talk(100, 40, 100))

    lengths = recogniser.lengths
    speaking = slice(lengths.index(20, 1), lengths.index("flush"))
    assert set(lengths[1 : speaking.start - 1]) == {100}
    assert set(lengths[speaking]) == {20}
    assert set(lengths[-8:-1]) == {100}  # the final has come


async def test_nothing_is_lost_or_doubled_by_packing():
    recogniser = Recogniser(endpoints_itself=True)
    frames = talk(33, 41, 57)

    listener, _ = await heard(recogniser, frames)

    given = [g for g in recogniser.given if isinstance(g, AudioFrame)]
    assert b"".join(g.pcm for g in given[1:]) == b"".join(frames)
    assert [g.pts for g in given[1:]] == [
        sum(len(g.pcm) // 2 for g in given[: i + 1]) for i in range(len(given) - 1)
    ]
    assert listener.fed_s == pytest.approx(len(frames) * FRAME_S + FRAME_S)


async def test_a_recogniser_with_a_socket_opens_it_before_the_caller_makes_a_sound():
    recogniser = Recogniser(endpoints_itself=True)

    await heard(recogniser, [])

    assert recogniser.lengths == [20]


async def test_a_telephones_sound_is_heard_too():
    _, watcher = await heard(
        Recogniser(endpoints_itself=False),
        [pcm[: len(pcm) // 2] for pcm in talk(50, 40, 30)],
        rate=8000,
    )

    assert [what for what, _ in watcher.seen] == ["started", "paused", "stopped", "words"]


async def test_a_recogniser_that_takes_no_sound_for_half_a_minute_is_dead():
    listener = Listener(Recogniser(endpoints_itself=True), SimVad(), 16000, Watcher())

    for i in range(30 * 50):
        listener.push(HUSH, i * FRAME_S)

    with pytest.raises(ProviderError, match="takes no more sound"):
        listener.push(bytes(32000), 30.0)
