"""Who calls: the headers of both generations of Volcengine's console."""

import uuid
from collections.abc import Hashable

from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.volcengine import VENDOR, failures

LOG_ID = "X-Tt-Logid"
_ORIGIN = "wss://openspeech.bytedance.com"


class Caller:
    """One account's use of one service. `resource` is the service, its generation and how it is billed.

    `told_usage`: the vendor shall say what it bills.
    """

    def __init__(self, config: ProviderConfig, path: str, resource: str, *, told_usage: bool) -> None:
        self._secrets, self._resource = dict(config.secrets), resource
        self._more = {"X-Control-Require-Usage-Tokens-Return": "*"} if told_usage else {}
        self._url = (config.base_url.replace("http", "ws", 1) or _ORIGIN) + path
        self.account: Hashable = (VENDOR, self._url, resource, *sorted(self._secrets.items()))

    async def dial(self) -> Endpoint:
        """Where to connect; raises ProviderError when the account is not complete."""
        name = str(uuid.uuid4())
        headers = {
            **self._key(),
            "X-Api-Resource-Id": self._resource,
            "X-Api-Connect-Id": name,
            "X-Api-Request-Id": name,  # the newer pages of the vendor call it so
            **self._more,
        }
        return Endpoint(self._url, headers, request_id=LOG_ID)

    def _key(self) -> dict[str, str]:
        """A key of the new console, or the application's id and token of the old one."""
        if key := self._secrets.get("apiKey"):
            return {"X-Api-Key": key}
        app, token = self._secrets.get("appId"), self._secrets.get("accessToken")
        if app and token:
            return {"X-Api-App-Key": app, "X-Api-Access-Key": token}
        raise failures.of("auth", "An account needs an apiKey, or an appId with an accessToken.")
