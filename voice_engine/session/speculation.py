"""Is it worth guessing what the caller will have said? Hit rates per tenant decide. Pure.

A guess that is thrown away costs the tenant tokens and characters. Tenants whose callers are badly guessed
are guessed for no more, but for one try in PROBE_EVERY that shows whether this has changed.
"""

from collections import OrderedDict
from dataclasses import dataclass

WORTH_IT = 0.4  # of the guesses must be kept
ENOUGH = 8  # guesses before anything is concluded
MEMORY = 0.9  # weight of the past in the moving hit rate
PROBE_EVERY = 10
TENANTS = 10_000


@dataclass(slots=True)
class _Record:
    rate: float = 1.0
    guesses: int = 0
    refused: int = 0


class Odds:
    """Hit rates of all tenants of a process; the least recently used are forgotten."""

    def __init__(self) -> None:
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def worth_it(self, org_id: str) -> bool:
        """Whether to guess for this tenant now."""
        record = self._record(org_id)
        if record.guesses < ENOUGH or record.rate >= WORTH_IT:
            return True
        record.refused += 1
        return record.refused % PROBE_EVERY == 0

    def learn(self, org_id: str, *, kept: bool) -> None:
        """A guess was kept or thrown away."""
        record = self._record(org_id)
        record.guesses += 1
        record.rate = record.rate * MEMORY + (1 - MEMORY) * kept

    def _record(self, org_id: str) -> _Record:
        record = self._records.setdefault(org_id, _Record())
        self._records.move_to_end(org_id)
        if len(self._records) > TENANTS:
            self._records.popitem(last=False)
        return record
