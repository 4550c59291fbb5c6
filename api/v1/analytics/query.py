"""An AnalyticsQuery as SQL. Pure: every name in it comes from the tables below, every value is bound.

`call` has one row for each call created in the range; `subscription` looks at the same calls as what is paid
for: minutes and how many went on at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.v1.analytics.schemas import AnalyticsOperation, AnalyticsQuery, TimeRange
from voice_engine.kernel.errors import BadRequest

MOST_ROWS = 10_000
DEFAULT = timedelta(days=7)
LONGEST = timedelta(days=3 * 366)
Json = dict[str, Any]

_SECONDS = "extract(epoch FROM c.ended_at - c.started_at)"
_COLUMNS = {
    "id": "c.id",
    "cost": "c.cost_micros / 1000000.0",
    "duration": _SECONDS,
    "minutesUsed": f"{_SECONDS} / 60",
}
_BREAKDOWN = {
    "costBreakdown.llm": "llm",
    "costBreakdown.stt": "stt",
    "costBreakdown.tts": "tts",
    "costBreakdown.vapi": "vapi",
    "costBreakdown.transport": "transport",
    "costBreakdown.transcriber": "stt",
    "costBreakdown.ttsCharacters": "ttsCharacters",
    "costBreakdown.llmPromptTokens": "llmPromptTokens",
    "costBreakdown.llmCompletionTokens": "llmCompletionTokens",
    "costBreakdown.llmCachedPromptTokens": "llmCachedPromptTokens",
}
_GROUPS = {
    "type": "c.type",
    "assistantId": "c.assistant_id",
    "endedReason": "c.ended_reason",
    "analysis.successEvaluation": "c.analysis ->> 'successEvaluation'",
    "status": "c.status",
}
_STEP_S = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Statement:
    """`names` are the keys of a result's row, one for each column of the statement."""

    sql: str
    values: Json
    names: tuple[str, ...]
    time_range: Json


def statement(query: AnalyticsQuery, org_id: str, now: datetime, index: int = 0) -> Statement:
    """Raises BadRequest naming the field of what cannot be answered."""
    return _Builder(query, org_id, now, f"queries.{index}").build()


