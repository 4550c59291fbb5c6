"""One request to a tenant's server: who sends it is shown as its credential says, and its bytes are signed.

What a server's own headers say wins over its credential; the signature of Standard Webhooks wins over both.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from voice_engine import outbound
from voice_engine.kernel.authentication import (
    SECRETS,
    bearer,
    derived_secret,
    merged,
    plan_headers,
    webhook_headers,
)
from voice_engine.kernel.clock import Clock, SystemClock
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import unseal
from voice_engine.outbound import Answer
from voice_engine.servers.tokens import TOKENS, Client, Tokens
from voice_engine.spec import AuthenticationSpec

MESSAGE = {"content-type": "application/json", "user-agent": "Yingda-Webhooks/1"}


@dataclass(frozen=True, slots=True)
class Ask:
    """`body` is sent and signed to the byte. `signing`: the organisation's secrets, none = no signature.

    `timeout_s` is for all of it, a token's fetch included. `id` is the webhook-id.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    authentication: AuthenticationSpec | None = None
    signing: Sequence[str] = ()
    timeout_s: float = 20.0
    method: str = "POST"
    id: str = field(default_factory=new_id)
    limit: int = outbound.BODY_LIMIT


class Proof:
    """A credential that has been opened: what requests show of it. One for each request or conversation."""

    def __init__(
        self,
        plan: Mapping[str, Any],
        secrets: Mapping[str, str],
        allowed: Sequence[str] = (),
        tokens: Tokens = TOKENS,
    ) -> None:
        self._plan, self._secrets, self._tokens, self._token = plan, secrets, tokens, ""
        self._client: Client | None = None
        if plan.get("type") == "oauth2":
            scope, secret = plan.get("scope") or "", secrets[SECRETS["oauth2"]]
            self._client = Client(plan["url"], plan["clientId"], secret, scope, tuple(allowed))

    async def headers(self, body: bytes, id: str, at: datetime) -> dict[str, str]:
        """For a request of exactly these bytes; a token is fetched if it has to be."""
        if self._client is None:
            return plan_headers(self._plan, self._secrets, body, id=id, at=at)
        self._token = await self._tokens.of(self._client)
        return bearer(self._token)

    def forget(self) -> bool:
        """The server has refused the token; whether there is another one to be had."""
        if self._client is None:
            return False
        self._tokens.refused(self._client, self._token)
        return True


class Servers:
    """How tenants' servers are asked. `secret` opens what is sealed; `allowed` are private networks."""

    def __init__(
        self,
        secret: bytes,
        allowed: Sequence[str] = (),
        clock: Clock | None = None,
        tokens: Tokens = TOKENS,
    ) -> None:
        self._secret, self.allowed = secret, tuple(allowed)
        self._clock, self._tokens = clock or SystemClock(), tokens

    def signing(self, org_id: str, sealed: Sequence[str] = ()) -> tuple[str, ...]:
        """The organisation's signing secrets: its own, or the derived one."""
        if not sealed:
            return (derived_secret(self._secret, org_id),)
        return tuple(unseal(each, self._secret, context=org_id) for each in sealed)

    async def request(self, ask: Ask, org_id: str) -> Answer:
        """The server's answer. A token that is refused with 401 is replaced, once.

        Raises BadRequest("target_refused") and Unavailable("target_…" | "token_…").
        """
        began = time.monotonic()
        proof = self.proof(ask.authentication, org_id)
        answer = await self._attempt(ask, proof, began)
        if answer.status == 401 and proof is not None and proof.forget():
            answer = await self._attempt(ask, proof, began)
        return answer

    def proof(self, spec: AuthenticationSpec | None, org_id: str) -> Proof | None:
        """A credential, opened; None where there is none."""
        if spec is None or not spec.plan:
            return None
        opened = orjson.loads(unseal(spec.sealed, self._secret, context=org_id))
        secrets = {place.rpartition(".")[2]: value for place, value in opened.items()}
        return Proof(spec.plan, secrets, self.allowed, self._tokens)

    def request_blocking(self, ask: Ask, org_id: str) -> Answer:
        """`request` for synchronous callers (Celery tasks); never call it on an event loop's thread."""
        return asyncio.run(self.request(ask, org_id))

    async def _attempt(self, ask: Ask, proof: Proof | None, began: float) -> Answer:
        at, shown = self._clock.wall(), {}
        if proof is not None:
            try:
                async with asyncio.timeout(_left(ask, began)):
                    shown = await proof.headers(ask.body, ask.id, at)
            except TimeoutError as error:
                sentence = "The credential's token endpoint did not answer in time."
                raise Unavailable("token_unavailable", sentence) from error
        signature = webhook_headers(ask.signing, ask.id, at, ask.body) if ask.signing else {}
        headers = merged(MESSAGE, shown, ask.headers, signature)
        return await outbound.request(
            ask.method, ask.url, ask.body, headers,
            allowed=self.allowed, timeout_s=_left(ask, began), limit=ask.limit,
        )  # fmt: skip


def _left(ask: Ask, began: float) -> float:
    return max(ask.timeout_s - (time.monotonic() - began), 0.001)
