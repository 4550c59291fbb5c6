"""One message to a squad, in text: routed, answered, handed over if the model asks for it.

No row is read or written here; what came of it goes back as an `Outcome`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import orjson

from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Llm, Message, Usage
from voice_engine.spec import Language, MemberSpec, ModelSpec, SquadSpec, ToolSpec
from voice_engine.think.handoff import Handoff
from voice_engine.think.intent import facts
from voice_engine.think.router import SURE, canned, route
from voice_engine.think.squad import Squad, tool_answer
from voice_engine.think.thinker import Thinker
from voice_engine.think.tools.base import Answer, ToolAccess
from voice_engine.think.tools.toolbox import Toolbox

Json = dict[str, Any]

LAST_RESORT = 0.4  # likeness of a prepared answer that is given when the model fails
_KNOWN = {"zh": "目前已知的信息：", "en": "What is known so far: "}
_NO_APP = "The person's app runs this tool, and there is none in a conversation by text. Go on without it."
_NO_CALL = "This is a conversation by text; there is no telephone call."
_ONE_AT_A_TIME = "Somebody else takes over already."


@dataclass(frozen=True, slots=True)
class State:
    """A conversation before a message. `member` is empty at its beginning; `load` is the router's."""

    member: str = ""
    handoffs: int = 0
    context: Json = field(default_factory=dict)
    messages: Sequence[Json] = ()
    load: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What came of a message. `used` are usage records with the member's name; `error` is a model's."""

    member: MemberSpec
    context: Json
    intent: str = ""
    confidence: float = 0.0
    routed_by: str = "default"
    total_handoffs: int = 0
    forgotten: bool = False  # the member that has it now knows nothing of what was said before
    texts: list[str] = field(default_factory=list)
    handoffs: list[Json] = field(default_factory=list)
    used: list[Json] = field(default_factory=list)
    error: ProviderError | None = None

    @property
    def output(self) -> str:
        """Everything that was said, a line each."""
        return "\n".join(text for text in self.texts if text)

    def meter(self, member: MemberSpec, usage: Usage) -> None:
        """A model was used, under the name of who did the work."""
        model = member.assistant.model
        self.used.append(
            {
                "component": "model",
                "member": member.name,
                "provider": usage.provider or model.provider,
                "model": usage.model if usage.provider else model.model,
                "quantities": dict(usage.quantities),
                "estimated": usage.estimated,
            }
        )


class TextRun:
    """Answers messages to one squad. `llm_of` makes a model; it may raise ProviderError."""

    def __init__(self, squad: SquadSpec, llm_of: Callable[[ModelSpec], Llm], access: ToolAccess) -> None:
        self._spec, self._llm_of, self._access = squad, llm_of, access

    async def answer(self, text: str, state: State, within_s: float) -> Outcome:
        """What the squad says. A model that fails or takes too long leaves its error in the outcome."""
        squad = Squad(self._spec, current=state.member, handoffs=state.handoffs)
        outcome = Outcome(squad.current, _with_facts(state.context, text), total_handoffs=state.handoffs)
        prepared = canned(text, self._spec.faqs)
        if prepared:
            (answer, outcome.confidence), outcome.intent, outcome.routed_by = prepared, "faq", "faq"
            outcome.texts.append(answer)
            return outcome
        try:
            async with asyncio.timeout(within_s):
                await self._run(text, state, outcome)
        except TimeoutError:
            provider = outcome.member.assistant.model.provider
            outcome.error = ProviderError("timeout", provider, f"There was no answer within {within_s:g} s.")
        except ProviderError as error:
            outcome.error = error
        self._last_resort(text, outcome)
        return outcome

    def _last_resort(self, text: str, outcome: Outcome) -> None:
        """A similar question's prepared answer is better than none."""
        prepared = canned(text, self._spec.faqs, LAST_RESORT) if outcome.error else None
        if prepared:
            outcome.error = None
            outcome.texts.append(prepared[0])

    async def _run(self, text: str, state: State, outcome: Outcome) -> None:
        chosen = await self._route(text, state, outcome)
        language = _language(text)
        squad = Squad(self._spec, current=state.member or chosen, handoffs=state.handoffs, language=language)
        squad.caller_spoke()
        outcome.member = squad.current
        messages = _context(squad.current, outcome.context, state.messages, text)
        if chosen != squad.current.name:
            ordered = squad.to(chosen, reason=outcome.intent)
            if isinstance(ordered, Handoff):
                outcome.texts.append(ordered.announcement)
                messages, _ = _hand_over(squad, ordered, messages, outcome)
        while True:
            decision, messages = await self._think(squad, messages, outcome)
            if decision is None:
                return
            messages, greeting = _hand_over(squad, decision, messages, outcome)
            if greeting:
                outcome.texts.append(greeting)
                return

    async def _route(self, text: str, state: State, outcome: Outcome) -> str:
        """The member for these words. A model is asked at the beginning only: later, one rather stays."""
        llm = None if state.member or not any(m.skills for m in self._spec.members) else self._classifier()
        found = await route(text, self._spec, current=state.member, load=state.load, llm=llm)
        outcome.intent, outcome.confidence, outcome.routed_by = found.intent, found.confidence, found.by
        if found.usage:
            outcome.meter(self._spec.entry, found.usage)
        if found.confidence >= SURE:
            outcome.context["intent"] = found.intent
        return found.member

    def _classifier(self) -> Llm | None:
        model = self._spec.entry.assistant.model
        if model.provider == "scripted":  # it follows rules of its own
            return None
        try:
            return self._llm_of(model.model_copy(update={"temperature": 0.0, "tools": ()}))
        except ProviderError:
            return None

    async def _think(
        self, squad: Squad, messages: list[Message], outcome: Outcome
    ) -> tuple[Handoff | None, list[Message]]:
        """One member's reply: the handoff it decided on, if any, and all its model knows now."""
        member, room = squad.current, _Room(squad)
        toolbox = Toolbox(room.tools(), room, self._access)
        model = member.assistant.model
        thinker = Thinker(model, self._llm_of(model), toolbox)
        thinker.history.load(messages)
        said = ""
        try:
            async with aclosing(thinker.think(_Watcher(outcome, member))) as pieces:
                async for piece in pieces:
                    said += piece
        finally:
            await toolbox.close()
        thinker.said(said, interrupted=False)
        outcome.texts.append(said.strip())
        return room.decision, thinker.history.whole()


