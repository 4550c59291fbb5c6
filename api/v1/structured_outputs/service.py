"""The rules of structured outputs: stored, changed, and drawn again from calls that are over."""

from typing import Any

from sqlmodel import col, select

from api.db.outbox import enqueue
from api.db.tx import TenantSession
from api.http.pagination import paged
from api.v1.assistants.repo import Assistants
from api.v1.calls.model import CallRow
from api.v1.calls.repo import Calls
from api.v1.structured_outputs.model import StructuredOutputRow
from api.v1.structured_outputs.of_call import Output
from api.v1.structured_outputs.repo import StructuredOutputs
from api.v1.structured_outputs.schemas import (
    CreateStructuredOutput,
    RunStructuredOutput,
    StructuredOutputQuery,
    UpdateStructuredOutput,
)
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict, NotFound

Json = dict[str, Any]


class StructuredOutputService:
    """Structured outputs of the organisation the session was opened for."""

    def __init__(self, session: TenantSession) -> None:
        self._session = session
        self._repo = StructuredOutputs(session, session.org_id)

    def create(self, body: CreateStructuredOutput) -> Json:
        """The new one, as shown."""
        config = body.given()
        self._check(config)
        return shown(self._repo.add(StructuredOutputRow(org_id="", name=body.name, config=config)))

    def page(self, query: StructuredOutputQuery) -> Json:
        """One page."""
        where = []
        if query.id is not None:
            where.append(col(StructuredOutputRow.id) == query.id)
        if query.name is not None:
            where.append(col(StructuredOutputRow.name) == query.name)
        return paged(self._repo, query, shown, *where)

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return shown(self._repo.show(id))

    def update(self, id: str, body: UpdateStructuredOutput) -> Json:
        """The named fields replaced, each as a whole; null ones removed."""
        row = self._repo.lock(id)
        for name in ("name", "schema"):
            if name in body.cleared:
                raise BadRequest(f"{name}_missing", f"{name} should not be empty.", field=name)
        config = {key: value for key, value in row.config.items() if key not in body.cleared}
        config |= body.given()
        if (config.get("type") == "regex") != bool(config.get("regex")):
            message = "regex is needed for type regex, and only there; send both together."
            raise BadRequest("regex_missing", message, field="regex")
        self._check(config)
        return shown(self._repo.change(row, name=config["name"], config=config))

    def delete(self, id: str) -> Json:
        """What it was. Results in calls stay."""
        return shown(self._repo.delete(id))

    def chosen(self, body: RunStructuredOutput) -> tuple[Output, list[CallRow], Json]:
        """What is to be drawn, from which calls, and the structured output as shown; raises NotFound."""
        if body.structured_output is not None:
            now = iso(self._session.now())
            config, id = body.structured_output.given(), "preview"
            stamps = {"id": id, "orgId": self._session.org_id, "createdAt": now, "updatedAt": now}
            as_shown = {**stamps, "type": "ai", **config}
        else:
            row = self._repo.get(str(body.structured_output_id))
            config, id, as_shown = dict(row.config), row.id, shown(row)
        return Output(id, config), self._calls(body.call_ids), as_shown

    def run(self, output: Output, calls: list[CallRow], run_id: str) -> None:
        """Leave it to a worker."""
        for call in calls:
            enqueue(
                self._session, self._session.org_id, "structured_outputs.run",
                callId=call.id, outputId=output.id, runId=run_id,
            )  # fmt: skip

    def _calls(self, ids: list[str]) -> list[CallRow]:
        repo = Calls(self._session, self._session.org_id)
        statement = select(CallRow).where(CallRow.org_id == repo.org_id, col(CallRow.id).in_(ids))
        found = {row.id: row for row in self._session.exec(statement).all()}
        for id in ids:
            if id not in found:
                raise NotFound("call_not_found", f"There is no call with the id {id!r} here.", id=id)
            if found[id].status != "ended":
                raise Conflict("call_not_ended", f"The call {id} has not ended yet; run it afterwards.")
        return list(found.values())

    def _check(self, config: Json) -> None:
        assistants = Assistants(self._session, self._session.org_id)
        for index, id in enumerate(config.get("assistantIds") or ()):
            assistants.named(id, f"assistantIds.{index}")


def shown(row: StructuredOutputRow) -> Json:
    """As the API shows it."""
    return {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        "type": "ai",
        **row.config,
    }
