"""What is asked about many calls, and what is answered."""

from pydantic import Field

from api.http.schema import Answer, Body, Moment, MomentIn


class LatencyQuery(Body):
    """Which calls: all that were created from `from` up to and without `to`, at most 31 days."""

    assistant_id: str | None = Field(None, max_length=64, description="calls with this stored assistant")
    since: MomentIn | None = Field(None, alias="from", description="default: 7 days before `to`")
    to: MomentIn | None = Field(None, description="default: now")


class Percentiles(Answer):
    """Milliseconds that half, 95 % and 99 % of the turns do not exceed."""

    p50: float
    p95: float
    p99: float


class Latency(Answer):
    """How long callers waited for answers. Without a single turn only the counts are there."""

    since: Moment = Field(alias="from")
    to: Moment
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
