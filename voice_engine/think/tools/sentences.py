"""What is said around a tool call: chosen by moment, arguments and language. Pure."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from voice_engine.spec import ConditionSpec, ToolMessageSpec

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}

TRANSFER = {"zh": "正在为您转接，请稍等。", "en": "One moment, I am transferring you."}


def choose(
    messages: Iterable[ToolMessageSpec], at: str, arguments: Mapping[str, Any]
) -> ToolMessageSpec | None:
    """The first message for this moment whose conditions hold; one without conditions comes last."""
    fitting = [m for m in messages if m.at == at and all(_holds(c, arguments) for c in m.conditions)]
    return next((m for m in fitting if m.conditions), fitting[0] if fitting else None)


def delays(messages: Iterable[ToolMessageSpec], arguments: Mapping[str, Any]) -> list[ToolMessageSpec]:
    """What is said while the tool does not answer: each that fits, by time."""
    late = (m for m in messages if m.at == "request-response-delayed")
    fitting = [m for m in late if all(_holds(c, arguments) for c in m.conditions)]
    return sorted(fitting, key=lambda m: m.after_s)


def words(message: ToolMessageSpec, language: str) -> str:
    """The message in this language, else for any language, else the first there is."""
    texts = message.texts
    if language in texts:
        return texts[language]
    near = next((text for name, text in texts.items() if _primary(name) == _primary(language)), None)
    if near is not None:
        return near
    return texts.get("", next(iter(texts.values()), ""))


def own(texts: Mapping[str, str], language: str) -> str:
    """One of our own sentences."""
    return texts["en" if _primary(language) == "en" else "zh"]


def _primary(language: str) -> str:
    return language.lower().partition("-")[0]


def _holds(condition: ConditionSpec, arguments: Mapping[str, Any]) -> bool:
    given, wanted = arguments.get(condition.param), condition.value
    pair = _numbers(given, wanted)
    left, right = pair or (_text(given), _text(wanted))
    match condition.operator:
        case "eq":
            return left == right
        case "neq":
            return left != right
        case other:
            return pair is not None and _COMPARE[other](*pair)


def _numbers(given: Any, wanted: Any) -> tuple[float, float] | None:
    """Both as numbers, if they are: Vapi writes every value as text."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return None
    try:
        return float(given), float(wanted)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def read_message(raw: Any) -> ToolMessageSpec | None:
    """A message as servers send it in their answers: a text, or Vapi's object; None if it is neither."""
    if isinstance(raw, str):
        return ToolMessageSpec(at="request-complete", texts={"": raw})
    if not isinstance(raw, Mapping):
        return None
    texts = {"": raw["content"]} if isinstance(raw.get("content"), str) else {}
    contents = raw.get("contents")
    for content in contents if isinstance(contents, list) else ():
        if isinstance(content, Mapping) and isinstance(content.get("text"), str):
            texts[str(content.get("language", ""))] = content["text"]
    ends = raw.get("endCallAfterSpokenEnabled") is True
    if not texts and not ends:
        return None
    role: Literal["system", "assistant"] = "system" if raw.get("role") == "system" else "assistant"
    return ToolMessageSpec(at="request-complete", texts=texts, role=role, end_call=ends)
