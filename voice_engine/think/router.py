"""Which member of a squad should answer: rules first, a small model only where they are unsure."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import orjson
import structlog

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Llm, Message, Usage
from voice_engine.spec import FaqSpec, MemberSpec, SquadSpec
from voice_engine.think.intent import Heard

SURE = 0.6  # from here on the rules decide alone
WEAK = 0.35  # below, nobody is meant in particular
CANNED = 0.8  # a question this much like a prepared one gets its answer
MODEL_WITHIN_S = 4.0

_TASK = (
    "You route a caller's words to the right intent. Intents:\n{intents}\n"
    'Answer with JSON only: {{"intent": "<one of the intents, or none>", "confidence": <0 to 1>}}'
)
_OBJECT = re.compile(r"\{.*?\}", re.DOTALL)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers and why. `confidence` 0..1; `usage` is what the model used, if one was asked."""

    member: str
    intent: str
    confidence: float
    by: Literal["rules", "model", "default"]
    usage: Usage | None = None


async def route(
    text: str,
    squad: SquadSpec,
    *,
    current: str = "",
    load: Mapping[str, int] | None = None,
    llm: Llm | None = None,
) -> Route:
    """The member for these words.

    `current` stays if it has the skill or nobody is meant; without one the entry member is the default.
    `load` is how busy each member is, by name. `llm` is asked when the rules are unsure.
    """
    intent, confidence = recognise(text, squad.members)
    if confidence >= SURE or llm is None:
        return _routed(squad, intent, confidence, "rules", current, load or {})
    asked = await _ask(text, squad.members, llm)
    if asked is None:
        return _routed(squad, intent, confidence, "rules", current, load or {})
    intent, confidence, usage = asked
    return _routed(squad, intent, confidence, "model", current, load or {}, usage)


def recognise(text: str, members: Sequence[MemberSpec]) -> tuple[str, float]:
    """The skill (or member's name) that is spoken of, and how surely; ("", 0.0) when none is.

    Two intents that fit equally well, of different members, halve the confidence.
    """
    heard = Heard(text)
    scores = {intent: heard.likeness(intent) for intent in _intents(members)}
    best = max(scores, key=lambda intent: scores[intent], default="")
    if not best or scores[best] < WEAK:
        return "", 0.0
    able = _able(best, members)
    theirs = {intent for member in able for intent in (*member.skills, member.name)}
    rivals = [score for intent, score in scores.items() if intent not in theirs]
    return best, round(scores[best] - max(rivals, default=0.0) / 2, 3)


def select(intent: str, members: Sequence[MemberSpec], load: Mapping[str, int]) -> MemberSpec | None:
    """Of the members with this skill: the highest priority, then the least busy, then the first."""
    able = _able(intent, members)
    return min(able, key=lambda member: (-member.priority, load.get(member.name, 0)), default=None)


def canned(text: str, faqs: Sequence[FaqSpec], at_least: float = CANNED) -> tuple[str, float] | None:
    """The prepared answer to the most similar question and the likeness, if it is `at_least` that."""
    heard = Heard(text)
    scored = [(heard.sameness(question), faq.answer) for faq in faqs for question in faq.questions]
    score, answer = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return (answer, round(score, 3)) if score >= at_least else None


def _intents(members: Sequence[MemberSpec]) -> list[str]:
    return list(dict.fromkeys(intent for member in members for intent in (*member.skills, member.name)))


def _able(intent: str, members: Sequence[MemberSpec]) -> list[MemberSpec]:
    return [member for member in members if intent in member.skills or intent == member.name]


def _routed(
    squad: SquadSpec,
    intent: str,
    confidence: float,
    by: Literal["rules", "model"],
    current: str,
    load: Mapping[str, int],
    usage: Usage | None = None,
) -> Route:
    able = [member.name for member in _able(intent, squad.members)]
    chosen = select(intent, squad.members, load)
    if chosen is None or confidence < WEAK:
        known = current in {member.name for member in squad.members}
        return Route(current if known else squad.entry.name, intent, confidence, "default", usage)
    return Route(current if current in able else chosen.name, intent, confidence, by, usage)


async def _ask(text: str, members: Sequence[MemberSpec], llm: Llm) -> tuple[str, float, Usage | None] | None:
    """The model's opinion; None when it cannot be had: a conversation does not fail for want of it."""
    intents = _intents(members)
    task = _TASK.format(intents="\n".join(f"- {intent}" for intent in intents))
    answer, usage = "", None
    try:
        async with asyncio.timeout(MODEL_WITHIN_S):
            async for delta in llm.reply([Message("system", task), Message("user", text)]):
                answer += delta.text
                usage = delta.usage or usage
    except (ProviderError, TimeoutError) as error:
        log.warning("intent_not_classified", why=str(error))
        return None
    intent, confidence = _read(answer, intents)
    return intent, confidence, usage


def _read(answer: str, intents: Sequence[str]) -> tuple[str, float]:
    """("", 0.0) for whatever is not the JSON that was asked for."""
    found = _OBJECT.search(answer)
    try:
        said = orjson.loads(found[0]) if found else {}
        confidence = min(1.0, max(0.0, float(said.get("confidence", 0))))
    except (ValueError, TypeError, AttributeError):
        return "", 0.0
    intent = str(said.get("intent", ""))
    return (intent, confidence) if intent in intents else ("", 0.0)
