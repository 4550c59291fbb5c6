"""Credentials as JSON: one shape, whose fields depend on the provider (voice_engine.kernel.accounts)."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from api.http.schema import Answer
from api.v1.assistants.schemas.base import Json, Patch, Shape, complaint, refused
from api.v1.credentials.plans import AuthenticationPlan, EncryptionPlan, OAuth2Plan, Value
from api.v1.credentials.trunks import TrunkFields
from voice_engine.kernel.accounts import ACCOUNTS


def _known(provider: str) -> str:
    if provider not in ACCOUNTS:
        raise ValueError(f"should be one of the following values: {', '.join(sorted(ACCOUNTS))}")
    return provider


Provider = Annotated[str, AfterValidator(_known)]


class CredentialFields(Shape):
    """What a credential may hold. Which of it a provider takes, the reference of credentials says."""

    name: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(None, description="for people")
    api_key: Value | None = Field(None, description="secret; never returned")
    api_secret: Value | None = Field(None, description="secret; never returned")
    app_id: Value | None = Field(None, description="the application at the vendor")
    app_key: Value | None = Field(None, description="the project at the vendor")
    secret_id: Value | None = Field(None, description="the public half of a key pair")
    secret_key: Value | None = Field(None, description="secret; never returned")
    access_key_id: Value | None = Field(None, description="the public half of a key pair")
    access_key_secret: Value | None = Field(None, description="secret; never returned")
    access_token: Value | None = Field(None, description="secret; never returned")
    rtasr_api_key: Value | None = Field(None, description="secret; iFlytek's key of real-time transcription")
    group_id: Value | None = Field(None, description="the group at the vendor")
    region: Value | None = Field(None, description="the vendor's region, e.g. chinaeast2")
    workspace: Value | None = Field(None, description="the workspace at the vendor")
    authentication_plan: OAuth2Plan | None = Field(None, description="custom-llm only: OAuth 2.0")

    def secrets(self) -> dict[str, str]:
        """The fields of the account that were given, by their names."""
        given = self.given()
        found = {key: value for key, value in given.items() if key in _ACCOUNT_FIELDS}
        plan = given.get("authenticationPlan") or {}
        return {**found, **({"clientSecret": plan["clientSecret"]} if plan.get("clientSecret") else {})}

    def plan(self) -> Json | None:
        """The authentication plan without its secret."""
        if self.authentication_plan is None:
            return None
        return {k: v for k, v in self.authentication_plan.given().items() if k != "clientSecret"}


_ACCOUNT_FIELDS = frozenset(name for account in ACCOUNTS.values() for name in account.fields)


class CreateCredential(CredentialFields):
    """A vendor's account."""

    provider: Provider = Field(description="whose account this is, e.g. iflytek")

    @model_validator(mode="after")
    def _belongs(self) -> Self:
        check(self.provider, self.secrets(), self.given())
        return self


class UpdateCredential(CredentialFields, TrunkFields, Patch):
    """Replaces the fields that are named; null removes one."""

    provider: str | None = Field(None, max_length=40, description="cannot change; may be repeated")
    authentication_plan: AuthenticationPlan | None = Field(  # type: ignore[assignment]
        None, description="webhook, custom-credential, custom-llm: replaces the plan"
    )
    encryption_plan: EncryptionPlan | None = Field(None, description="custom-credential: replaces the plan")


class Credential(Shape):
    """A credential as it is shown: without its secrets."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    provider: str = Field(description="whose account this is")
    name: str | None = Field(None, description="for people")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    app_id: str | None = Field(None, description="as given")
    app_key: str | None = Field(None, description="as given")
    secret_id: str | None = Field(None, description="as given")
    access_key_id: str | None = Field(None, description="as given")
    group_id: str | None = Field(None, description="as given")
    region: str | None = Field(None, description="as given")
    workspace: str | None = Field(None, description="as given")
    authentication_plan: Json | None = Field(None, description="without its secret")
    encryption_plan: Json | None = Field(
        None, description="custom-credential: with what arguments are encrypted"
    )
    gateways: list[Json] | None = Field(None, description="byo-sip-trunk: likewise the fields that follow")
    outbound_authentication_plan: Json | None = Field(None, description="without its secret")
    outbound_leading_plus_enabled: bool | None = Field(None, description="as given")
    tech_prefix: str | None = Field(None, description="as given")
    sip_diversion_header: str | None = Field(None, description="as given")
    trial: Json | None = Field(None, description="the last test: see Trial")


class ProviderField(Answer):
    """One field of a provider's credentials."""

    name: str = Field(description="as in a credential")
    required: bool = Field(description="whether a credential must have it")
    secret: bool = Field(description="whether it is never shown again")


class ProviderFields(Answer):
    """What a credential of one provider consists of."""

    provider: str = Field(description="as in a credential")
    name: str = Field(description="for people")
    fields: list[ProviderField] = Field(description="the required ones first")
    one_of: list[str] = Field(description="at least one of these fields must be given; empty: no such rule")
    services: list[Literal["transcriber", "model", "voice"]] = Field(description="what a test of it tries")


class Try(Shape):
    """What to try; by default every service of the provider with its default model."""

    model: str = Field("", max_length=200, description="the chat model to ask")
    transcriber_model: str = Field("", max_length=200, description="the recogniser to open")
    voice_model: str = Field("", max_length=200, description="the model of the voice")
    voice_id: str = Field("", max_length=200, description="the voice to hear")


class TryUnsaved(CreateCredential, Try):
    """A credential to try before it is stored, and what to try."""


class Check(Shape):
    """One service that was tried."""

    component: Literal["transcriber", "model", "voice"] = Field(description="which of the three")
    model: str = Field(description="which model answered; empty: the provider's default")
    ok: bool = Field(description="whether it did")
    latency_ms: int = Field(description="until its first word, its first sound, or until it listened")
    sentence: str = Field(description="the same for people")
    error: Json | None = Field(None, description="kind, code, message, requestId of the vendor")


class Trial(Shape):
    """Whether a credential works."""

    ok: bool = Field(description="true if at least one service answered and no key was refused")
    provider: str = Field(description="whose account")
    at: str = Field(description="ISO 8601, UTC, milliseconds")
    checks: list[Check] = Field(description="one for each service that was tried")


def check(provider: str, secrets: dict[str, str], given: dict[str, Any]) -> None:
    """Raise a validation error naming fields that the provider does not take, or lacks."""
    account = ACCOUNTS[provider]
    takes = ", ".join(account.fields) or "no fields"
    for name in secrets:
        if name not in account.fields:
            message = f"should not be given for provider {provider}, which takes: {takes}"
            raise refused("credential", complaint("field_not_taken", message, name))
    if "authenticationPlan" in given and "clientSecret" not in account.fields:
        message = f"should not be given for provider {provider}, which takes: {takes}"
        raise refused("credential", complaint("field_not_taken", message, "authenticationPlan"))
    for name in account.lacking(secrets):
        message = f"should not be empty: provider {provider} takes {takes}"
        raise refused("credential", complaint("field_missing", message, name))
    if account.fields and not secrets:
        raise refused("credential", complaint("field_missing", "should not be empty", account.fields[0]))
