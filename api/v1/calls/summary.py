"""What to say about a call afterwards: whether a summary is wanted, what a model is asked, what is quoted
from the conversation when there is no model. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.v1.calls.model import CallRow
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.templates import Templates
from voice_engine.providers.base import Message

Json = dict[str, Any]

DEADLINE_S = 5.0
FEWEST_MESSAGES = 2
EXTRACTED = 120  # characters kept of each message that is quoted
_TASK = (
    "You are an expert note-taker. You will be given the transcript of a call between an AI assistant and a "
    "user. Summarise the call in two or three sentences, in the language of the call. Answer with the "
    "summary only."
)
_DEFAULT = (
    {"role": "system", "content": _TASK},
    {
        "role": "user",
        "content": "The transcript:\n\n{{transcript}}\n\nThe call ended because: {{endedReason}}",
    },
)
_ROLES = frozenset({"system", "user", "assistant"})


def is_wanted(plan: Mapping[str, Any], messages: Sequence[Json]) -> bool:
    """Whether the assistant's analysisPlan asks for a summary of a conversation like this."""
    summary = plan.get("summaryPlan") or {}
    fewest = plan.get("minMessagesThreshold")
    spoken = [m for m in messages if m.get("role") in ("user", "bot")]
    return summary.get("enabled") is not False and len(spoken) >= (
        FEWEST_MESSAGES if fewest is None else fewest
    )


def deadline_s(plan: Mapping[str, Any]) -> float:
    """How long a model may take."""
    return float((plan.get("summaryPlan") or {}).get("timeoutSeconds") or DEADLINE_S)


def prompt(plan: Mapping[str, Any], row: CallRow, now: datetime) -> list[Message]:
    """What the model is asked. A plan's messages may use {{transcript}}, {{systemPrompt}}, {{messages}} and
    {{endedReason}}.

    Raises BadRequest("template_error") when they cannot be rendered.
    """
    given = (plan.get("summaryPlan") or {}).get("messages") or _DEFAULT
    model = row.spec.get("assistant", {}).get("model", {})
    system = next((m["content"] for m in model.get("messages", ()) if m.get("role") == "system"), "")
    variables = {
        "transcript": row.transcript or "",
        "systemPrompt": system,
        "messages": row.messages,
        "endedReason": row.ended_reason or "",
    }
    templates, asked = Templates(variables, now), []
    for index, message in enumerate(given):
        field = f"analysisPlan.summaryPlan.messages.{index}"
        if message.get("role") not in _ROLES or not isinstance(message.get("content"), str):
            raise BadRequest("summary_message_malformed", f"{field} needs a role and a content.", field=field)
        asked.append(Message(message["role"], templates.text(message["content"], field)))
    return asked


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
