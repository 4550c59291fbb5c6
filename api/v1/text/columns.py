"""The columns that sessions and chats share: who answers, who is told, what it cost."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row

Json = dict[str, Any]
NullableJson = JSONB(none_as_null=True)


class TextRow(Row):
    """A mixin. JSON columns have the API's words; secrets stand in `sealed` by their place.

    `state` is `{member, handoffs, context, since, forgotten}`: who of a squad has the conversation, what all
    members know, and from where on models may know what was said. `server` and `server_messages` are the
    assistant's as they were last. `cost_micros` is the sum of `costs` in micros of the platform's currency.
    """

    name: str | None = None
    assistant_id: str | None = Field(default=None, sa_type=IdText)
    assistant: Json | None = Field(default=None, sa_type=NullableJson)
    assistant_overrides: Json | None = Field(default=None, sa_type=NullableJson)
    squad_id: str | None = Field(default=None, sa_type=IdText)
    squad: Json | None = Field(default=None, sa_type=NullableJson)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    guarded: bool = False
    state: Json = Field(default_factory=dict, sa_type=JSONB)
    server: Json | None = Field(default=None, sa_type=NullableJson)
    server_messages: list[str] | None = Field(default=None, sa_type=NullableJson)
    costs: list[Json] = Field(default_factory=list, sa_type=JSONB)
    cost_micros: int = Field(default=0, sa_type=BigInteger)


def who_answers(row: Any) -> Json:
    """Of such a row, in the API's words."""
    return {
        "name": row.name,
        "assistantId": row.assistant_id,
        "assistant": row.assistant,
        "assistantOverrides": row.assistant_overrides,
        "squadId": row.squad_id,
        "squad": row.squad,
    }
