"""What a body wants, in whichever of the four shapes it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.http.caller import Caller
from api.v1.chats.schemas import CreateChat, CreateWebChat
from api.v1.text.messages import ChatMessage
from api.v1.text.party import WhoAnswers
from voice_engine.kernel.errors import Forbidden

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """One message and what it belongs to.

    `opens`: without a session a new one is made, of `customer`, that expires after so many seconds (None =
    the default). `ends`: the session is completed afterwards.
    """

    who: WhoAnswers
    input: str | Sequence[ChatMessage]
    stream: bool
    name: str | None = None
    session_id: str | None = None
    previous_chat_id: str | None = None
    opens: bool = False
    expires_after: int | None = None
    customer: Json | None = None
    ends: bool = False


def of_chat(body: CreateChat) -> Wish:
    """A server's."""
    return Wish(body, body.input, body.stream, body.name, body.session_id, body.previous_chat_id)


def of_page(body: CreateWebChat, caller: Caller) -> Wish:
    """A page's. Raises Forbidden for messages that would forge what was said or told."""
    if not isinstance(body.input, str) and not caller.restrictions.transient_assistant:
        forged = next((m.role for m in body.input if m.role != "user"), None)
        if forged:
            message = f"input: this key may send messages of role user only, not of role {forged}."
            raise Forbidden("message_role_not_allowed", message, field="input")
    who = WhoAnswers.model_construct(
        assistant_id=body.assistant_id,
        assistant=body.assistant,
        assistant_overrides=body.assistant_overrides,
    )
    return Wish(
        who,
        body.input,
        body.stream,
        session_id=body.session_id,
        opens=True,
        expires_after=body.session_expiration_seconds,
        customer=body.customer.given() if body.customer else None,
        ends=body.session_end,
    )
