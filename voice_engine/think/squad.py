"""Who of a squad has the caller now, whom that member may hand over to, and what the next one gets to know.

State of one conversation, and nothing else: no socket, no task, no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from voice_engine.providers.base import Message
from voice_engine.spec import (
    DestinationSpec,
    Language,
    MemberSpec,
    SquadSpec,
    ToolMessageSpec,
    ToolSpec,
    TransferMode,
    TransferSpec,
)
from voice_engine.think import handoff as rules
from voice_engine.think.handoff import Handoff, Summary
from voice_engine.think.tools.base import Answer

_REFUSABLE_TURNS = 1  # a member may still give the caller back when it answers for the first time


@dataclass(frozen=True, slots=True)
class Takeover:
    """The next member with its model's whole history. `greeting` is what it says first; empty = its model
    speaks at once.
    """

    member: MemberSpec
    messages: list[Message]
    summary: Summary
    greeting: str = ""


class Squad:
    """One conversation's squad. Tell it when the caller speaks: without that nobody gets the caller twice."""

    def __init__(
        self, spec: SquadSpec, *, current: str = "", handoffs: int = 0, language: Language | None = None
    ) -> None:
        """`current` and `handoffs` resume a conversation; a name that is gone means the entry member.

        `language` is that of announcements and notes, where it is not each member's own.
        """
        self.spec, self._language = spec, language
        self._prompts: frozenset[str] = frozenset()
        self._know(spec.members)
        self.current = self._members.get(current, spec.entry)
        self.handoffs = handoffs
        self._came_from = ""
        self._inherited = 0  # messages that the current member was given
        self._caller_turns = 0
        self._had_it = {self.current.name}  # who has had the caller since the caller last spoke
        self._met = {self.current.name}

    def _know(self, members: Sequence[MemberSpec]) -> None:
        self._members = {member.name: member for member in members}
        self._tools = rules.tool_names(members)
        self._names = {name: tool for tool, name in self._tools.items()}
        prompts = (m for member in members for m in member.assistant.model.messages)
        self._prompts |= {m.get("content", "") for m in prompts if m.get("role") == "system"}

    def caller_spoke(self) -> None:
        """A turn of the caller is about to be answered."""
        self._caller_turns += 1
        self._had_it = {self.current.name}

    def offer(self) -> list[ToolSpec]:
        """The tools to add to the current member's own. They have no server: `decide` answers them."""
        tools = [
            rules.handoff_tool(self._names[d.member], d, self._members[d.member])
            for d in self.current.destinations
            if d.member in self._members and d.member != self.current.name
        ]
        return [*tools, rules.refusal_tool(self._came_from)] if self._may_refuse() else tools

    def decide(
        self, call_name: str, arguments: Mapping[str, Any], transfers: Sequence[TransferSpec] = ()
    ) -> Handoff | str:
        """What a call of such a tool comes to: a handoff, or a sentence for the model that says why not.

        `arguments` of another tool (transferCall, with its `transfers`) name the member as `destination`.
        Nothing changes until `hand_over`.
        """
        if call_name == rules.REFUSE:
            return self._returned(arguments)
        if call_name in self._tools:
            name = self._tools[call_name]
            destination = self._offered(name)
            if destination is None:
                return f"You cannot hand the caller over by {call_name}."
        else:
            name = _text(arguments.get("destination"))
            if name not in self._members or name == self.current.name:
                return f"There is no other member named {name or 'so'}; nobody was handed over."
            destination = self._offered(name) or _transferred(name, transfers)
        return self._refused(name) or self._handoff(destination, arguments)

    def adopt(self, others: SquadSpec) -> None:
        """More members, or the same ones anew: who is compiled in mid-call."""
        added = {member.name: member for member in others.members}
        members = tuple({**self._members, **added}.values())
        self.spec = self.spec.model_copy(update={"members": members})
        self._know(members)
        self.current = self._members[self.current.name]

    def offered_by(self, call_name: str) -> DestinationSpec | None:
        """The destination that this tool stands for, if the current member has it."""
        return self._offered(self._tools.get(call_name, ""))

    def choose(self, destination: DestinationSpec, arguments: Mapping[str, Any]) -> Handoff | str:
        """A handoff to a member whom the tool itself names; else like `decide`."""
        return self._refused(destination.member) or self._handoff(destination, arguments)

    def to(self, member: str, *, reason: str = "") -> Handoff | str:
        """A handoff ordered from outside, whatever the limits; a sentence if there is no such member."""
        if member not in self._members or member == self.current.name:
            return f"There is no other member named {member}."
        return self._handoff(self._offered(member) or DestinationSpec(member=member), {"reason": reason})

    def ordered(self, destination: DestinationSpec) -> Handoff | str:
        """The same with a destination of its own."""
        if destination.member not in self._members or destination.member == self.current.name:
            return f"There is no other member named {destination.member}."
        return self._handoff(destination, {})

    def hand_over(self, handoff: Handoff, history: Sequence[Message]) -> Takeover:
        """Make the other one the current member. `history` is everything the last one's model knew."""
        heard = rules.without_announcement(history, handoff.announcement)
        since = [m for m in heard if m.role != "system"][self._inherited :]
        summary = rules.completed(handoff.summary, heard)
        member = self._members[handoff.destination.member]
        told = rules.note(handoff, summary, self._language_of(member))
        going = since if handoff.destination.only == "last" else heard
        messages = rules.passed_on(going, handoff.destination, member, told, self._prompts)
        self._inherited = sum(m.role != "system" for m in messages)
        greeting = self._greeting(handoff, member)
        self._move(handoff, member)
        return Takeover(member, messages, summary, greeting)

    def _move(self, handoff: Handoff, member: MemberSpec) -> None:
        self.handoffs += not handoff.returned
        self._came_from = "" if handoff.returned else self.current.name
        self._caller_turns = 0
        self.current = member
        self._had_it.add(member.name)
        self._met.add(member.name)

    def _greeting(self, handoff: Handoff, member: MemberSpec) -> str:
        if handoff.silent or handoff.returned or member.name in self._met:
            return ""
        speaks = member.assistant.first_message_mode == "assistant-speaks-first"
        return member.assistant.first_message if speaks else ""

    def _offered(self, name: str) -> DestinationSpec | None:
        return next((d for d in self.current.destinations if d.member == name), None)

    def _handoff(self, destination: DestinationSpec, arguments: Mapping[str, Any]) -> Handoff:
        source = self.current
        told = rules.announcement(destination, self._language_of(source))
        summary = rules.stated(source.name, arguments)
        return Handoff(source.name, destination, summary, told, _text(arguments.get("reason")))

    def _language_of(self, member: MemberSpec) -> Language:
        return self._language or member.assistant.speaks

    def _refused(self, name: str) -> str:
        if name in self._had_it:
            return f"{name} has just had this caller. Answer the caller yourself, or ask what is missing."
        if self.handoffs >= self.spec.max_handoffs:
            return "This caller has been handed over too often already. Answer the caller yourself."
        return ""

    def _may_refuse(self) -> bool:
        return bool(self._came_from) and self.current.may_refuse and self._caller_turns <= _REFUSABLE_TURNS

    def _returned(self, arguments: Mapping[str, Any]) -> Handoff | str:
        if not self._may_refuse():
            return "You have taken this caller over already. Help, or hand the caller over to somebody else."
        back = DestinationSpec(member=self._came_from, message="")
        summary = rules.stated(self.current.name, arguments)
        return Handoff(self.current.name, back, summary, "", _text(arguments.get("reason")), returned=True)


def _transferred(name: str, transfers: Sequence[TransferSpec]) -> DestinationSpec:
    """A member whom a transfer tool names, with that tool's words."""
    chosen = next((t for t in transfers if t.kind == "assistant" and t.target == name), None)
    if chosen is None:
        return DestinationSpec(member=name)
    mode = chosen.extra.get("transferMode")
    known = {"mode": mode} if mode in get_args(TransferMode) else {}
    return DestinationSpec(member=name, message=chosen.message, **known)


def tool_answer(decision: Handoff | str) -> Answer:
    """The same for the model that asked: a handoff's announcement is said in its place and ends its reply."""
    if isinstance(decision, str):
        return Answer(decision, failed=True)
    told = ToolMessageSpec(at="request-complete", texts={"": decision.announcement})
    return Answer(f"{decision.destination.member} takes over now.", message=told, final=True)


def _text(value: Any) -> str:
    return value.strip()[:500] if isinstance(value, str) else ""
