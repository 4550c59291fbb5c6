"""What an assistant does at moments of its call: hooks, keypad, voicemail, whom it asks for a pause. Pure."""

from typing import Any

from api.v1.assistants.config import Config
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.schemas.hooks import Hook, HookAction
from api.v1.assistants.schemas.plans import VoicemailDetectionPlan
from api.v1.assistants.toolparts import ToolCompiler
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ActionSpec, HookSpec, KeypadPlan, ToolSpec, VoicemailPlan

Json = dict[str, Any]

# A model that is late would be late again; whoever interrupts is answered anyway.
_ANSWERED_ANYWAY = (
    "model.response.timeout", "assistant.speech.interrupted", "customer.speech.interrupted",
)  # fmt: skip
_SILENT = "customer.speech.timeout"
_UNSURE_BELOW = 0.4
_UNSURE_SPAN = 0.2
_ENDPOINTING_S = 1.0  # a pause is over by then, whatever the server would have said


def moments(
    fields: AssistantFields, config: Config, templates: Templates, server: Json | None, unseal: Any
) -> Json:
    """These parts of an AssistantSpec; BadRequest for a template or a tool that cannot be."""
    compiler = ToolCompiler(fields, config, templates, server, unseal)
    hooks = [
        _hook(hook, compiler, templates, f"hooks.{number}")
        for number, hook in enumerate(fields.hooks)
        if hook.moment != "session.created"
    ]
    return {
        "hooks": tuple(hooks),
        "keypad": _keypad(fields),
        "voicemail": _voicemail(fields.voicemail_detection),
        "voicemail_message": templates.text(fields.voicemail_message, "voicemailMessage"),
        "endpointing": _endpointing(fields, compiler),
    }


def asks_silent_callers(fields: AssistantFields) -> bool:
    """Whether a hook does what our idle messages would."""
    return any(hook.moment == _SILENT for hook in fields.hooks)


def _hook(hook: Hook, compiler: ToolCompiler, templates: Templates, place: str) -> HookSpec:
    given = {**(hook.options.given() if hook.options else {})}
    high = given.get("confidenceMax", _UNSURE_BELOW)
    elapsed = hook.moment == "call.timeElapsed"
    reasons = [set(each.one_of) for each in hook.filters]
    return HookSpec(
        on=hook.moment,
        name=hook.name or "",
        actions=tuple(
            _action(action, hook, compiler, templates, f"{place}.do.{number}")
            for number, action in enumerate(hook.do)
        ),
        reasons=tuple(sorted(set.intersection(*reasons))) if reasons else None,
        seconds=given["seconds"] if elapsed else given.get("timeoutSeconds", 7.5),
        times=given.get("triggerMaxCount", 3),
        reset_on_speech=given.get("triggerResetMode") == "onUserSpeech",
        confidence=(given.get("confidenceMin", max(0.0, high - _UNSURE_SPAN)), high),
    )


def _action(
    action: HookAction, hook: Hook, compiler: ToolCompiler, templates: Templates, place: str
) -> ActionSpec:
    words = [action.exact] if isinstance(action.exact, str) else action.exact or []
    message = action.message
    return ActionSpec(
        do=action.type,
        words=tuple(templates.text(text, f"{place}.exact") for text in words),
        prompt=_prompt(action.prompt, templates, f"{place}.prompt"),
        tool=compiler.of_hook(action.tool, f"{place}.tool") if action.tool else None,
        role=message.role if message else "system",
        text=templates.text(message.content, f"{place}.message.content") if message else "",
        respond=action.trigger_response_enabled and hook.moment not in _ANSWERED_ANYWAY,
    )


def _prompt(prompt: str | list[Json] | None, templates: Templates, place: str) -> tuple[dict[str, str], ...]:
    if isinstance(prompt, str):
        return ({"role": "system", "content": templates.text(prompt, place)},)
    told = [m for m in prompt or [] if isinstance(m.get("content"), str)]
    return tuple(
        {"role": str(m.get("role", "system")), "content": templates.text(m["content"], f"{place}.{number}")}
        for number, m in enumerate(told)
    )


def _keypad(fields: AssistantFields) -> KeypadPlan:
    plan = fields.keypad_input_plan
    if plan is None:
        return KeypadPlan()
    keys = plan.delimiters
    return KeypadPlan(
        enabled=plan.enabled,
        timeout_s=plan.timeout_seconds,
        delimiters=(keys,) if isinstance(keys, str) else tuple(keys),
    )


def _voicemail(plan: VoicemailDetectionPlan | str | None) -> VoicemailPlan | None:
    """Other vendors' plans run as ours: machines are told by their words and their beep."""
    if not isinstance(plan, VoicemailDetectionPlan) or not plan.enabled:
        return None
    return VoicemailPlan(by=plan.type, beep_wait_s=plan.beep_max_await_seconds)


def _endpointing(fields: AssistantFields, compiler: ToolCompiler) -> ToolSpec | None:
    smart = fields.start_speaking_plan.smart_endpointing_plan if fields.start_speaking_plan else None
    if smart is None or smart.provider != "custom-endpointing-model":
        return None
    place = "startSpeakingPlan.smartEndpointingPlan.server"
    asked = compiler.asked(smart.server, place)
    if asked is None:
        return None
    return asked.model_copy(update={"name": "endpointing", "timeout_s": min(asked.timeout_s, _ENDPOINTING_S)})
