"""Tokens of OAuth 2.0 client credentials (RFC 6749, 4.4): one for all requests of a plan.

Fetched by one request at a time, used until shortly before their end, kept in memory only. The cache serves
every thread and event loop of the process: a worker that delivers webhooks has a loop for each of them.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from voice_engine import outbound
from voice_engine.kernel.errors import Unavailable, YingdaError

EARLY_S = 60.0  # before its end a token counts as used up, but never more than half its life
UNKNOWN_LIFE_S = 300.0  # where the endpoint does not say how long a token lives
FETCH_S = 5.0
KEPT = 1000  # plans; with more, those whose token has ended are forgotten


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks where for tokens. `allowed` networks may be reached besides public ones."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def form(self) -> bytes:
        """What is posted."""
        known = {"client_id": self.client_id, "client_secret": self.client_secret}
        scope = {"scope": self.scope} if self.scope else {}
        return urlencode({"grant_type": "client_credentials", **known, **scope}).encode()


@dataclass(frozen=True, slots=True)
class Token:
    """`usable_s`: seconds from when it was asked for until it should be renewed."""

    text: str = field(repr=False)
    usable_s: float


Fetch = Callable[[Client], Awaitable[Token]]


class Tokens:
    """The tokens of this process."""

    def __init__(self, fetch: Fetch | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._now = fetch or fetched, now
        self._lock = threading.Lock()
        self._kept: dict[Client, tuple[str, float]] = {}
        self._fetching: dict[Client, Future[str | None]] = {}

    async def of(self, client: Client) -> str:
        """A token that is good now; who waits for another's fetch shares its failure.

        Raises Unavailable("token_refused" | "token_unavailable") and what `outbound.post` raises.
        """
        while True:
            with self._lock:
                kept = self._kept.get(client)
                if kept is not None and self._now() < kept[1]:
                    return kept[0]
                others = self._fetching.get(client)
                if others is None:
                    mine: Future[str | None] = Future()
                    mine.set_running_or_notify_cancel()  # who only waits cannot cancel it
                    self._fetching[client] = mine
            if others is None:
                return await self._renew(client, mine)
            text = await asyncio.wrap_future(others)
            if text is not None:
                return text

    def refused(self, client: Client, text: str) -> None:
        """The server does not take this token any more: the next request fetches another."""
        with self._lock:
            if self._kept.get(client, ("", 0.0))[0] == text:
                del self._kept[client]

    async def _renew(self, client: Client, mine: "Future[str | None]") -> str:
        began = self._now()
        outcome: str | None = None
        failure: YingdaError | None = None
        try:
            token = await self._fetch(client)
            outcome = token.text
            self._keep(client, token, began)
            return token.text
        except YingdaError as error:
            failure = error
            raise
        finally:  # without an outcome this request was given up; another one fetches
            with self._lock:
                del self._fetching[client]
            if failure is None:
                mine.set_result(outcome)
            else:
                mine.set_exception(failure)

    def _keep(self, client: Client, token: Token, began: float) -> None:
        with self._lock:
            if len(self._kept) >= KEPT:
                now = self._now()
                self._kept = {each: kept for each, kept in self._kept.items() if now < kept[1]}
            self._kept[client] = (token.text, began + token.usable_s)


async def fetched(client: Client) -> Token:
    """A new token from the endpoint."""
    headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    answer = await outbound.post(client.url, client.form, headers, allowed=client.allowed, timeout_s=FETCH_S)
    return read(answer.status, answer.body)


def read(status: int, body: bytes) -> Token:
    """The token in an endpoint's answer; raises Unavailable, which never quotes what was sent."""
    if status >= 500:
        raise Unavailable("token_unavailable", f"The token endpoint answered {status}; try again.")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    told: dict[str, Any] = found if isinstance(found, dict) else {}
    text, kind = told.get("access_token"), str(told.get("token_type", "bearer"))
    if status != 200 or kind.lower() != "bearer" or not is_header_value(text):
        why = str(told.get("error_description") or told.get("error") or f"it answered {status}")[:300]
        sentence = (
            f"The token endpoint gave no bearer token ({why}); check the credential's clientId and secret."
        )
        raise Unavailable("token_refused", sentence)
    return Token(str(text), usable_s(told.get("expires_in")))


def usable_s(told: Any) -> float:
    """How many seconds a token is used whose endpoint says `told` of its life."""
    try:
        life = float(told)
    except (TypeError, ValueError, OverflowError):
        life = UNKNOWN_LIFE_S
    if not 0 < life < 10**9:
        life = UNKNOWN_LIFE_S
    return life - min(EARLY_S, life / 2)


def is_header_value(token: Any) -> bool:
    """Whether it is a text that may be sent as a token."""
    return isinstance(token, str) and bool(token) and token.isascii() and token.isprintable()


TOKENS = Tokens()
