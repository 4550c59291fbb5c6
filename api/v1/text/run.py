"""One message of a conversation in text: routed, answered, handed over if the model asks for it.

No row is read or written here; what came of it goes back as an `Outcome`. One assistant is a squad of one.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.v1.text.counted import Counted
from api.v1.text.lines import Lines
from api.v1.text.room import Room
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Llm, Message, Usage
from voice_engine.spec import Language, MemberSpec, ModelSpec, SquadSpec
from voice_engine.think.handoff import Handoff
from voice_engine.think.intent import facts
from voice_engine.think.router import SURE, canned, route
from voice_engine.think.squad import Squad
from voice_engine.think.thinker import Thinker
from voice_engine.think.tools.base import ToolAccess
from voice_engine.think.tools.toolbox import Toolbox

Json = dict[str, Any]

LAST_RESORT = 0.4  # likeness of a prepared answer that is given when the model fails
_KNOWN = {"zh": "目前已知的信息：", "en": "What is known so far: "}


@dataclass(frozen=True, slots=True)
class State:
    """A conversation before a message. `member` is empty at its beginning; `load` is the router's.

    `context` is what all members know beside the conversation; None: nothing is kept beside it.
    """

    member: str = ""
    handoffs: int = 0
    context: Json | None = field(default_factory=dict)
    messages: Sequence[Message] = ()
    load: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What came of a message. `used` are usage records with the member's name; `error` is a model's.

    `said` are the new messages with who said them: rounds of tools, announcements and answers.
    """

    member: MemberSpec
    context: Json = field(default_factory=dict)
    intent: str = ""
    confidence: float = 0.0
    routed_by: str = "default"
    total_handoffs: int = 0
    forgotten: bool = False  # the member that has it now knows nothing of what was said before
    ended: bool = False  # the assistant has ended the conversation
    texts: list[str] = field(default_factory=list)
    said: list[tuple[str, Message]] = field(default_factory=list)
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


def nobody_listens(_: str) -> None:
    """For an answer that is given as a whole."""


class TextRun:
    """Answers one message to a squad. `llm_of` makes a model; it may raise ProviderError.

    `say` is told the answer's text in pieces, as they come; together they are the outcome's `output`.
    """

    def __init__(
        self,
        squad: SquadSpec,
        llm_of: Callable[[ModelSpec], Llm],
        access: ToolAccess,
        say: Callable[[str], None] = nobody_listens,
    ) -> None:
        self._spec, self._llm_of, self._access, self._say = squad, llm_of, access, say
        self._lines = Lines()
        self.outcome = Outcome(squad.entry)

    async def answer(self, asked: Sequence[Message], state: State, within_s: float) -> Outcome:
        """What the squad says to these messages.

        A model that fails or takes too long leaves its error in the outcome. Cancelled, `outcome` has what
        was used so far.
        """
        text = next((message.content for message in reversed(asked) if message.role == "user"), "")
        outcome = self._begun(text, state)
        prepared = canned(text, self._spec.faqs)
        if prepared:
            (answer, outcome.confidence), outcome.intent, outcome.routed_by = prepared, "faq", "faq"
            self._put(answer)
            return outcome
        try:
            async with asyncio.timeout(within_s):
                await self._run(text, asked, state)
        except TimeoutError:
            provider = outcome.member.assistant.model.provider
            outcome.error = ProviderError("timeout", provider, f"There was no answer within {within_s:g} s.")
        except ProviderError as error:
            outcome.error = error
        self._last_resort(text)
        return outcome

    def _begun(self, text: str, state: State) -> Outcome:
        squad = Squad(self._spec, current=state.member, handoffs=state.handoffs)
        known = {} if state.context is None else _with_facts(state.context, text)
        self.outcome = Outcome(squad.current, known, total_handoffs=state.handoffs)
        return self.outcome

    def _put(self, text: str) -> None:
        """A text that was written beforehand."""
        self.outcome.texts.append(text)
        if text:
            self.outcome.said.append((self.outcome.member.name, Message("assistant", text)))
            self._lines.begin()
            self._tell(text)

    def _tell(self, piece: str) -> None:
        if shown := self._lines.add(piece):
            self._say(shown)

    def _last_resort(self, text: str) -> None:
        """A similar question's prepared answer is better than none."""
        outcome = self.outcome
        prepared = canned(text, self._spec.faqs, LAST_RESORT) if outcome.error else None
        if prepared:
            outcome.error = None
            self._put(prepared[0])

    async def _run(self, text: str, asked: Sequence[Message], state: State) -> None:
        outcome = self.outcome
        chosen = await self._route(text, state)
        language = _language(text)
        squad = Squad(self._spec, current=state.member or chosen, handoffs=state.handoffs, language=language)
        squad.caller_spoke()
        outcome.member = squad.current
        messages = [*self._prompt(squad.current, state, language), *state.messages, *asked]
        if chosen != squad.current.name:
            ordered = squad.to(chosen, reason=outcome.intent)
            if isinstance(ordered, Handoff):
                self._put(ordered.announcement)
                messages, _ = _hand_over(squad, ordered, messages, outcome)
        while True:
            decision, messages = await self._think(squad, messages)
            if decision is None:
                return
            messages, greeting = _hand_over(squad, decision, messages, outcome)
            if greeting:
                self._put(greeting)
                return

    def _prompt(self, member: MemberSpec, state: State, language: Language) -> list[Message]:
        """What the member's model is told before the conversation."""
        own = [m for m in member.assistant.model.messages if m.get("content")]
        prompt = [Message("system", m["content"]) for m in own if m.get("role") == "system"]
        if state.context is None:
            spoken = [m for m in own if m.get("role") in ("user", "assistant")]
            return prompt + [_plain(m["role"], m["content"]) for m in spoken]
        if self.outcome.context:
            known = orjson.dumps(self.outcome.context).decode()
            prompt.append(Message("system", _KNOWN[language] + known))
        return prompt

    async def _route(self, text: str, state: State) -> str:
        """The member for these words. A model is asked at the beginning only: later, one rather stays."""
        if state.context is None and len(self._spec.members) == 1:
            return self._spec.entry.name
        outcome = self.outcome
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

    async def _think(self, squad: Squad, messages: list[Message]) -> tuple[Handoff | None, list[Message]]:
        """One member's reply: the handoff it decided on, if any, and all its model knows now."""
        member, room, outcome = squad.current, Room(squad), self.outcome
        toolbox = Toolbox(room.tools(), room, self._access)
        model = member.assistant.model
        llm = Counted(self._llm_of(model), lambda usage: outcome.meter(member, usage))
        thinker = Thinker(model, llm, toolbox)
        thinker.history.load(messages)
        said = ""
        self._lines.begin()
        try:
            async with aclosing(thinker.think(_Watcher())) as pieces:
                async for piece in pieces:
                    said += piece
                    self._tell(piece)
        finally:
            await toolbox.close()
        thinker.said(said, interrupted=False)
        outcome.texts.append(said.strip())
        outcome.ended |= room.ended
        known = thinker.history.whole()
        fresh = known[len(messages) :]
        outcome.said += [(member.name, message) for message in fresh if message.role != "system"]
        return room.decision, known


def _plain(role: str, text: str) -> Message:
    return Message("user" if role == "user" else "assistant", text)


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


class _Watcher:
    """A text is given as a whole and is always real; what it costs is counted at the model."""

    def model_asked(self) -> None: ...

    def model_spoke(self) -> None: ...

    def model_used(self, usage: Usage) -> None: ...

    async def may_act(self) -> None: ...
