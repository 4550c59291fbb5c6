"""What the API says of latency is what the recording shows: real speech, the real detector, virtual time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tests.contracts.speech import RATE, speech
from tests.voice_engine.session.recogniser import Recogniser
from voice_engine.audio.measure import turns_of
from voice_engine.audio.wav import Wav
from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.base import Message
from voice_engine.providers.vad.silero import SileroVad
from voice_engine.session.session import Parts, Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimTts
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import assistant, no_server
from voice_engine.speak.pacing import SLOT_S

pytestmark = pytest.mark.slow

SLOT = int(SLOT_S * RATE)
PROMISED_S = 0.02

QUESTIONS = {
    "zh": [
        ("您好，我想查一下余额。", "cmn"),
        ("上个月的账单是多少钱？", "cmn"),
        ("我想改一下收货地址。", "cmn"),
    ],
    "en": [
        ("Good morning, what time do you open?", "en-us"),
        ("I would like to book a table for two, please.", "en-us"),
        ("Can you send it to me by email?", "en-us"),
    ],
}


@dataclass
class Person:
    """Asks one question after the other, in a room with noise."""

    questions: Sequence[tuple[float, str, str]]
    noise_db: float | None
    seconds: float = 24.0

    def __post_init__(self) -> None:
        rng = np.random.default_rng(4)
        hiss = 0 if self.noise_db is None else 32768 * 10 ** (self.noise_db / 20)
        sound = rng.normal(0, hiss, int(self.seconds * RATE)) if hiss else np.zeros(int(self.seconds * RATE))
        for at, text, voice in self.questions:
            said = np.frombuffer(speech(text, voice), "<i2")
            sound[int(at * RATE) : int(at * RATE) + len(said)] += said
        self._pcm = sound.clip(-32768, 32767).astype("<i2").tobytes()

    def sound(self, slot: int) -> bytes:
        return self._pcm[slot * SLOT * 2 : (slot + 1) * SLOT * 2]

    def act(self, _: Session, now: float) -> bool:
        return now < self.seconds - SLOT_S

    def notice(self, event: Event) -> None:
        """Speaks by the clock, whatever happens."""


def answer(_: Sequence[Message]) -> str:
    return "好的，请稍等。"


def held(language: str, noise_db: float | None, offset: float = 0.0) -> Outcome:
    """A conversation of three questions, each `offset` seconds later on the detector's windows."""
    asked = [(2 + 7 * i + offset, *question) for i, question in enumerate(QUESTIONS[language])]
    recogniser = Recogniser([text for _, text, _ in asked])
    parts = Parts(recogniser, SimLlm(answer), SimTts(), SileroVad())
    return run_virtual(Stage(assistant(), parts, Person(asked, noise_db), no_server).run())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("noise_db", [None, -65.0, -50.0])
@pytest.mark.parametrize("offset", [0.0, 0.013])
def test_the_recording_and_the_api_agree_within_20_ms(language, noise_db, offset):
    outcome = held(language, noise_db, offset)

    measured = turns_of(Wav(outcome.stereo, RATE, 2))
    told = [event.data for event in outcome.of(EventType.TURN_ENDED)]

    assert len(measured) == len(told) == 3
    for turn, heard in zip(told, measured, strict=True):
        assert turn["marks"]["speechEndedS"] == pytest.approx(heard.caller_ended, abs=PROMISED_S)
        assert turn["marks"]["soundFirstS"] == pytest.approx(heard.agent_began, abs=PROMISED_S)
        assert turn["mouthToEarMs"] / 1000 == pytest.approx(heard.mouth_to_ear, abs=PROMISED_S)
        assert sum(turn["segments"].values()) == turn["mouthToEarMs"]
