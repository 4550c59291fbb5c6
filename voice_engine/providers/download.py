"""One HTTP request to a vendor and its answer as it comes, over shared connections, deadlines everywhere."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers import connections
from voice_engine.providers.duplex.codec import Patience, Refused
from voice_engine.providers.failures import Failures

LARGEST = 1024 * 1024  # bytes of an answer that is read as a whole


class Answer:
    """An answer whose head has come."""

    def __init__(self, failures: Failures, response: httpx.Response, within_s: float) -> None:
        self._failures, self._response, self._within_s = failures, response, within_s
        self._raw = response.aiter_raw()
        self.headers: Mapping[str, str] = response.headers
        self.status = response.status_code

    async def piece(self) -> bytes:
        """What comes next, empty at the end. Raises ProviderError: timeout or network."""
        try:
            async with asyncio.timeout(self._within_s):
                return await anext(self._raw, b"")
        except TimeoutError:
            raise self._failures.of("timeout", f"{self._failures.label} stopped in the middle.") from None
        except httpx.HTTPError as error:
            raise broken(self._failures, error) from None

    async def whole(self) -> bytes:
        """All of it, at most a megabyte, in the time of one piece."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._within_s):
                while piece := await self.piece():
                    body += piece
                    if len(body) > LARGEST:
                        break
                else:
                    return bytes(body)
        except TimeoutError:
            raise self._failures.of("timeout", f"{self._failures.label} stopped in the middle.") from None
        raise self._failures.of("server", f"{self._failures.label}'s answer does not end.")


@asynccontextmanager
async def ask(
    failures: Failures,
    method: str,
    url: str,
    patience: Patience,
    refused: Refused,
    *,
    guard: connections.Guard = None,
    **request: Any,
) -> AsyncIterator[Answer]:
    """The answer with status 200; `request` is what httpx takes (headers, json, data, files, params).

    `guard` is for addresses that tenants choose (connections.Guard). Raises ProviderError: what `refused`
    makes of any other status, network or timeout.
    """
    response = await _send(failures, method, url, patience, guard, request)
    try:
        answer = Answer(failures, response, patience.result_s)
        if answer.status != httpx.codes.OK:
            words = (await answer.whole()).decode(errors="replace")
            raise refused(answer.status, answer.headers, words)
        yield answer
    finally:
        await response.aclose()


async def _send(
    failures: Failures,
    method: str,
    url: str,
    patience: Patience,
    guard: connections.Guard,
    request: Mapping[str, Any],
) -> httpx.Response:
    client = await connections.http(guard)
    headers = {"Accept-Encoding": "identity", **request.get("headers", {})}
    try:
        made = client.build_request(method, url, **{**request, "headers": headers})
        async with asyncio.timeout(patience.connect_s):
            return await client.send(made, stream=True)
    except (TimeoutError, httpx.TimeoutException):
        raise failures.of("timeout", f"{failures.label} does not answer.") from None
    except httpx.HTTPError as error:
        raise broken(failures, error) from None
    except UnicodeEncodeError:
        reason = f"The account of {failures.label} holds characters that no key has."
        raise failures.of("auth", reason) from None
    except BadRequest as error:
        raise failures.of("bad_request", error.message) from None


def broken(failures: Failures, error: httpx.HTTPError) -> ProviderError:
    """The connection was not to be had, or broke."""
    return failures.of("network", f"{failures.label} cannot be reached ({type(error).__name__}).")


def plainly(failures: Failures) -> Refused:
    """A vendor whose HTTP statuses say it all."""

    def refused(status: int, headers: Mapping[str, str], body: str) -> ProviderError:
        return failures.refused(status, body, headers)

    return refused
