"""How a vendor on HTTP fails as ordered: the answer it streams passes here."""

import asyncio

from aiohttp import web

from tests.emulators.faults import OVERSIZED, Fault, Point
from tests.emulators.vendor import SpeechVendor


class Broken(Exception):
    """The vendor has ended the answer in its own way."""


class Stream:
    """One streamed answer. `failed` is the vendor's own way to say that something failed, in its stream."""

    def __init__(self, vendor: SpeechVendor, request: web.Request, kind: str) -> None:
        self._vendor, self._request = vendor, request
        self._fault: Fault | None = vendor.next_fault()
        self._results = 0
        self.response = web.StreamResponse(headers={"Content-Type": kind})

    @property
    def fails_at_start(self) -> Fault | None:
        """The ordered failure, if it comes instead of an answer."""
        fault = self._fault
        return fault if fault and fault.kind == "fail" and fault.at == "start" else None

    async def begin(self) -> None:
        """The head of the answer."""
        if self._strikes("start"):
            await self._strike("start")
        await self.response.prepare(self._request)

    async def result(self, data: bytes, failed: bytes = b"") -> None:
        """The next piece; `failed` in its place if that was ordered. Raises Broken."""
        self._results += 1
        if self._strikes(self._results - 1):
            await self._strike(self._results - 1, failed)
        await self.response.write(data)

    async def end(self, data: bytes) -> None:
        """The last piece."""
        if self._strikes("finish"):
            await self._strike("finish")
        await self.response.write(data)
        await self.response.write_eof()

    def _strikes(self, point: Point) -> bool:
        return self._fault is not None and self._fault.at == point

    async def _strike(self, point: Point, failed: bytes = b"") -> None:
        fault = self._fault
        assert fault is not None
        match fault.kind:
            case "drop":
                if self._request.transport:
                    self._request.transport.abort()
            case "stall" | "deaf":
                await asyncio.Event().wait()
            case "fail":
                await self._last(failed)
            case "garbage" | "odd":
                said = self._vendor.garbage() if fault.kind == "garbage" else self._vendor.odd()
                await self._last(said.encode() if isinstance(said, str) else said)
            case "oversized":
                await self._last(bytes(OVERSIZED))
            case _:
                await self._last(b"")
        raise Broken

    async def _last(self, data: bytes) -> None:
        if not self.response.prepared:
            await self.response.prepare(self._request)
        if data:
            await self.response.write(data)
        await self.response.write_eof()
