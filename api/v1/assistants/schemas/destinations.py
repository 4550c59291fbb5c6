"""Where the tool transferCall may transfer a call to."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.v1.assistants.schemas.base import Json, Line, Name, Shape, complaint, one_of, refused
from api.v1.assistants.schemas.tool_messages import Words

_E164 = re.compile(r"\+[1-9]\d{4,14}")


class _Destination(Shape):
    message: Words | None = Field(
        None, description='said first; "" = nothing; default 正在为您转接，请稍等。'
    )
    description: Line = Field("", description="for the model: when to transfer there")


class _Line(_Destination):
    caller_id: Name | None = Field(None, description="number shown; passed on to whoever carries the call")
    transfer_plan: Json | None = Field(None, description="passed on to whoever carries the call")


class NumberDestination(_Line):
    """A telephone number."""

    type: Literal["number"] = Field(description="number")
    number: str = Field(min_length=3, max_length=40, description="E.164, e.g. +8657188880000")
    number_e164_check_enabled: bool = Field(
        True, alias="numberE164CheckEnabled", description="false: any text, e.g. an extension"
    )
    extension: str | None = Field(None, min_length=1, max_length=10, description="dialled after the answer")

    @model_validator(mode="after")
    def _dialable(self) -> "NumberDestination":
        if self.number_e164_check_enabled and "{{" not in self.number and not _E164.fullmatch(self.number):
            message = "should be E.164 (+ and the digits), or set numberE164CheckEnabled to false"
            raise refused("destination", complaint("wrong_number", message, "number", value=self.number))
        return self


class SipDestination(_Line):
    """A SIP address."""

    type: Literal["sip"] = Field(description="sip")
    sip_uri: str = Field(pattern=r"^(sips?:|\{\{)\S", max_length=400, description="sip:name@host")
    sip_headers: Json | None = Field(None, description="passed on to whoever carries the call")


class AssistantDestination(_Destination):
    """Another member of the squad, by its assistant's name."""

    type: Literal["assistant"] = Field(description="assistant")
    assistant_name: Name = Field(description="the member's name")
    transfer_mode: str | None = Field(None, description="accepted; the squad decides what goes along")


_SHAPES: dict[str, type[Shape]] = {
    "number": NumberDestination,
    "sip": SipDestination,
    "assistant": AssistantDestination,
}


def _refuse(_: Any) -> str:
    return f"should be one of the following values: {', '.join(_SHAPES)}"


TransferDestination = Annotated[
    NumberDestination | SipDestination | AssistantDestination, one_of("type", _SHAPES, _refuse)
]
