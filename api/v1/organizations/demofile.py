"""demo.json: the demo organisation's keys, kept in the data directory for whoever sits at this machine."""

import os
from pathlib import Path
from typing import Any

import orjson

NAME = "demo.json"


def read(data_dir: Path) -> dict[str, Any]:
    """What it says; empty if there is none or it cannot be read."""
    try:
        found = orjson.loads((data_dir / NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def write(data_dir: Path, content: dict[str, Any]) -> None:
    """Whole or not at all, readable by us alone."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = data_dir / f"{NAME}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(data_dir / NAME)
