"""The tools we run ourselves: hang up, transfer, press keys, look something up."""

from collections.abc import Mapping, Sequence
from typing import Any

from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Message
from voice_engine.spec import ToolMessageSpec, TransferSpec
from voice_engine.think.tools import sentences
from voice_engine.think.tools.base import Answer, Conversation, Json, Round, ToolAccess
from voice_engine.think.tools.patter import Job

KEYS = frozenset("0123456789*#w")
MAX_KEYS = 64
MAX_DOCUMENTS = 10

_FIELDS = {"number": "number", "sip": "sipUri", "assistant": "assistantName"}
_ROLES = {"assistant": "bot", "tool": "tool_call_result"}


def end_call(conversation: Conversation) -> Answer:
    """Hang up after the reply; a goodbye that was said before the call is not said again."""
    conversation.end_call()
    return Answer("The call will end after your goodbye.", final=True)


def voicemail(job: Job, conversation: Conversation) -> Answer:
    """Leave a message with the machine that answered: the tool's own words, or the assistant's."""
    said = sentences.choose(job.spec.messages, "request-complete", job.arguments)
    words = sentences.words(said, conversation.language) if said else ""
    refused = conversation.leave_voicemail(words, beep=job.spec.fixed.get("beep") is True)
    if refused:
        return Answer(refused, failed=True)
    silent = ToolMessageSpec(at="request-complete", texts={})
    return Answer("The message is being left; the call ends after it.", message=silent)


def dtmf(job: Job, conversation: Conversation) -> Answer:
    """Press keys."""
    given = job.arguments.get("dtmf", job.arguments.get("digits", ""))
    keys = "".join(str(given).lower().replace("-", "").split())
    if not keys or len(keys) > MAX_KEYS or not KEYS.issuperset(keys):
        sentence = f"Give 1 to {MAX_KEYS} keys out of 0-9, * and #; w is a pause of half a second."
        return Answer(sentence, failed=True)
    refused = conversation.dtmf(keys)
    if refused:
        return Answer(refused, failed=True)
    conversation.emit(EventType.DTMF_REQUESTED, digits=keys)
    return Answer("The keys were pressed.")


# ── transfers ────────────────────────────────────────────────────────────────────────────────────────


async def transfer(job: Job, asked: Round, conversation: Conversation, access: ToolAccess) -> Answer:
    """Transfer the call to one of the tool's destinations, or to the one its server names."""
    if job.spec.transfers:
        wanted = str(job.arguments.get("destination", ""))
        chosen = next((d for d in job.spec.transfers if d.target == wanted), None)
        if chosen is None and len(job.spec.transfers) == 1 and not wanted:
            chosen = job.spec.transfers[0]
    else:
        chosen = await _asked_for(job, access)
    if chosen is None:
        known = ", ".join(d.target for d in job.spec.transfers)
        return Answer(f"There is no such destination; known are: {known}.", failed=True)
    if chosen.kind == "assistant":
        return await conversation.hand_off(job.spec, {**job.arguments, "destination": chosen.target})
    destination = described(chosen)
    refused = conversation.transfer(destination)
    if refused:
        return Answer(refused, failed=True, message=_consolation(destination))
    conversation.emit(EventType.TRANSFER_REQUESTED, destination=destination)
    return Answer(
        "The call is being transferred.", message=_farewell(chosen, asked, conversation), final=True
    )


def described(transfer: TransferSpec) -> Json:
    """A destination in Vapi's words."""
    shown: Json = {**transfer.extra, "type": transfer.kind, _FIELDS[transfer.kind]: transfer.target}
    if transfer.message is not None:
        shown["message"] = transfer.message
    if transfer.description:
        shown["description"] = transfer.description
    return shown


def read_transfer(raw: Any) -> TransferSpec | None:
    """A destination as servers name it; None if it is none."""
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    if kind not in _FIELDS or not isinstance(raw.get(_FIELDS[kind]), str):
        return None
    message = sentences.read_message(raw.get("message"))
    rest = {k: v for k, v in raw.items() if k not in ("type", "message", "description", _FIELDS[kind])}
    return TransferSpec(
        kind=kind,
        target=raw[_FIELDS[kind]],
        message=sentences.words(message, "") if message else None,
        extra=rest,
    )


async def _asked_for(job: Job, access: ToolAccess) -> TransferSpec | None:
    found = await access.ask(job.spec, {"type": "transfer-destination-request", "parameters": job.arguments})
    chosen = read_transfer(found.get("destination"))
    message = sentences.read_message(found.get("message"))
    if chosen and message:
        return chosen.model_copy(update={"message": sentences.words(message, "")})
    return chosen


def _farewell(chosen: TransferSpec, asked: Round, conversation: Conversation) -> ToolMessageSpec | None:
    """What the caller is told; nothing more than the model has said already, unless it was written down."""
    if chosen.message is None and asked.said.strip():
        return None
    text = chosen.message
    if text is None:
        text = sentences.own(sentences.TRANSFER, conversation.language)
    return ToolMessageSpec(at="request-complete", texts={**chosen.texts, "": text})


def _consolation(destination: Json) -> ToolMessageSpec | None:
    """What the destination's transferPlan says when there is no connection; None leaves it to the model."""
    plan = destination.get("transferPlan")
    fallback = plan.get("fallbackPlan") if isinstance(plan, Mapping) else None
    if not isinstance(fallback, Mapping):
        return None
    said = sentences.read_message(fallback.get("message"))
    ends = fallback.get("endCallEnabled") is not False
    return ToolMessageSpec(at="request-failed", texts=said.texts if said else {}, end_call=ends)


# ── knowledge ────────────────────────────────────────────────────────────────────────────────────────


async def query(job: Job, asked: Round, access: ToolAccess) -> Answer:
    """Ask the knowledge server, which is sent the conversation; its documents go to the model."""
    found = await access.ask(
        job.spec,
        {
            "type": "knowledge-base-request",
            "query": job.arguments.get("query", ""),
            **conversation_of(asked.context),
        },
    )
    message = sentences.read_message(found.get("message"))
    if message:
        return Answer("The answer has been said.", message=message)
    documents = found.get("documents")
    texts = _by_similarity(documents) if isinstance(documents, list) else []
    if not texts:
        return Answer("The knowledge base has nothing about this.")
    return Answer("\n\n".join(f"[{n}] {text}" for n, text in enumerate(texts[:MAX_DOCUMENTS], 1)))


def conversation_of(context: Sequence[Message]) -> Json:
    """The conversation as servers are sent it, in Vapi's shape and in OpenAI's."""
    said = [{"role": _ROLES.get(m.role, m.role), "message": m.content} for m in context if m.content]
    return {"messages": said, "messagesOpenAIFormatted": _plain(context)}


def _plain(context: Sequence[Message]) -> list[Json]:
    """Words only: what tools were called with and answered is not the knowledge server's business."""
    return [{"role": m.role, "content": m.content} for m in context if m.content and m.role != "tool"]


def _by_similarity(documents: list[Any]) -> list[str]:
    good = [d for d in documents if isinstance(d, Mapping) and isinstance(d.get("content"), str)]
    return [d["content"] for d in sorted(good, key=_similarity, reverse=True)]


def _similarity(document: Mapping[str, Any]) -> float:
    value = document.get("similarity")
    return float(value) if isinstance(value, int | float) else 0.0
