"""What has been said, as the model sees it: exactly what the caller heard, nothing more. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from voice_engine.providers.base import Message, ToolCall

CUT = "…—"  # marks for the model where it was interrupted
_PER_MESSAGE = 4  # tokens that a message costs beside its words


class History:
    """System messages first, then the conversation, of which only the newest part is sent.

    The window holds at most `max_messages` messages and about `max_tokens` tokens. It never
    parts a tool call from its results and never leaves out what came since the caller spoke last.
    """

    def __init__(
        self, system: Iterable[str] = (), *, max_messages: int = 100, max_tokens: int = 8000
    ) -> None:
        self._system = [Message("system", text) for text in system if text]
        self._said: list[Message] = []
        self._costs: list[int] = []
        self._open: list[int] = []  # tool rounds of the running reply: places in `_said`
        self._max_messages, self._max_tokens = max_messages, max_tokens

    def messages(self, user: str = "") -> list[Message]:
        """The context for the model; with `user`, as if the caller had said that too."""
        begin = self._window()
        said = self._said[begin:]
        if user:
            said.append(_joined(said.pop() if said and said[-1].role == "user" else None, user))
        return [*self._system, *said]

    def whole(self) -> list[Message]:
        """Everything, whatever the window."""
        return [*self._system, *self._said]

    def load(self, messages: Sequence[Message]) -> None:
        """Forget everything and know these: the system messages they begin with are the prompt."""
        prompt = next((i for i, m in enumerate(messages) if m.role != "system"), len(messages))
        self._system = list(messages[:prompt])
        self._said, self._costs, self._open = [], [], []
        for message in messages[prompt:]:
            self._append(message)

    # ── the conversation ─────────────────────────────────────────────────────────────────────────────

    def user(self, text: str) -> None:
        """The caller said this. Two turns in a row become one message."""
        last = self._said[-1] if self._said and self._said[-1].role == "user" else None
        if last:
            self._said.pop()
            self._costs.pop()
        self._append(_joined(last, text))

    def assistant(self, text: str) -> None:
        """The agent said this and the caller heard all of it."""
        if text:
            self._append(Message("assistant", text))

    def cut_off(self, heard: str) -> None:
        """The agent was interrupted; the caller heard only `heard`."""
        if heard:
            self._append(Message("assistant", heard + CUT))

    def add(self, role: str, text: str) -> None:
        """A message put in from outside (`add-message`)."""
        if role == "system":
            self._append(Message("system", text))
        elif role == "assistant":
            self.assistant(text)
        else:
            self.user(text)

    # ── tools ────────────────────────────────────────────────────────────────────────────────────────

    def tool_round(self, said: str, calls: Sequence[ToolCall], results: Sequence[str]) -> None:
        """The model said this, asked for tools, and got these answers, in the same order."""
        self._open.append(len(self._said))
        self._append(Message("assistant", said, tool_calls=tuple(calls)))
        for call, result in zip(calls, results, strict=True):
            self._append(Message("tool", result, tool_call_id=call.id))

    def reply_over(self, heard: str, *, interrupted: bool) -> None:
        """The running reply is over and the caller heard this much of it, tool rounds and all."""
        rest = heard.strip()
        for place in self._open:
            message = self._said[place]
            part, rest = _heard_of(message.content, rest, interrupted=interrupted)
            self._put(place, replace(message, content=part))
        self._open = []
        if interrupted:
            self.cut_off(rest)
        else:
            self.assistant(rest)

    # ── the window ───────────────────────────────────────────────────────────────────────────────────

    def _window(self) -> int:
        """Where the part that is sent begins."""
        messages, tokens = self._max_messages, self._max_tokens
        needed = max((i for i, m in enumerate(self._said) if m.role == "user"), default=0)
        begin = place = len(self._said)
        while place > 0:
            place -= 1
            messages -= 1
            tokens -= self._costs[place]
            if place < needed and (messages < 0 or tokens < 0):
                break
            if self._said[place].role != "tool":  # a result never stands without its call
                begin = place
        return begin

    def _append(self, message: Message) -> None:
        self._said.append(message)
        self._costs.append(cost(message))

    def _put(self, place: int, message: Message) -> None:
        self._said[place] = message
        self._costs[place] = cost(message)


def cost(message: Message) -> int:
    """About how many tokens a message is."""
    calls = sum(tokens(call.name) + tokens(call.arguments) for call in message.tool_calls)
    return _PER_MESSAGE + tokens(message.content) + calls


def tokens(text: str) -> int:
    """About how many tokens a text is: one for a Chinese character, one for four letters."""
    wide = (len(text.encode()) - len(text)) // 2
    return wide + (len(text) - wide + 3) // 4


def _joined(last: Message | None, text: str) -> Message:
    return Message("user", f"{last.content}\n{text}" if last else text)


def _heard_of(text: str, heard: str, *, interrupted: bool) -> tuple[str, str]:
    """What of `heard` belongs to this round and what to those after it.

    Whatever was heard before the round's own text (a filler) belongs to it too.
    """
    end = _behind(text, heard)
    if end is not None:
        return heard[:end].strip(), heard[end:].strip()
    if interrupted:
        return (heard + CUT if heard else ""), ""
    return text, heard


def _behind(text: str, heard: str) -> int | None:
    """The place in `heard` behind `text`, blanks aside; None if it is not in there."""
    wanted = "".join(text.split())
    places = [i for i, char in enumerate(heard) if not char.isspace()]
    found = "".join(heard[i] for i in places).find(wanted)
    if found < 0:
        return None
    return places[found + len(wanted) - 1] + 1 if wanted else 0
