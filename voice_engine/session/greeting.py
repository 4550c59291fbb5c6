"""When does the agent say its first words: at once, after the caller's, or after a long greeting? Pure.

Somebody who is rung up speaks first ("喂，您好"), and a voicemail speaks first and long. In the mode
assistant-speaks-after-greeting the first message waits until whoever answered has been quiet for AFTER_S, so
that it is heard whole by both; nobody who says nothing is waited for longer than NOBODY_S.
"""

from voice_engine.spec import AssistantSpec

NOBODY_S = 2.0
AFTER_S = 0.9


class Greeting:
    """Until `over`, turns are greetings and belong to the first message."""

    def __init__(self, spec: AssistantSpec) -> None:
        waits = spec.first_message_mode
        self._after_greeting = waits == "assistant-speaks-after-greeting"
        self.over = not (self._after_greeting or (waits == "assistant-waits-for-user" and spec.first_message))
        self._due: float | None = NOBODY_S if self._after_greeting else None

    def somebody_speaks(self) -> None:
        """Whoever answered goes on."""
        self._due = None

    def turn_ended(self, speech_ended: float) -> None:
        """They paused; the first message follows if they are done."""
        self._due = speech_ended + (AFTER_S if self._after_greeting else 0.0)

    def due(self, now: float) -> bool:
        """Whether the first message is to be said now; True once."""
        if self.over or self._due is None or now < self._due:
            return False
        self.over = True
        return True
