"""The installation that runs now, as `serve.json` in its data directory tells it."""

import json
from dataclasses import dataclass
from pathlib import Path

from api.launcher import lock

FILE = "serve.json"


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running `yingda serve` has everything. The URLs carry passwords."""

    pid: int
    url: str
    database_url: str
    redis_url: str

    @classmethod
    def find(cls, data: Path) -> "Running | None":
        """None if nothing runs there: a file left by kill -9 is told by the lock, which the kernel keeps."""
        pid = lock.owner(data / "lock")
        if pid is None:
            return None
        try:
            facts = json.loads((data / FILE).read_text())
            found = cls(facts["pid"], facts["url"], facts["databaseUrl"], facts["redisUrl"])
        except (OSError, ValueError, KeyError):
            return None
        return found if found.pid == pid else None
