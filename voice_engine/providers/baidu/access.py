"""The way to the voices: the API key itself if it is a new one, else a token for key and secret."""

import json
from collections.abc import Hashable

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.baidu import failures
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.download import ask
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint
from voice_engine.providers.tokens import Token, Tokens

TOKENS = Tokens(failures)
NEW_KEY = "bce-v3/"
_ORIGIN = "https://aip.baidubce.com"
_STALE = ("401", "403", "502", "100", "110", "111")


class Access:
    """The way in for one account; `account` is what tokens and kept sockets belong to."""

    def __init__(self, config: ProviderConfig) -> None:
        self._key, self._secret = config.api_key, config.secrets.get("secretKey", "")
        self.origin = config.base_url or _ORIGIN
        self._patience = PATIENCE.at_most(config.timeout_s)
        self.account: Hashable = (self.origin, self._key, self._secret)

    @property
    def headers(self) -> dict[str, str]:
        """For a new key; none for others."""
        return {"Authorization": f"Bearer {self._key}"} if self._key.startswith(NEW_KEY) else {}

    async def token(self) -> str:
        """For key and secret; empty if the key needs none. Raises ProviderError."""
        return "" if self.headers else await TOKENS.of(self.account, self._fetch)

    def stale(self, error: ProviderError, endpoint: Endpoint) -> bool:
        """Whether the token was refused; then it is forgotten."""
        if not endpoint.token or error.vendor_code not in _STALE:
            return False
        TOKENS.refused(self.account, endpoint.token)
        return True

    async def _fetch(self) -> Token:
        if not self._secret:
            rule = f"The key is no new one ({NEW_KEY}…), so the account needs its `secretKey` too."
            raise failures.of("auth", rule)
        query = {"grant_type": "client_credentials", "client_id": self._key, "client_secret": self._secret}
        url = f"{self.origin}/oauth/2.0/token"
        async with ask(failures, "POST", url, self._patience, _refused, params=query) as answer:
            body = await answer.whole()
        with failures.sensible():
            said = json.loads(body)
            if "access_token" not in said:
                raise failures.told("auth", said.get("error", ""), said.get("error_description", ""))
            return Token(said["access_token"], float(said["expires_in"]))


def _refused(status: int, headers: object, body: str) -> ProviderError:
    if "invalid_client" in body:
        return failures.told("auth", "invalid_client", "unknown client id or wrong secret")
    return failures.refused(status, body)
