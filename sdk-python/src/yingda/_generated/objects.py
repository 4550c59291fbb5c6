"""What the API answers. Written by scripts/sdk-python from the OpenAPI document: do not edit."""

# ruff: noqa
from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from yingda._object import Object


class AnalysisPlan(Object):
    """What is worked out after the call, by the assistant's own model or the platform's."""

    min_messages_threshold: int | None
    """with fewer messages of user and assistant nothing is analysed; default 2"""
    summary_plan: SummaryPlan | None
    """default: enabled"""
    structured_data_plan: StructuredDataPlan | None
    """one value; default: none"""
    structured_data_multi_plan: list[StructuredDataMultiPlan] | None
    """several values; default: none"""
    success_evaluation_plan: SuccessEvaluationPlan | None
    """default: enabled, PassFail"""
    outcome_ids: list[str] | None
    """not available: use structured outputs"""
    summary_prompt: str | None
    """deprecated spelling of summaryPlan.messages"""


class AnalyticsResult(Object):
    """The answer to one question."""

    name: str
    """as asked"""
    time_range: TimeRangeShown
    """which calls were counted"""
    result: list[dict[str, Any]]
    """rows: `date` with a step, the groups, then each operation by its alias"""


class Answered(Object):
    """The assistant's answer."""

    conversation_id: str
    """the session"""
    chat_id: str
    """the chat"""
    role: Literal["assistant"]
    """assistant"""
    content: str
    """what it says"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""


class ApiKeyCreated(Object):
    """The only answers that carry the key itself."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    kind: Literal["private", "public"]
    """for servers, or for browsers"""
    name: str
    """for people"""
    last4: str
    """its last four characters, to tell it from others"""
    scopes: list[str]
    """what it may do"""
    restrictions: KeyRestrictions
    expires_at: datetime | None
    """left out: never"""
    revoked_at: datetime | None
    """since when it is good for nothing"""
    last_used_at: datetime | None
    """right within a minute"""
    previous_expires_at: datetime | None
    """until when the value before the rotation works"""
    created_at: datetime
    """ISO 8601, UTC, milliseconds"""
    updated_at: datetime
    """ISO 8601, UTC, milliseconds"""
    value: str
    """the key: shown now and never again"""


class ApiKeyRead(Object):
    """ApiKeyRead."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    kind: Literal["private", "public"]
    """for servers, or for browsers"""
    name: str
    """for people"""
    last4: str
    """its last four characters, to tell it from others"""
    scopes: list[str]
    """what it may do"""
    restrictions: KeyRestrictions
    expires_at: datetime | None
    """left out: never"""
    revoked_at: datetime | None
    """since when it is good for nothing"""
    last_used_at: datetime | None
    """right within a minute"""
    previous_expires_at: datetime | None
    """until when the value before the rotation works"""
    created_at: datetime
    """ISO 8601, UTC, milliseconds"""
    updated_at: datetime
    """ISO 8601, UTC, milliseconds"""


class ApiRequestTool(Object):
    """An HTTP request that we make ourselves; its answer goes to the model."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    variable_extraction_plan: VariableExtractionPlan | None
    """what of its JSON answer tools that follow may use in templates"""
    type: Literal["apiRequest"]
    """apiRequest"""
    name: str | None
    """its name for the model: letters, digits, _ and -; default api_request_tool"""
    description: str | None
    """for the model: when to make the request"""
    method: Literal["POST", "GET", "PUT", "PATCH", "DELETE"]
    """the HTTP method"""
    url: str
    """http(s) URL; may hold {{ }} templates of variables and arguments. What no variable is called becomes an argument of the model. Arguments are percent-encoded"""
    headers: HeaderFields | None
    """headers to send; default Content-Type alone"""
    body: RequestFields | None
    """what is sent: as JSON, or with GET in the query; default nothing"""
    parameters: list[ToolParameter] | None
    """always sent beside the body's properties"""
    timeout_seconds: float | None
    """seconds for the whole answer, repetitions included; default 20"""
    backoff_plan: BackoffPlan | None
    """how a request that failed (no answer, 429, 5xx) is repeated; default not at all"""
    credential_id: str | None
    """a stored credential (webhook, custom-credential)"""
    encrypted_paths: list[str] | None
    """not available yet: leave empty"""
    function: Function | None
    """accepted, as older configurations have it; its name counts where name is left out"""


class ArkModel(Object):
    """A Doubao model (豆包) of Volcengine's Ark, or an endpoint there."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """a model, e.g. doubao-seed-2-1-lite-260915, or an endpoint, ep-…"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["ark"]
    """ark (Yingda's own; unknown to Vapi's SDKs)"""
    service_tier: Literal["auto", "default"] | None
    """passed on"""


class ArtifactPlan(Object):
    """What is kept of a call."""

    recording_enabled: bool | None
    """keep a stereo recording: caller left, assistant right"""
    recording_format: Literal["wav;l16", "mp3"] | None
    """what recording URLs lead to; the recording itself is kept as WAV"""
    recording_use_custom_storage_enabled: bool | None
    """accepted; storage is the installation's"""
    recording_path: str | None
    """accepted; not used"""
    video_recording_enabled: bool | None
    """not available: calls have no video; false"""
    full_message_history_enabled: bool | None
    """accepted; the history is always full"""
    pcap_enabled: bool | None
    """accepted; no line is captured, so there is never a pcapUrl"""
    pcap_s3_path_prefix: str | None
    """accepted; not used"""
    pcap_use_custom_storage_enabled: bool | None
    """accepted; not used"""
    logging_enabled: bool | None
    """false: what the call's log holds is erased once its report has been written"""
    logging_use_custom_storage_enabled: bool | None
    """accepted; not used"""
    logging_path: str | None
    """accepted; not used"""
    transcript_plan: TranscriptPlan | None
    """how the transcript reads"""
    structured_output_ids: list[str] | None
    """stored structured outputs to draw after the call"""
    structured_outputs: list[CreateStructuredOutput] | None
    """structured outputs only for these calls"""
    scorecard_ids: list[str] | None
    """not available yet: leave empty"""
    scorecards: list[dict[str, Any]] | None
    """not available yet: leave empty"""


class Assistant(Object):
    """An assistant as it is stored, without its secrets."""

    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModel
        | GoogleModel
        | CustomLLMModel
        | DeepSeekModel
        | MinimaxLLMModel
        | DashScopeModel
        | MoonshotModel
        | ZhipuModel
        | QianfanModel
        | SparkModel
        | ArkModel
        | HunyuanModel
        | ScriptedModel
        | OtherModel
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriber | DashScopeTranscriber | OtherTranscriber | None
    """who hears; default: the installation's"""
    voice: EspeakVoice | DashScopeVoice | OtherVoice | None
    """who speaks; default: the installation's"""
    first_message: str | None
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: (
        Literal[
            "assistant-speaks-first",
            "assistant-speaks-first-with-model-generated-message",
            "assistant-waits-for-user",
            "assistant-speaks-after-greeting",
        ]
        | None
    )
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool | None
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int | None
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float | None
    """seconds of silence that end the call; default 30"""
    end_call_message: str | None
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: list[str] | None
    """if the assistant says one of these, the call ends"""
    client_messages: (
        list[
            Literal[
                "conversation-update",
                "assistant.speechStarted",
                "function-call",
                "function-call-result",
                "hang",
                "language-changed",
                "language-change-detected",
                "metadata",
                "model-output",
                "speech-update",
                "status-update",
                "transcript",
                "tool-calls",
                "tool-calls-result",
                "tool.completed",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "workflow.node.started",
                "assistant.started",
                "turn-metrics",
            ]
        ]
        | None
    )
    """what the client is sent; default Vapi's set; an empty list: nothing"""
    server: Server | None
    """your webhook"""
    server_messages: (
        list[
            Literal[
                "assistant.started",
                "assistant.speechStarted",
                "conversation-update",
                "end-of-call-report",
                "function-call",
                "hang",
                "language-changed",
                "language-change-detected",
                "model-output",
                "phone-call-control",
                "speech-update",
                "status-update",
                "transcript",
                'transcript[transcriptType="final"]',
                "tool-calls",
                "transfer-destination-request",
                "handoff-destination-request",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "chat.created",
                "chat.deleted",
                "session.created",
                "session.updated",
                "session.deleted",
                "call.deleted",
                "call.delete.failed",
                "call.artifact.upload",
            ]
        ]
        | None
    )
    """what your webhook is sent; default Vapi's set; an empty list: nothing"""
    credentials: list[InlineCredential] | None
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlan | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlan | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlan | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlan | None
    """what is kept of the call"""
    monitor_plan: MonitorPlan | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlan | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlan | None
    """stored"""
    keypad_input_plan: KeypadInputPlan | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlan | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlan | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str | None
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: list[Hook] | None
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool | None
    """stored; messages hold what was heard"""
    transport_configurations: list[dict[str, Any]] | None
    """stored; for telephones"""
    metadata: dict[str, Any] | None
    """yours: any JSON, returned as it is"""
    credential_ids: list[str] | None
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlan | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool | None
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""
    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    latest_version: str
    """what calls use that name no version, e.g. v3"""


class AssistantAlias(Object):
    """A variable made of others."""

    key: str
    """its name in templates"""
    value: str
    """a template, e.g. {{ firstName }} {{ lastName }}"""


class AssistantCompliancePlan(Object):
    """Promises about data. What this version cannot keep is refused, never silently ignored."""

    masking_enabled: bool | None
    """mask telephone, bank card and identity card numbers and e-mail addresses"""
    retention_days: RetentionDays | None
    """when recordings and transcripts are erased"""
    hipaa_enabled: bool | None
    """true: no recording is made, and transcript, messages and log are erased once the report has been delivered; default false"""
    pci_enabled: bool | None
    """true: no recording is made, and transcript, messages and log are erased once the report has been delivered; default false"""
    security_filter_plan: SecurityFilterPlan | None
    """filters"""
    recording_consent_plan: StayOnLineConsent | VerbalConsent | None
    """the recording begins when the caller has agreed; default: at once, without asking"""


class AssistantDestination(Object):
    """Another member of the squad, by its assistant's name."""

    message: str | CustomMessage | None
    """said first; "" = nothing; default 正在为您转接，请稍等。"""
    description: str | None
    """for the model: when to transfer there"""
    type: Literal["assistant"]
    """assistant"""
    assistant_name: str
    """the member's name"""
    transfer_mode: str | None
    """accepted; the squad decides what goes along"""


class AssistantOverrides(Object):
    """Laid over an assistant for one call: every field that is named replaces the assistant's as a whole."""

    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModel
        | GoogleModel
        | CustomLLMModel
        | DeepSeekModel
        | MinimaxLLMModel
        | DashScopeModel
        | MoonshotModel
        | ZhipuModel
        | QianfanModel
        | SparkModel
        | ArkModel
        | HunyuanModel
        | ScriptedModel
        | OtherModel
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriber | DashScopeTranscriber | OtherTranscriber | None
    """who hears; default: the installation's"""
    voice: EspeakVoice | DashScopeVoice | OtherVoice | None
    """who speaks; default: the installation's"""
    first_message: str | None
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: (
        Literal[
            "assistant-speaks-first",
            "assistant-speaks-first-with-model-generated-message",
            "assistant-waits-for-user",
            "assistant-speaks-after-greeting",
        ]
        | None
    )
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool | None
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int | None
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float | None
    """seconds of silence that end the call; default 30"""
    end_call_message: str | None
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: list[str] | None
    """if the assistant says one of these, the call ends"""
    client_messages: (
        list[
            Literal[
                "conversation-update",
                "assistant.speechStarted",
                "function-call",
                "function-call-result",
                "hang",
                "language-changed",
                "language-change-detected",
                "metadata",
                "model-output",
                "speech-update",
                "status-update",
                "transcript",
                "tool-calls",
                "tool-calls-result",
                "tool.completed",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "workflow.node.started",
                "assistant.started",
                "turn-metrics",
            ]
        ]
        | None
    )
    """what the client is sent; default Vapi's set; an empty list: nothing"""
    server: Server | None
    """your webhook"""
    server_messages: (
        list[
            Literal[
                "assistant.started",
                "assistant.speechStarted",
                "conversation-update",
                "end-of-call-report",
                "function-call",
                "hang",
                "language-changed",
                "language-change-detected",
                "model-output",
                "phone-call-control",
                "speech-update",
                "status-update",
                "transcript",
                'transcript[transcriptType="final"]',
                "tool-calls",
                "transfer-destination-request",
                "handoff-destination-request",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "chat.created",
                "chat.deleted",
                "session.created",
                "session.updated",
                "session.deleted",
                "call.deleted",
                "call.delete.failed",
                "call.artifact.upload",
            ]
        ]
        | None
    )
    """what your webhook is sent; default Vapi's set; an empty list: nothing"""
    credentials: list[InlineCredential] | None
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlan | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlan | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlan | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlan | None
    """what is kept of the call"""
    monitor_plan: MonitorPlan | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlan | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlan | None
    """stored"""
    keypad_input_plan: KeypadInputPlan | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlan | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlan | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str | None
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: list[Hook] | None
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool | None
    """stored; messages hold what was heard"""
    transport_configurations: list[dict[str, Any]] | None
    """stored; for telephones"""
    metadata: dict[str, Any] | None
    """yours: any JSON, returned as it is"""
    credential_ids: list[str] | None
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlan | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool | None
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""
    variable_values: dict[str, Any] | None
    """values for {{ }} templates, by name"""
    tools_append: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """tools beside the assistant's own"""


