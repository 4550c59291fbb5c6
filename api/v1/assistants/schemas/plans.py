"""What happens around and after a call: analysis, artifacts, monitoring, compliance, voicemail."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, WrapValidator, model_validator

from api.v1.analysis.rubrics import Rubric
from api.v1.assistants.schemas.base import Json, Line, Shape, Text, complaint, one_of, refused
from api.v1.assistants.schemas.turns import refuse_when_set
from api.v1.structured_outputs.schemas import CreateStructuredOutput, JsonSchema

Id = Annotated[str, Field(min_length=1, max_length=64)]
Days = Annotated[int, Field(ge=1, le=3650)]
Seconds = Annotated[float, Field(ge=1, le=60)]
Unavailable = AfterValidator(refuse_when_set)
NoIds = Annotated[list[str], Unavailable]
NoObjects = Annotated[list[Json], Unavailable]
No = Annotated[bool, Unavailable]


class PromptMessage(Shape):
    """One message of a question to a model."""

    role: Literal["system", "user", "assistant"] = Field(description="who says it")
    content: Text = Field(
        description="Liquid: {{transcript}}, {{systemPrompt}}, {{messages}}, {{endedReason}}, {{schema}},"
        " {{rubric}}"
    )


PromptMessages = Annotated[list[PromptMessage], Field(max_length=20)]
_PROMPT = "what the model is asked; default our own, in the language of the call"
_PATIENCE = "seconds for the answer and one correction; default 5"


class SummaryPlan(Shape):
    """A summary of every call, in `analysis.summary`."""

    enabled: bool = Field(True, description="default true")
    messages: PromptMessages = Field(default_factory=list, description=_PROMPT)
    timeout_seconds: Seconds = Field(5, description=_PATIENCE)


class StructuredDataPlan(Shape):
    """A value drawn from every call, in `analysis.structuredData`; left out if it does not fit the schema."""

    enabled: bool = Field(False, description="default false")
    messages: PromptMessages = Field(default_factory=list, description=_PROMPT)
    json_schema: JsonSchema | None = Field(
        None, alias="schema", description="JSON Schema of the value; nothing is drawn without one"
    )
    timeout_seconds: Seconds = Field(5, description=_PATIENCE)


class StructuredDataMultiPlan(Shape):
    """One of several values, in `analysis.structuredDataMulti` as {key: value}."""

    key: Annotated[str, Field(min_length=1, max_length=100)] = Field(description="its name in the result")
    plan: StructuredDataPlan = Field(description="what is drawn; enabled unless it says enabled: false")


class SuccessEvaluationPlan(Shape):
    """Whether the call reached its aim: text in `analysis.successEvaluation`."""

    enabled: bool = Field(True, description="default true")
    rubric: Rubric = Field(
        "PassFail",
        description="PassFail: true or false; NumericScale: 1 to 10; PercentageScale: 0% to 100%;"
        " DescriptiveScale: Excellent, Good, Fair, Poor; LikertScale: Strongly Agree … Strongly Disagree;"
        " Checklist, Matrix, AutomaticRubric: a JSON array of criteria with met, level or score;"
        " default PassFail",
    )
    messages: PromptMessages = Field(default_factory=list, description=_PROMPT)
    timeout_seconds: Seconds = Field(5, description=_PATIENCE)


class AnalysisPlan(Shape):
    """What is worked out after the call, by the assistant's own model or the platform's."""

    min_messages_threshold: int = Field(
        2,
        ge=0,
        le=10_000,
        description="with fewer messages of user and assistant nothing is analysed; default 2",
    )
    summary_plan: SummaryPlan | None = Field(None, description="default: enabled")
    structured_data_plan: StructuredDataPlan | None = Field(None, description="one value; default: none")
    structured_data_multi_plan: list[StructuredDataMultiPlan] = Field(
        default_factory=list, max_length=20, description="several values; default: none"
    )
    success_evaluation_plan: SuccessEvaluationPlan | None = Field(
        None, description="default: enabled, PassFail"
    )
    outcome_ids: NoIds = Field(default_factory=list, description="not available: use structured outputs")
    summary_prompt: Text | None = Field(None, description="deprecated spelling of summaryPlan.messages")


class TranscriptPlan(Shape):
    """How the transcript reads."""

    enabled: bool = Field(True, description="false: no transcript, the messages are there all the same")
    assistant_name: str = Field("AI", max_length=100, description="who speaks for us; default AI")
    user_name: str = Field("User", max_length=100, description="who calls; default User")


class ArtifactPlan(Shape):
    """What is kept of a call."""

    recording_enabled: bool = Field(True, description="keep a stereo recording: caller left, assistant right")
    recording_format: Literal["wav;l16", "mp3"] = Field(
        "wav;l16", description="what recording URLs lead to; the recording itself is kept as WAV"
    )
    recording_use_custom_storage_enabled: bool = Field(
        True, description="accepted; storage is the installation's"
    )
    recording_path: Line = Field("/", description="accepted; not used")
    video_recording_enabled: No = Field(False, description="not available: calls have no video; false")
    full_message_history_enabled: bool = Field(False, description="accepted; the history is always full")
    pcap_enabled: bool = Field(True, description="accepted; no line is captured, so there is never a pcapUrl")
    pcap_s3_path_prefix: Line = Field("/", description="accepted; not used")
    pcap_use_custom_storage_enabled: bool = Field(True, description="accepted; not used")
    logging_enabled: bool = Field(
        True, description="false: what the call's log holds is erased once its report has been written"
    )
    logging_use_custom_storage_enabled: bool = Field(True, description="accepted; not used")
    logging_path: Line = Field("/", description="accepted; not used")
    transcript_plan: TranscriptPlan | None = Field(None, description="how the transcript reads")
    structured_output_ids: list[Id] = Field(
        default_factory=list, max_length=50, description="stored structured outputs to draw after the call"
    )
    structured_outputs: list[CreateStructuredOutput] = Field(
        default_factory=list, max_length=20, description="structured outputs only for these calls"
    )
    scorecard_ids: NoIds = Field(default_factory=list, description="not available yet: leave empty")
    scorecards: NoObjects = Field(default_factory=list, description="not available yet: leave empty")


class MonitorPlan(Shape):
    """Listening in and steering a live call. Both URLs carry a signed, expiring token; keys, public ones too,
    are sent as Authorization: Bearer.
    """

    listen_enabled: bool = Field(True, description="default true")
    listen_authentication_enabled: bool = Field(
        False, description="listenUrl wants a key of the organisation besides its token; default false"
    )
    control_enabled: bool = Field(True, description="default true")
    control_authentication_enabled: bool = Field(
        False, description="controlUrl wants a key of the organisation besides its token; default false"
    )
    monitor_ids: NoIds = Field(default_factory=list, description="not available yet: leave empty")


class SecurityFilterPlan(Shape):
    """Filters on what the caller says."""

    enabled: No = Field(False, description="not available yet: false")
    filters: list[Json] = Field(default_factory=list, description="accepted while disabled")
    mode: Literal["sanitize", "reject", "replace"] = Field("sanitize", description="default sanitize")
    replacement_text: Line = Field("[FILTERED]", description="for mode replace")


class _Consent(Shape):
    message: Annotated[str, Field(min_length=1, max_length=1000)] = Field(
        description="said before anything else; it must say how consent is given or refused"
    )
    first_message_mode: Literal["assistant-speaks-first", "assistant-waits-for-user"] = Field(
        "assistant-speaks-first", description="whether it is said at once or after the caller's first words"
    )
    voice: Annotated[Json | None, Unavailable] = Field(
        None, description="not available: the assistant's own voice says it"
    )


class StayOnLineConsent(_Consent):
    """Who stays on the line agrees."""

    type: Literal["stay-on-line"] = Field(description="stay-on-line")
    wait_seconds: float = Field(3, ge=1, le=6, description="seconds to hang up in; default 3")


class VerbalConsent(_Consent):
    """Who says so agrees; who does not is not recorded."""

    type: Literal["verbal"] = Field(description="verbal")
    decline_tool: Json | None = Field(
        None, description='{"type": "endCall"}: a refusal ends the call; default: it goes on unrecorded'
    )
    decline_tool_id: Annotated[str | None, Unavailable] = Field(
        None, description="not available: give declineTool"
    )

    @model_validator(mode="after")
    def _ends_or_goes_on(self) -> "VerbalConsent":
        if self.decline_tool is not None and self.decline_tool.get("type") != "endCall":
            message = 'should be {"type": "endCall"}, or left out: then the call goes on unrecorded'
            raise refused("consent", complaint("decline_tool", message, "declineTool"))
        return self


_CONSENTS: dict[str, type[Shape]] = {"stay-on-line": StayOnLineConsent, "verbal": VerbalConsent}


def _no_such_consent(tag: Any) -> str:
    return f"should be one of {', '.join(_CONSENTS)}"


ConsentPlan = Annotated[StayOnLineConsent | VerbalConsent, one_of("type", _CONSENTS, _no_such_consent)]


class RetentionDays(Shape):
    """How long things are kept after a call has ended (Yingda's own)."""

    recording: Days | None = Field(None, description="days; default for ever")
    transcript: Days | None = Field(
        None, description="days for transcript, messages, analysis, log and webhook bodies; default for ever"
    )


class OrganizationCompliance(Shape):
    """What holds for assistants whose compliancePlan does not say."""

    masking_enabled: bool = Field(
        False, description="mask telephone, bank card and identity card numbers and e-mail addresses"
    )
    retention_days: RetentionDays | None = Field(
        None, description="when recordings and transcripts are erased"
    )


_NOTHING_KEPT = (
    "true: no recording is made, and transcript, messages and log are erased once the report has been"
    " delivered; default false"
)


class CompliancePlan(OrganizationCompliance):
    """Promises about data. What this version cannot keep is refused, never silently ignored."""

    hipaa_enabled: bool = Field(False, description=_NOTHING_KEPT)
    pci_enabled: bool = Field(False, description=_NOTHING_KEPT)
    security_filter_plan: SecurityFilterPlan | None = Field(None, description="filters")
    recording_consent_plan: ConsentPlan | None = Field(
        None, description="the recording begins when the caller has agreed; default: at once, without asking"
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
    """Is it a machine that answered? Whatever the provider, it is told by its words and its beep, for the
    first 35 seconds of the call; twilio's own fields are stored.
    """

    provider: Literal["vapi", "google", "openai", "twilio"] = Field(
        description="accepted; the platform detects"
    )
    type: Literal["audio", "transcript"] = Field(
        "audio", description="transcript: by what it says; audio: also by its beep alone; default audio"
    )
    beep_max_await_seconds: float = Field(
        30,
        ge=0,
        le=30,
        description="from the call's start: the message is said then, beep or not; default 30",
    )
    backoff_plan: VoicemailBackoffPlan | None = Field(None, description="accepted; listened to all the time")
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
