import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from api.launcher import places, postgres, process
from api.launcher.postgres import EmbeddedPostgres
from voice_engine.kernel.errors import Conflict, Unavailable

pytestmark = pytest.mark.slow

FAST = {"fsync": "off"}
NOBODY = process.Account("nobody", 65534, 65534)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
python_is_public = pytest.mark.skipif(
    os.geteuid() != 0 or not places.reachable(Path(sys.executable), NOBODY),
    reason="other users cannot run this Python",
)


@pytest.fixture
def server(data_dir):
    server = EmbeddedPostgres(data_dir, options=FAST)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def system_dir(data_dir, monkeypatch):
    """Stands for /var/lib/yingda: where root keeps what cannot stay in place."""
    place = data_dir / "system"
    monkeypatch.setattr(places, "SYSTEM_DIR", place)
    return place


def ask(server: EmbeddedPostgres, query: str, database: str = "postgres") -> object:
    with psycopg.connect(server.plain_url(database)) as connection:
        row = connection.execute(query).fetchone()
        return row and row[0]


def test_it_starts_from_nothing_and_answers(server):
    server.ensure_database("yingda")
    server.ensure_database("yingda")

    assert ask(server, "SELECT current_user", "yingda") == "postgres"
    assert ask(server, "SHOW max_connections") == "200"
    assert ask(server, "SELECT upper('é') = 'É'") is True


def test_it_listens_on_a_private_socket_and_on_no_port(server):
    sockets = Path(str(ask(server, "SHOW unix_socket_directories")))

    assert ask(server, "SHOW listen_addresses") == ""
    assert sockets.stat().st_mode & 0o077 == 0


def test_the_url_is_sqlalchemys_and_the_plain_one_psqls(server):
    assert server.url("x").startswith("postgresql+psycopg://postgres@/x?host=%2F")
    assert server.plain_url("x").startswith("postgresql://postgres@/x?host=%2F")


def test_one_that_was_never_prepared_touches_nothing_and_knows_no_address(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "precious").touch()
    server = EmbeddedPostgres(tmp_path / "data")

    server.stop()

    with pytest.raises(RuntimeError, match="comes first"):
        server.url()
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_what_was_written_is_there_after_a_restart(server, data_dir):
    with psycopg.connect(server.plain_url("postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()

    again = EmbeddedPostgres(data_dir, options=FAST)
    again.start()

    assert ask(again, "SELECT number FROM kept") == 7
    again.stop()


def test_two_owners_of_one_cluster_are_refused(server, data_dir):
    with pytest.raises(Conflict, match=f"in use by process {os.getpid()}"):
        EmbeddedPostgres(data_dir).start()


def test_a_stale_pid_file_that_names_a_stranger_is_cleared_away(server, data_dir):
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"], user=server.cluster.stat().st_uid)
    # Alive, of the same user, and no postmaster: PostgreSQL alone would refuse.
    pid_file = server.cluster / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{server.cluster}\n0\n5432\n\n\n0 0\nready\n")

    again = EmbeddedPostgres(data_dir, options=FAST)
    again.start()

    assert again.ready()
    assert stranger.poll() is None
    again.stop()
    stranger.kill()
    stranger.wait()


def test_a_postmaster_that_outlived_its_owner_is_ended_first(server, data_dir):
    orphan = server.child
    assert orphan is not None
    server.child = None
    server.stop()  # gives back the lock, as the owner's death would

    again = EmbeddedPostgres(data_dir, options=FAST)
    again.start()

    assert orphan.wait(5) == 0
    assert again.ready()
    again.stop()


def test_after_kill_9_of_the_postmaster_it_starts_again_at_once(server):
    assert server.child is not None
    server.child.kill()
    server.child.wait()

    server.start()

    assert server.ready()


def test_a_kill_9_of_the_owner_leaves_no_server(data_dir, until):
    script = (
        "import sys, os, signal; from pathlib import Path\n"
        "from api.launcher.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Path(sys.argv[1])); server.start()\n"
        "print(server.child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    owner = subprocess.run([sys.executable, "-c", script, data_dir], capture_output=True, text=True)
    pid = int(owner.stdout)

    assert owner.returncode == -signal.SIGKILL
    until(lambda: not process.alive(pid))


def test_a_data_directory_with_a_long_path_gets_a_short_socket(data_dir):
    server = EmbeddedPostgres(data_dir / ("deep" * 30), options=FAST)

    server.start()

    sockets = Path(str(ask(server, "SHOW unix_socket_directories")))
    assert len(str(sockets)) < 60
    assert server.cluster.is_relative_to(data_dir)
    assert sockets.stat().st_mode & 0o077 == 0
    server.stop()
    sockets.rmdir()


def test_a_cluster_of_another_major_version_is_left_alone_and_said(server, data_dir):
    server.stop()
    (server.cluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(Conflict, match="made by PostgreSQL 17; this release brings 18"):
        EmbeddedPostgres(data_dir).prepare()


def test_a_cluster_that_cannot_start_says_why(server, data_dir):
    server.stop()

    with pytest.raises(Unavailable) as failure:
        EmbeddedPostgres(data_dir, options={"shared_buffers": "nonsense"}).start()

    assert failure.value.code == "postgres_did_not_start"
    assert "nonsense" in failure.value.message


@as_root
def test_root_runs_it_as_somebody_else(server):
    assert server.child is not None
    uid = Path(f"/proc/{server.child.pid}").stat().st_uid

    assert pwd.getpwuid(uid).pw_name in ("postgres", "nobody")


@as_root
def test_a_data_directory_out_of_reach_stays_closed_and_the_cluster_lives_elsewhere(data_dir, system_dir):
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "data", options=FAST)

    server.start()

    assert server.ready()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "data" / "postgres").readlink().parent == system_dir
    assert places.abandoned() == []
    server.stop()
    (closed / "data" / "postgres").unlink()
    assert places.abandoned() == [server.cluster.parent]


@as_root
def test_programs_out_of_reach_are_copied_to_where_they_can_be_run(data_dir, system_dir, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="yingda-test-") as name:  # 0700
        closed, package = Path(name), postgres._package()
        for source in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(source, closed / source.name, ignore=shutil.ignore_patterns("pginstall"))
        monkeypatch.setattr(postgres, "_package", lambda: closed / package.name)
        server = EmbeddedPostgres(data_dir, options=FAST)

        server.start()

        assert server.ready()
        assert server._bin.is_relative_to(system_dir)
        server.stop()


@python_is_public
def test_an_ordinary_user_runs_it_as_himself(data_dir):
    script = (
        "import sys; from pathlib import Path\n"
        "from api.launcher.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Path(sys.argv[1])); server.start()\n"
        "print(server.ready(), Path(f'/proc/{server.child.pid}').stat().st_uid); server.stop()\n"
    )
    os.chown(data_dir, NOBODY.uid, NOBODY.gid)

    ran = subprocess.run(
        [sys.executable, "-c", script, data_dir / "d"],
        capture_output=True, text=True, user=NOBODY.uid, group=NOBODY.gid, extra_groups=[], cwd="/",
        env={"PYTHONPATH": os.getcwd(), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip

    assert ran.stdout == f"True {NOBODY.uid}\n", ran.stderr