class AssistantsSchemasToolPlansAlias(Object):
    """A variable that is made of others."""

    key: str
    """its name"""
    value: str
    """a template; knows the variables and the answer's fields"""


class AttachedFile(Object):
    """A file in a knowledge base."""

    id: str
    """UUID of its being there"""
    knowledge_base_v2_id: str
    """the knowledge base"""
    file_id: str
    """the file"""
    file_name: str
    """its name"""
    mimetype: str
    """by what is in it"""
    bytes: int
    """its size"""
    status: Literal["indexing", "ready", "failed"]
    """ready once its text has been read; failed: see failure"""
    failure: str | None
    """why it is not ready, in a sentence"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""


class AttemptRead(Object):
    """One attempt."""

    at: str
    """ISO 8601, UTC"""
    attempt: int
    """1 for the first"""
    ms: int | None
    """how long it took"""
    status: int | None
    """the HTTP status, if there was an answer"""
    answer: str | None
    """the first 500 characters, personal data masked"""
    error: str | None
    """what went wrong and what to do"""


class AuditLog(Object):
    """One write. What was written is not kept, only which fields."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    actor_kind: Literal["private", "public", "member", "visitor"]
    """private or public key, member, or visitor before a login"""
    actor_id: str
    """id of the key or person"""
    role: str | None
    """the person's role at that time"""
    address: str | None
    """the client's address"""
    method: str
    """POST, PUT, PATCH or DELETE"""
    route: str
    """route template"""
    resource_id: str | None
    """what was written to, where one thing was"""
    status: int
    """the answer's HTTP status"""
    code: str | None
    """the refusal's code"""
    request_id: str
    """the answer's X-Request-Id; the process's log has the same"""
    fields: list[str]
    """top-level fields of the body, without their values; at most 50"""


class BackgroundSpeechDenoisingPlan(Object):
    """Stored and returned; not acted on by this version."""

    smart_denoising_plan: SmartDenoisingPlan | None
    """by a model"""
    fourier_denoising_plan: FourierDenoisingPlan | None
    """by spectrum"""


class BackoffPlan(Object):
    """How a failed request is tried again."""

    type: Literal["fixed", "exponential"]
    """fixed: the same pause; exponential: doubled"""
    max_retries: int
    """tries after the first; 0 = none"""
    base_delay_seconds: float
    """first pause, seconds"""
    excluded_status_codes: list[dict[str, Any] | int] | None
    """HTTP status codes that are final"""


class BatchError(Object):
    """A customer who is not called."""

    customer: dict[str, Any]
    """as given"""
    error: str
    """why"""


class Call(Object):
    """A call. What does not apply (yet) is left out."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    type: Literal["vapi.websocketCall", "webCall", "outboundPhoneCall", "inboundPhoneCall"]
    """how it came about"""
    status: Literal["scheduled", "queued", "ringing", "in-progress", "forwarding", "ended"]
    """queued until its client connects, or until it is dialled"""
    ended_reason: str | None
    """Vapi's endedReason"""
    ended_message: str | None
    """the same as a sentence, where one helps"""
    phone_number_id: str | None
    """the stored phone number it goes through"""
    phone_call_provider: str | None
    """vapi: a gateway of this installation"""
    phone_call_transport: Literal["sip", "pstn"] | None
    """to a SIP URI or a number"""
    phone_call_provider_id: str | None
    """the call's id at the gateway"""
    destination: dict[str, Any] | None
    """where it was forwarded"""
    schedule_plan: dict[str, Any] | None
    """as given"""
    queue: dict[str, Any] | None
    """waiting for a line: {position, ahead} (Yingda's own)"""
    subscription_limits: dict[str, Any] | None
    """once created: calls at once, and how many more"""
    started_at: str | None
    """when the client connected"""
    ended_at: str | None
    """when it ended"""
    duration_seconds: float | None
    """from startedAt to endedAt, once ended"""
    name: str | None
    """yours"""
    assistant_id: str | None
    """the stored assistant"""
    assistant_version: str | None
    """its version that takes the call, e.g. v2"""
    assistant: dict[str, Any] | None
    """the transient assistant, without secrets"""
    assistant_overrides: dict[str, Any] | None
    """as given, without secrets"""
    squad_id: str | None
    """the stored squad"""
    squad: dict[str, Any] | None
    """the transient squad, without secrets"""
    squad_overrides: dict[str, Any] | None
    """as given, without secrets"""
    session_id: str | None
    """the session by text that it goes on (Yingda's own)"""
    customer: dict[str, Any] | None
    """as given"""
    transport: dict[str, Any]
    """with websocketCallUrl while the call is queued, good for 10 minutes"""
    web_call_url: str | None
    """web calls: the same URL"""
    monitor: dict[str, Any] | None
    """listenUrl and controlUrl until the call has ended"""
    cost: float
    """sum of costs, in CNY"""
    costs: list[dict[str, Any]]
    """per component"""
    cost_breakdown: dict[str, Any] | None
    """stt, llm, tts, transport, total …"""
    messages: list[dict[str, Any]]
    """the conversation in Vapi's shape"""
    transcript: str | None
    """the conversation as text"""
    summary: str | None
    """analysis.summary"""
    recording_url: str | None
    """mono, signed, good for an hour"""
    stereo_recording_url: str | None
    """stereo, signed, good for an hour"""
    artifact: dict[str, Any]
    """messages, transcript, recording URLs, performanceMetrics (latency per turn, line), transfers, assistantActivations, structuredOutputs"""
    artifact_plan: dict[str, Any] | None
    """the assistant's artifactPlan in this call"""
    analysis: dict[str, Any]
    """summary, structuredData, structuredDataMulti, successEvaluation; summarySource says who wrote the summary: model or extractive"""
    compliance: dict[str, Any] | None
    """recordingConsent {type, grantedAt}; erased: what is gone, and since when"""


class CallBatch(Object):
    """What came of `customers`."""

    results: list[Call]
    """the calls, in the order of their customers"""
    errors: list[BatchError]
    """customers who are not called"""
    subscription_limits: dict[str, Any]
    """calls at once, and how many more"""


class CallMetadata(Object):
    """A call in a few words."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    type: Literal["vapi.websocketCall", "webCall", "outboundPhoneCall", "inboundPhoneCall"]
    """how it came about"""
    status: Literal["scheduled", "queued", "ringing", "in-progress", "forwarding", "ended"]
    """as in the call"""
    ended_reason: str | None
    """Vapi's endedReason"""
    started_at: str | None
    """when the client connected"""
    ended_at: str | None
    """when it ended"""
    duration_seconds: float | None
    """from startedAt to endedAt, once ended"""
    name: str | None
    """yours"""
    assistant_id: str | None
    """the stored assistant"""
    assistant_version: str | None
    """its version that takes the call, e.g. v2"""
    squad_id: str | None
    """the stored squad"""
    phone_number_id: str | None
    """the stored phone number it goes through"""
    customer: dict[str, Any] | None
    """as given"""
    cost: float
    """sum of costs, in CNY"""


class CatalogModel(Object):
    """A model that can be named in an assistant."""

    id: str
    """component:provider:model"""
    component: Literal["transcriber", "model", "voice", "realtime"]
    """where it is named in an assistant; realtime: as its model"""
    provider: str
    """as in assistants"""
    provider_name: str
    """for people"""
    model: str
    """as in assistants; empty: the vendor has only one, or its console decides"""
    default: bool
    """whether it is used when none is named"""
    languages: list[str]
    """ISO 639; empty: many, or unknown"""
    sample_rates: list[int]
    """Hz; empty: does not matter, or unknown"""
    access: Literal["none-needed", "credential", "platform", "missing"]
    """with whose key a call of yours would use it"""
    retired: str | None
    """the successor's name, if it is no longer served or about to end"""
    prices: list[CatalogPrice]
    """what holds now; empty: unknown"""


class CatalogPrice(Object):
    """A price that holds now."""

    unit: str
    """seconds, characters, promptTokens, completionTokens …"""
    per: int
    """so many units cost the price"""
    price: str
    """a decimal number as text"""
    currency: str
    """CNY, USD …"""
    source: str
    """where it is written"""
    as_of: str
    """the day it was read there"""
    valid_from: str | None
    """from when it holds, if the operator has entered it"""


class CatalogVoice(Object):
    """A voice that can be named in an assistant."""

    id: str
    """provider:voice"""
    provider: str
    """as in assistants"""
    provider_id: str
    """the voice's id at the vendor: voiceId in assistants"""
    slug: str
    """the same"""
    name: str
    """for people"""
    language: str
    """the first of its languages; empty: unknown"""
    language_code: str
    """the same"""
    languages: list[str]
    """ISO 639"""
    gender: Literal["female", "male", "child", "neutral", ""]
    """as the vendor says"""
    model: str
    """the model it is used with by default"""
    supported_models: list[str]
    """models it belongs to; empty: all of the provider"""
    styles: list[str]
    """ways it can speak; empty: one"""
    sample_rates: list[int]
    """Hz"""
    preview_url: str
    """a WAV of it, made when it is first asked for"""
    default: bool
    """whether it is used when none is named"""
    access: Literal["none-needed", "credential", "platform", "missing"]
    """with whose key a call of yours would use it"""
    prices: list[CatalogPrice]
    """of its model; what holds now"""
    is_public: bool | None
    """false: a voice of your own, see /v1/own-voices"""
    is_deleted: bool | None
    """always false"""


class Chat(Object):
    """A chat. What does not apply is left out."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    name: str | None
    """yours"""
    assistant_id: str | None
    """the stored assistant"""
    assistant: dict[str, Any] | None
    """the transient assistant, without secrets"""
    assistant_overrides: dict[str, Any] | None
    """variableValues"""
    squad_id: str | None
    """the stored squad"""
    squad: dict[str, Any] | None
    """the transient squad, without secrets"""
    session_id: str | None
    """the session it belongs to"""
    previous_chat_id: str | None
    """the chat it goes on from"""
    input: Any
    """as it was sent"""
    stream: bool
    """whether it was streamed"""
    messages: list[dict[str, Any]]
    """what the model was told, the input last; at most 100 before it"""
    output: list[dict[str, Any]]
    """what was said: answers, and calls of tools with their results"""
    cost: float
    """sum of costs, in CNY"""
    costs: list[dict[str, Any]]
    """per model"""


class Check(Object):
    """One service that was tried."""

    component: Literal["transcriber", "model", "voice"]
    """which of the three"""
    model: str
    """which model answered; empty: the provider's default"""
    ok: bool
    """whether it did"""
    latency_ms: int
    """until its first word, its first sound, or until it listened"""
    sentence: str
    """the same for people"""
    error: dict[str, Any] | None
    """kind, code, message, requestId of the vendor"""


class ChunkPlan(Object):
    """How text is cut before it is spoken. `<flush />` in the text speaks what there is."""

    enabled: bool | None
    """false: whole sentences only, no early first piece"""
    min_characters: int | None
    """shortest piece, characters; not given: ours, 4 for the first piece"""
    punctuation_boundaries: (
        list[Literal["。", "，", ".", "!", "?", ";", ")", "،", "۔", "।", "॥", "|", "||", ",", ":"]] | None
    )
    """cut at these marks only; default: at ours"""
    format_plan: FormatPlan | None
    """how numbers, dates … are read"""


class Condition(Object):
    """When a message is chosen, by the value of an argument."""

    operator: Literal["eq", "neq", "gt", "gte", "lt", "lte"]
    """comparison"""
    param: str
    """name of the argument"""
    value: Any
    """what it is compared with"""


class Consent(Object):
    """Who allowed the copy, and who has said so here."""

    text: str
    """as it was given"""
    at: str
    """when it was given here: ISO 8601, UTC, milliseconds"""
    recorded_by: str
    """the key or the member that gave it"""


class ContextPlan(Object):
    """How much of the conversation goes along."""

    type: Literal["all", "none", "lastNMessages", "userAndAssistantMessages", "previousAssistantMessages"]
    """all; none; lastNMessages; userAndAssistantMessages: words only, no tools; previousAssistantMessages: what was said since the assistant that hands over took over"""
    max_messages: int | None
    """lastNMessages: how many"""


