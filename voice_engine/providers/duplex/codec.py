"""What a vendor's codec is told and what it tells. No socket, no clock, no asyncio."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, field
from enum import Enum
from typing import Protocol

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage, WordTimes
from voice_engine.providers.sentences import Sentence

Message = str | bytes  # a text or a binary WebSocket message
Messages = Iterable[Message]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connection goes. Signed just before it is opened; shown nowhere.

    `token` is what `dial` had from Tokens (tokens.py). `request_id` names the header of the vendor's welcome
    that its support desk asks for. `guard` holds the networks a tenant's own address may lead into besides
    public ones; None trusts it.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str = field(default="", repr=False)
    request_id: str = ""
    guard: tuple[str, ...] | None = None


class Signal(Enum):
    """Turning points a codec reports."""

    READY = "ready"  # the vendor takes sound, or text
    OVER = "over"  # the vendor has said everything there was to say


@dataclass(frozen=True, slots=True)
class Send:
    """An answer the protocol asks for."""

    message: Message


@dataclass(frozen=True, slots=True)
class Sound:
    """PCM16 mono at the rate the voice promised."""

    pcm: bytes


Heard = Signal | Send | Sentence | Usage
Said = Signal | Send | Sound | WordTimes | Usage


class SttCodec(Protocol):
    """One recognition. Every method says what to send; `receive` what has been understood.

    What `receive` raises ends the recognition: a ProviderError from the vendor's Failures. Anything else that
    a field of an unexpected kind causes is turned into one by the pump.
    """

    def begin(self, rate: int) -> Messages:
        """The connection is open; sound at `rate` Hz follows after READY."""
        ...

    def audio(self, pcm: bytes) -> Messages:
        """The next sound, PCM16 mono."""
        ...

    def pause(self) -> Messages:
        """The speaker has stopped (a Flush), after the padding if the plan has one."""
        ...

    def end(self) -> Messages:
        """There is no more sound; what is owed comes until OVER."""
        ...

    def receive(self, message: Message) -> Iterable[Heard]:
        """What a message of the vendor means."""
        ...

    def closed(self, code: int, reason: str) -> Exception | None:
        """The vendor hung up: None if that is how it ends, else the failure."""
        ...


class TtsCodec(Protocol):
    """One synthesis. As SttCodec."""

    def begin(self, fresh: bool) -> Messages:
        """The connection is open, for the first time (`fresh`) or kept from another synthesis."""
        ...

    def text(self, text: str) -> Messages:
        """More to say."""
        ...

    def end(self) -> Messages:
        """There is no more text; what is owed comes until OVER."""
        ...

    def cancel(self) -> Messages:
        """Nobody listens any more; then we hang up, or wait for OVER if the plan keeps sockets."""
        ...

    def receive(self, message: Message) -> Iterable[Said]:
        """What a message of the vendor means."""
        ...

    def closed(self, code: int, reason: str) -> Exception | None:
        """The vendor hung up: None if that is how it ends, else the failure."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Deadlines in seconds: connected and READY; a result that is due; OVER after the end; a sign of life."""

    connect_s: float = 5.0
    result_s: float = 5.0
    stop_s: float = 3.0
    alive_s: float = 20.0

    def at_most(self, seconds: float) -> "Patience":
        """None of them longer than this."""
        return Patience(*(min(seconds, own) for own in astuple(self)))


PATIENCE = Patience()
Refused = Callable[[int, Mapping[str, str], str], Exception]  # HTTP status, headers, body → failure
# A failure before READY and where it happened → whether the token was the reason. Then `Tokens.refused` has
# been called, and the pump dials again, once.
Stale = Callable[[ProviderError, Endpoint], bool]
