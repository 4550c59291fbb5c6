"""What to try first: the addresses, the demo keys, and lines to paste."""

import json
from pathlib import Path

from api.launcher.settings import LauncherSettings


def welcome(settings: LauncherSettings, data: Path) -> list[str]:
    """Lines for a person. The keys are those of the demo organisation, in development only."""
    demo = _demo(data)
    url = settings.url
    lines = ["", f"  Portal     {url}/", f"  API        {url}/v1     (reference: {url}/docs)"]
    if demo.get("privateKey"):
        lines += [f"  Demo key   {demo['privateKey']}", f"  Public key {demo.get('publicKey', '')}"]
    lines += ["", "Try", "  yingda talk                        speak with the demo assistant"]
    if demo.get("privateKey"):
        lines += [f"  curl {url}/v1/assistants -H 'Authorization: Bearer {demo['privateKey']}'"]
    return [*lines, "", f"Logs are in {data / 'logs'}. Ctrl-C stops everything."]


def _demo(data: Path) -> dict[str, str]:
    try:
        found = json.loads((data / "demo.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
