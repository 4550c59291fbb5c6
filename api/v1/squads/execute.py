"""`POST /v1/squads/{id}/execute`: what it reads, what it writes, and between them no transaction.

A model may take seconds; neither a connection nor a worker's thread waits for it. Two messages to one
conversation at the same time: the second to be done is refused, its use is billed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
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
from api.v1.squads.schemas import Execute
from api.v1.squads.service import SquadService
from api.v1.text.billing import bill, wasted
from api.v1.text.failures import failed
from api.v1.text.models import Models
from api.v1.text.run import Outcome, State, TextRun
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import BadRequest, Conflict, NotFound
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import unseal
from voice_engine.providers.base import Message
from voice_engine.servers.ask import Servers
from voice_engine.spec import SessionSpec, SquadSpec
from voice_engine.think.tools.server import tool_access

if TYPE_CHECKING:
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
    messages: Sequence[Json]


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
        access = tool_access(
            prepared.spec, Servers(self._settings.secret_bytes, self._settings.allowed_targets)
        )
        troubles: list[Trouble] = []
        run = TextRun(prepared.squad, partial(self._models.llm, self._org_id, troubles.append), access)
        outcome = await run.answer([Message("user", body.input)], prepared.state, WITHIN_S)
        outcome.used += [wasted(trouble) for trouble in troubles if trouble.usage]
        used = await self._in_thread(partial(self._bill, prepared, outcome))
        if outcome.error is not None:
            raise failed(outcome.member.name, outcome.error)
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
            session_id, version, state, messages = self._state(session, squad_id, body)
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
        given = Config({"variableValues": state.context or {}})
        opened = partial(unseal, secret=secret, context=self._org_id)
        compiled = compile_squad(replace(cast, overrides=(given,)), occasion, opened)
        assert compiled.spec.squad is not None
        return _Prepared(session_id, version, compiled.spec, compiled.spec.squad, state, messages)

    def _state(
        self, session: TenantSession, squad_id: str, body: Execute
    ) -> tuple[str, int, State, Sequence[Json]]:
        sessions = SquadSessions(session, self._org_id)
        load = sessions.load(squad_id)
        if body.session_id is None:
            sessions.sweep()
            return new_id(), 0, State(context=_bounded(body.context), load=load), ()
        row = sessions.get(body.session_id)
        if row.squad_id != squad_id:
            message = (
                "This conversation is another squad's; leave sessionId out to begin one with this squad."
            )
            raise NotFound("squad_session_not_found", message, id=body.session_id)
        context = _bounded({**row.context, **body.context})
        state = State(row.member, row.handoffs, context, _spoken(row.messages), load)
        return row.id, row.version, state, row.messages

    def _bill(self, prepared: _Prepared, outcome: Outcome) -> list[Json]:
        id = prepared.session_id
        with self._transaction() as session:
            return bill(session, call_id=id, session_id=id, name=f"text-{new_id()}", used=outcome.used)

    def _keep(self, squad_id: str, prepared: _Prepared, body: Execute, outcome: Outcome) -> None:
        asked: list[Json] = [*prepared.messages, {"role": "user", "content": body.input}]
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


def _spoken(messages: Sequence[Json]) -> list[Message]:
    """What was said, as models see it."""
    return [Message("user" if m["role"] == "user" else "assistant", m["content"]) for m in messages]


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
