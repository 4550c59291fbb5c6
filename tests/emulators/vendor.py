"""What the emulators of all companies share: a server on loopback, its sockets, the ordered fault.

A company's emulator names its routes, refuses who is not entitled (`admit`), talks on each socket (`meet`)
and writes every mistake of a client into `violations`.
"""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self, TypeVar

from aiohttp import WSMessage, WSMsgType, web

from tests.emulators.ear import Ear, Script
from tests.emulators.faults import OVERSIZED, Fault, Point
from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL

Message = str | bytes
_log = logging.getLogger("vendor-emulator")
_log.addHandler(logging.NullHandler())
_log.propagate = False


class SpeechVendor:
    """`async with Company() as vendor`: a server at `vendor.url` until the block ends.

    `script` is what callers will say. `fault` may be set at any time and holds for the pieces of work and
    handshakes that begin while it is set, or only for so many as `fault_times` says. `violations` must be
    empty after a well-behaved client.
    """

    name: ClassVar[str] = "vendor"

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.account: dict[str, str] = {}  # the credential it accepts
        self.fault: Fault | None = None
        self.fault_times = sys.maxsize
        self.violations: list[str] = []
        self.connections = 0
        self.open_sockets = 0
        self.port = 0
        self.said: Iterator[str] = iter(self.script.said)
        self._runner: web.AppRunner | None = None

    # what a company's emulator says of itself

    def routes(self) -> list[web.RouteDef]:
        """Its addresses: `web.get(path, self.socket)` for a WebSocket, any handler for HTTP."""
        raise NotImplementedError("a company has addresses")

    def admit(self, request: web.Request) -> web.Response | None:
        """None, or the refusal of a WebSocket: keys, signature, query, headers."""
        return None

    def protocols(self) -> tuple[str, ...]:
        """WebSocket subprotocols it takes."""
        return ()

    def welcome(self) -> dict[str, str]:
        """Headers of the upgrade's answer."""
        return {}

    async def meet(self, desk: "Desk") -> None:
        """Talk until the client or the vendor has ended it."""
        raise NotImplementedError("a company with a WebSocket talks on it")

    def error(self, desk: "Desk", code: str, message: str) -> Message:
        """The company's way to say that something failed."""
        raise NotImplementedError("a company with a WebSocket tells its failures")

    def garbage(self) -> Message:
        """What is not in the company's language."""
        return '{"header": {"event": "result-gen'

    def odd(self) -> Message:
        """Right language, wrong kinds."""
        return json.dumps({"code": [], "result": 7, "header": "?", "data": {"result": 3}, "payload": "no"})

    def environment(self) -> dict[str, str]:
        """The settings that bring an installation here."""
        known = ACCOUNTS[self.name]
        fields = {known.setting(name): value for name, value in self.account.items()}
        return {**fields, known.setting(BASE_URL): self.url}

    # running it

    @property
    def url(self) -> str:
        """What goes into `base_url`."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        app = web.Application(logger=_log)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every socket."""
        if self._runner is None:
            return
        for _ in range(3):  # who has just knocked is let in, or asyncio would forget him at the door
            await asyncio.sleep(0)
        await self._runner.cleanup()
        await asyncio.sleep(0.01)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def next_fault(self) -> Fault | None:
        """The fault for a piece of work that begins now."""
        self.fault_times -= 1
        return self.fault if self.fault_times >= 0 else None

    def complain(self, what: str) -> None:
        """Write down a mistake of the client."""
        self.violations.append(what)

    def ear(self, rate: int, pause_ms: int = 800) -> Ear:
        """A recogniser of this script."""
        return Ear(self.script, self.said, rate, pause_ms)

    def refusal(self) -> web.Response | None:
        """The ordered HTTP refusal, if there is one."""
        fault = self.fault
        if fault is None or fault.kind != "refuse" or self.fault_times <= 0:
            return None
        headers = {"Retry-After": str(round(fault.seconds))} if fault.seconds else {}
        return web.Response(
            status=fault.status, text=fault.message or "refused as ordered\n", headers=headers
        )

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """The handler of a WebSocket."""
        refused = self.refusal() or self.admit(request)
        if refused is not None:
            return refused
        ws = web.WebSocketResponse(protocols=self.protocols(), max_msg_size=0, compress=False, timeout=0.2)
        ws.headers.update(self.welcome())
        try:
            await ws.prepare(request)
        except ConnectionError:  # the client has gone meanwhile
            return ws
        desk = Desk(self, request, ws, self.connections)
        self.connections += 1
        self.open_sockets += 1
        try:
            await self.meet(desk)
        except (HungUp, ConnectionError):
            pass
        finally:
            self.open_sockets -= 1
            await desk.close()
        return ws


