"""Handlers get what they ask for, each dependency once; what is not supported is refused at once."""

from typing import Annotated, Any

import pytest
from fastapi import Cookie, Depends, Header, Query, Request
from fastapi.dependencies.utils import get_dependant
from fastapi.exceptions import RequestValidationError

from api.http.solve import Plan


def plan(handler: Any) -> Plan:
    return Plan(get_dependant(path="/things/{id}", call=handler), embed_body=False)


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "query_string": query.encode(), "headers": raw, "path_params": {"id": "7"}}
    return Request(scope)


asked: list[str] = []


async def agent(request: Request) -> str:
    asked.append("agent")
    return request.headers["user-agent"]


async def greeting(who: Annotated[str, Depends(agent)], lang: Annotated[str, Header()] = "en") -> str:
    return f"{lang}: hello {who}"


async def test_dependencies_find_each_other_and_are_asked_once():
    asked.clear()

    def handler(id: str, text: Annotated[str, Depends(greeting)], who: Annotated[str, Depends(agent)]): ...

    values = await plan(handler).solve(request(user_agent="me", lang="zh"), None)

    assert values == {"id": "7", "text": "zh: hello me", "who": "me"}
    assert asked == ["agent"]


async def test_all_faults_of_the_handlers_parameters_are_told_together():
    def handler(id: int, limit: Annotated[int, Query()], depth: Annotated[int, Query(le=3)] = 1): ...

    with pytest.raises(RequestValidationError) as caught:
        await plan(handler).solve(request("depth=4"), None)

    assert [fault["loc"] for fault in caught.value.errors()] == [("query", "limit"), ("query", "depth")]


def plain_function() -> str:
    return ""


@pytest.mark.parametrize("dependency", [plain_function, lambda: iter(())])
def test_a_dependency_must_be_a_coroutine_function(dependency: Any):
    def handler(value: Annotated[str, Depends(dependency)]): ...

    with pytest.raises(TypeError, match="coroutine function"):
        plan(handler)


def test_cookies_are_refused_when_the_route_is_made():
    def handler(session: Annotated[str, Cookie()]): ...

    with pytest.raises(TypeError, match="do not have"):
        plan(handler)
