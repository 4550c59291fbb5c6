"""A scenario is played, in virtual time, over the real session; what came of it is judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from voice_engine.providers.base import Llm, Stt, Tts
from voice_engine.providers.pool.latency import Latency
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.standing import BOUNDS, Component, Standing
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.session.session import Parts
from voice_engine.simulate import always
from voice_engine.simulate.caller import ScriptedCaller
from voice_engine.simulate.faults import Trouble
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimVad
from voice_engine.simulate.recogniser import ScriptedRecogniser
from voice_engine.simulate.scenario import Json, Scenario
from voice_engine.simulate.seen import Notes, Seen
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.vendors import ScriptedModel, ScriptedTools, ScriptedVoice

P = TypeVar("P")
V = TypeVar("V")
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
    caller, faults = ScriptedCaller(scenario, notes), scenario.faults
    squad = scenario.squad_spec(changes)
    spec = squad.entry.assistant if squad else scenario.assistant_spec(changes)
    notes.book.legible = not spec.background
    opens = spec.first_message_mode == MODEL_OPENS
    troubles = Troubles()
    hearing: list[Stt] = [
        ScriptedRecogniser(one, Trouble(faults, "recogniser", n), notes, caller.spoken)
        for n, one in _numbered(scenario.recogniser)
    ]
    thinking: list[Llm] = [
        ScriptedModel(one, Trouble(faults, "model", n), notes, opens) for n, one in _numbered(scenario.model)
    ]
    speaking: list[Tts] = [
        ScriptedVoice(one, Trouble(faults, "voice", n), notes) for n, one in _numbered(scenario.voice)
    ]
    parts = Parts(
        PoolStt(_members("stt", hearing), troubles),
        PoolLlm(_members("llm", thinking), troubles),
        PoolTts(_members("tts", speaking), troubles),
        SimVad(),
        troubles,
    )
    tools = ScriptedTools(scenario.tools, Trouble(faults, "tool"), notes)
    return await Stage(spec, parts, caller, tools, record=False, squad=squad).run()


def _members(component: Component, vendors: list[P]) -> list[Member[P]]:
    """Each with a clean standing: what happened in other conversations is not known here."""
    return [
        Member(vendor, f"sim{number}", "", Standing(Latency(BOUNDS[component])))
        for number, vendor in enumerate(vendors, 1)
    ]


def _numbered(given: V | tuple[V, ...]) -> Iterator[tuple[int, V]]:
    members = given if isinstance(given, tuple) else (given,)
    return ((number, member) for number, member in enumerate(members, 1))
