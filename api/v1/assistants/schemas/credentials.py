"""Keys of vendors that come with the assistant. Sealed at rest, never returned."""

from typing import Annotated

from pydantic import AfterValidator, Field

from api.v1.assistants.schemas.base import Shape
from api.v1.assistants.schemas.providers import credential_providers


def _known(provider: str) -> str:
    known = credential_providers()
    if provider not in known:
        raise ValueError(f"should be one of the following values: {', '.join(known)}")
    return provider


class Credential(Shape):
    """The key for every model, transcriber or voice of this provider in the assistant."""

    provider: Annotated[str, AfterValidator(_known)] = Field(description="e.g. openai, custom-llm, dashscope")
    api_key: Annotated[str, Field(min_length=1, max_length=10_000)] | None = Field(
        None, description="the secret; never returned. Leave it out in a PATCH to keep the stored one"
    )
    name: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        None, description="for your own use"
    )
