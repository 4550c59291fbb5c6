"""When to speak, and when the conversation is over. Pure: messages and the time go in. Times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

GREETING_WITHIN = 1.5  # an assistant that has not begun by then waits for us
BREATH = 0.3  # between its greeting and our question


class Verdict(Enum):
    """How it stands."""

    GO_ON = "go on"
    DONE = "done"
    UNANSWERED = "unanswered"


@dataclass(slots=True)
class Conduct:
    """A polite caller: lets the greeting end, asks, waits for the whole answer and `after` seconds of quiet.

    `patience` is how long an answer may take after our last word.
    """

    after: float
    patience: float
    began: float | None = None
    said_all_at: float | None = None
    understood: str = ""
    answers: int = 0
    agent_has_spoken: bool = False
    _agent_speaks: bool = False
    _turn_open: bool = False
    _last: float = 0.0

    def opened(self, now: float) -> None:
        """The line stands."""
        self.began = self._last = now

    def take(self, message: Mapping[str, Any], now: float) -> None:
        """A client message."""
        match message.get("type"), message.get("role"):
            case "speech-update", "assistant":
                self._agent(message["status"] == "started")
            case "voice-input", _:
                self.understood, self._turn_open = str(message.get("input", "")), True
            case "queue-update", _:
                self.began = None
            case "status-update", _ if self.began is None:
                self.opened(now)
            case (("speech-update" | "transcript"), _):
                pass
            case _:
                return
        self._last = max(self._last, now)

    def audible_until(self, moment: float) -> None:
        """The agent's sound, as received so far, will have been heard by then."""
        self._last = max(self._last, moment)

    def said_all(self, now: float) -> None:
        """We have nothing more to say."""
        self.said_all_at = now
        self._last = max(self._last, now)

    def may_speak(self, now: float) -> bool:
        """Whether the greeting is over, or none comes."""
        if self.began is None or self._agent_speaks:
            return False
        if self.agent_has_spoken:
            return now >= self._last + BREATH
        return now >= self.began + GREETING_WITHIN

    def verdict(self, now: float) -> Verdict:
        """Asked at every step."""
        if self.said_all_at is None or self._agent_speaks:
            return Verdict.GO_ON
        if self.answers and not self._turn_open:
            return Verdict.DONE if now >= self._last + self.after else Verdict.GO_ON
        late = now >= max(self.said_all_at, self._last) + self.patience
        return Verdict.UNANSWERED if late else Verdict.GO_ON

    def _agent(self, speaks: bool) -> None:
        self._agent_speaks = speaks
        if speaks:
            self.agent_has_spoken = True
            self.answers += self._turn_open
            self._turn_open = False
