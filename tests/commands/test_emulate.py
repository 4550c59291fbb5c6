"""`yingda emulate`: whoever is brought to an emulated company by its printed settings is served there."""

import asyncio
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
from typer.testing import CliRunner

from api.commands.emulate import LOCAL, app
from api.v1.credentials.schemas import Try
from api.v1.credentials.trial import trial
from tests.emulators.catalog import COMPANIES, company
from tests.emulators.ear import Script
from tests.emulators.faults import read
from voice_engine.kernel.clock import SystemClock
from voice_engine.providers import registry
from voice_engine.providers.factory import Factory
from voice_engine.settings import EngineSettings

pytestmark = pytest.mark.slow

NAMED = {  # who has no default for everything
    "openai": Try(transcriberModel="gpt-realtime-whisper", voiceModel="gpt-4o-mini-tts", voiceId="marin"),
    "whisper": Try(transcriberModel="whisper-large-v3"),
}
Outcome = tuple[dict[str, list[dict[str, Any]]], dict[str, list[str]]]
OUTSIDE = [name for name in COMPANIES if not name.startswith("custom")]
KINDS = ("stt", "llm", "tts", "realtime")


async def tried(providers: Sequence[str], monkeypatch: pytest.MonkeyPatch, fault: str = "") -> Outcome:
    """Failed checks (and how many there were), and what clients did wrong, by provider."""
    vendors = {name: company(name)(Script(("你好。",) * 9)) for name in providers}
    async with AsyncExitStack() as stack:
        for vendor in vendors.values():
            vendor.fault = read(fault) if fault else None
            await vendor.start()
            stack.push_async_callback(vendor.stop)
            for name, value in vendor.environment().items():
                monkeypatch.setenv(name, value)
        factory = Factory(EngineSettings(secret="s" * 32))
        trials = (trial(n, {}, "org", NAMED.get(n, Try()), factory, SystemClock()) for n in vendors)
        results = await asyncio.gather(*trials)
    checks = {result["provider"]: result["checks"] for result in results}
    return checks, {name: vendor.violations for name, vendor in vendors.items() if vendor.violations}


def test_every_vendor_that_is_somebodys_service_is_emulated():
    providers = {name for kind in KINDS for name in registry.REGISTRY[kind]}

    assert providers - LOCAL <= set(COMPANIES)


async def test_every_service_of_everybody_answers_whom_the_settings_bring(monkeypatch):
    checks, violations = await tried(OUTSIDE, monkeypatch)

    services = {n: sum(n in registry.names(kind) for kind in ("stt", "llm", "tts")) for n in OUTSIDE}
    assert {name: len(those) for name, those in checks.items()} == services
    assert [check["sentence"] for those in checks.values() for check in those if not check["ok"]] == []
    assert violations == {}


async def test_a_fault_strikes_every_service_of_a_company(monkeypatch):
    checks, _ = await tried(["dashscope", "openai", "minimax"], monkeypatch, "refuse:503")

    assert {check["error"]["kind"] for those in checks.values() for check in those} == {"server"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody"], "there are: aliyun-nls"),
        (["espeak"], "it needs no emulator"),
        (["tencent", "--fault", "burn"], "'burn' is no fault"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(words: list[str], sentence: str):
    outcome = CliRunner().invoke(app, words)

    assert outcome.exit_code == 2
    assert sentence in outcome.output


@pytest.mark.slow
def test_several_are_served_until_ctrl_c_and_a_shell_can_take_their_settings():
    words = [sys.executable, "-m", "api.cli", "emulate", "custom", "deep-seek", "tencent", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout
        lines = [served.stdout.readline() for _ in range(10)]
        served.send_signal(signal.SIGINT)
        rest, told = served.communicate(timeout=10)

    exported = [shlex.split(line)[1] for line in lines if line.startswith("export ")]
    settings = dict(pair.split("=", 1) for pair in exported)
    assert settings["YINGDA_ALLOWED_TARGETS"] == '["127.0.0.0/8"]'
    assert settings["DEEPSEEK_BASE_URL"] != settings["TENCENT_BASE_URL"]
    assert (served.returncode, rest) == (0, "")
    assert told == "Press Ctrl-C to stop.\n"
