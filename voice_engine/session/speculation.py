"""Guessing what the caller will have said, and whether it is worth it: hit rates per tenant decide.

A guess that is thrown away costs the tenant tokens and characters. Tenants whose callers are badly guessed
are guessed for no more, but for one try in PROBE_EVERY that shows whether this has changed.
"""

from collections import OrderedDict
from dataclasses import dataclass

from voice_engine.listen.same import same_enough
from voice_engine.session.floor import Floor

WORTH_IT = 0.4  # of the guesses must be kept
ENOUGH = 8  # guesses before anything is concluded
MEMORY = 0.9  # weight of the past in the moving hit rate
PROBE_EVERY = 10
MAX_GUESSES = 3  # per turn
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

    def rate(self, org_id: str) -> float:
        """The tenant's moving hit rate, 0..1."""
        return self._record(org_id).rate

    def _record(self, org_id: str) -> _Record:
        record = self._records.setdefault(org_id, _Record())
        self._records.move_to_end(org_id)
        if len(self._records) > TENANTS:
            self._records.popitem(last=False)
        return record


class Guesser:
    """Begins replies before the turn is decided, and finds out whether they may stay."""

    def __init__(self, floor: Floor, odds: Odds, org_id: str) -> None:
        self._floor, self._odds, self._org_id = floor, odds, org_id
        self._guesses = 0  # in this turn

    def consider(self, text: str) -> None:
        """The turn may well end with these words."""
        if self._floor.guess:
            if self._fits(text):
                return
            self._odds.learn(self._org_id, kept=False)
            self._floor.drop_guess()
        if self._guesses < MAX_GUESSES and self._odds.worth_it(self._org_id):
            self._guesses += 1
            self._floor.suppose(text)

    def redeem(self, text: str) -> bool:
        """The turn ended with these words: whether the guess, if any, is a reply to them."""
        self._guesses = 0
        if self._floor.guess is None:
            return False
        kept = self._fits(text)
        self._odds.learn(self._org_id, kept=kept)
        return kept

    def _fits(self, text: str) -> bool:
        guess = self._floor.guess
        return guess is not None and guess.question is not None and same_enough(guess.question.text, text)
