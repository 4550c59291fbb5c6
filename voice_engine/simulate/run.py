"""A scenario is played, in virtual time, over the real session; what came of it is judged."""

from dataclasses import dataclass

from voice_engine.providers.base import Llm, Stt, Tts
from voice_engine.session.session import Parts
from voice_engine.simulate import always
from voice_engine.simulate.caller import ScriptedCaller
from voice_engine.simulate.faults import Trouble
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimVad
from voice_engine.simulate.recogniser import ScriptedRecogniser
from voice_engine.simulate.scenario import Json, Model, Recogniser, Scenario, Voice
from voice_engine.simulate.seen import Notes, Seen
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.vendors import ScriptedModel, ScriptedTools, ScriptedVoice

MODEL_OPENS = "assistant-speaks-first-with-model-generated-message"


@dataclass(frozen=True)
class Result:
    """A scenario, what came of it, and the sentences of what did not come true."""

    scenario: Scenario
    seen: Seen
    broken: list[str]


def play(scenario: Scenario, changes: Json | None = None) -> Result:
    """Run one conversation. `changes` are laid over the assistant (AssistantSpec's fields)."""
    notes = Notes()
    outcome = run_virtual(_conversation(scenario, changes, notes))
    seen = Seen(outcome, notes)
    broken = [why for expected in scenario.expect if (why := expected.broken(seen))]
    return Result(scenario, seen, broken + always.broken(scenario, seen))


async def _conversation(scenario: Scenario, changes: Json | None, notes: Notes) -> Outcome:
    caller = ScriptedCaller(scenario, notes)
    spec = scenario.assistant_spec(changes)
    opens = spec.first_message_mode == MODEL_OPENS
    parts = Parts(
        _hearing(scenario, notes, caller), _model(scenario, notes, opens), _voice(scenario, notes), SimVad()
    )
    tools = ScriptedTools(scenario.tools, Trouble(scenario.faults, "tool"), notes)
    return await Stage(spec, parts, caller, tools, record=False).run()


def _hearing(scenario: Scenario, notes: Notes, caller: ScriptedCaller) -> Stt:
    given = scenario.recogniser
    members = (given,) if isinstance(given, Recogniser) else given
    vendors = [
        ScriptedRecogniser(one, Trouble(scenario.faults, "recogniser", n), notes, caller.spoken, f"sim{n}")
        for n, one in enumerate(members, 1)
    ]
    return vendors[0]


def _model(scenario: Scenario, notes: Notes, opens: bool) -> Llm:
    given = scenario.model
    members = (given,) if isinstance(given, Model) else given
    vendors = [
        ScriptedModel(one, Trouble(scenario.faults, "model", n), notes, opens, f"sim{n}")
        for n, one in enumerate(members, 1)
    ]
    return vendors[0]


def _voice(scenario: Scenario, notes: Notes) -> Tts:
    given = scenario.voice
    members = (given,) if isinstance(given, Voice) else given
    vendors = [
        ScriptedVoice(one, Trouble(scenario.faults, "voice", n), notes, f"sim{n}")
        for n, one in enumerate(members, 1)
    ]
    return vendors[0]
