"""The two kinds of JSON object: what we are sent and what we answer. camelCase outside, snake_case inside."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

from voice_engine.kernel.clock import iso

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]
"""A time in an answer: ISO 8601, UTC, milliseconds, `Z`."""


def _within_reason(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 9998:  # a year further, an offset leads out of what a datetime can hold
        raise ValueError("should be between the years 1970 and 9998")
    return moment


MomentIn = Annotated[AwareDatetime, AfterValidator(_within_reason)]
"""A time we are sent: ISO 8601 with an offset, from 1970 to 9998."""


class Body(BaseModel):
    """What we are sent. Unknown fields are refused, names are camelCase only."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=False)


def _left_out_if_null(schema: dict[str, Any]) -> None:
    """Fields that may be null are left out then, so a client must not rely on them."""
    fields = schema.get("properties", {})
    nullable = {name for name, field in fields.items() if {"type": "null"} in field.get("anyOf", ())}
    schema["required"] = [name for name in schema.get("required", ()) if name not in nullable]


class Answer(BaseModel):
    """What we answer; made from rows or by field names. Null fields are left out."""

    model_config = ConfigDict(
        from_attributes=True,
        alias_generator=to_camel,
        validate_by_name=True,
        json_schema_extra=_left_out_if_null,
    )
