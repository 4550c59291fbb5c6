"""All that one conversation needs, by value. The control plane compiles it; the engine never asks for more.

Templates are rendered, defaults filled in, overrides merged: what stands here is what happens. Secrets are
sealed (kernel.sealed, context = org_id) and opened by the provider factory.
"""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from voice_engine.kernel.patterns import check

Encoding = Literal["pcm_s16le", "mulaw", "alaw"]
FirstMessageMode = Literal[
    "assistant-speaks-first",
    "assistant-speaks-first-with-model-generated-message",
    "assistant-waits-for-user",
    "assistant-speaks-after-greeting",
]
RegexOption = Literal["ignore-case", "whole-word", "multi-line"]
Language = Literal["zh", "en"]  # in which we have sentences of our own
TransferMode = Literal[
    "rolling-history",
    "swap-system-message-in-history",
    "swap-system-message-in-history-and-remove-transfer-tool-messages",
    "delete-history",
]
MemberRole = Literal["primary", "secondary", "specialist"]
# Who of a vendor and its fallbacks begins: the first one; by weight; with the fewest requests; the quickest.
Strategy = Literal["ordered", "weighted", "least-busy", "fastest"]


def language_of(tag: str) -> Language:
    """Which of our languages a BCP 47 tag comes nearest to."""
    return "en" if tag.lower().startswith("en") else "zh"


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConditionSpec(_Spec):
    """True when the argument `param` of a tool call compares so with `value`."""

    param: str
    operator: Literal["eq", "neq", "gt", "gte", "lt", "lte"] = "eq"
    value: Any = None


class ToolMessageSpec(_Spec):
    """What is said around a tool call, or told the model (`role` system). An empty text says nothing.

    `texts` maps a language (zh, en, …) to the words; "" is every other language.
    """

    at: Literal["request-start", "request-response-delayed", "request-complete", "request-failed"]
    texts: dict[str, str] = Field(default_factory=dict)
    conditions: tuple[ConditionSpec, ...] = ()  # all must hold
    blocking: bool = False  # request-start: the tool waits until it has been heard
    role: Literal["assistant", "system"] = "assistant"
    end_call: bool = False  # the call ends once it has been heard
    after_s: float = 0.0  # request-response-delayed


class TransferSpec(_Spec):
    """Where a call may be transferred to. `target` is a number, a SIP URI or an assistant's name.

    `extra` keeps the rest of the destination in Vapi's words (extension, callerId, transferPlan, …).
    """

    kind: Literal["number", "sip", "assistant"]
    target: str
    description: str = ""
    message: str | None = None  # spoken first; None = the default sentence, "" = none
    texts: dict[str, str] = Field(default_factory=dict)  # the same by language, before `message`
    extra: dict[str, Any] = Field(default_factory=dict)


class AuthenticationSpec(_Spec):
    """How a tenant's server is shown who asks. `plan` and `encryption` have the API's words.

    `sealed` holds the plan's secrets as JSON, by their place in the credential. Without a `plan` the
    credential `credential_id` has not been looked up yet (credentials.vault.equip does that).
    """

    credential_id: str
    plan: dict[str, Any] = Field(default_factory=dict)
    sealed: str = ""
    encryption: dict[str, Any] | None = None
    encrypted_paths: tuple[str, ...] = ()  # of a tool's arguments


class ConditionTree(_Spec):
    """What a tool's rejection hangs on: a pattern in a message, a template that says true, or several.

    `position` counts the messages of `role` (None: of both), -1 being the last one.
    """

    kind: Literal["regex", "liquid", "group"]
    pattern: str = ""
    role: Literal["user", "assistant"] | None = None
    position: int = -1
    negate: bool = False
    liquid: str = ""
    operator: Literal["AND", "OR"] = "AND"
    conditions: tuple["ConditionTree", ...] = ()


class ExtractionSpec(_Spec):
    """Which fields of a tool's JSON answer become variables; `aliases` are templates by name."""

    json_schema: dict[str, Any] = Field(default_factory=dict)
    aliases: dict[str, str] = Field(default_factory=dict)


class RetrySpec(_Spec):
    """How a request that failed is repeated: `times` more, after `pause_s`, which may double each time."""

    times: int = 0
    pause_s: float = 0.0
    doubling: bool = False
    final: tuple[int, ...] = ()  # answers that are not asked for again


