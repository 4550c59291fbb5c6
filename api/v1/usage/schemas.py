"""Usage as the API shows it."""

from typing import Any

from pydantic import Field

from api.http.pages import ListQuery
from api.http.schema import Answer, Moment


class UsageQuery(ListQuery):
    """Filters of the list; all must hold."""

    call_id: str | None = Field(None, max_length=64, description="the usage of one call")
    component: str | None = Field(
        None, max_length=32, description="transport, transcriber, model, voice, platform or analysis"
    )


class UsageRead(Answer):
    """One component's use in one session."""

    id: str
    org_id: str
    created_at: Moment
    call_id: str = Field(description="the call, chat or squad session it was used in")
    session_id: str = Field(description="the session of that call")
    usage_id: str = Field(description="unique in its session")
    component: str = Field(description="transport, transcriber, model, voice, platform or analysis")
    provider: str = Field(description="as in assistants")
    model: str = Field(description="the vendor's model; empty: its default")
    quantities: dict[str, float] = Field(description="seconds, characters, promptTokens …")
    estimated: bool = Field(description="true when the vendor did not say")
    used_at: Moment = Field(description="when; the price of that moment counts")
    cost_micros: int = Field(description="millionths of currency")
    currency: str = Field(description="the platform's, e.g. CNY")
    lines: list[dict[str, Any]] = Field(description="per quantity: price, its source and date, exchange rate")
    unpriced: list[str] = Field(description="quantities that prices.yaml has no price for; they cost 0")
