"""The rules of calls: who may start one, what is stored, how it is taken away again."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import sleep
from typing import Any

from api.db.repo import Window
from api.http.caller import Caller
from api.v1.assistants.compile import Compiled, Occasion, compile_session, without_secret_headers
from api.v1.assistants.config import Config, take
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.service import check_targets
from api.v1.calls.guard import guard_overrides, guard_squad, guarded
from api.v1.calls.links import Place
from api.v1.calls.model import CallRow
from api.v1.calls.mono import mono_key
from api.v1.calls.parts import Parts
from api.v1.calls.placement import Engine
from api.v1.calls.read import call_body
from api.v1.calls.repo import Calls
from api.v1.calls.schemas import CreateCall, CreateWebCall, UpdateCall, WebsocketTransport
from api.v1.credentials.repo import Credentials
from api.v1.squads.compile import Cast, compile_squad
from api.v1.squads.repo import Squads
from api.v1.squads.service import SquadService
from api.v1.versions.choice import config_of, version_of
from api.v1.versions.repo import Versions
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import Conflict, NotFound, Unavailable
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import seal, unseal
from voice_engine.spec import ModelSpec, TransportSpec

Json = dict[str, Any]

_END_WITHIN = 5.0  # s. How long a deletion waits for the call it has ended to be written down.
_LOOK_EVERY = 0.05  # s


@dataclass(frozen=True, slots=True)
class _Given:
    """The assistant or the squad, and what is laid over it."""

    assistant: Config
    overrides: Config
    squad_overrides: Config
    cast: Cast | None = None
    version: str | None = None


class CallService:
    """Calls of the organisation the repositories were opened for."""

    def __init__(
        self, calls: Calls, assistants: Assistants, squads: Squads, parts: Parts, clock: Clock
    ) -> None:
        self._calls, self._assistants, self._parts, self._clock = calls, assistants, parts, clock
        self._squads = SquadService(squads, assistants, parts.secret, parts.allowed_targets)
        self._seal = partial(seal, secret=parts.secret, context=calls.org_id)
        self._unseal = partial(unseal, secret=parts.secret, context=calls.org_id)
        self._pause: Callable[[float], None] = sleep

    # ── create ───────────────────────────────────────────────────────────────────────────────────────

    def create(self, body: CreateCall | CreateWebCall, caller: Caller, *, engine_id: str = "") -> Json:
        """A queued call with its URLs; on the engine `engine_id` if given, else on the freest one."""
        given = self._given(body, caller)
        occasion = self._occasion(body, caller)
        compiled = self._compiled(given, occasion)
        check_targets(_targets(compiled), self._parts.allowed_targets)
        now = self._clock.wall().timestamp()
        self._parts.waiting.check(caller, now)
        engine = self._engine(engine_id)
        self._parts.waiting.enter(caller, compiled.spec, now)
        values = self._values(body, given, compiled, occasion, engine)
        return self._shown(self._calls.put(**values))

    def _given(self, body: CreateCall | CreateWebCall, caller: Caller) -> _Given:
        overrides, for_squad = self._taken(body.assistant_overrides), self._taken(body.squad_overrides)
        if body.squad_id is not None or body.squad is not None:
            return _Given(Config(), overrides, for_squad, self._cast(body, (for_squad, overrides), caller))
        caller.may_use_assistant(body.assistant_id)
        assistant, version = self._assistant(body)
        return _Given(guard_overrides(assistant, overrides, caller), overrides, for_squad, version=version)

    def _assistant(self, body: CreateCall | CreateWebCall) -> tuple[Config, str | None]:
        """The assistant, and which version of it if it is a stored one."""
        if body.assistant_id is None:
            return self._taken(body.assistant), None
        row = self._assistants.show(body.assistant_id)
        key = (body.customer.number if body.customer else None) or new_id()
        version = version_of(row, body.assistant_version, key)
        return config_of(row, version, Versions(self._calls.session, self._calls.org_id)), version

    def _cast(
        self, body: CreateCall | CreateWebCall, overrides: tuple[Config, Config], caller: Caller
    ) -> Cast:
        if body.squad is not None:
            cast = self._squads.cast(self._squads.taken(body.squad))
        else:
            cast = self._squads.cast_of(str(body.squad_id))
        transient = body.squad is not None
        guard_squad(cast.squad, caller, transient=transient)
        guard = partial(guard_overrides, caller=caller)
        return dataclasses.replace(cast, overrides=overrides, guard=guard, owned=transient)

    def _compiled(self, given: _Given, occasion: Occasion) -> Compiled:
        if given.cast is not None:
            return compile_squad(given.cast, occasion, self._unseal)
        return compile_session(given.assistant, given.overrides, occasion, self._unseal)

    def _taken(self, fields: AssistantFields | None) -> Config:
        return take(fields.given(), self._seal) if fields is not None else Config()

    def _occasion(self, body: CreateCall | CreateWebCall, caller: Caller) -> Occasion:
        audio = _transport(body).audio_format
        stored = Credentials(self._calls.session, self._calls.org_id).vault()
        return Occasion(
            call_id=new_id(),
            session_id=new_id(),
            org_id=self._calls.org_id,
            now=self._clock.wall(),
            call_type="webCall" if isinstance(body, CreateWebCall) else "vapi.websocketCall",
            customer=body.customer.given() if body.customer else {},
            transport=TransportSpec(encoding=audio.format, sample_rate=audio.rate),
            assistant_id=body.assistant_id or "",
            defaults=self._parts.defaults,
            vault=dataclasses.replace(stored, guarded=guarded(body, caller)),
        )

    def _engine(self, engine_id: str) -> Engine:
        placement = self._parts.placement
        return placement.pinned(engine_id) if engine_id else placement.choose(self._clock.now())

    def _values(
        self,
        body: CreateCall | CreateWebCall,
        given: _Given,
        compiled: Compiled,
        occasion: Occasion,
        engine: Engine,
    ) -> Json:
        place = Place(occasion.call_id, occasion.session_id, engine.id, occasion.org_id)
        transient = given.assistant if body.assistant is not None else Config()
        squad = given.cast.squad if given.cast is not None and body.squad is not None else Config()
        sealed = {
            **_prefixed("assistant", transient.sealed),
            **_prefixed("assistantOverrides", given.overrides.sealed),
            **_prefixed("squad", squad.sealed),
            **_prefixed("squadOverrides", given.squad_overrides.sealed),
        }
        return {
            "id": occasion.call_id,
            "type": occasion.call_type,
            "name": body.name,
            "assistant_id": body.assistant_id,
            "assistant_version": given.version,
            "assistant": transient.shown or None,
            "assistant_overrides": given.overrides.shown or None,
            "squad_id": body.squad_id,
            "squad": squad.shown or None,
            "squad_overrides": given.squad_overrides.shown or None,
            "sealed": sealed,
            "transport": _shown_transport(occasion, self._parts.links.socket(place, engine.url)),
            "customer": dict(occasion.customer) or None,
            "session_id": occasion.session_id,
            "engine_id": engine.id,
            "spec": without_secret_headers(compiled.spec),
            "server": compiled.server,
            "server_messages": compiled.server_messages,
            "analysis_plan": compiled.analysis_plan or None,
            "listen_enabled": compiled.listen_enabled,
            "control_enabled": compiled.control_enabled,
        }

    # ── read and change ──────────────────────────────────────────────────────────────────────────────

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return self._shown(self._calls.show(id))

    def list(
        self, window: Window, *, id: str | None = None, assistant_id: str | None = None
    ) -> Sequence[Json]:
        """Newest first."""
        return [self._shown(row) for row in self._calls.matching(window, id=id, assistant_id=assistant_id)]

    def rename(self, id: str, body: UpdateCall) -> Json:
        """A new name, or none."""
        row = self._calls.lock(id)
        if body.name is not None or "name" in body.cleared:
            self._calls.change(row, name=body.name)
        return self._shown(row)

    def recording(self, id: str, *, mono: bool) -> str:
        """A signed URL of the recording; NotFound when there is none (yet)."""
        key = self._calls.get(id).recording_key
        if not key or not self._parts.blobs.path(key).exists():
            message = "This call has no recording: it was not recorded, or has not ended yet."
            raise NotFound("recording_not_found", message, id=id)
        return self._parts.links.artifact(mono_key(key) if mono else key, self._clock.wall())

    # ── delete ───────────────────────────────────────────────────────────────────────────────────────

    def delete(self, id: str) -> Json:
        """Erase the call with its recording; what it was. A live call is ended first.

        Raises Unavailable when it does not end or its recording cannot be erased; the call stays then.
        """
        row = self._ended(self._calls.get(id))
        shown = self._shown(row)
        self._erase(row)
        self._calls.delete(id)
        return shown

    def _ended(self, row: CallRow) -> CallRow:
        switchboard = self._parts.switchboard
        if row.status == "queued":
            switchboard.forget(row.session_id)
            if switchboard.engine_of(row.id) is None:
                return row
        if row.status != "ended":
            self._hang_up(row.id)
            row = self._wait_for_the_end(row.id)
        return row

    def _hang_up(self, id: str) -> None:
        try:
            self._parts.switchboard.send(id, {"type": "end-call"})
        except Conflict:
            return  # it has ended by itself meanwhile, or its engine is gone and will be accounted for

    def _wait_for_the_end(self, id: str) -> CallRow:
        deadline = self._clock.now() + _END_WITHIN
        while self._calls.fresh(id).status != "ended":
            if self._clock.now() >= deadline:
                raise Unavailable(
                    "call_still_ending", "The call is still being ended; delete it again shortly."
                )
            self._pause(_LOOK_EVERY)
        return self._calls.lock(id)

    def _erase(self, row: CallRow) -> None:
        if not row.recording_key:
            return
        try:
            for key in (mono_key(row.recording_key), row.recording_key):
                self._parts.blobs.delete(key)
        except OSError as error:
            message = "The recording cannot be erased now; the call stays. Try again."
            raise Unavailable("recording_not_erased", message) from error

    def _shown(self, row: CallRow) -> Json:
        return call_body(row, self._parts.links, self._clock.wall())


def _transport(body: CreateCall | CreateWebCall) -> WebsocketTransport:
    return body.transport or WebsocketTransport.model_validate({"provider": "vapi.websocket"})


def _shown_transport(occasion: Occasion, socket: str) -> Json:
    return {
        "provider": "vapi.websocket",
        "conversationType": "voice",
        "audioFormat": {
            "format": occasion.transport.encoding,
            "container": "raw",
            "sampleRate": occasion.transport.sample_rate,
        },
        "websocketCallUrl": socket,
    }


def _targets(compiled: Compiled) -> dict[str, str]:
    """Every URL the call may make us connect to, by the field it comes from."""
    squad = compiled.spec.squad
    if squad is None:
        found = _of_model(compiled.spec.assistant.model)
    else:
        found = {
            f"members.{index}.{place}": url
            for index, member in enumerate(squad.members)
            for place, url in _of_model(member.assistant.model).items()
        }
    return {**found, "server.url": compiled.server["url"] if compiled.server else ""}


def _of_model(model: ModelSpec) -> dict[str, str]:
    tools = {f"model.tools.{tool.name}.server.url": tool.server_url for tool in model.tools}
    return {**tools, "model.url": model.base_url}


def _prefixed(head: str, sealed: Mapping[str, str]) -> dict[str, str]:
    return {f"{head}.{place}": text for place, text in sealed.items()}
