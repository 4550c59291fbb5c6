"""May this vendor be asked now? Outcomes and the time go in, yes or no comes out.

Opens after FAILURES in a row, or when more than SHARE of at least CALLS in WINDOW_S failed; at once when the
key or the account is refused, or when the vendor names a time (Retry-After). After that time one call may
probe; it decides.
"""

from enum import StrEnum

from voice_engine.kernel.errors import ProviderError

FAILURES = 5
CALLS, SHARE, WINDOW_S = 20, 0.2, 60.0
OPEN_S = 60.0
LONGEST_S = 600.0  # whatever a vendor's Retry-After says
_SLOTS = 12
_SLOT_S = WINDOW_S / _SLOTS
AT_ONCE = frozenset({"auth", "quota"})
# What was asked is at fault, or that nothing was, not who was asked.
NOT_THE_VENDOR = frozenset({"bad_request", "moderation", "invalid_audio", "idle_timeout"})


class State(StrEnum):
    """CLOSED lets everything pass, OPEN nothing, HALF_OPEN one call."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """One vendor's model under one key. `now` never goes back."""

    __slots__ = ("_in_a_row", "_probe_until", "_slots", "_until", "error")

    def __init__(self) -> None:
        self._slots: list[tuple[int, int, int]] = []  # number of the slot, calls, failures; oldest first
        self._in_a_row = 0
        self._until: float | None = None
        self._probe_until = 0.0
        self.error: ProviderError | None = None

    def state(self, now: float) -> State:
        """How things stand."""
        if self._until is None:
            return State.CLOSED
        return State.OPEN if now < self._until else State.HALF_OPEN

    @property
    def until(self) -> float | None:
        """When it will be half-open; None while it is closed."""
        return self._until

    def allows(self, now: float) -> bool:
        """Whether a call may begin."""
        return self._until is None or (now >= self._until and now >= self._probe_until)

    @property
    def refuses_for_good(self) -> bool:
        """Open because of what another try cannot change: the key, the account, a limit with a time."""
        error = self.error
        return self._until is not None and error is not None and (error.kind in AT_ONCE or _timed(error))

    def began(self, now: float) -> None:
        """A call begins; in the half-open state it is the probe."""
        if self._until is not None and now >= self._until:
            self._probe_until = now + OPEN_S

    def succeeded(self, now: float) -> None:
        """The vendor did what it was asked."""
        if self._until is not None:
            self.close()
        self._in_a_row = 0
        self._count(now, 0)

    def undecided(self) -> None:
        """The call ended without a verdict: it was given up, or what it asked for was wrong."""
        self._probe_until = 0.0

    def failed(self, error: ProviderError, now: float) -> None:
        """The call failed."""
        if error.kind in NOT_THE_VENDOR:
            self.undecided()
            return
        self._in_a_row += 1
        self._count(now, 1)
        if self._until is not None or error.kind in AT_ONCE or _timed(error) or self._too_many():
            self.error = error
            wait = min(error.retry_after or OPEN_S, LONGEST_S)
            self.trip(error, now + wait)

    def trip(self, error: ProviderError, until: float) -> None:
        """Open at least until then: another process says so, or a probe that was no call."""
        self.error = error
        self._until = max(self._until or 0.0, until)
        self._probe_until = 0.0

    def close(self) -> None:
        """All is well again: another process has found out."""
        self._until, self._probe_until, self.error = None, 0.0, None
        self._in_a_row = 0
        self._slots.clear()

    def _count(self, now: float, failures: int) -> None:
        number = int(now // _SLOT_S)
        if not self._slots or self._slots[-1][0] != number:
            self._slots = [slot for slot in self._slots if slot[0] > number - _SLOTS]
            self._slots.append((number, 0, 0))
        _, calls, failed = self._slots[-1]
        self._slots[-1] = (number, calls + 1, failed + failures)

    def _too_many(self) -> bool:
        if self._in_a_row >= FAILURES:
            return True
        calls = sum(slot[1] for slot in self._slots)
        return calls >= CALLS and sum(slot[2] for slot in self._slots) > SHARE * calls


def _timed(error: ProviderError) -> bool:
    return error.kind == "rate_limit" and error.retry_after is not None
