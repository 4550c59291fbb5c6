"""A caller whose loudspeaker stands beside his microphone: real speech, the real detector, virtual time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.contracts.speech import RATE, speech
from tests.voice_engine.session.recogniser import Recogniser
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.base import Capabilities, Usage
from voice_engine.providers.vad.silero import SileroVad
from voice_engine.session.session import Parts, Session
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import assistant, no_server
from voice_engine.speak.pacing import SLOT_S

SLOT = int(SLOT_S * RATE)
QUESTION = "我的订单到哪里了？"
ANSWER = "您的订单已经发货了，预计明天下午送到，请您稍等一下，我帮您查快递单号。"
CUT_IN = "等一下，我有个问题。"


@dataclass
class Person:
    """Speaks at his times; what the agent says comes back `loss` softer, 0.4 s later."""

    lines: list[tuple[float, str]]
    loss: float
    seconds: float = 16.0
    _returned: bytearray = field(default_factory=lambda: bytearray(2 * SLOT))
    _subscribed: bool = False

    def __post_init__(self) -> None:
        self._sound = np.random.default_rng(1).normal(0, 15, int(self.seconds * RATE))
        for at, text in self.lines:
            said = np.frombuffer(speech(text, "cmn"), "<i2")
            self._sound[int(at * RATE) : int(at * RATE) + len(said)] += said

    def sound(self, slot: int) -> bytes:
        returned = np.frombuffer(bytes(self._returned[: 2 * SLOT]).ljust(2 * SLOT, b"\0"), "<i2")
        del self._returned[: 2 * SLOT]
        own = self._sound[slot * SLOT : (slot + 1) * SLOT]
        return (own + returned[: len(own)] * self.loss).clip(-32768, 32767).astype("<i2").tobytes()

    def act(self, session: Session, now: float) -> bool:
        if not self._subscribed:
            self._subscribed = True
            session.recorder.subscribe(self._hear)
        return now < self.seconds - SLOT_S

    def _hear(self, stereo: bytes) -> None:
        self._returned += np.frombuffer(stereo, "<i2")[1::2].tobytes()

    def notice(self, event: Event) -> None:
        """Speaks by the clock, whatever happens."""


@dataclass
class Voice:
    """Real speech at once."""

    vendor: str = "espeak"
    capabilities: Capabilities = field(default_factory=Capabilities)

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | Usage]:
        whole = "".join([piece async for piece in text])
        yield AudioFrame(SPOKEN[whole], RATE)


SPOKEN: dict[str, bytes] = {}


@pytest.fixture(autouse=True, scope="module")
def spoken() -> None:
    """Each clause the voice may be asked for, made before time is virtual."""
    for clause in ("您的订单已经发货了，", "预计明天下午送到，请您稍等一下，我帮您查快递单号。", ANSWER):
        SPOKEN[clause] = speech(clause, "cmn")


def held(lines: list[tuple[float, str]], texts: list[str], loss: float) -> Outcome:
    parts = Parts(Recogniser(texts, otherwise=ANSWER[:9]), SimLlm(lambda _: ANSWER), Voice(), SileroVad())
    return run_virtual(Stage(assistant(), parts, Person(lines, loss), no_server).run())


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.3])
def test_the_agents_voice_coming_back_does_not_interrupt(loss):
    outcome = held([(1.0, QUESTION)], [QUESTION], loss)

    assert outcome.said("bot")[0] == ANSWER
    assert outcome.flushed == []


@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_the_caller_himself_does(loss):
    outcome = held([(1.0, QUESTION), (5.0, CUT_IN)], [QUESTION, CUT_IN], loss)

    assert 5.2 <= outcome.of(EventType.USER_INTERRUPTED)[0].t < 5.6
    assert outcome.said("user")[:2] == [QUESTION, CUT_IN]
    assert 5.1 < outcome.flushed[0] < 5.3
