"""The scripted assistant's rules: read, judged and matched. Pure; the patterns are a tenant's, so bounded."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex  # type: ignore[import-untyped]  # unlike `re`, its searches can be given a time

from voice_engine.kernel.errors import BadRequest

_HEARD = 500  # characters of the user's words that are searched
_PATTERN = 200  # characters
_REPEATS = 1000  # product of all counted repeats: `regex` unrolls them when it compiles
_RULES, _VARIANTS, _REPLY = 100, 20, 2000
_BUDGET_S = 0.02  # for all rules together: the search runs on the media path

_COUNTED = re.compile(r"\{(\d*)(?:,(\d*))?\}")
_SLOT = re.compile(r"\{(\w+)\}")

GREETING = ("Hello. I am a scripted assistant, not a language model. Ask me one of the things I was told.",)
OTHERWISE = ("I am a scripted assistant without a language model, and no rule of mine answers that.",)
OTHERWISE_ZH = ("我是按脚本回答的助手，没有语言模型，这个问题没有对应的规则。",)

Texts = tuple[str, ...]


class TooSlow(Exception):
    """A pattern used up the time for matching; the rule's number is the argument."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the script: replies, or a tool with the arguments to call it with."""

    pattern: "regex.Pattern[str]"
    replies: Texts = ()
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    on_result: Texts = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Everything the assistant can say."""

    rules: tuple[Rule, ...]
    on_result: Texts
    greeting: Texts
    otherwise: Texts

    def find(self, heard: str) -> tuple[Rule, dict[str, str]] | None:
        """The first rule that matches and what its groups caught; raises TooSlow."""
        deadline = time.perf_counter() + _BUDGET_S
        for number, rule in enumerate(self.rules, 1):
            left = deadline - time.perf_counter()
            try:
                found = rule.pattern.search(heard[:_HEARD], timeout=left) if left > 0 else None
            except TimeoutError:
                raise TooSlow(number) from None
            if left <= 0:
                raise TooSlow(number)
            if found:
                return rule, _caught(found)
        return None

    def lost(self, heard: str) -> Texts:
        """What to say when no rule matches, in the language of the question."""
        return self.otherwise or (OTHERWISE_ZH if re.search(r"[\u3400-\u9fff]", heard) else OTHERWISE)

    def after(self, tool: str) -> Texts:
        """What to say when this tool has answered."""
        return next((r.on_result for r in self.rules if r.tool == tool and r.on_result), self.on_result)


def _caught(found: "regex.Match[str]") -> dict[str, str]:
    groups = {str(n): text or "" for n, text in enumerate(found.groups(), 1)}
    return groups | {name: text or "" for name, text in found.groupdict().items()}


def fill(value: Any, slots: Mapping[str, str]) -> Any:
    """`value` with every `{name}` in its texts replaced; unknown names stay as they are."""
    if isinstance(value, str):
        return _SLOT.sub(lambda m: slots.get(m[1], m[0]), value)
    if isinstance(value, Mapping):
        return {key: fill(item, slots) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, slots) for item in value]
    return value


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────


def read_script(options: Mapping[str, Any]) -> Script:
    """The script in an assistant's options; raises BadRequest `bad_rules` that names the place."""
    raw = options.get("rules", [])
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > _RULES:
        raise _bad("rules", f"is a list of at most {_RULES} rules")
    rules: list[Rule] = []
    on_result: Texts = ()
    for number, rule in enumerate(raw):
        place = f"rules[{number}]"
        if not isinstance(rule, Mapping):
            raise _bad(place, "is an object with `match` and `reply` or `tool`")
        if set(rule) == {"on_tool_result"}:
            on_result = on_result or _texts(rule["on_tool_result"], f"{place}.on_tool_result")
        else:
            rules.append(_rule(rule, place))
    greeting = _texts(options.get("greeting", list(GREETING)), "greeting")
    otherwise = _texts(options["otherwise"], "otherwise") if "otherwise" in options else ()
    return Script(tuple(rules), on_result or ("{result}",), greeting, otherwise)


def _rule(rule: Mapping[str, Any], place: str) -> Rule:
    unknown = set(rule) - {"match", "reply", "tool", "on_tool_result"}
    if unknown or "match" not in rule or ("reply" in rule) == ("tool" in rule):
        raise _bad(place, "has `match` and either `reply` or `tool` (with `on_tool_result`), nothing else")
    pattern = _pattern(rule["match"], f"{place}.match")
    if "reply" in rule:
        if "on_tool_result" in rule:
            raise _bad(place, "has `on_tool_result` but no `tool`")
        return Rule(pattern, _texts(rule["reply"], f"{place}.reply"))
    name, arguments = _tool(rule["tool"], f"{place}.tool")
    after = _texts(rule["on_tool_result"], f"{place}.on_tool_result") if "on_tool_result" in rule else ()
    return Rule(pattern, (), name, arguments, after)


def _tool(raw: Any, place: str) -> tuple[str, Mapping[str, Any]]:
    good = isinstance(raw, Mapping) and set(raw) <= {"name", "arguments"} and isinstance(raw.get("name"), str)
    if not good or not raw["name"] or not isinstance(raw.get("arguments", {}), Mapping):
        raise _bad(place, "is an object with `name` and, if the tool takes any, `arguments`")
    return raw["name"], raw.get("arguments", {})


def _texts(raw: Any, place: str) -> Texts:
    texts = [raw] if isinstance(raw, str) else raw
    if not isinstance(texts, Sequence) or not 0 < len(texts) <= _VARIANTS:
        raise _bad(place, f"is a text or a list of 1 to {_VARIANTS} texts")
    if not all(isinstance(text, str) and 0 < len(text) <= _REPLY for text in texts):
        raise _bad(place, f"holds texts of 1 to {_REPLY} characters")
    return tuple(texts)


def _pattern(raw: Any, place: str) -> "regex.Pattern[str]":
    if not isinstance(raw, str) or not 0 < len(raw) <= _PATTERN:
        raise _bad(place, f"is a regular expression of 1 to {_PATTERN} characters")
    repeats = 1
    for least, most in _COUNTED.findall(raw):
        repeats *= max(1, int(least or 0), int(most or 0))
    if repeats > _REPEATS:
        raise _bad(place, f"repeats too much; keep the product of all {{n}} below {_REPEATS}")
    try:
        re.compile(raw)  # the syntax people know; `regex` alone would allow more
        return regex.compile(raw, regex.IGNORECASE)
    except (re.error, regex.error, OverflowError, RecursionError) as error:
        raise _bad(place, f"is not a regular expression: {error}") from None


def _bad(place: str, should: str) -> BadRequest:
    return BadRequest("bad_rules", f"The scripted model's option {place} {should}.", field=place)
