"""A realtime model for virtual time: hears the simulator's numbered sound, breaks on order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.openai_realtime.brain import Brain, Call, Line, echo
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import ToolCall, Usage
from voice_engine.providers.base_realtime import (
    Append,
    Briefing,
    CallerSpeech,
    CallerWords,
    Cancel,
    Expiring,
    Ready,
    RealtimeEvent,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Respond,
    ToolResult,
)
from voice_engine.simulate.parts import spoken_number

RATE = 24000
CHAR_S = 0.2
SILENCE_S = 0.5
USED = Usage({"promptTokens": 30.0, "audioPromptTokens": 100.0, "audioCompletionTokens": 50.0})


@dataclass
class LiveModel:
    """`texts[n]` is what the caller says in utterance n. `cuts` are the sounds of the whole conversation,
    from 0, before which the socket breaks; `refusals` is how often a socket is not to be had, for `refusal`.
    """

    texts: Sequence[str] = ()
    brain: Brain = echo
    first_s: float = 0.3
    pace: float = 0.2  # seconds per second of sound
    transcript_s: float = 0.1
    connect_s: float = 0.1
    interrupts: bool = False
    mute: bool = False
    cuts: Sequence[int] = ()
    cut_kind: str = "network"
    refusals: int = 0
    refusal: str = "network"
    expires_s: float = 1e9
    vendor: str = "live"
    model: str = "live-1"
    session_s: float = 1e9
    sockets: list["_Socket"] = field(default_factory=list)
    sounds: int = 0

    async def converse(
        self, briefing: Briefing, inputs: AsyncIterator[RealtimeInput]
    ) -> AsyncIterator[RealtimeEvent]:
        socket = _Socket(self, briefing)
        self.sockets.append(socket)
        await asyncio.sleep(self.connect_s)
        if self.refusals:
            self.refusals -= 1
            raise _failure(self.refusal, self, "refused as ordered")
        reader = asyncio.create_task(socket.read(inputs))
        expiring = asyncio.get_running_loop().call_later(self.expires_s, socket.out.put_nowait, Expiring(5.0))
        try:
            yield Ready()
            while (event := await socket.out.get()) is not None:
                if isinstance(event, ProviderError):
                    raise event
                yield event
        finally:
            expiring.cancel()
            for task in (reader, *socket.tasks):
                task.cancel()
            await asyncio.wait([reader, *socket.tasks])

    @property
    def told(self) -> list[RealtimeInput]:
        """Everything but sound, over all sockets."""
        return [item for socket in self.sockets for item in socket.told]

    def told_of(self, kind: type[Any]) -> list[Any]:
        return [item for item in self.told if isinstance(item, kind)]

    @property
    def heard(self) -> list[str]:
        """The turns of the caller, over all sockets."""
        return [text for socket in self.sockets for text in socket.heard]


class _Socket:
    def __init__(self, model: LiveModel, briefing: Briefing) -> None:
        self.model, self.briefing = model, briefing
        self.out: asyncio.Queue[Any] = asyncio.Queue()
        self.told: list[RealtimeInput] = []
        self.heard: list[str] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.lines = [Line(m.role, m.content) for m in briefing.messages if m.role != "system"]
        self._number: int | None = None
        self._quiet_s = 0.0
        self._speaking = False
        self._replying: tuple[str, asyncio.Task[None]] | None = None
        self._count = 0

    @property
    def name(self) -> str:
        return f"s{self.model.sockets.index(self)}"

    async def read(self, inputs: AsyncIterator[RealtimeInput]) -> None:
        async for item in inputs:
            if isinstance(item, AudioFrame):
                self._hear(item)
                continue
            self.told.append(item)
            match item:
                case Append():
                    self.lines.append(Line(item.role, item.text))
                case ToolResult():
                    self.lines.append(Line("tool", item.text))
                case Respond():
                    self._answer(item.instructions)
                case Cancel():
                    self._stop(item.reply, "cancelled")
        self.out.put_nowait(None)

    def _hear(self, frame: AudioFrame) -> None:
        number = spoken_number(frame.pcm)
        if number is not None:
            self._number, self._quiet_s = number, 0.0
            if not self._speaking:
                self._speaking = True
                self.out.put_nowait(CallerSpeech(True, self._turn))
                if self.model.interrupts and self._replying:
                    self._stop(self._replying[0], "interrupted")
        elif self._speaking:
            self._quiet_s += frame.seconds
            if self._quiet_s >= SILENCE_S:
                self._over()

    @property
    def _turn(self) -> str:
        return f"{self.name}-u{len(self.heard)}"

    def _over(self) -> None:
        turn, text = self._turn, self.model.texts[self._number or 0]
        self._speaking = False
        self.heard.append(text)
        self.lines.append(Line("user", text))
        self.out.put_nowait(CallerSpeech(False, turn))
        self._spawn(self._understand(turn, text))
        if self._replying is None:
            self._answer("")

    async def _understand(self, turn: str, text: str) -> None:
        await asyncio.sleep(self.model.transcript_s)
        self.out.put_nowait(CallerWords(turn, text[: len(text) // 2], final=False))
        self.out.put_nowait(CallerWords(turn, text, final=True))

    def _answer(self, instructions: str) -> None:
        if not self.model.mute:
            self._count += 1
            reply = f"{self.name}-r{self._count}"
            self._replying = reply, self._spawn(self._speak(reply, instructions))

    def _stop(self, reply: str, outcome: Any) -> None:
        if self._replying and self._replying[0] == reply:
            self._replying[1].cancel()
            self._replying = None
            self.out.put_nowait(ReplyEnded(reply, outcome, usage=USED))

    async def _speak(self, reply: str, instructions: str) -> None:
        model = self.model
        await asyncio.sleep(model.first_s)
        self.out.put_nowait(ReplyBegan(reply))
        said = model.brain(self.lines, instructions)
        calls: tuple[ToolCall, ...] = ()
        if isinstance(said, Call):
            calls = (ToolCall(f"call-{reply}", said.name, "{}"),)
        else:
            for char in said:
                if model.sounds in model.cuts:
                    model.cuts = [cut for cut in model.cuts if cut != model.sounds]
                    self.out.put_nowait(_failure(model.cut_kind, model, "cut as ordered"))
                    return
                model.sounds += 1
                self.out.put_nowait(ReplyText(reply, char))
                pcm = (1000).to_bytes(2, "little") * int(RATE * CHAR_S)
                self.out.put_nowait(ReplySound(reply, AudioFrame(pcm, RATE)))
                await asyncio.sleep(CHAR_S * model.pace)
            self.lines.append(Line("assistant", said))
        self._replying = None
        self.out.put_nowait(ReplyEnded(reply, "done", calls, USED))

    def _spawn(self, work: Any) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self.tasks.add(task)
        return task


def _failure(kind: Any, model: LiveModel, sentence: str) -> ProviderError:
    return ProviderError(kind, model.vendor, sentence)
