"""Structured outputs as Vapi has them: what is drawn from a call that is over, by a model or by a pattern."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from api.http.pagination import PageQuery
from api.v1.analysis.schema import problems
from api.v1.assistants.schemas.base import Json, Patch, Shape, Text, complaint, one_of, refused
from voice_engine.kernel.patterns import check

Title = Annotated[str, Field(min_length=1, max_length=40)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
_NO_WORKFLOWS = "workflows are Vapi's past: leave it empty"


def _is_schema(value: Json) -> Json:
    wrong = [complaint("schema_malformed", message, *place) for place, message in problems(value)]
    if wrong:
        raise refused("schema", *wrong[:20])
    return value


def _is_pattern(value: str) -> str:
    check(value)
    return value


JsonSchema = Annotated[Json, AfterValidator(_is_schema)]
Regex = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_is_pattern)]


class OutputModel(Shape):
    """Who draws the value, with the organisation's credential or the installation's key."""

    provider: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        description="such as openai, dashscope"
    )
    model: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="the provider's name for it"
    )
    temperature: float = Field(0, ge=0, le=2, description="0 … 2; default 0")
    max_tokens: int = Field(2000, ge=50, le=10_000, description="of the answer; default 2000")
    messages: list[Json] = Field(
        default_factory=list,
        max_length=20,
        description="prompt [{role, content}]; {{transcript}}, {{schema}}",
    )

    @model_validator(mode="after")
    def _asks(self) -> "OutputModel":
        for index, said in enumerate(self.messages):
            known = set(said) == {"role", "content"} and isinstance(said["content"], str)
            if not known or said["role"] not in ("system", "user", "assistant"):
                message = "should be {role: system, user or assistant, content: text}"
                raise refused("model", complaint("message_malformed", message, "messages", index))
        return self


class MinMessages(Shape):
    """Only calls in which so much was said."""

    type: Literal["minMessages"] = Field(description="minMessages")
    count: int = Field(ge=0, le=100_000, description="messages of user and assistant")


class MinCallDuration(Shape):
    """Only calls that lasted so long."""

    type: Literal["minCallDuration"] = Field(description="minCallDuration")
    seconds: float = Field(ge=0, le=1_000_000, description="seconds")


class EndedReason(Shape):
    """Only calls that ended for certain reasons, or for none of them."""

    type: Literal["endedReason"] = Field(description="endedReason")
    operator: Literal["oneOf", "notOneOf"] = Field(description="oneOf or notOneOf")
    values: list[Annotated[str, Field(max_length=200)]] = Field(max_length=100, description="endedReasons")


_CONDITIONS: dict[str, type[Shape]] = {
    "minMessages": MinMessages, "minCallDuration": MinCallDuration, "endedReason": EndedReason,
}  # fmt: skip


def _no_such_condition(tag: Any) -> str:
    return f"should be one of {', '.join(_CONDITIONS)}"


Condition = Annotated[
    MinMessages | MinCallDuration | EndedReason, one_of("type", _CONDITIONS, _no_such_condition)
]


class CompliancePlan(Shape):
    """Whether the result is kept where nothing else of the call is."""

    force_store_on_hipaa_enabled: bool = Field(
        False, description="keep the result of calls of which nothing is kept; default false"
    )


class _Fields(Shape):
    type: Literal["ai", "regex"] = Field(
        "ai", description="ai: a model reads the transcript; regex: a pattern searches it; default ai"
    )
    regex: Regex | None = Field(
        None, description="for type regex; the first group (else the whole match) is the value"
    )
    model: OutputModel | None = Field(None, description="default: the call's own model")
    compliance_plan: CompliancePlan | None = Field(None, description="what is kept nevertheless")
    conditions: list[Condition] = Field(
        default_factory=list, max_length=20, description="all must hold, else the output is skipped"
    )
    description: Text | None = Field(None, description="for people, and for the model that draws the value")
    assistant_ids: list[Id] = Field(
        default_factory=list, max_length=200, description="after whose calls it is drawn"
    )
    workflow_ids: list[Id] = Field(default_factory=list, max_length=0, description=_NO_WORKFLOWS)


class CreateStructuredOutput(_Fields):
    """A value to be drawn from calls."""

    name: Title = Field(description="1 to 40 characters; its name in call.artifact.structuredOutputs")
    json_schema: JsonSchema = Field(alias="schema", description="JSON Schema of the value")

    @model_validator(mode="after")
    def _has_a_pattern(self) -> "CreateStructuredOutput":
        need_pattern(self.given())
        return self


class UpdateStructuredOutput(_Fields, Patch):
    """The fields that change."""

    name: Title | None = Field(None, description="1 to 40 characters")
    json_schema: JsonSchema | None = Field(None, alias="schema", description="JSON Schema of the value")


class UpdateQuery(Shape):
    """Vapi's SDKs always send it."""

    schema_override: str = Field(
        "", max_length=100, description="accepted: the body's schema replaces the stored one either way"
    )


class StructuredOutputQuery(PageQuery):
    """Filters of the list."""

    id: str | None = Field(None, max_length=64, description="one structured output")
    name: str | None = Field(None, max_length=40, description="of exactly this name")


class StructuredOutput(Shape):
    """A structured output."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    name: str = Field(description="its name")
    type: str = Field(description="ai or regex")
    json_schema: Json = Field(alias="schema", description="JSON Schema of the value")
    regex: str | None = Field(None, description="for type regex")
    model: Json | None = Field(None, description="who draws the value")
    compliance_plan: Json | None = Field(None, description="what is kept nevertheless")
    conditions: list[Json] | None = Field(None, description="when it is drawn")
    description: str | None = Field(None, description="for people and the model")
    assistant_ids: list[str] | None = Field(None, description="after whose calls it is drawn")
    workflow_ids: list[str] | None = Field(None, description="always empty")


class RunStructuredOutput(Shape):
    """Draw a value from calls that are over, now."""

    preview_enabled: bool = Field(
        False, description="true: answer the results and store nothing; default false"
    )
    structured_output_id: Id | None = Field(None, description="a stored one")
    structured_output: CreateStructuredOutput | None = Field(None, description="or one only for this run")
    call_ids: list[Id] = Field(
        min_length=1, max_length=100, description="calls; only one if previewEnabled, as it is waited for"
    )

    @model_validator(mode="after")
    def _one(self) -> "RunStructuredOutput":
        if (self.structured_output_id is None) == (self.structured_output is None):
            message = "should be given, or structuredOutput, but only one of them"
            raise refused("run", complaint("output_choice", message, "structuredOutputId"))
        if self.structured_output is not None and not self.preview_enabled:
            message = "should be true for a structuredOutput that is not stored; or name a stored one"
            raise refused("run", complaint("preview_only", message, "previewEnabled"))
        if self.preview_enabled and len(self.call_ids) != 1:
            message = "should hold one call when previewEnabled is true"
            raise refused("run", complaint("too_many_calls", message, "callIds"))
        return self


def need_pattern(config: Json) -> None:
    """Raise unless a pattern is there exactly when it is needed."""
    if (config.get("type") == "regex") != bool(config.get("regex")):
        message = "is needed for type regex, and only there"
        raise refused("output", complaint("regex_missing", message, "regex"))
