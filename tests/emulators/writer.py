"""A model that writes, by OpenAI's protocol over real sockets: what it says depends on what it is asked."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson

from tests.emulators.target import Behaviour, Target, _read, reply

EVENT_STREAM = "content-type: text/event-stream\r\n"
Asked = list[dict[str, Any]]


class Writer(Target):
    """`with Writer(answer) as llm:`; `answer` takes the messages and gives words, or a fault of `target`."""

    def __init__(self, answer: Callable[[Asked], str | Behaviour]) -> None:
        super().__init__()
        self._answer = answer

    @property
    def spec(self) -> dict[str, Any]:
        """As a call's spec names it."""
        return {
            "provider": "custom-llm",
            "model": "gpt-4o",
            "base_url": self.url.removesuffix("/hook") + "/v1",
        }

    @property
    def asked(self) -> list[Asked]:
        """The messages of every request."""
        return [orjson.loads(seen.body)["messages"] for seen in self.seen]

    def _serve(self, conn: socket.socket) -> None:
        conn.settimeout(5)
        with suppress(OSError), conn:
            seen = _read(conn)
            self.seen.append(seen)
            said = self._answer(orjson.loads(seen.body)["messages"])
            behave = reply(200, chat_answer(said), EVENT_STREAM) if isinstance(said, str) else said
            behave(self, conn)


def told(asked: Asked) -> str:
    """All that a model was told, in one text."""
    return "\n".join(str(message["content"]) for message in asked)


def chat_answer(text: str) -> bytes:
    """One server-sent stream of a chat completion, with its usage: 100 tokens in, 10 out."""
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    counted = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    chunks = [{**head, "choices": [delta]}, {**head, "choices": [], "usage": counted}]
    return b"".join(b"data: " + orjson.dumps(c) + b"\n\n" for c in chunks) + b"data: [DONE]\n\n"
