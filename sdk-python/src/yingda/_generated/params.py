"""What the API is sent. Written by scripts/sdk-python from the OpenAPI document: do not edit.

Arguments of methods are spelt as in Python, dictionaries as in the API.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from yingda._options import FileInput, Given


class AllocationParam(TypedDict, total=False):
    """One version's share of the calls."""

    version: Required[str]
    """v1, v2 …"""
    weight: Required[float]
    """its share, relative to the sum of all weights"""


class AnalysisPlanParam(TypedDict, total=False):
    """What is worked out after the call, by the assistant's own model or the platform's."""

    minMessagesThreshold: int
    """with fewer messages of user and assistant nothing is analysed; default 2"""
    summaryPlan: SummaryPlanParam | None
    """default: enabled"""
    structuredDataPlan: StructuredDataPlanParam | None
    """one value; default: none"""
    structuredDataMultiPlan: Sequence[StructuredDataMultiPlanParam]
    """several values; default: none"""
    successEvaluationPlan: SuccessEvaluationPlanParam | None
    """default: enabled, PassFail"""
    outcomeIds: Sequence[str]
    """not available: use structured outputs"""
    summaryPrompt: str | None
    """deprecated spelling of summaryPlan.messages"""


class AnalyticsOperationParam(TypedDict, total=False):
    """One number of a result's row."""

    operation: Required[Literal["sum", "avg", "count", "min", "max", "history"]]
    """what is done with the column; history lists [time, value] for at most 10,000 calls"""
    column: Required[
        Literal[
            "id",
            "cost",
            "costBreakdown.llm",
            "costBreakdown.stt",
            "costBreakdown.tts",
            "costBreakdown.vapi",
            "costBreakdown.transport",
            "costBreakdown.analysisBreakdown.summary",
            "costBreakdown.transcriber",
            "costBreakdown.ttsCharacters",
            "costBreakdown.llmPromptTokens",
            "costBreakdown.llmCompletionTokens",
            "costBreakdown.llmCachedPromptTokens",
            "duration",
            "concurrency",
            "minutesUsed",
        ]
    ]
    """costs in CNY, duration in seconds, minutesUsed in minutes; concurrency: calls at once, counted whenever one begins; id can be counted"""
    alias: str | None
    """its name in the result; default operation and column, such as sumCost"""


class AnalyticsQueryParam(TypedDict, total=False):
    """One question about many calls."""

    table: Required[Literal["call", "subscription"]]
    """call, or subscription: the same calls as what is paid for (minutesUsed, concurrency)"""
    name: Required[str]
    """of the result"""
    operations: Required[Sequence[AnalyticsOperationParam]]
    """the numbers of each row"""
    groupBy: Sequence[Literal["type", "assistantId", "endedReason", "analysis.successEvaluation", "status"]]
    """one row for each"""
    groupByVariableValue: Sequence[VariableValueGroupByParam]
    """one row for each value"""
    timeRange: TimeRangeParam | None
    """default: the last 7 days in one row"""


class ApiRequestToolParam(TypedDict, total=False):
    """An HTTP request that we make ourselves; its answer goes to the model."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    variableExtractionPlan: VariableExtractionPlanParam | None
    """what of its JSON answer tools that follow may use in templates"""
    type: Required[Literal["apiRequest"]]
    """apiRequest"""
    name: str
    """its name for the model: letters, digits, _ and -; default api_request_tool"""
    description: str
    """for the model: when to make the request"""
    method: Required[Literal["POST", "GET", "PUT", "PATCH", "DELETE"]]
    """the HTTP method"""
    url: Required[str]
    """http(s) URL; may hold {{ }} templates of variables and arguments. What no variable is called becomes an argument of the model. Arguments are percent-encoded"""
    headers: HeaderFieldsParam | None
    """headers to send; default Content-Type alone"""
    body: RequestFieldsParam | None
    """what is sent: as JSON, or with GET in the query; default nothing"""
    parameters: Sequence[ToolParameterParam]
    """always sent beside the body's properties"""
    timeoutSeconds: float
    """seconds for the whole answer, repetitions included; default 20"""
    backoffPlan: BackoffPlanParam | None
    """how a request that failed (no answer, 429, 5xx) is repeated; default not at all"""
    credentialId: str | None
    """a stored credential (webhook, custom-credential)"""
    encryptedPaths: Sequence[str]
    """not available yet: leave empty"""
    function: FunctionParam | None
    """accepted, as older configurations have it; its name counts where name is left out"""


class ArkModelParam(TypedDict, total=False):
    """A Doubao model (豆包) of Volcengine's Ark, or an endpoint there."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: Required[str]
    """a model, e.g. doubao-seed-2-1-lite-260915, or an endpoint, ep-…"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["ark"]]
    """ark (Yingda's own; unknown to Vapi's SDKs)"""
    serviceTier: Literal["auto", "default"] | None
    """passed on"""


class ArtifactPlanParam(TypedDict, total=False):
    """What is kept of a call."""

    recordingEnabled: bool
    """keep a stereo recording: caller left, assistant right"""
    recordingFormat: Literal["wav;l16", "mp3"]
    """what recording URLs lead to; the recording itself is kept as WAV"""
    recordingUseCustomStorageEnabled: bool
    """accepted; storage is the installation's"""
    recordingPath: str
    """accepted; not used"""
    videoRecordingEnabled: bool
    """not available: calls have no video; false"""
    fullMessageHistoryEnabled: bool
    """accepted; the history is always full"""
    pcapEnabled: bool
    """accepted; no line is captured, so there is never a pcapUrl"""
    pcapS3PathPrefix: str
    """accepted; not used"""
    pcapUseCustomStorageEnabled: bool
    """accepted; not used"""
    loggingEnabled: bool
    """false: what the call's log holds is erased once its report has been written"""
    loggingUseCustomStorageEnabled: bool
    """accepted; not used"""
    loggingPath: str
    """accepted; not used"""
    transcriptPlan: TranscriptPlanParam | None
    """how the transcript reads"""
    structuredOutputIds: Sequence[str]
    """stored structured outputs to draw after the call"""
    structuredOutputs: Sequence[CreateStructuredOutputParam]
    """structured outputs only for these calls"""
    scorecardIds: Sequence[str]
    """not available yet: leave empty"""
    scorecards: Sequence[Mapping[str, Any]]
    """not available yet: leave empty"""


class AssistantAliasParam(TypedDict, total=False):
    """A variable made of others."""

    key: Required[str]
    """its name in templates"""
    value: Required[str]
    """a template, e.g. {{ firstName }} {{ lastName }}"""


class AssistantCompliancePlanParam(TypedDict, total=False):
    """Promises about data. What this version cannot keep is refused, never silently ignored."""

    maskingEnabled: bool
    """mask telephone, bank card and identity card numbers and e-mail addresses"""
    retentionDays: RetentionDaysParam | None
    """when recordings and transcripts are erased"""
    hipaaEnabled: bool
    """true: no recording is made, and transcript, messages and log are erased once the report has been delivered; default false"""
    pciEnabled: bool
    """true: no recording is made, and transcript, messages and log are erased once the report has been delivered; default false"""
    securityFilterPlan: SecurityFilterPlanParam | None
    """filters"""
    recordingConsentPlan: StayOnLineConsentParam | VerbalConsentParam | None
    """the recording begins when the caller has agreed; default: at once, without asking"""


class AssistantDestinationParam(TypedDict, total=False):
    """Another member of the squad, by its assistant's name."""

    message: str | CustomMessageParam | None
    """said first; "" = nothing; default 正在为您转接，请稍等。"""
    description: str
    """for the model: when to transfer there"""
    type: Required[Literal["assistant"]]
    """assistant"""
    assistantName: Required[str]
    """the member's name"""
    transferMode: str | None
    """accepted; the squad decides what goes along"""


AssistantOverridesParam = TypedDict(
    "AssistantOverridesParam",
    {
        "name": "str | None",
        "model": "OpenAIModelParam | GoogleModelParam | CustomLLMModelParam | DeepSeekModelParam | MinimaxLLMModelParam | DashScopeModelParam | MoonshotModelParam | ZhipuModelParam | QianfanModelParam | SparkModelParam | ArkModelParam | HunyuanModelParam | ScriptedModelParam | OtherModelParam | None",
        "transcriber": "PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam | None",
        "voice": "EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam | None",
        "firstMessage": "str",
        "firstMessageMode": "Literal['assistant-speaks-first', 'assistant-speaks-first-with-model-generated-message', 'assistant-waits-for-user', 'assistant-speaks-after-greeting']",
        "firstMessageInterruptionsEnabled": "bool",
        "maxDurationSeconds": "int",
        "silenceTimeoutSeconds": "float",
        "endCallMessage": "str",
        "endCallPhrases": "Sequence[str]",
        "clientMessages": "Sequence[Literal['conversation-update', 'assistant.speechStarted', 'function-call', 'function-call-result', 'hang', 'language-changed', 'language-change-detected', 'metadata', 'model-output', 'speech-update', 'status-update', 'transcript', 'tool-calls', 'tool-calls-result', 'tool.completed', 'transfer-update', 'user-interrupted', 'voice-input', 'workflow.node.started', 'assistant.started', 'turn-metrics']] | None",
        "server": "ServerParam | None",
        "serverMessages": "Sequence[Literal['assistant.started', 'assistant.speechStarted', 'conversation-update', 'end-of-call-report', 'function-call', 'hang', 'language-changed', 'language-change-detected', 'model-output', 'phone-call-control', 'speech-update', 'status-update', 'transcript', 'transcript[transcriptType=\"final\"]', 'tool-calls', 'transfer-destination-request', 'handoff-destination-request', 'transfer-update', 'user-interrupted', 'voice-input', 'chat.created', 'chat.deleted', 'session.created', 'session.updated', 'session.deleted', 'call.deleted', 'call.delete.failed', 'call.artifact.upload']] | None",
        "credentials": "Sequence[InlineCredentialParam]",
        "startSpeakingPlan": "StartSpeakingPlanParam | None",
        "stopSpeakingPlan": "StopSpeakingPlanParam | None",
        "analysisPlan": "AnalysisPlanParam | None",
        "artifactPlan": "ArtifactPlanParam | None",
        "monitorPlan": "MonitorPlanParam | None",
        "compliancePlan": "AssistantCompliancePlanParam | None",
        "backgroundSpeechDenoisingPlan": "BackgroundSpeechDenoisingPlanParam | None",
        "keypadInputPlan": "KeypadInputPlanParam | None",
        "observabilityPlan": "LangfuseObservabilityPlanParam | None",
        "voicemailDetection": "VoicemailDetectionPlanParam | Literal['off'] | None",
        "voicemailMessage": "str",
        "hooks": "Sequence[HookParam]",
        "backgroundSound": "Literal['off', 'office', 'music'] | str | None",
        "modelOutputInMessagesEnabled": "bool",
        "transportConfigurations": "Sequence[Mapping[str, Any]]",
        "metadata": "Mapping[str, Any]",
        "credentialIds": "Sequence[str]",
        "messagePlan": "MessagePlanParam | None",
        "backgroundDenoisingEnabled": "bool | None",
        "hipaaEnabled": "bool",
        "serverUrl": "str | None",
        "serverUrlSecret": "str | None",
        "customerJoinTimeoutSeconds": "float | None",
        "variableValues": "Mapping[str, Any]",
        "tools:append": "Sequence[FunctionToolParam | ApiRequestToolParam | TransferCallToolParam | EndCallToolParam | DtmfToolParam | HandoffToolParam | QueryToolParam | McpToolParam | VoicemailToolParam]",
    },
    total=False,
)


class AssistantsSchemasToolPlansAliasParam(TypedDict, total=False):
    """A variable that is made of others."""

    key: Required[str]
    """its name"""
    value: Required[str]
    """a template; knows the variables and the answer's fields"""


class AudioFormatParam(TypedDict, total=False):
    """Raw mono audio, the same in both directions."""

    format: Literal["pcm_s16le", "mulaw", "alaw"]
    """pcm_s16le, or G.711 mulaw or alaw (alaw is Yingda's own)"""
    sampleRate: int | None
    """Hz; default 16000 for pcm_s16le, 8000 for mulaw and alaw"""
    container: Literal["raw"]
    """frames without header"""


class BackgroundSpeechDenoisingPlanParam(TypedDict, total=False):
    """Stored and returned; not acted on by this version."""

    smartDenoisingPlan: SmartDenoisingPlanParam | None
    """by a model"""
    fourierDenoisingPlan: FourierDenoisingPlanParam | None
    """by spectrum"""


class BackoffPlanParam(TypedDict, total=False):
    """How a failed request is tried again."""

    type: Required[Literal["fixed", "exponential"]]
    """fixed: the same pause; exponential: doubled"""
    maxRetries: Required[int]
    """tries after the first; 0 = none"""
    baseDelaySeconds: Required[float]
    """first pause, seconds"""
    excludedStatusCodes: Sequence[Mapping[str, Any] | int]
    """HTTP status codes that are final"""


class BearerPlanParam(TypedDict, total=False):
    """One token, sent with every request."""

    type: Required[Literal["bearer"]]
    """a token of yours"""
    token: str | None
    """the token; required; never returned, and kept by a PATCH that leaves it out"""
    headerName: str
    """which header; default Authorization"""
    bearerPrefixEnabled: bool
    """whether `Bearer ` comes before it; default true"""


class ChatFunctionParam(TypedDict, total=False):
    """What a model called."""

    name: Required[str]
    """the tool's name"""
    arguments: Required[str]
    """its arguments as JSON text"""


class ChatMessageParam(TypedDict, total=False):
    """One message. Those of calls, whose words stand in `message`, are taken too."""

    role: Required[Literal["system", "user", "assistant", "tool", "developer"]]
    """system, developer, user, assistant or tool"""
    content: str | None
    """what was said"""
    message: str | None
    """another word for content, as calls have it"""
    tool_calls: Sequence[ChatToolCallParam]
    """assistant: what it called"""
    tool_call_id: str | None
    """tool: which call this answers"""
    name: str | None
    """who of several said it"""
    metadata: Mapping[str, Any] | None
    """your own; kept, and not shown to the model"""
    refusal: str | None
    """kept, and not shown to the model"""
    time: float | None
    """Unix ms; default now"""
    endTime: float | None
    """accepted; not kept"""
    secondsFromStart: float | None
    """accepted; not kept"""
    duration: float | None
    """accepted; not kept"""
    type: Literal["message"] | None
    """accepted, as OpenAI writes it"""


class ChatOverridesParam(TypedDict, total=False):
    """The values of templates, and nothing else."""

    variableValues: Mapping[str, Any]
    """values for {{ }} templates, by name"""


class ChatToolCallParam(TypedDict, total=False):
    """One call of a tool, as OpenAI writes it."""

    id: Required[str]
    """the message of role tool names it"""
    type: Literal["function"]
    """function"""
    function: Required[ChatFunctionParam]
    """what was called"""


class ChunkPlanParam(TypedDict, total=False):
    """How text is cut before it is spoken. `<flush />` in the text speaks what there is."""

    enabled: bool
    """false: whole sentences only, no early first piece"""
    minCharacters: int
    """shortest piece, characters; not given: ours, 4 for the first piece"""
    punctuationBoundaries: Sequence[
        Literal["。", "，", ".", "!", "?", ";", ")", "،", "۔", "।", "॥", "|", "||", ",", ":"]
    ]
    """cut at these marks only; default: at ours"""
    formatPlan: FormatPlanParam | None
    """how numbers, dates … are read"""


class ConditionParam(TypedDict, total=False):
    """When a message is chosen, by the value of an argument."""

    operator: Required[Literal["eq", "neq", "gt", "gte", "lt", "lte"]]
    """comparison"""
    param: Required[str]
    """name of the argument"""
    value: Required[Any]
    """what it is compared with"""