def _language(text: str) -> Language:
    """What the person writes, whatever language the members' voices have."""
    return "zh" if any("\u3400" <= char <= "\u9fff" for char in text) else "en"


def _with_facts(context: Json, text: str) -> Json:
    """What all members know, with what the person states now."""
    earlier, now = context.get("facts"), facts(text)
    if not now or not isinstance(earlier, dict | None):
        return dict(context)
    return {**context, "facts": {**(earlier or {}), **now}}


def _hand_over(
    squad: Squad, decision: Handoff, messages: list[Message], outcome: Outcome
) -> tuple[list[Message], str]:
    taken = squad.hand_over(decision, messages)
    outcome.handoffs.append(decision.data(taken.summary))
    if decision.destination.mode == "delete-history":
        outcome.forgotten = True
        outcome.context.pop("summary", None)
    else:
        outcome.context["summary"] = taken.summary.data()
    outcome.member, outcome.total_handoffs = taken.member, squad.handoffs
    return taken.messages, taken.greeting


def _context(member: MemberSpec, known: Json, said: Sequence[Json], text: str) -> list[Message]:
    """What the member's model is asked with."""
    own = [m for m in member.assistant.model.messages if m.get("content")]
    prompt = [Message("system", m["content"]) for m in own if m.get("role") == "system"]
    if known:
        prompt.append(Message("system", _KNOWN[_language(text)] + orjson.dumps(known).decode()))
    spoken = [Message("user" if m["role"] == "user" else "assistant", m["content"]) for m in said]
    return [*prompt, *spoken, Message("user", text)]


@dataclass(frozen=True, slots=True)
class _Watcher:
    """Only counts: a text is given as a whole and is always real."""

    outcome: Outcome
    member: MemberSpec

    def model_asked(self) -> None: ...

    def model_spoke(self) -> None: ...

    def model_used(self, usage: Usage) -> None:
        self.outcome.meter(self.member, usage)

    async def may_act(self) -> None: ...


class _Room:
    """What tools may do to a conversation in text: hand over, and nothing that needs a call."""

    def __init__(self, squad: Squad) -> None:
        self._squad = squad
        self.decision: Handoff | None = None
        self._apps: set[str] = set()

    def tools(self) -> list[ToolSpec]:
        """The current member's tools and the squad's. What the person's app would run is answered here."""
        given = [tool for tool in self._squad.current.assistant.model.tools if tool.kind != "mcp"]
        self._apps = {tool.name for tool in given if tool.kind == "function" and not tool.server_url}
        ours = [
            tool.model_copy(update={"kind": "handoff"}) if tool.name in self._apps else tool for tool in given
        ]
        return [*ours, *self._squad.offer()]

    @property
    def language(self) -> str:
        return self._squad.current.assistant.speaks

    def emit(self, kind: EventType, **data: Any) -> None: ...

    def interject(self, text: str) -> None: ...

    async def spoken(self) -> None: ...

    def end_call(self) -> None: ...

    def transfer(self, destination: Json) -> str:
        return _NO_CALL

    def dtmf(self, digits: str) -> str:
        return _NO_CALL

    async def hand_off(self, tool: ToolSpec, arguments: Json) -> Answer:
        if tool.name in self._apps:
            return Answer(_NO_APP, failed=True)
        if self.decision is not None:
            return Answer(_ONE_AT_A_TIME, failed=True)
        decision = self._squad.decide(tool.name, arguments, tool.transfers)
        if isinstance(decision, Handoff):
            self.decision = decision
        return tool_answer(decision)

    def late_result(self, call_id: str, name: str, text: str) -> None: ...
