"""Which assistant has the call, and how the next one of its squad takes over."""

from voice_engine.kernel.errors import Conflict, YingdaError
from voice_engine.providers.realtime.models import stand_in
from voice_engine.session.agent import Agent, appoint
from voice_engine.session.parts import Parts, Surroundings
from voice_engine.spec import AssistantSpec, SessionSpec, ToolSpec
from voice_engine.think.handoff import Handoff
from voice_engine.think.squad import Squad, Takeover, tool_answer
from voice_engine.think.tools.base import Answer, Conversation, Json


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
        if self._squad is None:
            return Answer("There is nobody to hand the caller over to.", failed=True)
        if self._decided is not None:
            return Answer("Somebody else takes over already.", failed=True)
        return self._prepare(self._squad.decide(tool.name, arguments, tool.transfers))

    def order(self, member: str) -> tuple[Handoff, Parts]:
        """A handoff from outside, for `accept`; raises Conflict with the reason when it cannot be."""
        if self._squad is None:
            sentence = "This call has no squad; only members of a squad can be handed over to."
            raise Conflict("handoff_refused", sentence)
        decision = self._squad.to(member)
        if isinstance(decision, str):
            raise Conflict("handoff_refused", decision)
        return decision, self._parts_of(member)

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
