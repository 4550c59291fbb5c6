"""Whether a tool may be run just now, and what is kept of its answer: a tenant's plans, bounded in time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.patterns import Pattern, TooSlow
from voice_engine.kernel.templates import Templates
from voice_engine.providers.base import Message
from voice_engine.spec import ConditionTree, ExtractionSpec
from voice_engine.think.tools.arguments import checked_value
from voice_engine.think.tools.base import Json

SEARCH_S = 0.002  # for one pattern
RENDER_S = 0.01  # of the processor, for all templates of one tool
LARGEST = 20_000  # bytes of one variable, as JSON
OURS = frozenset({"call", "customer", "transport"})  # facts that no answer changes
REJECTED = "{name} was not run: the conditions under which it is rejected hold just now. Go on without it."


def rejects(
    conditions: Sequence[ConditionTree],
    context: Sequence[Message],
    variables: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Whether all conditions hold. One that cannot be judged does not."""
    if not conditions:
        return False
    said = [{"role": m.role, "content": m.content} for m in context if m.role in ("user", "assistant")]
    templates = Templates({**variables, "messages": said}, now, RENDER_S)
    return all(_holds(condition, said, templates) for condition in conditions)


def _holds(condition: ConditionTree, said: Sequence[Json], templates: Templates) -> bool:
    match condition.kind:
        case "regex":
            return _matches(condition, said)
        case "liquid":
            try:
                return templates.text(condition.liquid, "liquid").strip().lower() == "true"
            except BadRequest:
                return False
        case "group":
            judged = (_holds(each, said, templates) for each in condition.conditions)
            return all(judged) if condition.operator == "AND" else any(judged)


def _matches(condition: ConditionTree, said: Sequence[Json]) -> bool:
    listed = [m["content"] for m in said if condition.role in (None, m["role"])]
    try:
        text = listed[condition.position]
        return Pattern(condition.pattern).found_in(text, SEARCH_S) != condition.negate
    except IndexError:
        return condition.negate
    except TooSlow:
        return False


def extracted(plan: ExtractionSpec, text: str, variables: Mapping[str, Any], now: datetime) -> Json:
    """The variables that an answer gives; none if it is not JSON of the plan's shape."""
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    found = _taken(plan.json_schema, answer)
    fields = answer if isinstance(answer, dict) else {"result": answer}
    templates = Templates({**variables, **fields, **found}, now, RENDER_S)
    for key, source in plan.aliases.items():
        try:
            found[key] = templates.text(source, key)
        except BadRequest:
            continue
    return {k: v for k, v in found.items() if k not in OURS and len(orjson.dumps(v)) <= LARGEST}


def _taken(schema: Mapping[str, Any], answer: Any) -> Json:
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        given = answer if isinstance(answer, dict) else {}
        return {
            name: given[name]
            for name, inner in properties.items()
            if given.get(name) is not None and checked_value(given[name], inner)
        }
    title = schema.get("title")
    return {title: answer} if isinstance(title, str) and title and checked_value(answer, schema) else {}