class ConversationMessage(Object):
    """One message of a conversation."""

    id: str
    """UUID"""
    conversation_id: str
    """the session"""
    seq: int
    """its place, from 1: times may tie, this does not"""
    role: Literal["system", "developer", "user", "assistant", "tool"]
    """who said it"""
    content: str
    """what was said"""
    tool_calls: list[Any] | None
    """what the assistant called"""
    tool_call_id: str | None
    """which call a tool answers"""
    metadata: dict[str, Any] | None
    """as it was given"""
    chat_id: str | None
    """the chat it belongs to"""
    call_id: str | None
    """or the call it was said in"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""


class CreateAssistant(Object):
    """A new assistant. What is left out has the default described."""

    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModel
        | GoogleModel
        | CustomLLMModel
        | DeepSeekModel
        | MinimaxLLMModel
        | DashScopeModel
        | MoonshotModel
        | ZhipuModel
        | QianfanModel
        | SparkModel
        | ArkModel
        | HunyuanModel
        | ScriptedModel
        | OtherModel
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriber | DashScopeTranscriber | OtherTranscriber | None
    """who hears; default: the installation's"""
    voice: EspeakVoice | DashScopeVoice | OtherVoice | None
    """who speaks; default: the installation's"""
    first_message: str | None
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: (
        Literal[
            "assistant-speaks-first",
            "assistant-speaks-first-with-model-generated-message",
            "assistant-waits-for-user",
            "assistant-speaks-after-greeting",
        ]
        | None
    )
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool | None
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int | None
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float | None
    """seconds of silence that end the call; default 30"""
    end_call_message: str | None
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: list[str] | None
    """if the assistant says one of these, the call ends"""
    client_messages: (
        list[
            Literal[
                "conversation-update",
                "assistant.speechStarted",
                "function-call",
                "function-call-result",
                "hang",
                "language-changed",
                "language-change-detected",
                "metadata",
                "model-output",
                "speech-update",
                "status-update",
                "transcript",
                "tool-calls",
                "tool-calls-result",
                "tool.completed",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "workflow.node.started",
                "assistant.started",
                "turn-metrics",
            ]
        ]
        | None
    )
    """what the client is sent; default Vapi's set; an empty list: nothing"""
    server: Server | None
    """your webhook"""
    server_messages: (
        list[
            Literal[
                "assistant.started",
                "assistant.speechStarted",
                "conversation-update",
                "end-of-call-report",
                "function-call",
                "hang",
                "language-changed",
                "language-change-detected",
                "model-output",
                "phone-call-control",
                "speech-update",
                "status-update",
                "transcript",
                'transcript[transcriptType="final"]',
                "tool-calls",
                "transfer-destination-request",
                "handoff-destination-request",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "chat.created",
                "chat.deleted",
                "session.created",
                "session.updated",
                "session.deleted",
                "call.deleted",
                "call.delete.failed",
                "call.artifact.upload",
            ]
        ]
        | None
    )
    """what your webhook is sent; default Vapi's set; an empty list: nothing"""
    credentials: list[InlineCredential] | None
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlan | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlan | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlan | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlan | None
    """what is kept of the call"""
    monitor_plan: MonitorPlan | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlan | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlan | None
    """stored"""
    keypad_input_plan: KeypadInputPlan | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlan | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlan | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str | None
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: list[Hook] | None
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool | None
    """stored; messages hold what was heard"""
    transport_configurations: list[dict[str, Any]] | None
    """stored; for telephones"""
    metadata: dict[str, Any] | None
    """yours: any JSON, returned as it is"""
    credential_ids: list[str] | None
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlan | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool | None
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""


class CreateStructuredOutput(Object):
    """A value to be drawn from calls."""

    type: Literal["ai", "regex"] | None
    """ai: a model reads the transcript; regex: a pattern searches it; default ai"""
    regex: str | None
    """for type regex; the first group (else the whole match) is the value"""
    model: OutputModel | None
    """default: the call's own model"""
    compliance_plan: StructuredOutputCompliancePlan | None
    """what is kept nevertheless"""
    conditions: list[MinMessages | MinCallDuration | EndedReason] | None
    """all must hold, else the output is skipped"""
    description: str | None
    """for people, and for the model that draws the value"""
    assistant_ids: list[str] | None
    """after whose calls it is drawn"""
    workflow_ids: list[str] | None
    """workflows are Vapi's past: leave it empty"""
    name: str
    """1 to 40 characters; its name in call.artifact.structuredOutputs"""
    schema: dict[str, Any]
    """JSON Schema of the value"""


class Credential(Object):
    """A credential as it is shown: without its secrets."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    provider: str
    """whose account this is"""
    name: str | None
    """for people"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    app_id: str | None
    """as given"""
    app_key: str | None
    """as given"""
    secret_id: str | None
    """as given"""
    access_key_id: str | None
    """as given"""
    group_id: str | None
    """as given"""
    region: str | None
    """as given"""
    workspace: str | None
    """as given"""
    authentication_plan: dict[str, Any] | None
    """without its secret"""
    encryption_plan: dict[str, Any] | None
    """custom-credential: with what arguments are encrypted"""
    gateways: list[dict[str, Any]] | None
    """byo-sip-trunk: likewise the fields that follow"""
    outbound_authentication_plan: dict[str, Any] | None
    """without its secret"""
    outbound_leading_plus_enabled: bool | None
    """as given"""
    tech_prefix: str | None
    """as given"""
    sip_diversion_header: str | None
    """as given"""
    trial: dict[str, Any] | None
    """the last test: see Trial"""


class CustomEndpointingRule(Object):
    """A pause of its own when the last words match. The first rule that matches decides."""

    type: Literal["assistant", "customer", "both"]
    """whose last words are looked at"""
    regex: str | None
    """assistant and customer only"""
    regex_options: list[RegexOption] | None
    """assistant and customer only"""
    assistant_regex: str | None
    """both only"""
    assistant_regex_options: list[RegexOption] | None
    """both only"""
    customer_regex: str | None
    """both only"""
    customer_regex_options: list[RegexOption] | None
    """both only"""
    timeout_seconds: float
    """the pause, seconds"""


class CustomKnowledgeBase(Object):
    """A server of yours that knows something."""

    provider: Literal["custom-knowledge-base"]
    """custom-knowledge-base: your server answers knowledge-base-request"""
    server: Server
    """who is asked"""


class CustomLLMModel(Object):
    """Any server that speaks OpenAI's chat completions: `POST {url}/chat/completions`, streamed."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Literal["custom-llm"]
    """custom-llm"""
    url: str
    """base URL; /chat/completions is added unless it is there"""
    model: str
    """sent as model"""
    metadata_send_mode: Literal["off", "variable", "destructured"] | None
    """variable: assistant.metadata, call and customer sent as `metadata`; destructured: each as a field of its own; off: nothing, for servers that refuse unknown fields"""
    headers: dict[str, str] | None
    """extra headers; values may hold {{ }} templates"""
    timeout_seconds: float | None
    """seconds to the first token; default 20"""
    word_level_confidence_enabled: bool | None
    """accepted; confidences are not sent"""


class CustomMessage(Object):
    """The same words, perhaps in several languages."""

    type: Literal["custom-message"] | None
    """custom-message"""
    content: str | None
    """the words"""
    contents: list[TextContent] | None
    """per language"""


class DashScopeModel(Object):
    """A Qwen model of Aliyun Model Studio (百炼)."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """e.g. qwen-plus, qwen-flash; default qwen-plus"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["dashscope"]
    """dashscope (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["intl", "us"] | None
    """Singapore or the USA; keys differ"""
    thinking_budget: int | None
    """tokens of thought at most"""
    enable_search: bool | None
    """let the model search the web"""


class DashScopeTranscriber(Object):
    """Paraformer, Fun-ASR or Qwen-ASR of Aliyun Model Studio (百炼)."""

    fallback_plan: FallbackTranscriberPlan | None
    """who hears when this one fails; what was being said is replayed to it"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Literal["dashscope"]
    """dashscope (Yingda's own; unknown to Vapi's SDKs)"""
    model: str | None
    """default paraformer-realtime-v2"""
    language: str | None
    """zh, en, yue, ja …; default: recognised by itself"""
    keywords: list[str] | None
    """not available: make a table and give its vocabularyId, or with Qwen-ASR use context"""
    context: str | None
    """Qwen-ASR: what is talked about, names"""
    commit_on_flush: bool | None
    """Qwen-ASR: utterances end by our ear alone, not by the vendor's; default false"""
    vocabulary_id: str | None
    """hot-word table made with the vendor"""
    max_sentence_silence: int | None
    """pause that ends a sentence, ms"""
    final_wait_ms: int | None
    """how late a final may be, ms; default 600"""
    pad_flush: bool | None
    """send the pause that ends a sentence at once; default true"""
    workspace: str | None
    """the vendor's workspace id"""
    parameters: dict[str, Any] | None
    """handed to the vendor as they are, e.g. language_hints"""


class DashScopeVoice(Object):
    """CosyVoice or Qwen-TTS of Aliyun Model Studio (百炼)."""

    caching_enabled: bool | None
    """greetings and other given sentences are synthesised once; default true"""
    filler_injection_enabled: bool | None
    """我查一下… while a model or tool is slow; default true"""
    chunk_plan: ChunkPlan | None
    """how text is cut"""
    fallback_plan: FallbackVoicePlan | None
    """who speaks when this one fails"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Literal["dashscope"]
    """dashscope (Yingda's own; unknown to Vapi's SDKs)"""
    model: str | None
    """default cosyvoice-v3-flash"""
    voice_id: str | None
    """must belong to the model; default: the model's own, e.g. longanhuan"""
    speed: float | None
    """1 = the voice's own; default 1"""
    pitch: float | None
    """1 = the voice's own; default 1"""
    volume: int | None
    """default 50"""
    language: str | None
    """zh, en …: a hint for mixed text"""
    instruction: str | None
    """how to speak: 用开心的语气; CosyVoice: at most 128 characters"""
    ssml: bool | None
    """CosyVoice: texts may hold SSML tags; default false"""
    mode: Literal["commit", "server_commit"] | None
    """Qwen-TTS: whether we or the vendor say when to speak; default commit"""
    seed: int | None
    """the same text sounds the same"""
    sample_rate: Literal[8000, 16000, 22050, 24000, 44100, 48000] | None
    """Hz of the vendor's sound; default 24000"""
    word_times: bool | None
    """ask when each word sounds; default true"""
    workspace: str | None
    """the vendor's workspace id"""
    parameters: dict[str, Any] | None
    """handed to the vendor as they are"""


class DeepSeekModel(Object):
    """A model of DeepSeek."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. deepseek-v4-flash, deepseek-v4-pro"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["deep-seek"]
    """deep-seek"""


class DeliveryRead(Object):
    """One message to one server, and what came of it."""

    id: str
    """also the webhook-id header: the same for every attempt"""
    org_id: str
    """the organisation it belongs to"""
    created_at: datetime
    """when the message was made"""
    updated_at: datetime
    """when it was last touched"""
    subject: Literal["call", "chat", "session"]
    """what it is about: call, chat or session"""
    subject_id: str
    """which one; it may have been deleted since"""
    call_id: str | None
    """the call, while it is there"""
    type: str
    """the message's type"""
    url: str
    """where it goes"""
    status: Literal["pending", "sending", "delivered", "dead"]
    """pending, sending, delivered or dead"""
    attempts: int
    """made so far; a replay begins again at 0"""
    next_at: datetime | None
    """when the next attempt is due"""
    delivered_at: datetime | None
    """when the server took it"""
    log: list[AttemptRead]
    """the last 20 attempts, oldest first"""


class DeliveryWithPayload(Object):
    """With the payload."""

    id: str
    """also the webhook-id header: the same for every attempt"""
    org_id: str
    """the organisation it belongs to"""
    created_at: datetime
    """when the message was made"""
    updated_at: datetime
    """when it was last touched"""
    subject: Literal["call", "chat", "session"]
    """what it is about: call, chat or session"""
    subject_id: str
    """which one; it may have been deleted since"""
    call_id: str | None
    """the call, while it is there"""
    type: str
    """the message's type"""
    url: str
    """where it goes"""
    status: Literal["pending", "sending", "delivered", "dead"]
    """pending, sending, delivered or dead"""
    attempts: int
    """made so far; a replay begins again at 0"""
    next_at: datetime | None
    """when the next attempt is due"""
    delivered_at: datetime | None
    """when the server took it"""
    log: list[AttemptRead]
    """the last 20 attempts, oldest first"""
    payload: dict[str, Any]
    """the request's body"""


