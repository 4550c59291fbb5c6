"""Promises about data: what an assistant, its squad and its organisation say together. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.v1.assistants.schemas.plans import CompliancePlan, StayOnLineConsent, VerbalConsent
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ConsentSpec

Json = dict[str, Any]
_FLAGS = ("hipaaEnabled", "pciEnabled", "maskingEnabled")


def effective(plan: CompliancePlan | None, organization: Mapping[str, Any], hipaa: bool = False) -> Json:
    """The assistant's plan over its organisation's defaults, one key after the other."""
    own = plan.given() if plan else {}
    days = {**(organization.get("retentionDays") or {}), **(own.get("retentionDays") or {})}
    shown = {**organization, **own, **({"retentionDays": days} if days else {})}
    return {**shown, "hipaaEnabled": True} if hipaa else shown


def strictest(plans: Iterable[Mapping[str, Any]]) -> Json:
    """What holds for a call that several assistants may have: the first one's, and every other's promises."""
    found = [*plans]
    together: Json = dict(found[0]) if found else {}
    for plan in found[1:]:
        together |= {flag: True for flag in _FLAGS if plan.get(flag)}
        days = dict(together.get("retentionDays") or {})
        for what, kept in (plan.get("retentionDays") or {}).items():
            days[what] = min(days.get(what, kept), kept)
        if days:
            together["retentionDays"] = days
    return together


def keeps_nothing(plan: Mapping[str, Any]) -> bool:
    """Whether nothing of the call may be left once its report has been delivered."""
    return bool(plan.get("hipaaEnabled") or plan.get("pciEnabled"))


def consent(plan: CompliancePlan | None, templates: Templates) -> ConsentSpec | None:
    """How the caller is asked whether the call may be recorded; raises BadRequest for a bad template."""
    match plan.recording_consent_plan if plan else None:
        case StayOnLineConsent() as asked:
            extra: Json = {"wait_s": asked.wait_seconds}
        case VerbalConsent() as asked:
            extra = {"end_call": asked.decline_tool is not None}
        case _:
            return None
    return ConsentSpec(
        kind=asked.type,
        message=templates.text(asked.message, "compliancePlan.recordingConsentPlan.message"),
        after_caller=asked.first_message_mode == "assistant-waits-for-user",
        **extra,
    )
