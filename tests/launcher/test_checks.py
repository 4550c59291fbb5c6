import datetime
import json
import os
import subprocess
import sys

import pytest

from api.launcher import checks
from api.launcher.checks import Finding
from api.launcher.lock import DirectoryLock
from api.launcher.running import Running
from api.launcher.settings import LauncherSettings
from voice_engine.kernel.settings import SECRET_NEEDED

pytestmark = pytest.mark.slow


def doctor(data_dir, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api.cli", "doctor", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", "YINGDA_DATA_DIR": str(data_dir), **environment},
    )


def test_a_clock_from_before_the_release_is_a_problem():
    now = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

    assert checks.clock(now).verdict == "problem"
    assert checks.clock(checks.RELEASED).verdict == "ok"


def test_all_packages_the_project_names_are_there():
    assert checks.packages() == Finding("packages", "ok", "all there")


def test_speech_and_recognition_load():
    assert checks.attempt("espeak", checks.espeak).verdict == "ok"
    assert checks.attempt("sphinx", checks.pocketsphinx).verdict == "ok"


def test_what_is_missing_is_a_problem_unless_yours_is_used_instead():
    def missing() -> str:
        raise FileNotFoundError("no redis")

    assert checks.attempt("Redis", missing).verdict == "problem"
    assert checks.attempt("Redis", missing, absent_if=True).verdict == "absent"


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ({"secret": "x" * 32}, "ok"),
        ({"secret": "short"}, "problem"),
        ({"secret": "", "environment": "production"}, "problem"),
        ({"secret": ""}, "absent"),
    ],
)
def test_a_secret_is_judged_by_its_length_and_place(settings, verdict, tmp_path):
    assert checks.secret(LauncherSettings(**settings), tmp_path).verdict == verdict


def test_a_secret_others_may_read_is_a_problem_with_the_command_that_mends_it(tmp_path):
    (tmp_path / "secret").write_text("x" * 64)
    (tmp_path / "secret").chmod(0o644)

    finding = checks.secret(LauncherSettings(secret=""), tmp_path)

    assert finding.verdict == "problem"
    assert finding.advice == f"Run: chmod 600 {tmp_path / 'secret'}"


def test_a_facts_file_left_by_a_killed_launcher_is_not_believed(tmp_path):
    facts = {"pid": os.getpid(), "url": "http://x", "databaseUrl": "postgresql://x", "redisUrl": "redis://x"}
    (tmp_path / "serve.json").write_text(json.dumps(facts))

    assert Running.find(tmp_path) is None
    with DirectoryLock(tmp_path / "lock", "The data directory"):
        running = Running.find(tmp_path)
        assert running is not None
        assert running.pid == os.getpid()


def test_doctor_finds_nothing_wrong_with_a_fresh_clone(tmp_path):
    outcome = doctor(tmp_path / "data", YINGDA_API_PORT="39099", YINGDA_ENGINE_PORT="39100")

    assert outcome.returncode == 0, outcome.stdout
    assert "All is well." in outcome.stdout
    assert not (tmp_path / "data").exists()


def test_doctor_says_what_is_wrong_and_never_shows_a_key(tmp_path):
    outcome = doctor(
        tmp_path / "data",
        "--json",
        REDIS_URL="redis://:pa55word@127.0.0.1:1/0",
        YINGDA_ENVIRONMENT="production",
        DASHSCOPE_API_KEY="sk-very-secret",
    )

    found = {finding["check"]: finding for finding in json.loads(outcome.stdout)["findings"]}
    assert outcome.returncode == 1
    assert found["Redis"]["verdict"] == "problem"
    assert "127.0.0.1:1" in found["Redis"]["advice"]
    assert found["secret"]["advice"] == SECRET_NEEDED
    assert found["Aliyun 百炼 (DashScope)"]["found"] == "DASHSCOPE_API_KEY set"
    assert "sk-very-secret" not in outcome.stdout
    assert "pa55word" not in outcome.stdout
