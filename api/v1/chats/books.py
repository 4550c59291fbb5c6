"""What a chat came to is written down: use, costs, the chat, its session, all at once or not at all."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from api.db.outbox import Send
from api.db.tx import TenantSession, transaction
from api.v1.chats.model import ChatRow
from api.v1.chats.prepare import Prepared
from api.v1.chats.read import chat_body
from api.v1.chats.repo import Chats
from api.v1.sessions.model import SessionRow
from api.v1.sessions.read import session_body
from api.v1.sessions.repo import SessionMessages, Sessions
from api.v1.text import messages as words
from api.v1.text.billing import bill
from api.v1.text.run import Outcome
from api.v1.text.telling import tell_of_chat, tell_of_session
from api.v1.usage.costs import costs
from api.v1.usage.repo import UsageRecords
from voice_engine.kernel.clock import Clock, epoch_ms

Json = dict[str, Any]

_COUNTED = ("promptTokens", "completionTokens", "cachedPromptTokens", "cost")


class Books:
    """Writes for one organisation; every step is one transaction, and doing it twice is harmless."""

    def __init__(self, engine: Engine, org_id: str, clock: Clock, send: Send | None = None) -> None:
        self._engine, self._org_id, self._clock, self._send = engine, org_id, clock, send

    def keep(self, prepared: Prepared, outcome: Outcome, latency_ms: int) -> Json:
        """The chat as shown."""
        with transaction(self._engine, self._org_id, clock=self._clock) as db:
            stored = Chats(db, self._org_id).find(prepared.chat_id)
            if stored is not None:  # the answer to the last commit was lost
                return chat_body(stored)
            db.info["send"] = self._send
            self._bill(db, prepared, outcome)
            if prepared.opening is not None:
                opened = SessionRow(**prepared.opening, **_told(prepared))
                Sessions(db, self._org_id).add(opened)
                tell_of_session(db, opened, "session.created", session_body(opened, ()))
            row = self._chat(db, prepared, outcome, latency_ms)
            if prepared.session_id is not None:
                self._go_on(db, prepared, outcome, row)
            shown = chat_body(row)
            tell_of_chat(db, row, "chat.created", shown)
            return shown

    def give_up(self, prepared: Prepared, outcome: Outcome) -> None:
        """Nothing came of the chat: what it used is billed, its session may be used by others."""
        with transaction(self._engine, self._org_id, clock=self._clock) as db:
            if prepared.session_id is not None and prepared.opening is None:
                Sessions(db, self._org_id).let_go(prepared.session_id, prepared.chat_id)
            self._bill(db, prepared, outcome)

    def _bill(self, db: TenantSession, prepared: Prepared, outcome: Outcome) -> None:
        id = prepared.chat_id
        bill(db, call_id=id, session_id=prepared.session_id or id, name=f"chat-{id}", used=outcome.used)

    def _chat(self, db: TenantSession, prepared: Prepared, outcome: Outcome, latency_ms: int) -> ChatRow:
        now_ms, wish, alone = epoch_ms(db.now()), prepared.wish, prepared.party.alone
        used = costs(UsageRecords(db, self._org_id).of_call(prepared.chat_id))
        asked = [*prepared.asked]
        output = words.said(outcome.said, now_ms, named=not alone)
        row = ChatRow(
            id=prepared.chat_id, org_id=self._org_id, name=wish.name, stream=wish.stream,
            **prepared.party.columns, **_told(prepared), state=_state(outcome, alone=alone),
            session_id=prepared.session_id, previous_chat_id=wish.previous_chat_id,
            input=wish.input if isinstance(wish.input, str) else asked, messages=[*prepared.past, *asked],
            output=output or [{"role": "assistant", "content": "", "time": now_ms}],
            costs=used.costs, cost_micros=used.micros, latency_ms=latency_ms,
        )  # fmt: skip
        return Chats(db, self._org_id).add(row)

    def _go_on(self, db: TenantSession, prepared: Prepared, outcome: Outcome, chat: ChatRow) -> None:
        sessions, said = Sessions(db, self._org_id), SessionMessages(db, self._org_id)
        row = sessions.lock(str(prepared.session_id))
        said.append(row, prepared.asked, chat_id=chat.id)
        since = row.last_seq if outcome.forgotten else row.state.get("since", 0)
        said.append(row, chat.output, chat_id=chat.id)
        changed: Json = {
            **_told(prepared),
            "state": {**chat.state, "since": since},
            "costs": summed([*row.costs, *chat.costs]),
            "cost_micros": row.cost_micros + chat.cost_micros,
        }
        if prepared.wish.ends or outcome.ended:
            changed["status"] = "completed"
        if row.busy_with == chat.id:
            changed |= {"busy_with": None, "busy_until": None}
        sessions.extend(row, **changed)


def summed(entries: Iterable[Json]) -> list[Json]:
    """One entry for each type and vendor's model."""
    totals: dict[str, Json] = {}
    for entry in entries:
        model = entry.get("model") or {}
        key = f"{entry['type']} {model.get('provider')} {model.get('model')}"
        total = totals.setdefault(key, {**entry, **{name: 0 for name in _COUNTED if name in entry}})
        for name in _COUNTED:
            if name in entry:
                total[name] = round(total.get(name, 0) + entry[name], 6)
    return list(totals.values())


def _told(prepared: Prepared) -> Json:
    return {"server": prepared.compiled.server, "server_messages": prepared.compiled.server_messages}


def _state(outcome: Outcome, *, alone: bool) -> Json:
    if alone:
        return {}
    return {
        "member": outcome.member.name,
        "handoffs": outcome.total_handoffs,
        "context": outcome.context,
        "forgotten": outcome.forgotten,
    }
