"""Whether the caller speaks, or our own voice comes back."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.contracts.speech import RATE, speech
from voice_engine.audio.level import powers
from voice_engine.listen.echo import STEP_S, SoundReturn, SpokenWords
from voice_engine.listen.interrupt import Interruption, Verdict
from voice_engine.spec import TurnPlan

pytestmark = pytest.mark.slow

STEP = int(RATE * STEP_S)
AGENT = "您的订单已经发货了，预计明天下午送到，请您稍等一下，我帮您查快递单号。"
CALLERS = [
    ("等一下我有个问题", "cmn"),
    ("不好意思，我想先问一下价格", "cmn"),
    ("Wait, I have a question about the price.", "en-us"),
]


def sound(text: str, voice: str = "cmn") -> np.ndarray:
    return np.frombuffer(speech(text, voice), "<i2").astype(float)


def mixed(seconds: float, *parts: tuple[float, float, np.ndarray]) -> np.ndarray:
    """Sounds at their times with their factors, over the hiss of a line."""
    out = np.random.default_rng(1).normal(0, 20, int(seconds * RATE))
    for at, factor, part in parts:
        begin = int(at * RATE)
        out[begin : begin + len(part)] += factor * part[: len(out) - begin]
    return out


def room(dry: np.ndarray) -> np.ndarray:
    """With the reverberation of a living room."""
    tail = np.random.default_rng(2).normal(0, 0.03, RATE // 5) * np.exp(-np.arange(RATE // 5) / 800)
    tail[0] = 1.0
    return np.convolve(dry, tail)


def steps(samples: np.ndarray) -> Iterator[bytes]:
    pcm = samples.clip(-32768, 32767).astype("<i2").tobytes()
    yield from (pcm[i : i + 2 * STEP] for i in range(0, len(pcm) - 2 * STEP + 1, 2 * STEP))


def verdicts(
    policy: Interruption, agent: np.ndarray, caller: np.ndarray, since: float, until: float = 99.0
) -> list:
    """What the policy says when a voice is heard from `since` to `until`."""
    found = []
    for i, (ours, theirs) in enumerate(zip(steps(agent), steps(caller), strict=False)):
        at = i * STEP_S
        policy.agent_sound(at, ours)
        policy.caller_level(at + STEP_S / 2, max(powers(theirs, STEP // 2)))
        if at <= since < at + STEP_S:
            policy.speech_started(since)
        if at <= until < at + STEP_S:
            policy.speech_stopped(until)
        if verdict := policy.tick(at + STEP_S):
            found.append((round(at + STEP_S - since, 2), verdict))
    return found


@pytest.mark.parametrize("delay", [0.05, 0.17, 0.3, 0.45])
@pytest.mark.parametrize("loss", [0.5, 0.1])
def test_the_agents_sound_coming_back_by_a_loudspeaker_stops_nothing(delay, loss):
    agent = mixed(11, (1.0, 1.0, sound(AGENT)))
    caller = mixed(11, (1.0 + delay, loss, room(sound(AGENT))))
    policy, ended = Interruption(TurnPlan()), 1.0 + delay + len(sound(AGENT)) / RATE

    assert verdicts(policy, agent, caller, 1.0 + delay, ended) == []
    assert policy.is_echo("", ended)
    assert not policy.is_echo("", ended + 1.0)


@pytest.mark.parametrize(("text", "voice"), CALLERS)
@pytest.mark.parametrize("at", [1.3, 2.4, 4.0])
def test_a_caller_who_speaks_over_the_agent_stops_him(text, voice, at):
    agent = mixed(8, (1.0, 1.0, sound(AGENT)))
    caller = mixed(8, (at, 0.5, sound(text, voice)))

    found = verdicts(Interruption(TurnPlan()), agent, caller, at)

    assert [verdict for _, verdict in found[:2]] == [Verdict.PAUSE, Verdict.COMMIT]
    assert found[0][0] <= (0.45 if at < 1.5 else 0.25)  # who falls in with the agent resembles it at first


@pytest.mark.parametrize(("text", "voice"), CALLERS)
def test_a_caller_louder_than_the_echo_stops_him_too(text, voice):
    agent = mixed(8, (1.0, 1.0, sound(AGENT)))
    caller = mixed(8, (1.2, 0.05, room(sound(AGENT))), (3.0, 0.8, sound(text, voice)))

    found = verdicts(Interruption(TurnPlan()), agent, caller, 1.2)

    assert [verdict for _, verdict in found[:2]] == [Verdict.PAUSE, Verdict.COMMIT]
    assert 1.8 < found[0][0] < 2.3


def test_two_who_begin_together_with_an_even_sound_are_no_echo():
    tone = np.full(2 * RATE, 8000.0)
    returned = SoundReturn()
    for i, (ours, theirs) in enumerate(
        zip(steps(mixed(3, (1.0, 1.0, tone))), steps(mixed(3, (1.1, 0.3, tone))), strict=True)
    ):
        at = (i + 0.5) * STEP_S
        returned.agent(at, powers(ours, STEP)[0])
        returned.caller(at, powers(theirs, STEP)[0])

        assert not returned.follows()


def test_a_line_that_sends_nothing_back_is_known_after_some_seconds():
    clean, echoing = SoundReturn(), SoundReturn()
    loud = sound(AGENT)
    for i, ours in enumerate(steps(loud)):
        at = (i + 0.5) * STEP_S
        for line, factor in ((clean, 0.0), (echoing, 0.01)):
            line.agent(at, powers(ours, STEP)[0])
            line.caller(at, powers(ours, STEP)[0] * factor)

    assert (clean.clean, echoing.clean) == (True, False)


@pytest.mark.parametrize(
    ("heard", "novel"),
    [
        ("您的订单已经发货了", ""),
        ("你的订单已经发或了", ""),
        ("快递单号多少", "快递单号多少"),
        ("稍等我要退货", "稍等我要退货"),
        ("要快递", "要"),
        ("停", "停"),
        ("", ""),
    ],
)
def test_what_the_agent_has_not_said_is_the_callers(heard, novel):
    spoken = SpokenWords()
    spoken.say(AGENT)

    assert spoken.novel(heard) == novel
