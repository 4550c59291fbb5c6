"""The conversation with a realtime model, as a session sees it: an ear whose words come late, and answers.

It is the session's recogniser: whoever runs `transcribe` runs the conversation. Answers are handed to whoever
waits for one (session/livemind), in the order they begin.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Flush, Message, Tool, Transcript, Usage
from voice_engine.providers.base_realtime import (
    Append,
    Briefing,
    CallerSpeech,
    CallerWords,
    Cancel,
    Realtime,
    RealtimeEvent,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Respond,
    Truncate,
)
from voice_engine.providers.frames import Frames, Item
from voice_engine.providers.pool.troubles import Trouble, Troubles
from voice_engine.providers.realtime.relay import Relay

UNWANTED_S = 3.0  # an answer that does not begin within this time will not
SLACK_S = 0.1  # a reply heard to so near its end was heard whole: filters and slots round its length
_NEVER_HEARD = 0.0


class LiveWatcher(Protocol):
    """Who decides whose turn it is."""

    def vendor_heard(self, turn: str, *, speaking: bool) -> None:
        """The vendor's VAD."""
        ...

    def vendor_words(self, turn: str, text: str, *, final: bool) -> None:
        """The vendor's transcript of the caller."""
        ...

    def vendor_interrupted(self) -> None:
        """The vendor has broken its reply off because the caller speaks."""
        ...

    def vendor_used(self, usage: Usage) -> None:
        """What is billed beside the replies."""
        ...


@dataclass(eq=False, slots=True)
class Answer:
    """A reply of the vendor while it comes. `seconds` of sound so far, `words` so far."""

    reply: str
    pieces: "asyncio.Queue[ReplySound | ReplyText | ReplyEnded]" = field(default_factory=asyncio.Queue)
    seconds: float = 0.0
    words: str = ""
    ended: bool = False
    dropped: bool = False
    heard: bool = False


