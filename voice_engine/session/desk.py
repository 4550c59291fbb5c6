"""Where tools turn to when they want something of the conversation they run in."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from voice_engine.kernel.events import Event, EventType
from voice_engine.session import reasons
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor
from voice_engine.session.stage import Saying
from voice_engine.session.transport import Transport
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import Answer, Json

PAUSE_S = 1.0  # a caller who is silent for so long is not about to be answered
NEWS_S = 0.2  # between two looks whether somebody speaks
_SPEECH = (EventType.SPEECH_STARTED, EventType.SPEECH_STOPPED)


class Desk:
    """think/tools' Conversation, over the floor of this session."""

    floor: Floor  # set once both exist
    hand_off_to: Callable[[ToolSpec, Json], Awaitable[Answer]]
    voicemail: Callable[[str, bool], None]
    talked_over: Callable[[], object]  # the agent begins while the caller speaks

    def __init__(self, events: EventLog, transport: Transport, end: Callable[[str], None]) -> None:
        self._events, self._transport, self._end = events, transport, end
        self._held, self._due = 0, ""  # the end that waits for closing words
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
        else:
            self.floor.say(Saying(text, "hook"))

    async def spoken(self) -> None:
        """Wait until everything said so far has been heard."""
        await self.floor.asides.heard_out()

    def end_call(self) -> None:
        """End the call once all that is to be said has been heard."""
        self._end_after(reasons.ASSISTANT_ENDED)

    def transfer(self, destination: Json) -> str:
        """The line connects the caller elsewhere when the call ends, which it does after the reply."""
        refused = self._transport.transfer(destination)
        if not refused:
            self._end_after(reasons.FORWARDED)
        return refused

    def dtmf(self, digits: str) -> str:
        """The line presses keys."""
        return self._transport.press(digits)

    def leave_voicemail(self, text: str, *, beep: bool) -> str:
        """Leave a message with a machine."""
        self.voicemail(text, beep)
        return ""

    async def hand_off(self, tool: ToolSpec, arguments: Json) -> Answer:
        """Another member of the squad takes over after this reply."""
        return await self.hand_off_to(tool, arguments)

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
        elif event.type is EventType.SPEECH_STARTED and event.data["role"] == "assistant":
            if self._caller_speaks and self.floor.reply and self.floor.reply.source != "hook":
                self.talked_over()
        elif event.data.get("role") == "user" and event.type in _SPEECH:
            self._caller_speaks = event.type is EventType.SPEECH_STARTED
            self._caller_quiet_since = asyncio.get_running_loop().time()

    @contextmanager
    def closing_words(self) -> Iterator[None]:
        """What is said in here comes before an end that a tool has asked for."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            reason, self._due = self._due, ""
            if reason:
                self._end_after(reason)

    def _end_after(self, reason: str) -> None:
        if self._held:
            self._due = reason
        elif not self.floor.end_after(reason):
            self._end(reason)
