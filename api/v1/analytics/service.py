"""How fast assistants answer, over many calls."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from api.v1.analytics.query import MOST_ROWS, statement
from api.v1.analytics.repo import Turns
from api.v1.analytics.schemas import Analytics, Latency, LatencyQuery, Percentiles
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest

DEFAULT, LONGEST = timedelta(days=7), timedelta(days=31)


def latency(turns: Turns, query: LatencyQuery, now: datetime) -> Latency:
    """Percentiles over every measured turn; raises BadRequest for a time that is none or too long."""
    since, to = _period(query, now)
    waits = turns.waits(since, to, query.assistant_id)
    return Latency(
        since=since,
        to=to,
        assistant_id=query.assistant_id,
        calls=waits.calls,
        turns=waits.turns,
        guessed_share=_share(waits.guessed, waits.turns),
        interrupted_share=_share(waits.interrupted, waits.turns),
        mouth_to_ear_ms=_shown(waits.mouth_to_ear) if waits.mouth_to_ear else None,
        segments={name: _shown(found) for name, found in waits.segments.items() if found},
    )


def answers(turns: Turns, asked: Analytics, now: datetime) -> list[dict[str, Any]]:
    """The result of each query; raises BadRequest for one that cannot be answered, before any is."""
    statements = [statement(query, turns.org_id, now, i) for i, query in enumerate(asked.queries)]
    found = []
    for index, (query, made) in enumerate(zip(asked.queries, statements, strict=True)):
        rows = turns.rows(made)
        if len(rows) > MOST_ROWS:
            message = f"queries.{index}: more than {MOST_ROWS} rows; choose a longer step or fewer groups."
            raise BadRequest("too_many_rows", message, field=f"queries.{index}")
        shown = [{n: _value(v) for n, v in zip(made.names, row, strict=True)} for row in rows]
        time_range = {name: _value(value) for name, value in made.time_range.items()}
        found.append({"name": query.name, "timeRange": time_range, "result": shown})
    return found


def _value(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return iso(value)
    return value


def _period(query: LatencyQuery, now: datetime) -> tuple[datetime, datetime]:
    to = query.to or now
    since = query.since or to - DEFAULT
    if since >= to:
        raise BadRequest("period_empty", "`from` must be earlier than `to`, which is now if left out.")
    if to - since > LONGEST:
        message = f"At most {LONGEST.days} days can be asked for at once; move `from` and `to` together."
        raise BadRequest("period_too_long", message)
    return since, to


def _shown(found: Sequence[float]) -> Percentiles:
    p50, p95, p99 = (round(ms, 1) for ms in found)
    return Percentiles(p50=p50, p95=p95, p99=p99)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
