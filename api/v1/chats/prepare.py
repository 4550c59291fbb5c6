"""What is read before a model is asked: who answers, what was said before, whether the session is free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from api.db.tx import TenantSession, transaction
from api.http.caller import Caller
from api.v1.assistants.compile import Compiled
from api.v1.calls.parts import defaults
from api.v1.chats.repo import Chats
from api.v1.chats.wish import Wish
from api.v1.sessions.repo import SessionMessages, Sessions
from api.v1.sessions.service import opening
from api.v1.text import messages as words
from api.v1.text.occasion import occasion
from api.v1.text.party import Parties, Party
from api.v1.text.run import State
from voice_engine.kernel.clock import Clock, epoch_ms
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.ids import new_id
from voice_engine.providers.base import Message
from voice_engine.settings import EngineSettings
from voice_engine.spec import SquadSpec
from voice_engine.think.handoff import REFUSE, tool_names

Json = dict[str, Any]

KEPT_MESSAGES = 100  # of what was said before, at most; models see what fits into their own window
CLAIM_S = 120.0  # a session waits no longer for a chat whose process has died


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chat that can be answered. `context` is all that models are told of the conversation; `opening` are
    the columns of its session, where that is new.
    """

    chat_id: str
    wish: Wish
    party: Party
    compiled: Compiled
    past: Sequence[Json]
    asked: Sequence[Json]
    context: Sequence[Message]
    state: State
    began: float
    session_id: str | None = None
    opening: Json | None = None

    @property
    def squad(self) -> SquadSpec:
        """Who answers; one assistant is a squad of one."""
        assert self.compiled.spec.squad is not None
        return self.compiled.spec.squad


@dataclass(frozen=True, slots=True)
class _Past:
    """What came before: who answered, their state, what was said."""

    party: Party
    state: Mapping[str, Any]
    messages: Sequence[Json]
    customer: Json | None = None


class Intake:
    """Reads for one organisation."""

    def __init__(self, engine: Engine, org_id: str, clock: Clock, settings: EngineSettings) -> None:
        self._engine, self._org_id, self._clock, self._settings = engine, org_id, clock, settings

    def prepare(self, wish: Wish, caller: Caller) -> Prepared:
        """Raises NotFound, BadRequest, Forbidden, and Conflict while its session is busy."""
        with transaction(self._engine, self._org_id, clock=self._clock) as db:
            chat_id = new_id()
            parties = Parties(db, self._settings.secret_bytes, tuple(self._settings.allowed_targets))
            past = self._past(db, parties, wish, caller, chat_id)
            new = wish.opens and wish.session_id is None
            opened = opening(db, past.party, wish.expires_after, wish.customer) if new else None
            session_id = opened["id"] if opened else wish.session_id
            compiled = parties.compiled(
                past.party,
                occasion(
                    db,
                    call_id=chat_id,
                    session_id=session_id or chat_id,
                    defaults=defaults(self._settings),
                    customer=past.customer,
                    guarded=past.party.guarded,
                ),
            )
            asked = words.taken(wish.input, epoch_ms(db.now()))
        squad = compiled.spec.squad
        assert squad is not None
        context = words.context([*past.messages, *asked], {*tool_names(squad.members), REFUSE})
        return Prepared(
            chat_id, wish, past.party, compiled, past.messages, asked, context, _state(past),
            self._clock.now(), session_id, opened,
        )  # fmt: skip

    def _past(self, db: TenantSession, parties: Parties, wish: Wish, caller: Caller, chat_id: str) -> _Past:
        if wish.session_id is not None:
            return self._in_session(db, parties, wish, caller, chat_id)
        if wish.previous_chat_id is not None:
            return self._after_chat(db, parties, wish, caller)
        return _Past(parties.taken(wish.who, caller), {}, (), wish.customer)

    def _in_session(
        self, db: TenantSession, parties: Parties, wish: Wish, caller: Caller, chat_id: str
    ) -> _Past:
        assert wish.session_id is not None
        sessions = Sessions(db, self._org_id)
        row = sessions.lock(wish.session_id)
        party = Party.of(row)
        if not parties.open_to(party, caller):
            raise sessions.missing(row.id)
        row = sessions.claim(row.id, chat_id, CLAIM_S)
        _refuse_others(wish, party)
        state = dict(row.state)
        said = SessionMessages(db, self._org_id).last(row.id, KEPT_MESSAGES, state.get("since", 0))
        return _Past(party.with_values(_values(wish)), state, [one.message for one in said], row.customer)

    def _after_chat(self, db: TenantSession, parties: Parties, wish: Wish, caller: Caller) -> _Past:
        assert wish.previous_chat_id is not None
        row = Chats(db, self._org_id).get(wish.previous_chat_id)
        said = [*([] if row.state.get("forgotten") else row.messages), *row.output][-KEPT_MESSAGES:]
        if wish.who.named:
            return _Past(parties.taken(wish.who, caller), {}, said)
        return _Past(Party.of(row).with_values(_values(wish)), row.state, said)


def _refuse_others(wish: Wish, party: Party) -> None:
    """Raise BadRequest where a message names somebody else than who answers in its session."""
    who = wish.who
    same = (who.assistant_id, who.squad_id) in ((None, None), (party.assistant_id, party.squad_id))
    if not same or who.assistant is not None or who.squad is not None:
        message = "assistantId: who answers in a session is fixed; leave it out, or begin a new session."
        raise BadRequest("session_assistant_fixed", message, field="assistantId")


def _values(wish: Wish) -> Json:
    overrides = wish.who.assistant_overrides
    return overrides.variable_values if overrides else {}


def _state(past: _Past) -> State:
    """The conversation's, but for its messages."""
    if past.party.alone:
        return State(context=None)
    kept = past.state
    return State(kept.get("member", ""), kept.get("handoffs", 0), kept.get("context") or {})
