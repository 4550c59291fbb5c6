"""How to come in: a token for the AccessKey, one for all its calls, and the region's WebSocket gateway."""

import time
import uuid
from collections.abc import Hashable

import httpx

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers import connections
from voice_engine.providers.aliyun_nls import VENDOR, failures
from voice_engine.providers.aliyun_nls.errors import STALE_TOKEN, no_token
from voice_engine.providers.aliyun_nls.signing import token_query
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.tokens import Token, Tokens

_META = "https://nls-meta.cn-shanghai.aliyuncs.com"  # tokens of all regions come from here
TOKENS = Tokens(failures)


class Gateway:
    """The way in for one account. Its `account` is what tokens and kept sockets belong to."""

    def __init__(self, config: ProviderConfig, region: str) -> None:
        secrets = config.secrets
        self.appkey = secrets.get("appKey", "")
        self._id, self._secret = secrets.get("accessKeyId", ""), secrets.get("accessKeySecret", "")
        self._origin = config.base_url.replace("http", "ws", 1)
        self._origin = self._origin or f"wss://nls-gateway-{region}.aliyuncs.com"
        self._meta = config.base_url or _META
        self._key = (self._meta, self._id, self._secret)
        self.account: Hashable = (VENDOR, self._origin, self._key, self.appkey)

    async def dial(self) -> Endpoint:
        """Where a task may begin; raises ProviderError when there is no token to be had."""
        token = await TOKENS.of(self._key, self._fetch)
        return Endpoint(f"{self._origin}/ws/v1", {"X-NLS-Token": token}, token=token)

    def stale(self, error: ProviderError, endpoint: Endpoint) -> bool:
        """Whether the gateway has refused the token; then it is forgotten."""
        if error.vendor_code not in STALE_TOKEN:
            return False
        TOKENS.refused(self._key, endpoint.token)
        return True

    async def _fetch(self) -> Token:
        now = time.time()
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
        query = token_query(self._id, self._secret, str(uuid.uuid4()), made)
        client = await connections.http(None)
        try:
            answer = await client.get(f"{self._meta}/?{query}")
        except httpx.HTTPError as error:
            raise failures.of("network", f"No token comes ({type(error).__name__}).") from None
        with failures.sensible():
            said = answer.json()
            if answer.status_code != 200 or "Token" not in said:
                raise no_token(answer.status_code, said)
            return Token(said["Token"]["Id"], said["Token"]["ExpireTime"] - now)
