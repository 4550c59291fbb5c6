"""Accounts at vendors that come with the assistant. What is secret in them is sealed and never returned."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from api.v1.assistants.schemas.providers import credential_providers
from api.v1.credentials.schemas import CredentialFields, check
from voice_engine.kernel.accounts import ACCOUNTS


def _known(provider: str) -> str:
    known = credential_providers()
    if provider not in known:
        raise ValueError(f"should be one of the following values: {', '.join(known)}")
    return provider


class InlineCredential(CredentialFields):
    """The account for every model, transcriber or voice of this provider in the assistant.

    Leave its secrets out in a PATCH to keep the stored ones.
    """

    provider: Annotated[str, AfterValidator(_known)] = Field(description="e.g. openai, custom-llm, dashscope")

    @model_validator(mode="after")
    def _belongs(self) -> Self:
        if self.provider in ACCOUNTS and self.secrets():
            check(self.provider, self.secrets(), self.given())
        return self
