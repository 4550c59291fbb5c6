"""The edge of the application, one ASGI layer: request id, body limit, log line, metrics, last resort."""

import re
from collections.abc import Mapping
from functools import cache
from time import perf_counter

import structlog
from prometheus_client import Counter, Histogram
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics
from api.http import audit, deprecation, errors
from api.http.body import Malformed
from voice_engine.kernel import log
from voice_engine.kernel.ids import new_id

_log = log.get("http")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_VARY = (b"vary", b"Origin")  # caches keep answers to pages apart from others
_QUIET = frozenset({"/health", "/ready", "/metrics"})  # asked every few seconds by machines
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Cors(CORSMiddleware):
    """Starlette's, quick where no browser asks: most callers are servers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not any(name == b"origin" for name, _ in scope["headers"]):

            async def varying(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message.get("headers", ()), _VARY]
                await send(message)

            await self.app(scope, receive, varying)
            return
        await super().__call__(scope, receive, send)


class Edge:
    """Outermost but for CORS. `body_limit` in bytes; `larger` has the paths that take more."""

    def __init__(self, app: ASGIApp, *, body_limit: int, larger: Mapping[str, int] = {}) -> None:
        self._app = app
        self._body_limit = body_limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = max(self._body_limit, self._larger.get(scope["path"], 0))
        exchange = _Exchange(scope, receive, send, limit)
        structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
        try:
            await self._run(exchange)
        finally:
            exchange.finish()
            if audit.is_due(scope):
                await audit.afterwards(scope, exchange.status)
            structlog.contextvars.unbind_contextvars("request_id")

    async def _run(self, exchange: "_Exchange") -> None:
        refused = exchange.refusal()
        if refused is not None:
            await refused(exchange.scope, exchange.receive, exchange.send)
            return
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except Exception:  # noqa: BLE001 - boundary: nothing below may end in a broken connection
            _log.error("request_failed", exc_info=True)
            if not exchange.status:
                response = errors.internal(exchange.request_id)
                await response(exchange.scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.started = perf_counter()
        self.scope = scope
        self.status = 0
        self._receive = receive
        self._send = send
        self._limit = limit
        self._received = 0
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        asked = self._headers.get(b"x-request-id", b"")
        self.request_id: str = asked.decode() if _REQUEST_ID.fullmatch(asked) else new_id()
        scope["request_id"] = self.request_id

    def refusal(self) -> Response | None:
        """The answer to a request that need not be read; None if it may go on."""
        length = self._headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._limit:
            return errors.answer(self.request_id, 413, "body_too_large", self._too_large())
        if "\0" in self.scope["path"] or b"%00" in self.scope["query_string"]:
            message = "The URL contains the character U+0000, which cannot be stored."
            return errors.answer(self.request_id, 400, "nul_character", message)
        return None

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > self._limit:
                raise Malformed(413, "body_too_large", self._too_large())
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message.get("headers", ()),
                *self.scope.get("rate_headers", ()),
                (b"x-request-id", self.request_id.encode()),
            ]
            route = self.scope.get("route")
            if getattr(route, "deprecated", None):
                message["headers"] += deprecation.headers(route)
        await self._send(message)

    def finish(self) -> None:
        seconds = perf_counter() - self.started
        route = getattr(self.scope.get("route"), "path_format", None) or "unmatched"
        method = self.scope["method"] if self.scope["method"] in _METHODS else "other"
        _requests(method, route, self.status).inc()
        _seconds(method, route).observe(seconds)
        if self.scope["path"] in _QUIET:
            return
        caller = self.scope.get("caller")
        _log.info(
            "request",
            org_id=caller.org_id if caller else None,
            method=method,
            route=route,
            status=self.status,
            ms=round(seconds * 1000, 1),
        )

    def _too_large(self) -> str:
        return f"The body is larger than {self._limit} bytes; send less at once."


@cache
def _requests(method: str, route: str, status: int) -> Counter:
    return metrics.HTTP_REQUESTS.labels(method, route, str(status))


@cache
def _seconds(method: str, route: str) -> Histogram:
    return metrics.HTTP_SECONDS.labels(method, route)
