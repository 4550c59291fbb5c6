"""Structured outputs over HTTP. The same handlers serve Vapi's /structured-output."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.db.tx import transaction
from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.once import once
from api.http.pagination import Paged
from api.http.route import Resource
from api.v1.analysis.asking import answers_to, writer
from api.v1.analysis.asks import Subject
from api.v1.calls.model import CallRow
from api.v1.structured_outputs.of_call import Output, Outputs, outputs
from api.v1.structured_outputs.schemas import (
    CreateStructuredOutput,
    RunStructuredOutput,
    StructuredOutput,
    StructuredOutputQuery,
    UpdateQuery,
    UpdateStructuredOutput,
)
from api.v1.structured_outputs.service import StructuredOutputService
from voice_engine.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized
from voice_engine.kernel.ids import new_id
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec

Json = dict[str, Any]
Reader = Annotated[Caller, Depends(needs("structured_outputs:read"))]
Writer = Annotated[Caller, Depends(needs("structured_outputs:write"))]


def create(body: CreateStructuredOutput, who: Writer, db: Db) -> Response:
    """Create a structured output."""
    return json_answer(StructuredOutputService(db).create(body), 201)


def list_outputs(query: Annotated[StructuredOutputQuery, Query()], who: Reader, db: Db) -> Response:
    """Structured outputs, newest first, a page at a time."""
    return json_answer(StructuredOutputService(db).page(query))


def get(id: str, who: Reader, db: Db) -> Response:
    """One structured output."""
    return json_answer(StructuredOutputService(db).get(id))


def update(
    id: str, body: UpdateStructuredOutput, query: Annotated[UpdateQuery, Query()], who: Writer, db: Db
) -> Response:
    """Replace the fields that are named, each as a whole; null removes one."""
    return json_answer(StructuredOutputService(db).update(id, body))


def delete(id: str, who: Writer, db: Db) -> Response:
    """Delete a structured output; answers what it was. Results in calls stay."""
    return json_answer(StructuredOutputService(db).delete(id))


async def run(body: RunStructuredOutput, who: Writer, request: Request) -> Response:
    """Draw a structured output from calls that are over.

    Without previewEnabled a worker does it and the calls show it shortly after; with it `results` holds what
    was found, by call id, and nothing is stored.
    """
    return await once(request, who, lambda: _run(body, who, request))


async def _run(body: RunStructuredOutput, who: Caller, request: Request) -> Response:
    state = request.app.state

    def begin() -> tuple[Json, Outputs, list[CallRow]]:
        with transaction(state.wiring.engine, who.org_id, clock=state.wiring.clock) as session:
            session.info["send"] = state.wiring.send
            service = StructuredOutputService(session)
            output, calls, shown = service.chosen(body)
            if not body.preview_enabled:
                service.run(output, calls, new_id())
            return shown, outputs(session, [output]), calls

    shown, wanted, calls = await state.workers.run(begin)
    if body.preview_enabled:
        settings = EngineSettings(**state.wiring.settings.model_dump())
        subject = Subject(calls[0], state.wiring.clock.wall())
        shown["results"] = {calls[0].id: await _preview(settings, wanted, subject)}
    return json_answer(shown, 201)


async def _preview(settings: EngineSettings, wanted: Outputs, subject: Subject) -> Json:
    spec = subject.row.spec.get("assistant", {}).get("model")
    model = writer(settings, ModelSpec.model_validate(spec) if spec else None)
    answers = await answers_to(settings, subject.row.org_id, wanted.questions(subject, model))
    drawn = wanted.shown(subject, answers)
    [output] = wanted.each
    return _of(drawn, output)


def _of(drawn: Json, output: Output) -> Json:
    found: Json = drawn["results"].get(output.id) or drawn["skipped"][output.id]
    return found


def resource(prefix: str) -> Resource:
    """The routes under a prefix; `runs` has the one that waits for a model."""
    router = Resource(prefix, tag="Structured outputs")
    wrong = errors(BadRequest, Unauthorized, Forbidden)
    one = errors(Unauthorized, Forbidden, NotFound)
    router.post("", status_code=201, response_model=StructuredOutput, responses=wrong)(create)
    router.get("", response_model=Paged[StructuredOutput], responses=wrong)(list_outputs)
    router.get("/{id}", response_model=StructuredOutput, responses=one)(get)
    router.patch("/{id}", response_model=StructuredOutput, responses=one | errors(BadRequest))(update)
    router.delete("/{id}", response_model=StructuredOutput, responses=one)(delete)
    return router


def runs(prefix: str) -> APIRouter:
    """`POST {prefix}/run`; a model is waited for in the event loop, not in one of the workers' threads."""
    router = APIRouter(prefix=prefix, tags=["Structured outputs"])
    refusals = errors(BadRequest, Unauthorized, Forbidden, NotFound, Conflict)
    router.post("/run", status_code=201, response_model=StructuredOutput, responses=refusals)(run)
    return router


router = resource("/v1/structured-outputs")
running = runs("/v1/structured-outputs")
