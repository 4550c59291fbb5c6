"""Which breakers are open, as all processes of an installation see it. Pure.

A process writes what it has found out itself and believes what the others write. Times on the board are wall
time; `offset` is wall time minus the loop's.
"""

from collections.abc import Mapping, Sequence

import orjson

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.pool.standing import Key, Standing

Table = Sequence[tuple[Key, Standing]]

_SLACK_S = 1.0  # clocks of two machines, and what rounding does
KEPT_S = 60.0  # what is over is wiped off after so long


class Board:
    """This process's view of it. What was not written is written the next time."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}  # name → until when (wall), as it stands there
        self._notes: Mapping[str, bytes] = {}
        self._open: set[str] = set()  # names that were open here and stood there

    def outgoing(self, table: Table, offset: float, wall: float) -> tuple[dict[str, bytes], list[str]]:
        """What to write and what to wipe off. What is over is not written: it could hide what is not."""
        opened: dict[str, bytes] = {}
        closed: list[str] = []
        for key, standing in table:
            until = standing.breaker.until
            if until is None:
                if self._open and key.name in self._open:
                    closed.append(key.name)
                continue
            error = standing.breaker.error
            matters = until + offset > max(wall, self._seen.get(key.name, 0.0) + _SLACK_S)
            if error is not None and matters:
                opened[key.name] = _note(error, until + offset)
        self._open.update(opened)
        return opened, closed

    def learn(self, notes: Mapping[str, bytes], table: Table, offset: float, wall: float) -> list[str]:
        """Believe what is written; returns what is long over, to be wiped off."""
        before, self._notes = self._seen, notes
        self._seen = {name: float(orjson.loads(note)["until"]) for name, note in notes.items()}
        self._open &= self._seen.keys()
        for key, standing in table if before or self._seen else ():
            if key.name in self._seen:
                if key.name not in self._open or standing.breaker.until is not None:
                    self.tell(key, standing, offset, wall)
            elif before.get(key.name, 0.0) > wall - KEPT_S:
                _forgive(standing, before[key.name] - offset)
        return [name for name, until in self._seen.items() if until < wall - KEPT_S]

    def tell(self, key: Key, standing: Standing, offset: float, wall: float) -> None:
        """What the board says about one standing, perhaps one that is new here."""
        until = self._seen.get(key.name, 0.0)
        known = standing.breaker.until
        if until > wall and (known is None or known + offset < until - _SLACK_S):
            standing.breaker.trip(_error(key, self._notes[key.name]), until - offset)
            self._open.add(key.name)


def _forgive(standing: Standing, until: float) -> None:
    """Somebody has wiped it off while it mattered: the vendor is well again."""
    known = standing.breaker.until
    if known is not None and known <= until + _SLACK_S:
        standing.breaker.close()


def _note(error: ProviderError, until: float) -> bytes:
    return orjson.dumps({"until": until, "kind": error.kind, "code": error.vendor_code})


def _error(key: Key, note: bytes) -> ProviderError:
    told = orjson.loads(note)
    sentence = f"{key.provider} failed in another process ({told['kind']}) and is left alone for a while."
    return ProviderError(told["kind"], key.provider, sentence, vendor_code=told["code"])
