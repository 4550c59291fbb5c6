"""What the tests of speech vendors share."""

import numpy as np

from tests.contracts.stt import Utterance
from tests.emulators.ear import Script

SAID = ((440, "我想查一下我的余额。"), (880, "What time do you open tomorrow morning?"))
SCRIPT = Script(tones=dict(SAID))


def utterance(hertz: int, text: str, rate: int = 16000, seconds: float = 1.2) -> Utterance:
    """A tone and its words: emulators know words by their pitch."""
    at = np.arange(int(seconds * rate)) / rate
    return Utterance((8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes(), text, rate)


def conversation(rate: int = 16000) -> tuple[Utterance, Utterance]:
    """The two utterances every contract asks for."""
    first, second = (utterance(hertz, text, rate) for hertz, text in SAID)
    return first, second
