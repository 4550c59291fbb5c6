"""A row as the chat that clients see. Pure."""

from collections.abc import Sequence
from typing import Any

from api.v1.text.columns import who_answers
from api.v1.text.messages import shown
from voice_engine.kernel.clock import iso
from voice_engine.kernel.money import MICROS

Json = dict[str, Any]


def chat_body(row: Any) -> Json:
    """Vapi's Chat."""
    body: Json = {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        **who_answers(row),
        "sessionId": row.session_id,
        "previousChatId": row.previous_chat_id,
        "input": row.input if isinstance(row.input, str) else shown(row.input),
        "stream": row.stream,
        "messages": shown(row.messages),
        "output": shown(row.output),
        "cost": row.cost_micros / MICROS,
        "costs": row.costs,
    }
    return {key: value for key, value in body.items() if value is not None}


def web_body(chat: Json) -> Json:
    """What a page is told: words. Tools and what they answered are the house's business."""
    words = [{"role": "assistant", "content": m["content"]} for m in spoken(chat["output"])]
    return {"id": chat["id"], "sessionId": chat["sessionId"], "output": words}


def spoken(output: Sequence[Json]) -> list[Json]:
    """The messages in which the assistant says something."""
    return [message for message in output if message["role"] == "assistant" and message["content"]]


def text_of(chat: Json) -> str:
    """All that was said, as it is streamed."""
    return "\n".join(message["content"] for message in spoken(chat["output"]))