class Draft(Object):
    """What an assistant may become: its fields, as the draft has them."""

    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModel
        | GoogleModel
        | CustomLLMModel
        | DeepSeekModel
        | MinimaxLLMModel
        | DashScopeModel
        | MoonshotModel
        | ZhipuModel
        | QianfanModel
        | SparkModel
        | ArkModel
        | HunyuanModel
        | ScriptedModel
        | OtherModel
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriber | DashScopeTranscriber | OtherTranscriber | None
    """who hears; default: the installation's"""
    voice: EspeakVoice | DashScopeVoice | OtherVoice | None
    """who speaks; default: the installation's"""
    first_message: str | None
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: (
        Literal[
            "assistant-speaks-first",
            "assistant-speaks-first-with-model-generated-message",
            "assistant-waits-for-user",
            "assistant-speaks-after-greeting",
        ]
        | None
    )
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool | None
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int | None
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float | None
    """seconds of silence that end the call; default 30"""
    end_call_message: str | None
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: list[str] | None
    """if the assistant says one of these, the call ends"""
    client_messages: (
        list[
            Literal[
                "conversation-update",
                "assistant.speechStarted",
                "function-call",
                "function-call-result",
                "hang",
                "language-changed",
                "language-change-detected",
                "metadata",
                "model-output",
                "speech-update",
                "status-update",
                "transcript",
                "tool-calls",
                "tool-calls-result",
                "tool.completed",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "workflow.node.started",
                "assistant.started",
                "turn-metrics",
            ]
        ]
        | None
    )
    """what the client is sent; default Vapi's set; an empty list: nothing"""
    server: Server | None
    """your webhook"""
    server_messages: (
        list[
            Literal[
                "assistant.started",
                "assistant.speechStarted",
                "conversation-update",
                "end-of-call-report",
                "function-call",
                "hang",
                "language-changed",
                "language-change-detected",
                "model-output",
                "phone-call-control",
                "speech-update",
                "status-update",
                "transcript",
                'transcript[transcriptType="final"]',
                "tool-calls",
                "transfer-destination-request",
                "handoff-destination-request",
                "transfer-update",
                "user-interrupted",
                "voice-input",
                "chat.created",
                "chat.deleted",
                "session.created",
                "session.updated",
                "session.deleted",
                "call.deleted",
                "call.delete.failed",
                "call.artifact.upload",
            ]
        ]
        | None
    )
    """what your webhook is sent; default Vapi's set; an empty list: nothing"""
    credentials: list[InlineCredential] | None
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlan | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlan | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlan | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlan | None
    """what is kept of the call"""
    monitor_plan: MonitorPlan | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlan | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlan | None
    """stored"""
    keypad_input_plan: KeypadInputPlan | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlan | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlan | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str | None
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: list[Hook] | None
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool | None
    """stored; messages hold what was heard"""
    transport_configurations: list[dict[str, Any]] | None
    """stored; for telephones"""
    metadata: dict[str, Any] | None
    """yours: any JSON, returned as it is"""
    credential_ids: list[str] | None
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlan | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool | None
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""
    id: str
    """UUID of the draft"""
    org_id: str
    """the organisation it belongs to"""
    assistant_id: str
    """whose draft it is"""
    base_version: str
    """the version it was begun from"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""


class DtmfTool(Object):
    """Presses keys: 0-9, * and #; w is a pause of half a second. Offered under the name dtmf."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["dtmf"]
    """dtmf"""
    sip_info_dtmf_enabled: bool | None
    """accepted; the line decides how keys travel"""
    function: Function | None
    """another name or description for the model"""


class DynamicDestination(Object):
    """Your server names the destination when it is asked by handoff-destination-request."""

    type: Literal["dynamic"]
    """dynamic"""
    server: Server | None
    """who is asked; default the tool's, else assistant.server"""
    description: str | None
    """for the model: when to hand the caller over"""


class EndCallTool(Object):
    """Lets the model hang up; it is offered under the name endCall."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["endCall"]
    """endCall"""
    function: Function | None
    """another name or description for the model"""
    server: Server | None
    """accepted; hanging up needs no server"""


class EndedReason(Object):
    """Only calls that ended for certain reasons, or for none of them."""

    type: Literal["endedReason"]
    """endedReason"""
    operator: Literal["oneOf", "notOneOf"]
    """oneOf or notOneOf"""
    values: list[str]
    """endedReasons"""


class EspeakVoice(Object):
    """eSpeak NG: robotic, instant, offline; Mandarin, English and a hundred others."""

    caching_enabled: bool | None
    """greetings and other given sentences are synthesised once; default true"""
    filler_injection_enabled: bool | None
    """我查一下… while a model or tool is slow; default true"""
    chunk_plan: ChunkPlan | None
    """how text is cut"""
    fallback_plan: FallbackVoicePlan | None
    """who speaks when this one fails"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Literal["espeak"]
    """espeak (Yingda's own; unknown to Vapi's SDKs)"""
    voice_id: str | None
    """cmn, en-us, en-gb+f3, yue …; default en-us"""
    variant: str | None
    """timbre, e.g. f3 or m2"""
    speed: float | None
    """1 = the voice's own; default 1"""
    pitch: int | None
    """0 low … 99 high; default 50"""
    volume: int | None
    """percent; default 100"""


class Executed(Object):
    """The answer, who gave it and why."""

    squad_id: str
    """the squad"""
    session_id: str
    """give it with the next message"""
    output: str
    """the answer; announcements of handoffs included"""
    member: str
    """who answered last, and has the conversation now"""
    assistant_id: str | None
    """the member's stored assistant"""
    intent: str
    """the skill that was recognised; empty when none was"""
    confidence: float
    """0 … 1"""
    routed_by: Literal["rules", "model", "default", "faq"]
    """who recognised it"""
    handoffs: list[ExecutedHandoff]
    """in their order"""
    context: dict[str, Any]
    """what all members know now"""
    usage: list[dict[str, Any]]
    """per model asked: member, provider, model, quantities, costMicros"""


class ExecutedHandoff(Object):
    """One member handed the conversation to another."""

    from_: str
    """who had it"""
    to: str
    """who has it"""
    reason: str
    """as the model gave it"""
    message: str
    """what the person is told; empty when silent"""
    silent: bool
    """whether the person is told nothing"""
    returned: bool
    """true: the member refused and `to` has it again"""
    summary: dict[str, Any]
    """previousAgent, userIntent, keyFacts, pendingTasks"""


class FallbackModelPlan(Object):
    """Models that take over, of any vendor. They get the first one's messages and tools."""

    models: list[
        OpenAIModel
        | GoogleModel
        | CustomLLMModel
        | DeepSeekModel
        | MinimaxLLMModel
        | DashScopeModel
        | MoonshotModel
        | ZhipuModel
        | QianfanModel
        | SparkModel
        | ArkModel
        | HunyuanModel
        | ScriptedModel
        | OtherModel
    ]
    """asked in this order"""
    strategy: Literal["ordered", "weighted", "least-busy", "fastest"] | None
    """who of the first choice and these begins a conversation: ordered (the first that is well), weighted, least-busy or fastest (Yingda's own); default ordered"""


class FallbackTranscriberPlan(Object):
    """Transcribers that take over when the one before fails, is cut off or falls silent."""

    transcribers: list[PocketSphinxTranscriber | DashScopeTranscriber | OtherTranscriber]
    """asked in this order"""
    strategy: Literal["ordered", "weighted", "least-busy", "fastest"] | None
    """who of the first choice and these begins a conversation: ordered (the first that is well), weighted, least-busy or fastest (Yingda's own); default ordered"""
    race: bool | None
    """all of them hear all the time, the first final counts (Yingda's own); default false"""


class FallbackVoicePlan(Object):
    """Voices that take over when the one before fails, breaks off or is late."""

    voices: list[EspeakVoice | DashScopeVoice | OtherVoice]
    """asked in this order"""
    strategy: Literal["ordered", "weighted", "least-busy", "fastest"] | None
    """who of the first choice and these begins a conversation: ordered (the first that is well), weighted, least-busy or fastest (Yingda's own); default ordered"""


class Faq(Object):
    """A prepared answer. It is given without a model when the question is one of these."""

    questions: list[str]
    """ways to ask it"""
    answer: str
    """the answer"""


class File(Object):
    """An uploaded file."""

    id: str
    """UUID"""
    object: Literal["file"]
    """always file"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    name: str
    """for people"""
    original_name: str
    """as it was called when it came"""
    bytes: int
    """its size"""
    mimetype: str
    """by what is in it"""
    status: Literal["processing", "done", "failed"]
    """done: kept, and its text read if it has one; failed: see failure"""
    purpose: str | None
    """as given"""
    metadata: dict[str, Any]
    """as given"""
    url: str
    """where it can be downloaded during the next hour"""
    parsed_text_url: str | None
    """where its text can be, likewise; UTF-8"""
    parsed_text_bytes: int | None
    """the size of its text"""
    failure: str | None
    """why there is no text, in a sentence"""


class Forgotten(Object):
    """What a deletion has done."""

    deleted: int
    """entries that are gone"""


class FormatPlan(Object):
    """How text is written out before it is spoken: numbers, dates, money, telephones … as people say them."""

    enabled: bool | None
    """false: only markup is removed, the voice reads the rest itself"""
    number_to_digits_cutoff: int | None
    """stored"""
    replacements: list[Replacement] | None
    """before anything else, in this order"""
    formatters_enabled: (
        list[
            Literal[
                "markdown",
                "asterisk",
                "quote",
                "dash",
                "newline",
                "colon",
                "acronym",
                "dollarAmount",
                "email",
                "date",
                "time",
                "distance",
                "unit",
                "percentage",
                "phoneNumber",
                "number",
                "stripAsterisk",
            ]
        ]
        | None
    )
    """stored"""


class FourierDenoisingPlan(Object):
    """Noise removal by spectrum."""

    enabled: bool | None
    """default false"""
    media_detection_enabled: bool | None
    """adapt to music and television"""
    static_threshold: float | None
    """dB"""
    baseline_offset_db: float | None
    """dB"""
    window_size_ms: int | None
    """ms"""
    baseline_percentile: float | None
    """percent"""


class Function(Object):
    """What the model is told about a function."""

    name: str
    """letters, digits, _ and -, at most 64"""
    description: str | None
    """when to call it; may hold {{ }} templates"""
    strict: bool | None
    """accepted; the schema is sent as it is"""
    parameters: FunctionParameters | None
    """default: no arguments"""


class FunctionParameters(Object):
    """JSON Schema of the arguments, an object at the top."""

    type: Literal["object"]
    """always object"""
    properties: dict[str, Any]
    """name → JSON Schema of that argument"""
    required: list[str] | None
    """names of the arguments that must be given"""
    description: str | None
    """what the arguments are as a whole"""
    additional_properties: bool | dict[str, Any] | None
    """JSON Schema additionalProperties"""


class FunctionTool(Object):
    """A function of yours: run by your server if there is one, else by the client in the call."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    variable_extraction_plan: VariableExtractionPlan | None
    """what of its JSON answer tools that follow may use in templates"""
    type: Literal["function"]
    """function"""
    function: Function
    """its name, purpose and arguments"""
    server: Server | None
    """who runs it; default assistant.server if it is sent tool-calls, else the client"""
    parameters: list[ToolParameter] | None
    """arguments your server is always sent"""
    async_: bool | None
    """the model goes on at once and is told the result when it comes"""


class GoogleModel(Object):
    """A Gemini model."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. gemini-3.8-flash, gemini-3.1-flash-lite"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    provider: Literal["google"]
    """google"""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None
    """default: as little as the model can"""


class GroupCondition(Object):
    """Several conditions as one."""

    type: Literal["group"]
    """group"""
    operator: Literal["AND", "OR"]
    """AND = all of them, OR = one of them"""
    conditions: list[RegexCondition | LiquidCondition | GroupCondition]
    """what is combined"""


class HandoffTool(Object):
    """Hands the caller over to another assistant: each destination is a tool of its own."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["handoff"]
    """handoff"""
    destinations: list[MemberDestination | SquadDestination | DynamicDestination]
    """who may take over; assistantName is a member of the squad"""
    function: Function | None
    """its name and description, for a single destination"""
    server: Server | None
    """asked for dynamic destinations; default assistant.server"""
    default_result: str | None
    """accepted; the squad tells the model itself"""


class HandoffVariables(Object):
    """What the model states when it hands over; templates of the next assistant can name it."""

    schema: dict[str, Any] | None
    """JSON Schema, an object of variables"""
    aliases: list[AssistantAlias] | None
    """variables made of them"""


class HeaderFields(Object):
    """Headers of a request, described like its body."""

    type: Literal["object"] | None
    """always object"""
    properties: dict[str, Any] | None
    """name → {type, value}; without value the model is asked for it"""
    required: list[str] | None
    """what the model must give"""
    description: str | None
    """what this is as a whole"""
    title: str | None
    """accepted; the model is not told"""


class Hook(Object):
    """When, and what then."""

    on: str
    """the moment, e.g. customer.speech.timeout"""
    do: list[HookAction]
    """in this order"""
    filters: list[HookFilter] | None
    """call.ending only; all must hold"""
    options: HookOptions | None
    """of the moment"""
    name: str | None
    """to tell hooks apart"""


