"""One caller's sound → the edges of speech: the detector and the gate, fed in steps of 20 ms."""

from collections.abc import Callable

from voice_engine.audio.frame import HEARING_RATE
from voice_engine.audio.level import powers
from voice_engine.listen.gate import WINDOW, Edge, SpeechGate
from voice_engine.providers.base import VadStream

STEP = HEARING_RATE // 50 * 2  # bytes: what the detector believes is asked for so often

Hearing = Callable[[float, float], None]


class Ear:
    """`on_level(at, power)` is told how loud each step was: `at` its middle in seconds of the session,
    `power` the mean square (0…1) of its louder half.
    """

    def __init__(self, vad: VadStream, on_level: Hearing | None = None) -> None:
        self._vad, self._on_level = vad, on_level
        self._gate = SpeechGate()
        self._rest = b""  # less than a window

    @property
    def speaking(self) -> bool:
        """Whether the caller makes sound now."""
        return self._gate.speaking

    @property
    def voiced_until(self) -> float:
        """Where the caller's voice was heard last, in seconds of the session."""
        return self._gate.voiced_until

    def hear(self, pcm: bytes, begin: float) -> list[Edge]:
        """The next sound, PCM16 at HEARING_RATE, which begins at `begin` seconds of the session."""
        if len(pcm) <= STEP:
            edge = self._step(pcm, begin)
            return [edge] if edge else []
        edges = (
            self._step(pcm[at : at + STEP], begin + at / 2 / HEARING_RATE) for at in range(0, len(pcm), STEP)
        )
        return [edge for edge in edges if edge]

    def _step(self, pcm: bytes, begin: float) -> Edge | None:
        probability = self._vad.probability(pcm)
        end = begin + len(pcm) / 2 / HEARING_RATE
        if self._rest:
            pcm = self._rest + pcm
        rest = len(pcm) % (2 * WINDOW)
        self._rest = pcm[len(pcm) - rest :] if rest else b""
        loud = powers(pcm, WINDOW)
        if not loud:
            return None
        if self._on_level:
            self._on_level((begin + end) / 2, max(loud))
        return self._gate.hear(probability, loud, end - rest / 2 / HEARING_RATE)
