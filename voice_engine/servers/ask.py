"""One request to a tenant's server: who sends it is shown as its credential says, and its bytes are signed.

What a server's own headers say wins over its credential; the signature of Standard Webhooks wins over both.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
        client = self._client(ask.authentication, org_id)
        if client is None:
            return await self._send(ask, self._proof(ask, org_id), ask.timeout_s)
        began = time.monotonic()
        for attempt in (1, 2):
            token = await self._token(client, ask, began)
            left = max(ask.timeout_s - (time.monotonic() - began), 0.001)
            answer = await self._send(ask, bearer(token), left)
            if answer.status != 401 or attempt == 2:
                break
            self._tokens.refused(client, token)
        return answer

    def request_blocking(self, ask: Ask, org_id: str) -> Answer:
        """`request` for synchronous callers (Celery tasks); never call it on an event loop's thread."""
        return asyncio.run(self.request(ask, org_id))

    async def _token(self, client: Client, ask: Ask, began: float) -> str:
        try:
            async with asyncio.timeout(max(ask.timeout_s - (time.monotonic() - began), 0.001)):
                return await self._tokens.of(client)
        except TimeoutError as error:
            sentence = f"The token endpoint {client.url} did not answer in time."
            raise Unavailable("token_unavailable", sentence) from error

    async def _send(self, ask: Ask, proof: Mapping[str, str], timeout_s: float) -> Answer:
        at = self._clock.wall()
        signature = webhook_headers(ask.signing, ask.id, at, ask.body) if ask.signing else {}
        headers = merged(MESSAGE, proof, ask.headers, signature)
        return await outbound.request(
            ask.method, ask.url, ask.body, headers,
            allowed=self.allowed, timeout_s=timeout_s, limit=ask.limit,
        )  # fmt: skip

    def _proof(self, ask: Ask, org_id: str) -> dict[str, str]:
        spec = ask.authentication
        if spec is None or not spec.plan:
            return {}
        secrets = self._opened(spec, org_id)
        return plan_headers(spec.plan, secrets, ask.body, id=ask.id, at=self._clock.wall())

    def _client(self, spec: AuthenticationSpec | None, org_id: str) -> Client | None:
        if spec is None or spec.plan.get("type") != "oauth2":
            return None
        plan, secret = spec.plan, self._opened(spec, org_id)[SECRETS["oauth2"]]
        return Client(plan["url"], plan["clientId"], secret, plan.get("scope") or "", self.allowed)

    def _opened(self, spec: AuthenticationSpec, org_id: str) -> dict[str, str]:
        """The plan's secrets by their own names; they are kept by their place in the credential."""
        opened = orjson.loads(unseal(spec.sealed, self._secret, context=org_id))
        return {place.rpartition(".")[2]: value for place, value in opened.items()}
