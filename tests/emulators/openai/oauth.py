"""A token endpoint for client credentials (RFC 6749, 4.4) that looks closely at what it is asked."""

import asyncio
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import parse_qs

from tests.emulators.openai.vendor import Behaviour
from tests.emulators.openai.wire import Exchange, Server


class TokenEndpoint:
    """Hands out token-1, token-2, … for `life_s`; None leaves that unsaid.

    `good` are the tokens a model should take (for `OpenAiEmulator(keys=…)`); take one out to revoke it.
    `script` comes first, one behaviour for each request. `violations` must be empty at the end.
    """

    def __init__(
        self, client_id: str = "shop", client_secret: str = "hush", scope: str = "", life_s: Any = 3600
    ) -> None:
        self.client_id, self.client_secret, self.scope, self.life_s = client_id, client_secret, scope, life_s
        self.good: set[str] = set()
        self.script: list[Behaviour] = []
        self.asked = 0
        self.delay_s = 0.0
        self.violations: list[str] = []
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """Where tokens are."""
        return f"http://127.0.0.1:{self._server.port}/oauth/token"

    def plan(self, **other: str) -> dict[str, str]:
        """The open part of an authenticationPlan."""
        scope = {"scope": self.scope} if self.scope else {}
        return {"type": "oauth2", "url": self.url, "clientId": self.client_id, **scope, **other}

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    async def _handle(self, exchange: Exchange) -> None:
        self.asked += 1
        form = {name: values[0] for name, values in parse_qs(exchange.body.decode()).items()}
        self.violations += self._complaints(exchange, form)
        if self.script:
            await self.script.pop(0)(exchange)
            return
        await asyncio.sleep(self.delay_s)
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            refusal = {"error": "invalid_client", "error_description": "Unknown client or wrong secret."}
            await exchange.whole(401, refusal)
            return
        token = f"token-{self.asked}"
        self.good.add(token)
        life = {} if self.life_s is None else {"expires_in": self.life_s}
        await exchange.whole(200, {"access_token": token, "token_type": "Bearer", **life})

    def _complaints(self, exchange: Exchange, form: dict[str, str]) -> Iterator[str]:
        if exchange.method != "POST" or exchange.path != "/oauth/token":
            yield f"{exchange.method} {exchange.path} is not POST /oauth/token"
        if exchange.headers.get("content-type") != "application/x-www-form-urlencoded":
            yield "the content type is not a form's"
        if "authorization" in exchange.headers:
            yield "the client identifies itself in two ways"
        if form.get("grant_type") != "client_credentials":
            yield "grant_type is not client_credentials"
        if form.get("scope", "") != self.scope:
            yield f"the scope is {form.get('scope')!r}"
        for name in sorted(set(form) - {"grant_type", "client_id", "client_secret", "scope"}):
            yield f"{name} is no field of this request"
