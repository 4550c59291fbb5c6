"""Vapi's plans for starting and stopping to speak → the engine's."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.v1.assistants.schemas.turns import StartSpeakingPlan, StopSpeakingPlan
from api.v1.assistants.turns import turn
from voice_engine.spec import EndpointingRule, TurnPlan


def start(**fields: Any) -> TurnPlan:
    return turn(StartSpeakingPlan.model_validate(fields), None)


def stop(**fields: Any) -> TurnPlan:
    return turn(None, StopSpeakingPlan.model_validate(fields))


def refusal(shape: type[StartSpeakingPlan | StopSpeakingPlan], fields: dict[str, Any]) -> tuple[str, str]:
    """Where the complaint is and what it says."""
    with pytest.raises(ValidationError) as refused:
        shape.model_validate(fields)
    error = refused.value.errors()[0]
    return ".".join(str(part) for part in error["loc"]), error["msg"]


def test_what_is_left_out_keeps_our_defaults():
    assert turn(None, None) == start() == stop() == TurnPlan()


# ── starting ─────────────────────────────────────────────────────────────────────────────────────────


def test_wait_seconds_hold_for_every_turn():
    assert start(waitSeconds=0.4) == TurnPlan(wait_s=0.4)


@pytest.mark.parametrize(
    ("fields", "smart"),
    [
        ({}, True),
        ({"smartEndpointingPlan": {"provider": "vapi"}}, True),
        ({"smartEndpointingPlan": {"provider": "livekit"}}, True),
        ({"smartEndpointingEnabled": True}, True),
        ({"smartEndpointingEnabled": "livekit"}, True),
        ({"smartEndpointingEnabled": False}, False),
        ({"transcriptionEndpointingPlan": {}}, False),
        ({"transcriptionEndpointingPlan": {}, "smartEndpointingEnabled": True}, True),
        ({"transcriptionEndpointingPlan": {}, "smartEndpointingPlan": {"provider": "vapi"}}, True),
    ],
)
def test_the_words_decide_unless_the_transcript_alone_is_to(fields, smart):
    assert start(**fields).smart is smart


def test_the_transcripts_ending_has_its_own_pauses():
    given = {"onPunctuationSeconds": 0.2, "onNoPunctuationSeconds": 1.2, "onNumberSeconds": 0.9}

    plan = start(transcriptionEndpointingPlan=given)

    assert plan == TurnPlan(smart=False, on_punctuation_s=0.2, on_no_punctuation_s=1.2, on_number_s=0.9)


def test_the_words_have_theirs():
    given = {
        "provider": "vapi",
        "finishedSeconds": 0.1,
        "undecidedSeconds": 0.4,
        "unfinishedSeconds": 2,
        "dictationSeconds": 4,
        "holdSeconds": 60,
        "learnedPausesEnabled": False,
    }

    assert start(smartEndpointingPlan=given, speculationEnabled=False) == TurnPlan(
        finished_s=0.1,
        undecided_s=0.4,
        unfinished_s=2,
        dictation_s=4,
        hold_s=60,
        learn_pauses=False,
        speculate=False,
    )


def test_livekits_wait_function_says_what_our_three_verdicts_are_worth():
    plan = start(
        smartEndpointingPlan={"provider": "livekit", "waitFunction": "20 + 500 * sqrt(x) + 2500 * x^3"}
    )

    assert [plan.finished_s, plan.undecided_s, plan.unfinished_s] == pytest.approx(
        [0.181, 0.686, 2.317], abs=0.001
    )


@pytest.mark.parametrize(
    ("expression", "finished_s"),
    [("2000 / (1 + exp(-10 * (x - 0.5)))", 0.036), ("-100", 0.0), ("1e9", 10.0), ("max(300, 10 * x)", 0.3)],
)
def test_any_arithmetic_is_computed_and_kept_within_reason(expression, finished_s):
    plan = start(smartEndpointingPlan={"provider": "livekit", "waitFunction": expression})

    assert plan.finished_s == pytest.approx(finished_s, abs=0.001)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "x.real",
        "[x]",
        "y + 1",
        "20 +",
        "1 / (x - x)",
        "sqrt(-x)",
        "9^9^9^9",
        "sqrt()",
        "'a' * 9",
        "True",
        "max(*[x])",
        "exp(exp(exp(exp(exp(x)))))",
    ],
)
def test_what_is_no_arithmetic_is_refused_where_it_stands(expression):
    fields = {"smartEndpointingPlan": {"provider": "livekit", "waitFunction": expression}}

    where, why = refusal(StartSpeakingPlan, fields)

    assert where == "smartEndpointingPlan.waitFunction"
    assert "should be" in why


def test_rules_are_taken_in_their_order():
    rules = [
        {
            "type": "assistant",
            "regex": "card number",
            "regexOptions": [
                {"type": "ignore-case", "enabled": True},
                {"type": "whole-word", "enabled": False},
            ],
            "timeoutSeconds": 4,
        },
        {"type": "customer", "regex": "^嗯$", "timeoutSeconds": 2},
        {
            "type": "both",
            "assistantRegex": "地址",
            "customerRegex": "路",
            "customerRegexOptions": [{"type": "multi-line", "enabled": True}],
            "timeoutSeconds": 15,
        },
    ]

    assert start(customEndpointingRules=rules).rules == (
        EndpointingRule(assistant="card number", assistant_options=("ignore-case",), timeout_s=4),
        EndpointingRule(customer="^嗯$", timeout_s=2),
        EndpointingRule(assistant="地址", customer="路", customer_options=("multi-line",), timeout_s=15),
    )


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ({"type": "customer", "regex": "(", "timeoutSeconds": 1}, "customEndpointingRules.0.regex"),
        ({"type": "customer", "timeoutSeconds": 1}, "customEndpointingRules.0.regex"),
        (
            {"type": "both", "assistantRegex": "a", "timeoutSeconds": 1},
            "customEndpointingRules.0.customerRegex",
        ),
        ({"type": "customer", "regex": "a", "timeoutSeconds": 16}, "customEndpointingRules.0.timeoutSeconds"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_where_it_is_wrong(rule, where):
    assert refusal(StartSpeakingPlan, {"customEndpointingRules": [rule]})[0] == where


# ── stopping ─────────────────────────────────────────────────────────────────────────────────────────


def test_vapis_numbers_are_used():
    assert stop(numWords=3, voiceSeconds=0.4, backoffSeconds=2) == TurnPlan(
        interrupt_words=3, interrupt_voice_s=0.4, backoff_s=2
    )


def test_nothing_is_final_before_it_is_noticed():
    plan = stop(voiceSeconds=0.5, commitSeconds=0.3)

    assert (plan.interrupt_voice_s, plan.interrupt_commit_s) == (0.5, 0.5)


def test_given_phrases_stand_in_place_of_ours():
    plan = stop(acknowledgementPhrases=["嗯", "okay"], interruptionPhrases=[])

    assert plan == TurnPlan(acknowledgements=("嗯", "okay"), interrupt_phrases=())


def test_our_own_switches():
    plan = stop(mode="keywords", commitSeconds=0.8, resumeSeconds=2, echoGuardEnabled=False)

    assert plan == TurnPlan(
        interrupt_by="keywords", interrupt_commit_s=0.8, resume_after_s=2, echo_guard=False
    )


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"numWords": 11}, "numWords"),
        ({"voiceSeconds": 0.6}, "voiceSeconds"),
        ({"backoffSeconds": -1}, "backoffSeconds"),
        ({"acknowledgementPhrases": ["a" * 241]}, "acknowledgementPhrases.0"),
        ({"mode": "loud"}, "mode"),
    ],
)
def test_limits_are_told_where_they_are_passed(fields, where):
    assert refusal(StopSpeakingPlan, fields)[0] == where
