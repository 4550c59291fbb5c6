"""What is to be different in a simulated conversation: settings of the assistant, delays of the vendors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError

from voice_engine.kernel.errors import BadRequest
from voice_engine.simulate.read import spec_fields
from voice_engine.simulate.scenario import Json, Scenario, merged
from voice_engine.simulate.shape import nearest

_SECTIONS = {"stt": "recogniser", "llm": "model", "tts": "voice"}
_DELAYS = {"recogniser": "final_after_s", "model": "first_after_s", "voice": "first_after_s"}


@dataclass(frozen=True)
class Change:
    """`settings` are laid over the assistant; `delays` (s) replace the first delay of stt, llm or tts."""

    settings: Json = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)

    @classmethod
    def parse(cls, settings: Sequence[str], delays: Sequence[str]) -> "Change":
        """From `turn.finished_s=0.4` and `llm=0.3`; raises BadRequest."""
        tree: Json = {}
        for text in settings:
            name, value = _split(text, "--set", "turn.finished_s=0.4")
            tree = merged(tree, _nested(name.split("."), yaml.safe_load(value)))
            _check(text, tree)
        waits = {}
        for text in delays:
            name, value = _split(text, "--provider-delay", "llm=0.3")
            if name not in _SECTIONS:
                known = ", ".join(_SECTIONS)
                raise BadRequest("unknown_vendor", f"--provider-delay {text}: {name!r} is none of {known}.")
            waits[name] = _seconds(text, value)
        return cls(tree, waits)

    def __bool__(self) -> bool:
        return bool(self.settings or self.delays)

    def applied(self, scenario: Scenario) -> Scenario:
        """The scenario with other vendors; what answers had delays of their own lose them."""
        if not self.delays:
            return scenario
        given = scenario.model_dump(exclude_unset=True, by_alias=True)
        for name, seconds in self.delays.items():
            section = _SECTIONS[name]
            given[section] = [_slower(one, section, seconds) for one in _several(given.get(section) or {})]
        if "stt" in self.delays:
            given["caller"] = [_later(line, self.delays["stt"]) for line in given.get("caller", ())]
        return Scenario.model_validate(given)


def _check(text: str, tree: Json) -> None:
    """Raise BadRequest for a setting that assistants do not have."""
    try:
        Scenario().assistant_spec(tree)
    except ValidationError as error:
        first = error.errors()[0]
        *place, last = [str(part) for part in first["loc"]]
        why = nearest(last, spec_fields(place)) if first["type"] == "extra_forbidden" else first["msg"]
        raise BadRequest("option_not_valid", f"--set {text}: {why}") from None


def _slower(vendor: Json, section: str, seconds: float) -> Json:
    vendor = {**vendor, _DELAYS[section]: seconds}
    if "texts" in vendor:
        vendor["texts"] = {text: _without(own, "after_s") for text, own in vendor["texts"].items()}
    if "answers" in vendor:
        vendor["answers"] = [_answer(answer, seconds) for answer in vendor["answers"]]
    return vendor


def _answer(answer: Json, seconds: float) -> Json:
    pieces: list[tuple[float, str]] = list(answer.get("pieces") or [])
    rest = _without(answer, "first_after_s")
    if not pieces:
        return rest
    before = answer.get("first_after_s", pieces[0][0])
    return {**rest, "pieces": [(max(0.0, at - before + seconds), text) for at, text in pieces]}


def _without(given: Json, name: str) -> Json:
    return {key: value for key, value in given.items() if key != name}


def _later(line: Json, seconds: float) -> Json:
    """A laid down final comes so long after the caller has stopped."""
    heard = line.get("heard")
    if not isinstance(heard, list | tuple):
        return line
    stop = line.get("lasting") or 0.0
    return {**line, "heard": [{**one, "at": stop + seconds} if one.get("final") else one for one in heard]}


def _several(vendor: Any) -> list[Json]:
    return list(vendor) if isinstance(vendor, list | tuple) else [vendor]


def _nested(names: Sequence[str], value: Any) -> Json:
    return {names[0]: _nested(names[1:], value)} if len(names) > 1 else {names[0]: value}


def _split(text: str, option: str, example: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name or not value:
        raise BadRequest("option_not_valid", f"{option} {text}: write it like {example}.")
    return name, value


def _seconds(text: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise BadRequest("option_not_valid", f"--provider-delay {text}: {value!r} is no number.") from None
