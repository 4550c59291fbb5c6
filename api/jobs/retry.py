"""When to try again. Pure: the attempts so far and a random number in, a delay in seconds out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

JITTER = 0.2  # each delay is spread by ±20 %, so that a target that comes back is not met by everyone at once
LONGEST_RETRY_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`attempts` in all; the n-th retry waits `base_s · factor^(n-1)` seconds. `final` statuses end it."""

    attempts: int = 5
    base_s: float = 12.0
    factor: float = 5.0
    final: frozenset[int] = frozenset({410})


# Waits of 12 s, 1 min, 5 min and 25 min: a restart is bridged, and so is half an hour of trouble.
DEFAULT = Plan()
TASK = Plan(attempts=10, base_s=2.0, factor=2.0, final=frozenset())


def plan_of(backoff: Mapping[str, Any] | None) -> Plan:
    """The plan that a server's `backoffPlan` (Vapi's shape) asks for; ours when it has none."""
    if not backoff:
        return DEFAULT
    excluded = frozenset(int(s) for s in backoff.get("excludedStatusCodes") or () if str(s).isdigit())
    return Plan(
        attempts=1 + int(backoff.get("maxRetries", 0)),
        base_s=float(backoff.get("baseDelaySeconds", 1)),
        factor=2.0 if backoff.get("type") == "exponential" else 1.0,
        final=DEFAULT.final | excluded,
    )


def next_delay(
    plan: Plan, made: int, *, random: float, status: int | None = None, retry_after_s: float | None = None
) -> float | None:
    """Seconds until the next attempt after `made` failed ones; None when there is none.

    `random` in [0, 1). A target's Retry-After makes the wait longer, up to an hour, never shorter.
    """
    if made >= plan.attempts or status in plan.final:
        return None
    delay = plan.base_s * plan.factor ** (made - 1) * (1 - JITTER + 2 * JITTER * random)
    return max(delay, min(retry_after_s or 0.0, LONGEST_RETRY_AFTER_S))