class _Builder:
    def __init__(self, query: AnalyticsQuery, org_id: str, now: datetime, place: str) -> None:
        self._query, self._place = query, place
        given = query.time_range or TimeRange.model_validate({})
        self._end = given.end or now
        self._start = given.start or self._end - DEFAULT
        self._step, self._zone = given.step, given.timezone
        self._values: Json = {"org": org_id, "start": self._start, "end": self._end, "zone": self._zone}
        self._check_range()

    def build(self) -> Statement:
        columns, names, groups = self._grouping()
        for number, operation in enumerate(self._query.operations):
            columns.append(self._aggregate(operation, f"{self._place}.operations.{number}"))
            names.append(operation.alias or default_alias(operation))
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            message = f"{self._place}.operations: two results are named {twice}; give one of them an alias."
            raise BadRequest("alias_twice", message, field=f"{self._place}.operations")
        grouped = f" GROUP BY {', '.join(groups)} ORDER BY {', '.join(groups)}" if groups else ""
        running = self._running()
        joined = " LEFT JOIN running r ON r.id = c.id" if running else ""
        sql = (
            f"{running}SELECT {', '.join(columns)} FROM calls c{joined}"
            " WHERE c.org_id = %(org)s AND c.created_at >= %(start)s AND c.created_at < %(end)s"
            f"{grouped} LIMIT {MOST_ROWS + 1}"
        )
        return Statement(sql, self._values, tuple(names), self._shown_range())

    def _grouping(self) -> tuple[list[str], list[str], list[str]]:
        columns: list[str] = []
        names: list[str] = []
        if self._step:
            columns.append(self._bucket("c.created_at"))
            names.append("date")
        for name in self._query.group_by:
            columns.append(_GROUPS[name])
            names.append(name)
        for number, variable in enumerate(self._query.group_by_variable_value):
            self._values[f"variable{number}"] = variable.key
            columns.append(f"c.assistant_overrides -> 'variableValues' ->> %(variable{number})s::text")
            names.append(f"variableValues.{variable.key}")
        groups = [str(number) for number in range(1, len(columns) + 1)]
        return columns, names, groups

    def _bucket(self, column: str) -> str:
        """The beginning of the step, by the clocks of the time zone; the step is one of a fixed list."""
        return f"date_trunc('{self._step}', {column}, %(zone)s)"

    def _aggregate(self, operation: AnalyticsOperation, place: str) -> str:
        value, kind = self._value(operation, place), operation.operation
        if kind == "count":
            return f"count({value})"
        if operation.column == "id":
            message = f"{place}.column: id can only be counted; choose cost, duration or another number."
            raise BadRequest("column_not_a_number", message, field=f"{place}.column")
        if kind == "history":
            pairs = f"array_agg(json_build_array(c.created_at, {value}) ORDER BY c.created_at)"
            return f"to_json(({pairs})[1:{MOST_ROWS}])"
        return f"coalesce(sum({value}), 0)" if kind == "sum" else f"{kind}({value})"

    def _value(self, operation: AnalyticsOperation, place: str) -> str:
        column = operation.column
        if column == "concurrency":
            if operation.operation not in ("max", "avg", "min", "history"):
                message = f"{place}.operation: concurrency has max, min, avg and history."
                raise BadRequest("operation_senseless", message, field=f"{place}.operation")
            return "r.running"
        if column == "costBreakdown.analysisBreakdown.summary":
            return "(c.cost_breakdown -> 'analysisCostBreakdown' ->> 'summary')::numeric"
        if column in _BREAKDOWN:
            return f"(c.cost_breakdown ->> '{_BREAKDOWN[column]}')::numeric"
        return f"({_COLUMNS[column]})"

    def _running(self) -> str:
        """How many calls of the organisation went on when each began, itself included: one pass over the
        beginnings and ends in their order."""
        if all(operation.column != "concurrency" for operation in self._query.operations):
            return ""
        return (
            "WITH told AS (SELECT c.id, c.started_at, coalesce(c.ended_at, 'infinity') AS ended_at"
            " FROM calls c WHERE c.org_id = %(org)s AND c.started_at IS NOT NULL"
            " AND c.created_at >= %(start)s::timestamptz - interval '13 hours'"
            " AND c.created_at < %(end)s),"
            " moved AS (SELECT id, started_at AS at, 1 AS step FROM told"
            " UNION ALL SELECT NULL, ended_at, -1 FROM told),"
            " running AS (SELECT id, running FROM (SELECT id, sum(step) OVER (ORDER BY at, step) AS running"
            " FROM moved) counted WHERE id IS NOT NULL) "
        )

    def _check_range(self) -> None:
        place = f"{self._place}.timeRange"
        if self._start >= self._end:
            message = f"{place}.start: it must be earlier than end, which is now if left out."
            raise BadRequest("period_empty", message, field=f"{place}.start")
        if self._end - self._start > LONGEST:
            message = f"{place}: at most {LONGEST.days} days can be asked for at once; move start and end."
            raise BadRequest("period_too_long", message, field=place)
        seconds = _STEP_S.get(self._step or "", 604_800)
        if self._step and (self._end - self._start).total_seconds() / seconds > MOST_ROWS:
            message = f"{place}.step: so short a step gives more than {MOST_ROWS} rows; choose a longer one."
            raise BadRequest("step_too_short", message, field=f"{place}.step")

    def _shown_range(self) -> Json:
        shown: Json = {"start": self._start, "end": self._end, "timezone": self._zone}
        return {**shown, "step": self._step} if self._step else shown


def default_alias(operation: AnalyticsOperation) -> str:
    """`sum` of `costBreakdown.llm` → `sumCostBreakdownLlm`."""
    words = operation.column.split(".")
    return operation.operation + "".join(word[0].upper() + word[1:] for word in words)
