"""A voice of one text per request."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.contracts.tools import assert_no_task_since, assert_stops_promptly, collect, pieces, then_silence
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Usage, WordTimes
from voice_engine.providers.piecewise import piecewise

RATE = 1000
Spoken = AudioFrame | WordTimes | Usage


@dataclass
class Voice:
    """A tenth of a second for each request, in two frames; the words in `fails` are beyond it."""

    fails: str = "?"
    vendor: str = "one-by-one"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities((RATE,), word_times=True))
    asked: list[str] = field(default_factory=list)
    open: int = 0
    may_speak: asyncio.Event | None = None

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[Spoken]:
        whole = "".join([piece async for piece in text])
        self.asked.append(whole)
        self.open += 1
        try:
            await asyncio.sleep(0)
            if self.fails in whole:
                raise ProviderError("moderation", self.vendor, "No.")
            for pts in (0, 50):
                yield AudioFrame(bytes(100), RATE, pts)
                if self.may_speak:
                    await self.may_speak.wait()
            yield WordTimes((whole,), (0.01,), (0.1,))
            yield Usage({"characters": len(whole)})
        finally:
            self.open -= 1


def frames(said: list[Spoken]) -> list[AudioFrame]:
    return [x for x in said if isinstance(x, AudioFrame)]


async def listen(stream: AsyncIterator[Spoken], heard: list[Spoken]) -> None:
    async for sound in stream:
        heard.append(sound)


@pytest.mark.parametrize("text", [["一。二！三"], list("一。二！三"), ["一", "。二！", "三"]])
async def test_each_sentence_is_a_request(text: list[str]):
    voice = Voice()

    await collect(piecewise(voice).synthesize(pieces(text)))

    assert voice.asked == ["一。", "二！", "三"]


async def test_numbers_and_closing_quotes_are_not_torn_off():
    voice = Voice()

    await collect(piecewise(voice).synthesize(pieces(["It is 3.14. 他说：“好。”然后走了"])))

    assert voice.asked == ["It is 3.14.", " 他说：“好。”", "然后走了"]


async def test_marks_and_blanks_alone_are_not_requested():
    voice = Voice()

    said = await collect(piecewise(voice).synthesize(pieces(["。！\n", "  ", "……"])))

    assert (voice.asked, said) == ([], [])


async def test_a_long_sentence_is_cut_at_a_breath():
    voice = Voice()

    await collect(
        piecewise(voice, longest=10).synthesize(pieces(["从前有座山，山上有座庙，庙里有个老和尚没有名字"]))
    )

    assert voice.asked == ["从前有座山，", "山上有座庙，", "庙里有个老和尚没有名", "字"]


async def test_the_sound_is_one():
    said = await collect(piecewise(Voice()).synthesize(pieces(["一。二。"])))

    assert [f.pts for f in frames(said)] == [0, 50, 100, 150]
    assert [(t.starts, t.ends) for t in said if isinstance(t, WordTimes)] == [
        ((0.01,), (0.1,)),
        ((0.11,), (0.2,)),
    ]


async def test_usage_counts_all_pieces():
    said = await collect(piecewise(Voice()).synthesize(pieces(["一二三。四五。"])))

    assert [x for x in said if isinstance(x, Usage)][-1].quantities == {"characters": 7}


async def test_the_next_sentence_is_requested_while_one_sounds_and_no_more():
    voice = Voice(may_speak=asyncio.Event())
    stream = piecewise(voice).synthesize(pieces(["一。二。三。"]))

    await anext(stream)
    for _ in range(20):
        await asyncio.sleep(0)
    requested = list(voice.asked)
    assert voice.may_speak
    voice.may_speak.set()
    await collect(stream)

    assert requested == ["一。", "二。"]
    assert voice.asked == ["一。", "二。", "三。"]


async def test_a_sentence_that_fails_is_told_after_the_ones_before_it():
    heard: list[Spoken] = []

    with pytest.raises(ProviderError) as failure:
        await listen(piecewise(Voice(fails="二")).synthesize(pieces(["一。二。三。"])), heard)

    assert failure.value.kind == "moderation"
    assert [f.pts for f in frames(heard)] == [0, 50]


async def test_a_failure_of_the_text_is_told_after_what_came_before_it():
    before = asyncio.all_tasks()
    heard: list[Spoken] = []

    async def breaks() -> AsyncIterator[str]:
        yield "一。二"
        raise LookupError("the model is gone")

    with pytest.raises(LookupError):
        await listen(piecewise(Voice()).synthesize(breaks()), heard)

    assert len(frames(heard)) == 2
    await assert_no_task_since(before)


@pytest.mark.parametrize(("text", "after"), [((), 0), (("一。二。三",), 1), (("一。二。三",), 5)])
async def test_hanging_up_is_prompt_and_leaves_nothing(text: tuple[str, ...], after: int):
    voice = Voice()

    await assert_stops_promptly(piecewise(voice).synthesize(then_silence(text)), after=after)

    assert voice.open == 0
