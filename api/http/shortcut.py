"""The short way to the routes of resources: by method and path, without trying one pattern after another.

It knows paths without a parameter and paths whose last segment is one. Whatever else comes (files, other
methods, a slash too many) goes on to FastAPI's router, which knows all routes and what to say when none fits.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.route import UnitOfWork


class Shortcut:
    """In front of `router`. A fixed path is found before one with a parameter."""

    def __init__(self, router: ASGIApp) -> None:
        self._router = router
        self._fixed: dict[tuple[str, str], UnitOfWork] = {}
        self._open: dict[tuple[str, str], tuple[UnitOfWork, str]] = {}

    def learn(self, routes: Iterable[UnitOfWork]) -> None:
        """Know these, too. Of two with the same path the first one counts, as in a router."""
        for route in routes:
            head, _, last = route.path.rpartition("/")
            for method in route.methods or ():
                if "{" not in route.path:
                    self._fixed.setdefault((method, route.path), route)
                elif "{" not in head and last[0] == "{" and ":" not in last:
                    self._open.setdefault((method, head), (route, last.strip("{}")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope.get("root_path"):
            method, path = scope["method"], scope["path"]
            route = self._fixed.get((method, path))
            if route is not None:
                await _enter(route, {}, scope, receive, send)
                return
            head, _, last = path.rpartition("/")
            known = self._open.get((method, head))
            if known is not None and last:
                await _enter(known[0], {known[1]: last}, scope, receive, send)
                return
        await self._router(scope, receive, send)


async def _enter(
    route: UnitOfWork, parameters: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    scope["route"] = route
    scope["endpoint"] = route.endpoint
    scope["path_params"] = parameters
    await route.serve(scope, receive, send)
