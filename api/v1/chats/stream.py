"""An answer as server-sent events: each word leaves when the model gives it.

What fails before the first word is an HTTP error like any other; after it, an event in the stream. When the
client goes, the model is stopped.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import orjson
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api.http import errors
from api.jobs.apply import is_outage
from voice_engine.kernel import log
from voice_engine.kernel.errors import Unavailable, YingdaError

Json = dict[str, Any]

_LOOK_EVERY = 0.5  # s. Whether the client is still there, until the first word.
_LEFT: set["asyncio.Task[Json]"] = set()
_log = log.get("chats")


class Form(Protocol):
    """How an answer is written as events."""

    def opening(self) -> bytes:
        """Before the first word."""
        ...

    def piece(self, text: str) -> bytes:
        """The next words."""
        ...

    def closing(self, chat: Json) -> bytes:
        """The answer is whole."""
        ...

    def failure(self, error: Json) -> bytes:
        """It broke off; `error` is the object that every error has."""
        ...


class Answering:
    """An answer that is being made. Whoever begins it awaits `stop`."""

    def __init__(self, answer: Callable[[Callable[[str], None]], Awaitable[Json]]) -> None:
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._answer = answer
        self._first: str | None = None
        self._task = asyncio.create_task(self._run(), name="chat")

    async def _run(self) -> Json:
        try:
            return await self._answer(self._pieces.put_nowait)
        finally:
            self._pieces.put_nowait(None)

    async def begun(self, request: Request) -> None:
        """Until there are words, or there will be none; raises what the answer raises."""
        waiting = asyncio.ensure_future(self._pieces.get())
        try:
            while not (await asyncio.wait({waiting}, timeout=_LOOK_EVERY))[0]:
                if await request.is_disconnected():
                    raise HTTPException(400)
            self._first = waiting.result()
        finally:
            waiting.cancel()
        if self._first is None:
            await self._task

    async def pieces(self) -> AsyncIterator[str]:
        """The words as they come."""
        piece = self._first
        while piece is not None:
            yield piece
            piece = await self._pieces.get()

    async def whole(self) -> Json:
        """The chat when all is done; raises what the answer raises."""
        return await self._task

    async def stop(self) -> None:
        """Nobody waits any more. Does nothing to an answer that is done.

        Whoever is cancelled while it waits here leaves the answer to settle its account alone.
        """
        self._task.cancel()
        if not self._task.done():
            _LEFT.add(self._task)
            self._task.add_done_callback(_settled)
            await asyncio.wait({self._task})


def _settled(task: "asyncio.Task[Json]") -> None:
    _LEFT.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.info("chat_stopped", why=type(error).__name__)


class EventStream(StreamingResponse):
    """`complete` says at its end whether the answer came whole."""

    def __init__(self, answering: Answering, form: Form, request_id: str) -> None:
        self.complete = False
        self._answering, self._form, self._request_id = answering, form, request_id
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(self._events(), 200, headers, media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        try:
            if opening := self._form.opening():
                yield opening
            async for piece in self._answering.pieces():
                yield self._form.piece(piece)
            chat = await self._answering.whole()
            self.complete = True
            yield self._form.closing(chat)
        except YingdaError as error:
            yield self._form.failure(self._told(error))
        except exc.SQLAlchemyError as error:
            yield self._form.failure(self._told(_away(error)))
        finally:
            await self._answering.stop()

    def _told(self, error: YingdaError | None) -> Json:
        if error is None:
            answer = errors.internal(self._request_id)
        else:
            answer = errors.answer(self._request_id, error.status, error.code, error.message)
        told: Json = orjson.loads(bytes(answer.body))
        return told


async def streamed(request: Request, answering: Answering, form: Form) -> EventStream:
    """The stream, once its first words are there."""
    try:
        await answering.begun(request)
    except BaseException:
        await answering.stop()
        raise
    return EventStream(answering, form, request.scope.get("request_id", ""))


def event(data: Json, name: str = "") -> bytes:
    """One event."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + orjson.dumps(data) + b"\n\n"


def _away(error: exc.SQLAlchemyError) -> YingdaError | None:
    if is_outage(error):
        message = "The database cannot be reached; the answer was not kept. Try again shortly."
        return Unavailable("database_unavailable", message)
    _log.error("chat_failed", exc_info=error)
    return None
