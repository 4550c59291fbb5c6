import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest
import redis

from api.launcher import process
from api.launcher import redis as launcher
from api.launcher.redis import EmbeddedRedis
from voice_engine.kernel.errors import Conflict, Unavailable

pytestmark = pytest.mark.slow


@pytest.fixture
def server(data_dir):
    server = EmbeddedRedis(data_dir)
    server.start()
    yield server
    server.stop()


def test_a_stranger_without_the_password_gets_nothing(server):
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    with (
        launcher.asked_once(f"redis://127.0.0.1:{server._port}/0") as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_it_listens_on_loopback_only_and_the_password_is_on_no_command_line(server):
    assert server.child is not None
    found = psutil.Process(server.child.pid)

    addresses = {c.laddr.ip for c in found.net_connections() if c.status == psutil.CONN_LISTEN}
    assert addresses == {"127.0.0.1"}
    assert not any(server._password in word for word in found.cmdline())


def test_what_was_written_is_there_after_a_restart_under_the_same_password(server, data_dir):
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "7")
    server.stop()

    again = EmbeddedRedis(data_dir)
    again.start()

    with redis.Redis.from_url(again.url) as client:
        assert client.get("kept") == b"7"
    assert again._password == server._password
    again.stop()


def test_after_kill_9_it_comes_back_on_the_same_port_with_what_it_had(server):
    url = server.url
    with redis.Redis.from_url(url) as client:
        client.set("kept", "7")
    assert server.child is not None
    server.child.kill()
    server.child.wait()

    server.start()

    assert server.url == url
    with redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"7"


def test_two_owners_of_one_directory_are_refused(server, data_dir):
    with pytest.raises(Conflict, match=f"in use by process {os.getpid()}"):
        EmbeddedRedis(data_dir).start()


def test_a_server_that_outlived_its_owner_is_ended_first(server, data_dir):
    orphan = server.child
    assert orphan is not None
    server.child = None
    server.stop()  # gives back the lock, as the owner's death would

    again = EmbeddedRedis(data_dir)
    again.start()

    assert orphan.wait(5) == 0
    assert again.ready()
    again.stop()


def test_a_kill_9_of_the_owner_leaves_no_server(data_dir, until):
    script = (
        "import sys, os, signal; from pathlib import Path\n"
        "from api.launcher.redis import EmbeddedRedis\n"
        "server = EmbeddedRedis(Path(sys.argv[1])); server.start()\n"
        "print(server.child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    owner = subprocess.run([sys.executable, "-c", script, data_dir], capture_output=True, text=True)
    pid = int(owner.stdout)

    assert owner.returncode == -signal.SIGKILL
    until(lambda: not process.alive(pid))


def test_a_configured_port_that_is_taken_is_said(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = EmbeddedRedis(data_dir, port=other.getsockname()[1])

        with pytest.raises(Unavailable) as failure:
            server.start()

    assert "in use" in failure.value.message


def test_without_the_wheel_path_is_searched_and_then_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(launcher.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Unavailable, match="apt install redis-server"):
        launcher.find()

    program = tmp_path / "valkey-server"
    program.touch(mode=0o755)
    assert launcher.find() == program
