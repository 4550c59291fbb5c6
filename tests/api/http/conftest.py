"""A resource of the tests' own, to try everything a route can do without needing a real one."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import FastAPI
from pydantic import Field

from api.app import create_app
from api.db.outbox import OutboxRow, enqueue
from api.db.repo import Repo
from api.http.deps import Db, PublicDb, PublicWho, Who
from api.http.route import Resource
from api.http.schema import Answer, Body
from api.settings import ApiSettings
from tests.api.world import Org, SetClock, make_org


class Cat(Body):
    kind: Literal["cat"]
    whiskers: int = Field(ge=0)


class Dog(Body):
    kind: Literal["dog"]
    barks: bool = True


class Wish(Body):
    task: str = Field(min_length=1, max_length=20)
    max_seconds: int | None = Field(None, ge=1, le=10)
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = Field(default_factory=list)
    metadata: dict[str, Any] = Field(default_factory=dict)


class Task(Answer):
    id: str
    task: str
    args: dict[str, Any]


class Tasks(Repo[OutboxRow]):
    row = OutboxRow
    noun = "task"


tasks = Resource("/v1/test-tasks", tag="Test")
calls: list[str] = []


@tasks.post("", response_model=Task, status_code=201)
def create(body: Wish, db: Db, who: Who) -> OutboxRow:
    calls.append(body.task)
    if body.task == "crash":
        raise RuntimeError("a secret of ours")
    id = enqueue(db, who.org_id, body.task, **body.metadata)
    return Tasks(db, who.org_id).get(id)


@tasks.post("/public", response_model=Task, status_code=201)
def create_publicly(body: Wish, db: PublicDb, who: PublicWho) -> OutboxRow:
    return Tasks(db, who.org_id).get(enqueue(db, who.org_id, body.task))


@tasks.get("/{id}", response_model=Task)
def get(id: str, db: Db, who: Who) -> OutboxRow:
    return Tasks(db, who.org_id).get(id)


@pytest.fixture
def played() -> list[str]:
    """The tasks the handler was asked for, in order."""
    calls.clear()
    return calls


@pytest.fixture(scope="session")
def _lab(settings: ApiSettings, _clock: SetClock) -> FastAPI:
    app = create_app(settings, clock=_clock)
    app.include_router(tasks)
    return app


@pytest.fixture
async def lab(_lab: FastAPI, app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has the test resource; send a key yourself."""
    _lab.state.wiring.doorman.forget()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(_lab), base_url="http://test") as client:
        yield client
    _lab.state.wiring.close()


@pytest.fixture
def me(app: FastAPI) -> Org:
    return make_org(app, "Me")