class Live:
    """An Stt that answers. `brief` is what is known: the messages and the tools."""

    capabilities = Capabilities(endpoints_itself=True)

    def __init__(
        self,
        realtime: Realtime,
        troubles: Troubles,
        brief: Callable[[], tuple[Sequence[Message], Sequence[Tool]]],
    ) -> None:
        self.vendor, self._model, self._troubles = realtime.vendor, realtime.model, troubles
        self._brief_me = brief
        self._relay = Relay(realtime, self._briefing, self._quiet, self._failed)
        self.watcher: LiveWatcher | None = None
        self.speaking: Callable[[], bool] = lambda: False  # whether anybody speaks for the agent
        self._answers: dict[str, Answer] = {}  # that still come
        self._unclaimed: deque[Answer] = deque()
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self._unwanted: deque[float] = deque()  # answers that will begin: since when they are not wanted
        self._must_ask = False  # the vendor was busy when the turn ended: it will not answer by itself
        self._told: tuple[str, ...] = ()  # names of the tools the vendor knows
        self.played: list[Answer] = []  # by the running reply

    # ── the ear ──────────────────────────────────────────────────────────────────────────────────────

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncGenerator[Transcript | Usage, None]:
        """The conversation, until the caller's sound ends; raises ProviderError when the model is lost."""
        assert isinstance(frames, Frames)
        frames.hand_to(self._hear)
        try:
            async with aclosing(self._relay.converse()) as events:
                async for event in events:
                    if isinstance(event, Usage) and event.model != self._model:
                        yield event
                    else:
                        self._notice(event)
        finally:
            frames.keep()

    def _hear(self, item: Item) -> None:
        if isinstance(item, AudioFrame):
            self._relay.take(item)
        elif item is None or isinstance(item, Exception):
            self._relay.end()

    def _notice(self, event: RealtimeEvent) -> None:
        watcher = self.watcher
        if watcher is None:
            return  # somebody else has the caller by now
        match event:
            case ReplySound() | ReplyText() | ReplyEnded():
                self._go_on(event)
            case ReplyBegan():
                self._begin(Answer(event.reply))
            case CallerWords():
                watcher.vendor_words(event.turn, event.text, final=event.final)
            case CallerSpeech():
                self._speech(event)
                watcher.vendor_heard(event.turn, speaking=event.speaking)
            case Usage():
                watcher.vendor_used(event)

    def _speech(self, event: CallerSpeech) -> None:
        if event.speaking:
            self._refresh()
            return
        self._unwanted.clear()
        while self._unclaimed:
            self._drop(self._unclaimed.popleft())
        self._must_ask = bool(self._answers)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, answer: Answer) -> None:
        self._answers[answer.reply] = answer
        while self._unwanted:
            if _now() - self._unwanted.popleft() < UNWANTED_S:
                self._drop(answer)
                return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(answer)
                return
        self._unclaimed.append(answer)

    def _go_on(self, event: ReplySound | ReplyText | ReplyEnded) -> None:
        answer = self._answers.get(event.reply)
        if answer is None:
            return
        if isinstance(event, ReplyEnded):
            self._end(answer, event)
        elif isinstance(event, ReplyText):
            answer.words += event.text
        else:
            answer.seconds += event.frame.seconds
        if not answer.dropped:
            answer.pieces.put_nowait(event)

    def _end(self, answer: Answer, event: ReplyEnded) -> None:
        del self._answers[answer.reply]
        answer.ended = True
        if answer.dropped and event.usage:
            self._account(answer, event.usage)
        elif event.outcome == "interrupted" and answer in self.played and self.watcher:
            self.watcher.vendor_interrupted()

    def _account(self, answer: Answer, usage: Usage) -> None:
        """What is billed of an answer that was broken off, or never wanted."""
        if answer.heard and self.watcher:
            self.watcher.vendor_used(replace(usage, provider=self.vendor, model=self._model))
        else:
            self._troubles.report(Trouble("lost", "llm", self.vendor, self._model, usage=usage))

    async def answer(self) -> Answer:
        """The model's answer to the caller's last turn."""
        if self._unclaimed:
            return self._take(self._unclaimed.popleft())
        if self._must_ask:
            self._must_ask = False
            self.tell(Respond())
        return await self._next()

    async def ask(self, request: Respond) -> Answer:
        """Let the model speak."""
        while self._unclaimed:
            self._drop(self._unclaimed.popleft())
        self.tell(request)
        return await self._next()

    async def _next(self) -> Answer:
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            return self._take(await waiting)
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._drop(waiting.result())
            else:
                self._unwanted.append(_now())
            raise

    def _take(self, answer: Answer) -> Answer:
        self.played.append(answer)
        return answer

    def ignore(self) -> None:
        """The caller's last turn needs no answer."""
        self._must_ask = False
        if self._unclaimed:
            self._drop(self._unclaimed.popleft())
        elif not self._answers:
            self._unwanted.append(_now())

    def over(self, heard_s: float) -> None:
        """The running reply is over; of its own sound the caller heard so much."""
        played, self.played = self.played, []
        for answer in played:
            if heard_s < answer.seconds - SLACK_S or not answer.ended:
                answer.heard = heard_s > 0
                self._drop(answer, min(heard_s, answer.seconds))
            heard_s = max(0.0, heard_s - answer.seconds)

    def _drop(self, answer: Answer, heard_s: float = _NEVER_HEARD) -> None:
        answer.dropped = True
        if not answer.ended:
            self.tell(Cancel(answer.reply))
        self.tell(Truncate(answer.reply, heard_s))

    # ── what the vendor is told ──────────────────────────────────────────────────────────────────────

    def tell(self, item: RealtimeInput) -> None:
        """One more thing."""
        self._relay.take(item)

    def append(self, role: str, text: str) -> None:
        """A message of the conversation that the vendor has not spoken or heard itself."""
        if role in ("system", "user", "assistant") and text:
            self._relay.take(Append(role, text))  # type: ignore[arg-type]

    def _briefing(self) -> Briefing:
        messages, tools = self._brief_me()
        self._told = tuple(tool.name for tool in tools)
        said = "".join(answer.words for answer in self.played)
        unfinished = (Message("assistant", said),) if said else ()
        return Briefing((*messages, *unfinished), tuple(tools))

    def _refresh(self) -> None:
        """Tools of MCP servers are there only when their server has answered."""
        messages, tools = self._brief_me()
        if tuple(tool.name for tool in tools) != self._told:
            self._told = tuple(tool.name for tool in tools)
            self._relay.take(Briefing(tuple(messages), tuple(tools)))

    def _quiet(self) -> bool:
        return not self.speaking()

    def _failed(self, error: ProviderError) -> None:
        self._troubles.report(Trouble("failed", "llm", self.vendor, self._model, error=error))


def _now() -> float:
    return asyncio.get_running_loop().time()
