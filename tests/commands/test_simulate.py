"""`yingda simulate` as a person types it."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands.simulating.library import Wish, run_library
from tests.product import ROOT, Product, clean_environment, serving, yingda
from voice_engine.simulate.change import Change

pytestmark = pytest.mark.slow

LIBRARY = ROOT / "examples" / "scenarios"
GOOD = "caller: [{at: 1, say: 你们几点开门？}]\nmodel: {answers: [九点。]}\nexpect: [{said: [九点。]}]\n"
BAD = GOOD.replace("said: [九点。]", "said: [十点。]")


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command, place = yingda("simulate", *arguments), environment or clean_environment()
    return subprocess.run(command, env=place, cwd=ROOT, capture_output=True, text=True, timeout=90)


def test_a_line_for_each_scenario_and_the_speed_at_the_end(tmp_path: Path):
    (tmp_path / "opening.yaml").write_text(GOOD)

    done = run(str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("✓ opening  ")
    assert "1 as expected, 0 not" in done.stdout
    assert done.stdout.rstrip().endswith("a minute")


def test_a_scenario_that_does_not_come_true_is_drawn_and_fails_the_command(tmp_path: Path):
    (tmp_path / "opening.yaml").write_text(BAD)

    done = run(str(tmp_path))

    assert done.returncode == 1
    assert "✗ said: is ['九点。'], not ['十点。']" in done.stdout
    assert "你们几点开门？" in done.stdout
    assert "turn 1 decided" in done.stdout


def test_programs_get_json(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(BAD)
    (tmp_path / "c.yaml").write_text("caler: []")

    done = run(str(tmp_path), "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert [one["ok"] for one in told["scenarios"]] == [True, False, False]
    assert "Did you mean 'caller'?" in told["scenarios"][2]["broken"][0]


def test_settings_and_delays_can_be_changed_from_outside(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(GOOD.replace("said: [九点。]", "reply: {within: [2.0, 2.6]}"))
    change = Change.parse(["turn.wait_s=1.0", "turn.speculate=false"], ["llm=1.0"])

    plain = run_library([tmp_path], Wish())
    changed = run_library([tmp_path], Wish(change=change))

    assert (plain.exit_code, changed.exit_code) == (1, 0)


def test_a_pattern_chooses_scenarios():
    report = run_library([LIBRARY], Wish(pattern="turn-taking/a-finished", jobs=1))

    assert [Path(one.place).name for one in report.played] == ["a-finished-question.yaml"]


def test_a_pattern_that_chooses_nothing_is_said():
    done = run(str(LIBRARY), "-k", "nothing-like-this")

    assert done.returncode == 1
    assert "No scenario's place contains 'nothing-like-this'" in done.stderr


def test_nothing_to_do_is_exit_code_2():
    assert run().returncode == 2


def test_two_processors_play_a_thousand_half_minutes_a_minute(tmp_path: Path):
    lines = "".join(f"  - {{at: {at}, say: 你们几点开门？}}\n" for at in (1, 8, 15, 22))
    answer = "model: {otherwise: 我们早上九点开门，欢迎光临。}\nuntil: 30\n"
    (tmp_path / "talk.yaml").write_text(f"caller:\n{lines}{answer}")
    run_library([tmp_path], Wish(jobs=1))

    began = time.process_time()
    report = run_library([tmp_path], Wish(jobs=1, repeat=7))

    assert (report.exit_code, report.conversations) == (0, 7)
    assert (time.process_time() - began) / 7 < 2 * 60 / 1000


def test_many_conversations_are_played_by_several_processes(tmp_path: Path):
    for number in range(9):
        (tmp_path / f"{number}.yaml").write_text(GOOD)

    report = run_library([tmp_path], Wish(jobs=2))

    assert [Path(one.place).stem for one in report.played] == [str(number) for number in range(9)]
    assert report.exit_code == 0
    assert report.per_minute > 0


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def call_id(product: Product) -> str:
    """A call that was really held: a spoken question, a spoken answer."""
    question = str(ROOT / "examples" / "audio" / "opening-hours.wav")
    command = yingda("talk", "--in", question, "--json")
    done = subprocess.run(command, env=product.environment, cwd=ROOT, capture_output=True, timeout=90)
    return str(json.loads(done.stdout)["id"])


@pytest.mark.journey
def test_a_recorded_call_is_replayed_to_the_same_decisions(product: Product, call_id: str, tmp_path: Path):
    file = tmp_path / "call.yaml"

    done = run("--from-call", call_id, "--out", str(file), environment=product.environment)

    assert done.returncode == 0, done.stderr
    assert "what are your opening hours" in done.stdout
    assert "The replay decides as the call did." in done.stdout
    assert run(str(file)).returncode == 0


@pytest.mark.journey
def test_a_recorded_call_shows_what_another_setting_would_do(product: Product, call_id: str, tmp_path: Path):
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("You are brief.")

    arguments = (
        "--provider-delay",
        "tts=0.9",
        "--set",
        "turn.finished_s=0.4",
        "--prompt",
        str(prompt),
        "--json",
    )
    done = run("--from-call", call_id, *arguments, environment=product.environment)

    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert set(told["courses"]) == {"call", "replayed", "anchored", "changed"}
    before, after = (told["courses"][name][0] for name in ("anchored", "changed"))
    assert after["text"] == "what are your opening hours"
    assert after["mouth_to_ear_ms"] > before["mouth_to_ear_ms"] + 300


@pytest.mark.journey
def test_a_call_that_is_not_there_is_said(product: Product):
    done = run("--from-call", "nothing", environment=product.environment)

    assert done.returncode == 1
    assert "There is no call nothing" in done.stderr
