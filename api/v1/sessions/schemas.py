"""Sessions as Vapi has them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from api.http.pagination import PageQuery
from api.v1.assistants.schemas.base import Json, Name, Patch, Shape, complaint, refused
from api.v1.calls.schemas import CreateCustomer
from api.v1.text.messages import ChatMessage
from api.v1.text.party import WhoAnswers

Status = Literal["active", "completed"]
Seconds = Annotated[int, Field(ge=60, le=2_592_000)]
Listed = Annotated[str, Field(max_length=10_000)]


def _not_yet(reason: str) -> Any:
    def refuse(value: Any) -> Any:
        if value is not None:
            raise ValueError(reason)
        return value

    return AfterValidator(refuse)


CustomerId = Annotated[Any, _not_yet("is not available: give the customer as an object")]
PhoneNumber = Annotated[Any, _not_yet("is not available: text messages by telephone are not offered here")]


class SessionFields(Shape):
    """What a client says about a session."""

    name: Name | None = Field(None, description="for your own use; at most 40 characters")
    status: Status | None = Field(None, description="completed takes no more messages; default active")
    expiration_seconds: Seconds | None = Field(
        None, description="seconds after its last use until it expires; 60 to 2592000, default 86400"
    )
    messages: list[ChatMessage] | None = Field(
        None, max_length=1000, description="what was said so far; in an update it replaces all of it"
    )


class CreateSession(SessionFields, WhoAnswers):
    """A new session. Who answers in it is fixed for its life."""

    customer: CreateCustomer | None = Field(
        None, description="who it is with; {{customer.name}} in templates"
    )
    customer_id: CustomerId = Field(None, description="not available: give customer")
    phone_number_id: PhoneNumber = Field(None, description="not available")
    phone_number: PhoneNumber = Field(None, description="not available")

    @model_validator(mode="after")
    def _somebody(self) -> "CreateSession":
        if not self.named:
            message = "should be given, or assistant, squadId or squad"
            raise refused("session", complaint("assistant_choice", message, "assistantId"))
        return self


class UpdateSession(SessionFields, Patch):
    """Replaces the fields that are named; null removes the name and makes the others the default."""


class SessionQuery(PageQuery):
    """Filters of the list; all must hold."""

    id: str | None = Field(None, max_length=64, description="one session")
    id_any: Listed | None = Field(None, description="any of these ids, separated by commas")
    name: str | None = Field(None, max_length=40, description="exactly this name")
    assistant_id: str | None = Field(None, max_length=64, description="with this stored assistant")
    assistant_id_any: Listed | None = Field(None, description="any of these, separated by commas")
    squad_id: str | None = Field(None, max_length=64, description="with this stored squad")


class Session(Shape):
    """A session. What does not apply is left out."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    name: str | None = Field(None, description="yours")
    status: Status = Field(description="active or completed")
    expiration_seconds: int = Field(description="seconds after its last use")
    expires_at: str = Field(description="when it expires if nothing is said (Yingda's own)")
    assistant_id: str | None = Field(None, description="the stored assistant")
    assistant: Json | None = Field(None, description="the transient assistant, without secrets")
    assistant_overrides: Json | None = Field(None, description="variableValues")
    squad_id: str | None = Field(None, description="the stored squad")
    squad: Json | None = Field(None, description="the transient squad, without secrets")
    customer: Json | None = Field(None, description="as given")
    messages: list[Json] = Field(description="what was said, in order; the last 1000 messages")
    cost: float = Field(description="sum of costs, in CNY")
    costs: list[Json] = Field(description="per model; calls that went on here have their own")
