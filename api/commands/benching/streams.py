"""`yingda bench vendors`: adapters against the emulator of their vendor, each in a process of its own."""

import asyncio
import itertools
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvloop

from voice_engine.bench.process import pin

Json = dict[str, Any]
Kind = Literal["stt", "tts"]


def run(vendor: str, kinds: tuple[Kind, ...], streams: int, seconds: float, model: str) -> Json:
    """The figures of a vendor's recogniser and voice."""
    pin(os.getpid(), 0)
    with _emulator(vendor) as settings:
        os.environ.update(settings)
        return {kind: uvloop.run(_measure(kind, vendor, streams, seconds, model)) for kind in kinds}


async def _measure(kind: Kind, vendor: str, streams: int, seconds: float, model: str) -> Json:
    from voice_engine.bench.streams import recognisers, voices
    from voice_engine.providers.factory import Factory
    from voice_engine.settings import EngineSettings
    from voice_engine.spec import TranscriberSpec, VoiceSpec

    factory = Factory(EngineSettings(secret="s" * 32))
    asyncio.get_running_loop().set_debug(False)
    if kind == "stt":
        ear = TranscriberSpec(provider=vendor, model=model)
        return await recognisers(lambda: factory.alone(ear, "bench"), streams, seconds)
    mouth = VoiceSpec(provider=vendor, model=model)
    return await voices(lambda: factory.alone(mouth, "bench"), streams, seconds)


@contextmanager
def _emulator(vendor: str) -> Iterator[dict[str, str]]:
    """The vendor on another core; the settings that lead there."""
    command = [sys.executable, "-m", "api.cli", "emulate", vendor, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        pin(process.pid, 1)
        try:
            assert process.stdout
            told = itertools.takewhile(lambda line: line.startswith("export "), process.stdout)
            yield dict(shlex.split(line)[1].split("=", 1) for line in told)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
