"""What a process knows about each vendor's model under each key: breaker, waits, rate. Pure, bounded."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.pool import latency
from voice_engine.providers.pool.allowance import UNLIMITED, Allowance
from voice_engine.providers.pool.breaker import NOT_THE_VENDOR, Breaker
from voice_engine.providers.pool.bucket import Bucket
from voice_engine.providers.pool.figures import SILENT, Component, Figures, Gauges, silent
from voice_engine.providers.pool.latency import Bounds, Latency

BOUNDS: dict[Component, Bounds] = {"stt": latency.STT, "llm": latency.LLM, "tts": latency.TTS}
MOST = 2000  # standings kept; the one not asked for longest is forgotten first
_NEVER = float("-inf")

Scout = Callable[[], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Standing:
    """Shared by every call that uses this vendor, model and key in one organisation.

    `busy` requests are under way. `scout` finds out whether the vendor can be reached, without a bill, and
    leaves a warm connection behind where that is possible; `wanted_at`, `contact_at`: when a conversation
    had this vendor in its pool last, when it was asked or scouted last (the loop's time).
    """

    latency: Latency
    breaker: Breaker = field(default_factory=Breaker)
    bucket: Bucket = field(default_factory=Bucket)
    allowance: Allowance = UNLIMITED
    figures: Figures = SILENT
    busy: int = 0
    scout: Scout | None = None
    missed: int = 0  # looks in a row that failed
    wanted_at: float = _NEVER
    contact_at: float = _NEVER

    def admits(self, now: float, provider: str) -> bool:
        """Whether it may be asked now."""
        well = self.breaker.allows(now) and self.bucket.has(now)
        return well and self.allowance.refusal(provider) is None

    def hopeful(self, provider: str) -> bool:
        """Whether it may be asked all the same when there is nobody else."""
        return not self.breaker.refuses_for_good and self.allowance.refusal(provider) is None

    def began(self, now: float) -> None:
        """A request begins; every one ends with `ended`."""
        self.breaker.began(now)
        self.bucket.take(now)
        self.allowance.asked()
        self.figures.asked()
        self.busy += 1
        self.contact_at = now

    def ended(self) -> None:
        """A request is over, whatever came of it."""
        self.busy -= 1

    def answered(self, waited_s: float) -> None:
        """The first of the answer is there, or its owner would not wait longer than this for it."""
        self.latency.add(waited_s)

    def succeeded(self, now: float) -> None:
        """A call went well to its end."""
        self.breaker.succeeded(now)
        self.bucket.learn(now, good=True)

    def failed(self, error: ProviderError, now: float) -> None:
        """A call failed."""
        self.figures.failed(error.kind)
        self.breaker.failed(error, now)
        if error.kind not in NOT_THE_VENDOR:
            self.bucket.learn(now, good=False)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose standing. `secret` tells keys and addresses apart without showing them: a digest, the same in
    every process of the installation.
    """

    org_id: str
    component: Component
    provider: str
    model: str
    secret: int

    @property
    def name(self) -> str:
        """The same in every process."""
        return f"{self.org_id}|{self.component}|{self.provider}|{self.model}|{self.secret:x}"


class Standings:
    """The process's table. `born` is told of every new standing."""

    def __init__(self, most: int = MOST, gauges: Gauges = silent) -> None:
        self._most, self._gauges = most, gauges
        self._table: OrderedDict[Key, Standing] = OrderedDict()
        self.born: Callable[[Key, Standing], None] = lambda key, standing: None

    def of(self, key: Key) -> Standing:
        """The standing, a clean one at first."""
        found = self._table.get(key)
        if found is None:
            figures = self._gauges(key.org_id, key.component, key.provider, key.model)
            found = self._table[key] = Standing(Latency(BOUNDS[key.component]), figures=figures)
            self.born(key, found)
            if len(self._table) > self._most:
                self._table.popitem(last=False)
        self._table.move_to_end(key)
        return found

    def items(self) -> list[tuple[Key, Standing]]:
        """Every standing, the one asked for longest ago first."""
        return list(self._table.items())
