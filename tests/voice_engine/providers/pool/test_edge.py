"""What pools measure at their edge, and how the installation's limits keep a vendor out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from tests.contracts.tools import collect, pieces
from tests.voice_engine.providers.pool.ears import Ear, speak
from tests.voice_engine.providers.pool.test_llm import ASKED, DONE
from tests.voice_engine.providers.pool.vendors import Diary, ScriptedLlm, ScriptedTts, broken, member, watched
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Delta, Stt, Transcript
from voice_engine.providers.frames import Frames
from voice_engine.providers.pool.allowance import Allowance, Allowances
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.race import RaceStt
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.settings import ProviderLimit
from voice_engine.simulate.loop import run_virtual

HELLO = [1, 2, 3]


def limited(**limit: Any) -> Allowance:
    return Allowances([ProviderLimit(**limit)]).of("llm", "a", "org", own_key=False)


async def heard(pool: Stt, *, silence: bool = False, times: int = 1) -> list[str]:
    """The finals of a caller who says hello."""
    frames = Frames()
    caller = asyncio.create_task(speak(frames, [HELLO] * times, silence=silence))
    finals = [t.text for t in await collect(pool.transcribe(frames)) if isinstance(t, Transcript) and t.final]
    await caller
    return finals


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_models_first_token_is_its_first_text_not_its_sign_of_life():
    one = member(ScriptedLlm([[0.1, Delta(), 0.2, "好的", DONE]]), "llm")
    seen = watched(one)

    run_virtual(collect(PoolLlm([one]).reply(ASKED)))

    assert (seen.requests, seen.waits, seen.kinds) == (1, [("first-token", 0.3)], [])


def test_a_model_that_fails_and_one_that_takes_over_are_measured_each():
    a, b = (
        member(ScriptedLlm([["好", broken("network")]], "a"), "llm"),
        member(ScriptedLlm([[0.2, "的。"]], "b"), "llm"),
    )
    first, second = watched(a), watched(b)

    run_virtual(collect(PoolLlm([a, b]).reply(ASKED)))

    assert (first.waits, first.kinds) == ([("first-token", 0.0)], ["network"])
    assert (second.requests, second.waits) == (1, [("first-token", 0.2)])


def test_a_voices_first_audio_counts_from_the_first_text():
    async def slowly() -> AsyncIterator[str]:
        await asyncio.sleep(1.0)
        yield "你好"

    one = member(ScriptedTts([[0.25, "ab"]]), "tts")
    seen = watched(one)

    run_virtual(collect(PoolTts([one]).synthesize(slowly())))

    assert seen.waits == [("first-audio", 0.25)]


@pytest.mark.parametrize("itself", [False, True])
def test_a_recognisers_first_partial_and_final_are_measured(itself: bool):
    one = member(Ear(endpoints_itself=itself), "stt")
    seen = watched(one)

    run_virtual(heard(PoolStt([one]), silence=itself, times=2))

    assert [what for what, _ in seen.waits] == ["first-partial", "final"] * 2
    assert [seconds for _, seconds in seen.waits] == pytest.approx([0.12, 0.2] * 2, abs=0.07)


def test_every_runner_of_a_race_is_measured():
    a, b = member(Ear("a", final_s=0.1), "stt"), member(Ear("b", final_s=0.3), "stt")
    seen = watched(a), watched(b)

    run_virtual(heard(RaceStt([a, b])))

    assert [each.waits for each in seen] == [[("final", 0.1)], [("final", 0.3)]]


def test_a_loser_is_not_busy_while_the_winner_goes_on():
    slow, good = (
        member(ScriptedLlm([[9.0, "a"]], "a"), "llm"),
        member(ScriptedLlm([["bb", 1.0, "b"]], "b"), "llm"),
    )

    async def busy() -> list[int]:
        async with aclosing(PoolLlm([slow, good]).reply(ASKED)) as reply:
            await anext(reply)
            return [one.standing.busy for one in (slow, good)]

    assert run_virtual(busy()) == [0, 1]


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────


def test_over_the_limit_the_next_one_answers_and_it_is_told_once_a_call():
    a, b = member(ScriptedLlm([["a"]], "a"), "llm"), member(ScriptedLlm([["b"]], "b"), "llm")
    a.standing.allowance = limited(requests_per_minute=2)
    diary = Diary()
    pool = PoolLlm([a, b], diary.troubles)

    said = [run_virtual(collect(pool.reply(ASKED)))[0].text for _ in range(4)]

    assert said == ["a", "a", "b", "b"]
    assert diary.story == ["limited a"]
    assert a.standing.breaker.until is None, "the vendor has done nothing wrong"


def test_when_every_one_is_over_the_limit_it_is_said_clearly():
    one = member(ScriptedLlm([["a"]], "a"), "llm")
    one.standing.allowance = limited(requests_per_minute=1)
    pool = PoolLlm([one])
    run_virtual(collect(pool.reply(ASKED)))

    with pytest.raises(ProviderError, match="limit for a is reached: 1 requests a minute") as refused:
        run_virtual(collect(pool.reply(ASKED)))

    assert (refused.value.kind, refused.value.vendor) == ("quota", "a")


@pytest.mark.parametrize("race", [False, True])
def test_seconds_heard_are_counted_and_a_caller_who_speaks_is_heard_to_the_end(race: bool):
    def ears() -> list[Member[Stt]]:
        return [member(Ear(name), "stt", name=name) for name in ("ab" if race else "a")]

    mine = limited(audio_minutes_per_day=0.01)
    first, later = ears(), ears()
    first[0].standing.allowance = later[0].standing.allowance = mine
    pool = RaceStt if race else PoolStt

    assert len(run_virtual(heard(pool(first)))) == 1
    assert mine.audio[0].unsent(mine.wall())[1] == pytest.approx(0.6, abs=0.02)
    if race:
        assert len(run_virtual(heard(pool(later)))) == 1
    else:
        with pytest.raises(ProviderError, match="minutes of sound a day"):
            run_virtual(heard(pool(later)))


def test_seconds_heard_are_counted_while_the_call_goes_on():
    one, frames = member(Ear(), "stt"), Frames()
    one.standing.allowance = limited(audio_minutes_per_day=1)

    async def until_the_first_final() -> None:
        caller = asyncio.create_task(speak(frames, [HELLO], silence=False))
        async with aclosing(PoolStt([one]).transcribe(frames)) as stream:
            async for item in stream:
                if isinstance(item, Transcript) and item.final:
                    assert one.standing.allowance.audio[0].unsent(one.standing.allowance.wall())[1] > 0.5
                    break
        caller.cancel()
        await asyncio.wait([caller])

    run_virtual(until_the_first_final())


def test_a_recogniser_that_fails_hands_over_to_one_within_its_limits():
    a, b, c = (member(Ear(n, "fail" if n == "a" else None, 0.3), "stt", name=n) for n in "abc")
    b.standing.allowance = limited(requests_per_minute=1)
    b.standing.allowance.asked()
    diary = Diary()

    assert len(run_virtual(heard(PoolStt([a, b, c], diary.troubles)))) == 1
    assert diary.story == ["limited b", "failed a", "failed-over a c"]


def test_seconds_spoken_are_counted():
    one = member(ScriptedTts([["abcde"]]), "tts")
    one.standing.allowance = limited(audio_minutes_per_day=1)

    run_virtual(collect(PoolTts([one]).synthesize(pieces(["你好"]))))

    assert one.standing.allowance.audio[0].unsent(one.standing.allowance.wall())[1] == pytest.approx(0.1)


def test_a_member_without_tokens_is_passed_over_and_asked_only_when_alone():
    a, b = member(ScriptedLlm([["a"]], "a"), "llm"), member(ScriptedLlm([["b"]], "b"), "llm")
    for _ in range(100):
        a.standing.bucket.take(0.0)

    assert run_virtual(collect(PoolLlm([a, b]).reply(ASKED)))[0].text == "b"
    assert run_virtual(collect(PoolLlm([a]).reply(ASKED)))[0].text == "a"
