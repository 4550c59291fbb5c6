"""What is asked about many calls, and what is answered."""

from typing import Literal

from pydantic import Field

from api.http.schema import Answer, Body, Moment, MomentIn


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
