"""A conversation by text goes on as a call, which knows what was written; then the session what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from api.db.tx import TenantSession
from api.http.caller import Caller
from api.v1.assistants.config import Config
from api.v1.calls.composing import Body, Composed, Composer, Given, Whom, laid
from api.v1.calls.guard import guard_overrides
from api.v1.calls.model import CallRow
from api.v1.calls.parts import Parts
from api.v1.chats.repo import Chats
from api.v1.sessions.repo import SessionMessages, Sessions
from api.v1.text.messages import context
from api.v1.text.party import Parties, Party
from voice_engine.messages import openai_formatted
from voice_engine.spec import AssistantSpec, Language, MemberSpec, SessionSpec, SquadSpec
from voice_engine.think.history import History

Json = dict[str, Any]

KEPT_MESSAGES, KEPT_TOKENS = 50, 3000
_NOTE = {
    "zh": "在这之前，你和对方用文字聊过，内容见下。对方现在改用语音继续：先用一句话自然接上，不要重新自我"
    "介绍，也不要再问已经说过的事。\n",
    "en": "Before this you and the person wrote to each other, see below. They now go on by voice: take it up"
    " with one natural sentence; do not introduce yourself again, or ask for what was said already.\n",
}
_SPEAKERS: dict[Language, dict[str, str]] = {
    "zh": {"user": "对方：", "assistant": "你："},
    "en": {"user": "They: ", "assistant": "You: "},
}
_OPENS = "assistant-speaks-first-with-model-generated-message"


@dataclass(frozen=True, slots=True)
class Past:
    """What was written before the call, with whom; `member` is who of a squad had the conversation."""

    party: Party
    messages: Sequence[Json]
    member: str = ""
    session_id: str | None = None
    customer: Json | None = None


def past_of(db: TenantSession, parties: Parties, body: Body, caller: Caller) -> Past:
    """Of the session or the chat that a body names; NotFound, and BadRequest for a session that is over."""
    if body.session_id is not None:
        sessions = Sessions(db, db.org_id)
        session = sessions.lock(body.session_id)
        if not parties.open_to(Party.of(session), caller):
            raise sessions.missing(session.id)
        sessions.extend(sessions.usable(session.id))
        said = SessionMessages(db, db.org_id).last(session.id, KEPT_MESSAGES, session.state.get("since", 0))
        messages, member = [one.message for one in said], session.state.get("member", "")
        return Past(Party.of(session), messages, member, session.id, session.customer)
    chats = Chats(db, db.org_id)
    chat = chats.get(str(body.previous_chat_id))
    if not parties.open_to(Party.of(chat), caller):
        raise chats.missing(chat.id)
    messages = [*([] if chat.state.get("forgotten") else chat.messages), *chat.output]
    return Past(Party.of(chat), messages, chat.state.get("member", ""))


def gone_on(
    composer: Composer, db: TenantSession, parts: Parts, body: Body, caller: Caller, whom: Whom
) -> tuple[Composed, Json]:
    """The call that goes on from what was written, and its row's columns beside what its body says."""
    past = past_of(db, Parties(db, parts.secret, parts.allowed_targets), body, caller)
    whom = whom if whom.customer else replace(whom, customer=past.customer or {})
    columns: Json = {"conversation_id": past.session_id}
    if any((body.assistant_id, body.assistant, body.squad_id, body.squad)):
        composed = composer.composed(body, caller, whom)
    else:
        whom = replace(whom, guarded=past.party.guarded)
        given, shown = given_of(composer, past, body, caller)
        composed = composer.composed(body, caller, whom, given, past.party.assistant_id or "")
        sealed = {**composed.columns()["sealed"], **past.party.columns["sealed"]}
        columns |= {**shown, "sealed": sealed}
    said = {**composed.given.overrides.shown, **composed.given.squad_overrides.shown}
    spec = continued(composed.compiled.spec, past, said)
    composed = replace(composed, compiled=replace(composed.compiled, spec=spec))
    return composed, columns


