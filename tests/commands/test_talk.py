"""`yingda talk` against the whole product, as a person types it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands.talking.keeping import require_writable
from tests.product import ROOT, Product, clean_environment, serving, yingda
from voice_engine.audio import level, wav

QUESTION = str(ROOT / "examples" / "audio" / "opening-hours.wav")


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with serving() as running:
        yield running


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = yingda("talk", *arguments)
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=90)


@pytest.mark.journey
def test_a_spoken_question_gets_a_spoken_answer(product: Product, tmp_path: Path):
    reply, stereo = tmp_path / "reply.wav", tmp_path / "stereo.wav"

    done = run(product.environment, "--in", QUESTION, "--out", str(reply), "--stereo", str(stereo))

    assert done.returncode == 0, done.stderr
    assert "You  what are your opening hours" in done.stdout
    assert "We are open from nine in the morning to six in the evening" in done.stdout
    assert "Turn 1: heard after" in done.stdout
    assert all(name in done.stdout for name in ("endpointing", "playout", "Duration", "Cost", "Recording"))
    assert level.db(wav.read(reply).pcm) > -40
    assert wav.read(stereo).channels == 2
    assert level.db(wav.read(stereo).channel(0)) > -40


@pytest.mark.journey
def test_typed_words_are_answered_and_told_to_programs(product: Product):
    done = run(product.environment, "--text", "where are you", "--json", "--after", "0.5")

    said = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert [m["message"] for m in said["messages"] if m["role"] == "user"] == ["where are you"]
    assert said["messages"][-1]["message"] == "We are at twelve Garden Road, next to the library."
    assert said["durationSeconds"] > 1
    assert said["costs"]


@pytest.mark.journey
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--text", "hello", "--key", "sk_wrong"), "The key was refused"),
        (("--text", "hello", "--assistant", "Nobody"), "There is not exactly one assistant 'Nobody'"),
        (("--in", "nowhere.wav"), "nowhere.wav cannot be read"),
    ],
    ids=["wrong key", "unknown assistant", "no file"],
)
def test_what_cannot_be_is_said_in_a_sentence(product: Product, arguments: tuple[str, ...], sentence: str):
    done = run(product.environment, *arguments)

    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.journey
def test_silence_is_answered_by_nobody(product: Product, tmp_path: Path):
    silent = tmp_path / "silent.wav"
    silent.write_bytes(wav.write(bytes(32000), 16000))

    done = run(product.environment, "--in", str(silent), "--patience", "1")

    assert done.returncode != 0
    assert "Nobody answered" in done.stderr


def test_a_server_that_is_not_running_is_named(tmp_path: Path):
    environment = clean_environment() | {"YINGDA_DATA_DIR": str(tmp_path), "YINGDA_KEY": "sk_any"}

    done = run(environment, "--text", "hello", "--url", "http://127.0.0.1:9")

    assert done.returncode != 0
    assert "No server answers at http://127.0.0.1:9. Start one with `yingda serve`" in done.stderr


@pytest.mark.parametrize("option", ["--out", "--stereo"])
def test_a_path_that_cannot_be_written_is_said_before_any_call(tmp_path: Path, option: str):
    environment = clean_environment() | {"YINGDA_DATA_DIR": str(tmp_path), "YINGDA_KEY": "sk_any"}
    path = str(tmp_path / "nowhere" / "reply.wav")

    done = run(environment, "--text", "hello", "--url", "http://127.0.0.1:9", option, path)

    assert done.returncode == 1
    assert f"{path} cannot be written: No such file or directory" in done.stderr
    assert "No server answers" not in done.stderr


def test_asking_whether_a_path_can_be_written_changes_nothing(tmp_path: Path):
    old, new = tmp_path / "old.wav", tmp_path / "new.wav"
    old.write_bytes(b"kept")

    require_writable(old)
    require_writable(new)

    assert old.read_bytes() == b"kept"
    assert not new.exists()


def test_without_anything_to_say_there_is_help(tmp_path: Path):
    done = run(clean_environment() | {"YINGDA_DATA_DIR": str(tmp_path)})

    assert done.returncode == 2
    assert "--in" in done.stdout
    assert "--mic" in done.stdout
