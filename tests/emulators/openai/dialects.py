"""The vendors' ways of speaking OpenAI's protocol.

Written from the vendors' documents, not from our table: what stands here checks what stands there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from tests.emulators.openai.dialect import Codes, Dialect, Json, Refusal
from tests.emulators.openai.reminded import DeepSeek, Gemini, Kimi, MiniMax
from voice_engine.kernel.errors import ProviderErrorKind


class CustomLlm(Dialect):
    """A tenant's own server, of the simple kind: whole calls without an index, arguments as an object."""

    name = "custom-llm"
    model = "some-model"
    limit = "max_tokens"
    knows = frozenset({"metadata", "call", "customer", "phoneNumber", "enable_thinking"})

    def thinking_off(self, model: str) -> Json:
        return {}

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        whole = {
            "id": f"call_{self.answers}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        yield {"tool_calls": [whole]}


class Qwen(Dialect):
    """DashScope: later pieces of a call carry empty ids and names."""

    name = "dashscope"
    path = "/compatible-mode/v1"
    model = "qwen-flash"
    limit = "max_tokens"
    hottest = 1.999
    knows = frozenset({"enable_thinking", "thinking_budget", "enable_search"})
    refusals: ClassVar[Codes] = {
        "auth": (401, "invalid_api_key"),
        "quota": (400, "Arrearage"),
        "rate_limit": (429, "limit_requests"),
        "moderation": (400, "data_inspection_failed"),
        "bad_request": (400, "invalid_parameter_error"),
        "server": (500, "internal_error"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"enable_thinking": False}

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        for place, delta in enumerate(super().call(name, arguments, body)):
            if place:
                (call,) = delta["tool_calls"]
                call |= {
                    "id": "",
                    "type": "function",
                    "function": {"name": None if place > 1 else "", **call["function"]},
                }
            yield delta


class Glm(Dialect):
    """Zhipu: codes are numbers, an unpaid bill is a 429, calls are whole unless asked for in pieces."""

    name = "zhipu"
    path = "/api/paas/v4"
    model = "glm-4.7-flash"
    limit = "max_tokens"
    counts = "free"
    coldest, hottest = 0.001, 0.999
    knows = frozenset({"thinking", "do_sample", "tool_stream", "reasoning_effort"})
    id_header = "x-log-id"
    refusals: ClassVar[Codes] = {
        "auth": (401, "1002"),
        "quota": (429, "1113"),
        "rate_limit": (429, "1302"),
        "moderation": (400, "1301"),
        "bad_request": (400, "1211"),
        "server": (500, "500"),
    }

    def thinking_off(self, model: str) -> Json | None:
        if model.startswith("glm-5.3"):
            return None
        return {} if model.startswith("glm-4-") else {"thinking": {"type": "disabled"}}

    def complaints(self, body: Json) -> Iterator[str]:
        if body["model"].startswith("glm-5.3") and "thinking" in body:
            yield "glm-5.3 does not know how not to think"

    def chunk(self, delta: Json, reason: str | None = None) -> Json:
        return {**super().chunk(delta, reason), "request_id": f"zp-{self.answers}"}

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        if body.get("tool_stream"):
            return super().call(name, arguments, body)
        return self.whole(name, arguments)

    def ending(self, reason: str, body: Json) -> Iterator[str]:
        yield self.item({**self.chunk({"role": "assistant", "content": ""}, reason), "usage": self.usage()})

    def error(self, code: str, message: str) -> Any:
        return {"error": {"code": code, "message": message}}


class Ernie(Dialect):
    """Qianfan: the system speaks first or not at all, calls are whole, a request is named in the body."""

    name = "qianfan"
    path = "/v2"
    model = "ernie-4.5-turbo-32k"
    coldest, hottest = 0.001, 1.0
    system = "first"
    knows = frozenset({"enable_thinking"})
    id_header = ""
    id_prefix = "as-"
    refusals: ClassVar[Codes] = {
        "auth": (401, "invalid_iam_token"),
        "quota": (403, "account_balance_insufficient"),
        "rate_limit": (429, "rpm_rate_limit_exceeded"),
        "moderation": (400, "unsafe_content"),
        "bad_request": (400, "invalid_model"),
        "server": (500, "internal_error"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"enable_thinking": False} if model.startswith(("ernie-x", "ernie-5")) else {}

    def complaints(self, body: Json) -> Iterator[str]:
        roles = [m["role"] for m in body["messages"] if m["role"] != "system" and not m.get("tool_calls")]
        if body["model"].startswith("ernie-3") and roles[::2] != ["user"] * len(roles[::2]):
            yield "the user does not begin, or speakers do not alternate"

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        return self.whole(name, arguments)

    def error(self, code: str, message: str) -> Any:
        return {
            "id": "as-refused",
            "error": {"code": code, "message": message, "type": "invalid_request_error"},
        }


class Spark(Dialect):
    """iFlytek: no finish reason, the count unasked, errors in the stream, calls that need a switch."""

    name = "spark"
    model = "4.0Ultra"
    limit = "max_tokens"
    counts = "free"
    system = "first"
    knows = frozenset({"top_k", "tool_calls_switch", "thinking"})
    id_header = ""
    refusals: ClassVar[Codes] = {
        "auth": (200, "11200"),
        "quota": (200, "11201"),
        "rate_limit": (200, "10007"),
        "moderation": (200, "10013"),
        "bad_request": (400, "10003"),
        "server": (500, "10012"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"thinking": {"type": "disabled"}} if model.startswith("spark-x") else {}

    def complaints(self, body: Json) -> Iterator[str]:
        if body.get("tools") and body.get("tool_calls_switch") is not True:
            yield "tool_calls_switch is not true: tool_calls comes as an object"
        if body["model"] == "lite" and any(m["role"] == "system" for m in body["messages"]):
            yield "lite has no system messages"

    def chunk(self, delta: Json, reason: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta}
        return {
            "code": 0,
            "message": "Success",
            "sid": f"cha{self.answers}",
            "created": 1,
            "choices": [choice],
        }

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        text = json.dumps(arguments, ensure_ascii=False)
        call = {"type": "function", "function": {"name": name, "arguments": text}}
        yield {
            "role": "assistant",
            "content": "",
            "tool_calls": [call] if body.get("tool_calls_switch") else call,
        }

    def ending(self, reason: str, body: Json) -> Iterator[str]:
        yield self.item({**self.chunk({"role": "assistant", "content": ""}), "usage": self.usage()})

    def refusal(self, kind: ProviderErrorKind, message: str = "refused as ordered") -> Refusal:
        status, code = self.refusals[kind]
        if status != 200:
            body = {
                "error": {"message": message, "type": "api_error", "param": None, "code": code},
                "sid": "cha0",
            }
            return Refusal(status, body, code)
        return Refusal(200, {"code": int(code), "message": message, "sid": "cha0"}, code, streamed=True)


class Doubao(Dialect):
    """Ark: codes are names with dots."""

    name = "ark"
    path = "/api/v3"
    model = "doubao-seed-2-1-lite-260915"
    limit = "max_tokens"
    knows = frozenset({"thinking", "service_tier"})
    refusals: ClassVar[Codes] = {
        "auth": (401, "AuthenticationError"),
        "quota": (403, "AccountOverdueError"),
        "rate_limit": (429, "RateLimitExceeded.EndpointRPMExceeded"),
        "moderation": (400, "SensitiveContentDetected.SevereViolation"),
        "bad_request": (404, "InvalidEndpointOrModel.NotFound"),
        "server": (500, "InternalServiceError"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"thinking": {"type": "disabled"}}

    def error(self, code: str, message: str) -> Any:
        return {"error": {"code": code, "message": message, "param": "", "type": "BadRequest"}}


class Hunyuan(Dialect):
    """Tencent: like OpenAI, a note of its own in each chunk, a count that runs along with them."""

    name = "hunyuan"
    model = "hunyuan-turbos-latest"
    limit = "max_tokens"
    knows = frozenset()
    id_header = ""
    id_prefix = "hy-"
    refusals: ClassVar[Codes] = {**Dialect.refusals, "moderation": (400, "content_filter")}

    def thinking_off(self, model: str) -> Json:
        return {}

    def chunk(self, delta: Json, reason: str | None = None) -> Json:
        running = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
        return {**super().chunk(delta, reason), "note": "以上内容为AI生成", "usage": running}

    def error(self, code: str, message: str) -> Any:
        return {"id": "hy-refused", **super().error(code, message)}


DIALECTS: dict[str, type[Dialect]] = {
    each.name: each
    for each in (
        Dialect, CustomLlm, Qwen, DeepSeek, Kimi, Glm, Ernie, Spark, MiniMax, Doubao, Hunyuan, Gemini,
    )
}  # fmt: skip
