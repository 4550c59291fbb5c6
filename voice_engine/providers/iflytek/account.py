"""The fields of an iFlytek credential, and where its services are."""

import time
from collections.abc import Hashable

from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.duplex.codec import Endpoint
from voice_engine.providers.iflytek.signing import request_address


class Account:
    """appId, apiKey, apiSecret; what transcription has of its own stands for itself only."""

    def __init__(self, config: ProviderConfig) -> None:
        self._secrets, self._base_url = config.secrets, config.base_url
        self.app_id = self._secret("appId")
        self.api_key, self._api_secret = self._secret("apiKey"), self._secret("apiSecret")
        self.transcription_key = self._secret("rtasrApiKey") or self.api_key
        self.access_key_id = self._secret("accessKeyId") or self.api_key
        self.access_key_secret = self._secret("accessKeySecret") or self._api_secret

    @property
    def identity(self) -> Hashable:
        """Tells accounts apart, also one with a wrong secret from the right one."""
        return self._base_url, self.app_id, self.api_key, self._api_secret

    def place(self, url: str) -> str:
        """`url` at the address the configuration names, if it names one."""
        path = url.partition("://")[2].partition("/")[2]
        return f"{self._base_url.replace('http', 'ws', 1).rstrip('/')}/{path}" if self._base_url else url

    def endpoint(self, url: str) -> Endpoint:
        """A signed address of dictation or of a voice."""
        return Endpoint(request_address(self.place(url), self.api_key, self._api_secret, time.time()))

    def __repr__(self) -> str:
        return f"Account({self.app_id!r})"

    def _secret(self, name: str) -> str:
        return self._secrets.get(name, "")
