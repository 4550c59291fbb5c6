"""Where embedded servers keep their files, when the user they must run as cannot reach ours.

PostgreSQL refuses to run as root. Then an unprivileged account runs it, and both its files and its
binaries have to be where that account can go. Nothing that is not ours is ever chmodded.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from api.launcher.process import Account
from voice_engine.kernel.errors import Unavailable

SYSTEM_DIR = Path("/var/lib/yingda")
OWNER = "belongs-to"  # the file in a directory put elsewhere that names the link which leads there
SOCKET_PATH_LIMIT = 107  # bytes the kernel takes for the path of a Unix socket


def unprivileged() -> Account | None:
    """Whom PostgreSQL runs as: nobody special if we are not root (None), else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Unavailable(
        "no_unprivileged_user",
        "PostgreSQL will not run as root and there is no user to run it as; run yingda as a normal user.",
    )


def private(path: Path, account: Account | None) -> Path:
    """Make a directory that only `account` (or we, without one) may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def passage(path: Path, account: Account | None) -> Path:
    """Make a directory of ours that `account` may pass through, but not write to."""
    if account is None:
        return private(path, None)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(path, os.geteuid(), account.gid)
    path.chmod(0o710)
    return path


def reachable(path: Path, account: Account | None) -> bool:
    """Can the account search this directory, or run this file?"""
    if account is None:
        return os.access(path, os.X_OK)
    test = ["/bin/sh", "-c", 'test -x "$1"', "sh", os.fspath(path)]
    outcome = subprocess.run(test, user=account.uid, group=account.gid, extra_groups=[], check=False, cwd="/")
    return outcome.returncode == 0


def home(data_dir: Path, name: str, account: Account | None) -> Path:
    """The directory of one embedded server: data_dir/name, or a link from there to a reachable place."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    here = data_dir.resolve() / name
    if here.is_symlink():
        return passage(here.readlink(), account)
    if account is None or here.exists():
        return passage(here, account)
    if reachable(data_dir.resolve().parent, account):
        # The data directory is ours: others may pass through, not look around; its rooms stay 0700.
        if not reachable(data_dir, account):
            data_dir.chmod(stat.S_IMODE(data_dir.stat().st_mode) | 0o011)
        return passage(here, account)
    elsewhere = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_system_dir()))
    (elsewhere / OWNER).write_text(os.fspath(here))
    here.symlink_to(elsewhere)
    return passage(elsewhere, account)


def abandoned() -> list[Path]:
    """Directories that were put elsewhere for a data directory which no longer leads to them."""
    found = []
    for note in SYSTEM_DIR.glob(f"*/{OWNER}"):
        link = Path(note.read_text())
        if not link.is_symlink() or link.readlink() != note.parent:
            found.append(note.parent)
    return found


def _system_dir() -> Path:
    SYSTEM_DIR.mkdir(mode=0o711, parents=True, exist_ok=True)
    return SYSTEM_DIR


def programs(package: Path, version: str, account: Account | None) -> Path:
    """`package/version` if the account can run what is in it, else a copy where it can.

    The programs find their libraries beside the package (`package.libs`), so that is copied along.
    """
    if account is None or _runs(package / version, account):
        return package / version
    stamp = hashlib.sha256(os.fspath(package).encode()).hexdigest()[:8]
    size = (package / version / "bin" / "postgres").stat().st_size
    copy = _system_dir() / f"programs-{stamp}-{size}"
    if not copy.exists():
        half = Path(tempfile.mkdtemp(prefix="copy-", dir=_system_dir()))
        shutil.copytree(package / version, half / package.name / version)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        for folder in (half, half / package.name):  # whatever our umask
            folder.chmod(0o755)
        try:
            half.rename(copy)
        except OSError:  # another launcher was faster
            shutil.rmtree(half)
    return copy / package.name / version


def _runs(installed: Path, account: Account) -> bool:
    command = [os.fspath(installed / "bin" / "initdb"), "--version"]
    try:
        outcome = subprocess.run(
            command, user=account.uid, group=account.gid, extra_groups=[], capture_output=True, cwd="/"
        )
    except PermissionError:
        return False
    return outcome.returncode == 0


def socket_dir(preferred: Path, name: str, account: Account | None) -> Path:
    """`preferred` if `preferred/name` fits into a socket address, else a short private directory."""
    if len(os.fsencode(preferred / name)) <= SOCKET_PATH_LIMIT:
        return private(preferred, account)
    short = _runtime_dir(account) / f"yingda-{hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]}"
    short.mkdir(mode=0o700, exist_ok=True)
    whose = short.lstat()
    ours = {os.geteuid(), account.uid if account else os.geteuid()}
    if not stat.S_ISDIR(whose.st_mode) or whose.st_uid not in ours:
        raise Unavailable(
            "socket_dir_taken",
            f"{short} belongs to somebody else; remove it, or use a shorter YINGDA_DATA_DIR.",
        )
    return private(short, account)


def _runtime_dir(account: Account | None) -> Path:
    if account is not None:
        return Path("/run") if os.access("/run", os.W_OK) else Path("/tmp")
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    return base if len(os.fsencode(base)) <= 60 and os.access(base, os.W_OK) else Path("/tmp")
