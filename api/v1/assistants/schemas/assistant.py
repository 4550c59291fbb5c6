"""The assistant: Vapi's CreateAssistant, UpdateAssistant, AssistantOverrides and the answer's shape."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.v1.assistants.schemas.base import Json, Line, Name, Patch, Shape, Text, Url, expected
from api.v1.assistants.schemas.credentials import InlineCredential
from api.v1.assistants.schemas.hooks import Hook
from api.v1.assistants.schemas.model import Model
from api.v1.assistants.schemas.plans import (
    AnalysisPlan,
    ArtifactPlan,
    CompliancePlan,
    LangfuseObservabilityPlan,
    MonitorPlan,
    Voicemail,
)
from api.v1.assistants.schemas.server import ClientMessage, Server, ServerMessage
from api.v1.assistants.schemas.tools import Tool
from api.v1.assistants.schemas.transcriber import Transcriber
from api.v1.assistants.schemas.turns import (
    BackgroundSpeechDenoisingPlan,
    KeypadInputPlan,
    MessagePlan,
    StartSpeakingPlan,
    StopSpeakingPlan,
)
from api.v1.assistants.schemas.voice import Voice
from voice_engine.providers.realtime.models import is_realtime
from voice_engine.spec import FirstMessageMode

Phrase = Annotated[str, Field(min_length=2, max_length=140)]
Sound = Annotated[Literal["off", "office", "music"] | Url, expected("off, office, music or a URL")]


class AssistantFields(Shape):
    """Everything that can be said about an assistant; all of it optional."""

    @model_validator(mode="before")
    @classmethod
    def _voice_of_a_realtime_model(cls, given: Any) -> Any:
        """A voice of a realtime model's own provider is that model's voice."""
        model, voice = (given.get(part) if isinstance(given, dict) else None for part in ("model", "voice"))
        if not isinstance(model, dict) or not isinstance(voice, dict) or "model" in voice:
            return given
        provider, name = str(model.get("provider")), str(model.get("model"))
        if voice.get("provider") != provider or not is_realtime(provider, name):
            return given
        return {**given, "voice": {**voice, "model": name}}

    name: Name | None = Field(None, description="for people; at most 40 characters")
    model: Model | None = Field(None, description="who thinks")
    transcriber: Transcriber | None = Field(None, description="who hears; default: the installation's")
    voice: Voice | None = Field(None, description="who speaks; default: the installation's")
    first_message: Text = Field("", description="what the assistant says first; may hold {{ }} templates")
    first_message_mode: FirstMessageMode = Field(
        "assistant-speaks-first",
        description="who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, "
        "so that a voicemail records the whole message; default assistant-speaks-first",
    )
    first_message_interruptions_enabled: bool = Field(
        False, description="whether speech interrupts the first message; default false"
    )
    max_duration_seconds: int = Field(
        600, ge=10, le=43_200, description="seconds; the call ends then; default 600"
    )
    silence_timeout_seconds: float = Field(
        30, ge=5, le=3600, description="seconds of silence that end the call; default 30"
    )
    end_call_message: Line = Field(
        "", description="said before the assistant hangs up; may hold {{ }} templates"
    )
    end_call_phrases: list[Phrase] = Field(
        default_factory=list, max_length=100, description="if the assistant says one of these, the call ends"
    )
    client_messages: list[ClientMessage] | None = Field(
        None, description="what the client is sent; default Vapi's set; an empty list: nothing"
    )
    server: Server | None = Field(None, description="your webhook")
    server_messages: list[ServerMessage] | None = Field(
        None, description="what your webhook is sent; default Vapi's set; an empty list: nothing"
    )
    credentials: list[InlineCredential] = Field(
        default_factory=list, max_length=20, description="keys of vendors, one per provider"
    )
    start_speaking_plan: StartSpeakingPlan | None = Field(None, description="when the assistant answers")
    stop_speaking_plan: StopSpeakingPlan | None = Field(None, description="what interrupts the assistant")
    analysis_plan: AnalysisPlan | None = Field(None, description="what is worked out after the call")
    artifact_plan: ArtifactPlan | None = Field(None, description="what is kept of the call")
    monitor_plan: MonitorPlan | None = Field(None, description="listening in and steering")
    compliance_plan: CompliancePlan | None = Field(None, description="promises about data")
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlan | None = Field(None, description="stored")
    keypad_input_plan: KeypadInputPlan | None = Field(None, description="keys the caller presses")
    observability_plan: LangfuseObservabilityPlan | None = Field(None, description="traces; stored")
    voicemail_detection: Voicemail | None = Field(
        None, description="whether a machine that answers is recognised; default off"
    )
    voicemail_message: Line = Field(
        "", description="said to a machine after its beep; empty: the call ends at once; may hold {{ }}"
    )
    hooks: list[Hook] = Field(
        default_factory=list, max_length=50, description="what it does at moments of the call"
    )
    background_sound: Sound | None = Field(
        None,
        description="under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off",
    )
    model_output_in_messages_enabled: bool = Field(False, description="stored; messages hold what was heard")
    transport_configurations: list[Json] = Field(default_factory=list, description="stored; for telephones")
    metadata: Json = Field(default_factory=dict, description="yours: any JSON, returned as it is")
    credential_ids: list[Name] = Field(
        default_factory=list, max_length=50, description="which of the organisation's credentials to prefer"
    )
    message_plan: MessagePlan | None = Field(None, description="what a silent caller is asked")
    background_denoising_enabled: bool | None = Field(None, description="deprecated; stored")
    hipaa_enabled: bool = Field(False, description="deprecated spelling of compliancePlan.hipaaEnabled")
    server_url: Url | None = Field(None, description="deprecated spelling of server.url")
    server_url_secret: Line | None = Field(
        None, description="deprecated spelling of server.secret; never returned"
    )
    customer_join_timeout_seconds: float | None = Field(None, ge=1, le=60, description="deprecated; stored")


class CreateAssistant(AssistantFields):
    """A new assistant. What is left out has the default described."""


class UpdateAssistant(AssistantFields, Patch):
    """Replaces the fields that are named, each as a whole; null removes one."""


class AssistantOverrides(AssistantFields):
    """Laid over an assistant for one call: every field that is named replaces the assistant's as a whole."""

    variable_values: Json = Field(default_factory=dict, description="values for {{ }} templates, by name")
    tools_append: list[Tool] = Field(
        default_factory=list,
        alias="tools:append",
        max_length=64,
        description="tools beside the assistant's own",
    )


class Assistant(AssistantFields):
    """An assistant as it is stored, without its secrets."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    latest_version: str = Field(description="what calls use that name no version, e.g. v3")
