"""The face of models that hear and speak themselves; what base.py says of adapters holds for them, too."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Message, Tool, ToolCall, Usage


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a realtime model knows when its conversation begins, or from now on.

    `messages` are the prompt (system first) and what has been said. `handle` is the vendor's own memory of an
    earlier socket of this conversation; with it the messages are known already.
    """

    messages: Sequence[Message]
    tools: Sequence[Tool] = ()
    handle: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Append:
    """A message of the conversation that was not spoken to the model. It is not answered before a Respond."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool has answered to `call`. The model goes on at the next Respond."""

    call: ToolCall
    text: str


@dataclass(frozen=True, slots=True)
class Respond:
    """Speak now; with `instructions`, as they say, this once."""

    instructions: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Say no more of this reply."""

    reply: str


@dataclass(frozen=True, slots=True)
class Truncate:
    """Of this reply the caller heard so many seconds and no more."""

    reply: str
    seconds: float


RealtimeInput = AudioFrame | Append | ToolResult | Respond | Cancel | Truncate | Briefing


@dataclass(frozen=True, slots=True)
class Ready:
    """The vendor listens, with the briefing in mind. The first event of a socket."""


@dataclass(frozen=True, slots=True)
class CallerSpeech:
    """The vendor's VAD: the caller begins, or has finished a turn that will now be answered. `turn`: as in
    CallerWords.
    """

    speaking: bool
    turn: str = ""


@dataclass(frozen=True, slots=True)
class CallerWords:
    """What the caller said in one turn, all of it so far. Finals of turns may overtake each other."""

    turn: str
    text: str
    final: bool


@dataclass(frozen=True, slots=True)
class ReplyBegan:
    """The model answers; everything else of this answer carries the same `reply`."""

    reply: str


@dataclass(frozen=True, slots=True)
class ReplySound:
    """The next sound of a reply. It comes as fast as the vendor likes, usually faster than it is heard."""

    reply: str
    frame: AudioFrame


@dataclass(frozen=True, slots=True)
class ReplyText:
    """The next words of a reply, an increment; a little before or after their sound."""

    reply: str
    text: str


Outcome = Literal["done", "interrupted", "cancelled", "broken"]


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """Nothing more comes of a reply. `calls` are the tools it asks for, whole.

    `interrupted`: by the vendor, because the caller spoke; `cancelled`: by us; `broken`: by a failure.
    """

    reply: str
    outcome: Outcome = "done"
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Expiring:
    """The vendor will end this socket in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Resumable:
    """From here on another socket can go on with this handle."""

    handle: str = field(repr=False)


RealtimeEvent = (
    Ready | CallerSpeech | CallerWords | ReplyBegan | ReplySound | ReplyText | ReplyEnded
    | Usage | Expiring | Resumable
)  # fmt: skip


class Realtime(Protocol):
    """A model that hears and speaks itself: one conversation is one stream in and one out.

    `session_s`: how long a socket is used at most; the vendor would end it some time later.
    """

    vendor: str
    model: str
    session_s: float

    def converse(
        self, briefing: Briefing, inputs: AsyncIterator[RealtimeInput]
    ) -> AsyncIterator[RealtimeEvent]:
        """What happens over one socket, from Ready until `inputs` ends or the vendor fails.

        Sound is mono PCM16 at any rate, all of it, silence too: the vendor decides when a turn is over.
        A Usage that stands alone is for something beside the replies, as the transcription is at OpenAI.
        """
        ...
