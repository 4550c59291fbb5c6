"""What every voice must do. Subclass, give the fixture `tts`, and for a vendor `faults` and `failing`.

class TestEspeak(TtsContract):
    @pytest.fixture
    async def tts(self):
        return EspeakTts(ProviderConfig())
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from typing import ClassVar

import pytest

from tests.contracts.tools import (
    assert_no_task_since,
    assert_stops_promptly,
    collect,
    pieces,
    then_silence,
    within,
)
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import Tts, Usage, WordTimes

SENTENCES = ("Good morning, this is the front desk. ", "What can I do for you today?")


class TtsContract:
    """A voice under test."""

    sentences: ClassVar[tuple[str, str]] = SENTENCES
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ()
    speaks_before_text_ends: ClassVar[bool] = True

    @pytest.fixture
    async def tts(self) -> Tts:
        raise NotImplementedError("give the voice under test")

    def failing(self, kind: ProviderErrorKind) -> AbstractAsyncContextManager[Tts]:
        """A voice whose vendor fails in this way."""
        raise NotImplementedError("one for every entry of `faults`")

    async def test_sound_is_whole_samples_at_a_promised_rate_without_a_gap(self, tts: Tts):
        heard = frames(await collect(tts.synthesize(pieces(self.sentences))))

        assert heard
        assert {f.rate for f in heard} <= set(tts.capabilities.sample_rates)
        assert {f.channels for f in heard} == {1}
        assert all(len(f.pcm) % 2 == 0 and f.pcm for f in heard)
        assert [f.pts for f in heard] == running_total(heard)
        assert any(any(f.pcm) for f in heard)

    async def test_text_in_crumbs_sounds_as_long_as_text_in_one_piece(self, tts: Tts):
        text = "".join(self.sentences)

        whole = await collect(tts.synthesize(pieces([text])))
        crumbs = await collect(tts.synthesize(pieces(text)))

        assert seconds(crumbs) == pytest.approx(seconds(whole), rel=0.2)

    async def test_the_first_sentence_sounds_while_text_is_still_coming(self, tts: Tts):
        if self.speaks_before_text_ends:
            async with aclosing(tts.synthesize(then_silence(self.sentences))) as stream:  # type: ignore[type-var]
                assert isinstance(await within(anext(stream)), AudioFrame)

    async def test_the_last_usage_counts_the_characters(self, tts: Tts):
        used = [x for x in await collect(tts.synthesize(pieces(self.sentences))) if isinstance(x, Usage)]

        assert used
        assert used[-1].quantities["characters"] == pytest.approx(len("".join(self.sentences)), rel=0.1)

    async def test_word_times_are_in_order_and_inside_the_sound(self, tts: Tts):
        said = await collect(tts.synthesize(pieces(self.sentences)))

        times = [x for x in said if isinstance(x, WordTimes)]
        starts = [s for t in times for s in t.starts]
        ends = [e for t in times for e in t.ends]
        assert bool(times) == tts.capabilities.word_times
        assert all(len(t.words) == len(t.starts) == len(t.ends) > 0 for t in times)
        assert starts == sorted(starts)
        assert all(0 <= s <= e <= seconds(said) + 0.05 for s, e in zip(starts, ends, strict=True))

    @pytest.mark.parametrize("nothing", [(), ("",), (" ", "\n")])
    async def test_nothing_to_say_is_not_an_error(self, tts: Tts, nothing: tuple[str, ...]):
        assert frames(await collect(tts.synthesize(pieces(nothing)))) == []

    async def test_two_replies_at_once_do_not_mix(self, tts: Tts):
        alone = [seconds(await collect(tts.synthesize(pieces([s])))) for s in self.sentences]

        both = await asyncio.gather(*(collect(tts.synthesize(pieces([s]))) for s in self.sentences))

        assert [seconds(said) for said in both] == pytest.approx(alone, rel=0.1)

    async def test_cancelling_in_the_middle_is_prompt_and_leaves_nothing(self, tts: Tts):
        await assert_stops_promptly(tts.synthesize(then_silence(self.sentences * 5)), after=1)

    async def test_cancelling_while_waiting_for_text_is_prompt_and_leaves_nothing(self, tts: Tts):
        await assert_stops_promptly(tts.synthesize(then_silence(())), after=0)

    async def test_closing_in_the_middle_leaves_nothing_and_the_next_reply_is_whole(self, tts: Tts):
        before = asyncio.all_tasks()
        alone = seconds(await collect(tts.synthesize(pieces(self.sentences))))
        stream = tts.synthesize(pieces(self.sentences))
        await within(anext(stream))

        await within(stream.aclose())  # type: ignore[attr-defined]

        await assert_no_task_since(before)
        again = seconds(await collect(tts.synthesize(pieces(self.sentences))))
        assert again == pytest.approx(alone, rel=0.1)

    async def test_each_failure_is_a_provider_error_of_its_kind(self):
        for kind in self.faults:
            before = asyncio.all_tasks()
            async with self.failing(kind) as tts:
                with pytest.raises(ProviderError) as failure:
                    await collect(tts.synthesize(pieces(self.sentences)))
                assert (failure.value.kind, failure.value.vendor) == (kind, tts.vendor), failure.value.message
            await assert_no_task_since(before)

    async def test_a_failure_of_the_text_is_passed_on_as_it_is(self, tts: Tts):
        before = asyncio.all_tasks()

        async def breaks() -> AsyncIterator[str]:
            yield self.sentences[0]
            raise LookupError("the model is gone")

        with pytest.raises(LookupError):
            await collect(tts.synthesize(breaks()))
        await assert_no_task_since(before)


def frames(said: list[AudioFrame | WordTimes | Usage]) -> list[AudioFrame]:
    """Only the sound."""
    return [x for x in said if isinstance(x, AudioFrame)]


def seconds(said: list[AudioFrame | WordTimes | Usage]) -> float:
    """How long it sounds."""
    return sum(f.seconds for f in frames(said))


def running_total(heard: list[AudioFrame]) -> list[int]:
    """The `pts` that frames without a gap have."""
    at, starts = 0, []
    for frame in heard:
        starts.append(at)
        at += len(frame.pcm) // 2
    return starts
