"""One member hands the caller over to another: the tools for it, what is passed on, what is said. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voice_engine.providers.base import Message
from voice_engine.spec import DestinationSpec, Language, MemberSpec, ToolSpec
from voice_engine.think.intent import facts

PREFIX = "handoff_to_"
REFUSE = "refuse_handoff"

_ANNOUNCEMENT = {"zh": "正在为您转接{name}…", "en": "Transferring you to {name}…"}
_MOST, _LONGEST = 8, 200  # items of a summary, characters of each
_SENTENCES = re.compile(r"[。！？!?.\n]+")
_PROMISE = re.compile(r"我会|我来|稍后|马上|帮您|为您|给您|I'll|I will|let me|we'll|we will", re.IGNORECASE)
_SEARCHED = 2000  # characters
_LOOKED_AT = 20  # last messages of each side that are quoted from
_MARKS = {"zh": "【交接】", "en": "[Handover]"}
_NOTES = {
    "zh": {
        "taken": "{mark}你刚从“{agent}”接过这通对话。",
        "refused": "{mark}“{agent}”没有接手，对话回到你这里，原因：{reason}。",
        "intent": "对方的需求：{text}。",
        "facts": "已知信息：{text}。",
        "tasks": "还没办完：{text}。",
        "go": "请接着往下聊，不要让对方重复已经说过的内容，也不要提起这条说明。",
        "between": "；",
    },
    "en": {
        "taken": '{mark} You have just taken over this conversation from "{agent}".',
        "refused": '{mark} "{agent}" did not take over; the conversation is yours again. Reason: {reason}.',
        "intent": " The caller wants: {text}.",
        "facts": " Known: {text}.",
        "tasks": " Still to do: {text}.",
        "go": " Carry on from here; do not ask for what has been said already, and do not mention this note.",
        "between": "; ",
    },
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What the next member should know. Empty parts are filled in from the conversation by `completed`."""

    previous_agent: str
    user_intent: str = ""
    key_facts: tuple[str, ...] = ()
    pending_tasks: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """In the words of events and the API."""
        return {
            "previousAgent": self.previous_agent,
            "userIntent": self.user_intent,
            "keyFacts": list(self.key_facts),
            "pendingTasks": list(self.pending_tasks),
        }


@dataclass(frozen=True, slots=True)
class Handoff:
    """A decision: `source` gives the caller to `destination`.

    `announcement` is said first, empty when silent. `returned`: the source refuses a caller it was given.
    """

    source: str
    destination: DestinationSpec
    summary: Summary
    announcement: str
    reason: str = ""
    returned: bool = False

    @property
    def silent(self) -> bool:
        """Whether the caller is told nothing."""
        return not self.announcement

    def data(self, summary: Summary) -> dict[str, Any]:
        """The data of the event `handoff`, with the summary as it was completed."""
        return {
            "from": self.source,
            "to": self.destination.member,
            "reason": self.reason,
            "message": self.announcement,
            "silent": self.silent,
            "returned": self.returned,
            "summary": summary.data(),
        }


# ── the tools ────────────────────────────────────────────────────────────────────────────────────────


def tool_names(members: Sequence[MemberSpec]) -> dict[str, str]:
    """Tool name → member's name. Models take ASCII only: a Chinese name becomes its number."""
    names: dict[str, str] = {}
    for number, member in enumerate(members, 1):
        slug = re.sub(r"[^A-Za-z0-9]+", "_", member.name).strip("_")[:40] or f"member_{number}"
        tool = f"{PREFIX}{slug}"
        names[tool if tool not in names else f"{tool}_{number}"] = member.name
    return names


def handoff_tool(name: str, destination: DestinationSpec, target: MemberSpec) -> ToolSpec:
    """Offers a destination to the model."""
    skills = f" ({', '.join(target.skills)})" if target.skills else ""
    default = f"Hand the caller over to {target.name}{skills} when that is who can help."
    return ToolSpec(
        name=name,
        description=destination.description or default,
        parameters=handoff_parameters(destination.extracts),
        kind="handoff",
    )


def handoff_parameters(extracts: Mapping[str, Any]) -> dict[str, Any]:
    """What a model says with a handoff: the summary, and the variables of an object's JSON Schema."""
    listed = {"type": "array", "items": {"type": "string"}}
    wanted = extracts.get("properties") or {}
    needed = [name for name in extracts.get("required") or () if name in wanted]
    return {
        "type": "object",
        "properties": {
            "user_intent": {"type": "string", "description": "Always: what the caller wants, in short."},
            "key_facts": {**listed, "description": "Facts the caller has stated: names, numbers, dates …"},
            "pending_tasks": {**listed, "description": "What is still to be done for the caller."},
            "reason": {"type": "string", "description": "Why the other one is better suited."},
            **wanted,
        },
        **({"required": needed} if needed else {}),
    }


def refusal_tool(previous: str) -> ToolSpec:
    """Lets a member give the caller back."""
    parameters = {
        "type": "object",
        "properties": {"reason": {"type": "string", "description": "Always: why you cannot help here."}},
    }
    description = f"Give the caller back to {previous}. Only if what the caller wants is none of your tasks."
    return ToolSpec(name=REFUSE, description=description, parameters=parameters, kind="handoff")


# ── what is said and passed on ───────────────────────────────────────────────────────────────────────


def announcement(destination: DestinationSpec, language: Language) -> str:
    """What the caller is told before the other one speaks; empty for a silent handoff."""
    told = destination.message if destination.message is not None else _ANNOUNCEMENT[language]
    return told.replace("{name}", destination.member)


