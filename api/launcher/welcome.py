"""What to try first: the addresses, the demo keys, and lines to paste."""

import json
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

from api.launcher.settings import LauncherSettings
from api.v1.organizations import demofile

LOGIN = "first-login.json"


def welcome(settings: LauncherSettings, data: Path) -> list[str]:
    """Lines for a person. The keys are those of the demo organisation, in development only."""
    demo, url = demofile.read(data), settings.url
    lines = ["", f"  Portal      {url}/", f"  API         {url}/v1   (reference: {url}/docs)"]
    if demo:
        lines += [f"  Private key {demo['privateKey']}", f"  Public key  {demo['publicKey']}"]
    if login := _first_login(data):
        lines += [f"  Login       {login['email']}   password, shown once: {login['password']}"]
    lines += ["", "Try"]
    if demo:
        lines += [
            f"  open {url}/ and talk",
            f"  {program(data)} talk --in {_question()} --out reply.wav",
            f"  curl {url}/v1/assistants -H 'Authorization: Bearer {demo['privateKey']}'",
        ]
    lines += [f"  {program(data)} doctor"]
    return [*lines, "", f"Logs are in {data / 'logs'}. Ctrl-C stops everything."]


def program(data: Path) -> str:
    """How `yingda` is called from here, so that it finds this installation."""
    beside = Path(sys.executable).with_name("yingda")
    on_path = shutil.which("yingda")
    name = "yingda" if on_path and Path(on_path).resolve() == beside.resolve() else _near(beside)
    default = data == LauncherSettings.model_fields["data_dir"].default.absolute()
    return name if default else f"YINGDA_DATA_DIR={shlex.quote(str(data))} {name}"


def _question() -> str:
    spoken = Path(__file__).parents[2] / "examples" / "audio" / "opening-hours.wav"
    return _near(spoken) if spoken.exists() else "question.wav"


def _near(path: Path) -> str:
    """Relative to where we are, if it is below."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _first_login(data: Path) -> dict[str, Any]:
    path = data / LOGIN
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        found = None
    path.unlink(missing_ok=True)
    return found if isinstance(found, dict) else {}
