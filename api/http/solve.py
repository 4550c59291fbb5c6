"""What a handler asks for, found: FastAPI's declarations, solved by a plan that is made once per route.

FastAPI walks the tree of dependencies anew for every request (60 µs per dependency). The plan knows the kinds
we use: coroutine functions that take the request, each other's results and parameters. Others are refused
when the route is made.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

Values = dict[str, Any]


class _Parameters:
    """Path, query and header parameters of one function."""

    def __init__(self, dependant: Dependant) -> None:
        plain = [
            f for f in dependant.path_params if f.field_info.annotation is str and not f.field_info.metadata
        ]
        self._plain = [(field.name, field.alias) for field in plain]  # any text will do
        self._path = [field for field in dependant.path_params if field not in plain]
        self._query = dependant.query_params
        self._headers = dependant.header_params

    def read(self, request: Request, values: Values) -> list[Any]:
        """Puts what is good into `values`; the faults of the rest."""
        faults: list[Any] = []
        for name, alias in self._plain:
            values[name] = request.path_params[alias]
        for fields, source in (
            (self._path, "path_params"),
            (self._query, "query_params"),
            (self._headers, "headers"),
        ):
            if fields:
                good, bad = request_params_to_args(fields, getattr(request, source))
                values.update(good)
                faults += bad
        return faults


@dataclass(frozen=True, slots=True)
class _Step:
    """One dependency. `uses` are the names of its arguments and the steps that find them."""

    call: Callable[..., Awaitable[Any]]
    request_name: str | None
    uses: tuple[tuple[str, int], ...]
    parameters: _Parameters


class Plan:
    """For one route. Raises TypeError if it asks for something that is not supported here."""

    def __init__(self, dependant: Dependant, *, embed_body: bool) -> None:
        self._steps: list[_Step] = []
        self._uses = self._plan_uses(dependant)
        self._request_name = dependant.request_param_name
        self._parameters = _Parameters(dependant)
        self._body_fields = dependant.body_params
        self._embed_body = embed_body
        _check(dependant)

    async def solve(self, request: Request, body: Any) -> Values:
        """The handler's arguments, by name; raises RequestValidationError, and what dependencies raise."""
        found: list[Any] = []
        for step in self._steps:
            values = {name: found[index] for name, index in step.uses}
            if step.request_name:
                values[step.request_name] = request
            if faults := step.parameters.read(request, values):
                raise RequestValidationError(faults, body=body)
            found.append(await step.call(**values))
        values = {name: found[index] for name, index in self._uses}
        if self._request_name:
            values[self._request_name] = request
        faults = self._parameters.read(request, values)
        if self._body_fields:
            good, bad = await request_body_to_args(self._body_fields, body, self._embed_body)
            values.update(good)
            faults += bad
        if faults:
            raise RequestValidationError(faults, body=body)
        return values

    def _plan_uses(self, dependant: Dependant) -> tuple[tuple[str, int], ...]:
        uses = [(needed.name, self._plan(needed)) for needed in dependant.dependencies]
        return tuple((name, index) for name, index in uses if name is not None)

    def _plan(self, dependant: Dependant) -> int:
        """The index of the step for a dependency; the same function is asked once."""
        call = dependant.call
        for index, step in enumerate(self._steps):
            if step.call is call:
                return index
        if call is None or not iscoroutinefunction(call) or dependant.body_params:
            raise TypeError(f"{call} must be a coroutine function without a body to be a dependency here")
        _check(dependant)
        uses = self._plan_uses(dependant)
        self._steps.append(_Step(call, dependant.request_param_name, uses, _Parameters(dependant)))
        return len(self._steps) - 1


def _check(dependant: Dependant) -> None:
    unsupported = (
        dependant.cookie_params,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.http_connection_param_name,
        dependant.websocket_param_name,
        dependant.security_scopes_param_name,
    )
    if any(unsupported):
        raise TypeError(f"{dependant.call} asks for something that routes of a Resource do not have")
