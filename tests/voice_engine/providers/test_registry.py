"""Names and classes of vendors."""

import subprocess
import sys

LATER = ("dashscope", "sherpa_onnx", "pocketsphinx")


def test_a_process_loads_every_adapter_at_its_start_and_no_vendors_library():
    script = (
        "import sys\n"
        "from voice_engine.providers import registry\n"
        "registry.load_ours()\n"
        "ours = {at.partition(':')[0] for kind in registry.REGISTRY.values() for at in kind.values()}\n"
        f"print(ours <= sys.modules.keys(), [name for name in {LATER} if name in sys.modules])"
    )

    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)

    assert outcome.stdout.strip() == "True []", outcome.stderr
