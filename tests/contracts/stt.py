"""What every recogniser must do. Subclass, give the fixture `stt` and two utterances it understands.

The utterances are PCM16 with their text; a vendor's emulator is told to answer with the texts.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import ClassVar

import pytest

from tests.contracts.tools import (
    assert_no_task_since,
    assert_stops_promptly,
    collect,
    pieces,
    spoken,
    then_silence,
)
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, Stt, Transcript, Usage

Heard = Sequence[Transcript | Usage]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Mono PCM16 at `rate` Hz and the words in it."""

    pcm: bytes
    text: str
    rate: int = 16000

    def frames(self, seconds: float = 0.02) -> Iterator[AudioFrame]:
        """As a transport would bring it."""
        size = int(self.rate * seconds) * 2
        for at in range(0, len(self.pcm), size):
            yield AudioFrame(self.pcm[at : at + size], self.rate, at // 2)

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.rate


class SttContract:
    """A recogniser under test."""

    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ()
    partials: ClassVar[bool] = True

    @pytest.fixture
    async def stt(self) -> Stt:
        raise NotImplementedError("give the recogniser under test")

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        raise NotImplementedError("give two utterances with different words")

    def failing(self, kind: ProviderErrorKind) -> AbstractAsyncContextManager[Stt]:
        """A recogniser whose vendor fails in this way."""
        raise NotImplementedError("one for every entry of `faults`")

    async def test_each_utterance_gets_its_final_in_order(self, stt: Stt, said: tuple[Utterance, Utterance]):
        heard = await collect(stt.transcribe(pieces(conversation(said))))

        assert [spoken(t) for t in finals(heard) if t] == [spoken(u.text) for u in said]

    async def test_a_partial_is_the_whole_of_its_own_utterance_so_far(
        self, stt: Stt, said: tuple[Utterance, Utterance]
    ):
        heard = await collect(stt.transcribe(pieces(conversation(said))))

        assert any(not t.final for t in transcripts(heard)) == self.partials
        for partial, final in last_partials(heard):
            assert len(spoken(partial)) >= len(spoken(final)) / 2, "an increment, not the whole utterance"
            assert len(spoken(partial)) <= len(spoken(final)) * 1.5, "an earlier utterance is still in it"

    async def test_each_flush_is_answered_by_one_final(self, stt: Stt, said: tuple[Utterance, Utterance]):
        rate = said[0].rate
        quiet = Utterance(bytes(rate), "", rate)
        stream = [Flush(), *quiet.frames(), Flush(), *said[0].frames(), Flush(), Flush(), *quiet.frames()]

        answers = finals(await collect(stt.transcribe(pieces(stream))))

        if stt.capabilities.endpoints_itself:
            assert [spoken(t) for t in answers if t] == [spoken(said[0].text)]
        else:
            assert [spoken(t) for t in answers][:4] == ["", "", spoken(said[0].text), ""]

    async def test_the_last_usage_counts_the_seconds(self, stt: Stt, said: tuple[Utterance, Utterance]):
        used = [x for x in await collect(stt.transcribe(pieces(conversation(said)))) if isinstance(x, Usage)]

        assert used
        assert used[-1].quantities["seconds"] == pytest.approx(sum(u.seconds for u in said), abs=1.0)

    @pytest.mark.parametrize("seconds", [0.01, 0.032, 0.1, 0.5])
    async def test_the_size_of_the_frames_does_not_matter(
        self, stt: Stt, said: tuple[Utterance, Utterance], seconds: float
    ):
        heard = await collect(stt.transcribe(pieces([*said[0].frames(seconds), Flush()])))

        assert [spoken(t) for t in finals(heard) if t] == [spoken(said[0].text)]

    async def test_no_sound_at_all_is_not_an_error(self, stt: Stt):
        assert [t for t in finals(await collect(stt.transcribe(pieces([])))) if t] == []

    async def test_two_callers_at_once_do_not_mix(self, stt: Stt, said: tuple[Utterance, Utterance]):
        both = await asyncio.gather(*(collect(stt.transcribe(pieces([*u.frames(), Flush()]))) for u in said))

        assert [[spoken(t) for t in finals(h) if t] for h in both] == [[spoken(u.text)] for u in said]

    async def test_cancelling_in_the_middle_is_prompt_and_leaves_nothing(
        self, stt: Stt, said: tuple[Utterance, Utterance]
    ):
        await assert_stops_promptly(stt.transcribe(then_silence(conversation(said))), after=1)

    async def test_cancelling_while_nobody_speaks_is_prompt_and_leaves_nothing(self, stt: Stt):
        await assert_stops_promptly(stt.transcribe(then_silence(())), after=0)

    async def test_a_cancelled_caller_does_not_disturb_the_next(
        self, stt: Stt, said: tuple[Utterance, Utterance]
    ):
        await assert_stops_promptly(stt.transcribe(then_silence(said[1].frames())), after=0)

        heard = await collect(stt.transcribe(pieces([*said[0].frames(), Flush()])))

        assert [spoken(t) for t in finals(heard) if t] == [spoken(said[0].text)]

    async def test_each_failure_is_a_provider_error_of_its_kind(self, said: tuple[Utterance, Utterance]):
        for kind in self.faults:
            before = asyncio.all_tasks()
            async with self.failing(kind) as stt:
                with pytest.raises(ProviderError) as failure:
                    await collect(stt.transcribe(then_silence(conversation(said))))
                assert (failure.value.kind, failure.value.vendor) == (kind, stt.vendor), failure.value.message
            await assert_no_task_since(before)

    async def test_a_failure_of_the_sound_is_passed_on_as_it_is(
        self, stt: Stt, said: tuple[Utterance, Utterance]
    ):
        before = asyncio.all_tasks()

        async def breaks() -> AsyncIterator[AudioFrame | Flush]:
            for frame in said[0].frames():
                yield frame
            raise LookupError("the transport is gone")

        with pytest.raises(LookupError):
            await collect(stt.transcribe(breaks()))
        await assert_no_task_since(before)


def conversation(said: Sequence[Utterance]) -> list[AudioFrame | Flush]:
    """Utterances one after the other, a Flush after each."""
    return [item for u in said for item in (*u.frames(), Flush())]


def transcripts(heard: Heard) -> list[Transcript]:
    """Without the usage."""
    return [x for x in heard if isinstance(x, Transcript)]


def finals(heard: Heard) -> list[str]:
    """The texts of the finals."""
    return [t.text for t in transcripts(heard) if t.final]


def last_partials(heard: Heard) -> list[tuple[str, str]]:
    """For each final with words and partials: the last partial's text and the final's."""
    pairs, partial = [], ""
    for transcript in transcripts(heard):
        if not transcript.final:
            partial = transcript.text
        else:
            if partial and transcript.text:
                pairs.append((partial, transcript.text))
            partial = ""
    return pairs
