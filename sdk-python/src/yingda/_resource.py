"""What classes of resources are made of."""

from collections.abc import Mapping
from typing import Any, TypeVar

from yingda._generated.names import IRREGULAR
from yingda._http import AsyncHttp, Http, decoded
from yingda._object import Object
from yingda._pages import AsyncPages, Pages
from yingda._request import Request, build, path
from yingda._stream import AsyncStream, Stream, StreamEvent

__all__ = ["AsyncResource", "Resource", "path"]
T = TypeVar("T", bound=Object)
Given = Mapping[str, Any]


def _built(method: str, where: str, given: Given, more: Given) -> Request:
    return build(method, where, given, irregular=IRREGULAR, **more)


class Resource:
    """Over a blocking connection."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def _object(self, method: str, where: str, kind: type[T], given: Given, **more: Any) -> T:
        return kind(self._json(dict, method, where, given, more))

    def _objects(self, method: str, where: str, kind: type[T], given: Given, **more: Any) -> list[T]:
        return [kind(one) for one in self._json(list, method, where, given, more)]

    def _nothing(self, method: str, where: str, given: Given, **more: Any) -> None:
        self._http.send(_built(method, where, given, more))

    def _bytes(self, method: str, where: str, given: Given, **more: Any) -> bytes:
        return self._http.send(_built(method, where, given, more)).content

    def _pages(self, where: str, kind: type[T], given: Given) -> Pages[T]:
        return Pages(self._http, where, kind, given, IRREGULAR)

    def _stream(self, method: str, where: str, given: Given, **more: Any) -> Stream[StreamEvent]:
        return Stream(self._http, _built(method, where, given, more), StreamEvent)

    def _json(self, shape: type, method: str, where: str, given: Given, more: Given) -> Any:
        return decoded(self._http.send(_built(method, where, given, more)), shape)


class AsyncResource:
    """Over an event loop's connection."""

    def __init__(self, http: AsyncHttp) -> None:
        self._http = http

    async def _object(self, method: str, where: str, kind: type[T], given: Given, **more: Any) -> T:
        return kind(await self._json(dict, method, where, given, more))

    async def _objects(self, method: str, where: str, kind: type[T], given: Given, **more: Any) -> list[T]:
        return [kind(one) for one in await self._json(list, method, where, given, more)]

    async def _nothing(self, method: str, where: str, given: Given, **more: Any) -> None:
        await self._http.send(_built(method, where, given, more))

    async def _bytes(self, method: str, where: str, given: Given, **more: Any) -> bytes:
        return (await self._http.send(_built(method, where, given, more))).content

    def _pages(self, where: str, kind: type[T], given: Given) -> AsyncPages[T]:
        return AsyncPages(self._http, where, kind, given, IRREGULAR)

    def _stream(self, method: str, where: str, given: Given, **more: Any) -> AsyncStream[StreamEvent]:
        return AsyncStream(self._http, _built(method, where, given, more), StreamEvent)

    async def _json(self, shape: type, method: str, where: str, given: Given, more: Given) -> Any:
        return decoded(await self._http.send(_built(method, where, given, more)), shape)
