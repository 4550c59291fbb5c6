"""Recognisers in a pool: whatever breaks in mid-utterance, no word of the caller is lost or heard twice."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice_engine.providers.pool.ears import Ear, frame, speak, word
from tests.voice_engine.providers.pool.vendors import Diary, member, nobody_is_busy
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Flush, Transcript, Usage
from voice_engine.providers.frames import Frames
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.simulate.loop import run_virtual

ONE, TWO = [0, 1, 2, 3, 4], [5, 6, 7]


class Heard:
    """What a pool of ears hears of a caller, in virtual time."""

    def __init__(self, *ears: Ear, utterances: Sequence[Sequence[int]] = (ONE, TWO), **options: Any):
        self.ears, self.diary = ears, Diary()
        self.items: list[Transcript | Usage] = []
        self.final_at: list[float] = []
        self.error: ProviderError | None = None
        run_virtual(self._run(utterances, options))

    async def _run(self, utterances: Sequence[Sequence[int]], options: dict[str, Any]) -> None:
        members = [member(ear, "stt") for ear in self.ears]
        pool = PoolStt(members, self.diary.troubles, **options)
        frames = Frames()
        caller = asyncio.create_task(
            speak(frames, utterances, silence=self.ears[0].endpoints_itself), name="caller"
        )
        try:
            async for item in pool.transcribe(frames):
                self.items.append(item)
                if isinstance(item, Transcript) and item.final:
                    self.final_at.append(asyncio.get_running_loop().time())
        except ProviderError as error:
            self.error = error
            self.failed_at = asyncio.get_running_loop().time()
        caller.cancel()
        await asyncio.wait([caller])
        assert [ear.open for ear in self.ears] == [0] * len(self.ears)
        assert nobody_is_busy(members)
        assert len(asyncio.all_tasks()) == 1

    @property
    def finals(self) -> list[str]:
        return [t.text for t in self.items if isinstance(t, Transcript) and t.final]

    @property
    def partials(self) -> list[str]:
        return [t.text for t in self.items if isinstance(t, Transcript) and not t.final]


def words(numbers: Sequence[int]) -> str:
    return "".join(map(word, numbers))


@pytest.mark.parametrize("itself", [False, True])
def test_a_healthy_ear_hears_alone(itself: bool):
    heard = Heard(Ear(endpoints_itself=itself), Ear("b"))

    assert heard.finals == [words(ONE), words(TWO)]
    assert heard.ears[1].opened == 0
    assert heard.diary.story == []


@pytest.mark.parametrize("itself", [False, True])
@pytest.mark.parametrize("fault", ["fail", "cut", "mute", "frozen", "never"])
@pytest.mark.parametrize("after_s", [0.1, 0.55, 1.0])
def test_a_failover_in_mid_utterance_loses_no_word(fault: Any, after_s: float, itself: bool):
    heard = Heard(Ear("a", fault, after_s, endpoints_itself=itself), Ear("b", endpoints_itself=itself))

    assert [text for text in heard.finals if text] == [words(ONE), words(TWO)]
    assert heard.error is None
    assert "failed-over a b" in heard.diary.story


@pytest.mark.parametrize("itself", [False, True])
@pytest.mark.parametrize("fault", ["fail", "mute", "frozen"])
def test_the_successor_may_be_of_the_other_kind(fault: Any, itself: bool):
    first, second = Ear("a", fault, 0.5, endpoints_itself=itself), Ear("b", endpoints_itself=not itself)

    heard = Heard(first, second)

    assert [text for text in heard.finals if text] == [words(ONE), words(TWO)]


def test_the_pool_has_the_capabilities_of_who_hears_now():
    async def run() -> tuple[bool, bool]:
        pool = PoolStt([member(Ear("a", "fail", 0.1, endpoints_itself=True), "stt"), member(Ear("b"), "stt")])
        frames, before = Frames(), pool.capabilities.endpoints_itself
        for item in [*[frame(1)] * 20, Flush()]:
            frames.put(item)
        stream = pool.transcribe(frames)
        await anext(stream)
        await stream.aclose()
        return before, pool.capabilities.endpoints_itself

    assert run_virtual(run()) == (True, False)


@pytest.mark.parametrize("fault", ["fail", "cut", "mute", "frozen"])
def test_an_ear_that_is_alone_is_opened_again_and_hears_the_utterance_from_its_beginning(fault: Any):
    heard = Heard(Ear("a", fault, 0.5))

    assert heard.finals == [words(ONE), words(TWO)]
    assert heard.ears[0].opened == 2


def test_one_that_gives_empty_finals_to_speech_is_found_out():
    heard = Heard(
        Ear("a", "empty", 0.0, endpoints_itself=True), Ear("b", endpoints_itself=True),
        utterances=[list(range(n, n + 6)) for n in range(0, 24, 6)],
    )  # fmt: skip

    assert "".join(heard.finals) == words(range(24))


def test_the_successor_does_not_seem_to_correct_what_was_shown():
    heard = Heard(Ear("a", "fail", 0.7), Ear("b"))

    shown = heard.partials[: heard.partials.index(words(ONE))]
    assert [len(text) for text in shown] == sorted(len(text) for text in shown)


def test_a_silent_ear_is_replaced_soon_enough_for_the_caller():
    heard = Heard(Ear("a", "mute", 0.0), Ear("b"), utterances=[ONE])

    flushed = 1.0 + 0.24
    assert heard.final_at[0] - flushed < 2.5
    assert heard.ears[0].closed_at[0] - flushed < 2.0


def test_an_ear_that_hears_three_seconds_without_a_word_is_replaced_in_mid_utterance():
    heard = Heard(Ear("a", "mute", 0.0), Ear("b"), utterances=[list(range(25))])

    assert heard.finals == [words(range(25))]
    assert heard.ears[0].closed_at[0] == pytest.approx(3.0, abs=0.1)


def test_noise_is_not_blamed_on_anybody_twice():
    """A recogniser that makes nothing of noise is right; another one is asked once."""
    heard = Heard(
        Ear("a", "mute", 0.0, times=99, endpoints_itself=True),
        Ear("b", "mute", 0.0, times=99, endpoints_itself=True),
        utterances=[list(range(40)), list(range(40))],
    )

    assert heard.error is None
    assert heard.ears[0].opened + heard.ears[1].opened == 2
    assert "failed a" not in heard.diary.story


def test_what_was_longer_than_the_tape_is_put_together_from_both():
    heard = Heard(Ear("a", "fail", 12.0), Ear("b"), utterances=[list(range(70))])

    assert heard.finals == [words(range(70))]


@pytest.mark.parametrize("kind", ["auth", "quota"])
def test_a_refused_key_ends_a_lonely_ear_at_once(kind: Any):
    heard = Heard(Ear("a", "fail", 0.0, times=99, kind=kind))

    assert heard.error is not None
    assert heard.error.kind == kind
    assert heard.ears[0].opened == 1


def test_an_ear_that_fails_again_and_again_is_given_up():
    heard = Heard(Ear("a", "fail", 0.0, times=99))

    assert heard.error is not None
    assert heard.error.kind == "network"
    assert heard.ears[0].opened == 7
    assert heard.failed_at < 5


def test_a_refused_key_is_not_tried_again_in_this_call():
    heard = Heard(Ear("a", "fail", 0.0, times=99, kind="auth"), Ear("b", "fail", 1.2))

    assert heard.finals == [words(ONE), words(TWO)]
    assert heard.ears[0].opened == 1


def test_one_that_hung_up_because_nobody_spoke_is_called_again_and_not_blamed():
    heard = Heard(Ear("a", "fail", 0.5, times=3, kind="idle_timeout"), Ear("b"))

    assert heard.finals == [words(ONE), words(TWO)]
    assert (heard.ears[0].opened, heard.ears[1].opened) == (4, 0)
    assert "opened a" not in heard.diary.story


def test_usage_before_a_failover_is_told_with_the_trouble_and_later_usage_names_the_successor():
    heard = Heard(Ear("a", "fail", 0.6), Ear("b"))

    failed = next(t for t in heard.diary.pages if t.what == "failed")
    assert failed.usage is not None
    assert (failed.usage.provider, failed.usage.quantities["seconds"]) == ("a", pytest.approx(0.62))
    last = [u for u in heard.items if isinstance(u, Usage)][-1]
    assert (last.provider, last.quantities["seconds"]) == ("b", pytest.approx(1.6, abs=0.05))


def test_an_ear_that_is_cut_off_has_been_billed_to_who_heard():
    async def run() -> Usage:
        frames = Frames()
        for item in [*[frame(1)] * 10, Flush()]:
            frames.put(item)
        stream = PoolStt([member(Ear("a"), "stt")]).transcribe(frames)
        async for item in stream:
            if isinstance(item, Usage):
                await stream.aclose()
                return item
        raise AssertionError

    used = run_virtual(run())
    assert (used.provider, used.estimated, used.quantities["seconds"]) == ("a", True, pytest.approx(0.2))


def test_frames_outlive_a_reader_that_is_cancelled():
    async def run() -> list[Any]:
        frames = Frames()
        reader = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0)
        reader.cancel()
        await asyncio.wait([reader])
        frames.put(Flush())
        frames.end()
        return [item async for item in frames]

    assert run_virtual(run()) == [Flush()]


@settings(max_examples=120, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 8), min_size=1, max_size=4),
    faults=st.lists(
        st.tuples(st.sampled_from(["fail", "cut", "mute", "frozen"]), st.floats(0, 3), st.integers(1, 2)),
        min_size=1, max_size=2,
    ),
    itself=st.booleans(),
)  # fmt: skip
def test_no_word_is_lost_or_heard_twice(lengths: list[int], faults: list[Any], itself: bool):
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    utterances = [list(range(start, start + n)) for start, n in zip(starts, lengths, strict=True)]
    ears = [
        Ear(name, fault, after_s, times, endpoints_itself=itself)
        for name, (fault, after_s, times) in zip("ab", faults, strict=False)
    ]

    heard = Heard(*ears, Ear("c", endpoints_itself=itself), utterances=utterances)

    assert [text for text in heard.finals if text] == [words(u) for u in utterances]
    assert heard.error is None
