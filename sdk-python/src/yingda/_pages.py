"""Lists that fetch themselves as they are read.

The API has two forms: bare arrays, newest first, continued by the time of their last row; and pages with
`metadata`. Both are read alike.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from yingda._http import AsyncHttp, Http, decoded
from yingda._object import Object
from yingda._request import Request, build
from yingda.errors import YingdaError

T = TypeVar("T", bound=Object)
PAGE, LARGEST = 100, 1000  # rows of one answer
_TICK = timedelta(milliseconds=1)  # times are answered to the millisecond; rows are ordered more exactly


@dataclass
class Page(Generic[T]):
    """One answer. `total` is how many there are altogether, where the API tells."""

    items: list[T]
    total: int | None = None


class Reading(Generic[T]):
    """How far a list has been read: what to ask for next, and what an answer adds. It asks nothing itself."""

    def __init__(self, kind: type[T], given: Mapping[str, Any]) -> None:
        self._kind = kind
        self._given = {name: value for name, value in given.items() if name != "limit"}
        self._left: int | None = given.get("limit")
        self._next: Mapping[str, Any] | None = {}
        self._repeated = 0  # rows that the next answer brings once more
        self._shown: set[str] = set()
        self._times: Counter[str] = Counter()

    def question(self) -> dict[str, Any] | None:
        """The query of the next answer; None at the end."""
        if self._next is None or self._left == 0:
            return None
        wanted = PAGE if self._left is None else self._left
        return {**self._given, **self._next, "limit": min(LARGEST, wanted + self._repeated)}

    def take(self, body: Any, asked: int) -> Page[T]:
        """What an answer brings that was not shown yet, and no more than is wanted."""
        rows = body if isinstance(body, list) else body["results"]
        fresh = [row for row in rows if row.get("id") is None or row["id"] not in self._shown]
        self._shown.update(row["id"] for row in fresh if "id" in row)
        if isinstance(body, list):
            self._times.update(row.get("createdAt", "") for row in fresh)
            self._next = self._older(rows, fresh) if len(rows) >= asked > 0 else None
        else:
            self._next = _following(body["metadata"])
        if self._left is not None:
            fresh = fresh[: self._left]
            self._left -= len(fresh)
        total = None if isinstance(body, list) else body["metadata"].get("totalItems")
        return Page([self._kind(row) for row in fresh], total)

    def _older(self, rows: list[Any], fresh: list[Any]) -> Mapping[str, Any]:
        last = rows[-1]["createdAt"]
        until = datetime.fromisoformat(last) + _TICK
        again = [at for at in self._times if last <= at and datetime.fromisoformat(at) <= until]
        self._repeated = sum(self._times[at] for at in again)
        if not fresh or self._repeated >= LARGEST:
            raise YingdaError(
                f"{LARGEST} rows and more have the same createdAt, {last}: they cannot be paged."
            )
        return {"created_at_le": until}


def _following(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if told.get("nextCursor"):
        return {"cursor": told["nextCursor"]}
    if told.get("hasNextPage"):
        return {"page": int(told.get("currentPage", 1)) + 1}
    return None


class _Lazy(Generic[T]):
    """A list that nothing was asked of yet."""

    def __init__(
        self, path: str, kind: type[T], given: Mapping[str, Any], irregular: Mapping[str, str]
    ) -> None:
        self._path, self._kind, self._given, self._irregular = path, kind, given, irregular

    def _reading(self, **more: Any) -> Reading[T]:
        return Reading(self._kind, {**self._given, **more})

    def _request(self, question: Mapping[str, Any]) -> Request:
        return build("GET", self._path, question, irregular=self._irregular)


class Pages(_Lazy[T]):
    """All of them, or the first `limit`: iterate. Every iteration asks anew; nothing is fetched too early."""

    def __init__(
        self, http: Http, path: str, kind: type[T], given: Mapping[str, Any], irregular: Mapping[str, str]
    ) -> None:
        super().__init__(path, kind, given, irregular)
        self._http = http

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Page[T]]:
        """Answer by answer."""
        yield from self._pages(self._reading())

    def first(self) -> T | None:
        """The first one, if there is one."""
        found = [one for page in self._pages(self._reading(limit=1)) for one in page.items]
        return found[0] if found else None

    def all(self) -> list[T]:
        """All of them at once."""
        return list(self)

    def _pages(self, reading: Reading[T]) -> Iterator[Page[T]]:
        while (question := reading.question()) is not None:
            answer = self._http.send(self._request(question))
            yield reading.take(decoded(answer, list, dict), question["limit"])


class AsyncPages(_Lazy[T]):
    """The same for `async for`."""

    def __init__(
        self,
        http: AsyncHttp,
        path: str,
        kind: type[T],
        given: Mapping[str, Any],
        irregular: Mapping[str, str],
    ) -> None:
        super().__init__(path, kind, given, irregular)
        self._http = http

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Answer by answer."""
        async for page in self._pages(self._reading()):
            yield page

    async def first(self) -> T | None:
        """The first one, if there is one."""
        found = [one async for page in self._pages(self._reading(limit=1)) for one in page.items]
        return found[0] if found else None

    async def all(self) -> list[T]:
        """All of them at once."""
        return [item async for item in self]

    async def _pages(self, reading: Reading[T]) -> AsyncIterator[Page[T]]:
        while (question := reading.question()) is not None:
            answer = await self._http.send(self._request(question))
            yield reading.take(decoded(answer, list, dict), question["limit"])