class HookAction(Object):
    """What is done."""

    type: Literal["say", "tool", "message.add"]
    """say (exact or prompt), tool (tool or toolId), message.add (message)"""
    exact: str | list[str] | None
    """say: these words; of a list one after the other, one each time"""
    prompt: str | list[dict[str, Any]] | None
    """say: told the model, which then finds the words; stays in its context"""
    tool: (
        FunctionTool
        | ApiRequestTool
        | TransferCallTool
        | EndCallTool
        | DtmfTool
        | HandoffTool
        | QueryTool
        | McpTool
        | VoicemailTool
        | None
    )
    """tool: the tool to run"""
    tool_id: str | None
    """tool: a stored tool in place of tool"""
    message: OpenAIMessage | None
    """message.add: for the model's context"""
    trigger_response_enabled: bool | None
    """message.add: let the model answer"""


class HookFilter(Object):
    """All filters must hold."""

    type: Literal["oneOf"]
    """oneOf"""
    key: Literal["call.endedReason", "endedReason"]
    """what is looked at: call.endedReason"""
    one_of: list[str]
    """the values it may have"""


class HookOptions(Object):
    """Options of the hook's moment."""

    timeout_seconds: float | None
    """customer.speech.timeout: seconds of silence; default 7.5"""
    trigger_max_count: int | None
    """customer.speech.timeout: how often at most; default 3"""
    trigger_reset_mode: Literal["onUserSpeech", "never"] | None
    """customer.speech.timeout: when the count starts anew; default never"""
    confidence_min: float | None
    """lowConfidence: from; default 0.2 below max"""
    confidence_max: float | None
    """lowConfidence: below; default 0.4"""
    seconds: float | None
    """call.timeElapsed: seconds"""


class HostedKnowledgeBase(Object):
    """A collection of files."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    name: str
    """as given"""
    description: str | None
    """as given"""
    files: list[AttachedFile]
    """what is in it, newest first"""
    tool_id: None
    """null: calls do not search its files yet"""


class HunyuanModel(Object):
    """A Hunyuan model (混元) of Tencent."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """e.g. hunyuan-turbos-latest"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    provider: Literal["hunyuan"]
    """hunyuan (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["legacy"] | None
    """legacy: api.hunyuan.cloud.tencent.com"""


class InlineCredential(Object):
    """The account for every model, transcriber or voice of this provider in the assistant. Leave its secrets out in a PATCH to keep the stored ones."""

    name: str | None
    """for people"""
    api_key: str | None
    """secret; never returned"""
    api_secret: str | None
    """secret; never returned"""
    app_id: str | None
    """the application at the vendor"""
    app_key: str | None
    """the project at the vendor"""
    secret_id: str | None
    """the public half of a key pair"""
    secret_key: str | None
    """secret; never returned"""
    access_key_id: str | None
    """the public half of a key pair"""
    access_key_secret: str | None
    """secret; never returned"""
    access_token: str | None
    """secret; never returned"""
    rtasr_api_key: str | None
    """secret; iFlytek's key of real-time transcription"""
    group_id: str | None
    """the group at the vendor"""
    region: str | None
    """the vendor's region, e.g. chinaeast2"""
    workspace: str | None
    """the workspace at the vendor"""
    authentication_plan: OAuth2Plan | None
    """custom-llm only: OAuth 2.0"""
    provider: str
    """e.g. openai, custom-llm, dashscope"""


class InvitationCreated(Object):
    """The only answer with the link."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it leads to"""
    email: str
    """who is invited"""
    role: Literal["owner", "admin", "developer", "billing", "viewer"]
    """what they will be"""
    status: Literal["pending", "accepted", "revoked", "expired"]
    """only a pending one can be accepted"""
    invited_by: str
    """id of the person or key that invited"""
    expires_at: datetime
    """seven days after it was made"""
    accepted_at: datetime | None
    """when it was accepted"""
    revoked_at: datetime | None
    """when it was revoked"""
    created_at: datetime
    """ISO 8601, UTC, milliseconds"""
    updated_at: datetime
    """ISO 8601, UTC, milliseconds"""
    token: str
    """good once; shown in this answer only"""
    link: str
    """where the invited person chooses name and password"""


class InvitationRead(Object):
    """An invitation as it is shown."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it leads to"""
    email: str
    """who is invited"""
    role: Literal["owner", "admin", "developer", "billing", "viewer"]
    """what they will be"""
    status: Literal["pending", "accepted", "revoked", "expired"]
    """only a pending one can be accepted"""
    invited_by: str
    """id of the person or key that invited"""
    expires_at: datetime
    """seven days after it was made"""
    accepted_at: datetime | None
    """when it was accepted"""
    revoked_at: datetime | None
    """when it was revoked"""
    created_at: datetime
    """ISO 8601, UTC, milliseconds"""
    updated_at: datetime
    """ISO 8601, UTC, milliseconds"""


class KeyRestrictions(Object):
    """Vapi's TokenRestrictions plus networks. Empty lists restrict nothing; `enabled: false` lifts all."""

    enabled: bool | None
    """false lifts all of these; default true"""
    allowed_origins: list[str] | None
    """pages that may use it, e.g. https://example.cn"""
    allowed_cidrs: list[str] | None
    """networks it may come from, e.g. 203.0.113.0/24"""
    allowed_assistant_ids: list[str] | None
    """assistants it may talk to"""
    allow_transient_assistant: bool | None
    """whether calls may bring an assistant of their own; default true"""


class KeypadInputPlan(Object):
    """Digits pressed on the keypad become what the caller says, as one turn. Without a plan: as with its defaults, but enabled."""

    enabled: bool | None
    """false: keys are reported and not answered; default false"""
    timeout_seconds: float | None
    """pause that ends the input, seconds; 0: only a delimiter does, or each key where none is"""
    delimiters: list[Literal["#", "*", ""]] | Literal["#", "*", ""] | None
    """keys that end it, which are left out; empty: only the pause does"""


class KnowledgeBase(Object):
    """Something of yours that can be asked."""

    provider: Literal["custom-knowledge-base"]
    """custom-knowledge-base: your server answers knowledge-base-request"""
    server: Server
    """who is asked"""
    name: str
    """the tool's name for the model"""
    description: str | None
    """for the model: what is known there"""


class LangfuseObservabilityPlan(Object):
    """Traces to Langfuse. Stored and returned; not acted on by this version."""

    provider: Literal["langfuse"]
    """langfuse"""
    prompt_name: str | None
    """name of the prompt"""
    prompt_version: int | None
    """its version"""
    trace_name: str | None
    """default call"""
    tags: list[str]
    """labels of the trace"""
    metadata: dict[str, Any] | None
    """more about the trace"""


class Latency(Object):
    """How long callers waited for answers. Without a single turn only the counts are there."""

    from_: datetime
    """calls created from then on"""
    to: datetime
    """and before then"""
    assistant_id: str | None
    """as asked"""
    calls: int
    """calls that have ended, with at least one measured turn"""
    turns: int
    """spoken turns that were answered with sound"""
    guessed_share: float | None
    """0…1: turns whose answer had begun as a guess"""
    interrupted_share: float | None
    """0…1: turns whose answer was interrupted"""
    mouth_to_ear_ms: Percentiles | None
    """from the caller's last voiced sample to the assistant's first audible one"""
    segments: dict[str, Percentiles]
    """of that: endpointingMs, sttMs, thinkMs, clauseMs, ttsMs, playoutMs"""


class LiquidCondition(Object):
    """Whether a template says true."""

    type: Literal["liquid"]
    """liquid"""
    liquid: str
    """gives true; knows the variables and messages"""


class Listening(Object):
    """A WebSocket of yours that we connect to."""

    url: str | None
    """ws(s) or http(s) URL; may hold {{ }} templates"""
    timeout_seconds: float | None
    """seconds for the whole answer; default 20"""
    headers: dict[str, Any] | None
    """sent with every request; values may hold {{ }} templates"""
    secret: str | None
    """sent as X-Vapi-Secret; sealed at rest, never returned"""
    backoff_plan: BackoffPlan | None
    """default: the platform's delivery schedule"""
    static_ip_addresses_enabled: bool | None
    """accepted; requests come from your installation's addresses"""
    credential_id: str | None
    """a credential of provider webhook or custom-credential: how requests show who asks"""
    encrypted_paths: list[str] | None
    """dotted paths in a tool's arguments that the credential's encryptionPlan encrypts"""


class LogEntry(Object):
    """One entry. What does not apply is left out; personal numbers are masked."""

    id: str
    """unique among its type"""
    org_id: str
    """the organisation it belongs to"""
    type: Literal["API", "Webhook", "Call"]
    """API, Webhook or Call"""
    time: str
    """ISO 8601, UTC, milliseconds"""
    call_id: str | None
    """the call it is about"""
    webhook_type: str | None
    """the message's type"""
    request_http_method: str | None
    """POST, PATCH …"""
    request_path: str | None
    """the route"""
    request_url: str | None
    """where a message was sent"""
    request_ip_address: str | None
    """the client's address"""
    request_id: str | None
    """the answer's X-Request-Id"""
    response_http_code: int | None
    """the answer's status, the last one of several"""
    status: str | None
    """of a message: pending, sending, delivered or dead"""
    attempts: int | None
    """how often a message was sent"""
    event: str | None
    """of a call: the event's type"""
    seconds_from_start: float | None
    """of a call: when, in its own seconds"""
    text: str | None
    """of a call: the event as a sentence"""
    error: str | None
    """the refusal's code, or what went wrong last"""


class McpFunction(Object):
    """What the server is called."""

    name: str
    """put before names that are taken"""


class McpMessages(Object):
    """What is said around one of the server's tools."""

    name: str
    """the tool's name on its server"""
    messages: list[ToolMessage] | None
    """what is said"""


class McpMetadata(Object):
    """How the server is spoken to."""

    protocol: Literal["shttp", "sse"] | None
    """streamable HTTP, or SSE as of old"""


class McpTool(Object):
    """All tools of an MCP server, listed when the call begins."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["mcp"]
    """mcp"""
    server: Server
    """its url, headers and secret"""
    function: McpFunction | None
    """what it is called; default mcp"""
    tool_messages: list[McpMessages] | None
    """in place of messages, for some of its tools"""
    metadata: McpMetadata | None
    """the protocol; default shttp, then sse"""


class MemberDestination(Object):
    """An assistant: a member by its name, a stored one by its id, or one of its own."""

    description: str | None
    """for the model: when to hand the caller over"""
    message: str | CustomMessage | None
    """said first, {name} being who takes over; "" = silent; default 正在为您转接{name}…"""
    transfer_mode: (
        Literal[
            "rolling-history",
            "swap-system-message-in-history",
            "swap-system-message-in-history-and-remove-transfer-tool-messages",
            "delete-history",
        ]
        | None
    )
    """what the next model knows; default: everything, under its own prompt"""
    context_engineering_plan: ContextPlan | None
    """how much goes along; default all"""
    variable_extraction_plan: HandoffVariables | None
    """asked of the model with the handoff"""
    type: Literal["assistant"]
    """assistant"""
    assistant_name: str | None
    """a member's name"""
    assistant_id: str | None
    """or a stored assistant, member or not"""
    assistant: dict[str, Any] | None
    """or an assistant only for this (CreateAssistant)"""
    assistant_overrides: dict[str, Any] | None
    """laid over a stored assistant (AssistantOverrides)"""


class MemberRead(Object):
    """MemberRead."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    email: str
    """to log in with"""
    name: str
    """for people"""
    role: Literal["owner", "admin", "developer", "billing", "viewer"]
    """what they may do: see /v1/roles"""
    locked_until: datetime | None
    """after too many wrong passwords"""
    last_login_at: datetime | None
    """left out: never"""
    created_at: datetime
    """ISO 8601, UTC, milliseconds"""
    updated_at: datetime
    """ISO 8601, UTC, milliseconds"""


class MessagePlan(Object):
    """What a silent caller is asked, and told before the assistant hangs up."""

    idle_messages: list[str] | None
    """spoken in turn"""
    idle_message_max_spoken_count: int | None
    """how often at most"""
    idle_message_reset_count_on_user_speech_enabled: bool | None
    """count anew"""
    idle_timeout_seconds: float | None
    """silence before, seconds"""
    silence_timeout_message: str | None
    """spoken before hanging up"""


class MessageTarget(Object):
    """Which message of the conversation is looked at."""

    role: Literal["user", "assistant"] | None
    """only messages of this one"""
    position: int | None
    """-1 = the most recent one, 0 = the first one; default -1"""


class MinCallDuration(Object):
    """Only calls that lasted so long."""

    type: Literal["minCallDuration"]
    """minCallDuration"""
    seconds: float
    """seconds"""


class MinMessages(Object):
    """Only calls in which so much was said."""

    type: Literal["minMessages"]
    """minMessages"""
    count: int
    """messages of user and assistant"""


class MinimaxLLMModel(Object):
    """A model of MiniMax. Those of the M2 family always think first."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """e.g. MiniMax-M3, MiniMax-M2.5-highspeed"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["minimax"]
    """minimax"""
    region: Literal["intl"] | None
    """intl: api.minimax.io; keys differ"""