class RequestSpec(_Spec):
    """An HTTP request of a tool. `url`, `headers` and the texts in `body` are templates for when it is made.

    `body` is what is always sent; `asked_body` and `asked_headers` name the model's arguments that go there.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    asked_headers: tuple[str, ...] = ()
    body: dict[str, Any] = Field(default_factory=dict)
    asked_body: tuple[str, ...] = ()
    retry: RetrySpec = RetrySpec()


class DestinationSpec(_Spec):
    """Where a member may hand the caller to; `member` is the other one's name.

    `referral` says what the control plane is to compile when it is chosen: somebody who is not in the spec,
    or a member whose templates want the variables. `message` is spoken first, `{name}` in it being the
    other's name; None = the default sentence, "" = a silent handoff. `keep_messages` is how many of the
    conversation's last messages go along, None = all.
    """

    member: str
    description: str = ""
    message: str | None = None
    mode: TransferMode = "swap-system-message-in-history-and-remove-transfer-tool-messages"
    keep_messages: int | None = None
    only: Literal["", "words", "last"] = ""  # without tools; since the one who hands over took over
    extracts: dict[str, Any] = Field(default_factory=dict)  # JSON Schema of variables the model is asked for
    referral: dict[str, Any] = Field(default_factory=dict)


class ToolSpec(_Spec):
    """A function the model may call. A `function` without `server_url` is answered by the client.

    Kind `mcp` stands for all tools of the MCP server at `server_url`; its name is their prefix on a clash.
    """

    name: str
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})
    kind: Literal[
        "function", "apiRequest", "endCall", "handoff", "transferCall", "dtmf", "query", "mcp", "voicemail"
    ] = "function"  # fmt: skip
    server_url: str = ""
    server_headers: dict[str, str] = Field(default_factory=dict)
    authentication: AuthenticationSpec | None = None  # of a stored credential
    timeout_s: float = 20.0
    fixed: dict[str, Any] = Field(default_factory=dict)  # arguments that are always sent, unseen by the model
    background: bool = False  # the model goes on at once; the result is told when it comes
    messages: tuple[ToolMessageSpec, ...] = ()
    transfers: tuple[TransferSpec, ...] = ()  # transferCall; none = the server is asked for the destination
    mcp_protocol: Literal["shttp", "sse"] = "shttp"
    mcp_messages: dict[str, tuple[ToolMessageSpec, ...]] = Field(default_factory=dict)  # by tool
    destination: DestinationSpec | None = None  # handoff, to whom; without it a server is asked
    request: RequestSpec | None = None  # apiRequest
    variables: dict[str, Any] = Field(default_factory=dict)  # for templates rendered when it is run
    rejections: tuple[ConditionTree, ...] = ()  # while all of them hold it is not run
    extraction: ExtractionSpec | None = None


class ModelSpec(_Spec):
    """Which model thinks, and what it is told."""

    provider: str
    model: str = ""
    messages: tuple[dict[str, str], ...] = ()
    temperature: float = 0.5
    max_tokens: int = 250
    base_url: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    sealed_api_key: str = ""  # the fields of a credential (accounts.packed)
    credential_id: str = ""  # of the credential it comes from, if any
    timeout_s: float = 20.0
    tools: tuple[ToolSpec, ...] = ()
    max_history: int = 100  # messages of the conversation that are sent, the prompt not counted
    max_history_tokens: int = 8000  # likewise, estimated
    extra: dict[str, Any] = Field(default_factory=dict)
    fallbacks: tuple["ModelSpec", ...] = ()  # asked in this order when the one before fails or is late
    strategy: Strategy = "ordered"
    weight: float = Field(1.0, gt=0)  # its share under strategy weighted


class TranscriberSpec(_Spec):
    """Who hears."""

    provider: str
    model: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    sealed_api_key: str = ""  # the fields of a credential (accounts.packed)
    credential_id: str = ""  # of the credential it comes from, if any
    extra: dict[str, Any] = Field(default_factory=dict)
    fallbacks: tuple["TranscriberSpec", ...] = ()
    strategy: Strategy = "ordered"
    weight: float = Field(1.0, gt=0)
    race: bool = False  # all of them hear at once, the first final of each utterance counts


class ReplacementSpec(_Spec):
    """Words spoken in another way: `find`, literally or as a pattern, becomes `say`."""

    find: str
    say: str
    pattern: bool = False
    options: tuple[RegexOption, ...] = ()
    every: bool = True  # each occurrence, not the first only

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.pattern:
            check(self.find)
        return self


class ChunkSpec(_Spec):
    """How text is cut and written out before it is spoken.

    Not `early`: whole sentences only. `least`: characters a piece has at least. `marks`: the only marks to
    cut at; empty = ours. Not `written_out`: numbers and signs go to the voice as they are.
    """

    early: bool = True
    least: int = 0
    marks: tuple[str, ...] = ()
    written_out: bool = True
    replacements: tuple[ReplacementSpec, ...] = ()


class VoiceSpec(_Spec):
    """Who speaks. `speed` 1.0 is the voice's own. `caching`: repeated sentences may be kept in memory."""

    provider: str
    voice_id: str = ""
    model: str = ""
    language: str = ""
    speed: float = 1.0
    sealed_api_key: str = ""  # the fields of a credential (accounts.packed)
    credential_id: str = ""  # of the credential it comes from, if any
    caching: bool = True
    chunks: ChunkSpec = ChunkSpec()
    extra: dict[str, Any] = Field(default_factory=dict)
    fallbacks: tuple["VoiceSpec", ...] = ()
    strategy: Strategy = "ordered"
    weight: float = Field(1.0, gt=0)


