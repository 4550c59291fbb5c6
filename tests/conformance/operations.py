"""What an integration of Vapi calls: the 67 operations that come first, as requests both SDKs can make.

A request is written once, in the API's words; each driver puts it into its SDK's. `"$tool"` stands for the id
of what an earlier operation kept under that name. `"$talked"` is a call that has taken place.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """`method` is the SDK's, in Python's spelling; empty where the SDKs have none and plain HTTP is used.

    `declared` names the type of such an answer in `vapi.types`, `whole` a method that takes the body as one.
    """

    name: str
    method: str = ""
    request: Json = field(default_factory=dict)
    keep: str = ""
    declared: str = ""
    whole: bool = False
    public: bool = False

    @property
    def resource(self) -> str:
        """`assistant` of `GET /assistant/{id}`."""
        return next(part for part in self.name.split(" ")[1].split("/") if part not in ("", "v2"))

    def as_json(self) -> Json:
        """For the driver in TypeScript."""
        return asdict(self)


LLM = {"provider": "custom-llm", "model": "m", "url": "$llm"}
FUNCTION = {
    "type": "function",
    "function": {
        "name": "balance",
        "description": "what a customer owes",
        "parameters": {"type": "object", "properties": {"customer": {"type": "string"}}},
    },
    "server": {"url": "https://example.com/tools", "timeoutSeconds": 20},
}
ASSISTANT = {
    "name": "Front desk",
    "model": LLM
    | {"messages": [{"role": "system", "content": "Be brief."}], "temperature": 0.3, "tools": [FUNCTION]},
    "voice": {"provider": "azure", "voiceId": "zh-CN-XiaoxiaoNeural"},
    "transcriber": {"provider": "azure", "language": "zh-CN"},
    "firstMessage": "您好",
    "firstMessageMode": "assistant-speaks-first",
    "clientMessages": ["transcript", "status-update", "tool-calls"],
    "serverMessages": ["end-of-call-report", "status-update"],
    "server": {"url": "https://example.com/hook", "timeoutSeconds": 10},
    "maxDurationSeconds": 300,
    "endCallPhrases": ["再见"],
    "metadata": {"shop": 7},
    "startSpeakingPlan": {"waitSeconds": 0.4},
    "stopSpeakingPlan": {"numWords": 0},
    "artifactPlan": {"recordingEnabled": True},
    "analysisPlan": {"summaryPlan": {"enabled": True}},
}
SOCKET = {
    "provider": "vapi.websocket",
    "audioFormat": {"format": "pcm_s16le", "container": "raw", "sampleRate": 16000},
}
TALKER = {"name": "Talker", "model": LLM, "firstMessage": "您好"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


def crud(path: str, method: str, made: Json, changed: Json, kept: str, **more: Any) -> list[Operation]:
    """Create, list, read, update: what is deleted in the end comes with `gone`."""
    one = {"id": f"${kept}"}
    return [
        Operation(f"POST {path}", _method(method, "create"), made, keep=kept, **more),
        Operation(f"GET {path}", _method(method, "list"), {"limit": 10}, **_all(more)),
        Operation(f"GET {path}/{{id}}", _method(method, "get"), one, **_one(more)),
        Operation(f"PATCH {path}/{{id}}", _method(method, "update"), one | changed, **more),
    ]


def gone(path: str, method: str, kept: str, **more: Any) -> Operation:
    """The end of what `crud` made."""
    return Operation(f"DELETE {path}/{{id}}", _method(method, "delete"), {"id": f"${kept}"}, **_one(more))


def _method(resource: str, verb: str) -> str:
    return resource and f"{resource}.{verb}"


def _one(more: Json) -> Json:
    return {name: value for name, value in more.items() if name == "declared"}


def _all(more: Json) -> Json:
    return {"declared": f"[{more['declared']}]"} if "declared" in more else {}


def assistants() -> list[Operation]:
    changed = {"firstMessage": "喂？", "voice": {"provider": "minimax", "voiceId": "female-shaonv"}}
    return [
        *crud("/assistant", "assistants", ASSISTANT, changed, "assistant"),
        gone("/assistant", "assistants", "assistant"),
    ]


def squads() -> list[Operation]:
    made = {
        "name": "House",
        "members": [
            {"assistantId": "$talker", "assistantDestinations": [HANDOFF]},
            {"assistant": TALKER | {"name": "Billing"}, "assistantOverrides": {"firstMessage": "Billing."}},
        ],
    }
    changed = {"name": "House 2", "members": [{"assistantId": "$talker"}]}
    return [*crud("/squad", "squads", made, changed, "squad"), gone("/squad", "squads", "squad")]


HANDOFF = {"type": "assistant", "assistantName": "Billing", "message": "One moment.", "description": "money"}


def calls() -> list[Operation]:
    made = {"assistantId": "$talker", "transport": SOCKET, "name": "a call"}
    outbound = {"assistantId": "$talker", "phoneNumberId": "$line", "customer": {"number": "+8613800138000"}}
    artifact = "calls.call_artifact_controller"
    talked = {"id": "$talked"}
    return [
        Operation("POST /call", "calls.create", made, keep="call"),
        Operation("POST /call/web", "", {"assistantId": "$talker"}, declared="Call", public=True),
        Operation("POST /call/phone", "", outbound, declared="Call"),
        Operation("GET /call", "calls.list", {"limit": 10, "assistantId": "$talker"}),
        Operation("GET /v2/call", "", {"limit": 2, "sortOrder": "ASC"}, declared="CallPaginatedResponse"),
        Operation("GET /call/{id}", "calls.get", talked),
        Operation("PATCH /call/{id}", "calls.update", {"id": "$call", "name": "renamed"}),
        Operation("DELETE /call/{id}", "calls.delete", {"id": "$call"}),
        Operation("GET /call/{id}/mono-recording", f"{artifact}_mono_recording_download", talked),
        Operation("GET /call/{id}/stereo-recording", f"{artifact}_stereo_recording_download", talked),
        Operation("GET /call/{id}/call-logs", f"{artifact}_call_logs_download", talked),
    ]


def chats() -> list[Operation]:
    said = {"assistantId": "$talker", "input": "你好"}
    again = [{"role": "user", "content": "几点了？"}]
    return [
        Operation("POST /chat", "chats.create", said | {"name": "a chat"}, keep="chat"),
        Operation("GET /chat", "chats.list", {"limit": 10}),
        Operation("GET /chat/{id}", "chats.get", {"id": "$chat"}),
        Operation("DELETE /chat/{id}", "chats.delete", {"id": "$chat"}),
        Operation("POST /chat/responses", "chats.create_response", said | {"input": again, "stream": False}),
        Operation("POST /chat/web", "", said, declared="WebChat", public=True),
    ]


def sessions() -> list[Operation]:
    made = {"assistantId": "$talker", "name": "visit", "expirationSeconds": 3600}
    changed = {"status": "completed", "messages": [{"role": "user", "content": "hi"}]}
    return [*crud("/session", "sessions", made, changed, "session"), gone("/session", "sessions", "session")]


def phone_numbers() -> list[Operation]:
    made = {
        "provider": "byo-phone-number",
        "credentialId": "$trunk",
        "number": "+862155550123",
        "name": "DID",
    }
    changed = {"provider": "byo-phone-number", "assistantId": "$talker"}
    page = Operation(
        "GET /v2/phone-number", "phone_numbers.phone_number_controller_find_all_paginated", {"limit": 5}
    )
    rows = crud("/phone-number", "phone_numbers", made, changed, "number", whole=True)
    return [*rows, page, gone("/phone-number", "phone_numbers", "number")]


def tools() -> list[Operation]:
    changed = {"type": "function", "server": {"url": "https://example.com/other"}}
    rows = crud("/tool", "tools", FUNCTION, changed, "tool", whole=True)
    return [*rows, gone("/tool", "tools", "tool")]


def files() -> list[Operation]:
    return [
        Operation(
            "POST /file", "files.create", {"file": "We open at nine.\n", "purpose": "assistant"}, keep="file"
        ),
        Operation("GET /file", "files.list", {"purpose": "assistant"}),
        Operation("GET /file/{id}", "files.get", {"id": "$file"}),
        Operation("PATCH /file/{id}", "files.update", {"id": "$file", "name": "hours.txt"}),
        Operation("DELETE /file/{id}", "files.delete", {"id": "$file"}),
    ]


def knowledge_bases() -> list[Operation]:
    path, of = "/v2/knowledge-base", "knowledge_bases_v_2.knowledge_base_v_2_controller"
    one = {"id": "$base"}
    return [
        Operation(f"POST {path}", f"{of}_create", {"name": "Hours", "description": "when"}, keep="base"),
        Operation(f"GET {path}", f"{of}_find_all", {"limit": 10}),
        Operation(f"GET {path}/{{id}}", f"{of}_find_one", one),
        Operation(f"PATCH {path}/{{id}}", f"{of}_update", one | {"name": "Opening hours"}),
        Operation(f"POST {path}/{{id}}/file", f"{of}_file_attach", one | {"fileId": "$document"}),
        Operation(f"GET {path}/{{id}}/file", f"{of}_files_get", one),
        Operation(
            f"DELETE {path}/{{id}}/file/{{fileId}}", f"{of}_file_detach", one | {"fileId": "$document"}
        ),
        Operation(f"DELETE {path}/{{id}}", f"{of}_remove", one),
    ]


def credentials() -> list[Operation]:
    plan = {"type": "bearer", "token": "hush", "headerName": "Authorization", "bearerPrefixEnabled": True}
    made = {"provider": "webhook", "name": "hooks", "authenticationPlan": plan}
    rows = crud("/credential", "", made, {"name": "hooks 2"}, "credential", declared="Kept")
    return [*rows, gone("/credential", "", "credential", declared="Kept")]


def tokens() -> list[Operation]:
    made = {"tag": "public", "name": "site", "restrictions": {"allowedOrigins": ["https://example.com"]}}
    rows = crud("/token", "", made, {"name": "site 2"}, "token", declared="Token")
    return [*rows, gone("/token", "", "token", declared="Token")]


def analytics() -> list[Operation]:
    query = {
        "table": "call",
        "name": "calls",
        "operations": [{"operation": "count", "column": "id"}, {"operation": "sum", "column": "cost"}],
        "groupBy": ["assistantId"],
    }
    return [Operation("POST /analytics", "analytics.get", {"queries": [query]})]


GROUPS = (
    assistants, squads, calls, chats, sessions, phone_numbers, tools, files, knowledge_bases, credentials,
    tokens, analytics,
)  # fmt: skip
OPERATIONS = [operation for group in GROUPS for operation in group()]
