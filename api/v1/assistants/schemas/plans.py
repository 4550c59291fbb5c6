"""What happens around and after a call: analysis, artifacts, monitoring, compliance, voicemail."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, WrapValidator

from api.v1.assistants.schemas.base import Json, Line, Shape, Text, complaint, refused
from api.v1.assistants.schemas.turns import refuse_when_set

PromptMessages = list[dict[str, Any]]
Unavailable = AfterValidator(refuse_when_set)
NoIds = Annotated[list[str], Unavailable]
NoObjects = Annotated[list[Json], Unavailable]
No = Annotated[bool, Unavailable]


class SummaryPlan(Shape):
    """A summary of every call, written by the assistant's own model."""

    enabled: bool = Field(True, description="default true")
    messages: PromptMessages = Field(
        default_factory=list, description="prompt [{role, content}]; {{transcript}} inside"
    )
    timeout_seconds: float = Field(5, ge=1, le=60, description="seconds; default 5")


class StructuredDataPlan(Shape):
    """Facts drawn from a call. Stored and returned; not acted on by this version."""

    enabled: bool = Field(False, description="default false")
    messages: PromptMessages = Field(default_factory=list, description="prompt [{role, content}]")
    json_schema: Json | None = Field(None, alias="schema", description="JSON Schema of the facts")
    timeout_seconds: float = Field(5, ge=1, le=60, description="seconds; default 5")


class StructuredDataMultiPlan(Shape):
    """One of several extractions."""

    key: str = Field(description="its name in the result")
    plan: StructuredDataPlan = Field(description="what is drawn")


class SuccessEvaluationPlan(Shape):
    """Whether the call reached its aim. Stored and returned; not acted on by this version."""

    enabled: bool = Field(True, description="default true")
    rubric: Literal[
        "NumericScale", "DescriptiveScale", "Checklist", "Matrix", "PercentageScale", "LikertScale",
        "AutomaticRubric", "PassFail",
    ] = Field("PassFail", description="default PassFail")  # fmt: skip
    messages: PromptMessages = Field(default_factory=list, description="prompt [{role, content}]")
    timeout_seconds: float = Field(5, ge=1, le=60, description="seconds; default 5")


class AnalysisPlan(Shape):
    """What is worked out after the call."""

    min_messages_threshold: int = Field(2, ge=0, description="shorter calls are not analysed; default 2")
    summary_plan: SummaryPlan | None = Field(None, description="default: enabled")
    structured_data_plan: StructuredDataPlan | None = Field(None, description="one extraction")
    structured_data_multi_plan: list[StructuredDataMultiPlan] = Field(
        default_factory=list, description="several"
    )
    success_evaluation_plan: SuccessEvaluationPlan | None = Field(None, description="success")
    outcome_ids: NoIds = Field(default_factory=list, description="not available yet: leave empty")
    summary_prompt: Text | None = Field(None, description="deprecated spelling of summaryPlan.messages")


class TranscriptPlan(Shape):
    """How the transcript reads. Stored and returned; not acted on by this version."""

    enabled: bool = Field(True, description="default true")
    assistant_name: str = Field("AI", max_length=100, description="default AI")
    user_name: str = Field("User", max_length=100, description="default User")


class ArtifactPlan(Shape):
    """What is kept of a call."""

    recording_enabled: bool = Field(True, description="keep a stereo WAV: caller left, assistant right")
    recording_format: Literal["wav;l16", "mp3"] = Field("wav;l16", description="only wav;l16 is made")
    recording_use_custom_storage_enabled: bool = Field(
        True, description="accepted; storage is the installation's"
    )
    recording_path: Line = Field("/", description="accepted; not used")
    video_recording_enabled: No = Field(False, description="not available: false")
    full_message_history_enabled: bool = Field(False, description="accepted; the history is always full")
    pcap_enabled: bool = Field(True, description="accepted; there is no telephone line to capture yet")
    pcap_s3_path_prefix: Line = Field("/", description="accepted; not used")
    pcap_use_custom_storage_enabled: bool = Field(True, description="accepted; not used")
    logging_enabled: bool = Field(True, description="accepted; events are always kept")
    logging_use_custom_storage_enabled: bool = Field(True, description="accepted; not used")
    logging_path: Line = Field("/", description="accepted; not used")
    transcript_plan: TranscriptPlan | None = Field(None, description="names in the transcript; stored")
    structured_output_ids: NoIds = Field(default_factory=list, description="not available yet: leave empty")
    structured_outputs: NoObjects = Field(default_factory=list, description="not available yet: leave empty")
    scorecard_ids: NoIds = Field(default_factory=list, description="not available yet: leave empty")
    scorecards: NoObjects = Field(default_factory=list, description="not available yet: leave empty")


