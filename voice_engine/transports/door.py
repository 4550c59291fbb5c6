"""Decides what a request to an engine becomes: a conversation, an ear, a page, or an answer that says no."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from picows import WSListener, WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from voice_engine.hosting.host import Host
from voice_engine.kernel import paths, tokens
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import NotFound, Unauthorized, Unavailable, YingdaError
from voice_engine.transports.control_plane import Permit
from voice_engine.transports.sockets import (
    CallSocket,
    CreateCall,
    ListenSocket,
    SeedSocket,
    TakeSpec,
    bearer,
)


class Door:
    """The listener factory picows asks for every request."""

    def __init__(
        self,
        host: Host,
        take_spec: TakeSpec,
        create_call: CreateCall,
        secret: bytes,
        clock: Clock,
        permit: Permit,
    ) -> None:
        self._permit = permit
        self._host, self._take_spec, self._create_call = host, take_spec, create_call
        self._secret, self._clock = secret, clock

    def __call__(self, request: WSUpgradeRequest) -> WSListener | WSUpgradeResponseWithListener:
        url = urlsplit(request.path.decode("ascii", "replace"))
        if page := self._page(url.path):
            return WSUpgradeResponseWithListener(page, None)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            return self._listener(url.path, query, request)
        except YingdaError as error:
            return WSUpgradeResponseWithListener(_refusal(error), None)

    def _page(self, path: str) -> WSUpgradeResponse | None:
        if path == "/health":
            return WSUpgradeResponse.create_ok_response(b"ok")
        if path == "/metrics":
            return WSUpgradeResponse.create_ok_response(
                generate_latest(), {"Content-Type": CONTENT_TYPE_LATEST}
            )
        if path == "/ready" and self._host.full:
            return WSUpgradeResponse.create_error_response(503, b"full or draining")
        return WSUpgradeResponse.create_ok_response(b"ready") if path == "/ready" else None

    def _listener(self, path: str, query: dict[str, str], request: WSUpgradeRequest) -> WSListener:
        if path in paths.SEED:
            key = bearer(request.headers, query.get("api_key", ""))
            self._refuse_when_full()
            return SeedSocket(self._host, self._take_spec, self._clock, self._create_call, key)
        call_id, kind = paths.call_socket(path)
        kind, claims = self._claims(query.get("token", ""), kind)
        if claims["call"] != call_id:
            raise NotFound("call_not_found", "The token belongs to another call; use the URL as given.")
        if kind == "listen":
            return ListenSocket(self._host, self._clock, call_id, self._permission(claims, query, request))
        if self._host.returning(call_id) is None:
            self._refuse_when_full()
        return CallSocket(self._host, self._take_spec, self._clock, call_id, claims["session"])

    def _claims(self, token: str, kind: str) -> tuple[str, dict[str, Any]]:
        """A listener's token may be used at the call's own address, too, as some of Vapi's clients do."""
        try:
            return kind, tokens.verify(token, self._secret, kind=kind, now=time.time())
        except Unauthorized as error:
            if error.code != "token_wrong_kind" or kind != "transport":
                raise
            return "listen", tokens.verify(token, self._secret, kind="listen", now=time.time())

    def _permission(
        self, claims: dict[str, Any], query: dict[str, str], request: WSUpgradeRequest
    ) -> Callable[[], Awaitable[None]] | None:
        """What must succeed before anything is heard: nothing, unless the assistant wants a key."""
        if not claims.get("keyed"):
            return None
        key = bearer(request.headers, query.get("api_key", ""))
        return partial(self._permit, claims["call"], claims["org"], key)

    def _refuse_when_full(self) -> None:
        if self._host.refusing:
            raise Unavailable("engine_full", "This engine takes no more calls; create the call again.")


def _refusal(error: YingdaError) -> WSUpgradeResponse:
    body = {"message": error.message, "code": error.code, "statusCode": error.status}
    headers = {"Content-Type": "application/json"}
    return WSUpgradeResponse.create_error_response(error.status, orjson.dumps(body), headers)
