"""How the voice is used: where text is cut, what is said differently, fillers and background. Pure."""

from api.v1.assistants.schemas.voice import AnyVoice, ChunkPlan, FormatPlan, Replacement
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ChunkSpec, ReplacementSpec


def chunks(plan: ChunkPlan | None) -> ChunkSpec:
    """Vapi's numbers where they were given, ours elsewhere: our first piece is shorter than theirs."""
    if plan is None:
        return ChunkSpec()
    least = plan.min_characters if "min_characters" in plan.model_fields_set else 0
    how = plan.format_plan
    return ChunkSpec(
        early=plan.enabled,
        least=least,
        marks=tuple(plan.punctuation_boundaries),
        written_out=how is None or how.enabled,
        replacements=_replacements(how),
    )


def fillers(voice: AnyVoice | None) -> tuple[str, ...] | None:
    """Ours, unless the assistant wants none."""
    return () if voice is not None and voice.filler_injection_enabled is False else None


def background(sound: str | None, templates: Templates) -> str:
    """The spec's word for `backgroundSound`: a name, a URL, or "" for silence."""
    return "" if sound in (None, "off") else templates.text(sound, "backgroundSound")


def _replacements(how: FormatPlan | None) -> tuple[ReplacementSpec, ...]:
    return tuple(_replacement(each) for each in how.replacements) if how and how.enabled else ()


def _replacement(each: Replacement) -> ReplacementSpec:
    if each.type == "exact":
        return ReplacementSpec(find=each.key or "", say=each.value, every=each.replace_all_enabled)
    options = tuple(option.type for option in each.options if option.enabled)
    return ReplacementSpec(find=each.regex or "", say=each.value, pattern=True, options=options)
