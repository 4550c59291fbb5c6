"""One request = one transaction = one hop to a worker thread.

`Resource` is an APIRouter whose plain `def` handlers run, are rendered to JSON, stored under the
Idempotency-Key and committed in the same thread. FastAPI alone would hop three times, and commit after it
has answered.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic_core import PydanticUndefined
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.db.tx import TenantSession
from api.http import audit, versions
from api.http.body import parse
from api.http.idempotency import Claim, Stored, replay, store
from api.http.openapi import operation_id
from api.http.solve import Plan, Values
from api.http.workers import Workers
from voice_engine.kernel.errors import Unavailable

_JSON = "application/json"


class UnitOfWork(APIRoute):
    """The route class; see the module. Its handlers are plain functions."""

    dependant: Dependant

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if iscoroutinefunction(endpoint):
            raise TypeError(f"{endpoint} must be a plain function: it runs in a worker thread")
        super().__init__(path, endpoint, **options)
        self._plan = Plan(self.dependant, embed_body=self._embed_body_fields)
        self.app = self.serve

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self._respond

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The route as an ASGI application; errors are answered further out."""
        request = Request(scope, receive)
        patience: float = request.app.state.wiring.settings.api_request_timeout_s
        try:
            async with asyncio.timeout(patience) as within:
                response = await self._respond(request)
        except TimeoutError as error:
            if not within.expired():
                raise
            message = f"This took longer than {patience:g} s. A write may have been done: repeat it with its"
            raise Unavailable("request_timeout", f"{message} Idempotency-Key.") from error
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        body = PydanticUndefined
        if self.body_field:
            body = await _body(request)
            request.scope["written_fields"] = audit.fields_of(body)
        values = await self._plan.solve(request, body)
        workers: Workers = request.app.state.workers
        return await workers.run(partial(self._run, request, values))

    def _run(self, request: Request, values: Values) -> Response:
        session = next((v for v in values.values() if isinstance(v, TenantSession)), None)
        if session is None:
            return self._render(values)
        try:
            response = self._answer(request, session, values)
            versions.tag(session, response)
            if audit.is_due(request.scope):
                audit.with_commit(session, request.scope, response.status_code, bytes(response.body))
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
        return response

    def _answer(self, request: Request, session: TenantSession, values: Values) -> Response:
        claim: Claim | None = session.info.get("claim")
        if claim is None:
            return self._render(values)
        stored = replay(session, claim, session.now())
        if stored is not None:
            session.expected = None
            audit.is_recorded(request.scope)
            return stored.response()
        response = self._render(values)
        store(session, claim, Stored(response.status_code, bytes(response.body)))
        return response

    def _render(self, values: Values) -> Response:
        result = self.endpoint(**values)
        if isinstance(result, Response):
            return result
        status = self.status_code or 200
        if self.response_field is None:
            return Response(status_code=status)
        adapter = self.response_field._type_adapter
        value = adapter.validator.validate_python(result, from_attributes=True)
        body = adapter.serializer.to_json(value, by_alias=True, exclude_none=True)
        return Response(body, status, media_type=_JSON)


class Resource(APIRouter):
    """`router = Resource("/v1/assistants", tag="Assistants")`. Null fields are left out of answers."""

    def __init__(self, prefix: str, *, tag: str) -> None:
        super().__init__(
            prefix=prefix, tags=[tag], route_class=UnitOfWork, generate_unique_id_function=operation_id
        )


async def _body(request: Request) -> Any:
    """The JSON value; the bytes where the client says they are something else; undefined without any."""
    try:
        raw = await request.body()
    except ClientDisconnect as gone:
        raise HTTPException(400) from gone
    if not raw:
        return PydanticUndefined
    media_type = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    is_json = media_type == _JSON or (media_type.startswith("application/") and media_type.endswith("+json"))
    return parse(raw) if is_json else raw