def given_of(composer: Composer, past: Past, body: Body, caller: Caller) -> tuple[Given, Json]:
    """Who talks in a call that names nobody: who wrote. With the columns that say so."""
    party = past.party
    values = Config({"variableValues": party.values}) if party.values else Config()
    overrides = laid(values, composer.taken(body.assistant_overrides))
    for_squad = composer.taken(body.squad_overrides)
    shown = {key: party.columns[key] for key in ("assistant_id", "assistant", "squad_id", "squad")}
    if not party.alone:
        cast = composer.cast_of(party.squad_id, party.squad)
        guard = partial(guard_overrides, caller=caller)
        cast = replace(cast, overrides=(for_squad, overrides), guard=guard, owned=party.squad_id is None)
        return Given(Config(), overrides, for_squad, cast), shown
    assistant, version = party.assistant, None
    if party.assistant_id is not None:
        assistant, version = composer.stored(party.assistant_id, past.session_id or "")
    return Given(guard_overrides(assistant, overrides, caller), overrides, for_squad, version=version), shown


def continued(spec: SessionSpec, past: Past, overrides: Mapping[str, Any]) -> SessionSpec:
    """The spec of a call whose assistants know what was written. Pure.

    The first one takes it up with words of its model instead of its first message, unless the call's
    overrides have one, or it waits for the caller.
    """
    told = _told(past.messages, spec.assistant.speaks)
    if not told:
        return spec
    opens = not {"firstMessage", "firstMessageMode"} & set(overrides)
    if spec.squad is None:
        return spec.model_copy(update={"assistant": _knowing(spec.assistant, told, opens=opens)})
    squad = _beginning_with(spec.squad, past.member)
    entry = squad.entry.name
    members = [
        m.model_copy(update={"assistant": _knowing(m.assistant, told, opens=opens and m.name == entry)})
        for m in squad.members
    ]
    squad = squad.model_copy(update={"members": tuple(members)})
    return spec.model_copy(update={"assistant": squad.entry.assistant, "squad": squad})


def append_call(db: TenantSession, row: CallRow) -> None:
    """Put what was said in an ended call into its session; once, however often this is called."""
    sessions, messages = Sessions(db, db.org_id), SessionMessages(db, db.org_id)
    if row.conversation_id is None or row.status != "ended" or sessions.find(row.conversation_id) is None:
        return
    session = sessions.lock(row.conversation_id)
    if messages.has_call(session.id, row.id):
        return
    spoken = [
        {**formatted, "content": formatted.get("content") or "", "time": said.get("time", 0)}
        for said, formatted in zip(row.messages, openai_formatted(row.messages), strict=True)
        if formatted["role"] in ("user", "assistant", "tool")
    ]
    messages.append(session, spoken, call_id=row.id)
    sessions.extend(session)


def _told(messages: Sequence[Json], language: Language) -> str:
    """What was written, as far as it fits; empty if nothing was."""
    history = History(max_messages=KEPT_MESSAGES, max_tokens=KEPT_TOKENS)
    for message in context(messages):
        if message.role in ("user", "assistant") and message.content:
            history.add(message.role, message.content)
    speakers = _SPEAKERS[language]
    lines = [f"{speakers[message.role]}{message.content}" for message in history.messages()]
    return _NOTE[language] + "\n".join(lines) if lines else ""


def _knowing(assistant: AssistantSpec, told: str, *, opens: bool) -> AssistantSpec:
    model = assistant.model
    messages = (*model.messages, {"role": "system", "content": told})
    changed: Json = {"model": model.model_copy(update={"messages": messages})}
    if opens:
        changed["first_message"] = ""
        if assistant.first_message_mode != "assistant-waits-for-user":
            changed["first_message_mode"] = _OPENS
    return assistant.model_copy(update=changed)


def _beginning_with(squad: SquadSpec, member: str) -> SquadSpec:
    """The same squad with this member to take the call, if it is one."""
    if member not in {m.name for m in squad.members}:
        return squad

    def role(m: MemberSpec) -> str:
        if m.name == member:
            return "primary"
        return "secondary" if m.role == "primary" else m.role

    members = tuple(m.model_copy(update={"role": role(m)}) for m in squad.members)
    return squad.model_copy(update={"members": members})
