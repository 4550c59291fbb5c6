"""What the operating system says a process used."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """CPU seconds since the start, proportional memory in MB, threads."""

    cpu_s: float
    pss_mb: float
    threads: int


def snapshot(pid: int) -> Snapshot:
    """Of one process, without its children."""
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(stat[11]) + int(stat[12])) / _TICK
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return Snapshot(cpu, pss / 1024, int(stat[17]))
