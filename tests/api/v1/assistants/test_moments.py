"""Hooks, keypad and voicemail: what may be written, and what the engine is given."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.v1.assistants.schemas.assistant import CreateAssistant
from tests.api.v1.assistants.test_compile import SCRIPTED, compiled
from voice_engine.spec import ActionSpec, HookSpec, KeypadPlan, VoicemailPlan


def hook(on: str, *actions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"hooks": [{"on": on, "do": list(actions), **fields}]}


def hooks_of(assistant: dict[str, Any], variables: dict[str, Any] | None = None) -> tuple[HookSpec, ...]:
    overrides = {"variableValues": variables} if variables else None
    return compiled(assistant, overrides).spec.assistant.hooks


def test_a_silence_hook_has_vapis_defaults_and_its_templates_are_rendered():
    given = hook("customer.speech.timeout", {"type": "say", "exact": ["{{ name }}？", "喂？"]})

    (found,) = hooks_of(given, {"name": "王先生"})

    assert found == HookSpec(
        on="customer.speech.timeout",
        actions=(ActionSpec(do="say", words=("王先生？", "喂？")),),
        seconds=7.5,
        times=3,
    )


def test_whoever_asks_silent_callers_by_hook_does_not_ask_twice():
    given = hook("customer.speech.timeout", {"type": "say", "exact": "喂？"})

    assert compiled(given).spec.assistant.idle.times == 0
    assert compiled({**given, "messagePlan": {"idleMessages": ["?"]}}).spec.assistant.idle.times == 2


def test_filters_name_the_reasons_for_which_a_last_hook_is_run():
    end = {"type": "tool", "tool": {"type": "endCall"}}
    filters = [{"type": "oneOf", "key": "call.endedReason", "oneOf": ["voicemail", "silence-timed-out"]}]

    assert hooks_of(hook("call.ending", end, filters=filters))[0].reasons == (
        "silence-timed-out",
        "voicemail",
    )
    assert hooks_of(hook("call.ending", end))[0].reasons is None


def test_a_hooks_tool_has_its_server_and_what_it_is_sent():
    tool = {
        "type": "function",
        "function": {"name": "report"},
        "server": {"url": "https://example.com/{{ tenant }}", "secret": "s"},
        "parameters": [{"key": "why", "value": "late"}],
    }

    (found,) = hooks_of(hook("call.ending", {"type": "tool", "tool": tool}), {"tenant": "a"})

    spec = found.actions[0].tool
    assert spec is not None
    assert (spec.server_url, spec.fixed) == ("https://example.com/a", {"why": "late"})
    assert spec.server_headers == {"X-Vapi-Secret": "s"}


def test_keys_pressed_by_a_hook_are_the_schemas_default():
    tool = {
        "type": "dtmf",
        "function": {
            "name": "menu",
            "parameters": {"type": "object", "properties": {"dtmf": {"type": "string", "default": "1w2"}}},
        },
    }

    (found,) = hooks_of(hook("call.timeElapsed", {"type": "tool", "tool": tool}, options={"seconds": 5}))

    assert found.actions[0].tool is not None
    assert found.actions[0].tool.fixed == {"dtmf": "1w2"}


def test_a_prompt_is_a_message_for_the_model():
    (found,) = hooks_of(hook("assistant.speech.interrupted", {"type": "say", "prompt": "道歉。"}))

    assert found.actions[0].prompt == ({"role": "system", "content": "道歉。"},)


def test_hooks_of_chats_are_not_the_engines():
    assert hooks_of(hook("session.created", {"type": "tool", "tool": {"type": "endCall"}})) == ()


def test_uncertain_words_are_those_below_the_threshold():
    say = {"type": "say", "exact": "请再说一遍。"}
    on = "assistant.transcriber.endpointedSpeechLowConfidence"

    assert hooks_of(hook(on, say))[0].confidence == (0.2, 0.4)
    assert hooks_of(hook(on, say, options={"confidenceMax": 0.6}))[0].confidence == (pytest.approx(0.4), 0.6)


def test_keypad_and_voicemail_plans_are_compiled():
    spec = compiled(
        {
            "keypadInputPlan": {"enabled": True, "timeoutSeconds": 4, "delimiters": ["*", "#"]},
            "voicemailDetection": {"provider": "vapi", "type": "transcript", "beepMaxAwaitSeconds": 12},
            "voicemailMessage": "{{ customer.name }}，请回电。",
        },
        customer={"name": "王先生"},
    ).spec.assistant

    assert spec.keypad == KeypadPlan(enabled=True, timeout_s=4, delimiters=("*", "#"))
    assert spec.voicemail == VoicemailPlan(by="transcript", beep_wait_s=12)
    assert spec.voicemail_message == "王先生，请回电。"


def test_without_plans_keys_count_and_nobody_listens_for_machines():
    spec = compiled({"voicemailDetection": "off"}).spec.assistant

    assert (spec.keypad, spec.voicemail) == (KeypadPlan(), None)


def test_a_server_that_is_asked_for_pauses_is_the_assistants_if_it_has_none_of_its_own():
    plan = {"startSpeakingPlan": {"smartEndpointingPlan": {"provider": "custom-endpointing-model"}}}

    asked = compiled({**plan, "server": {"url": "https://example.com/hook"}}).spec.assistant.endpointing

    assert asked is not None
    assert (asked.server_url, asked.timeout_s) == ("https://example.com/hook", 1.0)
    assert compiled(plan).spec.assistant.endpointing is None


def test_what_a_voicemail_tool_says_first_is_the_message_it_leaves():
    tool = {
        "type": "voicemail",
        "beepDetectionEnabled": True,
        "messages": [{"type": "request-start", "content": "请回电。"}],
    }

    (spec,) = compiled({"model": {**SCRIPTED, "tools": [tool]}}).spec.assistant.model.tools

    assert (spec.fixed, spec.messages[0].at, spec.messages[0].texts) == (
        {"beep": True},
        "request-complete",
        {"": "请回电。"},
    )


SAY = {"type": "say", "exact": "?"}


@pytest.mark.parametrize(
    ("wrong", "place", "words"),
    [
        (hook("call.ended", SAY), ("hooks", 0, "on"), "should be one of the following values: call.ending"),
        (hook("call.timeElapsed", SAY), ("hooks", 0, "options", "seconds"), "is required"),
        (hook("call.ending", {"type": "say"}), ("hooks", 0, "do", 0, "exact"), "give exact or prompt"),
        (hook("call.ending", {"type": "tool"}), ("hooks", 0, "do", 0, "tool"), "give tool or toolId"),
        (
            hook("model.response.timeout", {"type": "say", "prompt": "?"}),
            ("hooks", 0, "do", 0, "exact"),
            "is what is late",
        ),
        (
            hook(
                "customer.speech.timeout", SAY, filters=[{"type": "oneOf", "key": "endedReason", "oneOf": []}]
            ),
            ("hooks", 0, "filters"),
            "only call.ending hooks have filters",
        ),
        (
            hook("call.ending", SAY, filters=[{"type": "oneOf", "key": "call.cost", "oneOf": []}]),
            ("hooks", 0, "filters", 0, "key"),
            "call.endedReason",
        ),
        (hook("session.created", SAY), ("hooks", 0, "do", 0, "type"), "should be tool"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(wrong: dict[str, Any], place: Any, words: str):
    with pytest.raises(ValidationError) as refusal:
        CreateAssistant.model_validate(wrong)

    (error,) = refusal.value.errors()
    assert error["loc"] == place
    assert words in error["msg"]
