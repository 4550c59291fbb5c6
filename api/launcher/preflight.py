"""What must be right before anything starts, each failure with a sentence that says what to do."""

import errno
import os
import pwd
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from api.launcher import ports
from api.launcher.settings import LauncherSettings
from voice_engine.kernel.errors import BadRequest, Conflict, Unavailable, YingdaError
from voice_engine.kernel.settings import SECRET_LENGTH, SECRET_NEEDED

ROOM = 300_000_000  # bytes. A fresh PostgreSQL takes 40 MB and its log of changes grows to some hundreds.
ROOMS = ("blobs", "logs", "spool")


def data_dir(path: Path) -> Path:
    """Make the data directory, or make sure we can use the one there is. Returns its absolute path."""
    path = path.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable(path)
        for name in ROOMS:
            (path / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _explained(error, path) from error
    if shutil.disk_usage(path).free < ROOM:
        raise Unavailable(
            "disk_full",
            f"Less than {ROOM // 1_000_000} MB are free where {path} is. Free some,"
            " or choose a directory on another disk with YINGDA_DATA_DIR.",
        )
    return path


def usable(path: Path) -> None:
    """Raises a YingdaError unless the directory is ours and can be written to."""
    try:
        owner = path.stat().st_uid
        if owner != os.geteuid():
            raise Conflict(
                "data_dir_of_another",
                f"The data directory {path} belongs to {_user(owner)}, and you are {_user(os.geteuid())}."
                f" Run yingda as {_user(owner)}, or choose another directory with YINGDA_DATA_DIR.",
            )
        _try_to_write(path / ".probe")
    except OSError as error:
        raise _explained(error, path) from error


def _try_to_write(probe: Path) -> None:
    with probe.open("wb") as file:
        file.write(b"x" * 4096)
        file.flush()
        os.fsync(file.fileno())
    probe.unlink()


def _explained(error: OSError, path: Path) -> YingdaError:
    choose = "or choose another directory with YINGDA_DATA_DIR."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable("disk_full", f"The disk that holds {path} is full. Free some space, {choose}")
    if error.errno == errno.EROFS:
        return Unavailable(
            "disk_read_only", f"The disk that holds {path} is read-only. Mount it writable, {choose}"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        who = _user(os.geteuid())
        if not _there(path):
            return Unavailable(
                "data_dir_not_writable",
                f"{who} may not make the data directory {path}. Choose another one with YINGDA_DATA_DIR.",
            )
        return Unavailable(
            "data_dir_not_writable",
            f"{who} may not write to the data directory {path}. Run: sudo chown -R {who} {path}, {choose}",
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return Conflict("data_dir_not_a_directory", f"{path} is in the way: it is a file. Move it, {choose}")
    return Unavailable(
        "data_dir_unusable", f"Cannot use the data directory {path}: {error}. Mend it, {choose}"
    )


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def secret(settings: LauncherSettings, data: Path) -> None:
    """In development, make the installation's secret once; in production refuse none and a short one."""
    given = settings.secret.get_secret_value()
    if settings.environment == "production" and len(given) < SECRET_LENGTH:
        found = f"has only {len(given)} characters" if given else "is not set"
        raise Unavailable("secret_missing", f"In production the secret {found}. {SECRET_NEEDED}")
    if given:
        return
    path = data / "secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))


def addresses(settings: LauncherSettings) -> None:
    """Raises BadRequest for a port that is none, or that two of our processes would both want."""
    wanted: dict[int, str] = {}
    for setting, what, port in _ports(settings):
        if not 0 <= port <= 65_535 or (port == 0 and setting == "YINGDA_API_PORT"):
            raise BadRequest("bad_port", f"{port} is no port for {what}: set {setting} to 1 to 65535.")
        if port and port in wanted:
            raise BadRequest(
                "port_wanted_twice",
                f"Port {port} is both for {wanted[port]} and for {what}. Set {setting} or the other's.",
            )
        wanted[port] = f"{what} ({setting})"


def _ports(settings: LauncherSettings) -> Iterator[tuple[str, str, int]]:
    """Setting, what listens there, and the port."""
    yield "YINGDA_API_PORT", "the API", settings.api_port
    for index in range(settings.engine_count):
        yield "YINGDA_ENGINE_PORT", f"engine {index}", settings.engine_port + index
    for name in ("worker", "events"):
        port = getattr(settings, f"{name}_metrics_port")
        yield f"YINGDA_{name.upper()}_METRICS_PORT", f"the metrics of {name}", port
    if not settings.redis_url:
        yield "YINGDA_REDIS_PORT", "the embedded Redis", settings.redis_port


def free_ports(settings: LauncherSettings) -> None:
    """Raises Conflict that names the process which has one of our ports."""
    hosts = {
        "YINGDA_API_PORT": ("YINGDA_API_HOST", settings.api_host),
        "YINGDA_ENGINE_PORT": ("YINGDA_ENGINE_HOST", settings.engine_host),
    }
    for setting, what, port in _ports(settings):
        if setting == "YINGDA_REDIS_PORT":  # the Redis of a killed installation may still hold it
            continue
        address, host = hosts.get(setting, ("YINGDA_METRICS_HOST", settings.metrics_host))
        ports.require(host, port, what=what, change=setting, address=address)
