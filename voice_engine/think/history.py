"""What has been said, as the model sees it: exactly what the caller heard, nothing more. Pure."""

from collections.abc import Iterable, Sequence

from voice_engine.providers.base import Message, ToolCall

CUT = "…—"  # marks for the model where it was interrupted


class History:
    """System messages first, then the conversation."""

    def __init__(self, system: Iterable[str]) -> None:
        self._system = [Message("system", text) for text in system if text]
        self._said: list[Message] = []

    def messages(self, user: str = "") -> Sequence[Message]:
        """The whole context; with `user`, as if the caller had said that too."""
        context = [*self._system, *self._said]
        if user:
            _add_user(context, user)
        return context

    def user(self, text: str) -> None:
        """The caller said this. Two turns in a row become one message."""
        _add_user(self._said, text)

    def assistant(self, text: str) -> None:
        """The agent said this and the caller heard all of it."""
        if text:
            self._said.append(Message("assistant", text))

    def cut_off(self, heard: str) -> None:
        """The agent was interrupted; the caller heard only `heard`."""
        if heard:
            self._said.append(Message("assistant", heard + CUT))

    def tool_round(self, said: str, calls: Sequence[ToolCall], results: Sequence[str]) -> None:
        """The model asked for tools and got these answers, in the same order."""
        self._said.append(Message("assistant", said, tool_calls=tuple(calls)))
        for call, result in zip(calls, results, strict=True):
            self._said.append(Message("tool", result, tool_call_id=call.id))

    def add(self, role: str, text: str) -> None:
        """A message put in from outside (`add-message`)."""
        if role == "system":
            self._said.append(Message("system", text))
        elif role == "assistant":
            self.assistant(text)
        else:
            self.user(text)


def _add_user(said: list[Message], text: str) -> None:
    if said and said[-1].role == "user":
        text = f"{said.pop().content}\n{text}"
    said.append(Message("user", text))
