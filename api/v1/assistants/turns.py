"""Vapi's plans for starting and stopping to speak → the engine's plan for turns. Pure.

What was given is used; what was not keeps our own defaults, which are not Vapi's.
"""

from typing import Any

from api.v1.assistants.schemas.turns import (
    CustomEndpointingRule,
    SmartEndpointingPlan,
    StartSpeakingPlan,
    StopSpeakingPlan,
    TranscriptionEndpointingPlan,
)
from api.v1.assistants.schemas.voice import RegexOption
from api.v1.assistants.schemas.waitfunction import WaitFunction
from voice_engine.spec import EndpointingRule, TurnPlan
from voice_engine.spec import RegexOption as Option

# How likely the caller goes on, for the three things our classifier says.
_LIKELY = {"finished_s": 0.1, "undecided_s": 0.5, "unfinished_s": 0.9}
_LONGEST_S = 10.0

_START = {"wait_seconds": "wait_s", "speculation_enabled": "speculate"}
_SMART = {
    "finished_seconds": "finished_s",
    "undecided_seconds": "undecided_s",
    "unfinished_seconds": "unfinished_s",
    "dictation_seconds": "dictation_s",
    "hold_seconds": "hold_s",
    "learned_pauses_enabled": "learn_pauses",
}
_TRANSCRIPTION = {
    "on_punctuation_seconds": "on_punctuation_s",
    "on_no_punctuation_seconds": "on_no_punctuation_s",
    "on_number_seconds": "on_number_s",
}
_STOP = {
    "num_words": "interrupt_words",
    "voice_seconds": "interrupt_voice_s",
    "commit_seconds": "interrupt_commit_s",
    "backoff_seconds": "backoff_s",
    "resume_seconds": "resume_after_s",
    "mode": "interrupt_by",
    "echo_guard_enabled": "echo_guard",
}
_PHRASES = {"acknowledgement_phrases": "acknowledgements", "interruption_phrases": "interrupt_phrases"}

_Shape = StartSpeakingPlan | SmartEndpointingPlan | TranscriptionEndpointingPlan | StopSpeakingPlan
_Values = dict[str, Any]


def turn(start: StartSpeakingPlan | None, stop: StopSpeakingPlan | None) -> TurnPlan:
    """When a turn ends and what interrupts."""
    values = _interrupting(stop) if stop else {}
    if start is not None:
        values |= _given(start, _START) | _ending(start)
        values["rules"] = tuple(_rule(rule) for rule in start.custom_endpointing_rules)
    return TurnPlan(**values)


def _ending(start: StartSpeakingPlan) -> _Values:
    smart, transcription = start.smart_endpointing_plan, start.transcription_endpointing_plan
    values: _Values = {"smart": _is_smart(start)}
    if transcription is not None:
        values |= _given(transcription, _TRANSCRIPTION)
    if smart is not None:
        values |= _waiting(smart) | _given(smart, _SMART)
    return values


def _is_smart(start: StartSpeakingPlan) -> bool:
    """A transcription plan alone means that it is to decide, as it does at Vapi."""
    if start.smart_endpointing_plan is not None:
        return True
    if start.smart_endpointing_enabled is not None:
        return bool(start.smart_endpointing_enabled)
    return start.transcription_endpointing_plan is None


def _waiting(smart: SmartEndpointingPlan) -> _Values:
    if smart.wait_function is None or smart.provider != "livekit":
        return {}
    wait = WaitFunction(smart.wait_function)
    return {name: min(max(wait.milliseconds(x) / 1000, 0.0), _LONGEST_S) for name, x in _LIKELY.items()}


def _rule(rule: CustomEndpointingRule) -> EndpointingRule:
    single = (rule.regex or "", _enabled(rule.regex_options))
    assistant = (rule.assistant_regex or "", _enabled(rule.assistant_regex_options))
    customer = (rule.customer_regex or "", _enabled(rule.customer_regex_options))
    if rule.type != "both":
        of_assistant = rule.type == "assistant"
        assistant, customer = (single, ("", ())) if of_assistant else (("", ()), single)
    return EndpointingRule(
        assistant=assistant[0],
        assistant_options=assistant[1],
        customer=customer[0],
        customer_options=customer[1],
        timeout_s=rule.timeout_seconds,
    )


def _enabled(options: list[RegexOption]) -> tuple[Option, ...]:
    return tuple(option.type for option in options if option.enabled)


def _interrupting(stop: StopSpeakingPlan) -> _Values:
    values = _given(stop, _STOP) | {ours: tuple(said) for ours, said in _given(stop, _PHRASES).items()}
    voice_s = values.get("interrupt_voice_s", 0.0)
    values["interrupt_commit_s"] = max(voice_s, values.get("interrupt_commit_s", stop.commit_seconds))
    return values


def _given(shape: _Shape, names: dict[str, str]) -> _Values:
    """The fields a client has given, by their names in the spec."""
    return {
        ours: getattr(shape, theirs) for theirs, ours in names.items() if theirs in shape.model_fields_set
    }
