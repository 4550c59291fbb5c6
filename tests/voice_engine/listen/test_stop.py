"""How soon a caller's voice silences the agent, with the real detector and real speech."""

import numpy as np
import pytest

from tests.contracts.speech import RATE, speech
from voice_engine.listen.ear import Ear
from voice_engine.listen.gate import SpeechPaused, SpeechStarted
from voice_engine.listen.interrupt import Interruption, Verdict
from voice_engine.providers.vad.silero import SileroVad
from voice_engine.spec import TurnPlan

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
    samples = np.frombuffer(speech(text, voice), "<i2") * factor
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
