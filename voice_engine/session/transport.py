"""What a session needs of the way to its person. Calls, not iterators: fifty frames a second pass here."""

from typing import Protocol

from voice_engine.kernel.events import Event


class Transport(Protocol):
    """What a session may do to its person."""

    def play(self, pcm: bytes) -> None:
        """20 ms of agent sound, PCM16 at the session's rate; never blocks."""
        ...

    def flush(self) -> None:
        """Silence now: drop what has been sent and not heard."""
        ...

    def tell(self, event: Event) -> None:
        """Something happened that the client may want to know."""
        ...

    def close(self, reason: str) -> None:
        """The conversation is over."""
        ...
