"""What a session needs of the way to its person. Calls, not iterators: fifty frames a second pass here."""

from typing import Any, Protocol

from voice_engine.kernel.events import Event


class Transport(Protocol):
    """What a session may do to its person."""

    def play(self, pcm: bytes) -> None:
        """20 ms of agent sound, PCM16 at the session's rate; never blocks."""
        ...

    def flush(self) -> None:
        """Silence now: drop what has been sent and not heard."""
        ...

    def transfer(self, destination: dict[str, Any]) -> str:
        """Connect the person elsewhere as soon as this is closed; a sentence if that cannot be, else "".

        `destination` is Vapi's: type number or sip, its transferPlan and all.
        """
        ...

    def send_message(self, message: dict[str, Any]) -> str:
        """Send something along the line (Vapi's send-transport-message); a sentence if that cannot be."""
        ...

    def press(self, digits: str) -> str:
        """Press keys (`0-9*#`, w = half a second's pause); a sentence if that cannot be, else ""."""
        ...

    def tell(self, event: Event) -> None:
        """Something happened that the client may want to know."""
        ...

    def close(self, reason: str) -> None:
        """The conversation is over."""
        ...
