"""The platform's own fallbacks (setting `fallback_plans`), for assistants that name none. Pure.

A plan is keyed `transcriber`, `model` or `voice`, or more exactly `model/dashscope`, and has the words of an
assistant's fallbackPlan.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.pool.figures import Component
from voice_engine.providers.registry import names
from voice_engine.spec import ModelSpec, Strategy, TranscriberSpec, VoiceSpec

S = TypeVar("S", ModelSpec, TranscriberSpec, VoiceSpec)

_KINDS: dict[str, tuple[Component, str]] = {
    "transcriber": ("stt", "transcribers"),
    "model": ("llm", "models"),
    "voice": ("tts", "voices"),
}
_PARTS = {ModelSpec: "model", TranscriberSpec: "transcriber", VoiceSpec: "voice"}


class _Entry(BaseModel):
    """One fallback. Fields that are not named here are the vendor's own knobs."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, protected_namespaces=())

    provider: str
    model: str = ""
    voice_id: str = ""
    language: str = ""
    speed: float = 1.0
    keywords: tuple[str, ...] = ()
    temperature: float | None = None
    max_tokens: int | None = None
    url: str = ""
    weight: float = Field(1.0, gt=0)
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def knobs(self) -> dict[str, Any]:
        """The vendor's own."""
        return {**(self.model_extra or {}), **self.options}


class _Plan(BaseModel):
    """`entries` stands under transcribers, models or voices."""

    model_config = ConfigDict(extra="forbid")

    entries: list[_Entry] = Field(min_length=1, max_length=5)
    strategy: Strategy = "ordered"
    race: bool = False

    @model_validator(mode="before")
    @classmethod
    def _under_their_name(cls, given: dict[str, Any], info: Any) -> dict[str, Any]:
        return {("entries" if key == info.context else key): value for key, value in given.items()}


class PlatformPlans:
    """Raises BadRequest("bad_fallback_plans") for a setting that cannot be used."""

    def __init__(self, given: Mapping[str, Mapping[str, Any]]) -> None:
        self._plans = {place: _read(place, plan) for place, plan in given.items()}

    def complete(self, spec: S) -> S:
        """The spec with the platform's fallbacks, unless it has its own or there is no plan for it."""
        part = _PARTS[type(spec)]
        plan = self._plans.get(f"{part}/{spec.provider}") or self._plans.get(part)
        if plan is None or spec.fallbacks:
            return spec
        others = [_spec(spec, entry) for entry in plan.entries]
        fresh = [o for o in others if (o.provider, o.model) != (spec.provider, spec.model)]
        more: dict[str, Any] = {"fallbacks": tuple(fresh), "strategy": plan.strategy}
        if isinstance(spec, TranscriberSpec):
            more["race"] = plan.race
        return spec.model_copy(update=more)


def _read(place: str, given: Mapping[str, Any]) -> _Plan:
    part, _, first = place.partition("/")
    if part not in _KINDS:
        raise _bad(f"{place} should be transcriber, model or voice, or one of them, a slash and a provider")
    component, title = _KINDS[part]
    if first and first not in names(component):
        raise _bad(f"{place}: there is no {part} of provider {first!r}")
    try:
        plan = _Plan.model_validate(given, context=title)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(title if step == "entries" else str(step) for step in wrong["loc"])
        raise _bad(f"{place}.{where}: {wrong['msg']}") from error
    for entry in plan.entries:
        if entry.provider not in names(component):
            raise _bad(f"{place}: there is no {part} of provider {entry.provider!r}")
    return plan


def _bad(what: str) -> BadRequest:
    return BadRequest("bad_fallback_plans", f"Setting fallback_plans: {what}.")


def _spec(first: S, entry: _Entry) -> S:
    if isinstance(first, TranscriberSpec):
        return TranscriberSpec(
            provider=entry.provider,
            model=entry.model,
            language=entry.language or first.language,
            keywords=entry.keywords,
            weight=entry.weight,
            extra=entry.knobs,
        )
    if isinstance(first, VoiceSpec):
        return VoiceSpec(
            provider=entry.provider,
            voice_id=entry.voice_id,
            model=entry.model,
            language=entry.language,
            speed=entry.speed,
            weight=entry.weight,
            extra=entry.knobs,
        )
    return ModelSpec(
        provider=entry.provider,
        model=entry.model,
        base_url=entry.url.rstrip("/").removesuffix("/chat/completions"),
        temperature=first.temperature if entry.temperature is None else entry.temperature,
        max_tokens=entry.max_tokens or first.max_tokens,
        timeout_s=first.timeout_s,
        weight=entry.weight,
        extra=entry.knobs,
    )
