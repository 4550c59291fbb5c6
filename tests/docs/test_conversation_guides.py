"""Latency, speculation, dead air, capacity: the guides' scenarios come true and their numbers are so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.v1.assistants.parts import idle
from api.v1.assistants.schemas.assistant import CreateAssistant
from tests.docs.snippets import ROOT, blocks
from voice_engine.audio import wav
from voice_engine.hosting.host import QUEUE_S
from voice_engine.kernel.events import Event, EventType
from voice_engine.messages import client_message
from voice_engine.session import session
from voice_engine.settings import EngineSettings
from voice_engine.simulate.read import parse
from voice_engine.simulate.run import play
from voice_engine.spec import AssistantSpec, IdlePlan, LivenessPlan
from voice_engine.transports.websocket import COMING_BACK

pytestmark = pytest.mark.slow

LANGUAGES = ["", "zh."]


def page(name: str, language: str) -> str:
    return f"docs/guides/{name}.{language}md"


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, script, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "scenarios"), [("dead-air", 2), ("speculation", 2), ("capacity", 1)])
def test_the_scenarios_of_a_guide_come_true(name: str, scenarios: int, language: str):
    shown = blocks(page(name, language), "yaml")

    assert len(shown) == scenarios
    assert [play(parse(text, Path("guide.yaml"))).broken for text in shown] == [[]] * scenarios


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_message_in_the_latency_guide_is_the_one_that_is_sent(language: str):
    shown = blocks(page("latency", language), "json")[0]
    told = json.loads(shown)
    data = {"turn": 2, "segments": told["segments"], "mouthToEarMs": told["mouthToEarMs"]}
    ended = Event(EventType.TURN_ENDED, "o", "c", "s", 1, 0, 0.0, data)

    [sent] = client_message(ended, ("turn-metrics",))

    assert sent == told | {"timestamp": 0}
    assert sum(told["segments"].values()) == told["mouthToEarMs"]


def test_the_picture_is_what_the_engine_measures_now():
    outcome = run("scripts/latency-waterfall", "--check")

    assert outcome.returncode == 0, outcome.stderr


def test_a_recording_is_measured_from_outside(tmp_path: Path):
    def sounds(*spans: tuple[float, float]) -> list[int]:
        return [8000 * any(a <= at / 8000 < b for a, b in spans) for at in range(8000 * 5)]

    caller, agent = sounds((1.0, 1.5), (1.6, 2.0)), sounds((0.2, 0.8), (2.25, 3.0), (3.1, 4.0))
    both = b"".join(
        left.to_bytes(2, "little") + right.to_bytes(2, "little")
        for left, right in zip(caller, agent, strict=True)
    )
    (tmp_path / "stereo.wav").write_bytes(wav.write(both, 8000, channels=2))

    outcome = run("examples/measure_recording.py", str(tmp_path / "stereo.wav"))

    assert outcome.stdout == "   2.00 s  answered after  250 ms\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dead_air_guide_tells_the_engine_s_own_deadlines(language: str):
    text, plan, quiet = (ROOT / page("dead-air", language)).read_text(), LivenessPlan(), IdlePlan()
    rows = [line for line in text.splitlines() if line.startswith("| ")]

    for seconds in (plan.filler_s, plan.next_filler_s, plan.apology_s, plan.limit_s, plan.patience_s):
        assert any(f"{seconds:g} " in row for row in rows)
    assert f"({quiet.after_s:g})" in text.replace("（", "(").replace("）", ")")
    assert f"({quiet.times})" in text.replace("（", "(").replace("）", ")")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_for_silent_callers_is_one(language: str):
    [shown] = blocks(page("dead-air", language), "json")
    assistant = CreateAssistant.model_validate(json.loads(shown))

    plan = idle(assistant.message_plan)

    assert (plan.after_s, plan.times, len(plan.messages)) == (8, 2, 2)
    assert plan.farewell


@pytest.mark.parametrize("language", LANGUAGES)
def test_speculation_is_switched_off_as_the_guide_says(language: str):
    [shown] = blocks(page("speculation", language), "json")
    plan = CreateAssistant.model_validate(json.loads(shown)).start_speaking_plan

    assert plan is not None
    assert plan.speculation_enabled is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_capacity_guide_tells_the_engine_s_own_numbers(language: str):
    text, fields = (ROOT / page("capacity", language)).read_text(), EngineSettings.model_fields

    for name in ("engine_slots", "engine_queue"):
        assert f"`YINGDA_{name.upper()}`({fields[name].default})" in (
            text.replace("` (", "`(").replace("（", "(").replace("）", ")")
        )
    assert fields["engine_drain_s"].default == 0
    assert f"{QUEUE_S:g} " in text
    assert f"{session.UNHEARD_OF_S:g} " in text
    assert str(COMING_BACK) in text
    assert AssistantSpec.model_fields["resume_within_s"].default == 30