class EndpointingRule(_Spec):
    """A silence of its own for certain words; the first rule that matches decides. An empty pattern always
    matches. Patterns that cannot be used are refused here, with a sentence for their author.
    """

    assistant: str = ""  # searched in what the assistant said last
    customer: str = ""  # searched in what the caller has said in this turn
    assistant_options: tuple[RegexOption, ...] = ()
    customer_options: tuple[RegexOption, ...] = ()
    timeout_s: float = Field(ge=0, le=15)

    @field_validator("assistant", "customer")
    @classmethod
    def _usable(cls, raw: str) -> str:
        if raw:
            check(raw)
        return raw


class TurnPlan(_Spec):
    """When a turn ends and when speech interrupts. Seconds, except `interrupt_words`."""

    wait_s: float = 0.0  # at least this much silence before any turn ends
    # By the words (`smart`): how much silence ends the turn.
    smart: bool = True
    finished_s: float = 0.25
    undecided_s: float = 0.7
    unfinished_s: float = 1.8
    dictation_s: float = 3.0  # between the groups of a number, an address, a spelled name the agent asked for
    hold_s: float = 30.0  # the caller asked for time: 等一下
    learn_pauses: bool = True  # undecided_s and unfinished_s follow this caller's own pauses, within bounds
    # By the transcription alone (not `smart`).
    on_punctuation_s: float = 0.1
    on_no_punctuation_s: float = 1.5
    on_number_s: float = 0.5
    rules: tuple[EndpointingRule, ...] = ()  # before either
    speculate: bool = True  # a reply may begin, unheard, before the turn is decided
    # What the caller may do while the agent speaks. `keywords`: only a phrase that asks for silence stops it.
    interrupt_by: Literal["voice", "keywords", "off"] = "voice"
    interrupt_voice_s: float = 0.2  # of voice until the agent pauses
    interrupt_commit_s: float = 0.5  # of voice until it gives up the floor
    interrupt_words: int = 0  # then that many words (Chinese: characters) are needed, voice alone does not do
    interrupt_phrases: tuple[str, ...] | None = None  # always interrupt; None = ours: 停, 等一下, hold on …
    acknowledgements: tuple[str, ...] | None = None  # never interrupt; None = ours: 嗯, 好的, uh-huh …
    echo_guard: bool = True  # the agent's own voice, coming back by the caller's line, is no interruption
    backoff_s: float = 0.0  # the agent stays silent at least so long after an interruption
    resume_after_s: float = 1.2  # silence without words until a paused agent goes on


class LivenessPlan(_Spec):
    """How long the caller may be left in silence on the agent's turn. Seconds."""

    filler_s: float = 1.2  # until a filler is said, where the assistant has fillers
    next_filler_s: float = 2.4  # until the next one
    apology_s: float = 3.0  # until the reply is given up with an apology
    limit_s: float = 3.9  # until the call ends, because not even the apology sounds
    patience_s: float = 10.0  # for a model that says nothing, fillers notwithstanding


class IdlePlan(_Spec):
    """What a silent caller is asked, how often. `messages` are rotated; empty = our own."""

    after_s: float = 10.0
    times: int = 2
    messages: tuple[str, ...] = ()
    reset_on_speech: bool = True
    farewell: str = ""  # said before the call ends for silence


class KeypadPlan(_Spec):
    """How keys become a turn: at a delimiter, or so long after the last one. Not `enabled`: they never do."""

    enabled: bool = True
    timeout_s: float = 2.0  # 0 = never where there are delimiters, at once where there are none
    delimiters: tuple[str, ...] = ("#",)


class VoicemailPlan(_Spec):
    """Is it a machine that answered? By its words or by its beep, within `within_s` of the call.

    The message is spoken after the beep, at the latest `beep_wait_s` after the call began.
    """

    by: Literal["transcript", "audio"] = "transcript"
    within_s: float = 35.0
    beep_wait_s: float = 30.0


class ConsentSpec(_Spec):
    """The caller is asked whether the call may be recorded, before anything else; until then it is not.

    stay-on-line: who is still there `wait_s` after the message agrees. verbal: who says so does.
    """

    kind: Literal["stay-on-line", "verbal"]
    message: str
    wait_s: float = 3.0
    after_caller: bool = False  # the message is said after the caller's first words
    end_call: bool = False  # a refusal ends the call; otherwise it goes on unrecorded


