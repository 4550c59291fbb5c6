"""The example of a vendor out of tree: it installs, it is found, it keeps the contract."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT

EXAMPLE = ROOT / "examples" / "vendor"
pytestmark = pytest.mark.slow


def run(*words: str, paths: tuple[Path, ...]) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT))), "ACME_API_KEY": "k"}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=environment, cwd=ROOT, timeout=110
    )


def test_a_package_out_of_tree_is_found_with_its_account_and_its_setting(tmp_path: Path):
    installed = run(
        "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path), str(EXAMPLE), paths=()
    )
    assert installed.returncode == 0, installed.stderr
    asked = (
        "from voice_engine.providers.factory import Factory\n"
        "from voice_engine.settings import EngineSettings\n"
        "from voice_engine.spec import TranscriberSpec\n"
        "from api.v1.credentials.schemas import CreateCredential\n"
        "CreateCredential.model_validate({'provider': 'acme', 'apiKey': 'k', 'region': 'r'})\n"
        "factory = Factory(EngineSettings(secret='s' * 32))\n"
        "print(factory.alone(TranscriberSpec(provider='acme', extra={'pauseMs': 500}), 'org').vendor)\n"
    )

    answer = run("-c", asked, paths=(tmp_path,))

    assert answer.stdout.strip() == "acme", answer.stderr


def test_it_keeps_the_contract():
    outcome = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE), paths=(EXAMPLE,))

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("page", ["add-a-vendor.md", "add-a-vendor.zh.md"])
def test_the_guide_shows_the_codec_that_is_in_the_example(page: str):
    shown = (ROOT / "docs" / "guides" / page).read_text()
    source = (EXAMPLE / "yingda_acme.py").read_text()
    whole = source[source.index("        said = json.loads(message)") : source.index("    def closed")]

    assert whole.rstrip() in shown
