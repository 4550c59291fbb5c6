"""A chat in the shape of OpenAI's Responses, whole or as events. Pure."""

from typing import Any

from api.v1.chats.read import text_of
from api.v1.chats.stream import event

Json = dict[str, Any]

_PLACE = {"output_index": 0, "content_index": 0}


class Responses:
    """Events of one response. `created_at` is Unix s; `model` is the assistant's."""

    def __init__(self, chat_id: str, session_id: str | None, created_at: int, model: str) -> None:
        self._id, self._session_id = chat_id, session_id
        self._created_at, self._model = created_at, model
        self._item = f"msg_{chat_id}"
        self._said: list[str] = []
        self._number = 0

    def whole(self, chat: Json) -> Json:
        """The response as one object."""
        return self._response("completed", text_of(chat))

    def opening(self) -> bytes:
        return (
            self._event("response.created", response=self._response("in_progress"))
            + self._event("response.output_item.added", output_index=0, item=self._message("in_progress"))
            + self._event("response.content_part.added", **self._at(), part=_text(""))
        )

    def piece(self, text: str) -> bytes:
        self._said.append(text)
        return self._event("response.output_text.delta", **self._at(), delta=text, logprobs=[])

    def closing(self, chat: Json) -> bytes:
        text = "".join(self._said)
        done = self._message("completed", text)
        return (
            self._event("response.output_text.done", **self._at(), text=text, logprobs=[])
            + self._event("response.content_part.done", **self._at(), part=_text(text))
            + self._event("response.output_item.done", output_index=0, item=done)
            + self._event("response.completed", response=self._response("completed", text))
        )

    def failure(self, error: Json) -> bytes:
        return self._event("error", code=error["code"], message=error["message"])

    def _event(self, kind: str, **data: Any) -> bytes:
        number, self._number = self._number, self._number + 1
        return event({"type": kind, "sequence_number": number, **data}, kind)

    def _at(self) -> Json:
        return {"item_id": self._item, **_PLACE}

    def _response(self, status: str, text: str | None = None) -> Json:
        body: Json = {
            "id": self._id,
            "object": "response",
            "created_at": self._created_at,
            "status": status,
            "metadata": {},
            "model": self._model,
            "output": [] if text is None else [self._message(status, text)],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
        }
        return body if self._session_id is None else {**body, "sessionId": self._session_id}

    def _message(self, status: str, text: str | None = None) -> Json:
        content = [] if text is None else [_text(text)]
        return {
            "id": self._item, "type": "message", "role": "assistant", "status": status, "content": content
        }  # fmt: skip


def _text(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": []}