class HungUp(Exception):
    """The conversation on this socket is over."""


class Desk:
    """One WebSocket. Everything the vendor says passes here, and here the ordered fault strikes."""

    def __init__(
        self, vendor: SpeechVendor, request: web.Request, ws: web.WebSocketResponse, number: int
    ) -> None:
        self.vendor, self.request, self.number = vendor, request, number
        self._ws = ws
        self._results = 0
        self._silent = False
        self.fault = vendor.next_fault()

    def again(self) -> None:
        """The next piece of work on the same socket begins: the fault may have changed."""
        self.fault, self._results = self.vendor.next_fault(), 0

    def complain(self, what: str) -> None:
        """Write down a mistake of the client."""
        self.vendor.complain(f"socket {self.number}: {what}")

    async def receive(self, within_s: float | None = None) -> Message:
        """The client's next message. Raises TimeoutError, and HungUp when the client has gone."""
        async with asyncio.timeout(within_s):
            message: WSMessage = await self._ws.receive()
        if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            data: Message = message.data
            return data
        raise HungUp

    async def receive_json(self, within_s: float | None = None) -> dict[str, Any]:
        """A text message holding an object; anything else is a violation and ends the socket."""
        message = await self.receive(within_s)
        try:
            found = json.loads(message) if isinstance(message, str) else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            self.complain(f"not a JSON object: {message[:80]!r}")
            raise HungUp
        return found

    async def say(self, message: Message | dict[str, Any], at: Point | None = None) -> None:
        """Send, unless the fault strikes here. Raises HungUp when it ends the socket."""
        if at is not None and await self._struck(at):
            return
        await self._send(json.dumps(message, ensure_ascii=False) if isinstance(message, dict) else message)

    async def result(self, message: Message | dict[str, Any]) -> None:
        """Send the next result (they are counted from 0)."""
        self._results += 1
        await self.say(message, self._results - 1)

    async def fail(self, code: object, message: str) -> None:
        """Say that something failed, and hang up."""
        await self._send(self.vendor.error(self, str(code), message))
        await self.hang_up()

    async def hang_up(self, code: int = 1000, reason: str = "") -> None:
        """Close the socket; raises HungUp. A vendor that has fallen silent does not: it waits."""
        while self._silent:
            await self.receive()
        await self._ws.close(code=code, message=reason.encode())
        raise HungUp

    async def close(self) -> None:
        """Close it if it is still open."""
        if not self._ws.closed:
            with suppress(ConnectionError):
                await self._ws.close()

    async def _send(self, message: Message) -> None:
        if self._silent:
            return
        if self.fault and self.fault.kind == "late":
            await asyncio.sleep(self.fault.seconds)
        try:
            if isinstance(message, str):
                await self._ws.send_str(message)
            else:
                await self._ws.send_bytes(message)
        except ConnectionError:
            raise HungUp from None

    async def _struck(self, point: Point) -> bool:
        fault = self.fault
        if self._silent or fault is None or fault.at != point:
            return self._silent
        match fault.kind:
            case "fail":
                await self.fail(fault.code, fault.message)
            case "drop":
                self._transport().abort()
                raise HungUp
            case "close":
                await self.hang_up(fault.status, fault.message)
            case "end":
                await self.hang_up()
            case "garbage":
                await self._send(self.vendor.garbage())
            case "odd":
                await self._send(self.vendor.odd())
            case "oversized":
                await self._send(bytes(OVERSIZED))
            case "stall":
                self._silent = True
            case "deaf":
                self._silent = True
                self._transport().pause_reading()
            case _:
                return False
        return True

    def _transport(self) -> Any:
        transport = self.request.transport
        if transport is None:
            raise HungUp
        return transport


class _Startable(Protocol):
    async def start(self) -> Any: ...
    async def stop(self) -> None: ...


V = TypeVar("V", bound=_Startable)


@asynccontextmanager
async def apart(vendor: V) -> AsyncIterator[V]:
    """The vendor in a loop of its own beside the test, so that its tasks are not taken for the adapter's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(vendor.start(), loop))
    try:
        yield vendor
    finally:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(vendor.stop(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


def questions() -> Iterator[str]:
    """What callers of an emulator say who have no script: the same four sentences, over and over."""
    return cycle(("你好，你是谁？", "我想查一下我的余额。", "你们明天几点开门？", "好的，谢谢，再见。"))
