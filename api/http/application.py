"""The application class: FastAPI with a shorter way from the server to our handlers.

FastAPI's router stays behind the shortcut for everything that is no route of a `Resource`.
"""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from api.http.openapi import ours
from api.http.route import Resource, UnitOfWork
from api.http.shortcut import Shortcut

_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False}  # asked for at every request


class Application(FastAPI):
    """Errors that nobody answers end in `http.middleware.Edge`, so nothing stands around it but CORS."""

    def __init__(self, **options: Any) -> None:
        super().__init__(telemetry=_NO_TELEMETRY, **options)
        self._shortcut = Shortcut(AsyncExitStackMiddleware(self.router))

    def include_router(self, router: APIRouter, **options: Any) -> None:
        """As FastAPI does it; the routes of a resource are taken over as they are."""
        if not isinstance(router, Resource):
            super().include_router(router, **options)
            return
        if options.keys() - {"include_in_schema"}:
            raise TypeError("of a resource only include_in_schema can be chosen")
        routes = [route for route in router.routes if isinstance(route, UnitOfWork)]
        for route in routes:
            route.include_in_schema = route.include_in_schema and options.get("include_in_schema", True)
        self.router.routes.extend(routes)
        self._shortcut.learn(routes)

    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = ExceptionMiddleware(self._shortcut, handlers=self.exception_handlers)
        for cls, args, kwargs in reversed(self.user_middleware):
            app = cls(app, *args, **kwargs)
        return app

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = ours(super().openapi())
        return self.openapi_schema
