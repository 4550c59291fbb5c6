"""A recogniser of single utterances in a call."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.contracts.tools import assert_no_task_since, assert_stops_promptly, collect, pieces, then_silence
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage
from voice_engine.providers.segment import segmented

RATE = 16000
SECOND = [AudioFrame(bytes(RATE // 5), RATE, at * RATE // 10) for at in range(10)]


@dataclass
class Recogniser:
    """Understands the next words each time; `stops` after so many frames if it is told to."""

    words: list[tuple[str, ...]] = field(default_factory=list)  # of each recognition: its finals
    stops: int = 10**9
    vendor: str = "one-by-one"
    capabilities: Capabilities = field(default_factory=Capabilities)
    recognitions: list[float] = field(default_factory=list)
    open: int = 0

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        self.open += 1
        assert self.open == 1, "two at once"
        self.recognitions.append(0.0)
        count = 0
        try:
            async for frame in frames:
                assert isinstance(frame, AudioFrame), "a Flush is the end of a recognition"
                self.recognitions[-1] += frame.seconds
                count += 1
                if count >= self.stops:
                    break
            for words in self.words[len(self.recognitions) - 1]:
                yield Transcript(words[:1], False)
                yield Transcript(words, True, 0.9)
            yield Usage({"seconds": self.recognitions[-1]})
        finally:
            self.open -= 1


def texts(heard: list[Transcript | Usage], final: bool) -> list[str]:
    return [x.text for x in heard if isinstance(x, Transcript) and x.final == final]


async def test_each_stretch_of_sound_is_a_recognition_of_its_own():
    inner = Recogniser([("你好。",), ("再见。",)])

    heard = await collect(segmented(inner).transcribe(pieces([*SECOND, Flush(), *SECOND, *SECOND, Flush()])))

    assert texts(heard, final=True) == ["你好。", "再见。"]
    assert inner.recognitions == pytest.approx([1.0, 2.0])


async def test_sentences_of_one_utterance_are_one_final_and_its_partials_hold_all_of_it():
    inner = Recogniser([("First.", "Second.")])

    heard = await collect(segmented(inner).transcribe(pieces([*SECOND, Flush()])))

    assert texts(heard, final=True) == ["First. Second."]
    assert texts(heard, final=False) == ["F", "First. S"]


async def test_each_flush_is_answered_once_even_when_there_was_nothing_to_hear():
    inner = Recogniser([(), ("好。",)])

    heard = await collect(
        segmented(inner).transcribe(pieces([Flush(), *SECOND, Flush(), *SECOND, Flush(), Flush()]))
    )

    assert texts(heard, final=True) == ["", "", "好。", ""]
    assert len(inner.recognitions) == 2


async def test_what_was_said_before_the_sound_ends_becomes_final_without_a_flush():
    heard = await collect(segmented(Recogniser([("好。",)])).transcribe(pieces(SECOND)))

    assert texts(heard, final=True) == ["好。"]


async def test_usage_is_added_up():
    inner = Recogniser([("一",), ("二",)])

    heard = await collect(segmented(inner).transcribe(pieces([*SECOND, Flush(), *SECOND, Flush()])))

    assert [x.quantities["seconds"] for x in heard if isinstance(x, Usage)] == [1.0, 2.0]


async def test_a_long_utterance_is_heard_in_several_recognitions():
    inner = Recogniser([("从前有座山，",), ("山上有座庙。",)])

    heard = await collect(segmented(inner, longest_s=1.0).transcribe(pieces([*SECOND, *SECOND, Flush()])))

    assert texts(heard, final=True) == ["从前有座山，山上有座庙。"]
    assert inner.recognitions == pytest.approx([1.0, 1.0])


async def test_a_recogniser_that_ends_by_itself_is_started_again_within_the_utterance():
    inner = Recogniser([("喂？",), ("喂，听得到吗？",)], stops=15)

    heard = await collect(segmented(inner).transcribe(pieces([*SECOND, *SECOND, Flush()])))

    assert texts(heard, final=True) == ["喂？喂，听得到吗？"]
    assert inner.recognitions == pytest.approx([1.5, 0.5])


async def test_a_recogniser_that_always_ends_at_once_is_broken():
    with pytest.raises(ProviderError) as failure:
        await collect(segmented(Recogniser([()] * 10, stops=1)).transcribe(pieces([*SECOND, Flush()])))

    assert (failure.value.kind, failure.value.vendor) == ("server", "one-by-one")


async def test_sound_is_taken_while_a_final_is_awaited():
    taken: list[int] = []
    understood = asyncio.Event()

    class Slow(Recogniser):
        async def transcribe(
            self, frames: AsyncIterator[AudioFrame | Flush]
        ) -> AsyncIterator[Transcript | Usage]:
            async for heard in super().transcribe(frames):
                await understood.wait()
                yield heard

    async def sound() -> AsyncIterator[AudioFrame | Flush]:
        for item in [*SECOND, Flush(), *SECOND]:
            taken.append(1)
            yield item
            await asyncio.sleep(0)
        understood.set()
        yield Flush()

    heard = await collect(segmented(Slow([("一",), ("二",)])).transcribe(sound()))

    assert texts(heard, final=True) == ["一", "二"]
    assert len(taken) == 21


async def test_it_does_not_end_sentences_by_itself():
    inner = Recogniser(capabilities=Capabilities(sample_rates=(8000,), endpoints_itself=True))

    assert segmented(inner).capabilities == Capabilities(sample_rates=(8000,), endpoints_itself=False)


@pytest.mark.parametrize("said", [[], SECOND, [*SECOND, Flush(), *SECOND[:3]]])
async def test_hanging_up_is_prompt_and_leaves_nothing(said: list[AudioFrame | Flush]):
    inner = Recogniser([("一",), ("二",)])

    await assert_stops_promptly(segmented(inner).transcribe(then_silence(said)), after=0)

    assert inner.open == 0


async def test_a_failure_of_the_sound_is_passed_on_as_it_is():
    before = asyncio.all_tasks()

    async def breaks() -> AsyncIterator[AudioFrame | Flush]:
        yield SECOND[0]
        raise LookupError("the transport is gone")

    with pytest.raises(LookupError):
        await collect(segmented(Recogniser([()])).transcribe(breaks()))
    await assert_no_task_since(before)
