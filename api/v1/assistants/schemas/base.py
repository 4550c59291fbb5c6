"""What every shape of the public API has in common: camelCase, strict types, no unknown field.

`null` means "not given", as JavaScript clients mean it. A refused field is told the nearest known name.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from api.v1.assistants.schemas.urls import well_formed
from voice_engine.spec import Strategy

Json = dict[str, Any]


class Shape(BaseModel):
    """Fields are read by their camelCase names only; numbers are not read from strings."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        serialize_by_alias=True,
        protected_namespaces=(),
    )

    @model_validator(mode="before")
    @classmethod
    def _known_fields(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = _field_names(cls)
        unknown = [key for key in data if key not in known]
        if unknown and cls.model_config.get("extra") != "allow":
            raise refused(cls.__name__, *(_unknown(key, data[key], known) for key in unknown))
        return {key: value for key, value in data.items() if value is not None}

    def given(self) -> Json:
        """What the client sent, by JSON name; defaults left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


Begins = Annotated[
    Strategy,
    Field(
        description="who of the first choice and these begins a conversation: ordered (the first that is"
        " well), weighted, least-busy or fastest (Yingda's own); default ordered"
    ),
]
Weight = Annotated[
    float,
    Field(gt=0, le=1000, description="its share under strategy weighted (Yingda's own); default 1"),
]


def plain_fallbacks(chosen: list[Any], *not_these: str) -> list[Any]:
    """Refuse fallbacks that have fallbacks of their own, or fields that only the first choice has."""
    for index, one in enumerate(chosen):
        given = one.given()
        for name in ("fallbackPlan", "fallbackModels", *not_these):
            if given.get(name):
                message = "should not be in a fallback: only the first choice has it"
                raise refused("fallback", complaint("nested_fallback", message, index, name))
    return chosen


class Patch(Shape):
    """Only the fields that are named change; null removes one."""

    _cleared: frozenset[str] = PrivateAttr(frozenset())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_nulls(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        update = handler(data)
        if isinstance(data, dict):
            update._cleared = frozenset(key for key, value in data.items() if value is None)
        return update

    @property
    def cleared(self) -> frozenset[str]:
        """The fields (JSON names) that were null."""
        return self._cleared


@cache
def _field_names(shape: type[Shape]) -> dict[str, None]:
    """In the order of the fields, and quick to search."""
    return {field.alias or name: None for name, field in shape.model_fields.items()}


def refused(title: str, *lines: InitErrorDetails) -> ValidationError:
    """A validation error to raise inside a validator, so that `loc` stays exact."""
    return ValidationError.from_exception_data(title, list(lines))


def complaint(code: str, message: str, *loc: str | int, value: Any = None) -> InitErrorDetails:
    """One line of a validation error. `message` continues the field's name and says what is allowed."""
    # The message goes in as a value: braces in it would be read as placeholders.
    error = PydanticCustomError(code, "{text}", {"text": message})
    return InitErrorDetails(type=error, loc=loc, input=value)


def expected(what: str) -> WrapValidator:
    """One sentence for whatever is wrong with a simple value: "should be <what>"."""

    def check(value: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise refused("value", complaint("wrong_value", f"should be {what}", value=value)) from None

    return WrapValidator(check)


def one_of(
    tag: str,
    shapes: Mapping[str, type[Shape]],
    refuse: Callable[[Any], str],
    other: type[Shape] | None = None,
) -> WrapValidator:
    """Chooses the shape by the field `tag`, so that errors name only fields the client wrote.

    A tag without a shape is asked of `refuse`: a message means no; an empty one means the shape `other`.
    """

    def choose(value: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        if isinstance(value, Shape):
            return handler(value)
        if not isinstance(value, dict):
            raise refused(tag, complaint("wrong_type", f"should be an object with a {tag}", value=value))
        named = value.get(tag)
        shape = shapes.get(named) if isinstance(named, str) else None
        if shape is not None:
            return shape.model_validate(value)
        message = refuse(named)
        if message or other is None:
            raise refused(tag, complaint(f"unknown_{tag}", message, tag, value=named))
        return other.model_validate(value)

    return WrapValidator(choose)


def _unknown(key: str, value: Any, known: Iterable[str]) -> InitErrorDetails:
    near = get_close_matches(key, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(sorted(known))}."
    return complaint("unknown_field", f"should not exist; {hint}", key, value=value)


Text = Annotated[str, Field(max_length=100_000)]
Line = Annotated[str, Field(max_length=1000)]
Name = Annotated[str, Field(max_length=40)]
VersionNumber = Annotated[
    str,
    Field(max_length=10, pattern=r"^v[1-9][0-9]{0,8}$"),
    expected("a version as the assistant's versions are listed, for example v3"),
]
ONLY_STORED = "is for a stored assistant: give assistantId, or leave it out"
Url = Annotated[
    str,
    Field(max_length=2000, pattern=r"^(https?://|\{\{)\S+"),
    expected("an http:// or https:// URL"),
    AfterValidator(well_formed),
]
SocketUrl = Annotated[
    str,
    Field(max_length=2000, pattern=r"^((https?|wss?)://|\{\{)\S+"),
    expected("a ws://, wss://, http:// or https:// URL"),
    AfterValidator(well_formed),
]
