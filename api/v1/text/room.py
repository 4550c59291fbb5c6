"""What tools may do to a conversation in text: end it, hand it over, and nothing that needs a call."""

from typing import Any

from voice_engine.kernel.events import EventType
from voice_engine.spec import ToolSpec
from voice_engine.think.handoff import Handoff
from voice_engine.think.squad import Squad, tool_answer
from voice_engine.think.tools.base import Answer

Json = dict[str, Any]

_NO_APP = "The person's app runs this tool, and there is none in a conversation by text. Go on without it."
_NO_CALL = "This is a conversation by text; there is no telephone call."
_ONE_AT_A_TIME = "Somebody else takes over already."


class Room:
    """One member's reply. `decision` is the handoff it decided on; `ended`: it ended the conversation."""

    def __init__(self, squad: Squad) -> None:
        self._squad = squad
        self.decision: Handoff | None = None
        self.ended = False
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

    def end_call(self) -> None:
        self.ended = True

    def transfer(self, destination: Json) -> str:
        return _NO_CALL

    def dtmf(self, digits: str) -> str:
        return _NO_CALL

    def leave_voicemail(self, text: str, *, beep: bool) -> str:
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