class MonitorPlan(Object):
    """Listening in and steering a live call. Both URLs carry a signed, expiring token; keys, public ones too, are sent as Authorization: Bearer."""

    listen_enabled: bool | None
    """default true"""
    listen_authentication_enabled: bool | None
    """listenUrl wants a key of the organisation besides its token; default false"""
    control_enabled: bool | None
    """default true"""
    control_authentication_enabled: bool | None
    """controlUrl wants a key of the organisation besides its token; default false"""
    monitor_ids: list[str] | None
    """not available yet: leave empty"""


class MoonshotModel(Object):
    """A Kimi model of Moonshot. It takes no temperature but its own."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """e.g. kimi-k2.6, kimi-k3"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["moonshot"]
    """moonshot (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["intl"] | None
    """intl: api.moonshot.ai; keys differ"""


class NumberDestination(Object):
    """A telephone number."""

    message: str | CustomMessage | None
    """said first; "" = nothing; default 正在为您转接，请稍等。"""
    description: str | None
    """for the model: when to transfer there"""
    caller_id: str | None
    """number shown; passed on to whoever carries the call"""
    transfer_plan: dict[str, Any] | None
    """passed on to whoever carries the call"""
    type: Literal["number"]
    """number"""
    number: str
    """E.164, e.g. +8657188880000"""
    number_e164_check_enabled: bool | None
    """false: any text, e.g. an extension"""
    extension: str | None
    """dialled after the answer"""


class OAuth2Plan(Object):
    """OAuth 2.0 client credentials: a token is fetched and used in place of a key."""

    type: Literal["oauth2"]
    """a token that is fetched, renewed and sent as Bearer"""
    url: str
    """where tokens are given"""
    client_id: str
    """who we are there"""
    client_secret: str | None
    """the secret; never returned, and kept by a PATCH that leaves url and clientId alone"""
    scope: str | None
    """what is asked for"""


class OpenAIMessage(Object):
    """One message the model starts with."""

    role: Literal["assistant", "function", "user", "system", "tool"]
    """who says it"""
    content: str
    """may hold {{ }} templates"""


class OpenAIModel(Object):
    """A model of OpenAI."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. gpt-6-luna, gpt-5.6-luna"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    provider: Literal["openai"]
    """openai"""
    fallback_models: list[str] | None
    """OpenAI's models that take over, in this order"""
    reasoning_effort: Literal["minimal", "none", "low", "medium", "high", "xhigh"] | None
    """for models that reason; default: as little as the model can"""
    tool_strict_compatibility_mode: (
        Literal["strip-parameters-with-unsupported-validation", "strip-unsupported-validation"] | None
    )
    """accepted; parameters are sent as given"""
    prompt_cache_retention: Literal["in_memory", "24h"] | None
    """passed on"""
    prompt_cache_key: str | None
    """passed on"""


class Organization(Object):
    """An organisation as it is shown: of its server everything but the secret."""

    id: str
    """UUID"""
    name: str
    """for people"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    server: dict[str, Any] | None
    """where messages go that neither tool, assistant nor phone number has a server for; default none"""
    concurrency_limit: int | None
    """calls at once; at most what the installation allows this organisation, which is the default"""
    rate_limit: int | None
    """requests of the whole organisation in 60 seconds; at most the installation's limit, the default"""
    billing_limit: float | None
    """most to be spent in a month, in the price list's currency; kept and shown, stops no call yet"""
    compliance_plan: dict[str, Any] | None
    """defaults for assistants"""


class OtherModel(Object):
    """A vendor that an installed package adds (entry point yingda.llm)."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: str
    """the name the package registers"""
    model: str | None
    """which of its models"""
    url: str | None
    """base URL, where the vendor takes one"""
    headers: dict[str, str] | None
    """extra headers"""
    timeout_seconds: float | None
    """seconds to the first token"""
    options: dict[str, Any] | None
    """the vendor's own knobs"""


class OtherTranscriber(Object):
    """Any other vendor: ours, and those of installed packages (entry point yingda.stt). A vendor's own knobs stand beside the fields, as in Vapi's shapes, or in `options`."""

    fallback_plan: FallbackTranscriberPlan | None
    """who hears when this one fails; what was being said is replayed to it"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: str
    """tencent, iflytek, openai, whisper, custom-transcriber …"""
    model: str | None
    """which of its models"""
    language: str | None
    """BCP 47 code"""
    keywords: list[str] | None
    """words to expect"""
    server: Listening | None
    """custom-transcriber: where it listens"""
    options: dict[str, Any] | None
    """the vendor's own knobs"""


class OtherVoice(Object):
    """Any other vendor: ours, and those of installed packages (entry point yingda.tts). A vendor's own knobs stand beside the fields, as in Vapi's shapes, or in `options`."""

    caching_enabled: bool | None
    """greetings and other given sentences are synthesised once; default true"""
    filler_injection_enabled: bool | None
    """我查一下… while a model or tool is slow; default true"""
    chunk_plan: ChunkPlan | None
    """how text is cut"""
    fallback_plan: FallbackVoicePlan | None
    """who speaks when this one fails"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: str
    """tencent, iflytek, minimax, openai, custom-voice …"""
    voice_id: str | None
    """which of its voices"""
    model: str | None
    """which of its models"""
    language: str | None
    """BCP 47 code"""
    speed: float | None
    """1 = the voice's own; default 1"""
    server: Server | None
    """custom-voice: where voice-request goes"""
    options: dict[str, Any] | None
    """the vendor's own knobs"""


class OutputModel(Object):
    """Who draws the value, with the organisation's credential or the installation's key."""

    provider: str
    """such as openai, dashscope"""
    model: str
    """the provider's name for it"""
    temperature: float | None
    """0 … 2; default 0"""
    max_tokens: int | None
    """of the answer; default 2000"""
    messages: list[dict[str, Any]] | None
    """prompt [{role, content}]; {{transcript}}, {{schema}}"""


class OwnVoice(Object):
    """A voice of one's own. `voiceId` is what an assistant's voice wants, together with `model`."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    provider: str
    """as in assistants"""
    voice_id: str
    """the vendor's name of it: voiceId in assistants"""
    name: str
    """as given"""
    model: str
    """the model that speaks with it"""
    origin: Literal["copied", "designed"]
    """how it was made"""
    status: Literal["ready", "processing", "failed"]
    """whether it can speak; asked of the vendor while it is processing"""
    language: str | None
    """as given"""
    description: str | None
    """of a designed voice"""
    consent: Consent | None
    """of a copied voice"""
    credential_id: str | None
    """the account it is in; left out: the platform's"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    preview_audio: str | None
    """a sound file in base64, only when it was just designed"""
    trouble: str | None
    """why the vendor could not be asked for the status just now"""


class Percentiles(Object):
    """Milliseconds that half, 95 % and 99 % of the turns do not exceed."""

    p50: float
    """ms"""
    p95: float
    """ms"""
    p99: float
    """ms"""


class PhoneNumber(Object):
    """A phone number as it is stored, without its secrets."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    provider: Literal["byo-phone-number", "vapi"]
    """whose it is"""
    status: Literal["active"]
    """active"""
    number: str | None
    """E.164, or as given where the check is off"""
    number_e164_check_enabled: bool | None
    """as given"""
    credential_id: str | None
    """the SIP trunk"""
    sip_uri: str | None
    """the address it is called at"""
    authentication: dict[str, Any] | None
    """without its password"""
    name: str | None
    """for people"""
    assistant_id: str | None
    """who takes its calls"""
    squad_id: str | None
    """or which squad"""
    server: dict[str, Any] | None
    """without its secret"""
    fallback_destination: dict[str, Any] | None
    """as given"""
    hooks: list[dict[str, Any]] | None
    """as given"""


class PocketSphinxTranscriber(Object):
    """Offline English, without any key. Accurate only with a grammar or keywords."""

    fallback_plan: FallbackTranscriberPlan | None
    """who hears when this one fails; what was being said is replayed to it"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Literal["pocketsphinx"]
    """pocketsphinx (Yingda's own; unknown to Vapi's SDKs)"""
    language: Literal["en", "en-US", "en-us"] | None
    """the bundled model is English"""
    grammar: str | list[str] | None
    """JSGF text, or the list of sentences that can be said; may hold {{ }} templates"""
    keywords: list[str] | None
    """phrases to spot, when there is no grammar"""


class PromptMessage(Object):
    """One message of a question to a model."""

    role: Literal["system", "user", "assistant"]
    """who says it"""
    content: str
    """Liquid: {{transcript}}, {{systemPrompt}}, {{messages}}, {{endedReason}}, {{schema}}, {{rubric}}"""


class ProviderField(Object):
    """One field of a provider's credentials."""

    name: str
    """as in a credential"""
    required: bool
    """whether a credential must have it"""
    secret: bool
    """whether it is never shown again"""


class ProviderFields(Object):
    """What a credential of one provider consists of."""

    provider: str
    """as in a credential"""
    name: str
    """for people"""
    fields: list[ProviderField]
    """the required ones first"""
    one_of: list[str]
    """at least one of these fields must be given; empty: no such rule"""
    services: list[Literal["transcriber", "model", "voice"]]
    """what a test of it tries"""


class QianfanModel(Object):
    """An ERNIE model (文心) of Baidu's Qianfan."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """e.g. ernie-4.5-turbo-32k"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["qianfan"]
    """qianfan (Yingda's own; unknown to Vapi's SDKs)"""


class QueryTool(Object):
    """Lets the model look something up on your server; each knowledge base is a tool of its own."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["query"]
    """query"""
    knowledge_bases: list[KnowledgeBase]
    """who is asked"""


class RegexCondition(Object):
    """Whether a message matches a pattern."""

    type: Literal["regex"]
    """regex"""
    regex: str
    """searched in the message; (?i) ignores case"""
    target: MessageTarget | None
    """default the most recent message"""
    negate: bool | None
    """true: holds when it does not match; default false"""


class RegexOption(Object):
    """A switch of a regular expression."""

    type: Literal["ignore-case", "whole-word", "multi-line"]
    """which switch"""
    enabled: bool
    """on or off"""


class Replacement(Object):
    """Words spoken in another way."""

    type: Literal["exact", "regex"]
    """how `key` or `regex` is found"""
    key: str | None
    """exact only: the text to replace"""
    regex: str | None
    """regex only: the pattern to replace"""
    value: str
    """what is spoken instead"""
    replace_all_enabled: bool | None
    """exact only: every occurrence, not the first"""
    options: list[RegexOption] | None
    """regex only"""


class Replayed(Object):
    """What came of it."""

    replayed: int
    """how many deliveries are sent again"""
    more: bool
    """whether there were more than one request takes; ask again"""


class RequestFields(Object):
    """JSON Schema of what is sent. A property with `value` is always sent so, others are the model's."""

    type: Literal["object"] | None
    """always object"""
    properties: dict[str, dict[str, Any]] | None
    """name → JSON Schema; its `value` (any JSON, strings may hold {{ }} templates) fixes it"""
    required: list[str] | None
    """what the model must give"""
    description: str | None
    """what this is as a whole"""
    title: str | None
    """accepted; the model is not told"""


class ResponseMessage(Object):
    """The message in a response."""

    id: str
    """made of the chat's id"""
    type: Literal["message"]
    """message"""
    role: Literal["assistant"]
    """assistant"""
    status: Literal["in_progress", "completed"]
    """completed once all is said"""
    content: list[ResponseText]
    """one text"""


class ResponseObject(Object):
    """OpenAI's Response, as far as it applies."""

    id: str
    """the chat's id; previous_response_id of the next one"""
    object: Literal["response"]
    """response"""
    created_at: int
    """Unix seconds"""
    status: Literal["in_progress", "completed"]
    """completed once all is said"""
    model: str
    """the assistant's model"""
    output: list[ResponseMessage]
    """the answer"""
    metadata: dict[str, Any]
    """always empty"""
    parallel_tool_calls: bool
    """always true"""
    tool_choice: Literal["auto"]
    """auto"""
    tools: list[dict[str, Any]]
    """always empty: the assistant has its own"""
    session_id: str | None
    """the session (Yingda's own)"""


class ResponseText(Object):
    """Words of a response."""

    type: Literal["output_text"]
    """output_text"""
    text: str
    """what the assistant says"""
    annotations: list[dict[str, Any]]
    """always empty"""


class RetentionDays(Object):
    """How long things are kept after a call has ended (Yingda's own)."""

    recording: int | None
    """days; default for ever"""
    transcript: int | None
    """days for transcript, messages, analysis, log and webhook bodies; default for ever"""


