"""What a realtime vendor's codec is told and what it tells. No socket, no clock, no asyncio."""

from collections.abc import Iterable
from typing import Protocol

from voice_engine.providers.base_realtime import Briefing, RealtimeEvent, RealtimeInput
from voice_engine.providers.duplex.codec import Message, Messages, Send

Told = RealtimeEvent | Send


class RealtimeCodec(Protocol):
    """One socket of one conversation. What `receive` raises ends it: a ProviderError."""

    def begin(self, briefing: Briefing) -> Messages:
        """The connection is open."""
        ...

    def tell(self, item: RealtimeInput) -> Messages:
        """How this is said; nothing where the vendor has no words for it. Only after Ready."""
        ...

    def receive(self, message: Message) -> Iterable[Told]:
        """What a message of the vendor means."""
        ...

    def closed(self, code: int, reason: str) -> Exception:
        """The vendor hung up, which it never does without a fault."""
        ...
