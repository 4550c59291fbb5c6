"""Vendors that want back what they attached to a tool call: thoughts, signatures. See dialects.py."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from tests.emulators.openai.dialect import THOUGHT, Answer, Codes, Dialect, Json, Refusal
from voice_engine.kernel.errors import ProviderErrorKind


class Attaching(Dialect):
    """A vendor that wants its thoughts back on a message that called tools, while it thinks."""

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        if self.thinks(body):
            self._attached[f"call_{self.answers}"] = "".join(THOUGHT)
        return super().call(name, arguments, body)

    def forgotten(self, body: Json) -> Json | None:
        for message in body["messages"]:
            for call in message.get("tool_calls", ()) if self.thinks(body) else ():
                if message.get("reasoning_content") != self._attached.get(call["id"], ""):
                    return self.error(
                        "invalid_request_error", "Missing `reasoning_content` in a tool call message."
                    )
        return None


class DeepSeek(Attaching):
    """Comments while one waits; its own names for what its cache knew; one code for everything."""

    name = "deep-seek"
    path = ""
    model = "deepseek-v4-flash"
    limit = "max_tokens"
    knows = frozenset({"thinking"})
    id_header = "x-ds-trace-id"
    refusals: ClassVar[Codes] = {
        "auth": (401, "authentication_error"),
        "quota": (402, "unknown_error"),
        "rate_limit": (429, "rate_limit_reached_error"),
        "moderation": (400, "invalid_request_error"),
        "bad_request": (422, "invalid_request_error"),
        "server": (503, "service_unavailable_error"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"thinking": {"type": "disabled"}}

    def stream(self, body: Json, answer: Answer) -> Iterator[str]:
        yield ": keep-alive\n\n"
        yield from super().stream(body, answer)

    def usage(self) -> Json:
        hits = {"prompt_cache_hit_tokens": 3, "prompt_cache_miss_tokens": 6}
        return {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13, **hits}

    def refusal(self, kind: ProviderErrorKind, message: str = "refused as ordered") -> Refusal:
        return super().refusal(kind, "Content Exists Risk" if kind == "moderation" else message)

    def error(self, code: str, message: str) -> Any:
        return {"error": {"message": message, "type": code, "param": None, "code": "invalid_request_error"}}


class Kimi(Attaching):
    """Moonshot: the count stands inside the choice as well; temperatures are not for the caller to choose."""

    name = "moonshot"
    model = "kimi-k2.6"
    limit = "max_tokens"
    counts = "free"
    own_temperature = True
    knows = frozenset({"thinking"})
    id_header = "msh-request-id"
    refusals: ClassVar[Codes] = {
        "auth": (401, "invalid_authentication_error"),
        "quota": (429, "exceeded_current_quota_error"),
        "rate_limit": (429, "rate_limit_reached_error"),
        "moderation": (400, "content_filter"),
        "bad_request": (400, "invalid_request_error"),
        "server": (500, "server_error"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"thinking": {"type": "disabled"}}

    def ending(self, reason: str, body: Json) -> Iterator[str]:
        last = self.chunk({}, reason)
        last["choices"][0]["usage"] = self.usage()
        yield self.item(last)

    def usage(self) -> Json:
        return {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13, "cached_tokens": 3}

    def error(self, code: str, message: str) -> Any:
        return {"error": {"type": code, "message": message}}


class MiniMax(Dialect):
    """Thoughts in the text unless they are split off; failures as HTTP 200; M2 cannot but think."""

    name = "minimax"
    model = "MiniMax-M3"
    coldest, hottest = 0.001, 1.0
    system = "first"
    knows = frozenset({"thinking", "reasoning_split"})
    id_header = "trace-id"
    refusals: ClassVar[Codes] = {
        "auth": (200, "1004"),
        "quota": (200, "1008"),
        "rate_limit": (200, "1002"),
        "moderation": (200, "1026"),
        "bad_request": (200, "2013"),
        "server": (200, "1013"),
    }

    def thinking_off(self, model: str) -> Json | None:
        return None if "M2" in model else {"thinking": {"type": "disabled"}}

    def complaints(self, body: Json) -> Iterator[str]:
        if "tool_choice" in body:
            yield "tool_choice is not in the schema"

    def chunk(self, delta: Json, reason: str | None = None) -> Json:
        return {**super().chunk(delta, reason), "base_resp": {"status_code": 0, "status_msg": ""}}

    def thought(self, text: str, place: int, body: Json) -> Json:
        if body.get("reasoning_split"):
            return {
                "content": "",
                "reasoning_details": [{"type": "reasoning.text", "index": 0, "text": text}],
            }
        return {"content": f"{'' if place else '<think>'}{text}{'</think>' if place else ''}"}

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        if self.thinks(body):
            thoughts = [{"type": "reasoning.text", "index": 0, "text": "".join(THOUGHT)}]
            self._attached[f"call_{self.answers}"] = thoughts
        return super().call(name, arguments, body)

    def forgotten(self, body: Json) -> Json | None:
        for message in body["messages"]:
            for call in message.get("tool_calls", ()):
                wanted = self._attached.get(call["id"])
                if wanted and message.get("reasoning_details") != wanted:
                    return self.error("2013", "the thoughts of a tool call have not come back")
        return None

    def error(self, code: str, message: str) -> Any:
        return {"base_resp": {"status_code": int(code) if code.isdigit() else 1000, "status_msg": message}}


class Gemini(Dialect):
    """Google: whole calls without an index, signatures that must come back; "stop" is its only reason."""

    name = "google"
    path = "/v1beta/openai"
    model = "gemini-3.8-flash"
    limit = "max_tokens"
    knows = frozenset({"reasoning_effort"})
    id_header = ""
    refusals: ClassVar[Codes] = {
        "auth": (400, "API_KEY_INVALID"),
        "quota": (403, "BILLING_DISABLED"),
        "rate_limit": (429, "RESOURCE_EXHAUSTED"),
        "moderation": (200, "content_filter"),
        "bad_request": (400, "INVALID_ARGUMENT"),
        "server": (500, "INTERNAL"),
    }

    def thinking_off(self, model: str) -> Json:
        return {"reasoning_effort": "none" if "2.5" in model else "minimal"}

    def call(self, name: str, arguments: Mapping[str, Any], body: Json) -> Iterator[Json]:
        known, text = f"call_{self.answers}", json.dumps(arguments, ensure_ascii=False)
        signed = {"google": {"thought_signature": f"signature of {known}"}}
        self._attached[known] = signed
        function = {"name": name, "arguments": text}
        yield {"role": "assistant", "tool_calls": [
            {"id": known, "type": "function", "function": function, "extra_content": signed}
        ]}  # fmt: skip

    def forgotten(self, body: Json) -> Json | None:
        lost = {"google": {"thought_signature": "skip_thought_signature_validator"}}
        for message in body["messages"]:
            for call in message.get("tool_calls", ())[:1]:
                if call.get("extra_content") != self._attached.get(call["id"], lost):
                    return self.error("INVALID_ARGUMENT", "Function call is missing a thought_signature.")
        return None

    def ending(self, reason: str, body: Json) -> Iterator[str]:
        return super().ending("stop", body)

    def refusal(self, kind: ProviderErrorKind, message: str = "refused as ordered") -> Refusal:
        if kind == "moderation":
            return Refusal(200, self.chunk({}, "content_filter"), "content_filter", streamed=True)
        return super().refusal(kind, message)

    def error(self, code: str, message: str) -> Any:
        told = {"API_KEY_INVALID": "INVALID_ARGUMENT", "BILLING_DISABLED": "PERMISSION_DENIED"}.get(
            code, code
        )
        detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code}
        details = [detail] if told != code else []
        return [{"error": {"code": 400, "message": message, "status": told, "details": details}}]
