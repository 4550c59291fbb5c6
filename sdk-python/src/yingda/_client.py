"""`Yingda` and `AsyncYingda`: where everything begins."""

from types import TracebackType
from typing import Self

import httpx

from yingda._config import configure
from yingda._generated.async_resources import AsyncResources
from yingda._generated.resources import Resources
from yingda._http import AsyncHttp, Http

TIMEOUT_S = 60.0
RETRIES = 2


class Yingda(Resources):
    """A client. Safe to share between threads; close it, or use it in a `with` block.

    `api_key` and `base_url` default to YINGDA_API_KEY and YINGDA_BASE_URL (http://127.0.0.1:8000).
    `timeout` is seconds for one attempt, `deadline` for all of them together with the pauses between.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: float = TIMEOUT_S,
        deadline: float | None = None,
        max_retries: int = RETRIES,
        http_client: httpx.Client | None = None,
    ) -> None:
        super().__init__(Http(configure(api_key, base_url, timeout, deadline, max_retries), http_client))

    def close(self) -> None:
        """Give connections back, unless `http_client` was yours."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncYingda(AsyncResources):
    """The same for asyncio."""

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: float = TIMEOUT_S,
        deadline: float | None = None,
        max_retries: int = RETRIES,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(AsyncHttp(configure(api_key, base_url, timeout, deadline, max_retries), http_client))

    async def close(self) -> None:
        """Give connections back, unless `http_client` was yours."""
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
