"""Pipecat in a virtual environment of its own, built once: its libraries are no business of ours."""

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from voice_engine.kernel.errors import Unavailable

VERSION = "1.14.0"
REQUIREMENTS = (
    f"pipecat-ai[silero,websocket,openai]=={VERSION}",
    "fastapi",
    "uvicorn[standard]",
    "uvloop",
)


def pipecat_python(directory: Path, say: Callable[[str], None]) -> Path:
    """The Python of an environment with Pipecat below `directory`, built if it is not there.

    Takes a minute the first time; `say` is told about it. Raises Unavailable when it cannot be built.
    """
    place = (directory / f"pipecat-{VERSION}").absolute()
    python, finished = place / "bin" / "python", place / "finished"
    if finished.exists():
        say(f"Pipecat {VERSION}: the environment in {place} is used again.")
        return python
    say(f"Pipecat {VERSION}: building an environment in {place}, once; about a minute …")
    venv.create(place, with_pip=True, clear=True)
    say("Pipecat: installing it from the package index …")
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *REQUIREMENTS]
    done = subprocess.run(command, stdout=sys.stderr)
    if done.returncode:
        sentence = "Pipecat could not be installed; see pip's output above, and try again with an index."
        raise Unavailable("bench_no_pipecat", sentence)
    finished.touch()
    say("Pipecat: ready.")
    return python
