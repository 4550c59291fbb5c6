"""The vendor's socket: handshake, one task after the other, everything a client does wrong written down."""

import asyncio
import logging
import ssl
import sys
import time
from collections.abc import Collection, Iterator
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.emulators.dashscope.grammar import Command, Malformed, complaints, parse
from tests.emulators.dashscope.mouth import Mouth
from tests.emulators.dashscope.sessions import REALTIME, SessionDesk
from tests.emulators.dashscope.tasks import (
    IDLE_MESSAGE,
    Manner,
    Recognition,
    Synthesis,
    Task,
    TaskRecord,
)
from tests.emulators.faults import Fault

PATH = "/api-ws/v1/inference"
_log = logging.getLogger("dashscope-emulator")
_log.addHandler(logging.NullHandler())
_log.propagate = False


class DashScopeEmulator:
    """`async with DashScopeEmulator() as vendor`: a server at `vendor.url` until the block ends.

    `keys` are the API keys it accepts (None: any). `fault` may be set at any time and holds for the tasks
    and handshakes that begin while it is set, or only for so many tasks as `fault_times` says. `violations`
    must be empty after a well-behaved client.
    """

    def __init__(
        self,
        manner: Manner | None = None,
        keys: Collection[str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.manner = manner or Manner()
        self.keys = keys
        self._tls = tls
        self.fault: Fault | None = None
        self.fault_times = sys.maxsize
        self.violations: list[str] = []
        self.tasks: list[TaskRecord] = []
        self.connections = 0
        self.open_sockets = 0
        self.port = 0
        self._server: Server | None = None
        self._said: Iterator[str] = iter(())

    @property
    def url(self) -> str:
        """What goes into `base_url` or DASHSCOPE_WEBSOCKET_BASE_URL."""
        return f"wss://localhost:{self.port}{PATH}" if self._tls else f"ws://127.0.0.1:{self.port}{PATH}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        self._said = iter(self.manner.script.said)
        self._server = await serve(
            self._meet,
            host,
            port,
            process_request=self._admit,
            ping_interval=None,
            logger=_log,
            ssl=self._tls,
            max_size=None,
            max_queue=None,
            close_timeout=0.5,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close every socket."""
        if self._server:
            await asyncio.sleep(0.01)  # whoever hung up while connecting is noticed as long as we serve
            self._server.close()
            await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def hang_up_everywhere(self) -> None:
        """Close all sockets, politely, and go on serving."""
        assert self._server
        await asyncio.gather(*(socket.close() for socket in self._server.connections))

    def next_fault(self) -> Fault | None:
        """The fault for a task that begins now."""
        self.fault_times -= 1
        return self.fault if self.fault_times >= 0 else None

    def said(self) -> Iterator[str]:
        """The script's utterances, shared by all tasks."""
        return self._said

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.fault and self.fault.kind == "refuse":
            text = self.fault.message or "refused as ordered\n"
            response = connection.respond(HTTPStatus(self.fault.status), text)
            if self.fault.seconds:
                response.headers["Retry-After"] = str(round(self.fault.seconds))
            if self.fault.status == HTTPStatus.FOUND:
                response.headers["Location"] = self.fault.message
            return response
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key or (self.keys is not None and key not in self.keys):
            return connection.respond(HTTPStatus.UNAUTHORIZED, '{"code":"InvalidApiKey"}\n')
        return None

    async def _meet(self, socket: ServerConnection) -> None:
        number, self.connections = self.connections, self.connections + 1
        self.open_sockets += 1
        path = urlsplit(socket.request.path if socket.request else "").path
        desk = SessionDesk(self, socket, number) if path == REALTIME else Desk(self, socket, number)
        try:
            await desk.serve()
        except ConnectionClosed:
            pass
        finally:
            self.open_sockets -= 1
            await desk.close()


class Desk:
    """One socket."""

    def __init__(self, vendor: DashScopeEmulator, socket: ServerConnection, number: int) -> None:
        self._vendor, self._socket, self._number = vendor, socket, number
        request = socket.request
        self._headers = {k.lower(): v for k, v in request.headers.raw_items()} if request else {}
        self._used: set[str] = set()
        self._task: Task | None = None
        self._done: Task | None = None
        self._free_since = time.monotonic()

    async def serve(self) -> None:
        """Read until the client or a timeout ends it."""
        while not await self._overdue():
            try:
                async with asyncio.timeout(self._patience()):
                    frame = await self._socket.recv()
            except TimeoutError:
                continue
            if isinstance(frame, bytes):
                await self._audio(frame)
            else:
                await self._text(frame)

    async def close(self) -> None:
        """Stop what is running."""
        if self._task:
            await self._task.close()
            record = self._task.record
            record.mouth.outcome = record.outcome or ("left early" if record.input_ended else "cut off")

    def _complain(self, what: str) -> None:
        self._vendor.violations.append(f"socket {self._number}: {what}")

    @property
    def _running(self) -> Task | None:
        return self._task if self._task and not self._task.record.mouth.over else None

    def _patience(self) -> float:
        manner, task = self._vendor.manner, self._running
        if task and task.record.input_ended:
            return manner.reuse_s
        until = task.idle_since + manner.idle_s if task else self._free_since + manner.reuse_s
        return max(0.001, until - time.monotonic())

    async def _overdue(self) -> bool:
        """Whether the socket is done: the task failed, or nobody wants a new one."""
        manner, task, now = self._vendor.manner, self._running, time.monotonic()
        if self._task and not task and self._task is not self._done:
            self._done, self._free_since = self._task, now
        if task:
            if not task.record.input_ended and now >= task.idle_since + manner.idle_s:
                await task.record.mouth.failed("CLIENT_ERROR", IDLE_MESSAGE)
                return True
            return False
        if now >= self._free_since + manner.reuse_s:
            await self._socket.close()
            return True
        return False

    async def _audio(self, pcm: bytes) -> None:
        task = self._running
        if task is None:
            if not self._task:
                self._complain("sound before task-started")
            return
        if task.record.input_ended:
            self._complain("sound after finish-task")
            return
        for complaint in await task.sound(pcm):
            self._complain(complaint)

    async def _text(self, text: str) -> None:
        try:
            command = parse(text)
        except Malformed as error:
            self._complain(str(error))
            return
        if command.action == "run-task":
            await self._run(command)
        else:
            await self._continue(command)

    async def _run(self, command: Command) -> None:
        if self._running or command.task_id in self._used:
            self._complain("run-task while another task runs, or with an old task_id")
            return
        self._used.add(command.task_id)
        wrong = complaints(command.payload)
        for complaint in wrong:
            self._complain(complaint)
        mouth = Mouth(self._socket, command.task_id, self._vendor.next_fault())
        if wrong:
            await mouth.failed("InvalidParameter", "; ".join(wrong))
            return
        payload = command.payload
        record = TaskRecord(
            mouth, self._headers["authorization"].partition(" ")[2], self._number, command.task_id,
            payload["task"], payload["model"], payload["parameters"], self._headers,
        )  # fmt: skip
        self._vendor.tasks.append(record)
        await mouth.started()
        if payload["task"] == "asr":
            self._task = Recognition(record, self._vendor.manner, self._vendor.said())
        else:
            self._task = Synthesis(record, self._vendor.manner)

    async def _continue(self, command: Command) -> None:
        task = self._task
        if task is None or command.task_id != task.record.task_id:
            self._complain(f"{command.action} of a task that does not run")
            return
        if task.record.mouth.over:
            return  # the client cannot know yet
        cancels = command.action == "finish-task" and command.input.get("directive") == "cancel"
        if task.record.input_ended and not cancels:
            self._complain(f"{command.action} after finish-task")
            return
        if command.action == "finish-task":
            task.record.input_ended = True
            found = await task.finish(command)
        else:
            found = await task.go_on(command)
        for complaint in found:
            self._complain(complaint)
