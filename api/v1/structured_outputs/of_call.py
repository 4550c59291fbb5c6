"""Which structured outputs a call has, what a model is asked for them, and what the call shows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import regex  # type: ignore[import-untyped]  # unlike `re`, its searches can be given a time

from api.db.tx import TenantSession
from api.v1.analysis.asking import Answered
from api.v1.analysis.asks import Ask, Subject, spoken, structured
from api.v1.analysis.schema import complaints
from api.v1.calls.model import CallRow
from api.v1.calls.story import transcript
from api.v1.credentials.repo import Credentials
from api.v1.credentials.vault import Vault
from api.v1.structured_outputs.repo import StructuredOutputs
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest
from voice_engine.spec import ModelSpec

Json = dict[str, Any]

DEADLINE_S = 30.0
_SEARCH_S = 0.2
_NO_MODEL = "there is no model that could draw it: the assistant has none that writes, the platform neither"


@dataclass(frozen=True, slots=True)
class Output:
    """One of them, stored or not. `config` is in the API's words."""

    id: str
    config: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name in the call."""
        return str(self.config["name"])

    @property
    def is_pattern(self) -> bool:
        """Whether no model is needed."""
        return self.config.get("type") == "regex"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Those of one call. False when there are none."""

    each: tuple[Output, ...] = ()
    vault: Vault = field(default_factory=Vault)

    def __bool__(self) -> bool:
        return bool(self.each)

    def questions(self, subject: Subject, model: ModelSpec | None) -> list[tuple[Ask, ModelSpec]]:
        """For those whose conditions hold and that have a model; `model` is the call's."""
        asked = []
        for output in self.each:
            chosen = self._model(output, model)
            if chosen is None or output.is_pattern or _unmet(output, subject.row):
                continue
            try:
                asked.append((_question(output, subject), chosen))
            except BadRequest:
                continue  # `shown` says so
        return asked

    def shown(self, subject: Subject, answers: Sequence[Answered]) -> Json:
        """`{results, skipped, kept, updatedAt}`; `kept` are the ids that outlive an erased conversation."""
        found = {each.ask.key: each for each in answers}
        results: Json = {}
        skipped: Json = {}
        for output in self.each:
            value, why = self._outcome(output, subject, found.get(output.id))
            if why:
                skipped[output.id] = {"name": output.name, "reason": why}
            else:
                results[output.id] = {"name": output.name, "result": value}
        kept = [
            output.id
            for output in self.each
            if (output.config.get("compliancePlan") or {}).get("forceStoreOnHipaaEnabled")
        ]
        return {"results": results, "skipped": skipped, "kept": kept, "updatedAt": iso(subject.now)}

    def _outcome(self, output: Output, subject: Subject, answered: Answered | None) -> tuple[Any, str]:
        unmet = _unmet(output, subject.row)
        if unmet:
            return None, unmet
        if output.is_pattern:
            return matched(output.config, transcript(subject.row.messages, subject.row.artifact_plan))
        if answered is not None:
            return answered.value, answered.why
        return None, _unasked(output, subject)

    def _model(self, output: Output, model: ModelSpec | None) -> ModelSpec | None:
        own = output.config.get("model")
        if not own:
            return model
        stored = self.vault.find(own["provider"])
        return ModelSpec(
            provider=own["provider"],
            model=own["model"],
            temperature=own.get("temperature", 0),
            max_tokens=own.get("maxTokens", 2000),
            sealed_api_key=stored.sealed if stored else "",
            credential_id=stored.id if stored else "",
            extra={"authenticationPlan": stored.plan} if stored and stored.plan else {},
        )


def outputs_of(session: TenantSession, row: CallRow) -> Outputs:
    """What the call's artifactPlan names or holds, and what is linked to its assistants."""
    plan = row.artifact_plan or {}
    stored = StructuredOutputs(session, row.org_id).of_assistant(
        plan.get("structuredOutputIds") or (), [row.assistant_id] if row.assistant_id else ()
    )
    found = [Output(each.id, each.config) for each in stored]
    for index, given in enumerate(plan.get("structuredOutputs") or ()):
        found.append(Output(str(uuid5(NAMESPACE_OID, f"{row.id}/{index}")), given))
    return outputs(session, found)


def outputs(session: TenantSession, found: Sequence[Output]) -> Outputs:
    """These, with the organisation's credentials if one of them has a model of its own."""
    own = any(output.config.get("model") for output in found)
    return Outputs(tuple(found), Credentials(session, session.org_id).vault() if own else Vault())


def matched(config: Mapping[str, Any], transcript: str) -> tuple[Any, str]:
    """What the pattern finds, as the schema's type, and why there is nothing, empty if there is."""
    kind, pattern = config["schema"].get("type"), regex.compile(config["regex"])
    try:
        hits = [
            hit[1] if hit.re.groups else hit[0] for hit in pattern.finditer(transcript, timeout=_SEARCH_S)
        ]
    except TimeoutError:
        return None, "the pattern takes too long"
    if kind == "boolean":
        return bool(hits), ""
    if not hits:
        return None, "the pattern matches nothing"
    value = hits if kind == "array" else _converted(hits[0], kind)
    wrong = complaints(value, config["schema"])
    return (None, "; ".join(wrong)) if wrong else (value, "")


def _converted(text: str | None, kind: str | None) -> Any:
    makers = {"integer": int, "number": float}
    try:
        return makers[kind](text) if kind in makers and text is not None else text
    except ValueError:
        return text


def _question(output: Output, subject: Subject) -> Ask:
    config = output.config
    schema = {"title": output.name, **config["schema"]}
    if config.get("description"):
        schema.setdefault("description", config["description"])
    return structured(
        subject, schema, kind="structuredOutput", key=output.id, field="structuredOutput.model",
        messages=(config.get("model") or {}).get("messages") or (), deadline_s=DEADLINE_S,
    )  # fmt: skip


def _unasked(output: Output, subject: Subject) -> str:
    try:
        _question(output, subject)
    except BadRequest as error:
        return error.message
    return _NO_MODEL


def _unmet(output: Output, row: CallRow) -> str:
    """The first condition that does not hold, in words; empty when all do."""
    for condition in output.config.get("conditions") or ():
        match condition["type"]:
            case "minMessages" if spoken(row.messages) < condition["count"]:
                return f"the call has fewer than {condition['count']} messages"
            case "minCallDuration" if _seconds(row) < condition["seconds"]:
                return f"the call was shorter than {condition['seconds']:g} s"
            case "endedReason":
                named = row.ended_reason in condition["values"]
                if named != (condition["operator"] == "oneOf"):
                    return f"the call ended with {row.ended_reason}"
    return ""


def _seconds(row: CallRow) -> float:
    if row.started_at is None or row.ended_at is None:
        return 0.0
    return (row.ended_at - row.started_at).total_seconds()