class ContextPlanParam(TypedDict, total=False):
    """How much of the conversation goes along."""

    type: Required[
        Literal["all", "none", "lastNMessages", "userAndAssistantMessages", "previousAssistantMessages"]
    ]
    """all; none; lastNMessages; userAndAssistantMessages: words only, no tools; previousAssistantMessages: what was said since the assistant that hands over took over"""
    maxMessages: int | None
    """lastNMessages: how many"""


class CreateAssistantParam(TypedDict, total=False):
    """A new assistant. What is left out has the default described."""

    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModelParam
        | GoogleModelParam
        | CustomLLMModelParam
        | DeepSeekModelParam
        | MinimaxLLMModelParam
        | DashScopeModelParam
        | MoonshotModelParam
        | ZhipuModelParam
        | QianfanModelParam
        | SparkModelParam
        | ArkModelParam
        | HunyuanModelParam
        | ScriptedModelParam
        | OtherModelParam
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam | None
    """who hears; default: the installation's"""
    voice: EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam | None
    """who speaks; default: the installation's"""
    firstMessage: str
    """what the assistant says first; may hold {{ }} templates"""
    firstMessageMode: Literal[
        "assistant-speaks-first",
        "assistant-speaks-first-with-model-generated-message",
        "assistant-waits-for-user",
        "assistant-speaks-after-greeting",
    ]
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    firstMessageInterruptionsEnabled: bool
    """whether speech interrupts the first message; default false"""
    maxDurationSeconds: int
    """seconds; the call ends then; default 600"""
    silenceTimeoutSeconds: float
    """seconds of silence that end the call; default 30"""
    endCallMessage: str
    """said before the assistant hangs up; may hold {{ }} templates"""
    endCallPhrases: Sequence[str]
    """if the assistant says one of these, the call ends"""
    clientMessages: (
        Sequence[
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
    server: ServerParam | None
    """your webhook"""
    serverMessages: (
        Sequence[
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
    credentials: Sequence[InlineCredentialParam]
    """keys of vendors, one per provider"""
    startSpeakingPlan: StartSpeakingPlanParam | None
    """when the assistant answers"""
    stopSpeakingPlan: StopSpeakingPlanParam | None
    """what interrupts the assistant"""
    analysisPlan: AnalysisPlanParam | None
    """what is worked out after the call"""
    artifactPlan: ArtifactPlanParam | None
    """what is kept of the call"""
    monitorPlan: MonitorPlanParam | None
    """listening in and steering"""
    compliancePlan: AssistantCompliancePlanParam | None
    """promises about data"""
    backgroundSpeechDenoisingPlan: BackgroundSpeechDenoisingPlanParam | None
    """stored"""
    keypadInputPlan: KeypadInputPlanParam | None
    """keys the caller presses"""
    observabilityPlan: LangfuseObservabilityPlanParam | None
    """traces; stored"""
    voicemailDetection: VoicemailDetectionPlanParam | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemailMessage: str
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: Sequence[HookParam]
    """what it does at moments of the call"""
    backgroundSound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    modelOutputInMessagesEnabled: bool
    """stored; messages hold what was heard"""
    transportConfigurations: Sequence[Mapping[str, Any]]
    """stored; for telephones"""
    metadata: Mapping[str, Any]
    """yours: any JSON, returned as it is"""
    credentialIds: Sequence[str]
    """which of the organisation's credentials to prefer"""
    messagePlan: MessagePlanParam | None
    """what a silent caller is asked"""
    backgroundDenoisingEnabled: bool | None
    """deprecated; stored"""
    hipaaEnabled: bool
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    serverUrl: str | None
    """deprecated spelling of server.url"""
    serverUrlSecret: str | None
    """deprecated spelling of server.secret; never returned"""
    customerJoinTimeoutSeconds: float | None
    """deprecated; stored"""


class CreateCustomerParam(TypedDict, total=False):
    """Who is called. Known to templates as `customer`."""

    number: str | None
    """E.164, or as it is written in mainland China"""
    numberE164CheckEnabled: bool
    """false: the number is dialled as it is, e.g. 95588 or an extension; default true"""
    extension: str | None
    """dialled after the answer"""
    sipUri: str | None
    """instead of a number: sip:name@host"""
    name: str | None
    """{{customer.name}}"""
    email: str | None
    """{{customer.email}}"""
    externalId: str | None
    """your own id of this person"""
    assistantOverrides: AssistantOverridesParam | None
    """for this customer's call, laid over the call's assistantOverrides"""
    squadOverrides: AssistantOverridesParam | None
    """for this customer's call, laid over the call's squadOverrides"""


class CreateSquadParam(TypedDict, total=False):
    """A new squad. The first primary member, else the first one, takes the call."""

    name: str | None
    """for people; at most 40 characters"""
    members: Required[Sequence[SquadMemberParam]]
    """its assistants"""
    membersOverrides: AssistantOverridesParam | None
    """laid over every member, after its own overrides"""
    transfers: Sequence[SquadTransferParam]
    """who may hand over to whom"""
    faqs: Sequence[FaqParam]
    """prepared answers, for conversations in text"""
    maxHandoffs: int
    """handoffs in one conversation; default 10"""


class CreateStructuredOutputParam(TypedDict, total=False):
    """A value to be drawn from calls."""

    type: Literal["ai", "regex"]
    """ai: a model reads the transcript; regex: a pattern searches it; default ai"""
    regex: str | None
    """for type regex; the first group (else the whole match) is the value"""
    model: OutputModelParam | None
    """default: the call's own model"""
    compliancePlan: StructuredOutputCompliancePlanParam | None
    """what is kept nevertheless"""
    conditions: Sequence[MinMessagesParam | MinCallDurationParam | EndedReasonParam]
    """all must hold, else the output is skipped"""
    description: str | None
    """for people, and for the model that draws the value"""
    assistantIds: Sequence[str]
    """after whose calls it is drawn"""
    workflowIds: Sequence[str]
    """workflows are Vapi's past: leave it empty"""
    name: Required[str]
    """1 to 40 characters; its name in call.artifact.structuredOutputs"""
    schema: Required[Mapping[str, Any]]
    """JSON Schema of the value"""


class CustomEndpointingRuleParam(TypedDict, total=False):
    """A pause of its own when the last words match. The first rule that matches decides."""

    type: Required[Literal["assistant", "customer", "both"]]
    """whose last words are looked at"""
    regex: str | None
    """assistant and customer only"""
    regexOptions: Sequence[RegexOptionParam]
    """assistant and customer only"""
    assistantRegex: str | None
    """both only"""
    assistantRegexOptions: Sequence[RegexOptionParam]
    """both only"""
    customerRegex: str | None
    """both only"""
    customerRegexOptions: Sequence[RegexOptionParam]
    """both only"""
    timeoutSeconds: Required[float]
    """the pause, seconds"""


class CustomKnowledgeBaseParam(TypedDict, total=False):
    """A server of yours that knows something."""

    provider: Required[Literal["custom-knowledge-base"]]
    """custom-knowledge-base: your server answers knowledge-base-request"""
    server: Required[ServerParam]
    """who is asked"""


class CustomLLMModelParam(TypedDict, total=False):
    """Any server that speaks OpenAI's chat completions: `POST {url}/chat/completions`, streamed."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[Literal["custom-llm"]]
    """custom-llm"""
    url: Required[str]
    """base URL; /chat/completions is added unless it is there"""
    model: Required[str]
    """sent as model"""
    metadataSendMode: Literal["off", "variable", "destructured"]
    """variable: assistant.metadata, call and customer sent as `metadata`; destructured: each as a field of its own; off: nothing, for servers that refuse unknown fields"""
    headers: Mapping[str, str]
    """extra headers; values may hold {{ }} templates"""
    timeoutSeconds: float
    """seconds to the first token; default 20"""
    wordLevelConfidenceEnabled: bool
    """accepted; confidences are not sent"""


class CustomMessageParam(TypedDict, total=False):
    """The same words, perhaps in several languages."""

    type: Literal["custom-message"]
    """custom-message"""
    content: str | None
    """the words"""
    contents: Sequence[TextContentParam]
    """per language"""


class DashScopeModelParam(TypedDict, total=False):
    """A Qwen model of Aliyun Model Studio (百炼)."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. qwen-plus, qwen-flash; default qwen-plus"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["dashscope"]]
    """dashscope (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["intl", "us"] | None
    """Singapore or the USA; keys differ"""
    thinkingBudget: int | None
    """tokens of thought at most"""
    enableSearch: bool | None
    """let the model search the web"""


class DashScopeTranscriberParam(TypedDict, total=False):
    """Paraformer, Fun-ASR or Qwen-ASR of Aliyun Model Studio (百炼)."""

    fallbackPlan: FallbackTranscriberPlanParam | None
    """who hears when this one fails; what was being said is replayed to it"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[Literal["dashscope"]]
    """dashscope (Yingda's own; unknown to Vapi's SDKs)"""
    model: str
    """default paraformer-realtime-v2"""
    language: str | None
    """zh, en, yue, ja …; default: recognised by itself"""
    keywords: Sequence[str]
    """not available: make a table and give its vocabularyId, or with Qwen-ASR use context"""
    context: str | None
    """Qwen-ASR: what is talked about, names"""
    commitOnFlush: bool
    """Qwen-ASR: utterances end by our ear alone, not by the vendor's; default false"""
    vocabularyId: str | None
    """hot-word table made with the vendor"""
    maxSentenceSilence: int
    """pause that ends a sentence, ms"""
    finalWaitMs: int
    """how late a final may be, ms; default 600"""
    padFlush: bool
    """send the pause that ends a sentence at once; default true"""
    workspace: str | None
    """the vendor's workspace id"""
    parameters: Mapping[str, Any]
    """handed to the vendor as they are, e.g. language_hints"""


class DashScopeVoiceParam(TypedDict, total=False):
    """CosyVoice or Qwen-TTS of Aliyun Model Studio (百炼)."""

    cachingEnabled: bool
    """greetings and other given sentences are synthesised once; default true"""
    fillerInjectionEnabled: bool | None
    """我查一下… while a model or tool is slow; default true"""
    chunkPlan: ChunkPlanParam | None
    """how text is cut"""
    fallbackPlan: FallbackVoicePlanParam | None
    """who speaks when this one fails"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[Literal["dashscope"]]
    """dashscope (Yingda's own; unknown to Vapi's SDKs)"""
    model: str
    """default cosyvoice-v3-flash"""
    voiceId: str
    """must belong to the model; default: the model's own, e.g. longanhuan"""
    speed: float
    """1 = the voice's own; default 1"""
    pitch: float
    """1 = the voice's own; default 1"""
    volume: int
    """default 50"""
    language: str | None
    """zh, en …: a hint for mixed text"""
    instruction: str | None
    """how to speak: 用开心的语气; CosyVoice: at most 128 characters"""
    ssml: bool
    """CosyVoice: texts may hold SSML tags; default false"""
    mode: Literal["commit", "server_commit"]
    """Qwen-TTS: whether we or the vendor say when to speak; default commit"""
    seed: int | None
    """the same text sounds the same"""
    sampleRate: Literal[8000, 16000, 22050, 24000, 44100, 48000]
    """Hz of the vendor's sound; default 24000"""
    wordTimes: bool
    """ask when each word sounds; default true"""
    workspace: str | None
    """the vendor's workspace id"""
    parameters: Mapping[str, Any]
    """handed to the vendor as they are"""


class DeepSeekModelParam(TypedDict, total=False):
    """A model of DeepSeek."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: Required[str]
    """e.g. deepseek-v4-flash, deepseek-v4-pro"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["deep-seek"]]
    """deep-seek"""


class DtmfToolParam(TypedDict, total=False):
    """Presses keys: 0-9, * and #; w is a pause of half a second. Offered under the name dtmf."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["dtmf"]]
    """dtmf"""
    sipInfoDtmfEnabled: bool
    """accepted; the line decides how keys travel"""
    function: FunctionParam | None
    """another name or description for the model"""


class DynamicDestinationParam(TypedDict, total=False):
    """Your server names the destination when it is asked by handoff-destination-request."""

    type: Required[Literal["dynamic"]]
    """dynamic"""
    server: ServerParam | None
    """who is asked; default the tool's, else assistant.server"""
    description: str
    """for the model: when to hand the caller over"""


class EncryptionPlanParam(TypedDict, total=False):
    """Arguments of tools that only you can read."""

    type: Required[Literal["public-key"]]
    """with a public key of yours"""
    algorithm: Required[Literal["RSA-OAEP-256"]]
    """RSA-OAEP with SHA-256; the result is base64"""
    publicKey: Required[PublicKeyParam]
    """the key; its private half stays with you"""


class EndCallToolParam(TypedDict, total=False):
    """Lets the model hang up; it is offered under the name endCall."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["endCall"]]
    """endCall"""
    function: FunctionParam | None
    """another name or description for the model"""
    server: ServerParam | None
    """accepted; hanging up needs no server"""


class EndedReasonParam(TypedDict, total=False):
    """Only calls that ended for certain reasons, or for none of them."""

    type: Required[Literal["endedReason"]]
    """endedReason"""
    operator: Required[Literal["oneOf", "notOneOf"]]
    """oneOf or notOneOf"""
    values: Required[Sequence[str]]
    """endedReasons"""


class EndingFilterParam(TypedDict, total=False):
    """How it ended."""

    type: Required[Literal["oneOf"]]
    """oneOf"""
    key: Required[Literal["call.endedReason"]]
    """call.endedReason"""
    oneOf: Required[
        Sequence[
            Literal[
                "assistant-request-failed",
                "assistant-request-returned-error",
                "assistant-request-returned-unspeakable-error",
                "assistant-request-returned-invalid-assistant",
                "assistant-request-returned-no-assistant",
                "assistant-request-returned-forwarding-phone-number",
            ]
        ]
    ]
    """one of these reasons"""


class EndingHookParam(TypedDict, total=False):
    """When no assistant could be had from your server."""

    on: Required[Literal["call.ending"]]
    """call.ending"""
    filters: Sequence[EndingFilterParam]
    """all must hold; none: every such end"""
    do: SayActionParam | TransferActionParam | None
    """instead of hanging up"""


class EspeakVoiceParam(TypedDict, total=False):
    """eSpeak NG: robotic, instant, offline; Mandarin, English and a hundred others."""

    cachingEnabled: bool
    """greetings and other given sentences are synthesised once; default true"""
    fillerInjectionEnabled: bool | None
    """我查一下… while a model or tool is slow; default true"""
    chunkPlan: ChunkPlanParam | None
    """how text is cut"""
    fallbackPlan: FallbackVoicePlanParam | None
    """who speaks when this one fails"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[Literal["espeak"]]
    """espeak (Yingda's own; unknown to Vapi's SDKs)"""
    voiceId: str
    """cmn, en-us, en-gb+f3, yue …; default en-us"""
    variant: str | None
    """timbre, e.g. f3 or m2"""
    speed: float
    """1 = the voice's own; default 1"""
    pitch: int
    """0 low … 99 high; default 50"""
    volume: int
    """percent; default 100"""


class FallbackModelPlanParam(TypedDict, total=False):
    """Models that take over, of any vendor. They get the first one's messages and tools."""

    models: Required[
        Sequence[
            OpenAIModelParam
            | GoogleModelParam
            | CustomLLMModelParam
            | DeepSeekModelParam
            | MinimaxLLMModelParam
            | DashScopeModelParam
            | MoonshotModelParam
            | ZhipuModelParam
            | QianfanModelParam
            | SparkModelParam
            | ArkModelParam
            | HunyuanModelParam
            | ScriptedModelParam
            | OtherModelParam
        ]
    ]
    """asked in this order"""
    strategy: Literal["ordered", "weighted", "least-busy", "fastest"]
    """who of the first choice and these begins a conversation: ordered (the first that is well), weighted, least-busy or fastest (Yingda's own); default ordered"""


class FallbackTranscriberPlanParam(TypedDict, total=False):
    """Transcribers that take over when the one before fails, is cut off or falls silent."""

    transcribers: Required[
        Sequence[PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam]
    ]
    """asked in this order"""
    strategy: Literal["ordered", "weighted", "least-busy", "fastest"]
    """who of the first choice and these begins a conversation: ordered (the first that is well), weighted, least-busy or fastest (Yingda's own); default ordered"""
    race: bool
    """all of them hear all the time, the first final counts (Yingda's own); default false"""


class FallbackVoicePlanParam(TypedDict, total=False):
    """Voices that take over when the one before fails, breaks off or is late."""

    voices: Required[Sequence[EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam]]
    """asked in this order"""
    strategy: Literal["ordered", "weighted", "least-busy", "fastest"]
    """who of the first choice and these begins a conversation: ordered (the first that is well), weighted, least-busy or fastest (Yingda's own); default ordered"""


class FaqParam(TypedDict, total=False):
    """A prepared answer. It is given without a model when the question is one of these."""

    questions: Required[Sequence[str]]
    """ways to ask it"""
    answer: Required[str]
    """the answer"""


class FormatPlanParam(TypedDict, total=False):
    """How text is written out before it is spoken: numbers, dates, money, telephones … as people say them."""

    enabled: bool
    """false: only markup is removed, the voice reads the rest itself"""
    numberToDigitsCutoff: int
    """stored"""
    replacements: Sequence[ReplacementParam]
    """before anything else, in this order"""
    formattersEnabled: Sequence[
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
    """stored"""


class FourierDenoisingPlanParam(TypedDict, total=False):
    """Noise removal by spectrum."""

    enabled: bool
    """default false"""
    mediaDetectionEnabled: bool
    """adapt to music and television"""
    staticThreshold: float
    """dB"""
    baselineOffsetDb: float
    """dB"""
    windowSizeMs: int
    """ms"""
    baselinePercentile: float
    """percent"""


class FunctionParam(TypedDict, total=False):
    """What the model is told about a function."""

    name: Required[str]
    """letters, digits, _ and -, at most 64"""
    description: str
    """when to call it; may hold {{ }} templates"""
    strict: bool
    """accepted; the schema is sent as it is"""
    parameters: FunctionParametersParam | None
    """default: no arguments"""


class FunctionParametersParam(TypedDict, total=False):
    """JSON Schema of the arguments, an object at the top."""

    type: Required[Literal["object"]]
    """always object"""
    properties: Required[Mapping[str, Any]]
    """name → JSON Schema of that argument"""
    required: Sequence[str]
    """names of the arguments that must be given"""
    description: str | None
    """what the arguments are as a whole"""
    additionalProperties: bool | Mapping[str, Any] | None
    """JSON Schema additionalProperties"""


FunctionToolParam = TypedDict(
    "FunctionToolParam",
    {
        "messages": "Sequence[ToolMessageParam]",
        "rejectionPlan": "ToolRejectionPlanParam | None",
        "variableExtractionPlan": "VariableExtractionPlanParam | None",
        "type": Required["Literal['function']"],
        "function": Required["FunctionParam"],
        "server": "ServerParam | None",
        "parameters": "Sequence[ToolParameterParam]",
        "async": "bool",
    },
    total=False,
)


class GoogleModelParam(TypedDict, total=False):
    """A Gemini model."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: Required[str]
    """e.g. gemini-3.8-flash, gemini-3.1-flash-lite"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    provider: Required[Literal["google"]]
    """google"""
    reasoningEffort: Literal["none", "minimal", "low", "medium", "high"] | None
    """default: as little as the model can"""


class GroupConditionParam(TypedDict, total=False):
    """Several conditions as one."""

    type: Required[Literal["group"]]
    """group"""
    operator: Required[Literal["AND", "OR"]]
    """AND = all of them, OR = one of them"""
    conditions: Required[Sequence[RegexConditionParam | LiquidConditionParam | GroupConditionParam]]
    """what is combined"""


class HandoffToolParam(TypedDict, total=False):
    """Hands the caller over to another assistant: each destination is a tool of its own."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["handoff"]]
    """handoff"""
    destinations: Required[Sequence[MemberDestinationParam | SquadDestinationParam | DynamicDestinationParam]]
    """who may take over; assistantName is a member of the squad"""
    function: FunctionParam | None
    """its name and description, for a single destination"""
    server: ServerParam | None
    """asked for dynamic destinations; default assistant.server"""
    defaultResult: str | None
    """accepted; the squad tells the model itself"""


class HandoffVariablesParam(TypedDict, total=False):
    """What the model states when it hands over; templates of the next assistant can name it."""

    schema: Mapping[str, Any] | None
    """JSON Schema, an object of variables"""
    aliases: Sequence[AssistantAliasParam]
    """variables made of them"""


class HeaderFieldsParam(TypedDict, total=False):
    """Headers of a request, described like its body."""

    type: Literal["object"]
    """always object"""
    properties: Mapping[str, Any]
    """name → {type, value}; without value the model is asked for it"""
    required: Sequence[str]
    """what the model must give"""
    description: str | None
    """what this is as a whole"""
    title: str | None
    """accepted; the model is not told"""


class HmacPlanParam(TypedDict, total=False):
    """Every request is signed with a secret that both sides know."""

    type: Required[Literal["hmac"]]
    """a signature over the request's very bytes"""
    secretKey: str | None
    """the secret; required; never returned, and kept by a PATCH that leaves it out"""
    algorithm: Required[Literal["sha256", "sha512", "sha1"]]
    """the hash; sha256 if you may choose"""
    signatureHeader: str
    """where it stands; default x-signature"""
    timestampHeader: str
    """where the Unix seconds of sending stand; default x-timestamp"""
    signaturePrefix: str
    """before the signature, e.g. sha256= or t={timestamp},v1=; default none"""
    includeTimestamp: bool
    """whether the time is sent and signed; default true"""
    payloadFormat: str | None
    """what is signed, of {timestamp}, {messageId} and {body}; default {timestamp}.{body}, without a timestamp {body}"""
    messageIdHeader: str | None
    """where the message's id (the webhook-id) stands; default nowhere"""
    signatureEncoding: Literal["hex", "base64"]
    """default hex"""
    secretIsBase64: bool
    """whether the key is what secretKey decodes to (whsec_ before it is allowed)"""


class HookParam(TypedDict, total=False):
    """When, and what then."""

    on: Required[str]
    """the moment, e.g. customer.speech.timeout"""
    do: Required[Sequence[HookActionParam]]
    """in this order"""
    filters: Sequence[HookFilterParam]
    """call.ending only; all must hold"""
    options: HookOptionsParam | None
    """of the moment"""
    name: str | None
    """to tell hooks apart"""


class HookActionParam(TypedDict, total=False):
    """What is done."""

    type: Required[Literal["say", "tool", "message.add"]]
    """say (exact or prompt), tool (tool or toolId), message.add (message)"""
    exact: str | Sequence[str] | None
    """say: these words; of a list one after the other, one each time"""
    prompt: str | Sequence[Mapping[str, Any]] | None
    """say: told the model, which then finds the words; stays in its context"""
    tool: (
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
        | None
    )
    """tool: the tool to run"""
    toolId: str | None
    """tool: a stored tool in place of tool"""
    message: OpenAIMessageParam | None
    """message.add: for the model's context"""
    triggerResponseEnabled: bool
    """message.add: let the model answer"""


class HookFilterParam(TypedDict, total=False):
    """All filters must hold."""

    type: Required[Literal["oneOf"]]
    """oneOf"""
    key: Required[Literal["call.endedReason", "endedReason"]]
    """what is looked at: call.endedReason"""
    oneOf: Required[Sequence[str]]
    """the values it may have"""


class HookOptionsParam(TypedDict, total=False):
    """Options of the hook's moment."""

    timeoutSeconds: float | None
    """customer.speech.timeout: seconds of silence; default 7.5"""
    triggerMaxCount: int | None
    """customer.speech.timeout: how often at most; default 3"""
    triggerResetMode: Literal["onUserSpeech", "never"] | None
    """customer.speech.timeout: when the count starts anew; default never"""
    confidenceMin: float | None
    """lowConfidence: from; default 0.2 below max"""
    confidenceMax: float | None
    """lowConfidence: below; default 0.4"""
    seconds: float | None
    """call.timeElapsed: seconds"""


class HunyuanModelParam(TypedDict, total=False):
    """A Hunyuan model (混元) of Tencent."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. hunyuan-turbos-latest"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    provider: Required[Literal["hunyuan"]]
    """hunyuan (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["legacy"] | None
    """legacy: api.hunyuan.cloud.tencent.com"""


class InlineCredentialParam(TypedDict, total=False):
    """The account for every model, transcriber or voice of this provider in the assistant. Leave its secrets out in a PATCH to keep the stored ones."""

    name: str | None
    """for people"""
    apiKey: str | None
    """secret; never returned"""
    apiSecret: str | None
    """secret; never returned"""
    appId: str | None
    """the application at the vendor"""
    appKey: str | None
    """the project at the vendor"""
    secretId: str | None
    """the public half of a key pair"""
    secretKey: str | None
    """secret; never returned"""
    accessKeyId: str | None
    """the public half of a key pair"""
    accessKeySecret: str | None
    """secret; never returned"""
    accessToken: str | None
    """secret; never returned"""
    rtasrApiKey: str | None
    """secret; iFlytek's key of real-time transcription"""
    groupId: str | None
    """the group at the vendor"""
    region: str | None
    """the vendor's region, e.g. chinaeast2"""
    workspace: str | None
    """the workspace at the vendor"""
    authenticationPlan: OAuth2PlanParam | None
    """custom-llm only: OAuth 2.0"""
    provider: Required[str]
    """e.g. openai, custom-llm, dashscope"""


class KeyRestrictionsParam(TypedDict, total=False):
    """Vapi's TokenRestrictions plus networks. Empty lists restrict nothing; `enabled: false` lifts all."""

    enabled: bool
    """false lifts all of these; default true"""
    allowedOrigins: Sequence[str]
    """pages that may use it, e.g. https://example.cn"""
    allowedCidrs: Sequence[str]
    """networks it may come from, e.g. 203.0.113.0/24"""
    allowedAssistantIds: Sequence[str]
    """assistants it may talk to"""
    allowTransientAssistant: bool
    """whether calls may bring an assistant of their own; default true"""


class KeypadInputPlanParam(TypedDict, total=False):
    """Digits pressed on the keypad become what the caller says, as one turn. Without a plan: as with its defaults, but enabled."""

    enabled: bool
    """false: keys are reported and not answered; default false"""
    timeoutSeconds: float
    """pause that ends the input, seconds; 0: only a delimiter does, or each key where none is"""
    delimiters: Sequence[Literal["#", "*", ""]] | Literal["#", "*", ""]
    """keys that end it, which are left out; empty: only the pause does"""


class KnowledgeBaseParam(TypedDict, total=False):
    """Something of yours that can be asked."""

    provider: Required[Literal["custom-knowledge-base"]]
    """custom-knowledge-base: your server answers knowledge-base-request"""
    server: Required[ServerParam]
    """who is asked"""
    name: Required[str]
    """the tool's name for the model"""
    description: str
    """for the model: what is known there"""


class LangfuseObservabilityPlanParam(TypedDict, total=False):
    """Traces to Langfuse. Stored and returned; not acted on by this version."""

    provider: Required[Literal["langfuse"]]
    """langfuse"""
    promptName: str | None
    """name of the prompt"""
    promptVersion: int | None
    """its version"""
    traceName: str
    """default call"""
    tags: Required[Sequence[str]]
    """labels of the trace"""
    metadata: Mapping[str, Any]
    """more about the trace"""


class LiquidConditionParam(TypedDict, total=False):
    """Whether a template says true."""

    type: Required[Literal["liquid"]]
    """liquid"""
    liquid: Required[str]
    """gives true; knows the variables and messages"""


class ListeningParam(TypedDict, total=False):
    """A WebSocket of yours that we connect to."""

    url: str | None
    """ws(s) or http(s) URL; may hold {{ }} templates"""
    timeoutSeconds: float
    """seconds for the whole answer; default 20"""
    headers: Mapping[str, Any]
    """sent with every request; values may hold {{ }} templates"""
    secret: str | None
    """sent as X-Vapi-Secret; sealed at rest, never returned"""
    backoffPlan: BackoffPlanParam | None
    """default: the platform's delivery schedule"""
    staticIpAddressesEnabled: bool
    """accepted; requests come from your installation's addresses"""
    credentialId: str | None
    """a credential of provider webhook or custom-credential: how requests show who asks"""
    encryptedPaths: Sequence[str]
    """dotted paths in a tool's arguments that the credential's encryptionPlan encrypts"""


class McpFunctionParam(TypedDict, total=False):
    """What the server is called."""

    name: Required[str]
    """put before names that are taken"""


class McpMessagesParam(TypedDict, total=False):
    """What is said around one of the server's tools."""

    name: Required[str]
    """the tool's name on its server"""
    messages: Sequence[ToolMessageParam]
    """what is said"""


class McpMetadataParam(TypedDict, total=False):
    """How the server is spoken to."""

    protocol: Literal["shttp", "sse"]
    """streamable HTTP, or SSE as of old"""


class McpToolParam(TypedDict, total=False):
    """All tools of an MCP server, listed when the call begins."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["mcp"]]
    """mcp"""
    server: Required[ServerParam]
    """its url, headers and secret"""
    function: McpFunctionParam | None
    """what it is called; default mcp"""
    toolMessages: Sequence[McpMessagesParam]
    """in place of messages, for some of its tools"""
    metadata: McpMetadataParam | None
    """the protocol; default shttp, then sse"""


class MemberDestinationParam(TypedDict, total=False):
    """An assistant: a member by its name, a stored one by its id, or one of its own."""

    description: str
    """for the model: when to hand the caller over"""
    message: str | CustomMessageParam | None
    """said first, {name} being who takes over; "" = silent; default 正在为您转接{name}…"""
    transferMode: (
        Literal[
            "rolling-history",
            "swap-system-message-in-history",
            "swap-system-message-in-history-and-remove-transfer-tool-messages",
            "delete-history",
        ]
        | None
    )
    """what the next model knows; default: everything, under its own prompt"""
    contextEngineeringPlan: ContextPlanParam | None
    """how much goes along; default all"""
    variableExtractionPlan: HandoffVariablesParam | None
    """asked of the model with the handoff"""
    type: Required[Literal["assistant"]]
    """assistant"""
    assistantName: str | None
    """a member's name"""
    assistantId: str | None
    """or a stored assistant, member or not"""
    assistant: Mapping[str, Any] | None
    """or an assistant only for this (CreateAssistant)"""
    assistantOverrides: Mapping[str, Any] | None
    """laid over a stored assistant (AssistantOverrides)"""


class MessagePlanParam(TypedDict, total=False):
    """What a silent caller is asked, and told before the assistant hangs up."""

    idleMessages: Sequence[str]
    """spoken in turn"""
    idleMessageMaxSpokenCount: int | None
    """how often at most"""
    idleMessageResetCountOnUserSpeechEnabled: bool | None
    """count anew"""
    idleTimeoutSeconds: float | None
    """silence before, seconds"""
    silenceTimeoutMessage: str | None
    """spoken before hanging up"""


class MessageTargetParam(TypedDict, total=False):
    """Which message of the conversation is looked at."""

    role: Literal["user", "assistant"] | None
    """only messages of this one"""
    position: int
    """-1 = the most recent one, 0 = the first one; default -1"""


class MinCallDurationParam(TypedDict, total=False):
    """Only calls that lasted so long."""

    type: Required[Literal["minCallDuration"]]
    """minCallDuration"""
    seconds: Required[float]
    """seconds"""


class MinMessagesParam(TypedDict, total=False):
    """Only calls in which so much was said."""

    type: Required[Literal["minMessages"]]
    """minMessages"""
    count: Required[int]
    """messages of user and assistant"""


class MinimaxLLMModelParam(TypedDict, total=False):
    """A model of MiniMax. Those of the M2 family always think first."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. MiniMax-M3, MiniMax-M2.5-highspeed"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["minimax"]]
    """minimax"""
    region: Literal["intl"] | None
    """intl: api.minimax.io; keys differ"""


class MonitorPlanParam(TypedDict, total=False):
    """Listening in and steering a live call. Both URLs carry a signed, expiring token; keys, public ones too, are sent as Authorization: Bearer."""

    listenEnabled: bool
    """default true"""
    listenAuthenticationEnabled: bool
    """listenUrl wants a key of the organisation besides its token; default false"""
    controlEnabled: bool
    """default true"""
    controlAuthenticationEnabled: bool
    """controlUrl wants a key of the organisation besides its token; default false"""
    monitorIds: Sequence[str]
    """not available yet: leave empty"""


class MoonshotModelParam(TypedDict, total=False):
    """A Kimi model of Moonshot. It takes no temperature but its own."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. kimi-k2.6, kimi-k3"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["moonshot"]]
    """moonshot (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["intl"] | None
    """intl: api.moonshot.ai; keys differ"""


class NumberDestinationParam(TypedDict, total=False):
    """A telephone number."""

    message: str | CustomMessageParam | None
    """said first; "" = nothing; default 正在为您转接，请稍等。"""
    description: str
    """for the model: when to transfer there"""
    callerId: str | None
    """number shown; passed on to whoever carries the call"""
    transferPlan: Mapping[str, Any] | None
    """passed on to whoever carries the call"""
    type: Required[Literal["number"]]
    """number"""
    number: Required[str]
    """E.164, e.g. +8657188880000"""
    numberE164CheckEnabled: bool
    """false: any text, e.g. an extension"""
    extension: str | None
    """dialled after the answer"""


class OAuth2PlanParam(TypedDict, total=False):
    """OAuth 2.0 client credentials: a token is fetched and used in place of a key."""

    type: Required[Literal["oauth2"]]
    """a token that is fetched, renewed and sent as Bearer"""
    url: Required[str]
    """where tokens are given"""
    clientId: Required[str]
    """who we are there"""
    clientSecret: str | None
    """the secret; never returned, and kept by a PATCH that leaves url and clientId alone"""
    scope: str
    """what is asked for"""


class OpenAIMessageParam(TypedDict, total=False):
    """One message the model starts with."""

    role: Required[Literal["assistant", "function", "user", "system", "tool"]]
    """who says it"""
    content: Required[str]
    """may hold {{ }} templates"""


class OpenAIModelParam(TypedDict, total=False):
    """A model of OpenAI."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: Required[str]
    """e.g. gpt-6-luna, gpt-5.6-luna"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    provider: Required[Literal["openai"]]
    """openai"""
    fallbackModels: Sequence[str]
    """OpenAI's models that take over, in this order"""
    reasoningEffort: Literal["minimal", "none", "low", "medium", "high", "xhigh"] | None
    """for models that reason; default: as little as the model can"""
    toolStrictCompatibilityMode: (
        Literal["strip-parameters-with-unsupported-validation", "strip-unsupported-validation"] | None
    )
    """accepted; parameters are sent as given"""
    promptCacheRetention: Literal["in_memory", "24h"] | None
    """passed on"""
    promptCacheKey: str | None
    """passed on"""


class OrganizationComplianceParam(TypedDict, total=False):
    """What holds for assistants whose compliancePlan does not say."""

    maskingEnabled: bool
    """mask telephone, bank card and identity card numbers and e-mail addresses"""
    retentionDays: RetentionDaysParam | None
    """when recordings and transcripts are erased"""


class OtherModelParam(TypedDict, total=False):
    """A vendor that an installed package adds (entry point yingda.llm)."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[str]
    """the name the package registers"""
    model: str
    """which of its models"""
    url: str | None
    """base URL, where the vendor takes one"""
    headers: Mapping[str, str]
    """extra headers"""
    timeoutSeconds: float
    """seconds to the first token"""
    options: Mapping[str, Any]
    """the vendor's own knobs"""


class OtherTranscriberParam(TypedDict, total=False):
    """Any other vendor: ours, and those of installed packages (entry point yingda.stt). A vendor's own knobs stand beside the fields, as in Vapi's shapes, or in `options`."""

    fallbackPlan: FallbackTranscriberPlanParam | None
    """who hears when this one fails; what was being said is replayed to it"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[str]
    """tencent, iflytek, openai, whisper, custom-transcriber …"""
    model: str
    """which of its models"""
    language: str
    """BCP 47 code"""
    keywords: Sequence[str]
    """words to expect"""
    server: ListeningParam | None
    """custom-transcriber: where it listens"""
    options: Mapping[str, Any]
    """the vendor's own knobs"""


class OtherVoiceParam(TypedDict, total=False):
    """Any other vendor: ours, and those of installed packages (entry point yingda.tts). A vendor's own knobs stand beside the fields, as in Vapi's shapes, or in `options`."""

    cachingEnabled: bool
    """greetings and other given sentences are synthesised once; default true"""
    fillerInjectionEnabled: bool | None
    """我查一下… while a model or tool is slow; default true"""
    chunkPlan: ChunkPlanParam | None
    """how text is cut"""
    fallbackPlan: FallbackVoicePlanParam | None
    """who speaks when this one fails"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[str]
    """tencent, iflytek, minimax, openai, custom-voice …"""
    voiceId: str
    """which of its voices"""
    model: str
    """which of its models"""
    language: str
    """BCP 47 code"""
    speed: float
    """1 = the voice's own; default 1"""
    server: ServerParam | None
    """custom-voice: where voice-request goes"""
    options: Mapping[str, Any]
    """the vendor's own knobs"""


class OutputModelParam(TypedDict, total=False):
    """Who draws the value, with the organisation's credential or the installation's key."""

    provider: Required[str]
    """such as openai, dashscope"""
    model: Required[str]
    """the provider's name for it"""
    temperature: float
    """0 … 2; default 0"""
    maxTokens: int
    """of the answer; default 2000"""
    messages: Sequence[Mapping[str, Any]]
    """prompt [{role, content}]; {{transcript}}, {{schema}}"""


class PocketSphinxTranscriberParam(TypedDict, total=False):
    """Offline English, without any key. Accurate only with a grammar or keywords."""

    fallbackPlan: FallbackTranscriberPlanParam | None
    """who hears when this one fails; what was being said is replayed to it"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[Literal["pocketsphinx"]]
    """pocketsphinx (Yingda's own; unknown to Vapi's SDKs)"""
    language: Literal["en", "en-US", "en-us"]
    """the bundled model is English"""
    grammar: str | Sequence[str] | None
    """JSGF text, or the list of sentences that can be said; may hold {{ }} templates"""
    keywords: Sequence[str]
    """phrases to spot, when there is no grammar"""


class PromptMessageParam(TypedDict, total=False):
    """One message of a question to a model."""

    role: Required[Literal["system", "user", "assistant"]]
    """who says it"""
    content: Required[str]
    """Liquid: {{transcript}}, {{systemPrompt}}, {{messages}}, {{endedReason}}, {{schema}}, {{rubric}}"""


class PublicKeyParam(TypedDict, total=False):
    """A public key as text."""

    format: Required[Literal["spki-pem"]]
    """how it is written: PEM, SubjectPublicKeyInfo"""
    pem: Required[str]
    """-----BEGIN PUBLIC KEY----- …; RSA, at least 2048 bits"""
    name: str | None
    """for people"""


class QianfanModelParam(TypedDict, total=False):
    """An ERNIE model (文心) of Baidu's Qianfan."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. ernie-4.5-turbo-32k"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["qianfan"]]
    """qianfan (Yingda's own; unknown to Vapi's SDKs)"""


class QueryToolParam(TypedDict, total=False):
    """Lets the model look something up on your server; each knowledge base is a tool of its own."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["query"]]
    """query"""
    knowledgeBases: Required[Sequence[KnowledgeBaseParam]]
    """who is asked"""


class RegexConditionParam(TypedDict, total=False):
    """Whether a message matches a pattern."""

    type: Required[Literal["regex"]]
    """regex"""
    regex: Required[str]
    """searched in the message; (?i) ignores case"""
    target: MessageTargetParam | None
    """default the most recent message"""
    negate: bool
    """true: holds when it does not match; default false"""


class RegexOptionParam(TypedDict, total=False):
    """A switch of a regular expression."""

    type: Required[Literal["ignore-case", "whole-word", "multi-line"]]
    """which switch"""
    enabled: Required[bool]
    """on or off"""


class ReplacementParam(TypedDict, total=False):
    """Words spoken in another way."""

    type: Required[Literal["exact", "regex"]]
    """how `key` or `regex` is found"""
    key: str | None
    """exact only: the text to replace"""
    regex: str | None
    """regex only: the pattern to replace"""
    value: Required[str]
    """what is spoken instead"""
    replaceAllEnabled: bool
    """exact only: every occurrence, not the first"""
    options: Sequence[RegexOptionParam]
    """regex only"""


class RequestFieldsParam(TypedDict, total=False):
    """JSON Schema of what is sent. A property with `value` is always sent so, others are the model's."""

    type: Literal["object"]
    """always object"""
    properties: Mapping[str, Mapping[str, Any]]
    """name → JSON Schema; its `value` (any JSON, strings may hold {{ }} templates) fixes it"""
    required: Sequence[str]
    """what the model must give"""
    description: str | None
    """what this is as a whole"""
    title: str | None
    """accepted; the model is not told"""


class RetentionDaysParam(TypedDict, total=False):
    """How long things are kept after a call has ended (Yingda's own)."""

    recording: int | None
    """days; default for ever"""
    transcript: int | None
    """days for transcript, messages, analysis, log and webhook bodies; default for ever"""


class RingingFilterParam(TypedDict, total=False):
    """Who calls."""

    type: Required[Literal["startsWith"]]
    """startsWith"""
    key: Required[Literal["number"]]
    """number"""
    startsWith: Required[Sequence[str]]
    """how the caller's number begins, without +, e.g. 8610"""


class RingingHookParam(TypedDict, total=False):
    """When a call comes in, before an assistant is chosen."""

    on: Required[Literal["call.ringing"]]
    """call.ringing"""
    filters: Sequence[RingingFilterParam]
    """all must hold; none: every call"""
    do: Required[Sequence[SayActionParam | TransferActionParam]]
    """in this order; the call ends with it"""


class SayActionParam(TypedDict, total=False):
    """These words are said."""

    type: Required[Literal["say"]]
    """say"""
    exact: Required[str]
    """the words"""


class SchedulePlanParam(TypedDict, total=False):
    """When a call is dialled."""

    earliestAt: Required[datetime | str]
    """ISO 8601 with a zone: not before"""
    latestAt: datetime | str | None
    """ISO 8601 with a zone: not after; default: an hour after earliestAt"""


class ScriptRuleParam(TypedDict, total=False):
    """If what the caller said matches, this is the answer. Texts may hold {{ }} templates."""

    match: str | None
    """regular expression, found anywhere, any case"""
    reply: str | Sequence[str] | None
    """the answer, or several taken in turn"""
    tool: ScriptToolParam | None
    """or the tool to call"""
    onToolResult: str | Sequence[str] | None
    """said when it has answered; {result} is its answer"""


class ScriptToolParam(TypedDict, total=False):
    """The tool a rule calls."""

    name: Required[str]
    """one of the model's tools"""
    arguments: Mapping[str, Any]
    """{1} and {name} stand for what groups caught"""


class ScriptedModelParam(TypedDict, total=False):
    """Not a language model: a script of rules, for trying out and for tests without any key."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    provider: Required[Literal["scripted"]]
    """scripted (Yingda's own; unknown to Vapi's SDKs)"""
    model: str
    """any name"""
    rules: Sequence[ScriptRuleParam]
    """the first match answers"""
    greeting: str | Sequence[str] | None
    """the answer when nobody has spoken yet"""
    otherwise: str | Sequence[str] | None
    """the answer when nothing matches"""


class SecurityFilterPlanParam(TypedDict, total=False):
    """Filters on what the caller says."""

    enabled: bool
    """not available yet: false"""
    filters: Sequence[Mapping[str, Any]]
    """accepted while disabled"""
    mode: Literal["sanitize", "reject", "replace"]
    """default sanitize"""
    replacementText: str
    """for mode replace"""


class ServerParam(TypedDict, total=False):
    """A URL of yours that we POST to."""

    url: str | None
    """http(s) URL; may hold {{ }} templates"""
    timeoutSeconds: float
    """seconds for the whole answer; default 20"""
    headers: Mapping[str, Any]
    """sent with every request; values may hold {{ }} templates"""
    secret: str | None
    """sent as X-Vapi-Secret; sealed at rest, never returned"""
    backoffPlan: BackoffPlanParam | None
    """default: the platform's delivery schedule"""
    staticIpAddressesEnabled: bool
    """accepted; requests come from your installation's addresses"""
    credentialId: str | None
    """a credential of provider webhook or custom-credential: how requests show who asks"""
    encryptedPaths: Sequence[str]
    """dotted paths in a tool's arguments that the credential's encryptionPlan encrypts"""


class SipAuthenticationParam(TypedDict, total=False):
    """What a caller of the SIP address has to know."""

    realm: str | None
    """of the challenge"""
    username: Required[str]
    """20 to 40 characters"""
    password: str | None
    """20 to 40 characters; required; never returned"""


class SipAuthenticationPlanParam(TypedDict, total=False):
    """How we show who is calling."""

    authUsername: str | None
    """as given by the carrier"""
    authPassword: str | None
    """secret; never returned; a PATCH that changes gateways or names has to give it again"""
    sipRegisterPlan: SipRegisterPlanParam | None
    """default: we do not register"""


class SipDestinationParam(TypedDict, total=False):
    """A SIP address."""

    message: str | CustomMessageParam | None
    """said first; "" = nothing; default 正在为您转接，请稍等。"""
    description: str
    """for the model: when to transfer there"""
    callerId: str | None
    """number shown; passed on to whoever carries the call"""
    transferPlan: Mapping[str, Any] | None
    """passed on to whoever carries the call"""
    type: Required[Literal["sip"]]
    """sip"""
    sipUri: Required[str]
    """sip:name@host"""
    sipHeaders: Mapping[str, Any] | None
    """passed on to whoever carries the call"""


class SipRegisterPlanParam(TypedDict, total=False):
    """How we register with the carrier, where it asks for that."""

    domain: str | None
    """where; default: the gateway"""
    username: str | None
    """as whom; default: authUsername"""
    realm: str | None
    """the realm of the challenge; default: any"""


class SipTransportParam(TypedDict, total=False):
    """By telephone, through a gateway of this installation."""

    provider: Required[Literal["vapi.sip"]]
    """vapi.sip"""
    conversationType: Literal["voice"]
    """voice"""
    dialTimeout: int
    """seconds it may ring; default 60"""
    sbcCallSid: str | None
    """accepted; for your records"""
    callSid: str | None
    """accepted; for your records"""


class SipTrunkGatewayParam(TypedDict, total=False):
    """One address of the carrier."""

    ip: Required[str]
    """IPv4 address; a host name only where inboundEnabled is false"""
    port: int
    """SIP port; default 5060"""
    netmask: int
    """how many bits of ip count for inbound; default 32"""
    inboundEnabled: bool
    """whether calls come from there; default true"""
    outboundEnabled: bool
    """whether calls go there; default true"""
    outboundProtocol: Literal["tls/srtp", "tcp", "tls", "udp"]
    """default udp"""
    optionsPingEnabled: bool
    """whether OPTIONS asks if it is alive; default false"""


class SmartDenoisingPlanParam(TypedDict, total=False):
    """Noise removal by a model."""

    enabled: bool
    """default true"""


class SmartEndpointingPlanParam(TypedDict, total=False):
    """What judges whether the caller has finished. Ours is `vapi`: by the words, Mandarin and English. The fields in seconds, and `learnedPausesEnabled`, are this platform's own."""

    provider: Required[Literal["vapi", "livekit", "custom-endpointing-model"]]
    """vapi; livekit runs as vapi here, for its model knows English only; custom-endpointing-model: your server is asked"""
    waitFunction: str | None
    """livekit only: milliseconds as an expression of x, how likely the caller goes on; taken at 0.1 for finished, 0.5 for undecided and 0.9 for unfinished words"""
    server: ServerParam | None
    """custom-endpointing-model only: who is sent call.endpointing.request and answers {timeoutSeconds}; default assistant.server; the words decide when it is late"""
    finishedSeconds: float | None
    """silence after a finished sentence, seconds; default 0.25"""
    undecidedSeconds: float | None
    """silence after words that may be all, seconds; default 0.7"""
    unfinishedSeconds: float | None
    """silence after words that cannot be all, seconds; default 1.8"""
    dictationSeconds: float | None
    """silence within a number or address asked for, seconds; default 3"""
    holdSeconds: float | None
    """patience after: 等一下, hold on; seconds; default 30"""
    learnedPausesEnabled: bool | None
    """whether a slow speaker is given more time than these; default true"""


class SparkModelParam(TypedDict, total=False):
    """A Spark model (星火) of iFlytek."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """4.0Ultra, generalv3.5, lite, spark-x …"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["spark"]]
    """spark (Yingda's own; unknown to Vapi's SDKs)"""
    topK: int | None
    """how many candidates a word is chosen from"""


class SquadDestinationParam(TypedDict, total=False):
    """Another squad: its members stand beside those there are."""

    description: str
    """for the model: when to hand the caller over"""
    message: str | CustomMessageParam | None
    """said first, {name} being who takes over; "" = silent; default 正在为您转接{name}…"""
    transferMode: (
        Literal[
            "rolling-history",
            "swap-system-message-in-history",
            "swap-system-message-in-history-and-remove-transfer-tool-messages",
            "delete-history",
        ]
        | None
    )
    """what the next model knows; default: everything, under its own prompt"""
    contextEngineeringPlan: ContextPlanParam | None
    """how much goes along; default all"""
    variableExtractionPlan: HandoffVariablesParam | None
    """asked of the model with the handoff"""
    type: Required[Literal["squad"]]
    """squad"""
    squadId: str | None
    """a stored squad"""
    squad: Mapping[str, Any] | None
    """or a squad only for this (CreateSquad)"""
    entryAssistantName: str | None
    """who takes over; default its entry member"""
    squadOverrides: Mapping[str, Any] | None
    """laid over every member"""


class SquadMemberParam(TypedDict, total=False):
    """One assistant of the squad: a stored one or one of its own."""

    assistantId: str | None
    """a stored assistant"""
    agentId: str | None
    """another word for assistantId"""
    assistant: CreateAssistantParam | None
    """or an assistant only for this squad"""
    assistantOverrides: AssistantOverridesParam | None
    """laid over the assistant"""
    assistantDestinations: Sequence[MemberDestinationParam]
    """whom it may hand the caller to"""
    assistantVersion: str | None
    """a version of the stored assistant, e.g. v2; default the latest"""
    role: Literal["primary", "secondary", "specialist"]
    """the first primary member takes the call; default secondary"""
    skills: Sequence[str]
    """what it can do, e.g. 退款; commas separate synonyms"""
    priority: int
    """higher goes first among equally skilled; default 0"""
    refusalEnabled: bool
    """whether it may give a caller back; default true"""


SquadTransferParam = TypedDict(
    "SquadTransferParam",
    {
        "from": Required["str"],
        "to": Required["str"],
        "description": "str",
        "message": "str | CustomMessageParam | None",
        "transferMode": "Literal['rolling-history', 'swap-system-message-in-history', 'swap-system-message-in-history-and-remove-transfer-tool-messages', 'delete-history'] | None",
    },
    total=False,
)


class StartSpeakingPlanParam(TypedDict, total=False):
    """When the assistant answers. Rules come first, then the smart plan, then the transcript's ending."""

    waitSeconds: float
    """least pause before speaking, seconds; left out: the words decide"""
    smartEndpointingEnabled: bool | Literal["livekit"] | None
    """deprecated spelling of smartEndpointingPlan"""
    smartEndpointingPlan: SmartEndpointingPlanParam | None
    """default: ours, unless a transcriptionEndpointingPlan is given"""
    customEndpointingRules: Sequence[CustomEndpointingRuleParam]
    """pauses of their own for certain words; the first match decides"""
    transcriptionEndpointingPlan: TranscriptionEndpointingPlanParam | None
    """by how the transcript ends; used where there is no smart plan"""
    speculationEnabled: bool
    """ours: a reply may begin, unheard, before it is certain that the caller has finished"""


class StayOnLineConsentParam(TypedDict, total=False):
    """Who stays on the line agrees."""

    message: Required[str]
    """said before anything else; it must say how consent is given or refused"""
    firstMessageMode: Literal["assistant-speaks-first", "assistant-waits-for-user"]
    """whether it is said at once or after the caller's first words"""
    voice: Mapping[str, Any] | None
    """not available: the assistant's own voice says it"""
    type: Required[Literal["stay-on-line"]]
    """stay-on-line"""
    waitSeconds: float
    """seconds to hang up in; default 3"""


class StopSpeakingPlanParam(TypedDict, total=False):
    """When the caller's speech stops the assistant. `mode`, `commitSeconds`, `resumeSeconds` and `echoGuardEnabled` are this platform's own."""

    numWords: int
    """words (Chinese: characters) that interrupt; 0 = voice does, too"""
    voiceSeconds: float
    """speech before the assistant falls silent, seconds; default 0.2"""
    backoffSeconds: float
    """least silence after an interruption, seconds; left out: none"""
    acknowledgementPhrases: Sequence[str]
    """never interrupt; in place of ours: 嗯, 好的, uh-huh …"""
    interruptionPhrases: Sequence[str]
    """always interrupt, wherever they stand; in place of ours: 停, 等一下, stop …"""
    mode: Literal["voice", "keywords", "off"]
    """keywords: only an interruption phrase stops the assistant; off: nothing does"""
    commitSeconds: float
    """speech that stops the assistant for good, seconds; default 0.5"""
    resumeSeconds: float
    """silence without words until it goes on, seconds; default 1.2"""
    echoGuardEnabled: bool
    """the assistant's own voice, coming back by the caller's line, does not interrupt"""


class StructuredDataMultiPlanParam(TypedDict, total=False):
    """One of several values, in `analysis.structuredDataMulti` as {key: value}."""

    key: Required[str]
    """its name in the result"""
    plan: Required[StructuredDataPlanParam]
    """what is drawn; enabled unless it says enabled: false"""


class StructuredDataPlanParam(TypedDict, total=False):
    """A value drawn from every call, in `analysis.structuredData`; left out if it does not fit the schema."""

    enabled: bool
    """default false"""
    messages: Sequence[PromptMessageParam]
    """what the model is asked; default our own, in the language of the call"""
    schema: Mapping[str, Any] | None
    """JSON Schema of the value; nothing is drawn without one"""
    timeoutSeconds: float
    """seconds for the answer and one correction; default 5"""


class StructuredOutputCompliancePlanParam(TypedDict, total=False):
    """Whether the result is kept where nothing else of the call is."""

    forceStoreOnHipaaEnabled: bool
    """keep the result of calls of which nothing is kept; default false"""


class SuccessEvaluationPlanParam(TypedDict, total=False):
    """Whether the call reached its aim: text in `analysis.successEvaluation`."""

    enabled: bool
    """default true"""
    rubric: Literal[
        "NumericScale",
        "DescriptiveScale",
        "Checklist",
        "Matrix",
        "PercentageScale",
        "LikertScale",
        "AutomaticRubric",
        "PassFail",
    ]
    """PassFail: true or false; NumericScale: 1 to 10; PercentageScale: 0% to 100%; DescriptiveScale: Excellent, Good, Fair, Poor; LikertScale: Strongly Agree … Strongly Disagree; Checklist, Matrix, AutomaticRubric: a JSON array of criteria with met, level or score; default PassFail"""
    messages: Sequence[PromptMessageParam]
    """what the model is asked; default our own, in the language of the call"""
    timeoutSeconds: float
    """seconds for the answer and one correction; default 5"""


class SummaryPlanParam(TypedDict, total=False):
    """A summary of every call, in `analysis.summary`."""

    enabled: bool
    """default true"""
    messages: Sequence[PromptMessageParam]
    """what the model is asked; default our own, in the language of the call"""
    timeoutSeconds: float
    """seconds for the answer and one correction; default 5"""


class TextContentParam(TypedDict, total=False):
    """One language's version of a message."""

    type: Required[Literal["text"]]
    """always text"""
    text: Required[str]
    """what is said"""
    language: Required[str]
    """BCP 47 code, e.g. zh or en"""


class TimeRangeParam(TypedDict, total=False):
    """Which calls: those created from start up to and without end."""

    step: (
        Literal[
            "second",
            "minute",
            "hour",
            "day",
            "week",
            "month",
            "quarter",
            "year",
            "decade",
            "century",
            "millennium",
        ]
        | None
    )
    """one row for each; default: one for the whole range"""
    start: datetime | str | None
    """ISO 8601; default 7 days before end"""
    end: datetime | str | None
    """ISO 8601; default now"""
    timezone: str
    """by whose clocks a step begins; default UTC"""


class ToolMessageParam(TypedDict, total=False):
    """What is said around a tool call. Of several for one moment the first whose conditions hold is said."""

    type: Required[Literal["request-start", "request-complete", "request-failed", "request-response-delayed"]]
    """at which moment"""
    content: str | None
    """the words; empty = nothing; may hold {{ }} templates"""
    contents: Sequence[TextContentParam]
    """the words per language; content is for all others"""
    conditions: Sequence[ConditionParam]
    """all must hold"""
    blocking: bool
    """request-start: the call waits until it has been heard"""
    role: Literal["assistant", "system"] | None
    """request-complete and -failed: assistant (default) = said in the model's place; system = told the model"""
    endCallAfterSpokenEnabled: bool
    """request-complete and -failed: the call ends then"""
    timingMilliseconds: int | None
    """request-response-delayed: after how many ms; default 1200"""


class ToolParameterParam(TypedDict, total=False):
    """An argument that your server is always sent; the model neither sees nor sets it."""

    key: Required[str]
    """name of the argument"""
    value: Required[Any]
    """any JSON; strings may hold {{ }} templates"""


class ToolRefParam(TypedDict, total=False):
    """A stored tool, and which version of it."""

    toolId: Required[str]
    """the stored tool"""
    version: Required[Literal["latest"]]
    """latest: tools keep no older versions"""


class ToolRejectionPlanParam(TypedDict, total=False):
    """The tool is not run while all of these hold; the model is told so."""

    conditions: Sequence[RegexConditionParam | LiquidConditionParam | GroupConditionParam]
    """all must hold; a group with OR asks for one; at most 20, those in groups included"""


class TranscriptPlanParam(TypedDict, total=False):
    """How the transcript reads."""

    enabled: bool
    """false: no transcript, the messages are there all the same"""
    assistantName: str
    """who speaks for us; default AI"""
    userName: str
    """who calls; default User"""


class TranscriptionEndpointingPlanParam(TypedDict, total=False):
    """How long a silence ends a turn by how the transcript ends, where no smart plan judges the words."""

    onPunctuationSeconds: float
    """after a finished sentence, seconds"""
    onNoPunctuationSeconds: float
    """after an unfinished one, seconds"""
    onNumberSeconds: float
    """after a number, seconds"""


class TransferActionParam(TypedDict, total=False):
    """The call goes there."""

    type: Required[Literal["transfer"]]
    """transfer"""
    destination: Required[NumberDestinationParam | SipDestinationParam]
    """a number or a SIP address"""


class TransferCallToolParam(TypedDict, total=False):
    """Transfers the call; offered under the name transferCall with the argument destination."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["transferCall"]]
    """transferCall"""
    destinations: Sequence[NumberDestinationParam | SipDestinationParam | AssistantDestinationParam]
    """where to; empty = your server is asked by transfer-destination-request"""
    function: FunctionParam | None
    """another name or description for the model"""
    server: ServerParam | None
    """who is asked; default assistant.server"""


class VariableExtractionPlanParam(TypedDict, total=False):
    """What of a tool's JSON answer becomes variables for tools that follow in the conversation."""

    schema: Mapping[str, Any] | None
    """JSON Schema: its properties are taken from the answer; a plain value needs a title"""
    aliases: Sequence[AssistantsSchemasToolPlansAliasParam]
    """variables made of others"""


class VariableValueGroupByParam(TypedDict, total=False):
    """One of the call's variableValues."""

    key: Required[str]
    """the variable's name"""


class VerbalConsentParam(TypedDict, total=False):
    """Who says so agrees; who does not is not recorded."""

    message: Required[str]
    """said before anything else; it must say how consent is given or refused"""
    firstMessageMode: Literal["assistant-speaks-first", "assistant-waits-for-user"]
    """whether it is said at once or after the caller's first words"""
    voice: Mapping[str, Any] | None
    """not available: the assistant's own voice says it"""
    type: Required[Literal["verbal"]]
    """verbal"""
    declineTool: Mapping[str, Any] | None
    """{"type": "endCall"}: a refusal ends the call; default: it goes on unrecorded"""
    declineToolId: str | None
    """not available: give declineTool"""


class VoicemailBackoffPlanParam(TypedDict, total=False):
    """When a voicemail is looked for."""

    startAtSeconds: float
    """seconds"""
    frequencySeconds: float
    """seconds"""
    maxRetries: int
    """how often"""


class VoicemailDetectionPlanParam(TypedDict, total=False):
    """Is it a machine that answered? Whatever the provider, it is told by its words and its beep, for the first 35 seconds of the call; twilio's own fields are stored."""

    provider: Required[Literal["vapi", "google", "openai", "twilio"]]
    """accepted; the platform detects"""
    type: Literal["audio", "transcript"]
    """transcript: by what it says; audio: also by its beep alone; default audio"""
    beepMaxAwaitSeconds: float
    """from the call's start: the message is said then, beep or not; default 30"""
    backoffPlan: VoicemailBackoffPlanParam | None
    """accepted; listened to all the time"""
    enabled: bool
    """twilio only"""
    voicemailDetectionTypes: Sequence[str]
    """twilio only"""
    machineDetectionTimeout: float
    """twilio only, seconds"""
    machineDetectionSpeechThreshold: float
    """twilio only, ms"""
    machineDetectionSpeechEndThreshold: float
    """twilio only, ms"""
    machineDetectionSilenceTimeout: float
    """twilio only, ms"""


class VoicemailToolParam(TypedDict, total=False):
    """Lets the model leave `voicemailMessage` and hang up; it is offered under the name voicemail."""

    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejectionPlan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    type: Required[Literal["voicemail"]]
    """voicemail"""
    beepDetectionEnabled: bool
    """wait for the beep first; default false"""
    function: FunctionParam | None
    """another name or description for the model"""


class WebsocketTransportParam(TypedDict, total=False):
    """One WebSocket: binary frames are audio, text frames JSON messages."""

    provider: Required[Literal["vapi.websocket"]]
    """vapi.websocket"""
    conversationType: Literal["voice"]
    """voice"""
    audioFormat: AudioFormatParam
    """default pcm_s16le at 16 kHz"""


class ZhipuModelParam(TypedDict, total=False):
    """A GLM model of Zhipu (智谱). glm-5.3 always thinks, a little."""

    messages: Sequence[OpenAIMessageParam]
    """the prompt; usually one system message"""
    tools: Sequence[
        FunctionToolParam
        | ApiRequestToolParam
        | TransferCallToolParam
        | EndCallToolParam
        | DtmfToolParam
        | HandoffToolParam
        | QueryToolParam
        | McpToolParam
        | VoicemailToolParam
    ]
    """what the model may call"""
    temperature: float
    """0 = always the likeliest word; default 0.5"""
    maxTokens: int
    """tokens per reply; default 250"""
    emotionRecognitionEnabled: bool
    """not available yet: false"""
    numFastTurns: int
    """not available yet: 0"""
    toolIds: Sequence[str]
    """stored tools, beside those in tools"""
    toolRefs: Sequence[ToolRefParam]
    """the same with the version that is meant"""
    knowledgeBase: CustomKnowledgeBaseParam | None
    """a server of yours that the model may ask, by knowledge-base-request"""
    knowledgeBaseId: str | None
    """deprecated; a stored custom knowledge base in place of knowledgeBase"""
    functions: Sequence[FunctionParam]
    """deprecated spelling of function tools"""
    fallbackPlan: FallbackModelPlanParam | None
    """who thinks when this one fails or is late (Yingda's own)"""
    weight: float
    """its share under strategy weighted (Yingda's own); default 1"""
    model: str
    """e.g. glm-4.7-flash, glm-4.5-air, glm-5.3-flash"""
    realtime: Mapping[str, Any]
    """knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice, language, silenceMs … see the guide"""
    enableThinking: bool
    """let the model reason first; slow in conversation"""
    provider: Required[Literal["zhipu"]]
    """zhipu (Yingda's own; unknown to Vapi's SDKs)"""
    region: Literal["intl"] | None
    """intl: api.z.ai; keys differ"""
    reasoningEffort: Literal["low", "medium", "high"] | None
    """for glm-5.3"""


class AnalyticsGetLatency(Given, total=False):
    assistant_id: str | None
    """calls with this stored assistant"""
    from_: datetime | str | None
    """default: 7 days before `to`"""
    to: datetime | str | None
    """default: now"""


class AnalyticsGetVendors(Given, total=False):
    hours: int
    """so many hours back, the running one included"""


class AnalyticsQuery(Given, total=False):
    queries: Required[Sequence[AnalyticsQueryParam]]
    """each is answered by itself"""


class ApiKeysCreate(Given, total=False):
    kind: Literal["private", "public"]
    """for servers, or for browsers"""
    name: str
    """for people; at most 80 characters"""
    scopes: Sequence[str] | None
    """e.g. assistants:read, calls:write, *"""
    expires_at: datetime | str | None
    """left out: never"""
    restrictions: KeyRestrictionsParam


class ApiKeysList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class ApiKeysUpdate(Given, total=False):
    name: str | None
    """for people"""
    scopes: Sequence[str] | None
    """replaces all; only what you have yourself"""
    expires_at: datetime | str | None
    """null: never"""
    restrictions: KeyRestrictionsParam | None
    """replaces all"""


class ApiKeysRotate(Given, total=False):
    overlap_seconds: int
    """s for which the old value works too; default a day"""


class AssistantsListAllDrafts(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class AssistantsCreate(Given, total=False):
    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModelParam
        | GoogleModelParam
        | CustomLLMModelParam
        | DeepSeekModelParam
        | MinimaxLLMModelParam
        | DashScopeModelParam
        | MoonshotModelParam
        | ZhipuModelParam
        | QianfanModelParam
        | SparkModelParam
        | ArkModelParam
        | HunyuanModelParam
        | ScriptedModelParam
        | OtherModelParam
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam | None
    """who hears; default: the installation's"""
    voice: EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam | None
    """who speaks; default: the installation's"""
    first_message: str
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: Literal[
        "assistant-speaks-first",
        "assistant-speaks-first-with-model-generated-message",
        "assistant-waits-for-user",
        "assistant-speaks-after-greeting",
    ]
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float
    """seconds of silence that end the call; default 30"""
    end_call_message: str
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: Sequence[str]
    """if the assistant says one of these, the call ends"""
    client_messages: (
        Sequence[
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
    server: ServerParam | None
    """your webhook"""
    server_messages: (
        Sequence[
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
    credentials: Sequence[InlineCredentialParam]
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlanParam | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlanParam | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlanParam | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlanParam | None
    """what is kept of the call"""
    monitor_plan: MonitorPlanParam | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlanParam | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlanParam | None
    """stored"""
    keypad_input_plan: KeypadInputPlanParam | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlanParam | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlanParam | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: Sequence[HookParam]
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool
    """stored; messages hold what was heard"""
    transport_configurations: Sequence[Mapping[str, Any]]
    """stored; for telephones"""
    metadata: Mapping[str, Any]
    """yours: any JSON, returned as it is"""
    credential_ids: Sequence[str]
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlanParam | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""


class AssistantsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class AssistantsUpdate(Given, total=False):
    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModelParam
        | GoogleModelParam
        | CustomLLMModelParam
        | DeepSeekModelParam
        | MinimaxLLMModelParam
        | DashScopeModelParam
        | MoonshotModelParam
        | ZhipuModelParam
        | QianfanModelParam
        | SparkModelParam
        | ArkModelParam
        | HunyuanModelParam
        | ScriptedModelParam
        | OtherModelParam
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam | None
    """who hears; default: the installation's"""
    voice: EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam | None
    """who speaks; default: the installation's"""
    first_message: str
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: Literal[
        "assistant-speaks-first",
        "assistant-speaks-first-with-model-generated-message",
        "assistant-waits-for-user",
        "assistant-speaks-after-greeting",
    ]
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float
    """seconds of silence that end the call; default 30"""
    end_call_message: str
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: Sequence[str]
    """if the assistant says one of these, the call ends"""
    client_messages: (
        Sequence[
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
    server: ServerParam | None
    """your webhook"""
    server_messages: (
        Sequence[
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
    credentials: Sequence[InlineCredentialParam]
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlanParam | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlanParam | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlanParam | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlanParam | None
    """what is kept of the call"""
    monitor_plan: MonitorPlanParam | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlanParam | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlanParam | None
    """stored"""
    keypad_input_plan: KeypadInputPlanParam | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlanParam | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlanParam | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: Sequence[HookParam]
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool
    """stored; messages hold what was heard"""
    transport_configurations: Sequence[Mapping[str, Any]]
    """stored; for telephones"""
    metadata: Mapping[str, Any]
    """yours: any JSON, returned as it is"""
    credential_ids: Sequence[str]
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlanParam | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""


class AssistantsListVersions(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class AssistantsUpdateVersion(Given, total=False):
    name: str | None
    """at most 80 characters"""
    description: str | None
    """at most 1000 characters"""


class AssistantsCreateDraft(Given, total=False):
    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModelParam
        | GoogleModelParam
        | CustomLLMModelParam
        | DeepSeekModelParam
        | MinimaxLLMModelParam
        | DashScopeModelParam
        | MoonshotModelParam
        | ZhipuModelParam
        | QianfanModelParam
        | SparkModelParam
        | ArkModelParam
        | HunyuanModelParam
        | ScriptedModelParam
        | OtherModelParam
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam | None
    """who hears; default: the installation's"""
    voice: EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam | None
    """who speaks; default: the installation's"""
    first_message: str
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: Literal[
        "assistant-speaks-first",
        "assistant-speaks-first-with-model-generated-message",
        "assistant-waits-for-user",
        "assistant-speaks-after-greeting",
    ]
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float
    """seconds of silence that end the call; default 30"""
    end_call_message: str
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: Sequence[str]
    """if the assistant says one of these, the call ends"""
    client_messages: (
        Sequence[
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
    server: ServerParam | None
    """your webhook"""
    server_messages: (
        Sequence[
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
    credentials: Sequence[InlineCredentialParam]
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlanParam | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlanParam | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlanParam | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlanParam | None
    """what is kept of the call"""
    monitor_plan: MonitorPlanParam | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlanParam | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlanParam | None
    """stored"""
    keypad_input_plan: KeypadInputPlanParam | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlanParam | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlanParam | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: Sequence[HookParam]
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool
    """stored; messages hold what was heard"""
    transport_configurations: Sequence[Mapping[str, Any]]
    """stored; for telephones"""
    metadata: Mapping[str, Any]
    """yours: any JSON, returned as it is"""
    credential_ids: Sequence[str]
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlanParam | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""


class AssistantsListDrafts(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class AssistantsUpdateDraft(Given, total=False):
    name: str | None
    """for people; at most 40 characters"""
    model: (
        OpenAIModelParam
        | GoogleModelParam
        | CustomLLMModelParam
        | DeepSeekModelParam
        | MinimaxLLMModelParam
        | DashScopeModelParam
        | MoonshotModelParam
        | ZhipuModelParam
        | QianfanModelParam
        | SparkModelParam
        | ArkModelParam
        | HunyuanModelParam
        | ScriptedModelParam
        | OtherModelParam
        | None
    )
    """who thinks"""
    transcriber: PocketSphinxTranscriberParam | DashScopeTranscriberParam | OtherTranscriberParam | None
    """who hears; default: the installation's"""
    voice: EspeakVoiceParam | DashScopeVoiceParam | OtherVoiceParam | None
    """who speaks; default: the installation's"""
    first_message: str
    """what the assistant says first; may hold {{ }} templates"""
    first_message_mode: Literal[
        "assistant-speaks-first",
        "assistant-speaks-first-with-model-generated-message",
        "assistant-waits-for-user",
        "assistant-speaks-after-greeting",
    ]
    """who speaks first; assistant-speaks-after-greeting waits until whoever answered is done, so that a voicemail records the whole message; default assistant-speaks-first"""
    first_message_interruptions_enabled: bool
    """whether speech interrupts the first message; default false"""
    max_duration_seconds: int
    """seconds; the call ends then; default 600"""
    silence_timeout_seconds: float
    """seconds of silence that end the call; default 30"""
    end_call_message: str
    """said before the assistant hangs up; may hold {{ }} templates"""
    end_call_phrases: Sequence[str]
    """if the assistant says one of these, the call ends"""
    client_messages: (
        Sequence[
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
    server: ServerParam | None
    """your webhook"""
    server_messages: (
        Sequence[
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
    credentials: Sequence[InlineCredentialParam]
    """keys of vendors, one per provider"""
    start_speaking_plan: StartSpeakingPlanParam | None
    """when the assistant answers"""
    stop_speaking_plan: StopSpeakingPlanParam | None
    """what interrupts the assistant"""
    analysis_plan: AnalysisPlanParam | None
    """what is worked out after the call"""
    artifact_plan: ArtifactPlanParam | None
    """what is kept of the call"""
    monitor_plan: MonitorPlanParam | None
    """listening in and steering"""
    compliance_plan: AssistantCompliancePlanParam | None
    """promises about data"""
    background_speech_denoising_plan: BackgroundSpeechDenoisingPlanParam | None
    """stored"""
    keypad_input_plan: KeypadInputPlanParam | None
    """keys the caller presses"""
    observability_plan: LangfuseObservabilityPlanParam | None
    """traces; stored"""
    voicemail_detection: VoicemailDetectionPlanParam | Literal["off"] | None
    """whether a machine that answers is recognised; default off"""
    voicemail_message: str
    """said to a machine after its beep; empty: the call ends at once; may hold {{ }}"""
    hooks: Sequence[HookParam]
    """what it does at moments of the call"""
    background_sound: Literal["off", "office", "music"] | str | None
    """under the whole call: off, office, music (Yingda's own) or a WAV's URL; default off"""
    model_output_in_messages_enabled: bool
    """stored; messages hold what was heard"""
    transport_configurations: Sequence[Mapping[str, Any]]
    """stored; for telephones"""
    metadata: Mapping[str, Any]
    """yours: any JSON, returned as it is"""
    credential_ids: Sequence[str]
    """which of the organisation's credentials to prefer"""
    message_plan: MessagePlanParam | None
    """what a silent caller is asked"""
    background_denoising_enabled: bool | None
    """deprecated; stored"""
    hipaa_enabled: bool
    """deprecated spelling of compliancePlan.hipaaEnabled"""
    server_url: str | None
    """deprecated spelling of server.url"""
    server_url_secret: str | None
    """deprecated spelling of server.secret; never returned"""
    customer_join_timeout_seconds: float | None
    """deprecated; stored"""


class AssistantsPublishDraft(Given, total=False):
    force: bool
    """also when the assistant was changed meanwhile; default false"""


class AuditLogsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    actor_id: str | None
    """id of the key or person"""
    resource_id: str | None
    """what was written to"""
    method: Literal["POST", "PUT", "PATCH", "DELETE"] | None
    """how"""
    route: str | None
    """route template, e.g. /v1/assistants/{id}"""
    address: str | None
    """the client's address"""
    outcome: Literal["done", "refused"] | None
    """done: status below 400; refused: the rest"""


class CallLogsGet(Given, total=False):
    token: Required[str]
    """from the URL as it was given"""


class CallsCreate(Given, total=False):
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this call"""
    assistant_overrides: AssistantOverridesParam | None
    """laid over the assistant or every member; its variableValues fill templates"""
    assistant_version: str | None
    """a version of the stored assistant, e.g. v2; default: as calls are split, or the latest"""
    squad_id: str | None
    """or a stored squad, whose first member begins"""
    squad: CreateSquadParam | None
    """or a squad only for this call"""
    squad_overrides: AssistantOverridesParam | None
    """laid over every member of the squad"""
    workflow_id: Any
    """not available"""
    workflow: Any
    """not available"""
    workflow_overrides: Any
    """not available"""
    transport: WebsocketTransportParam | SipTransportParam | None
    """default: vapi.websocket, pcm_s16le at 16 kHz"""
    customer: CreateCustomerParam | None
    """who it is with"""
    name: str | None
    """for your own use"""
    session_id: str | None
    """a session by text that goes on as this call (Yingda's own); who answers there, talks"""
    previous_chat_id: str | None
    """or a chat that it goes on from (Yingda's own); not with sessionId"""
    customer_id: Any
    """not available: give customer"""
    phone_number_id: str | None
    """the stored phone number that calls the customer"""
    phone_number: Any
    """not available: give phoneNumberId"""
    schedule_plan: SchedulePlanParam | None
    """by telephone: dial it later"""


class CallsCreateBatch(Given, total=False):
    customers: Required[Sequence[CreateCustomerParam] | None]
    """a batch: each is called by itself"""
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this call"""
    assistant_overrides: AssistantOverridesParam | None
    """laid over the assistant or every member; its variableValues fill templates"""
    assistant_version: str | None
    """a version of the stored assistant, e.g. v2; default: as calls are split, or the latest"""
    squad_id: str | None
    """or a stored squad, whose first member begins"""
    squad: CreateSquadParam | None
    """or a squad only for this call"""
    squad_overrides: AssistantOverridesParam | None
    """laid over every member of the squad"""
    workflow_id: Any
    """not available"""
    workflow: Any
    """not available"""
    workflow_overrides: Any
    """not available"""
    transport: WebsocketTransportParam | SipTransportParam | None
    """default: vapi.websocket, pcm_s16le at 16 kHz"""
    customer: CreateCustomerParam | None
    """who it is with"""
    name: str | None
    """for your own use"""
    session_id: str | None
    """a session by text that goes on as this call (Yingda's own); who answers there, talks"""
    previous_chat_id: str | None
    """or a chat that it goes on from (Yingda's own); not with sessionId"""
    customer_id: Any
    """not available: give customer"""
    phone_number_id: str | None
    """the stored phone number that calls the customer"""
    phone_number: Any
    """not available: give phoneNumberId"""
    schedule_plan: SchedulePlanParam | None
    """by telephone: dial it later"""


class CallsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    id: str | None
    """one call"""
    assistant_id: str | None
    """calls with this stored assistant"""
    phone_number_id: str | None
    """calls through this phone number"""


class CallsCreateWeb(Given, total=False):
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this call"""
    assistant_overrides: AssistantOverridesParam | None
    """laid over the assistant or every member; its variableValues fill templates"""
    assistant_version: str | None
    """a version of the stored assistant, e.g. v2; default: as calls are split, or the latest"""
    squad_id: str | None
    """or a stored squad, whose first member begins"""
    squad: CreateSquadParam | None
    """or a squad only for this call"""
    squad_overrides: AssistantOverridesParam | None
    """laid over every member of the squad"""
    workflow_id: Any
    """not available"""
    workflow: Any
    """not available"""
    workflow_overrides: Any
    """not available"""
    transport: WebsocketTransportParam | SipTransportParam | None
    """default: vapi.websocket, pcm_s16le at 16 kHz"""
    customer: CreateCustomerParam | None
    """who it is with"""
    name: str | None
    """for your own use"""
    session_id: str | None
    """a session by text that goes on as this call (Yingda's own); who answers there, talks"""
    previous_chat_id: str | None
    """or a chat that it goes on from (Yingda's own); not with sessionId"""
    room_delete_on_user_leave_enabled: bool
    """accepted; there is no room to keep"""


class CallsUpdate(Given, total=False):
    name: str | None
    """for your own use"""


class CallsDelete(Given, total=False):
    ids: Sequence[str]
    """ids of calls, at most 100"""


class CallsSearch(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt", "duration", "cost"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one call"""
    id_any: str | None
    """these calls"""
    assistant_id: str | None
    """calls with this stored assistant"""
    assistant_id_any: str | None
    """with one of these"""
    assistant_name: str | None
    """a part of the assistant's name"""
    squad_id: str | None
    """calls with this stored squad"""
    squad_id_any: str | None
    """with one of these"""
    squad_name: str | None
    """a part of the squad's name"""
    phone_number_id: str | None
    """calls through this phone number"""
    phone_number_id_any: str | None
    """through one of these"""
    type_any: str | None
    """outboundPhoneCall, webCall …"""
    status_any: str | None
    """queued, ended …"""
    ended_reason: str | None
    """calls that ended so"""
    ended_reason_any: str | None
    """for one of these reasons"""
    customer: str | None
    """a part of the customer's number, SIP URI, name, email or externalId"""
    customer_number_any: str | None
    """with one of these numbers, as in the call"""
    transcript: str | None
    """a part of the transcript"""
    cost_ge: float | None
    """cost at least, CNY"""
    cost_le: float | None
    """cost at most, CNY"""
    success_evaluation: str | None
    """analysis.successEvaluation, exactly"""
    structured_outputs: str | None
    """JSON {"<id of a structured output>": <its result>}; all must be so"""
    score: str | None
    """accepted; scorecards are not available, so it matches none"""


class CallsSearchMetadata(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt", "duration", "cost"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one call"""
    id_any: str | None
    """these calls"""
    assistant_id: str | None
    """calls with this stored assistant"""
    assistant_id_any: str | None
    """with one of these"""
    assistant_name: str | None
    """a part of the assistant's name"""
    squad_id: str | None
    """calls with this stored squad"""
    squad_id_any: str | None
    """with one of these"""
    squad_name: str | None
    """a part of the squad's name"""
    phone_number_id: str | None
    """calls through this phone number"""
    phone_number_id_any: str | None
    """through one of these"""
    type_any: str | None
    """outboundPhoneCall, webCall …"""
    status_any: str | None
    """queued, ended …"""
    ended_reason: str | None
    """calls that ended so"""
    ended_reason_any: str | None
    """for one of these reasons"""
    customer: str | None
    """a part of the customer's number, SIP URI, name, email or externalId"""
    customer_number_any: str | None
    """with one of these numbers, as in the call"""
    transcript: str | None
    """a part of the transcript"""
    cost_ge: float | None
    """cost at least, CNY"""
    cost_le: float | None
    """cost at most, CNY"""
    success_evaluation: str | None
    """analysis.successEvaluation, exactly"""
    structured_outputs: str | None
    """JSON {"<id of a structured output>": <its result>}; all must be so"""
    score: str | None
    """accepted; scorecards are not available, so it matches none"""


class CallsExport(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt", "duration", "cost"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one call"""
    id_any: str | None
    """these calls"""
    assistant_id: str | None
    """calls with this stored assistant"""
    assistant_id_any: str | None
    """with one of these"""
    assistant_name: str | None
    """a part of the assistant's name"""
    squad_id: str | None
    """calls with this stored squad"""
    squad_id_any: str | None
    """with one of these"""
    squad_name: str | None
    """a part of the squad's name"""
    phone_number_id: str | None
    """calls through this phone number"""
    phone_number_id_any: str | None
    """through one of these"""
    type_any: str | None
    """outboundPhoneCall, webCall …"""
    status_any: str | None
    """queued, ended …"""
    ended_reason: str | None
    """calls that ended so"""
    ended_reason_any: str | None
    """for one of these reasons"""
    customer: str | None
    """a part of the customer's number, SIP URI, name, email or externalId"""
    customer_number_any: str | None
    """with one of these numbers, as in the call"""
    transcript: str | None
    """a part of the transcript"""
    cost_ge: float | None
    """cost at least, CNY"""
    cost_le: float | None
    """cost at most, CNY"""
    success_evaluation: str | None
    """analysis.successEvaluation, exactly"""
    structured_outputs: str | None
    """JSON {"<id of a structured output>": <its result>}; all must be so"""
    score: str | None
    """accepted; scorecards are not available, so it matches none"""
    format: Literal["csv", "json"]
    """default csv"""
    columns: str | None
    """comma list of fields; default id, createdAt, startedAt, endedAt, durationSeconds, type, status, endedReason, name, assistantId, squadId, phoneNumberId, customer.number, customer.name, cost, transcript, summary, analysis.successEvaluation, recordingUrl, stereoRecordingUrl"""
    async_: bool
    """not available: false"""
    email: str | None
    """not available"""


class ChatsCreate(Given, total=False):
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this conversation"""
    assistant_overrides: ChatOverridesParam | None
    """variableValues for the assistant's templates; nothing else can be overridden"""
    squad_id: str | None
    """or a stored squad"""
    squad: CreateSquadParam | None
    """or a squad only for this conversation"""
    name: str | None
    """for your own use; at most 40 characters"""
    session_id: str | None
    """the session it belongs to"""
    previous_chat_id: str | None
    """or the chat it goes on from; not with sessionId"""
    input: Required[str | Sequence[ChatMessageParam]]
    """what the person says, or messages of which the last is to be answered"""
    transport: Any
    """not available"""


class ChatsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one chat"""
    id_any: str | None
    """any of these ids, separated by commas"""
    assistant_id: str | None
    """with this stored assistant"""
    assistant_id_any: str | None
    """any of these, separated by commas"""
    squad_id: str | None
    """with this stored squad"""
    session_id: str | None
    """of this session"""
    previous_chat_id: str | None
    """those that go on from this chat"""


class ChatsCreateResponse(Given, total=False):
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this conversation"""
    assistant_overrides: ChatOverridesParam | None
    """variableValues for the assistant's templates; nothing else can be overridden"""
    squad_id: str | None
    """or a stored squad"""
    squad: CreateSquadParam | None
    """or a squad only for this conversation"""
    name: str | None
    """for your own use; at most 40 characters"""
    session_id: str | None
    """the session it belongs to"""
    previous_chat_id: str | None
    """or the chat it goes on from; not with sessionId"""
    input: Required[str | Sequence[ChatMessageParam]]
    """what the person says, or messages of which the last is to be answered"""
    transport: Any
    """not available"""
    model: str | None
    """OpenAI's clients ask for it; not used: the assistant has its model"""
    previous_response_id: str | None
    """OpenAI's word for previousChatId"""


class ChatsCreateWeb(Given, total=False):
    assistant_id: str | None
    """a stored assistant; not needed with sessionId"""
    assistant: CreateAssistantParam | None
    """or one only for this conversation"""
    assistant_overrides: ChatOverridesParam | None
    """variableValues for the assistant's templates; nothing else can be overridden"""
    session_id: str | None
    """the session it goes on in; default: a new one"""
    session_expiration_seconds: int | None
    """of the new session: seconds after its last use; 60 to 2592000, default 86400"""
    customer: CreateCustomerParam | None
    """of the new session: who it is with"""
    input: Required[str | Sequence[ChatMessageParam]]
    """what the person says, or messages of which the last is to be answered"""
    session_end: bool
    """true: the session is completed after this message"""


class ChatsCreateWebResponse(Given, total=False):
    assistant_id: str | None
    """a stored assistant; not needed with sessionId"""
    assistant: CreateAssistantParam | None
    """or one only for this conversation"""
    assistant_overrides: ChatOverridesParam | None
    """variableValues for the assistant's templates; nothing else can be overridden"""
    session_id: str | None
    """the session it goes on in; default: a new one"""
    session_expiration_seconds: int | None
    """of the new session: seconds after its last use; 60 to 2592000, default 86400"""
    customer: CreateCustomerParam | None
    """of the new session: who it is with"""
    input: Required[str | Sequence[ChatMessageParam]]
    """what the person says, or messages of which the last is to be answered"""
    session_end: bool
    """true: the session is completed after this message"""
    model: str | None
    """OpenAI's clients ask for it; not used: the assistant has its model"""


class ConversationsCreateMessage(Given, total=False):
    content: Required[str]
    """their words"""


class ConversationsListMessages(Given, total=False):
    limit: int
    """messages at most; default 100"""
    after: int
    """only those behind this seq; default 0"""


class ConversationsCreate(Given, total=False):
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this conversation"""
    assistant_overrides: ChatOverridesParam | None
    """variableValues for the assistant's templates; nothing else can be overridden"""
    squad_id: str | None
    """or a stored squad"""
    squad: CreateSquadParam | None
    """or a squad only for this conversation"""
    name: str | None
    """for your own use; at most 40 characters"""
    status: Literal["active", "completed"] | None
    """completed takes no more messages; default active"""
    expiration_seconds: int | None
    """seconds after its last use until it expires; 60 to 2592000, default 86400"""
    messages: Sequence[ChatMessageParam] | None
    """what was said so far; in an update it replaces all of it"""
    customer: CreateCustomerParam | None
    """who it is with; {{customer.name}} in templates"""
    customer_id: Any
    """not available: give customer"""
    phone_number_id: Any
    """not available"""
    phone_number: Any
    """not available"""


class ConversationsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one session"""
    id_any: str | None
    """any of these ids, separated by commas"""
    name: str | None
    """exactly this name"""
    assistant_id: str | None
    """with this stored assistant"""
    assistant_id_any: str | None
    """any of these, separated by commas"""
    squad_id: str | None
    """with this stored squad"""


class CredentialsTestUnsaved(Given, total=False):
    model: str
    """the chat model to ask"""
    transcriber_model: str
    """the recogniser to open"""
    voice_model: str
    """the model of the voice"""
    voice_id: str
    """the voice to hear"""
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
    authentication_plan: OAuth2PlanParam | None
    """custom-llm only: OAuth 2.0"""
    provider: Required[str]
    """whose account this is, e.g. iflytek"""


class CredentialsTest(Given, total=False):
    model: str
    """the chat model to ask"""
    transcriber_model: str
    """the recogniser to open"""
    voice_model: str
    """the model of the voice"""
    voice_id: str
    """the voice to hear"""


class CredentialsCreate(Given, total=False):
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
    authentication_plan: OAuth2PlanParam | None | BearerPlanParam | OAuth2PlanParam | HmacPlanParam
    """custom-llm only: OAuth 2.0"""
    provider: Required[str | Literal["webhook"] | Literal["custom-credential"] | Literal["byo-sip-trunk"]]
    """whose account this is, e.g. iflytek"""
    encryption_plan: EncryptionPlanParam | None
    """your public key"""
    gateways: Sequence[SipTrunkGatewayParam]
    """the carrier's addresses"""
    outbound_authentication_plan: SipAuthenticationPlanParam | None
    """default: the carrier knows our address"""
    outbound_leading_plus_enabled: bool | None
    """whether numbers are dialled with their +; default false"""
    tech_prefix: str | None
    """digits before every number that is dialled"""
    sip_diversion_header: str | None
    """the Diversion header of outbound calls"""


class CredentialsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class CredentialsUpdate(Given, total=False):
    gateways: Sequence[SipTrunkGatewayParam] | None
    """the carrier's addresses"""
    outbound_authentication_plan: SipAuthenticationPlanParam | None
    """default: the carrier knows our address"""
    outbound_leading_plus_enabled: bool | None
    """whether numbers are dialled with their +; default false"""
    tech_prefix: str | None
    """digits before every number that is dialled"""
    sip_diversion_header: str | None
    """the Diversion header of outbound calls"""
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
    authentication_plan: BearerPlanParam | OAuth2PlanParam | HmacPlanParam | None
    """webhook, custom-credential, custom-llm: replaces the plan"""
    provider: str | None
    """cannot change; may be repeated"""
    encryption_plan: EncryptionPlanParam | None
    """custom-credential: replaces the plan"""


class CustomKnowledgeBasesCreate(Given, total=False):
    provider: Required[Literal["custom-knowledge-base"]]
    """custom-knowledge-base: your server answers knowledge-base-request"""
    server: Required[ServerParam]
    """who is asked"""
    name: str | None
    """for people; at most 40 characters (Yingda's own)"""


class CustomKnowledgeBasesList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class CustomKnowledgeBasesUpdate(Given, total=False):
    provider: Literal["custom-knowledge-base"] | None
    """may be repeated"""
    server: ServerParam | None
    """who is asked"""
    name: str | None
    """for people"""


class FilesList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    purpose: str | None
    """only files with this purpose"""


class FilesCreate(Given, total=False):
    file: Required[FileInput]
    """the file, by default at most 20 MB"""
    name: str
    """for people; default the file's own name"""
    purpose: str
    """yours: what the file is for"""
    metadata: str
    """yours: a JSON object, returned as it is"""


class FilesUpdate(Given, total=False):
    name: str | None
    """for people"""
    metadata: Mapping[str, Any] | None
    """yours: any JSON, returned as it is"""


class InvitationsAccept(Given, total=False):
    token: Required[str]
    """from the link, after the #"""
    name: Required[str]
    """for people"""
    password: Required[str]
    """at least 8 characters; upper case, lower case, a digit"""


class InvitationsCreate(Given, total=False):
    email: Required[str]
    """the address to log in with; nobody else can take it"""
    role: Literal["owner", "admin", "developer", "billing", "viewer"]
    """only an owner may invite an owner; see GET /v1/roles"""


class InvitationsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    pending: bool
    """only those that can still be accepted"""


class KnowledgeBasesCreate(Given, total=False):
    name: Required[str]
    """for people; at most 80 characters"""
    description: str | None
    """what is in it; at most 1000 characters"""


class KnowledgeBasesList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class KnowledgeBasesUpdate(Given, total=False):
    name: str | None
    """for people; at most 80 characters"""
    description: str | None
    """what is in it; at most 1000 characters"""


class KnowledgeBasesCreateFile(Given, total=False):
    file_id: Required[str]
    """an uploaded file"""


class LogsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    type: Literal["API", "Webhook", "Call"] | None
    """API: writes and refused ones; Webhook; Call; default: all"""
    call_id: str | None
    """of one call: all its events, else only beginnings, ends and errors"""
    page: int
    """which page, from 1; only the first 10,000 entries"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest first"""


class LogsDelete(Given, total=False):
    type: Required[Literal["API", "Webhook", "Call"]]
    """Webhook; the others cannot be deleted"""
    call_id: str | None
    """only those of one call"""


class MembersCreate(Given, total=False):
    email: Required[str]
    """to log in with; one account in the whole installation"""
    name: Required[str]
    """at most 80 characters"""
    role: Literal["owner", "admin", "developer", "billing", "viewer"]
    """what they may do: see /v1/roles; default developer"""
    password: Required[str]
    """at least 8 characters with upper and lower case and a digit"""


class MembersList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class MembersUpdate(Given, total=False):
    name: str | None
    """at most 80 characters"""
    role: Literal["owner", "admin", "developer", "billing", "viewer"] | None
    """what they may do: see /v1/roles"""
    password: str | None
    """a new one; ends their logins"""


class ModelsList(Given, total=False):
    component: Literal["transcriber", "model", "voice", "realtime"] | None
    """what it does"""
    provider: str | None
    """as in assistants"""
    language: str | None
    """ISO 639, e.g. zh"""


class OrganizationsUpdate(Given, total=False):
    name: str | None
    """for people"""
    server: ServerParam | None
    """where messages go that neither tool, assistant nor phone number has a server for; default none"""
    concurrency_limit: int | None
    """calls at once; at most what the installation allows this organisation, which is the default"""
    rate_limit: int | None
    """requests of the whole organisation in 60 seconds; at most the installation's limit, the default"""
    billing_limit: float | None
    """most to be spent in a month, in the price list's currency; kept and shown, stops no call yet"""
    compliance_plan: OrganizationComplianceParam | None
    """defaults for every assistant that has no compliancePlan of its own"""


class OwnVoicesList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class OwnVoicesCreate(Given, total=False):
    provider: Required[str]
    """whose voice it will be: dashscope, minimax …"""
    name: Required[str]
    """1 to 9 small letters and digits, once per provider"""
    model: Required[str]
    """the vendor's model that will speak with it"""
    sample: FileInput
    """WAV, MP3 or M4A, at most 10 MB"""
    consent: str
    """who allowed the copy, and how; needed for a copy"""
    description: str
    """what the voice shall be like, instead of a sample"""
    preview_text: str
    """what the new voice says for a first impression"""
    language: str
    """BCP 47, if known"""
    credential_id: str | None
    """the account; else the newest credential"""
    sample_text: str
    """what is said in it, if known"""


class OwnVoicesDelete(Given, total=False):
    force: bool
    """forget it here even if its vendor keeps it; default false"""


class PhoneNumbersCreate(Given, total=False):
    name: str | None
    """for people"""
    assistant_id: str | None
    """the stored assistant that takes its calls"""
    squad_id: str | None
    """or the stored squad"""
    workflow_id: Any
    """not available"""
    server: ServerParam | None
    """asked for an assistant where none is set; told of calls whose assistant has none"""
    fallback_destination: NumberDestinationParam | SipDestinationParam | None
    """where calls go when no assistant can be had"""
    hooks: Sequence[RingingHookParam | EndingHookParam]
    """reactions"""
    provider: Required[Literal["byo-phone-number"] | Literal["vapi"]]
    """byo-phone-number"""
    number: str | None
    """E.164, or as it is written in mainland China"""
    number_e164_check_enabled: bool
    """false: any text, e.g. an extension; default true"""
    credential_id: str
    """your byo-sip-trunk credential"""
    sip_uri: str | None
    """sip:<name>@<this installation's domain>; default: a name of ours"""
    authentication: SipAuthenticationParam | None
    """default: everybody may call it"""
    number_desired_area_code: Any
    """not available"""


class PhoneNumbersList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""


class PhoneNumbersUpdate(Given, total=False):
    name: str | None
    """for people"""
    assistant_id: str | None
    """the stored assistant that takes its calls"""
    squad_id: str | None
    """or the stored squad"""
    workflow_id: Any
    """not available"""
    server: ServerParam | None
    """asked for an assistant where none is set; told of calls whose assistant has none"""
    fallback_destination: NumberDestinationParam | SipDestinationParam | None
    """where calls go when no assistant can be had"""
    hooks: Sequence[RingingHookParam | EndingHookParam]
    """reactions"""
    provider: Literal["byo-phone-number", "vapi"] | None
    """cannot change; may be repeated"""
    number: str | None
    """byo-phone-number"""
    number_e164_check_enabled: bool | None
    """byo-phone-number"""
    credential_id: str | None
    """byo-phone-number"""
    sip_uri: str | None
    """vapi"""
    authentication: SipAuthenticationParam | None
    """vapi; without a password the stored one is kept for the same username"""


class PhoneNumbersSearch(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    search: str | None
    """a part of the number, the SIP address or the name"""


class PhoneNumbersRing(Given, total=False):
    number: str | None
    """who calls; default: a withheld number"""
    name: str | None
    """the caller's name, as a carrier may tell it"""
    sip_uri: str | None
    """who calls, from a SIP address"""


class SessionsCreate(Given, total=False):
    assistant_id: str | None
    """a stored assistant"""
    assistant: CreateAssistantParam | None
    """or one only for this conversation"""
    assistant_overrides: ChatOverridesParam | None
    """variableValues for the assistant's templates; nothing else can be overridden"""
    squad_id: str | None
    """or a stored squad"""
    squad: CreateSquadParam | None
    """or a squad only for this conversation"""
    name: str | None
    """for your own use; at most 40 characters"""
    status: Literal["active", "completed"] | None
    """completed takes no more messages; default active"""
    expiration_seconds: int | None
    """seconds after its last use until it expires; 60 to 2592000, default 86400"""
    messages: Sequence[ChatMessageParam] | None
    """what was said so far; in an update it replaces all of it"""
    customer: CreateCustomerParam | None
    """who it is with; {{customer.name}} in templates"""
    customer_id: Any
    """not available: give customer"""
    phone_number_id: Any
    """not available"""
    phone_number: Any
    """not available"""


class SessionsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one session"""
    id_any: str | None
    """any of these ids, separated by commas"""
    name: str | None
    """exactly this name"""
    assistant_id: str | None
    """with this stored assistant"""
    assistant_id_any: str | None
    """any of these, separated by commas"""
    squad_id: str | None
    """with this stored squad"""


class SessionsUpdate(Given, total=False):
    name: str | None
    """for your own use; at most 40 characters"""
    status: Literal["active", "completed"] | None
    """completed takes no more messages; default active"""
    expiration_seconds: int | None
    """seconds after its last use until it expires; 60 to 2592000, default 86400"""
    messages: Sequence[ChatMessageParam] | None
    """what was said so far; in an update it replaces all of it"""


class SquadsCreate(Given, total=False):
    name: str | None
    """for people; at most 40 characters"""
    members: Required[Sequence[SquadMemberParam]]
    """its assistants"""
    members_overrides: AssistantOverridesParam | None
    """laid over every member, after its own overrides"""
    transfers: Sequence[SquadTransferParam]
    """who may hand over to whom"""
    faqs: Sequence[FaqParam]
    """prepared answers, for conversations in text"""
    max_handoffs: int
    """handoffs in one conversation; default 10"""


class SquadsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    id_any: Sequence[str]
    """only these; commas or repeated"""


class SquadsUpdate(Given, total=False):
    name: str | None
    """for people; at most 40 characters"""
    members: Sequence[SquadMemberParam] | None
    """its assistants"""
    members_overrides: AssistantOverridesParam | None
    """laid over every member, after its own overrides"""
    transfers: Sequence[SquadTransferParam]
    """who may hand over to whom"""
    faqs: Sequence[FaqParam]
    """prepared answers, for conversations in text"""
    max_handoffs: int
    """handoffs in one conversation; default 10"""


class SquadsExecute(Given, total=False):
    input: Required[str]
    """what the person says"""
    session_id: str | None
    """continues a conversation; default: a new one"""
    context: Mapping[str, Any]
    """merged into what all members know; values for {{ }} templates"""


class StructuredOutputsRun(Given, total=False):
    preview_enabled: bool
    """true: answer the results and store nothing; default false"""
    structured_output_id: str | None
    """a stored one"""
    structured_output: CreateStructuredOutputParam | None
    """or one only for this run"""
    call_ids: Required[Sequence[str]]
    """calls; only one if previewEnabled, as it is waited for"""


class StructuredOutputsCreate(Given, total=False):
    type: Literal["ai", "regex"]
    """ai: a model reads the transcript; regex: a pattern searches it; default ai"""
    regex: str | None
    """for type regex; the first group (else the whole match) is the value"""
    model: OutputModelParam | None
    """default: the call's own model"""
    compliance_plan: StructuredOutputCompliancePlanParam | None
    """what is kept nevertheless"""
    conditions: Sequence[MinMessagesParam | MinCallDurationParam | EndedReasonParam]
    """all must hold, else the output is skipped"""
    description: str | None
    """for people, and for the model that draws the value"""
    assistant_ids: Sequence[str]
    """after whose calls it is drawn"""
    workflow_ids: Sequence[str]
    """workflows are Vapi's past: leave it empty"""
    name: Required[str]
    """1 to 40 characters; its name in call.artifact.structuredOutputs"""
    schema: Required[Mapping[str, Any]]
    """JSON Schema of the value"""


class StructuredOutputsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    page: int
    """which page, from 1; only the first 10,000 rows"""
    sort_order: Literal["ASC", "DESC"]
    """DESC: newest, longest, dearest first"""
    sort_by: Literal["createdAt"]
    """what it is sorted by"""
    cursor: str | None
    """metadata.nextCursor of the page before; however deep, page is not"""
    id: str | None
    """one structured output"""
    name: str | None
    """of exactly this name"""


class StructuredOutputsUpdate(Given, total=False):
    schema_override: str
    """accepted: the body's schema replaces the stored one either way"""
    type: Literal["ai", "regex"]
    """ai: a model reads the transcript; regex: a pattern searches it; default ai"""
    regex: str | None
    """for type regex; the first group (else the whole match) is the value"""
    model: OutputModelParam | None
    """default: the call's own model"""
    compliance_plan: StructuredOutputCompliancePlanParam | None
    """what is kept nevertheless"""
    conditions: Sequence[MinMessagesParam | MinCallDurationParam | EndedReasonParam]
    """all must hold, else the output is skipped"""
    description: str | None
    """for people, and for the model that draws the value"""
    assistant_ids: Sequence[str]
    """after whose calls it is drawn"""
    workflow_ids: Sequence[str]
    """workflows are Vapi's past: leave it empty"""
    name: str | None
    """1 to 40 characters"""
    schema: Mapping[str, Any] | None
    """JSON Schema of the value"""


class ToolsCreate(Given, total=False):
    messages: Sequence[ToolMessageParam]
    """what is said around the call"""
    rejection_plan: ToolRejectionPlanParam | None
    """when it is not run; default never"""
    variable_extraction_plan: VariableExtractionPlanParam | None
    """what of its JSON answer tools that follow may use in templates"""
    type: Required[
        Literal["function"]
        | Literal["apiRequest"]
        | Literal["transferCall"]
        | Literal["endCall"]
        | Literal["dtmf"]
        | Literal["handoff"]
        | Literal["query"]
        | Literal["mcp"]
        | Literal["voicemail"]
    ]
    """function"""
    function: FunctionParam | FunctionParam | None | McpFunctionParam | None
    """its name, purpose and arguments"""
    server: ServerParam | None | ServerParam
    """who runs it; default assistant.server if it is sent tool-calls, else the client"""
    parameters: Sequence[ToolParameterParam]
    """arguments your server is always sent"""
    async_: bool
    """the model goes on at once and is told the result when it comes"""
    name: str
    """its name for the model: letters, digits, _ and -; default api_request_tool"""
    description: str
    """for the model: when to make the request"""
    method: Literal["POST", "GET", "PUT", "PATCH", "DELETE"]
    """the HTTP method"""
    url: str
    """http(s) URL; may hold {{ }} templates of variables and arguments. What no variable is called becomes an argument of the model. Arguments are percent-encoded"""
    headers: HeaderFieldsParam | None
    """headers to send; default Content-Type alone"""
    body: RequestFieldsParam | None
    """what is sent: as JSON, or with GET in the query; default nothing"""
    timeout_seconds: float
    """seconds for the whole answer, repetitions included; default 20"""
    backoff_plan: BackoffPlanParam | None
    """how a request that failed (no answer, 429, 5xx) is repeated; default not at all"""
    credential_id: str | None
    """a stored credential (webhook, custom-credential)"""
    encrypted_paths: Sequence[str]
    """not available yet: leave empty"""
    destinations: (
        Sequence[NumberDestinationParam | SipDestinationParam | AssistantDestinationParam]
        | Sequence[MemberDestinationParam | SquadDestinationParam | DynamicDestinationParam]
    )
    """where to; empty = your server is asked by transfer-destination-request"""
    sip_info_dtmf_enabled: bool
    """accepted; the line decides how keys travel"""
    default_result: str | None
    """accepted; the squad tells the model itself"""
    knowledge_bases: Sequence[KnowledgeBaseParam]
    """who is asked"""
    tool_messages: Sequence[McpMessagesParam]
    """in place of messages, for some of its tools"""
    metadata: McpMetadataParam | None
    """the protocol; default shttp, then sse"""
    beep_detection_enabled: bool
    """wait for the beep first; default false"""


class ToolsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    type: (
        Literal[
            "function",
            "apiRequest",
            "transferCall",
            "endCall",
            "dtmf",
            "handoff",
            "query",
            "mcp",
            "voicemail",
        ]
        | None
    )
    """only tools of this kind"""


class TrafficAllocationsCreate(Given, total=False):
    assistant_id: Required[str]
    """a stored assistant"""
    allocations: Required[Sequence[AllocationParam]]
    """each version once; empty ends the split"""


class TrafficAllocationsList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    assistant_id: str | None
    """decisions on one assistant"""


class TrafficAllocationsGetLatest(Given, total=False):
    assistant_id: Required[str]
    """a stored assistant"""


class UsageList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    call_id: str | None
    """the usage of one call"""
    component: str | None
    """transport, transcriber, model, voice, platform or analysis"""


class VoicesList(Given, total=False):
    provider: str | None
    """as in assistants"""
    language: str | None
    """ISO 639, e.g. zh"""
    gender: Literal["female", "male", "child", "neutral"] | None
    """how it sounds"""
    model: str | None
    """voices of this model"""
    limit: int
    """voices at most"""


class WebhookDeliveriesList(Given, total=False):
    limit: int
    """rows at most"""
    created_at_gt: datetime | str | None
    """created after; ISO 8601 with an offset"""
    created_at_lt: datetime | str | None
    """created before"""
    created_at_ge: datetime | str | None
    """created then or after"""
    created_at_le: datetime | str | None
    """created then or before"""
    updated_at_gt: datetime | str | None
    """last changed after"""
    updated_at_lt: datetime | str | None
    """last changed before"""
    updated_at_ge: datetime | str | None
    """last changed then or after"""
    updated_at_le: datetime | str | None
    """last changed then or before"""
    call_id: str | None
    """those about one call"""
    chat_id: str | None
    """those about one chat"""
    session_id: str | None
    """those about one session"""
    status: Literal["pending", "sending", "delivered", "dead"] | None
    """pending, sending, delivered or dead"""
    type: str | None
    """the message's type, e.g. end-of-call-report"""


class WebhookDeliveriesReplayAll(Given, total=False):
    status: Literal["dead", "delivered"]
    """which of them; default dead"""
    call_id: str | None
    """those about one call"""
    chat_id: str | None
    """those about one chat"""
    session_id: str | None
    """those about one session"""
    type: str | None
    """the message's type, e.g. end-of-call-report"""
    created_at_ge: datetime | str | None
    """not older than this, ISO 8601 with a zone"""
    created_at_le: datetime | str | None
    """not newer than this, ISO 8601 with a zone"""
