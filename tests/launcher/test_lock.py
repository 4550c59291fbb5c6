import os
import subprocess
import sys

import pytest

from api.launcher.lock import DirectoryLock, owner
from voice_engine.kernel.errors import Conflict

HOLD = """
import sys, signal
from pathlib import Path
from api.launcher.lock import DirectoryLock
lock = DirectoryLock(Path(sys.argv[1]), "The data directory")
lock.acquire()
print("held", flush=True)
signal.pause()
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "lock"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_owner_is_refused_with_the_pid_of_the_first(tmp_path, holder):
    with pytest.raises(Conflict) as refusal:
        DirectoryLock(tmp_path / "lock", "The data directory").acquire()

    assert refusal.value.code == "already_running"
    assert f"in use by process {holder.pid}" in refusal.value.message
    assert "YINGDA_DATA_DIR" in refusal.value.message
    assert owner(tmp_path / "lock") == holder.pid


def test_the_lock_of_a_killed_owner_is_free_although_its_pid_is_still_written_there(tmp_path, holder):
    holder.kill()
    holder.wait()

    assert (tmp_path / "lock").read_text() == f"{holder.pid}\n"
    assert owner(tmp_path / "lock") is None
    with DirectoryLock(tmp_path / "lock", "The data directory") as lock:
        assert lock.held
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_nobody_owns_a_lock_that_was_released_or_never_made(tmp_path):
    assert owner(tmp_path / "lock") is None

    with DirectoryLock(tmp_path / "lock", "The data directory"):
        pass

    assert owner(tmp_path / "lock") is None
