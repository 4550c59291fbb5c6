import os
import signal
import subprocess
import sys

from api.launcher import process

OBEYS = "import signal; print('up', flush=True); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


def started(code: str) -> process.Child:
    child = process.spawn([sys.executable, "-c", code], output=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    child.stdout.close()
    return child


def test_a_child_that_obeys_goes_when_asked():
    child = started(OBEYS)

    assert process.stop(child, signal.SIGTERM, patience=5) is True
    assert child.returncode == -signal.SIGTERM


def test_a_deaf_child_is_ended():
    child = started(DEAF)

    assert process.stop(child, signal.SIGTERM, patience=0.05) is False
    assert child.returncode == -signal.SIGKILL


def test_a_terminals_ctrl_c_does_not_reach_a_child_directly():
    child = started(OBEYS)

    assert os.getpgid(child.pid) != os.getpgid(0)
    process.stop(child, signal.SIGTERM, patience=5)


def test_a_zombie_and_a_reaped_process_are_not_alive(until):
    child = process.spawn([sys.executable, "-c", ""], output=subprocess.DEVNULL)
    until(lambda: process.state(child.pid) == "Z")

    assert not process.alive(child.pid)
    child.wait()
    assert not process.alive(child.pid)
    assert process.alive(os.getpid())


def test_the_tail_of_a_log_is_its_last_lines(tmp_path):
    log = tmp_path / "x.log"
    log.write_text("\n".join(str(n) for n in range(10_000)))

    assert process.tail(log, 2) == "9998\n9999"
    assert process.tail(tmp_path / "none") == ""
