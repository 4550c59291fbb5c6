"""What is asked about many calls, and what is answered."""

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from api.http.schema import Answer, Body, Moment, MomentIn
from api.v1.assistants.schemas.base import Shape


class LatencyQuery(Body):
    """Which calls: all that were created from `from` up to and without `to`, at most 31 days."""

    assistant_id: str | None = Field(None, max_length=64, description="calls with this stored assistant")
    since: MomentIn | None = Field(None, alias="from", description="default: 7 days before `to`")
    to: MomentIn | None = Field(None, description="default: now")


class Percentiles(Answer):
    """Milliseconds that half, 95 % and 99 % of the turns do not exceed."""

    p50: float = Field(description="ms")
    p95: float = Field(description="ms")
    p99: float = Field(description="ms")


class Latency(Answer):
    """How long callers waited for answers. Without a single turn only the counts are there."""

    since: Moment = Field(alias="from", description="calls created from then on")
    to: Moment = Field(description="and before then")
    assistant_id: str | None = Field(None, description="as asked")
    calls: int = Field(description="calls that have ended, with at least one measured turn")
    turns: int = Field(description="spoken turns that were answered with sound")
    guessed_share: float | None = Field(None, description="0…1: turns whose answer had begun as a guess")
    interrupted_share: float | None = Field(None, description="0…1: turns whose answer was interrupted")
    mouth_to_ear_ms: Percentiles | None = Field(
        None, description="from the caller's last voiced sample to the assistant's first audible one"
    )
    segments: dict[str, Percentiles] = Field(
        description="of that: endpointingMs, sttMs, thinkMs, clauseMs, ttsMs, playoutMs"
    )


class VendorQuery(Body):
    """Which hours."""

    hours: int = Field(24, ge=1, le=168, description="so many hours back, the running one included")


class VendorWait(Answer):
    """How long something took, in ms, right within 5 %."""

    count: int = Field(description="how often it was measured")
    p50: float = Field(description="ms")
    p95: float = Field(description="ms")
    p99: float = Field(description="ms")


class VendorFigures(Answer):
    """What the calls of the organisation saw of one vendor's model."""

    component: Literal["transcriber", "model", "voice"] = Field(description="what it was asked for")
    provider: str = Field(description="as in assistants")
    model: str = Field(description="empty: the vendor's default")
    requests: int = Field(description="recognitions, replies, pieces spoken; hedged second requests too")
    failures: dict[str, int] = Field(
        description="by kind: auth, quota, rate_limit, server, network, timeout …"
    )
    error_rate: float = Field(description="failures per request, 0 … 1")
    waits: dict[Literal["connect", "firstPartial", "final", "firstToken", "firstAudio"], VendorWait] = Field(
        description="connect: until a standby's connection was open; firstPartial: from the first sound like"
        " speech; final: from the end of speech; firstToken: from the request; firstAudio: from the text"
    )


class Vendors(Answer):
    """How vendors do, as the organisation's own calls saw it."""

    since: Moment = Field(alias="from", description="the beginning of the first hour")
    to: Moment = Field(description="now")
    vendors: list[VendorFigures] = Field(description="one for each vendor's model")


# ── Vapi's analytics ─────────────────────────────────────────────────────────────────────────────────

Step = Literal[
    "second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century", "millennium"
]
Column = Literal[
    "id", "cost", "costBreakdown.llm", "costBreakdown.stt", "costBreakdown.tts", "costBreakdown.vapi",
    "costBreakdown.transport", "costBreakdown.analysisBreakdown.summary", "costBreakdown.transcriber",
    "costBreakdown.ttsCharacters", "costBreakdown.llmPromptTokens", "costBreakdown.llmCompletionTokens",
    "costBreakdown.llmCachedPromptTokens", "duration", "concurrency", "minutesUsed",
]  # fmt: skip
Group = Literal["type", "assistantId", "endedReason", "analysis.successEvaluation", "status"]


def _is_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("should be the name of a time zone, such as Asia/Shanghai or UTC")
    return name


class TimeRange(Shape):
    """Which calls: those created from start up to and without end."""

    step: Step | None = Field(None, description="one row for each; default: one for the whole range")
    start: Annotated[MomentIn, Field(strict=False)] | None = Field(
        None, description="ISO 8601; default 7 days before end"
    )
    end: Annotated[MomentIn, Field(strict=False)] | None = Field(None, description="ISO 8601; default now")
    timezone: Annotated[str, Field(max_length=64), AfterValidator(_is_zone)] = Field(
        "UTC", description="by whose clocks a step begins; default UTC"
    )


class VariableValueGroupBy(Shape):
    """One of the call's variableValues."""

    key: str = Field(min_length=1, max_length=100, description="the variable's name")


class AnalyticsOperation(Shape):
    """One number of a result's row."""

    operation: Literal["sum", "avg", "count", "min", "max", "history"] = Field(
        description="what is done with the column; history lists [time, value] for at most 10,000 calls"
    )
    column: Column = Field(
        description="costs in CNY, duration in seconds, minutesUsed in minutes; concurrency: calls at once,"
        " counted whenever one begins; id can be counted"
    )
    alias: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        None, description="its name in the result; default operation and column, such as sumCost"
    )


class AnalyticsQuery(Shape):
    """One question about many calls."""

    table: Literal["call", "subscription"] = Field(
        description="call, or subscription: the same calls as what is paid for (minutesUsed, concurrency)"
    )
    name: Annotated[str, Field(min_length=1, max_length=40)] = Field(description="of the result")
    operations: list[AnalyticsOperation] = Field(
        min_length=1, max_length=20, description="the numbers of each row"
    )
    group_by: list[Group] = Field(default_factory=list, max_length=5, description="one row for each")
    group_by_variable_value: list[VariableValueGroupBy] = Field(
        default_factory=list, max_length=5, description="one row for each value"
    )
    time_range: TimeRange | None = Field(None, description="default: the last 7 days in one row")


class Analytics(Shape):
    """Several questions at once."""

    queries: list[AnalyticsQuery] = Field(
        min_length=1, max_length=20, description="each is answered by itself"
    )


class TimeRangeShown(Answer):
    """Which calls were counted."""

    start: Moment = Field(description="ISO 8601, UTC, milliseconds")
    end: Moment = Field(description="ISO 8601, UTC, milliseconds; not itself in the range")
    timezone: str = Field(description="by whose clocks a step begins")
    step: str | None = Field(None, description="one row for each; left out: one for all")


class AnalyticsResult(Answer):
    """The answer to one question."""

    name: str = Field(description="as asked")
    time_range: TimeRangeShown = Field(description="which calls were counted")
    result: list[dict[str, Any]] = Field(
        description="rows: `date` with a step, the groups, then each operation by its alias"
    )