class MonitorPlan(Shape):
    """Listening in and steering a live call. Both URLs carry a signed, expiring token."""

    listen_enabled: bool = Field(True, description="default true")
    listen_authentication_enabled: No = Field(
        False, description="not available: the URL's signed token is the authentication"
    )
    control_enabled: bool = Field(True, description="default true")
    control_authentication_enabled: No = Field(
        False, description="not available: the URL's signed token is the authentication"
    )
    monitor_ids: NoIds = Field(default_factory=list, description="not available yet: leave empty")


class SecurityFilterPlan(Shape):
    """Filters on what the caller says."""

    enabled: No = Field(False, description="not available yet: false")
    filters: list[Json] = Field(default_factory=list, description="accepted while disabled")
    mode: Literal["sanitize", "reject", "replace"] = Field("sanitize", description="default sanitize")
    replacement_text: Line = Field("[FILTERED]", description="for mode replace")


class CompliancePlan(Shape):
    """Promises about data. What this version cannot keep is refused, never silently ignored."""

    hipaa_enabled: No = Field(False, description="not available yet, transcripts are kept: false")
    pci_enabled: No = Field(False, description="not available yet, transcripts are kept: false")
    security_filter_plan: SecurityFilterPlan | None = Field(None, description="filters")
    recording_consent_plan: Annotated[Json | None, Unavailable] = Field(
        None, description="not available yet: leave out"
    )


class LangfuseObservabilityPlan(Shape):
    """Traces to Langfuse. Stored and returned; not acted on by this version."""

    provider: Literal["langfuse"] = Field(description="langfuse")
    prompt_name: str | None = Field(None, description="name of the prompt")
    prompt_version: int | None = Field(None, ge=1, description="its version")
    trace_name: str = Field("call", description="default call")
    tags: list[str] = Field(description="labels of the trace")
    metadata: Json = Field(default_factory=dict, description="more about the trace")


class VoicemailBackoffPlan(Shape):
    """When a voicemail is looked for."""

    start_at_seconds: float = Field(5, ge=0, description="seconds")
    frequency_seconds: float = Field(5, ge=2.5, description="seconds")
    max_retries: int = Field(6, ge=1, le=10, description="how often")


class VoicemailDetectionPlan(Shape):
    """Telephones are not available yet: stored and returned."""

    provider: Literal["vapi", "google", "openai", "twilio"] = Field(description="who detects")
    type: Literal["audio", "transcript"] = Field("audio", description="from what")
    beep_max_await_seconds: float = Field(30, ge=0, le=30, description="seconds")
    backoff_plan: VoicemailBackoffPlan | None = Field(None, description="when")
    enabled: bool = Field(True, description="twilio only")
    voicemail_detection_types: list[str] = Field(default_factory=list, description="twilio only")
    machine_detection_timeout: float = Field(30, ge=3, le=59, description="twilio only, seconds")
    machine_detection_speech_threshold: float = Field(2400, ge=1000, le=6000, description="twilio only, ms")
    machine_detection_speech_end_threshold: float = Field(
        1200, ge=500, le=5000, description="twilio only, ms"
    )
    machine_detection_silence_timeout: float = Field(5000, ge=2000, le=10_000, description="twilio only, ms")


def _off_or_plan(value: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
    if isinstance(value, dict):
        return VoicemailDetectionPlan.model_validate(value)
    if value == "off" or isinstance(value, VoicemailDetectionPlan):
        return handler(value)
    raise refused("voicemailDetection", complaint("wrong_value", "should be off or a plan", value=value))


Voicemail = Annotated[VoicemailDetectionPlan | Literal["off"], WrapValidator(_off_or_plan)]
