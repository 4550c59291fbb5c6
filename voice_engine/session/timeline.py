"""When things happened in a turn, in seconds of the session, and where the caller's waiting time went. Pure.

Segments telescope: each begins where the one before ended, so they add up to mouth-to-ear by construction.
"""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(slots=True)
class Marks:
    """Each is set once; None means it did not happen."""

    speech_started: float | None = None
    speech_ended: float | None = None
    stt_first: float | None = None
    stt_final: float | None = None
    pause_over: float | None = None
    turn_decided: float | None = None
    llm_started: float | None = None
    llm_first: float | None = None
    clause_first: float | None = None
    tts_first: float | None = None
    sound_first: float | None = None

    def set_once(self, name: str, at: float) -> None:
        """The first time counts."""
        if getattr(self, name) is None:
            setattr(self, name, at)

    def asked(self, question: "Marks") -> None:
        """Take over when the question was spoken and decided; the answer's own marks stay."""
        for name in _QUESTION:
            setattr(self, name, getattr(question, name))

    def segments(self) -> dict[str, int]:
        """Milliseconds per stage, from the caller's last voiced sample to the agent's first audible one.

        Empty when no speech was answered with sound.
        """
        if self.speech_ended is None or self.sound_first is None:
            return {}
        stages = [
            ("endpointingMs", self.pause_over),
            ("sttMs", self.turn_decided),
            ("thinkMs", self.llm_first),
            ("clauseMs", self.clause_first),
            ("ttsMs", self.tts_first),
            ("playoutMs", self.sound_first),
        ]
        return _telescope(self.speech_ended, stages, self.sound_first)

    def to_json(self) -> dict[str, Any]:
        """`marks` of the turn.ended event: seconds, camelCase, ending in S."""
        return {
            _camel(f.name) + "S": round(value, 4)
            for f in fields(self)
            if (value := getattr(self, f.name)) is not None
        }


_QUESTION = ("speech_started", "speech_ended", "stt_first", "stt_final", "pause_over", "turn_decided")


def _telescope(begin: float, stages: list[tuple[str, float | None]], last: float) -> dict[str, int]:
    """A filler may sound before the model has spoken: no stage outlasts the first sound."""
    found: dict[str, int] = {}
    begin_ms = round(begin * 1000)
    for name, end in stages:
        end_ms = max(begin_ms, round(min(end, last) * 1000)) if end is not None else begin_ms
        found[name] = end_ms - begin_ms
        begin_ms = end_ms
    return found


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
