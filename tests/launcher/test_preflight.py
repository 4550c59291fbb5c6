import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from api.launcher import preflight
from api.launcher.settings import LauncherSettings
from voice_engine.kernel.errors import BadRequest, Conflict, Unavailable

pytestmark = pytest.mark.slow


def test_a_fresh_data_directory_is_made_with_private_rooms(tmp_path):
    data = preflight.data_dir(tmp_path / "a" / "data")

    assert data.stat().st_mode & 0o777 == 0o700
    assert {room.name for room in data.iterdir()} == {"blobs", "logs", "spool"}
    assert all(room.stat().st_mode & 0o777 == 0o700 for room in data.iterdir())


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "data").touch()

    with pytest.raises(Conflict, match="it is a file"):
        preflight.data_dir(tmp_path / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_the_directory_of_another_user_is_refused_with_both_names(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, 65534, 65534)

    with pytest.raises(Conflict, match="belongs to nobody, and you are root"):
        preflight.data_dir(data)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "disk_read_only"),
        (errno.EACCES, "data_dir_not_writable"),
        (errno.EIO, "data_dir_unusable"),
    ],
)
def test_what_the_system_says_becomes_a_sentence_that_says_what_to_do(number, code):
    error = preflight._explained(OSError(number, os.strerror(number)), Path("/usr"))

    assert error.code == code
    assert "/usr" in error.message
    assert "YINGDA_DATA_DIR" in error.message


def test_a_directory_that_cannot_be_made_is_not_to_be_chowned():
    error = preflight._explained(OSError(errno.EACCES, "denied"), Path("/no/such/place"))

    assert "may not make the data directory /no/such/place" in error.message
    assert "chown" not in error.message


def test_a_disk_with_little_room_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "ROOM", 10**18)

    with pytest.raises(Unavailable) as refusal:
        preflight.data_dir(tmp_path / "data")

    assert refusal.value.code == "disk_full"


def test_development_makes_one_secret_and_keeps_it(tmp_path):
    settings = LauncherSettings(secret="")

    preflight.secret(settings, tmp_path)
    first = (tmp_path / "secret").read_text()
    preflight.secret(settings, tmp_path)

    assert len(first) == 64
    assert (tmp_path / "secret").read_text() == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_others_may_read_is_closed(tmp_path):
    (tmp_path / "secret").write_text("x" * 64)
    (tmp_path / "secret").chmod(0o644)

    preflight.secret(LauncherSettings(secret=""), tmp_path)

    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("secret", ["", "abc", "x" * 31])
def test_production_refuses_a_short_secret_in_every_process(tmp_path, secret):
    settings = LauncherSettings(environment="production", secret=secret, data_dir=tmp_path)

    with pytest.raises(Unavailable, match="at least 32 random characters"):
        preflight.secret(settings, tmp_path)
    with pytest.raises(RuntimeError, match="at least 32 random characters"):
        _ = settings.secret_bytes


def test_production_takes_a_secret_of_32_characters(tmp_path):
    settings = LauncherSettings(environment="production", secret="x" * 32)

    preflight.secret(settings, tmp_path)

    assert settings.secret_bytes == b"x" * 32


def test_production_invents_no_secret(tmp_path):
    with pytest.raises(Unavailable, match="YINGDA_SECRET"):
        preflight.secret(LauncherSettings(environment="production", secret=""), tmp_path)

    assert not (tmp_path / "secret").exists()


def test_a_taken_engine_port_names_the_setting_that_moves_it():
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = LauncherSettings(engines=1, engine_port=other.getsockname()[1], api_port=0)

        with pytest.raises(Conflict, match=r"for engine 0 is taken.*set YINGDA_ENGINE_PORT"):
            preflight.free_ports(settings)


def test_ports_that_cannot_be_are_said_with_their_setting():
    for settings, sentence in (
        (LauncherSettings(api_port=0), "0 is no port for the API: set YINGDA_API_PORT"),
        (LauncherSettings(engines=2, engine_port=65535), "65536 is no port for engine 1"),
        (LauncherSettings(worker_metrics_port=-1), "-1 is no port for the metrics of worker"),
    ):
        with pytest.raises(BadRequest, match=sentence):
            preflight.addresses(settings)


def test_one_port_for_the_api_and_an_engine_is_refused():
    settings = LauncherSettings(engines=2, engine_port=8100, api_port=8101)

    with pytest.raises(BadRequest, match=r"8101 is both for the API \(YINGDA_API_PORT\) and for engine 1"):
        preflight.addresses(settings)


def test_the_ports_as_delivered_are_fine():
    preflight.addresses(LauncherSettings())


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", **environment},
    )


def test_a_wrong_setting_is_a_sentence_and_not_a_traceback(tmp_path):
    outcome = run("serve", YINGDA_API_PORT="eighty", YINGDA_DATA_DIR=str(tmp_path))

    assert outcome.returncode == 1
    assert "api_port: Input should be a valid integer" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_the_list_of_commands_needs_no_command_to_be_imported():
    outcome = run("--help")

    assert outcome.returncode == 0
    assert {"serve", "talk", "doctor", "config", "migrate", "bench"} <= set(outcome.stdout.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("YINGDA_API_PORT", "99999", "api_port: Input should be less than or equal to 65535"),
        ("YINGDA_API_HOST", "192.0.2.7", "this machine has no such address. Set YINGDA_API_HOST"),
        ("DATABASE_URL", "mysql://me:pa55word@db/x", "DATABASE_URL starts with mysql://. It must look like"),
        ("REDIS_URL", "foo", "REDIS_URL is not a URL we can read. It must look like redis://"),
        ("YINGDA_ALLOWED_TARGETS", "10.0.0.0/8, here", "'here' is not a network such as 10.0.0.0/8"),
    ],
)
def test_a_mistake_in_the_configuration_ends_the_start_with_a_sentence(tmp_path, name, value, sentence):
    outcome = run("serve", YINGDA_DATA_DIR=str(tmp_path), **{name: value})

    assert outcome.returncode == 1
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "pa55word" not in outcome.stderr


@pytest.mark.parametrize(
    "written", ['["10.0.0.0/8", "fd00::/8"]', "10.0.0.0/8, fd00::/8", "10.0.0.0/8,fd00::/8,"]
)
def test_allowed_targets_may_be_written_as_json_or_with_commas(monkeypatch, written):
    monkeypatch.setenv("YINGDA_ALLOWED_TARGETS", written)

    assert LauncherSettings().allowed_targets == ["10.0.0.0/8", "fd00::/8"]
