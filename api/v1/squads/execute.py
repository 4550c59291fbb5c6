"""`POST /v1/squads/{id}/execute`: what it reads, what it writes, and between them no transaction.

A model may take seconds; neither a connection nor a worker's thread waits for it. Two messages to one
conversation at the same time: the second to be done is refused, its use is billed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Engine

from api.db.tx import TenantSession, transaction
from api.v1.assistants.compile import Occasion
from api.v1.assistants.config import Config
from api.v1.assistants.repo import Assistants
from api.v1.calls.parts import defaults
from api.v1.credentials.repo import Credentials
from api.v1.squads.compile import compile_squad
from api.v1.squads.repo import Squads, SquadSessions
from api.v1.squads.run import Outcome, State, TextRun
from api.v1.squads.schemas import Execute
from api.v1.squads.service import SquadService
from api.v1.usage import service as usage
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import BadRequest, Conflict, NotFound, ProviderError, Unavailable
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import unseal
from voice_engine.providers.base import Llm
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec, SessionSpec, SquadSpec
from voice_engine.think.tools.server import tool_access

if TYPE_CHECKING:
    from voice_engine.providers.factory import Factory
    from voice_engine.providers.pool.troubles import Trouble

Json = dict[str, Any]
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]

WITHIN_S = 60.0
KEPT_MESSAGES = 60
CONTEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A message's conversation. `version` is 0 for a new one."""

    session_id: str
    version: int
    spec: SessionSpec
    squad: SquadSpec
    state: State


