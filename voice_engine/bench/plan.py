"""What one run of the media benchmark is: sizes, delays, and what they add up to by construction."""

from dataclasses import dataclass

REPLY = "您好啊朋友，我们每天早上九点开门，晚上六点关门，欢迎您随时过来看看。"
FIRST_CLAUSE_TOKENS = 6  # characters up to and with the first comma; one character is one token


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds, unless the name says otherwise; the load the peers in the design documents were given."""

    calls: int = 10
    duration: float = 60.0
    warm_up: float = 8.0
    endpoint: float = 0.5
    stt_final: float = 0.3
    llm_first: float = 0.1
    token: float = 0.02
    tts_first: float = 0.1
    char: float = 0.2
    turn: float = 12.0
    interrupted_share: float = 0.3
    rate: int = 16000

    @property
    def by_construction(self) -> float:
        """Mouth-to-ear of an engine that costs no time at all."""
        return self.endpoint + self.llm_first + (FIRST_CLAUSE_TOKENS - 1) * self.token + self.tts_first
