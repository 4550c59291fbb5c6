"""SQL over many calls, counted where they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from api.db.repo import Repo
from api.v1.analytics.query import Statement
from api.v1.calls.model import CallRow

PATIENCE_MS = 10_000
SEGMENTS = ("endpointingMs", "sttMs", "thinkMs", "clauseMs", "ttsMs", "playoutMs")


@dataclass(frozen=True, slots=True)
class Waits:
    """Of the turns of some calls; percentiles are [p50, p95, p99] in ms, None without a turn."""

    calls: int
    turns: int
    guessed: int
    interrupted: int
    mouth_to_ear: Sequence[float] | None
    segments: Mapping[str, Sequence[float] | None]


class Turns(Repo[CallRow]):
    """The measured turns in the calls of one organisation."""

    row = CallRow
    noun = "call"

    def waits(self, since: datetime, to: datetime, assistant_id: str | None) -> Waits:
        """How long the callers of the calls created in [since, to) waited; all assistants when None."""
        values = {"org": self.org_id, "since": since, "to": to, "assistant": assistant_id}
        chosen = "" if assistant_id is None else " AND c.assistant_id = %(assistant)s"
        [row] = self.session.look(_QUERY.format(chosen=chosen), values)
        calls, turns, guessed, interrupted, mouth_to_ear, *segments = row
        named = dict(zip(SEGMENTS, segments, strict=True))
        return Waits(calls, turns, guessed, interrupted, mouth_to_ear, named)

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """What a query finds; raises Unavailable("database_slow") after ten seconds."""
        self.session.connection().execute(text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))
        return self.session.look(statement.sql, statement.values)


def _percentiles(path: str) -> str:
    return f"percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ({path})::float8)"


_QUERY = f"""
SELECT count(DISTINCT c.id), count(*),
    count(*) FILTER (WHERE (turn->>'guessed')::boolean),
    count(*) FILTER (WHERE (turn->>'interrupted')::boolean),
    {_percentiles("turn->>'turnLatency'")},
    {", ".join(_percentiles(f"turn->'segments'->>'{name}'") for name in SEGMENTS)}
FROM calls c CROSS JOIN LATERAL jsonb_array_elements(c.performance->'turnLatencies') turn
WHERE c.org_id = %(org)s AND c.created_at >= %(since)s AND c.created_at < %(to)s{{chosen}}
"""
