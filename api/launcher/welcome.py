"""What to try first: the addresses, the demo keys, and lines to paste."""

import json
from pathlib import Path
from typing import Any

from api.launcher.settings import LauncherSettings

LOGIN = "first-login.json"


def welcome(settings: LauncherSettings, data: Path) -> list[str]:
    """Lines for a person. The keys are those of the demo organisation, in development only."""
    demo, url = _read(data / "demo.json"), settings.url
    lines = ["", f"  Portal      {url}/", f"  API         {url}/v1   (reference: {url}/docs)"]
    if demo:
        lines += [f"  Private key {demo['privateKey']}", f"  Public key  {demo['publicKey']}"]
    if login := _first_login(data):
        lines += [f"  Login       {login['email']}   password, shown once: {login['password']}"]
    lines += ["", "Try"]
    if demo:
        lines += [
            "  yingda talk --in question.wav --out reply.wav",
            f"  curl {url}/v1/assistants -H 'Authorization: Bearer {demo['privateKey']}'",
        ]
    lines += ["  yingda doctor"]
    return [*lines, "", f"Logs are in {data / 'logs'}. Ctrl-C stops everything."]


def _first_login(data: Path) -> dict[str, Any]:
    found = _read(data / LOGIN)
    (data / LOGIN).unlink(missing_ok=True)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
