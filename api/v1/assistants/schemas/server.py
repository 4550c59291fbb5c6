"""Where webhooks go, and what may be sent to whom."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from api.v1.assistants.schemas.base import Json, Line, Name, Shape, SocketUrl, Url, expected
from api.v1.assistants.schemas.urls import fixed_host

ClientMessage = Literal[
    "conversation-update", "assistant.speechStarted", "function-call", "function-call-result", "hang",
    "language-changed", "language-change-detected", "metadata", "model-output", "speech-update",
    "status-update", "transcript",
    "tool-calls", "tool-calls-result", "tool.completed", "transfer-update", "user-interrupted",
    "voice-input", "workflow.node.started", "assistant.started", "turn-metrics",
]  # fmt: skip
ServerMessage = Literal[
    "assistant.started", "assistant.speechStarted", "conversation-update", "end-of-call-report",
    "function-call", "hang", "language-changed", "language-change-detected", "model-output",
    "phone-call-control", "speech-update", "status-update", "transcript",
    'transcript[transcriptType="final"]', "tool-calls", "transfer-destination-request",
    "handoff-destination-request", "transfer-update", "user-interrupted", "voice-input", "chat.created",
    "chat.deleted", "session.created", "session.updated", "session.deleted", "call.deleted",
    "call.delete.failed", "call.artifact.upload",
]  # fmt: skip


HeaderName = Annotated[
    str, Field(max_length=100, pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"), expected("the name of a header")
]


class BackoffPlan(Shape):
    """How a failed request is tried again."""

    type: Literal["fixed", "exponential"] = Field(description="fixed: the same pause; exponential: doubled")
    max_retries: int = Field(ge=0, le=10, description="tries after the first; 0 = none")
    base_delay_seconds: float = Field(ge=0, le=10, description="first pause, seconds")
    excluded_status_codes: list[Json | int] = Field(
        default_factory=list, description="HTTP status codes that are final"
    )


class Server(Shape):
    """A URL of yours that we POST to."""

    url: Url | None = Field(None, description="http(s) URL; may hold {{ }} templates")
    timeout_seconds: float = Field(20, ge=1, le=300, description="seconds for the whole answer; default 20")
    headers: dict[HeaderName, Line] = Field(
        default_factory=dict, description="sent with every request; values may hold {{ }} templates"
    )
    secret: Line | None = Field(None, description="sent as X-Vapi-Secret; sealed at rest, never returned")
    backoff_plan: BackoffPlan | None = Field(None, description="default: the platform's delivery schedule")
    static_ip_addresses_enabled: bool = Field(
        False, description="accepted; requests come from your installation's addresses"
    )
    credential_id: Name | None = Field(
        None, description="a credential of provider webhook or custom-credential: how requests show who asks"
    )
    encrypted_paths: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=list,
        max_length=50,
        description="dotted paths in a tool's arguments that the credential's encryptionPlan encrypts",
    )

    @model_validator(mode="after")
    def _credential_goes_where_it_is_meant(self) -> "Server":
        fixed_host(self.url, self.credential_id)
        return self


class Listening(Server):
    """A WebSocket of yours that we connect to."""

    url: SocketUrl | None = Field(None, description="ws(s) or http(s) URL; may hold {{ }} templates")
