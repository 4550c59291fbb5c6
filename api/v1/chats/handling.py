"""One request for a chat: prepared, answered, written in the shape that was asked for."""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.v1.chats.answer import Chatting
from api.v1.chats.books import Books
from api.v1.chats.pieces import Pieces
from api.v1.chats.prepare import Intake, Prepared
from api.v1.chats.responses import Responses
from api.v1.chats.stream import Answering, Form, streamed
from api.v1.chats.wish import Wish
from api.v1.text.models import models_of
from api.v1.text.run import nobody_listens

Json = dict[str, Any]


class Desk:
    """Serves one caller's request."""

    def __init__(self, request: Request, caller: Caller) -> None:
        state = request.app.state
        self._request, self._caller, self._clock = request, caller, state.wiring.clock
        models, engine = models_of(state), state.wiring.engine
        intake = Intake(engine, caller.org_id, self._clock, models.settings)
        books = Books(engine, caller.org_id, self._clock, state.wiring.send)
        self._chatting = Chatting(intake, books, models, self._clock, state.workers.run)

    async def chat(self, wish: Wish, show: Callable[[Json], Json]) -> Response:
        """In Vapi's shape; `show` picks what this caller may see of a whole answer."""
        prepared = await self._chatting.prepare(wish, self._caller)
        if wish.stream:
            return await self._streamed(prepared, Pieces(prepared.chat_id, prepared.session_id))
        return json_answer(show(await self._chatting.answer(prepared, nobody_listens)), 201)

    async def response(self, wish: Wish) -> Response:
        """In OpenAI's shape."""
        prepared = await self._chatting.prepare(wish, self._caller)
        model = prepared.compiled.spec.assistant.model
        created_at = int(self._clock.wall().timestamp())
        form = Responses(prepared.chat_id, prepared.session_id, created_at, model.model or model.provider)
        if wish.stream:
            return await self._streamed(prepared, form)
        return json_answer(form.whole(await self._chatting.answer(prepared, nobody_listens)), 201)

    async def _streamed(self, prepared: Prepared, form: Form) -> Response:
        answering = Answering(partial(self._chatting.answer, prepared))
        return await streamed(self._request, answering, form)
