"""How soon a caller's voice silences the agent, with the real detector and real speech."""

import numpy as np
import pytest

from tests.contracts.speech import RATE, speech, speech_alone
from voice_engine.listen.ear import Ear
from voice_engine.listen.gate import SpeechPaused, SpeechStarted, SpeechStopped
from voice_engine.listen.interrupt import Interruption, Verdict
from voice_engine.providers.vad.silero import SileroVad
from voice_engine.spec import TurnPlan

pytestmark = pytest.mark.slow

STEP_S = 0.02
STEP = int(RATE * STEP_S) * 2
OFFSETS = [0.0, 0.005, 0.011, 0.016, 0.024, 0.029]  # against frames and the detector's windows
CALLERS = [
    ("等一下我有个问题", "cmn"),
    ("停", "cmn"),
    ("不是这个意思", "cmn"),
    ("我要退货", "cmn"),
    ("Stop, please stop.", "en-us"),
    ("No, wait a minute.", "en-us"),
    ("Hold on, I have a question.", "en-us"),
]


def verdicts(said: np.ndarray, offset: float = 0.0, hiss: float = 20.0) -> list[tuple[float, Verdict]]:
    """Verdicts and when they fell, in seconds after the first voiced sample; the agent speaks throughout."""
    begin = 2.0 + offset
    sound = np.random.default_rng(3).normal(0, hiss, int((begin + 3) * RATE) + len(said))
    sound[int(begin * RATE) : int(begin * RATE) + len(said)] += said
    pcm = sound.clip(-32768, 32767).astype("<i2").tobytes()
    policy, found = Interruption(TurnPlan()), []
    ear = Ear(SileroVad().stream(), policy.caller_level)
    for at in range(0, len(pcm), STEP):
        for edge in ear.hear(pcm[at : at + STEP], at / 2 / RATE):
            if isinstance(edge, SpeechStarted):
                policy.speech_started(edge.at)
            elif not isinstance(edge, SpeechPaused):
                policy.speech_stopped(edge.at)
        now = (at + STEP) / 2 / RATE
        if verdict := policy.tick(now):
            found.append((now - begin, verdict))
    return found


def voiced(text: str, voice: str, factor: float) -> np.ndarray:
    """Speech that begins with its first audible sample."""
    samples = np.frombuffer(speech_alone(text, voice), "<i2") * factor
    return samples[np.argmax(np.abs(samples) > 60) :]


@pytest.mark.parametrize(("text", "voice"), CALLERS)
@pytest.mark.parametrize(("factor", "promised_s"), [(1.0, 0.22), (0.15, 0.26)])
def test_the_agent_is_silent_a_quarter_of_a_second_after_the_first_voiced_sample(
    text, voice, factor, promised_s
):
    late = [verdicts(voiced(text, voice, factor), offset)[0] for offset in OFFSETS]

    assert {verdict for _, verdict in late} == {Verdict.PAUSE}
    assert max(seconds for seconds, _ in late) <= promised_s


@pytest.mark.parametrize("milliseconds", [5, 30, 80, 250])
def test_a_click_or_a_cough_stops_nobody_for_good(milliseconds):
    burst = np.random.default_rng(5).normal(0, 6000, RATE * milliseconds // 1000)
    burst *= np.linspace(1, 0, len(burst))

    found = [verdict for _, verdict in verdicts(burst)]

    assert Verdict.COMMIT not in found
    assert found in ([], [Verdict.PAUSE, Verdict.RESUME])


OTHERS = [
    ("今天天气很好，我们去公园走一走吧，然后晚上一起吃饭。", "cmn"),
    ("We should really think about what to do next week with the project.", "en-us"),
    ("明天会议改到下午三点，请通知所有同事准时参加。", "cmn"),
]


def babble(seconds: float) -> np.ndarray:
    """People talking, with an effective value of 1."""
    mixed = np.zeros(int(seconds * RATE))
    for i, other in enumerate(OTHERS):
        said = np.frombuffer(speech(*other), "<i2").astype(float)
        mixed += np.tile(np.roll(said, i * RATE), len(mixed) // len(said) + 1)[: len(mixed)]
    return mixed / np.sqrt(np.mean(mixed**2))


@pytest.mark.parametrize("softer_db", [30, 35, 40])
def test_people_behind_the_caller_do_not_keep_his_turn_open(softer_db):
    question = voiced("您好，我想查一下余额。", "cmn", 1.0)
    level = np.sqrt(np.mean(question**2))
    sound = babble(8) * level * 10 ** (-softer_db / 20)
    sound[3 * RATE : 3 * RATE + len(question)] += question
    pcm = sound.clip(-32768, 32767).astype("<i2").tobytes()
    ear = Ear(SileroVad().stream())

    edges = [edge for at in range(0, len(pcm), STEP) for edge in ear.hear(pcm[at : at + STEP], at / 2 / RATE)]

    ended = 3 + len(question) / RATE
    stops = [edge.at for edge in edges if isinstance(edge, SpeechStopped) and edge.at > ended - 0.1]
    assert ended - 0.03 < stops[0] < ended + 0.3
