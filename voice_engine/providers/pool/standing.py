"""What a process knows about each vendor's model under each key: breaker and waits. Pure, bounded."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.pool import latency
from voice_engine.providers.pool.breaker import Breaker
from voice_engine.providers.pool.latency import Bounds, Latency

Component = Literal["stt", "llm", "tts"]
BOUNDS: dict[Component, Bounds] = {"stt": latency.STT, "llm": latency.LLM, "tts": latency.TTS}
MOST = 2000  # standings kept; the one not asked for longest is forgotten first


@dataclass(slots=True)
class Standing:
    """Shared by every call that uses this vendor, model and key in one organisation."""

    latency: Latency
    breaker: Breaker = field(default_factory=Breaker)

    def answered(self, waited_s: float) -> None:
        """The first of the answer is there, or its owner would not wait longer than this for it."""
        self.latency.add(waited_s)

    def succeeded(self, now: float) -> None:
        """A call went well to its end."""
        self.breaker.succeeded(now)

    def failed(self, error: ProviderError, now: float) -> None:
        """A call failed."""
        self.breaker.failed(error, now)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose standing. `secret` tells keys apart without showing them: a hash."""

    org_id: str
    component: Component
    provider: str
    model: str
    secret: int


class Standings:
    """The process's table."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._table: OrderedDict[Key, Standing] = OrderedDict()

    def of(self, key: Key) -> Standing:
        """The standing, a clean one at first."""
        found = self._table.get(key)
        if found is None:
            found = self._table[key] = Standing(Latency(BOUNDS[key.component]))
            if len(self._table) > self._most:
                self._table.popitem(last=False)
        self._table.move_to_end(key)
        return found
