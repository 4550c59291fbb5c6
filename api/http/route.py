"""One request = one transaction = one hop to a worker thread.

`Resource` is an APIRouter whose plain `def` handlers run, are rendered to JSON, stored under the
Idempotency-Key and committed in the same thread. FastAPI alone would hop three times, and commit after it
has answered.
"""

from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.db.tx import TenantSession
from api.http.body import JsonRequest
from api.http.idempotency import Claim, Stored, replay, store

_JSON = "application/json"


class UnitOfWork(APIRoute):
    """The route class; see the module."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else self._unit(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(JsonRequest(request.scope, request.receive))

        return handle

    def _unit(self, endpoint: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(endpoint)
        def run(**values: Any) -> Response:
            session = next((v for v in values.values() if isinstance(v, TenantSession)), None)
            if session is None:
                return self._render(endpoint(**values))
            try:
                response = self._answer(session, endpoint, values)
                session.commit()
            except BaseException:
                session.rollback()
                raise
            finally:
                session.close()
            return response

        return run

    def _answer(
        self, session: TenantSession, endpoint: Callable[..., Any], values: dict[str, Any]
    ) -> Response:
        claim: Claim | None = session.info.get("claim")
        if claim is None:
            return self._render(endpoint(**values))
        stored = replay(session, claim)
        if stored is not None:
            return Response(stored.body, stored.status, {"Idempotent-Replayed": "true"}, _JSON)
        response = self._render(endpoint(**values))
        store(session, claim, Stored(response.status_code, bytes(response.body)))
        return response

    def _render(self, result: Any) -> Response:
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
        super().__init__(prefix=prefix, tags=[tag], route_class=UnitOfWork)