class Models:
    """The models of this process; it remembers how their vendors do."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings

    @cached_property
    def _factory(self) -> "Factory":
        # Vendors' libraries are loaded only where a vendor is asked.
        from voice_engine.providers.factory import Factory

        return Factory(self.settings)

    def llm(self, org_id: str, watcher: Callable[["Trouble"], None], spec: ModelSpec) -> Llm:
        """A model; raises ProviderError and BadRequest like the factory. `watcher` is told its troubles."""
        from voice_engine.providers.pool.troubles import Troubles

        troubles = Troubles()
        troubles.subscribe(watcher)
        return self._factory.llm(spec, org_id, troubles, hedged=False)


class Execution:
    """Runs messages for one organisation. `in_thread` does what waits for the database."""

    def __init__(
        self,
        engine: Engine,
        org_id: str,
        clock: Clock,
        models: Models,
        in_thread: InThread,
    ) -> None:
        self._engine, self._org_id, self._clock = engine, org_id, clock
        self._models, self._settings, self._in_thread = models, models.settings, in_thread

    async def run(self, squad_id: str, body: Execute) -> Json:
        """The answer as `Executed`. Raises NotFound, BadRequest (it cannot run), Conflict, Unavailable."""
        prepared = await self._in_thread(partial(self._prepare, squad_id, body))
        access = tool_access(prepared.spec, self._settings.allowed_targets)
        wasted: list[Trouble] = []
        run = TextRun(prepared.squad, partial(self._models.llm, self._org_id, wasted.append), access)
        outcome = await run.answer(body.input, prepared.state, WITHIN_S)
        outcome.used += [_wasted(trouble) for trouble in wasted if trouble.usage]
        used = await self._in_thread(partial(self._bill, prepared, outcome))
        if outcome.error is not None:
            raise _failed(outcome.member.name, outcome.error)
        await self._in_thread(partial(self._keep, squad_id, prepared, body, outcome))
        return _executed(squad_id, prepared.session_id, outcome, used)

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────

    def _transaction(self) -> Any:
        return transaction(self._engine, self._org_id, clock=self._clock)

    def _prepare(self, squad_id: str, body: Execute) -> _Prepared:
        with self._transaction() as session:
            stored = Squads(session, self._org_id), Assistants(session, self._org_id)
            secret = self._settings.secret_bytes
            cast = SquadService(*stored, secret, self._settings.allowed_targets).cast_of(squad_id)
            session_id, version, state = self._state(session, squad_id, body)
            vault = Credentials(session, self._org_id).vault()
        occasion = Occasion(
            session_id,
            session_id,
            self._org_id,
            self._clock.wall(),
            "chat",
            defaults=defaults(self._settings),
            vault=vault,
        )
        given = Config({"variableValues": state.context})
        opened = partial(unseal, secret=secret, context=self._org_id)
        compiled = compile_squad(replace(cast, overrides=(given,)), occasion, opened)
        assert compiled.spec.squad is not None
        return _Prepared(session_id, version, compiled.spec, compiled.spec.squad, state)

    def _state(self, session: TenantSession, squad_id: str, body: Execute) -> tuple[str, int, State]:
        sessions = SquadSessions(session, self._org_id)
        load = sessions.load(squad_id)
        if body.session_id is None:
            sessions.sweep()
            return new_id(), 0, State(context=_bounded(body.context), load=load)
        row = sessions.get(body.session_id)
        if row.squad_id != squad_id:
            message = (
                "This conversation is another squad's; leave sessionId out to begin one with this squad."
            )
            raise NotFound("squad_session_not_found", message, id=body.session_id)
        context = _bounded({**row.context, **body.context})
        return row.id, row.version, State(row.member, row.handoffs, context, row.messages, load)

    def _bill(self, prepared: _Prepared, outcome: Outcome) -> list[Json]:
        with self._transaction() as session:
            return [self._billed(session, prepared.session_id, used) for used in outcome.used]

    def _billed(self, session: TenantSession, session_id: str, used: Json) -> Json:
        usage_id, what = f"text-{new_id()}", {key: value for key, value in used.items() if key != "member"}
        usage.record(
            session,
            self._org_id,
            call_id=session_id,
            session_id=session_id,
            used={**what, "usageId": usage_id},
            used_at=session.now(),
        )
        return {**used, "usageId": usage_id}

    def _keep(self, squad_id: str, prepared: _Prepared, body: Execute, outcome: Outcome) -> None:
        asked: list[Json] = [*prepared.state.messages, {"role": "user", "content": body.input}]
        answered: Json = {"role": "assistant", "content": outcome.output, "member": outcome.member.name}
        said = [*([] if outcome.forgotten else asked), answered]
        values: Json = {
            "member": outcome.member.name,
            "handoffs": outcome.total_handoffs,
            "context": outcome.context,
            "messages": said[-KEPT_MESSAGES:],
        }
        with self._transaction() as session:
            sessions = SquadSessions(session, self._org_id)
            if not prepared.version:
                sessions.put(id=prepared.session_id, squad_id=squad_id, **values)
                return
            row = sessions.lock(prepared.session_id)
            if row.version != prepared.version:
                message = "Another message of this conversation was answered meanwhile; send this one again."
                raise Conflict("squad_session_busy", message)
            sessions.change(row, **values)


def _bounded(context: Json) -> Json:
    if len(orjson.dumps(context)) > CONTEXT_LIMIT:
        message = f"context: all members' knowledge may have at most {CONTEXT_LIMIT} bytes as JSON."
        raise BadRequest("context_too_large", message, field="context")
    return context


def _failed(member: str, error: ProviderError) -> Unavailable | Conflict:
    message = f"The model of {member} failed: {error.message}"
    if error.retryable:
        return Unavailable("model_unavailable", message, vendor_error=error.code)
    return Conflict("model_refused", message, vendor_error=error.code)


def _wasted(trouble: "Trouble") -> Json:
    """What a vendor bills although nothing came of it."""
    assert trouble.usage is not None
    return {
        "component": "model",
        "provider": trouble.provider,
        "model": trouble.model,
        "quantities": dict(trouble.usage.quantities),
        "estimated": trouble.usage.estimated,
    }


def _executed(squad_id: str, session_id: str, outcome: Outcome, used: list[Json]) -> Json:
    body: Json = {
        "squadId": squad_id,
        "sessionId": session_id,
        "output": outcome.output,
        "member": outcome.member.name,
        "assistantId": outcome.member.assistant.id or None,
        "intent": outcome.intent,
        "confidence": outcome.confidence,
        "routedBy": outcome.routed_by,
        "handoffs": outcome.handoffs,
        "context": outcome.context,
        "usage": used,
    }
    return {key: value for key, value in body.items() if value is not None}