class ActionSpec(_Spec):
    """What a hook does. `tool` is run with its schema's defaults and `fixed` as arguments."""

    do: Literal["say", "tool", "message.add"]
    words: tuple[str, ...] = ()  # say: these in turn, one each time
    prompt: tuple[dict[str, str], ...] = ()  # say: the model finds the words
    tool: ToolSpec | None = None
    role: str = "system"  # message.add
    text: str = ""
    respond: bool = True


class HookSpec(_Spec):
    """What is done at a moment of the call, by Vapi's name of it."""

    on: str
    name: str = ""
    actions: tuple[ActionSpec, ...] = ()
    reasons: tuple[str, ...] | None = None  # call.ending: only for these; None = for all
    seconds: float = 7.5  # customer.speech.timeout, call.timeElapsed
    times: int = 3  # customer.speech.timeout: at most so often
    reset_on_speech: bool = False  # the count begins anew when the caller speaks
    confidence: tuple[float, float] = (0.2, 0.4)  # endpointedSpeechLowConfidence: from, below


class AssistantSpec(_Spec):
    """One assistant, ready to talk."""

    id: str = ""
    name: str = ""
    model: ModelSpec
    transcriber: TranscriberSpec
    voice: VoiceSpec
    first_message: str = ""
    first_message_mode: FirstMessageMode = "assistant-speaks-first"
    first_message_interruptible: bool = False
    end_call_phrases: tuple[str, ...] = ()
    end_call_message: str = ""
    silence_timeout_s: float = 30.0
    max_duration_s: float = 600.0
    max_duration_warning_s: float = 30.0  # before the end, in calls of two minutes and more; 0 = none
    turn: TurnPlan = TurnPlan()
    liveness: LivenessPlan = LivenessPlan()
    idle: IdlePlan = IdlePlan()
    fillers: tuple[str, ...] | None = None  # said while the caller waits, rotated; None = ours, empty = none
    background: str = ""  # lies under the call: office, music, an http(s) URL of a WAV; empty = nothing
    resume_within_s: float = 30.0  # after the caller's connection broke
    client_messages: tuple[str, ...] = ()
    recording: bool = True
    consent: ConsentSpec | None = None  # the entry's holds for the whole call
    hooks: tuple[HookSpec, ...] = ()
    keypad: KeypadPlan = KeypadPlan()
    voicemail: VoicemailPlan | None = None  # None = nobody listens for a machine
    voicemail_message: str = ""
    endpointing: ToolSpec | None = None  # whose server is asked how long to wait (call.endpointing.request)

    @property
    def speaks(self) -> Language:
        """The language of our own sentences: by the voice's, else the recogniser's."""
        return language_of(self.voice.language or self.transcriber.language or self.voice.voice_id)


class MemberSpec(_Spec):
    """One assistant of a squad. Among equally skilled members the higher `priority` is chosen."""

    name: str
    assistant: AssistantSpec
    role: MemberRole = "secondary"
    skills: tuple[str, ...] = ()
    priority: int = 0
    destinations: tuple[DestinationSpec, ...] = ()
    may_refuse: bool = True


class FaqSpec(_Spec):
    """Ways to ask one question, and the answer that needs no model."""

    questions: tuple[str, ...]
    answer: str


class SquadSpec(_Spec):
    """Assistants that hand a caller over to each other. Names are unique; the first primary one begins."""

    id: str = ""
    name: str = ""
    members: tuple[MemberSpec, ...] = Field(min_length=1)
    max_handoffs: int = 10  # in one conversation; returns after a refusal not counted
    faqs: tuple[FaqSpec, ...] = ()

    @property
    def entry(self) -> MemberSpec:
        """Who takes the call."""
        return next((member for member in self.members if member.role == "primary"), self.members[0])


class TransportSpec(_Spec):
    """How the person is reached: raw mono audio frames and JSON text frames over one WebSocket."""

    kind: Literal["websocket"] = "websocket"
    encoding: Encoding = "pcm_s16le"
    sample_rate: int = Field(16000, ge=8000, le=48000)


class SessionSpec(_Spec):
    """One conversation, whole. With a squad, `assistant` is its entry member's."""

    session_id: str
    call_id: str
    org_id: str
    assistant: AssistantSpec
    squad: SquadSpec | None = None
    transport: TransportSpec = TransportSpec()
    masked: bool = False  # personal numbers leave the engine starred: stored, told and logged that way
    keyed: tuple[Literal["listen", "control"], ...] = ()  # URLs that want a key besides their token
    created_at_ms: int
    sealed_signing: tuple[str, ...] = ()  # messages to servers are signed with these; none = the derived
    told: dict[str, Any] = Field(default_factory=dict)  # with every message to a server: call, assistant, …