def stated(agent: str, arguments: Mapping[str, Any]) -> Summary:
    """The summary in a tool call's arguments; whatever is not as it was asked for is left out."""
    intent = arguments.get("user_intent")
    return Summary(
        agent,
        _short(intent) if isinstance(intent, str) else "",
        _texts(arguments.get("key_facts")),
        _texts(arguments.get("pending_tasks")),
    )


def completed(summary: Summary, history: Iterable[Message]) -> Summary:
    """The summary with its gaps filled by quoting the conversation; nothing is invented.

    The intent is the caller's last words; facts are what the caller stated (numbers, dates, amounts …);
    tasks are the agent's last promises.
    """
    said = [m for m in history if m.role in ("user", "assistant") and m.content.strip()]
    caller = [m.content for m in said if m.role == "user"][-_LOOKED_AT:]
    agent = [m.content for m in said if m.role == "assistant"][-_LOOKED_AT:]
    known = facts("\n".join(caller)[-_SEARCHED:])
    promised = [s.strip() for text in agent for s in _SENTENCES.split(text) if _PROMISE.search(s)]
    return replace(
        summary,
        user_intent=summary.user_intent or _short(caller[-1] if caller else ""),
        key_facts=summary.key_facts or tuple(f"{kind}: {text}" for kind, text in known.items()),
        pending_tasks=summary.pending_tasks or _texts(promised[-2:]),
    )


def note(handoff: Handoff, summary: Summary, language: Language) -> str:
    """What the next member's model is told about the handoff."""
    words, mark = _NOTES[language], _MARKS[language]
    head = words["refused" if handoff.returned else "taken"]
    reason = handoff.reason.rstrip(".。") or "–"
    lines = [head.format(mark=mark, agent=handoff.source, reason=reason)]
    for key, texts in (
        ("intent", (summary.user_intent,)),
        ("facts", summary.key_facts),
        ("tasks", summary.pending_tasks),
    ):
        text = words["between"].join(text.rstrip(".。") for text in texts if text)
        lines += [words[key].format(text=text)] if text else []
    return "".join([*lines, words["go"]])


def is_note(message: Message) -> bool:
    """Whether a message is the note of an earlier handoff."""
    return message.role == "system" and message.content.startswith(tuple(_MARKS.values()))


# ── the next member's history ────────────────────────────────────────────────────────────────────────


def passed_on(
    history: Sequence[Message],
    destination: DestinationSpec,
    member: MemberSpec,
    told: str,
    prompts: Collection[str],
) -> list[Message]:
    """The conversation as the next member's model sees it.

    `told` is the handoff's note, `prompts` are the system messages of all members. The note stands beside
    the prompt, where every vendor takes system messages. `delete-history` starts clean, without the note.
    """
    own = [m for m in member.assistant.model.messages if m.get("content")]
    prompt = [Message("system", m["content"]) for m in own if m.get("role") == "system"]
    mode = destination.mode
    if mode == "delete-history":
        return [*prompt, *(_seed(m) for m in own if m.get("role") in ("user", "assistant"))]
    kept = _whole(history)
    if destination.only == "words":
        kept = [m for m in _only(kept, lambda _: False) if m.role != "system"]
    if mode.endswith("remove-transfer-tool-messages"):
        kept = _without_transfers(kept)
    if mode == "rolling-history":
        return [*_last(kept, destination.keep_messages), *prompt, Message("system", told)]
    kept = [m for m in kept if not (m.role == "system" and m.content in prompts) and not is_note(m)]
    return [*prompt, Message("system", told), *_last(kept, destination.keep_messages)]


def without_announcement(history: Sequence[Message], told: str) -> list[Message]:
    """Without the announcement of this very handoff: the next model's turn begins with the caller's words."""
    last = history[-1] if history else None
    announced = (
        last and last.role == "assistant" and last.content.strip() == told.strip() and not last.tool_calls
    )
    return list(history[:-1] if announced else history)


def _seed(message: Mapping[str, str]) -> Message:
    return Message("user" if message["role"] == "user" else "assistant", message["content"])


def _last(messages: Sequence[Message], count: int | None) -> list[Message]:
    """The last `count` messages of the conversation; system messages stay, a result never loses its call."""
    if count is None:
        return list(messages)
    spoken = [index for index, m in enumerate(messages) if m.role in ("user", "assistant")]
    first = spoken[-count] if 0 < count <= len(spoken) else (0 if count else len(messages))
    return [m for index, m in enumerate(messages) if index >= first or m.role == "system"]


def _whole(history: Sequence[Message]) -> list[Message]:
    """Without tool calls that were never answered and answers nobody asked for: vendors refuse those."""
    answered = {m.tool_call_id for m in history if m.role == "tool"}
    asked = {call.id for m in history for call in m.tool_calls}
    return _only(history, lambda call_id: call_id in answered and call_id in asked)


def _without_transfers(history: Sequence[Message]) -> list[Message]:
    transfers = {
        call.id
        for m in history
        for call in m.tool_calls
        if call.name.startswith(PREFIX) or call.name == REFUSE
    }
    return _only(history, lambda call_id: call_id not in transfers)


def _only(history: Sequence[Message], keep: Callable[[str], bool]) -> list[Message]:
    """The history with those tool calls and answers alone that `keep` wants; words stay."""
    kept: list[Message] = []
    for message in history:
        calls = tuple(call for call in message.tool_calls if keep(call.id))
        if message.role == "tool":
            kept += [message] if keep(message.tool_call_id) else []
        elif calls or not message.tool_calls:
            kept.append(
                message if len(calls) == len(message.tool_calls) else replace(message, tool_calls=calls)
            )
        elif message.content:
            kept.append(replace(message, tool_calls=()))
    return kept


def _texts(value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        return ()
    texts = [item if isinstance(item, str) else "" for item in given[:_MOST]]
    return tuple(short for text in texts if (short := _short(text)))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
