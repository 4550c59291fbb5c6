"""Which assistant has the call, and how the next one of its squad takes over."""

import asyncio

from voice_engine.kernel.errors import Conflict, Unavailable, YingdaError
from voice_engine.providers.realtime.models import stand_in
from voice_engine.session.agent import Agent, appoint
from voice_engine.session.parts import Parts, Surroundings
from voice_engine.spec import (
    AssistantSpec,
    DestinationSpec,
    MemberSpec,
    SessionSpec,
    SquadSpec,
    ToolSpec,
)
from voice_engine.think.handoff import Handoff
from voice_engine.think.squad import Squad, Takeover, tool_answer
from voice_engine.think.tools.base import Answer, Conversation, Json
from voice_engine.think.tools.house import conversation_of

REFERRAL_S = 5.0  # what compiling somebody in mid-call may take


class Office:
    """One agent at a time. A handoff that has been decided happens when the running reply is over."""

    def __init__(
        self, spec: SessionSpec, parts: Parts, conversation: Conversation, around: Surroundings
    ) -> None:
        self._parts, self._conversation, self._around = parts, conversation, around
        self._squad = Squad(spec.squad) if spec.squad else None
        self._decided: tuple[Handoff, Parts] | None = None
        tools = self._squad.offer() if self._squad else ()
        self.agent = appoint(spec.assistant, parts, conversation, around.tools, tools)
        self._former: list[Agent] = []

    def caller_spoke(self) -> None:
        """A turn of the caller is about to be answered."""
        if self._squad:
            self._squad.caller_spoke()

    async def decide(self, tool: ToolSpec, arguments: Json) -> Answer:
        """The agent asks to hand the caller over: what its model is told."""
        if self._decided is not None:
            return Answer("Somebody else takes over already.", failed=True)
        to = tool.destination or (self._squad.offered_by(tool.name) if self._squad else None)
        if tool.server_url and tool.kind == "handoff":
            return await self._named_by_server(tool, arguments)
        if to is not None and to.referral:
            return await self._referred(to.referral, to, arguments)
        if self._squad is None:
            return Answer("There is nobody to hand the caller over to.", failed=True)
        return self._prepare(self._squad.decide(tool.name, arguments, tool.transfers))

    # ── whoever is not in the spec ───────────────────────────────────────────────────────────────────

    async def _named_by_server(self, tool: ToolSpec, arguments: Json) -> Answer:
        said = conversation_of(self.agent.thinker.history.messages())
        asked = {"type": "handoff-destination-request", "parameters": arguments, **said}
        found = await self._around.tools.ask(tool, asked)
        result = found.get("result")
        if not isinstance(found.get("destination"), dict):
            return Answer(str(result or "The server named nobody to take over."), failed=not result)
        return await self._referred({"given": found["destination"]}, None, arguments)

    async def _referred(self, referral: Json, to: DestinationSpec | None, arguments: Json) -> Answer:
        wanted = (to.extracts.get("properties") or {}) if to else {}
        stated = {name: arguments[name] for name in wanted if arguments.get(name) is not None}
        try:
            destination = await self._fetch(referral, to, stated)
        except YingdaError as error:
            return Answer(f"Nobody was handed over: {error.message}", failed=True)
        squad = self._whole_squad()
        return self._prepare(squad.choose(destination, arguments))

    async def _fetch(self, referral: Json, to: DestinationSpec | None, stated: Json) -> DestinationSpec:
        """Let the control plane compile whoever it is, and take them in; raises YingdaError."""
        known = self._around.tools.found
        known.update(stated)
        try:
            async with asyncio.timeout(REFERRAL_S):
                found = await self._around.refer({"referral": referral, "variables": known})
        except TimeoutError:
            sentence = f"Whoever is to take over could not be reached within {REFERRAL_S:g} s."
            raise Unavailable("handoff_refused", sentence) from None
        known.update(found.variables)
        self._whole_squad().adopt(found.squad)
        destination = found.destination or to or DestinationSpec(member=found.entry)
        return destination.model_copy(update={"member": found.entry, "referral": {}})

    def _whole_squad(self) -> Squad:
        """An assistant by itself is a squad of one, as soon as somebody else may take over."""
        if self._squad is None:
            spec = self.agent.spec
            alone = MemberSpec(name=spec.name or "assistant", assistant=spec, may_refuse=False)
            self._squad = Squad(SquadSpec(members=(alone,)))
            self._squad.caller_spoke()
        return self._squad

    async def order_from(self, shown: Json) -> tuple[Handoff, Parts]:
        """A handoff from outside to whoever `shown` describes in Vapi's words; raises YingdaError."""
        destination = await self._fetch({"given": shown, "ordered": True}, None, {})
        decision = self._whole_squad().ordered(destination)
        if isinstance(decision, str):
            raise Conflict("handoff_refused", decision)
        return decision, self._parts_of(destination.member)

    def order(self, member: str) -> tuple[Handoff, Parts]:
        """A handoff from outside, for `accept`; raises Conflict with the reason when it cannot be."""
        if self._squad is None:
            sentence = "This call has no squad; only members of a squad can be handed over to."
            raise Conflict("handoff_refused", sentence)
        decision = self._squad.to(member)
        if isinstance(decision, str):
            raise Conflict("handoff_refused", decision)
        return decision, self._parts_of(member)

    def has(self, member: str) -> bool:
        """Whether this is a member of the call's squad, as far as it is known."""
        return self._squad is not None and any(m.name == member for m in self._squad.spec.members)

    def accept(self, ordered: tuple[Handoff, Parts]) -> str:
        """It will happen when the running reply is over; returns what is announced, perhaps nothing."""
        self._decided = ordered
        return ordered[0].announcement

    def _prepare(self, decision: Handoff | str) -> Answer:
        if isinstance(decision, Handoff) and self._squad:
            try:
                parts = self._parts_of(decision.destination.member)
            except YingdaError as error:
                return Answer(f"{decision.destination.member} cannot take over: {error.message}", failed=True)
            self._decided = (decision, parts)
        return tool_answer(decision)

    def _parts_of(self, name: str) -> Parts:
        """A vendor that is missing is found out before the caller is told of a transfer."""
        squad, build = self._squad, self._around.parts_for
        member = next(m for m in squad.spec.members if m.name == name) if squad else None
        return build(member.assistant) if build and member else self._parts

    def hand_over(self) -> tuple[Handoff, Takeover] | None:
        """Let the member that was decided on take over; None when nobody was."""
        if self._decided is None or self._squad is None:
            return None
        (handoff, parts), self._decided = self._decided, None
        takeover = self._squad.hand_over(handoff, self.agent.thinker.history.whole())
        agent = appoint(
            takeover.member.assistant, parts, self._conversation, self._around.tools, self._squad.offer()
        )
        agent.thinker.history.load(takeover.messages)
        agent.toolbox.start()
        self._former.append(self.agent)
        self.agent = agent
        return handoff, takeover

    def stand_in(self) -> bool:
        """The realtime model is lost: let the assistant's next model take over, with what has been said.

        False when there is none that can be had.
        """
        former, build = self.agent, self._around.parts_for
        spec: AssistantSpec | None = former.spec
        while build and spec and (spec := stand_in(spec)):
            try:
                parts = build(spec)
            except YingdaError:
                continue
            tools = self._squad.offer() if self._squad else ()
            agent = appoint(spec, parts, self._conversation, self._around.tools, tools)
            agent.thinker.history.load(former.thinker.history.whole())
            agent.toolbox.start()
            self._former.append(former)
            self.agent = agent
            return True
        return False

    async def close(self) -> None:
        """No tool is waited for any more."""
        for agent in (*self._former, self.agent):
            await agent.toolbox.close()