class RoleRead(Object):
    """One role. Roles are fixed; whoever needs less makes a key with fewer scopes."""

    role: Literal["owner", "admin", "developer", "billing", "viewer"]
    """as in a member"""
    description: str
    """the role in a sentence"""
    scopes: list[str]
    """what its access tokens hold"""
    permissions: dict[str, list[Literal["read", "write"]]]
    """the same for every noun there is"""


class Roles(Object):
    """The whole map."""

    roles: list[RoleRead]
    """the mightiest first"""
    nouns: dict[str, str]
    """what a scope can be about, and what that covers"""
    public_key_scopes: list[str]
    """all that a public key can have"""


class ScriptRule(Object):
    """If what the caller said matches, this is the answer. Texts may hold {{ }} templates."""

    match: str | None
    """regular expression, found anywhere, any case"""
    reply: str | list[str] | None
    """the answer, or several taken in turn"""
    tool: ScriptTool | None
    """or the tool to call"""
    on_tool_result: str | list[str] | None
    """said when it has answered; {result} is its answer"""


class ScriptTool(Object):
    """The tool a rule calls."""

    name: str
    """one of the model's tools"""
    arguments: dict[str, Any] | None
    """{1} and {name} stand for what groups caught"""


class ScriptedModel(Object):
    """Not a language model: a script of rules, for trying out and for tests without any key."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Literal["scripted"]
    """scripted (Yingda's own; unknown to Vapi's SDKs)"""
    model: str | None
    """any name"""
    rules: list[ScriptRule] | None
    """the first match answers"""
    greeting: str | list[str] | None
    """the answer when nobody has spoken yet"""
    otherwise: str | list[str] | None
    """the answer when nothing matches"""


class SecretRead(Object):
    """With what webhooks are signed."""

    secret: str
    """whsec_…, for any Standard Webhooks library"""


class SecurityFilterPlan(Object):
    """Filters on what the caller says."""

    enabled: bool | None
    """not available yet: false"""
    filters: list[dict[str, Any]] | None
    """accepted while disabled"""
    mode: Literal["sanitize", "reject", "replace"] | None
    """default sanitize"""
    replacement_text: str | None
    """for mode replace"""


class Server(Object):
    """A URL of yours that we POST to."""

    url: str | None
    """http(s) URL; may hold {{ }} templates"""
    timeout_seconds: float | None
    """seconds for the whole answer; default 20"""
    headers: dict[str, Any] | None
    """sent with every request; values may hold {{ }} templates"""
    secret: str | None
    """sent as X-Vapi-Secret; sealed at rest, never returned"""
    backoff_plan: BackoffPlan | None
    """default: the platform's delivery schedule"""
    static_ip_addresses_enabled: bool | None
    """accepted; requests come from your installation's addresses"""
    credential_id: str | None
    """a credential of provider webhook or custom-credential: how requests show who asks"""
    encrypted_paths: list[str] | None
    """dotted paths in a tool's arguments that the credential's encryptionPlan encrypts"""


