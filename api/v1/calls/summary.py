"""What is quoted from a conversation when there is no model to sum it up. Pure."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

EXTRACTED = 120  # characters kept of each message that is quoted


def extracted(messages: Sequence[Json]) -> str:
    """The user's first and last words and the assistant's last, quoted: nothing here has understood them."""
    said = [m for m in messages if m.get("role") in ("user", "bot") and m.get("message")]
    users = [m for m in said if m["role"] == "user"]
    bots = [m for m in said if m["role"] == "bot"]
    chosen: list[tuple[str, Json]] = []
    for speaker, message in (("User", users[:1]), ("User", users[-1:]), ("AI", bots[-1:])):
        if message and all(message[0] is not other for _, other in chosen):
            chosen.append((speaker, message[0]))
    return " … ".join(f"{speaker}: {_short(message['message'])}" for speaker, message in chosen)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXTRACTED else text[: EXTRACTED - 1].rstrip() + "…"
