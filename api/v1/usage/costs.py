"""A call's usage in Vapi's words: `costs[]` and `costBreakdown`, from rated records. Pure.

Amounts are summed as integer micros and become numbers only in the JSON, so `cost` is the sum of `costs[]`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.money import MICROS

Json = dict[str, Any]

_ORDER = (
    "transport", "transcriber", "model", "voice", "platform", "analysis", "knowledge-base",
    "voicemail-detection",
)  # fmt: skip
_TRANSPORTS = {"websocket": "vapi.websocket"}
_BREAKDOWN = {
    "transport": "transport",
    "transcriber": "stt",
    "model": "llm",
    "voice": "tts",
    "platform": "vapi",
}
_RARE = {"knowledge-base": "knowledgeBase", "voicemail-detection": "voicemailDetection"}
_ANALYSES = ("summary", "structuredData", "successEvaluation", "structuredOutput")
_TOKENS = ("promptTokens", "completionTokens", "cachedPromptTokens")


@dataclass(frozen=True, slots=True)
class Used:
    """One rated record: what was used of one vendor's model."""

    component: str
    provider: str
    model: str
    quantities: Mapping[str, float]
    cost_micros: int
    usage_id: str = ""

    @property
    def kind(self) -> str:
        """Of an analysis which one: summary, structuredData, successEvaluation or structuredOutput."""
        if self.component != "analysis":
            return ""
        named = self.usage_id.removeprefix("analysis-").partition("-")[0]
        return named if named in _ANALYSES else "summary"


@dataclass(slots=True)
class _Total:
    component: str
    kind: str
    provider: str
    model: str
    micros: int = 0
    quantities: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the call's columns hold."""

    micros: int
    costs: list[Json]
    breakdown: Json


def costs(used: Iterable[Used]) -> Costs:
    """One entry per vendor's model, transport to analysis; the order of the records does not matter."""
    totals = _totals(used)
    entries = [_entry(total) for total in sorted(totals, key=_place)]
    return Costs(sum(t.micros for t in totals), entries, _breakdown(totals))


def _totals(used: Iterable[Used]) -> list[_Total]:
    totals: dict[tuple[str, str, str, str], _Total] = {}
    for record in used:
        key = (record.component, record.kind, record.provider, record.model)
        total = totals.setdefault(key, _Total(*key))
        total.micros += record.cost_micros
        for unit, quantity in record.quantities.items():
            total.quantities[unit] = round(total.quantities.get(unit, 0) + quantity, 6)
    return list(totals.values())


def _place(total: _Total) -> tuple[int, int, str, str, str]:
    rank = _ORDER.index(total.component) if total.component in _ORDER else len(_ORDER)
    kind = _ANALYSES.index(total.kind) if total.kind else 0
    return rank, kind, total.component, total.provider, total.model


def _entry(total: _Total) -> Json:
    vendor = {"provider": total.provider, "model": total.model}
    minutes = {"minutes": round(total.quantities.get("seconds", 0) / 60, 6)}
    cost = {"cost": total.micros / MICROS}
    match total.component:
        case "transport":
            provider = _TRANSPORTS.get(total.provider, total.provider)
            return {"type": "transport", "provider": provider, **minutes, **cost}
        case "transcriber":
            return {"type": "transcriber", "transcriber": vendor, **minutes, **cost}
        case "model":
            return {"type": "model", "model": vendor, **_tokens(total.quantities), **cost}
        case "voice":
            characters = int(total.quantities.get("characters", 0))
            return {"type": "voice", "voice": vendor, "characters": characters, **cost}
        case "platform":
            return {"type": "vapi", "subType": "normal", **minutes, **cost}
        case "analysis":
            tokens = _tokens(total.quantities)
            return {"type": "analysis", "analysisType": total.kind, "model": vendor, **tokens, **cost}
        case "voicemail-detection":
            return {
                "type": "voicemail-detection",
                **vendor,
                "model": vendor,
                **_modal(total.quantities),
                **cost,
            }
        case other:
            return {"type": other, "model": vendor, **_tokens(total.quantities), **cost}


def _tokens(quantities: Mapping[str, float]) -> Json:
    return {name: int(quantities.get(name, 0)) for name in _TOKENS}


def _modal(quantities: Mapping[str, float]) -> Json:
    """Tokens by what they stood for, as only the detection of voicemails has them."""
    counted = {
        "promptTextTokens": "promptTokens", "promptAudioTokens": "audioPromptTokens",
        "completionTextTokens": "completionTokens", "completionAudioTokens": "audioCompletionTokens",
    }  # fmt: skip
    return {name: int(quantities.get(unit, 0)) for name, unit in counted.items()}


def _breakdown(totals: list[_Total]) -> Json:
    shown: Json = {}
    for component, name in _BREAKDOWN.items():
        shown[name] = sum(t.micros for t in totals if t.component == component) / MICROS
    model, voice = _sums(totals, "model"), _sums(totals, "voice")
    shown |= {"chat": 0, "total": sum(t.micros for t in totals) / MICROS}
    shown |= {_joined("llm", name): int(model.get(name, 0)) for name in _TOKENS}
    shown["ttsCharacters"] = int(voice.get("characters", 0))
    shown["analysisCostBreakdown"] = _analysis(totals)
    return shown | _rest(totals)


def _analysis(totals: list[_Total]) -> Json:
    shown: Json = {}
    for kind in _ANALYSES:
        mine = [t for t in totals if t.kind == kind]
        used = _sums(mine, "analysis")
        shown[kind] = sum(t.micros for t in mine) / MICROS
        shown |= {_joined(kind, name): int(used.get(name, 0)) for name in _TOKENS}
    return shown


def _rest(totals: list[_Total]) -> Json:
    """What Vapi's breakdown has no place for, so that the parts add up to the total: only if there is any."""
    rest: dict[str, int] = {}
    for total in totals:
        if total.micros and total.component not in _BREAKDOWN and total.component != "analysis":
            name = _RARE.get(total.component, "other")
            rest[name] = rest.get(name, 0) + total.micros
    return {name: micros / MICROS for name, micros in rest.items()}


def _joined(head: str, name: str) -> str:
    return f"{head}{name[0].upper()}{name[1:]}"


def _sums(totals: list[_Total], component: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for total in totals:
        if total.component == component:
            for unit, quantity in total.quantities.items():
                sums[unit] = sums.get(unit, 0) + quantity
    return sums
