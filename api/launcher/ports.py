"""Is a port free, and if not, who has it?"""

import errno
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from api.launcher.process import command_line
from voice_engine.kernel.errors import Conflict

LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Listener:
    """A process that listens on a port; pid 0 when it belongs to somebody whose processes we may not see."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})" if self.pid else "a process of another user"


class NotOurs(Exception):
    """The host is no name or address of this machine."""


def free(host: str, port: int) -> bool:
    """Could a server bind there now? Port 0 always can.

    PermissionError for a port that needs root, `NotOurs` for an address that this machine does not have.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise
        except (socket.gaierror, UnicodeError) as error:
            raise NotOurs(host) from error
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise NotOurs(host) from error
            return False
    return True


def require(host: str, port: int, *, what: str, change: str, address: str) -> None:
    """Raises Conflict `port_taken` that names the process, and says how to choose another port.

    `change` and `address` are the settings for the port and for the host.
    """
    try:
        if free(host, port):
            return
    except PermissionError:
        raise Conflict(
            "port_not_allowed", f"{what} may not use port {port}: ports below 1024 need root. Set {change}."
        ) from None
    except NotOurs:
        raise Conflict(
            "address_not_ours",
            f"{what} cannot listen on {host!r}: this machine has no such address. Set {address} to one of its"
            " own, to 127.0.0.1, or to 0.0.0.0 for all.",
        ) from None
    who = listener(port)
    by = f" by {who}" if who else ""
    raise Conflict(
        "port_taken",
        f"Port {port} for {what} is taken{by}. End that process, or choose another port: set {change}.",
        port=port,
    )


def listener(port: int) -> Listener | None:
    """Who listens on a TCP port of this machine? None if nobody does or the system does not tell."""
    inodes = set[str]()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            inodes |= listening_inodes(Path(table).read_text().splitlines(), port)
        except OSError:
            continue
    if not inodes:
        return None
    pid = _holder({f"socket:[{inode}]" for inode in inodes})
    return Listener(pid, " ".join(command_line(pid))[:80]) if pid else Listener(0, "")


def listening_inodes(table: Iterable[str], port: int) -> set[str]:
    """The sockets that listen on `port`, from the lines of /proc/net/tcp."""
    found = set[str]()
    for line in table:
        words = line.split()
        if len(words) > 9 and words[3] == LISTEN and words[1].endswith(f":{port:04X}"):
            found.add(words[9])
    return found


def _holder(sockets: set[str]) -> int:
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            for handle in (process / "fd").iterdir():
                if os.readlink(handle) in sockets:
                    return int(process.name)
        except OSError:
            continue
    return 0
