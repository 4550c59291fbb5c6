"""Recognisers that race: one answer per utterance, from the fastest, whoever else is slow, silent or gone."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice_engine.providers.pool.ears import Ear, speak
from tests.voice_engine.providers.pool.test_stt import ONE, TWO, words
from tests.voice_engine.providers.pool.vendors import Diary, member, nobody_is_busy
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Transcript
from voice_engine.providers.frames import Frames
from voice_engine.providers.pool.race import RaceStt
from voice_engine.simulate.loop import run_virtual


class Raced:
    """What racing ears hear of a caller, in virtual time."""

    def __init__(self, *ears: Ear, utterances: Sequence[Sequence[int]] = (ONE, TWO)):
        self.ears, self.diary = ears, Diary()
        self.items: list[Transcript] = []
        self.final_at: list[float] = []
        self.error: ProviderError | None = None
        run_virtual(self._run(utterances))

    async def _run(self, utterances: Sequence[Sequence[int]]) -> None:
        members = [member(ear, "stt") for ear in self.ears]
        race = RaceStt(members, self.diary.troubles)
        frames = Frames()
        silence = race.capabilities.endpoints_itself
        caller = asyncio.create_task(speak(frames, utterances, silence=silence))
        try:
            async for item in race.transcribe(frames):
                if isinstance(item, Transcript):
                    self.items.append(item)
                    if item.final and item.text:
                        self.final_at.append(asyncio.get_running_loop().time())
        except ProviderError as error:
            self.error = error
        caller.cancel()
        await asyncio.wait([caller])
        assert [ear.open for ear in self.ears] == [0] * len(self.ears)
        assert nobody_is_busy(members)
        assert len(asyncio.all_tasks()) == 1

    @property
    def finals(self) -> list[str]:
        return [item.text for item in self.items if item.final and item.text]


@pytest.mark.parametrize("itself", [False, True])
def test_the_first_final_of_each_utterance_wins_and_the_others_are_dropped(itself: bool):
    raced = Raced(
        Ear("a", final_s=0.9, endpoints_itself=itself), Ear("b", final_s=0.1, endpoints_itself=itself)
    )

    assert raced.finals == [words(ONE), words(TWO)]
    assert raced.final_at[0] == pytest.approx(1.34, abs=0.05)


def test_partials_come_from_one_voice():
    raced = Raced(Ear("a"), Ear("b"), utterances=[ONE])

    partials = [item.text for item in raced.items if not item.final]
    assert partials == [words(ONE[: n + 1]) for n in range(len(ONE))]


def test_what_each_of_them_bills_is_told():
    raced = Raced(Ear("a"), Ear("b"))

    told = {t.provider: t.usage.quantities["seconds"] for t in raced.diary.pages if t.usage}
    assert told == {"a": pytest.approx(1.6, abs=0.1), "b": pytest.approx(1.6, abs=0.1)}


@pytest.mark.parametrize("fault", ["fail", "cut", "mute", "frozen", "never", "empty"])
def test_one_that_breaks_does_not_disturb_the_race(fault: Any):
    raced = Raced(Ear("a", fault, 0.5, times=99), Ear("b"))

    assert raced.finals == [words(ONE), words(TWO)]
    assert raced.error is None


@pytest.mark.parametrize("fault", ["fail", "cut"])
def test_when_the_last_one_breaks_all_begin_again_with_the_utterance(fault: Any):
    raced = Raced(Ear("a", fault, 0.5), Ear("b", fault, 0.5))

    assert raced.finals == [words(ONE), words(TWO)]


def test_when_nobody_understands_there_is_one_empty_final():
    raced = Raced(Ear("a", "empty", 0.0, times=99), Ear("b", "empty", 0.0, times=99), utterances=[ONE])

    assert [item.text for item in raced.items if item.final] == [""]


def test_refused_keys_end_the_race():
    raced = Raced(Ear("a", "fail", 0.0, 99, "auth"), Ear("b", "fail", 0.0, 99, "auth"))

    assert raced.error is not None
    assert raced.error.kind == "auth"


@settings(max_examples=80, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    delays=st.tuples(st.floats(0.05, 0.9), st.floats(0.05, 0.9)),
    itself=st.booleans(),
)
def test_no_word_is_lost_or_heard_twice(lengths: list[int], delays: tuple[float, float], itself: bool):
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    utterances = [list(range(start, start + n)) for start, n in zip(starts, lengths, strict=True)]
    ears = [
        Ear(name, final_s=delay, endpoints_itself=itself) for name, delay in zip("ab", delays, strict=True)
    ]

    assert Raced(*ears, utterances=utterances).finals == [words(u) for u in utterances]
