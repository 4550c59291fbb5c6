import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def yingda(data_dir, *words: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = {"YINGDA_DATA_DIR": str(data_dir), "YINGDA_ENVIRONMENT": "production"}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *words],
        capture_output=True,
        text=True,
        env={**own, **environment, "YINGDA_SECRET": "s" * 32},
    )


def test_production_gets_its_first_organisation_by_a_command(data_dir):
    too_early = yingda(data_dir, "org", "list")
    yingda(data_dir, "migrate")
    made = yingda(data_dir, "org", "create", "--name", "茶", "--email", "tea@example.cn", "--json")
    listed = yingda(data_dir, "org", "list", "--json")

    assert (too_early.returncode, made.returncode, listed.returncode) == (1, 0, 0), made.stderr
    assert "run `yingda migrate`" in too_early.stderr
    founded = json.loads(made.stdout)
    assert founded["private_key"].startswith("sk_")
    assert json.loads(listed.stdout) == [{"id": founded["org_id"], "name": "茶", "members": 1}]