class Session(Object):
    """A session. What does not apply is left out."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    name: str | None
    """yours"""
    status: Literal["active", "completed"]
    """active or completed"""
    expiration_seconds: int
    """seconds after its last use"""
    expires_at: str
    """when it expires if nothing is said (Yingda's own)"""
    assistant_id: str | None
    """the stored assistant"""
    assistant: dict[str, Any] | None
    """the transient assistant, without secrets"""
    assistant_overrides: dict[str, Any] | None
    """variableValues"""
    squad_id: str | None
    """the stored squad"""
    squad: dict[str, Any] | None
    """the transient squad, without secrets"""
    customer: dict[str, Any] | None
    """as given"""
    messages: list[dict[str, Any]]
    """what was said, in order; the last 1000 messages"""
    cost: float
    """sum of costs, in CNY"""
    costs: list[dict[str, Any]]
    """per model; calls that went on here have their own"""


class SigningSecret(Object):
    """What JWT keys are signed with (HS256)."""

    value: str
    """shown in this answer only"""
    previous_expires_at: str | None
    """until when the one before still works"""


class SipDestination(Object):
    """A SIP address."""

    message: str | CustomMessage | None
    """said first; "" = nothing; default 正在为您转接，请稍等。"""
    description: str | None
    """for the model: when to transfer there"""
    caller_id: str | None
    """number shown; passed on to whoever carries the call"""
    transfer_plan: dict[str, Any] | None
    """passed on to whoever carries the call"""
    type: Literal["sip"]
    """sip"""
    sip_uri: str
    """sip:name@host"""
    sip_headers: dict[str, Any] | None
    """passed on to whoever carries the call"""


class SmartDenoisingPlan(Object):
    """Noise removal by a model."""

    enabled: bool | None
    """default true"""


class SmartEndpointingPlan(Object):
    """What judges whether the caller has finished. Ours is `vapi`: by the words, Mandarin and English. The fields in seconds, and `learnedPausesEnabled`, are this platform's own."""

    provider: Literal["vapi", "livekit", "custom-endpointing-model"]
    """vapi; livekit runs as vapi here, for its model knows English only; custom-endpointing-model: your server is asked"""
    wait_function: str | None
    """livekit only: milliseconds as an expression of x, how likely the caller goes on; taken at 0.1 for finished, 0.5 for undecided and 0.9 for unfinished words"""
    server: Server | None
    """custom-endpointing-model only: who is sent call.endpointing.request and answers {timeoutSeconds}; default assistant.server; the words decide when it is late"""
    finished_seconds: float | None
    """silence after a finished sentence, seconds; default 0.25"""
    undecided_seconds: float | None
    """silence after words that may be all, seconds; default 0.7"""
    unfinished_seconds: float | None
    """silence after words that cannot be all, seconds; default 1.8"""
    dictation_seconds: float | None
    """silence within a number or address asked for, seconds; default 3"""
    hold_seconds: float | None
    """patience after: 等一下, hold on; seconds; default 30"""
    learned_pauses_enabled: bool | None
    """whether a slow speaker is given more time than these; default true"""


class SparkModel(Object):
    """A Spark model (星火) of iFlytek."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """4.0Ultra, generalv3.5, lite, spark-x …"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["spark"]
    """spark (Yingda's own; unknown to Vapi's SDKs)"""
    top_k: int | None
    """how many candidates a word is chosen from"""


class Squad(Object):
    """A squad as it is stored, without its secrets."""

    name: str | None
    """for people; at most 40 characters"""
    members: list[SquadMember] | None
    """its assistants"""
    members_overrides: AssistantOverrides | None
    """laid over every member, after its own overrides"""
    transfers: list[SquadTransfer] | None
    """who may hand over to whom"""
    faqs: list[Faq] | None
    """prepared answers, for conversations in text"""
    max_handoffs: int | None
    """handoffs in one conversation; default 10"""
    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    latest_version: str
    """v1, and one more for every change"""


class SquadDestination(Object):
    """Another squad: its members stand beside those there are."""

    description: str | None
    """for the model: when to hand the caller over"""
    message: str | CustomMessage | None
    """said first, {name} being who takes over; "" = silent; default 正在为您转接{name}…"""
    transfer_mode: (
        Literal[
            "rolling-history",
            "swap-system-message-in-history",
            "swap-system-message-in-history-and-remove-transfer-tool-messages",
            "delete-history",
        ]
        | None
    )
    """what the next model knows; default: everything, under its own prompt"""
    context_engineering_plan: ContextPlan | None
    """how much goes along; default all"""
    variable_extraction_plan: HandoffVariables | None
    """asked of the model with the handoff"""
    type: Literal["squad"]
    """squad"""
    squad_id: str | None
    """a stored squad"""
    squad: dict[str, Any] | None
    """or a squad only for this (CreateSquad)"""
    entry_assistant_name: str | None
    """who takes over; default its entry member"""
    squad_overrides: dict[str, Any] | None
    """laid over every member"""


class SquadMember(Object):
    """One assistant of the squad: a stored one or one of its own."""

    assistant_id: str | None
    """a stored assistant"""
    agent_id: str | None
    """another word for assistantId"""
    assistant: CreateAssistant | None
    """or an assistant only for this squad"""
    assistant_overrides: AssistantOverrides | None
    """laid over the assistant"""
    assistant_destinations: list[MemberDestination] | None
    """whom it may hand the caller to"""
    assistant_version: str | None
    """a version of the stored assistant, e.g. v2; default the latest"""
    role: Literal["primary", "secondary", "specialist"] | None
    """the first primary member takes the call; default secondary"""
    skills: list[str] | None
    """what it can do, e.g. 退款; commas separate synonyms"""
    priority: int | None
    """higher goes first among equally skilled; default 0"""
    refusal_enabled: bool | None
    """whether it may give a caller back; default true"""


class SquadTransfer(Object):
    """The same as a destination, said for the squad as a whole. Members by name or by assistant id."""

    from_: str
    """the member that may hand over"""
    to: str
    """the member that takes over"""
    description: str | None
    """for the model: when"""
    message: str | CustomMessage | None
    """as in a destination"""
    transfer_mode: (
        Literal[
            "rolling-history",
            "swap-system-message-in-history",
            "swap-system-message-in-history-and-remove-transfer-tool-messages",
            "delete-history",
        ]
        | None
    )
    """as in a destination"""


class StartSpeakingPlan(Object):
    """When the assistant answers. Rules come first, then the smart plan, then the transcript's ending."""

    wait_seconds: float | None
    """least pause before speaking, seconds; left out: the words decide"""
    smart_endpointing_enabled: bool | Literal["livekit"] | None
    """deprecated spelling of smartEndpointingPlan"""
    smart_endpointing_plan: SmartEndpointingPlan | None
    """default: ours, unless a transcriptionEndpointingPlan is given"""
    custom_endpointing_rules: list[CustomEndpointingRule] | None
    """pauses of their own for certain words; the first match decides"""
    transcription_endpointing_plan: TranscriptionEndpointingPlan | None
    """by how the transcript ends; used where there is no smart plan"""
    speculation_enabled: bool | None
    """ours: a reply may begin, unheard, before it is certain that the caller has finished"""


class StayOnLineConsent(Object):
    """Who stays on the line agrees."""

    message: str
    """said before anything else; it must say how consent is given or refused"""
    first_message_mode: Literal["assistant-speaks-first", "assistant-waits-for-user"] | None
    """whether it is said at once or after the caller's first words"""
    voice: dict[str, Any] | None
    """not available: the assistant's own voice says it"""
    type: Literal["stay-on-line"]
    """stay-on-line"""
    wait_seconds: float | None
    """seconds to hang up in; default 3"""


class StopSpeakingPlan(Object):
    """When the caller's speech stops the assistant. `mode`, `commitSeconds`, `resumeSeconds` and `echoGuardEnabled` are this platform's own."""

    num_words: int | None
    """words (Chinese: characters) that interrupt; 0 = voice does, too"""
    voice_seconds: float | None
    """speech before the assistant falls silent, seconds; default 0.2"""
    backoff_seconds: float | None
    """least silence after an interruption, seconds; left out: none"""
    acknowledgement_phrases: list[str] | None
    """never interrupt; in place of ours: 嗯, 好的, uh-huh …"""
    interruption_phrases: list[str] | None
    """always interrupt, wherever they stand; in place of ours: 停, 等一下, stop …"""
    mode: Literal["voice", "keywords", "off"] | None
    """keywords: only an interruption phrase stops the assistant; off: nothing does"""
    commit_seconds: float | None
    """speech that stops the assistant for good, seconds; default 0.5"""
    resume_seconds: float | None
    """silence without words until it goes on, seconds; default 1.2"""
    echo_guard_enabled: bool | None
    """the assistant's own voice, coming back by the caller's line, does not interrupt"""


class StoredCustomKnowledgeBase(Object):
    """A knowledge server as it is stored, without its secret."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    provider: Literal["custom-knowledge-base"]
    """custom-knowledge-base"""
    server: dict[str, Any]
    """as given, without its secret"""
    name: str | None
    """as given"""


class StoredTool(Object):
    """What every stored tool has beside its own fields, which are those it was created with."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    latest_version: str
    """v1, v2 …: counts its changes"""
    type: Literal[
        "function", "apiRequest", "transferCall", "endCall", "dtmf", "handoff", "query", "mcp", "voicemail"
    ]
    """what kind of tool; never changes"""


class StructuredDataMultiPlan(Object):
    """One of several values, in `analysis.structuredDataMulti` as {key: value}."""

    key: str
    """its name in the result"""
    plan: StructuredDataPlan
    """what is drawn; enabled unless it says enabled: false"""


class StructuredDataPlan(Object):
    """A value drawn from every call, in `analysis.structuredData`; left out if it does not fit the schema."""

    enabled: bool | None
    """default false"""
    messages: list[PromptMessage] | None
    """what the model is asked; default our own, in the language of the call"""
    schema: dict[str, Any] | None
    """JSON Schema of the value; nothing is drawn without one"""
    timeout_seconds: float | None
    """seconds for the answer and one correction; default 5"""


class StructuredOutput(Object):
    """A structured output."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""
    name: str
    """its name"""
    type: str
    """ai or regex"""
    schema: dict[str, Any]
    """JSON Schema of the value"""
    regex: str | None
    """for type regex"""
    model: dict[str, Any] | None
    """who draws the value"""
    compliance_plan: dict[str, Any] | None
    """what is kept nevertheless"""
    conditions: list[dict[str, Any]] | None
    """when it is drawn"""
    description: str | None
    """for people and the model"""
    assistant_ids: list[str] | None
    """after whose calls it is drawn"""
    workflow_ids: list[str] | None
    """always empty"""


class StructuredOutputCompliancePlan(Object):
    """Whether the result is kept where nothing else of the call is."""

    force_store_on_hipaa_enabled: bool | None
    """keep the result of calls of which nothing is kept; default false"""


class SuccessEvaluationPlan(Object):
    """Whether the call reached its aim: text in `analysis.successEvaluation`."""

    enabled: bool | None
    """default true"""
    rubric: (
        Literal[
            "NumericScale",
            "DescriptiveScale",
            "Checklist",
            "Matrix",
            "PercentageScale",
            "LikertScale",
            "AutomaticRubric",
            "PassFail",
        ]
        | None
    )
    """PassFail: true or false; NumericScale: 1 to 10; PercentageScale: 0% to 100%; DescriptiveScale: Excellent, Good, Fair, Poor; LikertScale: Strongly Agree … Strongly Disagree; Checklist, Matrix, AutomaticRubric: a JSON array of criteria with met, level or score; default PassFail"""
    messages: list[PromptMessage] | None
    """what the model is asked; default our own, in the language of the call"""
    timeout_seconds: float | None
    """seconds for the answer and one correction; default 5"""


class SummaryPlan(Object):
    """A summary of every call, in `analysis.summary`."""

    enabled: bool | None
    """default true"""
    messages: list[PromptMessage] | None
    """what the model is asked; default our own, in the language of the call"""
    timeout_seconds: float | None
    """seconds for the answer and one correction; default 5"""


class TextContent(Object):
    """One language's version of a message."""

    type: Literal["text"]
    """always text"""
    text: str
    """what is said"""
    language: str
    """BCP 47 code, e.g. zh or en"""


class TimeRangeShown(Object):
    """Which calls were counted."""

    start: datetime
    """ISO 8601, UTC, milliseconds"""
    end: datetime
    """ISO 8601, UTC, milliseconds; not itself in the range"""
    timezone: str
    """by whose clocks a step begins"""
    step: str | None
    """one row for each; left out: one for all"""


class Tokens(Object):
    """`accessToken` goes into the Authorization header; `refreshToken` buys the next pair, once."""

    access_token: str
    """a JWT (EdDSA, or RS256 with an RSA key); verify it with /.well-known/jwks.json"""
    refresh_token: str
    """good once, for 7 days"""
    token_type: str | None
    """how the access token is sent"""
    expires_in: int
    """seconds the access token is good for"""


class ToolMessage(Object):
    """What is said around a tool call. Of several for one moment the first whose conditions hold is said."""

    type: Literal["request-start", "request-complete", "request-failed", "request-response-delayed"]
    """at which moment"""
    content: str | None
    """the words; empty = nothing; may hold {{ }} templates"""
    contents: list[TextContent] | None
    """the words per language; content is for all others"""
    conditions: list[Condition] | None
    """all must hold"""
    blocking: bool | None
    """request-start: the call waits until it has been heard"""
    role: Literal["assistant", "system"] | None
    """request-complete and -failed: assistant (default) = said in the model's place; system = told the model"""
    end_call_after_spoken_enabled: bool | None
    """request-complete and -failed: the call ends then"""
    timing_milliseconds: int | None
    """request-response-delayed: after how many ms; default 1200"""


class ToolParameter(Object):
    """An argument that your server is always sent; the model neither sees nor sets it."""

    key: str
    """name of the argument"""
    value: Any
    """any JSON; strings may hold {{ }} templates"""


class ToolRef(Object):
    """A stored tool, and which version of it."""

    tool_id: str
    """the stored tool"""
    version: Literal["latest"]
    """latest: tools keep no older versions"""


class ToolRejectionPlan(Object):
    """The tool is not run while all of these hold; the model is told so."""

    conditions: list[RegexCondition | LiquidCondition | GroupCondition] | None
    """all must hold; a group with OR asks for one; at most 20, those in groups included"""


class TrafficAllocation(Object):
    """One decision; the newest of an assistant is in force."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    assistant_id: str
    """whose calls"""
    allocations: list[dict[str, Any]]
    """{version, weight} each"""
    created_at: str
    """ISO 8601, UTC, milliseconds"""
    updated_at: str
    """ISO 8601, UTC, milliseconds"""


class TranscriptPlan(Object):
    """How the transcript reads."""

    enabled: bool | None
    """false: no transcript, the messages are there all the same"""
    assistant_name: str | None
    """who speaks for us; default AI"""
    user_name: str | None
    """who calls; default User"""


class TranscriptionEndpointingPlan(Object):
    """How long a silence ends a turn by how the transcript ends, where no smart plan judges the words."""

    on_punctuation_seconds: float | None
    """after a finished sentence, seconds"""
    on_no_punctuation_seconds: float | None
    """after an unfinished one, seconds"""
    on_number_seconds: float | None
    """after a number, seconds"""


class TransferCallTool(Object):
    """Transfers the call; offered under the name transferCall with the argument destination."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["transferCall"]
    """transferCall"""
    destinations: list[NumberDestination | SipDestination | AssistantDestination] | None
    """where to; empty = your server is asked by transfer-destination-request"""
    function: Function | None
    """another name or description for the model"""
    server: Server | None
    """who is asked; default assistant.server"""


class Trial(Object):
    """Whether a credential works."""

    ok: bool
    """true if at least one service answered and no key was refused"""
    provider: str
    """whose account"""
    at: str
    """ISO 8601, UTC, milliseconds"""
    checks: list[Check]
    """one for each service that was tried"""


class UsageRead(Object):
    """One component's use in one session."""

    id: str
    """UUID"""
    org_id: str
    """the organisation it belongs to"""
    created_at: datetime
    """ISO 8601, UTC, milliseconds"""
    call_id: str
    """the call, chat or squad session it was used in"""
    session_id: str
    """the session of that call"""
    usage_id: str
    """unique in its session"""
    component: str
    """transport, transcriber, model, voice, platform or analysis"""
    provider: str
    """as in assistants"""
    model: str
    """the vendor's model; empty: its default"""
    quantities: dict[str, float]
    """seconds, characters, promptTokens …"""
    estimated: bool
    """true when the vendor did not say"""
    used_at: datetime
    """when; the price of that moment counts"""
    cost_micros: int
    """millionths of currency"""
    currency: str
    """the platform's, e.g. CNY"""
    lines: list[dict[str, Any]]
    """per quantity: price, its source and date, exchange rate"""
    unpriced: list[str]
    """quantities that prices.yaml has no price for; they cost 0"""


class VariableExtractionPlan(Object):
    """What of a tool's JSON answer becomes variables for tools that follow in the conversation."""

    schema: dict[str, Any] | None
    """JSON Schema: its properties are taken from the answer; a plain value needs a title"""
    aliases: list[AssistantsSchemasToolPlansAlias] | None
    """variables made of others"""


class VendorFigures(Object):
    """What the calls of the organisation saw of one vendor's model."""

    component: Literal["transcriber", "model", "voice"]
    """what it was asked for"""
    provider: str
    """as in assistants"""
    model: str
    """empty: the vendor's default"""
    requests: int
    """recognitions, replies, pieces spoken; hedged second requests too"""
    failures: dict[str, int]
    """by kind: auth, quota, rate_limit, server, network, timeout …"""
    error_rate: float
    """failures per request, 0 … 1"""
    waits: dict[str, VendorWait]
    """connect: until a standby's connection was open; firstPartial: from the first sound like speech; final: from the end of speech; firstToken: from the request; firstAudio: from the text"""


class VendorWait(Object):
    """How long something took, in ms, right within 5 %."""

    count: int
    """how often it was measured"""
    p50: float
    """ms"""
    p95: float
    """ms"""
    p99: float
    """ms"""


class Vendors(Object):
    """How vendors do, as the organisation's own calls saw it."""

    from_: datetime
    """the beginning of the first hour"""
    to: datetime
    """now"""
    vendors: list[VendorFigures]
    """one for each vendor's model"""


class VerbalConsent(Object):
    """Who says so agrees; who does not is not recorded."""

    message: str
    """said before anything else; it must say how consent is given or refused"""
    first_message_mode: Literal["assistant-speaks-first", "assistant-waits-for-user"] | None
    """whether it is said at once or after the caller's first words"""
    voice: dict[str, Any] | None
    """not available: the assistant's own voice says it"""
    type: Literal["verbal"]
    """verbal"""
    decline_tool: dict[str, Any] | None
    """{"type": "endCall"}: a refusal ends the call; default: it goes on unrecorded"""
    decline_tool_id: str | None
    """not available: give declineTool"""


class Version(Object):
    """One version of an assistant. `v1` is what it was created as; every change makes the next."""

    assistant_id: str
    """the assistant"""
    version: str
    """v1, v2 …; assistantVersion of a call or a squad's member"""
    is_latest: bool
    """whether calls use it that name no version"""
    name: str | None
    """yours"""
    description: str | None
    """yours"""
    created_at: str
    """when it was made or kept; ISO 8601, UTC, milliseconds"""
    assistant: dict[str, Any] | None
    """the configuration, without secrets; left out in lists"""


class VoicemailBackoffPlan(Object):
    """When a voicemail is looked for."""

    start_at_seconds: float | None
    """seconds"""
    frequency_seconds: float | None
    """seconds"""
    max_retries: int | None
    """how often"""


class VoicemailDetectionPlan(Object):
    """Is it a machine that answered? Whatever the provider, it is told by its words and its beep, for the first 35 seconds of the call; twilio's own fields are stored."""

    provider: Literal["vapi", "google", "openai", "twilio"]
    """accepted; the platform detects"""
    type: Literal["audio", "transcript"] | None
    """transcript: by what it says; audio: also by its beep alone; default audio"""
    beep_max_await_seconds: float | None
    """from the call's start: the message is said then, beep or not; default 30"""
    backoff_plan: VoicemailBackoffPlan | None
    """accepted; listened to all the time"""
    enabled: bool | None
    """twilio only"""
    voicemail_detection_types: list[str] | None
    """twilio only"""
    machine_detection_timeout: float | None
    """twilio only, seconds"""
    machine_detection_speech_threshold: float | None
    """twilio only, ms"""
    machine_detection_speech_end_threshold: float | None
    """twilio only, ms"""
    machine_detection_silence_timeout: float | None
    """twilio only, ms"""


class VoicemailTool(Object):
    """Lets the model leave `voicemailMessage` and hang up; it is offered under the name voicemail."""

    messages: list[ToolMessage] | None
    """what is said around the call"""
    rejection_plan: ToolRejectionPlan | None
    """when it is not run; default never"""
    type: Literal["voicemail"]
    """voicemail"""
    beep_detection_enabled: bool | None
    """wait for the beep first; default false"""
    function: Function | None
    """another name or description for the model"""


class WebChat(Object):
    """What a page gets to know of a chat."""

    id: str
    """UUID"""
    session_id: str
    """give it with the next message"""
    output: list[dict[str, Any]]
    """what the assistant said"""


class ZhipuModel(Object):
    """A GLM model of Zhipu (智谱). glm-5.3 always thinks, a little."""

    messages: list[OpenAIMessage] | None
    """the prompt; usually one system message"""
    tools: (
        list[
            FunctionTool
            | ApiRequestTool
            | TransferCallTool
            | EndCallTool
            | DtmfTool
            | HandoffTool
            | QueryTool
            | McpTool
            | VoicemailTool
        ]
        | None
    )
    """what the model may call"""
    temperature: float | None
    """0 = always the likeliest word; default 0.5"""
    max_tokens: int | None
    """tokens per reply; default 250"""
    emotion_recognition_enabled: bool | None
    """not available yet: false"""
    num_fast_turns: int | None
    """not available yet: 0"""
    tool_ids: list[str] | None
    """stored tools, beside those in tools"""
    tool_refs: list[ToolRef] | None
    """the same with the version that is meant"""
    knowledge_base: CustomKnowledgeBase | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledge_base_id: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: list[Function] | None
    """deprecated spelling of function tools"""
    fallback_plan: FallbackModelPlan | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float | None
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str | None
    """e.g. glm-4.7-flash, glm-4.5-air, glm-5.3-flash"""
    realtime: dict[str, Any] | None
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enable_thinking: bool | None
    """let the model reason first; slow in conversation"""
    provider: Literal["zhipu"]
    """zhipu (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["intl"] | None
    """intl: api.z.ai; keys differ"""
    reasoning_effort: Literal["low", "medium", "high"] | None
    """for glm-5.3"""
