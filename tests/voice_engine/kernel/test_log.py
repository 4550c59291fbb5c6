"""What must never reach a log."""

import subprocess
import sys

import httpx
import pytest

from tests.emulators.target import Target, reply


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_a_key_in_a_url_that_is_called_is_not_logged(library):
    program = (
        f"import sys, {library} as httpx; from voice_engine.kernel import log; log.setup('engine'); "
        "httpx.get(sys.argv[1], trust_env=False); log.get().info('called')"
    )

    with Target(reply(200, b"")) as target:
        url = httpx.URL(target.url, params={"key": "sk-secret"})
        run = subprocess.run(
            [sys.executable, "-c", program, str(url)], capture_output=True, text=True, check=True
        )

    assert "called" in run.stdout
    assert "sk-secret" not in run.stdout + run.stderr
