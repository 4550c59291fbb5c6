"""Lists of calls: the filters of v1's and v2's, as conditions on rows."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement, cast, extract, false, func, literal_column, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from api.http.pages import ListQuery
from api.http.pagination import PageQuery
from api.v1.calls.model import CallRow
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.money import MICROS

Condition = ColumnElement[bool]
_Id = Annotated[str, Field(max_length=64)]
_MOST = 100  # values of a comma list


def _comma_list(text: str) -> str:
    if len([part for part in text.split(",") if part.strip()]) > _MOST:
        raise ValueError(f"should have at most {_MOST} values")
    return text


Any_ = Annotated[str, Field(max_length=8000), AfterValidator(_comma_list)]
Part = Annotated[str, Field(min_length=1, max_length=200)]
Money = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]


class CallQuery(ListQuery):
    """Filters of the list; all must hold."""

    id: _Id | None = Field(None, description="one call")
    assistant_id: _Id | None = Field(None, description="calls with this stored assistant")
    phone_number_id: _Id | None = Field(None, description="calls through this phone number")


class CallPageQuery(PageQuery):
    """Filters of the list in pages; all must hold. `…Any` is a comma list, one of which must hold."""

    sort_by: Literal["createdAt", "duration", "cost"] = Field(  # type: ignore[assignment]
        "createdAt", description="what it is sorted by"
    )
    id: _Id | None = Field(None, description="one call")
    id_any: Any_ | None = Field(None, description="these calls")
    assistant_id: _Id | None = Field(None, description="calls with this stored assistant")
    assistant_id_any: Any_ | None = Field(None, description="with one of these")
    assistant_name: Part | None = Field(None, description="a part of the assistant's name")
    squad_id: _Id | None = Field(None, description="calls with this stored squad")
    squad_id_any: Any_ | None = Field(None, description="with one of these")
    squad_name: Part | None = Field(None, description="a part of the squad's name")
    phone_number_id: _Id | None = Field(None, description="calls through this phone number")
    phone_number_id_any: Any_ | None = Field(None, description="through one of these")
    type_any: Any_ | None = Field(None, description="outboundPhoneCall, webCall …")
    status_any: Any_ | None = Field(None, description="queued, ended …")
    ended_reason: Part | None = Field(None, description="calls that ended so")
    ended_reason_any: Any_ | None = Field(None, description="for one of these reasons")
    customer: Part | None = Field(
        None, description="a part of the customer's number, SIP URI, name, email or externalId"
    )
    customer_number_any: Any_ | None = Field(None, description="with one of these numbers, as in the call")
    transcript: Part | None = Field(None, description="a part of the transcript")
    cost_ge: Money | None = Field(None, description="cost at least, CNY")
    cost_le: Money | None = Field(None, description="cost at most, CNY")
    success_evaluation: Part | None = Field(None, description="analysis.successEvaluation, exactly")
    structured_outputs: Annotated[str, Field(max_length=4000)] | None = Field(
        None, description='JSON {"<id of a structured output>": <its result>}; all must be so'
    )
    score: Part | None = Field(None, description="accepted; scorecards are not available, so it matches none")


_NUMBER: Any = literal_column("customer_number")  # PostgreSQL writes it itself, from `customer`
DURATION: Any = func.coalesce(extract("epoch", col(CallRow.ended_at) - col(CallRow.started_at)), 0.0)
SORTS = {"duration": DURATION, "cost": col(CallRow.cost_micros)}


def conditions(query: CallPageQuery) -> list[Condition]:
    """What rows must satisfy; raises BadRequest for structuredOutputs that are no JSON object."""
    found: list[Condition] = []
    for name, condition in _CONDITIONS.items():
        value = getattr(query, name)
        if value is not None:
            found.append(condition(value))
    return found


def _one(column: Any) -> Callable[[Any], Condition]:
    return lambda value: column == value


def _any(column: Any) -> Callable[[str], Condition]:
    return lambda text: column.in_([part.strip() for part in text.split(",") if part.strip()])


def _holds(column: Any) -> Callable[[str], Condition]:
    return lambda part: column.icontains(part, autoescape=True)


def _customer(part: str) -> Condition:
    places = ("number", "sipUri", "name", "email", "externalId")
    return or_(*(_json(CallRow.customer, place).icontains(part, autoescape=True) for place in places))


def _json(column: Any, *places: str) -> Any:
    found: Any = col(column)
    for place in places[:-1]:
        found = found[place]
    return found[places[-1]].astext


def _outputs(text: str) -> Condition:
    try:
        wanted = orjson.loads(text)
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict) or "\\u0000" in text:
        message = 'structuredOutputs: should be a JSON object, e.g. {"<id>": true}.'
        raise BadRequest("wrong_value", message, field="structuredOutputs")
    held = {"results": {id: {"result": value} for id, value in wanted.items()}}
    return col(CallRow.structured_outputs).contains(cast(held, JSONB))


_CONDITIONS: dict[str, Callable[[Any], Condition]] = {
    "id": _one(col(CallRow.id)),
    "id_any": _any(col(CallRow.id)),
    "assistant_id": _one(col(CallRow.assistant_id)),
    "assistant_id_any": _any(col(CallRow.assistant_id)),
    "assistant_name": _holds(_json(CallRow.spec, "assistant", "name")),
    "squad_id": _one(col(CallRow.squad_id)),
    "squad_id_any": _any(col(CallRow.squad_id)),
    "squad_name": _holds(_json(CallRow.spec, "squad", "name")),
    "phone_number_id": _one(col(CallRow.phone_number_id)),
    "phone_number_id_any": _any(col(CallRow.phone_number_id)),
    "type_any": _any(col(CallRow.type)),
    "status_any": _any(col(CallRow.status)),
    "ended_reason": _one(col(CallRow.ended_reason)),
    "ended_reason_any": _any(col(CallRow.ended_reason)),
    "customer": _customer,
    "customer_number_any": _any(_NUMBER),
    "transcript": _holds(col(CallRow.transcript)),
    "cost_ge": lambda money: col(CallRow.cost_micros) >= round(money * MICROS),
    "cost_le": lambda money: col(CallRow.cost_micros) <= round(money * MICROS),
    "success_evaluation": _one(_json(CallRow.analysis, "successEvaluation")),
    "structured_outputs": _outputs,
    "score": lambda _: false(),
}
