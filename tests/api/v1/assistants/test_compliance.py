"""Promises about data: an assistant's over its organisation's, a squad's the strictest."""

from typing import Any

import pytest

from api.v1.assistants.compliance import consent, effective, keeps_nothing, strictest
from api.v1.assistants.schemas.plans import CompliancePlan
from tests.api.world import SetClock
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ConsentSpec


def plan(**given: Any) -> CompliancePlan:
    return CompliancePlan.model_validate(given)


def test_an_assistants_keys_win_one_by_one():
    organization = {"maskingEnabled": True, "retentionDays": {"recording": 30, "transcript": 90}}

    found = effective(plan(maskingEnabled=False, retentionDays={"recording": 7}), organization)

    assert found == {"maskingEnabled": False, "retentionDays": {"recording": 7, "transcript": 90}}
    assert effective(None, organization) == organization


def test_vapis_old_spelling_promises_the_same():
    assert effective(None, {}, hipaa=True) == {"hipaaEnabled": True}


def test_the_strictest_of_a_squads_promises_holds_for_the_call():
    plans = [{"retentionDays": {"recording": 30}}, {"pciEnabled": True}, {"retentionDays": {"recording": 7}}]

    found = strictest(plans)

    assert found == {"pciEnabled": True, "retentionDays": {"recording": 7}}
    assert keeps_nothing(found)
    assert strictest([]) == {}


@pytest.mark.parametrize(
    ("given", "spec"),
    [
        (
            {"type": "stay-on-line", "message": "{{shop}}将录音", "waitSeconds": 2},
            ConsentSpec(kind="stay-on-line", message="小店将录音", wait_s=2),
        ),
        (
            {
                "type": "verbal",
                "message": "同意吗",
                "declineTool": {"type": "endCall"},
                "firstMessageMode": "assistant-waits-for-user",
            },
            ConsentSpec(kind="verbal", message="同意吗", end_call=True, after_caller=True),
        ),
    ],
)
def test_a_consent_plan_is_compiled(given: dict[str, Any], spec: ConsentSpec):
    templates = Templates({"shop": "小店"}, SetClock().wall())

    assert consent(plan(recordingConsentPlan=given), templates) == spec


def test_without_a_plan_nobody_is_asked():
    assert consent(plan(), Templates({}, SetClock().wall())) is None
