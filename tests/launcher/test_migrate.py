import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def migrate(data_dir, *words: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", "migrate", *words],
        capture_output=True,
        text=True,
        env={**own, "YINGDA_DATA_DIR": str(data_dir)},
    )


def test_migrate_says_what_is_to_do_does_it_once_and_finds_nothing_left(data_dir):
    to_do = migrate(data_dir, "--check")
    done = migrate(data_dir)
    nothing_left = migrate(data_dir, "--check")

    assert (to_do.returncode, done.returncode, nothing_left.returncode) == (1, 0, 0), done.stderr
    assert to_do.stdout.startswith("The database is at nothing; this version expects ")
    assert "Now it is at " in done.stdout
