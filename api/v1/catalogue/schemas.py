"""Models and voices as JSON; a voice has Vapi's words of its voice library, and ours."""

from typing import Literal

from pydantic import Field

from api.http.schema import Answer, Body

Component = Literal["transcriber", "model", "voice", "realtime"]
Access = Literal["none-needed", "credential", "platform", "missing"]


class CatalogPrice(Answer):
    """A price that holds now."""

    unit: str = Field(description="seconds, characters, promptTokens, completionTokens …")
    per: int = Field(description="so many units cost the price")
    price: str = Field(description="a decimal number as text")
    currency: str = Field(description="CNY, USD …")
    source: str = Field(description="where it is written")
    as_of: str = Field(description="the day it was read there")
    valid_from: str | None = Field(None, description="from when it holds, if the operator has entered it")


class CatalogModel(Answer):
    """A model that can be named in an assistant."""

    id: str = Field(description="component:provider:model")
    component: Component = Field(description="where it is named in an assistant; realtime: as its model")
    provider: str = Field(description="as in assistants")
    provider_name: str = Field(description="for people")
    model: str = Field(description="as in assistants; empty: the vendor has only one, or its console decides")
    default: bool = Field(description="whether it is used when none is named")
    languages: list[str] = Field(description="ISO 639; empty: many, or unknown")
    sample_rates: list[int] = Field(description="Hz; empty: does not matter, or unknown")
    access: Access = Field(description="with whose key a call of yours would use it")
    retired: str = Field("", description="the successor's name, if it is no longer served or about to end")
    prices: list[CatalogPrice] = Field(description="what holds now; empty: unknown")


class CatalogVoice(Answer):
    """A voice that can be named in an assistant."""

    id: str = Field(description="provider:voice")
    provider: str = Field(description="as in assistants")
    provider_id: str = Field(description="the voice's id at the vendor: voiceId in assistants")
    slug: str = Field(description="the same")
    name: str = Field(description="for people")
    language: str = Field(description="the first of its languages; empty: unknown")
    language_code: str = Field(description="the same")
    languages: list[str] = Field(description="ISO 639")
    gender: Literal["female", "male", "child", "neutral", ""] = Field(description="as the vendor says")
    model: str = Field(description="the model it is used with by default")
    supported_models: list[str] = Field(description="models it belongs to; empty: all of the provider")
    styles: list[str] = Field(description="ways it can speak; empty: one")
    sample_rates: list[int] = Field(description="Hz")
    preview_url: str = Field(description="a WAV of it, made when it is first asked for")
    default: bool = Field(description="whether it is used when none is named")
    access: Access = Field(description="with whose key a call of yours would use it")
    prices: list[CatalogPrice] = Field(description="of its model; what holds now")
    is_public: bool = Field(True, description="false: a voice of your own, see /v1/own-voices")
    is_deleted: bool = Field(False, description="always false")


class ModelQuery(Body):
    """Filters; several of them all hold."""

    component: Component | None = Field(None, description="what it does")
    provider: str | None = Field(None, max_length=60, description="as in assistants")
    language: str | None = Field(None, max_length=20, description="ISO 639, e.g. zh")


class VoiceQuery(Body):
    """Filters; several of them all hold."""

    provider: str | None = Field(None, max_length=60, description="as in assistants")
    language: str | None = Field(None, max_length=20, description="ISO 639, e.g. zh")
    gender: Literal["female", "male", "child", "neutral"] | None = Field(None, description="how it sounds")
    model: str | None = Field(None, max_length=100, description="voices of this model")
    limit: int = Field(1000, ge=0, le=1000, description="voices at most")
