"""A call's usage in Vapi's words: `costs[]` and `costBreakdown`, from rated records. Pure.

Amounts are summed as integer micros and become numbers only in the JSON, so `cost` is the sum of `costs[]`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.money import MICROS

Json = dict[str, Any]

_ORDER = ("transport", "transcriber", "model", "voice", "platform", "analysis")
_TRANSPORTS = {"websocket": "vapi.websocket"}
_BREAKDOWN = {
    "transport": "transport",
    "transcriber": "stt",
    "model": "llm",
    "voice": "tts",
    "platform": "vapi",
}
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


@dataclass(slots=True)
class _Total:
    component: str
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
    ordered = sorted(totals, key=lambda t: (_rank(t.component), t.provider, t.model))
    entries = [_entry(t) for t in ordered if t.component in _ORDER]
    return Costs(sum(t.micros for t in totals), entries, _breakdown(totals))


def _totals(used: Iterable[Used]) -> list[_Total]:
    totals: dict[tuple[str, str, str], _Total] = {}
    for record in used:
        key = (record.component, record.provider, record.model)
        total = totals.setdefault(key, _Total(*key))
        total.micros += record.cost_micros
        for unit, quantity in record.quantities.items():
            total.quantities[unit] = round(total.quantities.get(unit, 0) + quantity, 6)
    return list(totals.values())


def _rank(component: str) -> int:
    return _ORDER.index(component) if component in _ORDER else len(_ORDER)


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
        case _:
            tokens = _tokens(total.quantities)
            return {"type": "analysis", "analysisType": "summary", "model": vendor, **tokens, **cost}


def _tokens(quantities: Mapping[str, float]) -> Json:
    return {name: int(quantities.get(name, 0)) for name in _TOKENS}


def _breakdown(totals: list[_Total]) -> Json:
    shown: Json = {}
    for component, name in _BREAKDOWN.items():
        shown[name] = sum(t.micros for t in totals if t.component == component) / MICROS
    model, voice = _sums(totals, "model"), _sums(totals, "voice")
    shown |= {"chat": 0, "total": sum(t.micros for t in totals) / MICROS}
    shown |= {_joined("llm", name): int(model.get(name, 0)) for name in _TOKENS}
    shown["ttsCharacters"] = int(voice.get("characters", 0))
    shown["analysisCostBreakdown"] = _analysis(totals)
    return shown


def _analysis(totals: list[_Total]) -> Json:
    shown: Json = {}
    for kind in _ANALYSES:
        shown[kind] = 0
        shown |= {_joined(kind, name): 0 for name in _TOKENS}
    used = _sums(totals, "analysis")
    shown["summary"] = sum(t.micros for t in totals if t.component == "analysis") / MICROS
    return shown | {_joined("summary", name): int(used.get(name, 0)) for name in _TOKENS}


def _joined(head: str, name: str) -> str:
    return f"{head}{name[0].upper()}{name[1:]}"


def _sums(totals: list[_Total], component: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for total in totals:
        if total.component == component:
            for unit, quantity in total.quantities.items():
                sums[unit] = sums.get(unit, 0) + quantity
    return sums
