"""The parts of a SessionSpec: model, tools, transcriber, voice, turns, webhook. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from api.v1.assistants import speaking
from api.v1.assistants.config import Config
from api.v1.assistants.schemas.adapters import knobs
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.schemas.base import Shape
from api.v1.assistants.schemas.model import CustomLLMModel, OpenAIModel, OtherModel, ScriptedModel
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.schemas.transcriber import AnyTranscriber, PocketSphinxTranscriber, Transcriber
from api.v1.assistants.schemas.turns import MessagePlan
from api.v1.assistants.schemas.voice import AnyVoice, Voice
from api.v1.assistants.servers import Unseal, rendered
from api.v1.assistants.toolparts import ToolCompiler
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.templates import Templates
from voice_engine.providers.llm.script import read_script
from voice_engine.providers.llm.vendors import vendor_of
from voice_engine.providers.realtime.models import is_realtime
from voice_engine.providers.stt.jsgf import read_grammar
from voice_engine.spec import IdlePlan, ModelSpec, TranscriberSpec, VoiceSpec

Json = dict[str, Any]

_TRANSCRIBER: TypeAdapter[Any] = TypeAdapter(Transcriber)
_VOICE: TypeAdapter[Any] = TypeAdapter(Voice)


# ── thinking ─────────────────────────────────────────────────────────────────────────────────────────


def model(
    fields: AssistantFields,
    config: Config,
    templates: Templates,
    server: Json | None,
    unseal: Unseal,
    facts: Mapping[str, Any],
) -> ModelSpec:
    """Raises BadRequest when the assistant has none: there is no sensible default for what to say.

    `facts` is what a custom model is told of the call: `{call, customer}`.
    """
    chosen = fields.model
    if chosen is None:
        message = "assistant.model should not be empty: a call needs a model."
        raise BadRequest("model_missing", message, field="model")
    spec = ModelSpec(
        provider=chosen.provider,
        model=chosen.model,
        messages=tuple(
            {"role": said.role, "content": templates.text(said.content, f"model.messages.{index}.content")}
            for index, said in enumerate(chosen.messages)
        ),
        temperature=chosen.temperature,
        max_tokens=chosen.max_tokens,
        sealed_api_key=config.api_key(chosen.provider),
        tools=ToolCompiler(fields, config, templates, server, unseal).tools(),
        extra=_model_extra(chosen, templates, _told(chosen, fields, facts)) | _plan(chosen, config),
        strategy=chosen.fallback_plan.strategy if chosen.fallback_plan else "ordered",
        weight=chosen.weight,
    )
    reached = _reached(chosen, templates, "model")
    return spec.model_copy(update={**reached, "fallbacks": _models(spec, fields, config, templates, facts)})


def _models(
    first: ModelSpec, fields: AssistantFields, config: Config, templates: Templates, facts: Mapping[str, Any]
) -> tuple[ModelSpec, ...]:
    """Who takes over: the same vendor's other models, then those of the plan."""
    chosen = fields.model
    assert chosen is not None
    names = chosen.fallback_models if isinstance(chosen, OpenAIModel) else []
    same = {"messages": (), "tools": ()}
    specs = [first.model_copy(update={**same, "model": name}) for name in names]
    plan = chosen.fallback_plan.models if chosen.fallback_plan else []
    for index, other in enumerate(plan):
        spec = ModelSpec(
            provider=other.provider,
            model=other.model,
            temperature=_given(other, "temperature", first.temperature),
            max_tokens=_given(other, "max_tokens", first.max_tokens),
            sealed_api_key=config.api_key(other.provider),
            extra=_model_extra(other, templates, _told(other, fields, facts)) | _plan(other, config),
            weight=other.weight,
        )
        place = f"model.fallbackPlan.models.{index}"
        specs.append(spec.model_copy(update=_reached(other, templates, place)))
    return tuple(specs)


def _given(shape: Shape, name: str, otherwise: Any) -> Any:
    return getattr(shape, name) if name in shape.model_fields_set else otherwise


def _reached(chosen: Any, templates: Templates, place: str) -> Json:
    """Where a model with an address of its own is."""
    if not isinstance(chosen, CustomLLMModel | OtherModel):
        return {}
    reached: Json = {"headers": templates.tree(chosen.headers, f"{place}.headers")}
    if chosen.timeout_seconds:
        reached["timeout_s"] = chosen.timeout_seconds
    if chosen.url:
        reached["base_url"] = _base_url(templates.text(chosen.url, f"{place}.url"))
    return reached


def _told(chosen: Any, fields: AssistantFields, facts: Mapping[str, Any]) -> Json:
    """What Vapi sends a custom model beside the messages, by its metadataSendMode."""
    if not isinstance(chosen, CustomLLMModel) or chosen.metadata_send_mode == "off":
        return {}
    if chosen.metadata_send_mode == "destructured":
        return {**facts, "metadata": fields.metadata}
    return {"metadata": {**fields.metadata, **facts}}


def _plan(chosen: Any, config: Config) -> Json:
    """Where a custom model's token comes from, if it wants one."""
    plan = config.authentication_plan(chosen.provider) if isinstance(chosen, CustomLLMModel) else {}
    return {"authenticationPlan": plan} if plan else {}


def _model_extra(chosen: Any, templates: Templates, told: Json) -> Json:
    if isinstance(chosen, ScriptedModel):
        script = {key: _rendered(value, templates, f"model.{key}") for key, value in chosen.script().items()}
        read_script(script)
        return script
    if isinstance(chosen, OtherModel):
        return dict(chosen.options)
    if is_realtime(chosen.provider, chosen.model):
        return dict(templates.tree(getattr(chosen, "realtime", {}), "model.realtime"))
    knobs = ("enableThinking", "region", *vendor_of(chosen.provider).knobs)
    given = {name: value for name, value in chosen.given().items() if name in knobs}
    return {**given, "extraBody": told} if told else given


