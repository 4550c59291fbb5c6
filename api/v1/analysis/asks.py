"""What is to be found out about a call that is over: its analysisPlan as questions for a model. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

import orjson

from api.v1.analysis import prompts, rubrics
from api.v1.analysis.answers import Unreadable, fitting
from api.v1.analysis.rubrics import Language
from api.v1.calls.model import CallRow
from api.v1.calls.story import transcript
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.templates import Templates
from voice_engine.providers.base import Message

Json = dict[str, Any]
Kind = Literal["summary", "structuredData", "successEvaluation", "structuredOutput"]

DEADLINE_S, LONGEST_S = 5.0, 55.0  # the outbox takes a task for lost after 60 s
FEWEST_MESSAGES = 2
LONGEST_SUMMARY = 4_000  # characters
_ROLES = frozenset({"system", "user", "assistant"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `read` makes a value of the answer's text or raises Unreadable; `key` tells questions of
    one kind apart. `deadline_s` covers the second attempt too."""

    kind: Kind
    messages: tuple[Message, ...]
    read: Callable[[str], Any]
    language: Language
    deadline_s: float = DEADLINE_S
    key: str = ""

    @property
    def usage_id(self) -> str:
        """Under which its use is recorded, once for each call."""
        return f"analysis-{self.kind}-{self.key}" if self.key else f"analysis-{self.kind}"


@dataclass(frozen=True, slots=True)
class Subject:
    """The conversation that is asked about, as templates see it."""

    row: CallRow
    now: datetime

    @property
    def language(self) -> Language:
        """The conversation's."""
        return prompts.language_of(self.row.messages)

    @property
    def system_prompt(self) -> str:
        """What the assistant was told; empty if nothing."""
        model = self.row.spec.get("assistant", {}).get("model", {})
        return next((m["content"] for m in model.get("messages", ()) if m.get("role") == "system"), "")

    def rendered(self, given: Sequence[Mapping[str, Any]], field: str, **more: str) -> tuple[Message, ...]:
        """Messages with {{transcript}}, {{systemPrompt}}, {{messages}}, {{endedReason}} and `more` filled in.

        Raises BadRequest when they cannot be.
        """
        variables = {
            "transcript": transcript(self.row.messages, self.row.artifact_plan),
            "systemPrompt": self.system_prompt,
            "messages": self.row.messages,
            "endedReason": self.row.ended_reason or "",
            **more,
        }
        templates, asked = Templates(variables, self.now), []
        for index, message in enumerate(given):
            place = f"{field}.messages.{index}"
            if message.get("role") not in _ROLES or not isinstance(message.get("content"), str):
                sentence = f"{place} needs a role and a content."
                raise BadRequest("analysis_message_malformed", sentence, field=place)
            asked.append(Message(message["role"], templates.text(message["content"], place)))
        return tuple(asked)


def long_enough(plan: Mapping[str, Any], messages: Sequence[Json]) -> bool:
    """Whether so much was said that it is worth asking about."""
    fewest = plan.get("minMessagesThreshold")
    return spoken(messages) >= (FEWEST_MESSAGES if fewest is None else fewest)


def spoken(messages: Sequence[Json]) -> int:
    """How many messages somebody said."""
    return sum(m.get("role") in ("user", "bot") for m in messages)


def wants_summary(plan: Mapping[str, Any]) -> bool:
    """Default: yes."""
    return (plan.get("summaryPlan") or {}).get("enabled") is not False


def asks(plan: Mapping[str, Any], subject: Subject) -> Iterator[Ask | BadRequest]:
    """The questions of a plan; a BadRequest for each that cannot be asked."""
    if wants_summary(plan):
        yield _attempt(_summary, plan.get("summaryPlan") or {}, subject)
    structured = plan.get("structuredDataPlan") or {}
    if structured.get("enabled") and structured.get("schema"):
        yield _attempt(_structured, structured, subject, "", "analysisPlan.structuredDataPlan")
    for index, each in enumerate(plan.get("structuredDataMultiPlan") or ()):
        if each["plan"].get("enabled", True) and each["plan"].get("schema"):
            field = f"analysisPlan.structuredDataMultiPlan.{index}.plan"
            yield _attempt(_structured, each["plan"], subject, each["key"], field)
    success = plan.get("successEvaluationPlan") or {}
    if success.get("enabled") is not False:
        yield _attempt(_success, success, subject)


def structured(
    subject: Subject, schema: Json, *, kind: Kind, key: str, field: str, messages: Sequence[Json] = (),
    deadline_s: float = DEADLINE_S,
) -> Ask:  # fmt: skip
    """A question whose answer is a value that fits a schema."""
    language = subject.language
    given = messages or prompts.default(prompts.STRUCTURED, language, with_prompt=False)
    given = _with_form(given, "schema", language)
    asked = subject.rendered(given, field, schema=orjson.dumps(schema).decode())
    return Ask(kind, asked, partial(_fitting, schema=schema), language, deadline_s, key)


def _attempt(make: Callable[..., Ask], *given: Any) -> Ask | BadRequest:
    try:
        return make(*given)
    except BadRequest as error:
        return error


def _summary(plan: Mapping[str, Any], subject: Subject) -> Ask:
    language = subject.language
    given = plan.get("messages") or prompts.default(prompts.SUMMARY, language, with_prompt=False)
    asked = subject.rendered(given, "analysisPlan.summaryPlan")
    return Ask("summary", asked, _said, language, _deadline(plan))


def _structured(plan: Mapping[str, Any], subject: Subject, key: str, field: str) -> Ask:
    return structured(
        subject, plan["schema"], kind="structuredData", key=key, field=field,
        messages=plan.get("messages") or (), deadline_s=_deadline(plan),
    )  # fmt: skip


def _success(plan: Mapping[str, Any], subject: Subject) -> Ask:
    rubric: rubrics.Rubric = plan.get("rubric") or "PassFail"
    language = subject.language
    with_prompt = bool(subject.system_prompt)
    given = plan.get("messages") or prompts.default(prompts.SUCCESS, language, with_prompt=with_prompt)
    given = _with_form(given, "rubric", language)
    asked = subject.rendered(
        given, "analysisPlan.successEvaluationPlan", rubric=rubrics.asked(rubric, language)
    )
    return Ask("successEvaluation", asked, partial(rubrics.read, rubric), language, _deadline(plan))


def _with_form(given: Sequence[Mapping[str, Any]], name: str, language: Language) -> list[Any]:
    """A prompt of one's own that does not say what form the answer has is told it at the end."""
    named = any(
        name in str(message.get("content")) and "{{" in str(message.get("content")) for message in given
    )
    form = {"role": "system", "content": prompts.FORM[language][name]}
    return [*given] if named else [*given, form]


def _deadline(plan: Mapping[str, Any]) -> float:
    return min(float(plan.get("timeoutSeconds") or DEADLINE_S), LONGEST_S)


def _fitting(text: str, schema: Json) -> Any:
    return fitting(text, schema)


def _said(text: str) -> str:
    if not text.strip():
        raise Unreadable("there is no text in it")
    return text.strip()[:LONGEST_SUMMARY]
