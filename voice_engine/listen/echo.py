"""Does the caller speak, or does our own voice come back by his line? By words and by loudness. Pure.

A loudspeaker beside the microphone sends the agent's sound back: later, softer, never otherwise shaped. And
what a recogniser makes of it is what the agent has just said, with mistakes.
"""

import re
from collections import deque
from collections.abc import Iterable
from difflib import SequenceMatcher

import numpy as np

from voice_engine.audio.noise import LEAST

# ── words ────────────────────────────────────────────────────────────────────────────────────────────

REMEMBERED = 80  # characters (Chinese) or words (Latin) of the agent's last speech
SAME = 0.7  # of the caller's words are the agent's: the rest are the recogniser's mistakes
MISTAKEN = 2  # words in a row at most
DRIFT = 3  # words a recogniser may have lost or invented between two that agree
_STEM = 4  # letters that make a Latin word the same word
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


class SpokenWords:
    """What the agent said last."""

    def __init__(self) -> None:
        self._said: deque[str] = deque(maxlen=REMEMBERED)
        self._matcher = SequenceMatcher(None, autojunk=False)

    def say(self, text: str) -> None:
        """The agent says more."""
        self._said += _words(text)
        self._matcher.set_seq2(list(self._said))

    def novel(self, text: str) -> str:
        """`text` if it has something of its own, empty if it is the agent's; else what is not the agent's."""
        heard = _words(text)
        repeated = self._repeated(heard) if heard and self._said else set()
        run = longest = 0
        for i in range(len(heard)):
            run = 0 if i in repeated else run + 1
            longest = max(longest, run)
        if not repeated or longest > MISTAKEN:
            return text
        if len(repeated) >= SAME * len(heard):
            return ""
        if longest > 1:
            return text
        return " ".join(word for i, word in enumerate(_WORD.findall(text)) if i not in repeated)

    def _repeated(self, heard: list[str]) -> set[int]:
        """Which of the words stand in the agent's speech, one after the other and close together."""
        self._matcher.set_seq1(heard)
        blocks = [block for block in self._matcher.get_matching_blocks() if block.size]
        if not blocks:
            return set()
        anchor = max(blocks, key=lambda block: block.size)
        if anchor.size < 2 and not (len(heard) == 1 and heard[0].isascii()):
            return set()
        shift = anchor.b - anchor.a
        near = (block for block in blocks if abs(block.b - block.a - shift) <= DRIFT)
        return {i for block in near for i in range(block.a, block.a + block.size)}


def _words(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.lower())]


# ── loudness ─────────────────────────────────────────────────────────────────────────────────────────

STEP_S = 0.02
LAGS = 26  # steps a sound may need to come back: up to 0.5 s
ECHO_LATEST_S = 0.7  # after the agent's sound its echo has died away
SEEN = 40  # steps that are compared
ENOUGH = 8  # loud steps of the caller: fewer prove nothing
MANY = 20  # loud steps prove it with ALIKE, fewer with SURELY_ALIKE
# Correlations. Echoes (espeak-ng in rooms of up to 0.35 s) have 0.9 to 0.99; two speakers have up to 0.8 in
# the end, and in the first 0.2 s one in twenty has more than 0.93.
ALIKE, SURELY_ALIKE = 0.87, 0.93
RANGE_DB = 15.0
EVEN_DB = 1.0  # a sound without ups and downs has no shape: that both began together proves nothing
_CLEAN_STEPS = 75  # 1.5 s of agent speech
_CLEAN_SHARE = 0.3  # of them with sound from the caller
_AGEING = 0.998  # per step of agent speech: 10 s


class SoundReturn:
    """Compares the shape of the caller's loudness with that of the agent's, on one timeline."""

    def __init__(self) -> None:
        self._agent: deque[float] = deque([LEAST] * (SEEN + LAGS - 1), SEEN + LAGS - 1)
        self._caller: deque[float] = deque([LEAST] * SEEN, SEEN)
        self._coming: dict[int, float] = {}  # agent steps the caller's clock has not reached
        self._step = -1
        self._loud_agent = self._loud_both = 0.0
        self.agent_until = -1.0  # where the agent's sound ended, seconds of the session

    def agent(self, at: float, power: float) -> None:
        """The agent's step around `at` (seconds of the session), mean square 0…1."""
        if (step := int(at / STEP_S)) > self._step:
            self._coming[step] = power
            if power > LEAST:
                self.agent_until = at + STEP_S / 2

    def caller(self, at: float, power: float) -> None:
        """The caller's step around `at`; steps come in order."""
        agent = 0.0
        for step in range(self._step + 1, int(at / STEP_S) + 1) if self._coming else ():
            agent = max(agent, self._coming.pop(step, 0.0))
        self._step = int(at / STEP_S)
        self._agent.append(max(agent, LEAST))
        self._caller.append(max(power, LEAST))
        if agent > LEAST:
            self._loud_agent = self._loud_agent * _AGEING + 1
            self._loud_both = self._loud_both * _AGEING + (power > LEAST)

    @property
    def clean(self) -> bool:
        """Whether this line has been seen to send nothing back while the agent spoke."""
        return self._loud_agent > _CLEAN_STEPS and self._loud_both < _CLEAN_SHARE * self._loud_agent

    def follows(self) -> bool:
        """Whether the caller's last 0.8 s are the agent's sound coming back. About 60 µs."""
        caller = _decibels(self._caller)
        own = caller[caller > 0]
        if len(own) < ENOUGH or own.std() < EVEN_DB:
            return False
        agents = np.lib.stride_tricks.sliding_window_view(_decibels(self._agent), SEEN)  # [lag, step]
        theirs, ours = _shape(agents), _shape(caller[None])[0]
        swing = np.sqrt((theirs * theirs).sum(1) * (ours @ ours))
        alike = theirs @ ours / np.maximum(swing, 1.0)
        return bool(alike.max() > (SURELY_ALIKE if len(own) < MANY else ALIKE))


def _decibels(powers: Iterable[float]) -> np.ndarray:
    """Above the softest sound that counts."""
    return 10 * np.log10(np.fromiter(powers, np.float64) / LEAST)


def _shape(levels: np.ndarray) -> np.ndarray:
    """The upper RANGE_DB of each row, around their mean: below, rooms fill gaps."""
    upper = np.maximum(levels, levels.max(1, keepdims=True) - RANGE_DB)
    return upper - upper.mean(1, keepdims=True)
