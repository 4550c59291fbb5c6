"""Where tools turn to when they want something of the conversation they run in."""

import asyncio
from collections.abc import Callable
from typing import Any

from voice_engine.kernel.events import Event, EventType
from voice_engine.session import reasons
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import Answer, Json

PAUSE_S = 1.0  # a caller who is silent for so long is not about to be answered
NEWS_S = 0.2  # between two looks whether somebody speaks
_SPEECH = (EventType.SPEECH_STARTED, EventType.SPEECH_STOPPED)


class Desk:
    """think/tools' Conversation, over the floor of this session."""

    floor: Floor  # set once both exist
    hand_off_to: Callable[[ToolSpec, Json], Answer]

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._now = 0.0  # of the newest event
        self._news_at: float | None = None
        self._caller_speaks, self._caller_quiet_since = False, -PAUSE_S
        events.subscribe(self._follow)

    @property
    def language(self) -> str:
        """Zh or en."""
        return self.floor.agent.spec.speaks

    def emit(self, kind: EventType, **data: Any) -> None:
        """Something happened in this turn."""
        self._events.emit(kind, turn=self.floor.turn, **data)

    def interject(self, text: str) -> None:
        """Say this within the running reply."""
        if self.floor.reply:
            self.floor.reply.excused = True
        self.floor.asides.insert(text)

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
        """A WebSocket carries no keys: the event tells the client."""
        return ""

    async def hand_off(self, tool: ToolSpec, arguments: Json) -> Answer:
        """Another member of the squad takes over after this reply."""
        return self.hand_off_to(tool, arguments)

    def late_result(self, call_id: str, name: str, text: str) -> None:
        """A tool answers after its reply: the model learns it, and speaks as soon as nobody does."""
        self.floor.agent.thinker.late(call_id, name, text)
        if self._news_at is None:
            self._news_at = self._now
            self._bring_news()
        self._news_at = self._now

    def _bring_news(self) -> None:
        reply, news_at = self.floor.reply, self._news_at
        if news_at is None:
            return
        quiet_s = asyncio.get_running_loop().time() - self._caller_quiet_since
        asked = reply.marks.llm_started if reply and reply.source == "model" else None
        if asked is not None and asked >= news_at:
            self._news_at = None  # the model knew when it was asked
        elif reply is None and not self._caller_speaks and quiet_s >= PAUSE_S:
            self._news_at = None
            self.floor.think()
        else:
            asyncio.get_running_loop().call_later(NEWS_S, self._bring_news)

    def _follow(self, event: Event) -> None:
        self._now = event.t
        if event.type is EventType.SESSION_ENDED:
            self._news_at = None
        elif event.data.get("role") == "user" and event.type in _SPEECH:
            self._caller_speaks = event.type is EventType.SPEECH_STARTED
            self._caller_quiet_since = asyncio.get_running_loop().time()

    def _end_after_reply(self, reason: str) -> None:
        if self.floor.reply:
            self.floor.reply.end_reason = reason
