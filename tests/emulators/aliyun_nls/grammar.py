"""The gateway's grammar: what a client may say, and events as the vendor writes them."""

import json
import re
import uuid
from typing import Any

from tests.emulators.faults import Point
from tests.emulators.vendor import Desk, Message

SUCCESS = 20000000
BETWEEN_TASKS_S = 60.0
_ID = re.compile(r"[0-9a-f]{32}")


class Talk:
    """A socket with its tasks, one after the other."""

    def __init__(self, desk: Desk, appkey: str) -> None:
        self.desk, self._appkey = desk, appkey
        self._namespace = self._task = ""
        self._tasks: set[str] = set()
        self._messages: set[str] = set()

    async def begin(self) -> dict[str, Any]:
        """The directive that begins a task."""
        self._task = ""
        said = await self.desk.receive_json(BETWEEN_TASKS_S)
        header = await self._checked(said)
        self._task, self._namespace = header["task_id"], header["namespace"]
        if self._task in self._tasks:
            self.desk.complain("a task id used twice")
        self._tasks.add(self._task)
        if not isinstance(said.get("payload"), dict):
            self.desk.complain(f"{header['name']} without a payload")
            await self.desk.fail(41000003, "Gateway:PARAMETER_MISSING")
        return said

    async def receive(self, idle_s: float) -> bytes | dict[str, Any]:
        """Sound, or a directive of the task that runs; a client that says nothing is told so."""
        try:
            message: Message = await self.desk.receive(idle_s)
        except TimeoutError:
            await self.desk.fail(40000004, f"Gateway:IDLE_TIMEOUT:Websocket session is idle for {idle_s} s")
        if isinstance(message, bytes):
            return message
        said: dict[str, Any] = json.loads(message)
        header = await self._checked(said)
        if (header["task_id"], header["namespace"]) != (self._task, self._namespace):
            self.desk.complain(f"{header['name']} of another task")
            await self.desk.fail(40010005, "Gateway:TASK_STATE_ERROR")
        return said

    async def wrong(self, why: str, code: int = 40000003) -> None:
        """A mistake of the client: written down and told."""
        self.desk.complain(why)
        await self.desk.fail(code, f"Gateway:PARAMETER_INVALID:{why}")

    async def tell(self, name: str, at: Point | None = None, **payload: Any) -> None:
        """An event that no fault counts as a result."""
        await self.desk.say(self.event(name, **payload), at)

    async def result(self, name: str, **payload: Any) -> None:
        """An event that is a result."""
        await self.desk.result(self.event(name, **payload))

    def event(
        self, name: str, *, status: int = SUCCESS, text: str = "Gateway:SUCCESS:Success.",
        namespace: str = "", **payload: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """An event of the task that runs."""
        header = {
            "namespace": namespace or self._namespace,
            "name": name,
            "status": status,
            "status_text": text,
            "task_id": self._task,
            "message_id": uuid.uuid4().hex,
        }
        return {"header": header, "payload": payload} if payload else {"header": header}

    async def _checked(self, said: dict[str, Any]) -> dict[str, Any]:
        header: dict[str, Any] = said.get("header", {})
        if header.get("appkey") != self._appkey:
            await self.desk.fail(40020105, "Meta:APPKEY_NOT_EXIST:Appkey not exist!")
        ids = header.get("task_id", ""), header.get("message_id", "")
        if not all(_ID.fullmatch(each) for each in ids):
            self.desk.complain(f"ids {ids}")
            await self.desk.fail(40000002, "Gateway:MESSAGE_INVALID")
        if header["message_id"] in self._messages:
            self.desk.complain("a message id used twice")
        self._messages.add(header["message_id"])
        return header
