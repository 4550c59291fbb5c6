"""HTTP for the MCP client, which speaks httpx2: every request passes the same guard as all our others.

The guard judges and pins each address; answers are bounded, so that no server can fill our memory.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx
import httpx2

from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import YingdaError
from voice_engine.kernel.ids import new_id
from voice_engine.outbound import GuardedTransport
from voice_engine.servers.ask import Proof

BODY_LIMIT = 1024 * 1024  # bytes of one answer; streams of events are bounded per event by the library


class _Sent(httpx.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk


class _Received(httpx2.AsyncByteStream):
    def __init__(self, response: httpx.Response, limit: int | None) -> None:
        self._response, self._limit = response, limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        with _translated():
            async for chunk in self._response.aiter_raw():
                size += len(chunk)
                if self._limit is not None and size > self._limit:
                    raise httpx2.ReadError(f"the answer is larger than {self._limit} bytes")
                yield chunk

    async def aclose(self) -> None:
        with _translated():
            await self._response.aclose()


class GuardedMcpTransport(httpx2.AsyncBaseTransport):
    """An httpx2 transport on top of the guarded httpx one."""

    def __init__(self, allowed: Sequence[str], proof: Proof | None = None) -> None:
        self._inner, self._proof = GuardedTransport(allowed), proof

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request, once more with a fresh token if that is refused; raises httpx2's errors."""
        if self._proof is None:
            return await self._sent(request)
        body = await request.aread()
        own = frozenset(request.headers)
        await self._show(self._proof, request, body, own)
        response = await self._sent(request)
        if response.status_code == httpx2.codes.UNAUTHORIZED and self._proof.forget():
            await response.aclose()
            await self._show(self._proof, request, body, own)
            response = await self._sent(request)
        return response

    async def _show(self, proof: Proof, request: httpx2.Request, body: bytes, own: frozenset[str]) -> None:
        """Who asks, unless the server's own headers say so."""
        with _translated():
            shown = await proof.headers(body, new_id(), SystemClock().wall())
        request.headers.update({name: value for name, value in shown.items() if name.lower() not in own})

    async def _sent(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        outgoing = httpx.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            stream=_Sent(request.stream),
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        with _translated():
            response = await self._inner.handle_async_request(outgoing)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.ReadError("the answer is compressed, which we did not ask for")
        streamed = response.headers.get("content-type", "").startswith("text/event-stream")
        return httpx2.Response(
            response.status_code,
            headers=response.headers.raw,
            stream=_Received(response, None if streamed else BODY_LIMIT),
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


def guarded_client(
    headers: Mapping[str, str],
    allowed: Sequence[str],
    timeout: httpx2.Timeout,
    proof: Proof | None = None,
) -> httpx2.AsyncClient:
    """A client that reaches only what tenants may reach, and follows nothing by itself."""
    return httpx2.AsyncClient(
        transport=GuardedMcpTransport(allowed, proof),
        headers={**headers, "accept-encoding": "identity"},
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except YingdaError as error:
        raise httpx2.ConnectError(error.message) from error
    except httpx.TimeoutException as error:
        raise httpx2.ReadTimeout(str(error) or "no answer in time") from error
    except httpx.ConnectError as error:
        raise httpx2.ConnectError(str(error)) from error
    except httpx.HTTPError as error:
        raise httpx2.ReadError(str(error) or type(error).__name__) from error
