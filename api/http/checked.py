"""Routes whose handlers wait for somebody else: bodies are refused as early as elsewhere."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.http.body import parse


class Checked(APIRoute):
    """A route class for coroutine handlers with a JSON body; see `http.body` for what is refused."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def check(request: Request) -> Response:
            try:
                raw = await request.body()
            except ClientDisconnect as gone:
                raise HTTPException(400) from gone
            if raw:
                parse(raw)
            return await handle(request)

        return check
