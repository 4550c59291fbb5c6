"""What is measured of each vendor at the pool's edge. Whoever counts implements Figures (see metrics)."""

from collections.abc import Callable
from typing import Literal, Protocol

Component = Literal["stt", "llm", "tts"]
Wait = Literal["connect", "first-partial", "final", "first-token", "first-audio"]


class Figures(Protocol):
    """One vendor's model. Called on the media path: must cost next to nothing."""

    def asked(self) -> None:
        """A request begins."""

    def waited(self, what: Wait, seconds: float) -> None:
        """It took so long.

        connect: until a connection was open (measured when standbys are warmed); first-partial: from the
        first sound like speech; final: from the Flush; first-token: from the request to the first text or
        tool call; first-audio: from the first piece of text to the first sound.
        """

    def failed(self, kind: str) -> None:
        """A request failed in this way (ProviderError.kind)."""


class _Silent:
    def asked(self) -> None:
        """Not counted."""

    def waited(self, what: Wait, seconds: float) -> None:
        """Not counted."""

    def failed(self, kind: str) -> None:
        """Not counted."""


SILENT: Figures = _Silent()
Gauges = Callable[[str, Component, str, str], Figures]  # organisation, component, provider, model


def silent(org_id: str, component: Component, provider: str, model: str) -> Figures:
    """Nobody counts."""
    return SILENT
