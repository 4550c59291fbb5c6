"""`yingda simulate --from-call`: a recorded call again, as it was and as it might have been."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from api.commands.simulating.library import quiet
from api.commands.simulating.prompt import with_prompt
from api.commands.simulating.recordings import recording
from api.launcher.settings import load
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.events import Event
from voice_engine.settings import EngineSettings
from voice_engine.simulate.change import Change
from voice_engine.simulate.clock import on_one_clock
from voice_engine.simulate.compare import differences, table, turns
from voice_engine.simulate.recorded import scenario_of
from voice_engine.simulate.run import play
from voice_engine.simulate.scenario import Scenario
from voice_engine.spec import SessionSpec


def replay(call_id: str, change: Change, prompt: Path | None, out: Path | None, *, as_json: bool) -> str:
    """What to print. Raises NotFound for a call that is not there, BadRequest for a squad's."""
    settings = load()
    spec, recorded = recording(settings, call_id)
    if spec.squad:
        sentence = f"Call {call_id} was a squad's; only calls with one assistant can be replayed."
        raise BadRequest("squad_not_replayed", sentence)
    events = on_one_clock(recorded)
    quiet()
    columns = {"call": events, "replayed": _course(scenario_of(spec.assistant, events))}
    unlike = differences(events, columns["replayed"])
    if change or prompt:
        known = EngineSettings(**settings.model_dump(include=set(EngineSettings.model_fields)))
        columns |= _might_have_been(spec, events, change, prompt, known)
    if out:
        _write(out, scenario_of(spec.assistant, events))
    if as_json:
        shown = {name: [asdict(turn) for turn in turns(course)] for name, course in columns.items()}
        return json.dumps({"courses": shown, "differences": unlike}, ensure_ascii=False, indent=2)
    same = ["The replay decides as the call did."]
    return "\n".join(
        [table(columns), *(f"replayed: {why}" for why in unlike or ()), *([] if unlike else same)]
    )


def _might_have_been(
    spec: SessionSpec, events: Sequence[Event], change: Change, prompt: Path | None, settings: EngineSettings
) -> dict[str, Sequence[Event]]:
    """The caller's lines move with the agent's speech here: who is answered sooner goes on sooner."""
    scenario = scenario_of(spec.assistant, events, anchored=True)
    before = play(scenario)
    if prompt:
        text = prompt.read_text(encoding="utf-8")
        scenario = asyncio.run(with_prompt(scenario, before.seen, spec, text, settings))
    changed = _course(change.applied(scenario), change.settings)
    return {"anchored": before.seen.events, "changed": changed}


def _course(scenario: Scenario, settings: dict[str, Any] | None = None) -> Sequence[Event]:
    return play(scenario, settings).seen.events


def _write(path: Path, scenario: Scenario) -> None:
    given = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    path.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
