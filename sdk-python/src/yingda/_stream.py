"""Answers that come piece by piece (server-sent events). Leaving the loop or the block hangs up."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx

from yingda._http import AsyncHttp, Http
from yingda._object import Object
from yingda._request import Request
from yingda.errors import APIError, ConnectionFailed

T = TypeVar("T", bound=Object)


class StreamEvent(Object):
    """A piece of a chat's answer: `delta` is text."""

    id: str | None
    session_id: str | None
    path: str | None
    delta: str | None
    type: str | None


class Lines:
    """Takes lines and gives the events they make."""

    def __init__(self) -> None:
        self._name, self._data = "", list[str]()

    def add(self, line: str) -> Any:
        """The JSON of the event that this line ends; None if it ends none. Raises APIError if it is one."""
        if line:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                self._data.append(value)
            elif field == "event":
                self._name = value
            return None
        name, text = self._name, "\n".join(self._data)
        self._name, self._data = "", []
        if not text or text == "[DONE]":
            return None
        found = json.loads(text)
        if name == "error" or (isinstance(found, dict) and found.get("type") == "error"):
            raise _failure(found)
        return found


def _failure(found: Any) -> APIError:
    told = found.get("error", found) if isinstance(found, dict) else {"message": str(found)}
    body = told if isinstance(told, dict) else {**found, "message": found.get("message", told)}
    return APIError(int(body.get("statusCode") or 500), body, {})


def text_of(events: Iterable[StreamEvent]) -> str:
    """The pieces put together."""
    return "".join(event.delta or "" for event in events)


class Stream(Generic[T]):
    """Iterate it once. `with` closes it early; so does the end."""

    def __init__(self, http: Http, request: Request, kind: type[T]) -> None:
        self._http, self._request, self._kind = http, request, kind
        self._answer: httpx.Response | None = None

    def __iter__(self) -> Iterator[T]:
        with self:
            assert self._answer is not None
            lines = Lines()
            try:
                for line in self._answer.iter_lines():
                    if (found := lines.add(line)) is not None:
                        yield self._kind(found)
            except httpx.TransportError as error:
                raise ConnectionFailed(f"The answer broke off: {error}") from error

    def __enter__(self) -> Self:
        if self._answer is None:
            self._answer = self._http.send(self._request, stream=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the server stops answering."""
        if self._answer is not None:
            self._answer.close()


class AsyncStream(Generic[T]):
    """The same for `async for`."""

    def __init__(self, http: AsyncHttp, request: Request, kind: type[T]) -> None:
        self._http, self._request, self._kind = http, request, kind
        self._answer: httpx.Response | None = None

    async def __aiter__(self) -> AsyncIterator[T]:
        async with self:
            assert self._answer is not None
            lines = Lines()
            try:
                async for line in self._answer.aiter_lines():
                    if (found := lines.add(line)) is not None:
                        yield self._kind(found)
            except httpx.TransportError as error:
                raise ConnectionFailed(f"The answer broke off: {error}") from error

    async def __aenter__(self) -> Self:
        if self._answer is None:
            self._answer = await self._http.send(self._request, stream=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up; the server stops answering."""
        if self._answer is not None:
            await self._answer.aclose()
