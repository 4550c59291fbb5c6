"""What one attempt means for a delivery. Pure: what the target said goes in, what happens next comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from api.jobs.retry import next_delay, plan_of
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import YingdaError
from voice_engine.kernel.mask import mask
from voice_engine.outbound import Answer

Json = dict[str, Any]

EXCERPT = 500  # characters of an answer that are kept


@dataclass(frozen=True, slots=True)
class Verdict:
    """`delay_s` None: no further attempt, delivered or dead. `entry` is for the delivery's log."""

    delivered: bool
    delay_s: float | None
    outcome: str
    entry: Json


def verdict(
    result: Answer | YingdaError,
    *,
    made: int,
    backoff: Mapping[str, Any] | None,
    at: datetime,
    elapsed_ms: int,
    random: float,
) -> Verdict:
    """After attempt number `made` at `at`. A refused target is not tried again: it would be refused again."""
    entry: Json = {"at": iso(at), "attempt": made, "ms": elapsed_ms}
    plan = plan_of(backoff)
    if isinstance(result, YingdaError):
        final = not result.retryable
        delay = None if final else next_delay(plan, made, random=random)
        return Verdict(False, delay, result.code, entry | {"error": mask(result.message)})
    entry |= {"status": result.status, "answer": _excerpt(result)}
    if result.ok:
        return Verdict(True, None, "delivered", entry)
    after = _retry_after(result.headers, at)
    delay = next_delay(plan, made, random=random, status=result.status, retry_after_s=after)
    return Verdict(False, delay, f"status_{result.status // 100}xx", entry | {"error": _complaint(result)})


def lost(made: int, at: datetime) -> Json:
    """The log entry of an attempt whose worker died: what the target got is not known."""
    error = "The worker ended during this attempt; the target may have received it. It is sent again."
    return {"at": iso(at), "attempt": made, "error": error}


def _excerpt(answer: Answer) -> str:
    return mask(answer.body[: EXCERPT * 4].decode("utf-8", "replace")[:EXCERPT]).replace("\x00", "\ufffd")


def _complaint(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        place = mask(answer.headers.get("location", "another address"))[:EXCERPT]
        return f"The server redirects to {place}; webhooks follow no redirect: configure the final address."
    return f"The server answered {answer.status}; any 2xx would have been success."


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds, from a number or an HTTP date; None when there is neither."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return (parsedate_to_datetime(value) - now).total_seconds() if value else None
    except (ValueError, TypeError):
        return None
