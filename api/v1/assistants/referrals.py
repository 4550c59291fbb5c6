"""Destinations of a handoff that are compiled when they are chosen. Pure.

The engine gets them as a referral `{shown, sealed, aliases}` and brings it back with what the model stated
(api/v1/calls/members).
"""

import re
from typing import Any

from api.v1.assistants.config import Config
from api.v1.assistants.schemas.handoffs import MemberDestination, SquadDestination
from voice_engine.kernel.templates import Templates
from voice_engine.spec import DestinationSpec, ToolSpec
from voice_engine.think.handoff import PREFIX, handoff_parameters

Json = dict[str, Any]

_KEPT = ("type", "assistantId", "assistant", "assistantOverrides", "squadId", "squad", "entryAssistantName",
         "squadOverrides")  # fmt: skip
_MODES = {"none": "delete-history"}
_ONLY = {"userAndAssistantMessages": "words", "previousAssistantMessages": "last"}


def referred(
    to: MemberDestination | SquadDestination, config: Config, templates: Templates, place: str
) -> ToolSpec:
    """The tool by which the model chooses this destination; `place` is where it stands in `config`."""
    shown = to.given()
    head = f"{place}."
    sealed = {at.removeprefix(head): text for at, text in config.sealed.items() if at.startswith(head)}
    referral: Json = {"shown": {key: shown[key] for key in _KEPT if key in shown}, "sealed": sealed}
    label = _label(shown)
    destination = DestinationSpec(
        member=label,
        message=_said(shown.get("message"), templates, f"{place}.message"),
        **context(shown),
        **variables(shown, referral),
    )
    described = templates.text(to.description, f"{place}.description")
    number = "_".join(re.findall(r"\d+", place))
    return ToolSpec(
        name=f"{PREFIX}{_slug(label) or f'assistant_{number}'}",
        kind="handoff",
        description=described or f"Hand the caller over to {label or 'another assistant'} when that helps.",
        parameters=handoff_parameters(destination.extracts),
        destination=destination,
    )


def context(shown: Json) -> Json:
    """What the next model knows, as fields of a DestinationSpec."""
    plan = shown.get("contextEngineeringPlan") or {}
    kind = plan.get("type")
    mode = _MODES.get(str(kind)) or shown.get("transferMode")
    found: Json = {"keep_messages": plan.get("maxMessages") if kind == "lastNMessages" else None}
    return found | ({"mode": mode} if mode else {}) | ({"only": _ONLY[kind]} if kind in _ONLY else {})


def variables(shown: Json, referral: Json) -> Json:
    """What the model is asked for, and the referral that tells the control plane what to make of it."""
    plan = shown.get("variableExtractionPlan") or {}
    if plan:
        referral = {**referral, "aliases": plan.get("aliases") or []}
    return {"extracts": plan.get("schema") or {}, "referral": referral}


def _label(shown: Json) -> str:
    inner = shown.get("assistant") or shown.get("squad") or {}
    named = (shown.get("assistantOverrides") or {}).get("name") or inner.get("name")
    return str(named or shown.get("entryAssistantName") or "")


def _slug(label: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_")[:40]


def _said(message: Any, templates: Templates, place: str) -> str | None:
    if isinstance(message, dict):
        texts = [message.get("content"), *(each["text"] for each in message.get("contents") or ())]
        message = next((text for text in texts if text), "")
    return None if message is None else templates.text(message, place)
