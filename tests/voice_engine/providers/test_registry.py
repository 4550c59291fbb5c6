"""Names and classes of vendors."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

LATER = ("dashscope", "sherpa_onnx", "pocketsphinx")


def test_an_engine_loads_every_adapter_at_its_start_and_no_library_of_a_vendor_it_has_no_key_of():
    script = (
        "import sys\n"
        "from voice_engine import wiring\n"
        "from voice_engine.providers.registry import REGISTRY\n"
        "from voice_engine.settings import EngineSettings\n"
        "wiring._warm_up(EngineSettings(environment='production', secret='s' * 32))\n"
        "ours = {at.partition(':')[0] for kind in REGISTRY.values() for at in kind.values()}\n"
        f"print(ours <= sys.modules.keys(), [name for name in {LATER} if name in sys.modules])"
    )
    without_keys = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}

    outcome = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env=without_keys
    )

    assert outcome.stdout.strip() == "True []", outcome.stderr
