"""Qwen in OpenAI's words: POST /compatible-mode/v1/chat/completions, streamed and whole."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.emulators.dashscope.voices import OwnVoices

PATH = "/compatible-mode/v1"
PIECE = 3  # characters in one chunk
_MODELS = ("qwen-flash", "qwen-plus", "qwen-turbo", "qwen-max", "qwen3")

Answer = str | tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP error in the vendor's words."""

    status: int
    code: str
    message: str = "refused as ordered"


@dataclass(slots=True)
class ChatRecord:
    """One request."""

    key: str
    body: Mapping[str, Any]
    pieces_sent: int = 0
    finished: bool = False


@dataclass(slots=True)
class Qwen:
    """The model. `answer` gets the messages and gives text, or the name and arguments of a tool to call.

    `fault` refuses every request while it is set; `token_s` is the time between two chunks.
    """

    answer: Callable[[Sequence[Mapping[str, Any]]], Answer] | None = None
    token_s: float = 0.0
    fault: Refusal | None = None
    violations: list[str] = field(default_factory=list)
    requests: list[ChatRecord] = field(default_factory=list)

    def routes(self) -> list[Route]:
        """Its address."""
        return [Route(f"{PATH}/chat/completions", self._complete, methods=["POST"])]

    async def _complete(self, request: Request) -> Response:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            return _error(Refusal(401, "invalid_api_key", "Incorrect API key provided."))
        try:
            body = await request.json()
        except ValueError:
            return _error(Refusal(400, "invalid_parameter_error", "The body is not JSON."))
        if refusal := self.fault or self._wrong(body):
            return _error(refusal)
        record = ChatRecord(key, body)
        self.requests.append(record)
        answer = (self.answer or _echo)(body["messages"])
        if not body.get("stream"):
            record.finished = True
            return JSONResponse(_whole(body, answer))
        return StreamingResponse(self._stream(record, answer), media_type="text/event-stream")

    def _wrong(self, body: Any) -> Refusal | None:
        if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"]:
            return Refusal(400, "invalid_parameter_error", "messages is required.")
        if not str(body.get("model", "")).startswith(_MODELS):
            return Refusal(404, "model_not_found", f"The model `{body.get('model')}` does not exist.")
        thinking = body.get("enable_thinking")
        if thinking is None:
            self.violations.append("enable_thinking is not sent; some models think by default")
        if thinking and not body.get("stream"):
            message = "parameter.enable_thinking must be set to false for non-streaming calls"
            return Refusal(400, "invalid_parameter_error", message)
        return None

    async def _stream(self, record: ChatRecord, answer: Answer) -> AsyncIterator[str]:
        body = record.body
        yield _chunk(body, {"role": "assistant", "content": ""})
        if body.get("enable_thinking"):
            yield _chunk(body, {"content": None, "reasoning_content": "让我想想。"})
        for delta in _deltas(answer):
            await asyncio.sleep(self.token_s)
            record.pieces_sent += 1
            yield _chunk(body, delta)
        yield _chunk(body, {"content": ""}, "stop" if isinstance(answer, str) else "tool_calls")
        if (body.get("stream_options") or {}).get("include_usage"):
            yield _event({**_head(body), "choices": [], "usage": _usage(body, answer)})
        record.finished = True
        yield "data: [DONE]\n\n"


class ChatServer:
    """What is asked over HTTP, on a port of its own: `async with ChatServer(Qwen()) as chat: … chat.url`."""

    def __init__(self, qwen: Qwen, voices: OwnVoices | None = None) -> None:
        self.qwen, self.voices = qwen, voices or OwnVoices()
        self.port = 0
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """What goes into `base_url` or DASHSCOPE_COMPATIBLE_BASE_URL."""
        return f"http://127.0.0.1:{self.port}{PATH}"

    @property
    def http_url(self) -> str:
        """What goes into DASHSCOPE_HTTP_BASE_URL."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        listening = socket.create_server((host, port))
        self.port = listening.getsockname()[1]
        app = Starlette(routes=[*self.qwen.routes(), *self.voices.routes()])
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listening]))

    async def stop(self) -> None:
        """Close; requests in progress are cut off."""
        if self._server and self._serving:
            self._server.should_exit = self._server.force_exit = True
            await self._serving

    async def __aenter__(self) -> "ChatServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ctrl-C belongs to the process, not to this server."""
        yield


def _echo(messages: Sequence[Mapping[str, Any]]) -> str:
    said = str(messages[-1].get("content", "")).strip("。？！?! ")
    return f"您好，您刚才说的是：{said}。请问还有什么可以帮您？"


def _deltas(answer: Answer) -> list[dict[str, Any]]:
    if isinstance(answer, str):
        return [{"content": answer[at : at + PIECE]} for at in range(0, len(answer), PIECE)]
    name, arguments = answer
    text = json.dumps(arguments, ensure_ascii=False)
    calls = [{"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}]
    calls += [
        {"index": 0, "id": "", "type": "function", "function": {"arguments": text[at : at + PIECE]}}
        for at in range(0, len(text), PIECE)
    ]
    return [{"content": None, "tool_calls": [call]} for call in calls]


def _whole(body: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer}
    if not isinstance(answer, str):
        function = {"name": answer[0], "arguments": json.dumps(answer[1], ensure_ascii=False)}
        message |= {"content": "", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    reason = "stop" if isinstance(answer, str) else "tool_calls"
    choices = [{"index": 0, "message": message, "finish_reason": reason}]
    head = {**_head(body), "object": "chat.completion"}
    return {**head, "choices": choices, "usage": _usage(body, answer)}


def _usage(body: Mapping[str, Any], answer: Answer) -> dict[str, int]:
    asked, said = len(json.dumps(body["messages"], ensure_ascii=False)), len(str(answer))
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _head(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-emulated",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": body["model"],
    }


def _chunk(body: Mapping[str, Any], delta: Mapping[str, Any], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return _event({**_head(body), "choices": [choice], "usage": None})


def _event(data: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _error(refusal: Refusal) -> JSONResponse:
    error = {
        "message": refusal.message,
        "type": "invalid_request_error",
        "param": None,
        "code": refusal.code,
    }
    return JSONResponse({"error": error, "request_id": "emulated"}, refusal.status)
