"""Everything a task says to its client passes here, and here the ordered fault strikes."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.emulators.faults import OVERSIZED, Fault, Point


class Mouth:
    """One task's voice on a socket."""

    def __init__(self, socket: ServerConnection, task_id: str, fault: Fault | None) -> None:
        self._socket, self._task_id, self._fault = socket, task_id, fault
        self._results = 0
        self._silent = False
        self.lag_s = fault.seconds if fault and fault.kind == "late" else 0.0
        self.over = False
        self.outcome = ""

    async def started(self) -> None:
        """task-started."""
        if self._fault and self._fault.kind == "early":
            await self._event("result-generated", {"output": {"sentence": {"text": ""}}, "usage": None})
        if not await self._struck("start"):
            await self._event("task-started", {})

    async def result(self, payload: Mapping[str, Any]) -> None:
        """result-generated."""
        self._results += 1
        if not await self._struck(self._results - 1):
            await self._event("result-generated", payload)
            await self._repeat_an_old_partial(payload)

    async def sound(self, pcm: bytes) -> None:
        """A binary frame."""
        if not self._silent and not self.over:
            await self._send(pcm)

    async def finished(self, usage: Mapping[str, Any] | None) -> None:
        """task-finished."""
        if not await self._struck("finish"):
            self.over, self.outcome = True, self.outcome or "finished"
            await self._event("task-finished", {"output": {}, "usage": usage})

    async def failed(self, code: str, message: str) -> None:
        """task-failed, after which the vendor closes the socket."""
        if self._silent or self.over:
            return
        await self._event("task-failed", {}, error_code=code, error_message=message)
        self.over, self.outcome = True, f"failed: {code}"
        await self._socket.close()

    async def _struck(self, point: Point) -> bool:
        fault = self._fault
        if self._silent or self.over:
            return True
        if fault is None or fault.at != point:
            return False
        match fault.kind:
            case "fail":
                await self.failed(fault.code, fault.message)
            case "drop":
                self.over, self.outcome = True, "dropped"
                self._socket.transport.abort()
            case "garbage":
                await self._send('{"header": {"event": "result-gen')
            case "odd":
                await self._event("result-generated", {"output": {"sentence": {"index": "?"}}, "usage": 7})
            case "end":
                await self._event("task-finished", {"output": {}, "usage": None})
                self.over, self.outcome = True, "ended"
            case "oversized":
                await self._send(bytes(OVERSIZED))
            case "stall":
                self._silent, self.outcome = True, "stalled"
            case "deaf":
                self._silent, self.outcome = True, "deaf"
                self._socket.transport.pause_reading()
            case _:
                return False
        return True

    async def _repeat_an_old_partial(self, payload: Mapping[str, Any]) -> None:
        sentence = payload["output"].get("sentence", {})
        if self._fault and self._fault.kind == "stale" and sentence.get("sentence_end"):
            old = {**sentence, "text": sentence["text"][:2], "end_time": None, "sentence_end": False}
            await self._event("result-generated", {"output": {"sentence": old}, "usage": None})

    async def _event(self, event: str, payload: Mapping[str, Any], **more: str) -> None:
        header = {"task_id": self._task_id, "event": event, "attributes": {}, **more}
        await self._send(json.dumps({"header": header, "payload": payload}, ensure_ascii=False))

    async def _send(self, frame: str | bytes) -> None:
        with suppress(ConnectionClosed):
            await self._socket.send(frame)
