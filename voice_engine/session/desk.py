"""Where tools turn to when they want something of the conversation they run in."""

from collections.abc import Callable
from typing import Any

from voice_engine.kernel.events import EventType
from voice_engine.session import reasons
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor
from voice_engine.session.transport import Transport
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import Answer, Json


class Desk:
    """think/tools' Conversation, over the floor of this session."""

    floor: Floor  # set once both exist
    hand_off_to: Callable[[ToolSpec, Json], Answer]

    def __init__(self, events: EventLog, transport: Transport) -> None:
        self._events, self._transport = events, transport

    @property
    def language(self) -> str:
        """Zh or en."""
        return self.floor.agent.language

    def emit(self, kind: EventType, **data: Any) -> None:
        """Something happened in this turn."""
        self._events.emit(kind, turn=self.floor.turn, **data)

    def interject(self, text: str) -> None:
        """Say this within the running reply."""
        self.floor.asides.interject(text)

    def fill(self, text: str) -> None:
        """The same, if the caller is waiting in silence."""
        if self.floor.waits_in_silence:
            self.floor.asides.interject(text)

    async def spoken(self) -> None:
        """Wait until everything said so far has been heard."""
        await self.floor.asides.heard_out()

    def end_call(self) -> None:
        """End the call once the running reply has been heard."""
        self._end_after_reply(reasons.ASSISTANT_ENDED)

    def transfer(self, destination: Json) -> str:
        """A WebSocket has no leg to transfer: the client is told, and the call ends."""
        self._end_after_reply(reasons.FORWARDED)
        return ""

    def dtmf(self, digits: str) -> str:
        """Over a transport without keys the event tells the client."""
        press = getattr(self._transport, "dtmf", None)
        if press:
            press(digits)
        return ""

    async def hand_off(self, tool: ToolSpec, arguments: Json) -> Answer:
        """Another member of the squad takes over after this reply."""
        return self.hand_off_to(tool, arguments)

    def late_result(self, call_id: str, name: str, text: str) -> None:
        """A tool answers after its reply: the model learns it, and speaks if nobody does."""
        self.floor.agent.thinker.late(call_id, name, text)
        if self.floor.reply is None:
            self.floor.think()

    def _end_after_reply(self, reason: str) -> None:
        if self.floor.reply:
            self.floor.reply.end_reason = reason
