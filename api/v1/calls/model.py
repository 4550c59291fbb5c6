"""The table `calls`: one row per call, written by POST and completed from the engine's events."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row, Timestamp

Json = dict[str, Any]
_Json = JSONB(none_as_null=True)


def _jsonb(default: type[Any]) -> Any:
    return Field(default_factory=default, sa_type=_Json)


class CallRow(Row, table=True):
    """JSON columns have the API's words.

    `assistant` and `squad` (transient) and the overrides are without secrets; `sealed` holds those by
    `assistant.<place>`, `assistantOverrides.<place>` and so on. `spec` is the SessionSpec, keys sealed.
    `server` is None or `{url, timeoutSeconds, headers, sealedSecret, backoffPlan}`; `server_messages` None
    means Vapi's default set. `cost_micros` is the sum of `costs` in micros of the platform's currency.
    `structured_outputs` is `{results, skipped, updatedAt}`; `facts` is what events say beside the messages:
    `{transfers, assistantActivations, recordingConsent, logs}`. The recording and the content are erased at
    the two `…_until`; `erased` says when that was: `{recordingAt, contentAt}`.
    """

    __tablename__ = "calls"

    type: str
    status: str = "queued"
    ended_reason: str | None = None
    name: str | None = None
    assistant_id: str | None = Field(default=None, sa_type=IdText)
    assistant_version: str | None = None
    assistant: Json | None = Field(default=None, sa_type=_Json)
    assistant_overrides: Json | None = Field(default=None, sa_type=_Json)
    squad_id: str | None = Field(default=None, sa_type=IdText)
    squad: Json | None = Field(default=None, sa_type=_Json)
    squad_overrides: Json | None = Field(default=None, sa_type=_Json)
    sealed: dict[str, str] = _jsonb(dict)
    transport: Json = _jsonb(dict)
    customer: Json | None = Field(default=None, sa_type=_Json)
    session_id: str = Field(sa_type=IdText)
    engine_id: str
    spec: Json = _jsonb(dict)
    server: Json | None = Field(default=None, sa_type=_Json)
    server_messages: list[str] | None = Field(default=None, sa_type=_Json)
    analysis_plan: Json | None = Field(default=None, sa_type=_Json)
    listen_enabled: bool = True
    control_enabled: bool = True
    started_at: datetime | None = Field(default=None, sa_type=Timestamp)
    ended_at: datetime | None = Field(default=None, sa_type=Timestamp)
    messages: list[Json] = _jsonb(list)
    transcript: str | None = Field(default=None, sa_type=Text)
    recording_key: str | None = Field(default=None, sa_type=Text)
    costs: list[Json] = _jsonb(list)
    cost_micros: int = Field(default=0, sa_type=BigInteger)
    cost_breakdown: Json | None = Field(default=None, sa_type=_Json)
    analysis: Json | None = Field(default=None, sa_type=_Json)
    performance: Json | None = Field(default=None, sa_type=_Json)
    artifact_plan: Json | None = Field(default=None, sa_type=_Json)
    compliance_plan: Json | None = Field(default=None, sa_type=_Json)
    structured_outputs: Json | None = Field(default=None, sa_type=_Json)
    facts: Json | None = Field(default=None, sa_type=_Json)
    recording_until: datetime | None = Field(default=None, sa_type=Timestamp)
    content_until: datetime | None = Field(default=None, sa_type=Timestamp)
    erased: Json | None = Field(default=None, sa_type=_Json)
    phone_number_id: str | None = Field(default=None, sa_type=IdText)
    destination: Json | None = Field(default=None, sa_type=_Json)
    ended_message: str | None = Field(default=None, sa_type=Text)
    schedule_plan: Json | None = Field(default=None, sa_type=_Json)
    starts_at: datetime | None = Field(default=None, sa_type=Timestamp)
    expires_at: datetime | None = Field(default=None, sa_type=Timestamp)
    dialled_at: datetime | None = Field(default=None, sa_type=Timestamp)
    conversation_id: str | None = Field(default=None, sa_type=IdText)  # the session by text it goes on
    gateway_id: str | None = Field(default=None, sa_type=Text)
    phone_call_provider_id: str | None = Field(default=None, sa_type=Text)
