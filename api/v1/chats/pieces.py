"""A streamed chat in Vapi's words: `{id, sessionId, path, delta}`, then `[DONE]`."""

from typing import Any

from api.v1.chats.stream import event

Json = dict[str, Any]

PATH = "chat.output[0].content"


class Pieces:
    """Events of one chat."""

    def __init__(self, chat_id: str, session_id: str | None) -> None:
        self._head: Json = {"id": chat_id}
        if session_id is not None:
            self._head["sessionId"] = session_id

    def opening(self) -> bytes:
        return b""

    def piece(self, text: str) -> bytes:
        return event({**self._head, "path": PATH, "delta": text})

    def closing(self, chat: Json) -> bytes:
        return b"data: [DONE]\n\n"

    def failure(self, error: Json) -> bytes:
        return event(error, "error")
