"""What passes between the thinker, the tools and the conversation they run in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.events import EventType
from voice_engine.outbound import Answer as HttpAnswer
from voice_engine.providers.base import Message, ToolCall
from voice_engine.servers.ask import Proof
from voice_engine.spec import ToolMessageSpec, ToolSpec

Json = dict[str, Any]

STILL_RUNNING = "The caller interrupted before this tool had answered; it is still running."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said, for the model. `message` is what its server wants said or hinted instead of ours.

    `final`: there is nothing to add for the model if it has said something before the call.
    """

    text: str
    failed: bool = False
    message: ToolMessageSpec | None = None
    warnings: tuple[str, ...] = ()
    final: bool = False


@dataclass(slots=True)
class Round:
    """The tools that one answer of the model asks for, and what has come of them so far.

    `said` is the text before the calls, `context` the messages the model was asked with. `spoken` holds what
    is to be said in the model's place, by call; `hints` is for the model. A round is `abandoned` when the
    reply it belongs to is over: what still comes is told to the conversation.
    """

    said: str
    calls: tuple[ToolCall, ...]
    context: Sequence[Message] = ()
    answers: dict[str, Answer] = field(default_factory=dict)
    spoken: dict[str, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    abandoned: bool = False

    @property
    def results(self) -> list[str]:
        """One text for each call, in their order; those that have not answered say so."""
        return [self.answers[c.id].text if c.id in self.answers else STILL_RUNNING for c in self.calls]

    @property
    def closing(self) -> str | None:
        """What ends the reply in the model's place, perhaps nothing; None when the model must go on."""
        if all(call.id in self.spoken for call in self.calls):
            return " ".join(dict.fromkeys(text for text in self.spoken.values() if text))
        if self.said.strip() and all(answer.final for answer in self.answers.values()):
            return ""
        return None


class Conversation(Protocol):
    """What a tool may do to the conversation it runs in."""

    @property
    def language(self) -> str:
        """Zh or en: that of our own sentences."""
        ...

    def emit(self, kind: EventType, **data: Any) -> None:
        """Something happened; the turn is added."""
        ...

    def interject(self, text: str) -> None:
        """Say this within the running reply, as soon as possible."""
        ...

    async def spoken(self) -> None:
        """Wait until everything that is to be said so far has been heard."""
        ...

    def end_call(self) -> None:
        """End the call once the running reply has been heard."""
        ...

    def transfer(self, destination: Json) -> str:
        """Transfer the call once the running reply has been heard; a sentence if that cannot be, else "".

        `destination` is Vapi's: type number (number), sip (sipUri) or assistant (assistantName).
        """
        ...

    def dtmf(self, digits: str) -> str:
        """Press keys (`0-9*#`, w = half a second's pause); a sentence if that cannot be, else ""."""
        ...

    def leave_voicemail(self, text: str, *, beep: bool) -> str:
        """A machine has answered: say this, or the assistant's own message, after its beep if `beep`, and end
        the call. A sentence if that cannot be, else "".
        """
        ...

    async def hand_off(self, tool: ToolSpec, arguments: Json) -> Answer:
        """Another member of the squad takes over."""
        ...

    def late_result(self, call_id: str, name: str, text: str) -> None:
        """A tool has answered after the model went on: tell it, and answer if nobody speaks."""
        ...


CallServer = Callable[[ToolSpec, Sequence[ToolCall]], Awaitable[Mapping[str, Answer | str]]]
AskServer = Callable[[ToolSpec, Json], Awaitable[Json]]
MakeRequest = Callable[[ToolSpec, str, Mapping[str, str], bytes], Awaitable[HttpAnswer]]


async def nobody_asked(tool: ToolSpec, _: Json) -> Json:
    """A conversation without servers: raises Unavailable."""
    raise Unavailable("tool_failed", f"The tool {tool.name} has no server.")


async def _nowhere(tool: ToolSpec, *_: Any) -> HttpAnswer:
    raise Unavailable("tool_failed", f"The tool {tool.name} cannot make requests here.")


@dataclass(frozen=True, slots=True)
class ToolAccess:
    """How tools reach the world. `call` runs function tools on a server, `ask` sends it any other message,
    `request` makes the request of an apiRequest tool (address, headers, body); all raise YingdaError.
    `prove` opens the credential of a tool's server, for those who speak to it themselves (MCP).

    `allowed` are the private networks that MCP servers may be in. `found` is what tools have found out in
    this conversation, for the templates of those that follow.
    """

    call: CallServer
    ask: AskServer = nobody_asked
    request: MakeRequest = _nowhere
    allowed: Sequence[str] = ()
    found: Json = field(default_factory=dict)
    wall: Callable[[], datetime] = SystemClock().wall
    prove: Callable[[ToolSpec], Proof | None] = lambda _: None
