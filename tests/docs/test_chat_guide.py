"""What the guide to chats tells people to paste works as it stands."""

import os
import subprocess
import sys

import pytest
from redis import Redis

from tests.api.conftest import (
    _app,
    _clock,
    app,
    clock,
    database_url,
    org,
    owner,
    postgres,
    redis,
    redis_server,
    settings,
)
from tests.api.v1.calls.engines import register
from tests.api.v1.chats.conftest import live
from tests.api.world import Org
from tests.docs.snippets import blocks

__all__ = [
    "_app", "_clock", "app", "clock", "database_url", "live", "org", "owner", "postgres", "redis",
    "redis_server", "settings",
]  # fmt: skip

SAID = {
    "docs/guides/chat.md": ("We are open from 9 to 5.", "12 West Lake Road."),
    "docs/guides/chat.zh.md": ("早上九点到下午五点。", "西湖路十二号。"),
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("page", SAID)
def test_everything_on_the_page_runs(page: str, live: str, org: Org, redis: Redis):
    register(redis)
    shell = "\n".join(["set -euo pipefail", *blocks(page, "sh"), "echo", "echo ASSISTANT=$ASSISTANT"])
    known = {**os.environ, "YINGDA": live, "KEY": org.private_key, "no_proxy": "127.0.0.1"}

    pasted = subprocess.run(["bash", "-c", shell], env=known, capture_output=True, text=True, timeout=60)
    assert pasted.returncode == 0, pasted.stdout + pasted.stderr
    [script] = blocks(page, "python")
    known["ASSISTANT"] = pasted.stdout.rpartition("ASSISTANT=")[2].strip()
    python = subprocess.run(
        [sys.executable, "-c", script], env=known, capture_output=True, text=True, timeout=60
    )

    hours, address = SAID[page]
    assert python.stdout == f"{hours}\n{address}\n", python.stderr
    assert pasted.stdout.count(hours) >= 3
    assert "data: [DONE]" in pasted.stdout
    assert '"websocketCallUrl"' in pasted.stdout