def _rendered(script: Any, templates: Templates, place: str) -> Any:
    """A script with its texts rendered and its patterns left alone: braces mean something else in those."""
    if isinstance(script, str):
        return templates.text(script, place)
    if isinstance(script, list):
        return [_rendered(item, templates, f"{place}.{index}") for index, item in enumerate(script)]
    return {
        key: value if key in ("match", "tool") else _rendered(value, templates, f"{place}.{key}")
        for key, value in script.items()
    }


def _base_url(url: str) -> str:
    return url.rstrip("/").removesuffix("/chat/completions")


# ── hearing and speaking ─────────────────────────────────────────────────────────────────────────────


def transcriber(
    fields: AssistantFields, config: Config, templates: Templates, default: Json
) -> TranscriberSpec:
    """The assistant's recogniser, or the installation's default; BadRequest for a grammar that is none.

    A realtime model hears itself: where no recogniser is named, it is its own.
    """
    model = fields.model
    if fields.transcriber is None and model and is_realtime(model.provider, model.model):
        language = str(getattr(model, "realtime", {}).get("language", ""))
        return TranscriberSpec(provider=model.provider, model=model.model, language=language)
    chosen = fields.transcriber or _TRANSCRIBER.validate_python(default)
    first, plan = _transcriber(chosen, config, templates, "transcriber"), chosen.fallback_plan
    if plan is None:
        return first
    others = tuple(
        _transcriber(other, config, templates, f"transcriber.fallbackPlan.transcribers.{index}")
        for index, other in enumerate(plan.transcribers)
    )
    return first.model_copy(update={"fallbacks": others, "strategy": plan.strategy, "race": plan.race})


def _transcriber(chosen: AnyTranscriber, config: Config, templates: Templates, place: str) -> TranscriberSpec:
    extra = _extra(chosen, config, templates, place)
    if isinstance(chosen, PocketSphinxTranscriber) and "grammar" in extra:
        read_grammar(extra["grammar"])
    return TranscriberSpec(
        provider=chosen.provider,
        model=getattr(chosen, "model", ""),
        language=chosen.language or "",
        keywords=tuple(templates.tree(chosen.keywords, f"{place}.keywords")),
        sealed_api_key=config.api_key(chosen.provider),
        extra=extra,
        weight=chosen.weight,
    )


def voice(
    fields: AssistantFields, config: Config, templates: Templates, default: Json, facts: Mapping[str, Any]
) -> VoiceSpec:
    """The assistant's voice, or the installation's default; a realtime model's own if none is named.

    `facts` are what a custom voice is told.
    """
    model = fields.model
    if fields.voice is None and model and is_realtime(model.provider, model.model):
        return VoiceSpec(provider=model.provider)
    chosen = fields.voice or _VOICE.validate_python(default)
    first, plan = _voice(chosen, config, templates, "voice", facts), chosen.fallback_plan
    if plan is None:
        return first
    others = tuple(
        _voice(other, config, templates, f"voice.fallbackPlan.voices.{index}", facts)
        for index, other in enumerate(plan.voices)
    )
    return first.model_copy(update={"fallbacks": others, "strategy": plan.strategy})


def _voice(
    chosen: AnyVoice, config: Config, templates: Templates, place: str, facts: Mapping[str, Any]
) -> VoiceSpec:
    told = {"message": dict(facts)} if chosen.provider == "custom-voice" else {}
    return VoiceSpec(
        provider=chosen.provider,
        voice_id=chosen.voice_id,
        model=getattr(chosen, "model", ""),
        language=getattr(chosen, "language", None) or "",
        speed=chosen.speed,
        sealed_api_key=config.api_key(chosen.provider),
        caching=chosen.caching_enabled,
        chunks=speaking.chunks(chosen.chunk_plan),
        extra={**_extra(chosen, config, templates, place), **told},
        weight=chosen.weight,
    )


def _extra(chosen: Shape, config: Config, templates: Templates, place: str) -> Json:
    """A vendor's own fields that were given, in the API's words; the secret of its server stays sealed."""
    extra: Json = templates.tree(knobs(chosen), place)
    own = getattr(chosen, "server", None)
    if own is not None:
        extra["server"] = rendered(own, config.secret(f"{place}.server.secret"), templates, f"{place}.server")
    return extra


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────


def idle(plan: MessagePlan | None) -> IdlePlan:
    """What a silent caller is asked; fields that were not given keep our defaults."""
    if plan is None:
        return IdlePlan()
    given = {
        "messages": tuple(plan.idle_messages) or None,
        "times": plan.idle_message_max_spoken_count,
        "after_s": plan.idle_timeout_seconds,
        "reset_on_speech": plan.idle_message_reset_count_on_user_speech_enabled,
        "farewell": plan.silence_timeout_message,
    }
    return IdlePlan().model_copy(update={name: value for name, value in given.items() if value is not None})


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────


def client_messages(listed: Sequence[str] | None) -> tuple[str, ...]:
    """For the spec, where an empty list means Vapi's default set: "nothing" is a name no message has."""
    if listed is None:
        return ()
    return tuple(listed) or ("nothing",)


def server(fields: AssistantFields, config: Config, templates: Templates) -> Json | None:
    """The assistant's webhook as it is stored with the call; the deprecated `serverUrl` is understood."""
    if fields.server is not None and fields.server.url:
        return rendered(fields.server, config.secret("server.secret"), templates, "server")
    if fields.server_url:
        old = Server.model_validate({"url": fields.server_url})
        return rendered(old, config.secret("serverUrlSecret"), templates, "serverUrl")
    return None
