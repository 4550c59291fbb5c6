"""The real thing: `yingda serve` from an empty directory, its children killed one by one, and its end."""

import json
import os
import signal
from collections.abc import Iterator

import httpx
import pytest

from api.launcher import process
from tests.product import Product, installed, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

WORDS = {  # what the command line of each child has
    "postgres": "/bin/postgres",
    "redis": "redis-server",
    "engine-0": "voice_engine",
    "api": "-m api",
    "events": "api.jobs.listen",
    "worker": "celery -A api.jobs.celery worker",
    "beat": "celery -A api.jobs.celery beat",
}


@pytest.fixture(scope="module")
def installation() -> Iterator[Product]:
    with installed() as product:
        yield product


@pytest.fixture
def running(installation: Product) -> Product:
    if not installation.running:
        installation.start()
    return installation


def test_from_an_empty_directory_everything_comes_up_and_the_printed_key_opens_the_api(running):
    demo = running.keys

    ready = httpx.get(f"{running.url}/ready")
    listed = httpx.get(
        f"{running.url}/v1/assistants", headers={"Authorization": f"Bearer {demo['privateKey']}"}
    )

    assert ready.status_code == 200, ready.text
    assert listed.status_code == 200, listed.text
    assert demo["privateKey"] in running.said()
    assert "password, shown once" in running.said()
    assert all(running.child(words) for words in WORDS.values())


def test_doctor_finds_nothing_wrong_with_it(running):
    outcome = running.run("doctor", "--json")

    found = {finding["check"]: finding for finding in json.loads(outcome.stdout)["findings"]}
    assert outcome.returncode == 0, outcome.stdout
    assert found["engines"]["found"].startswith("1 registered")
    assert found["migrations"]["verdict"] == "ok"


def test_what_is_secret_in_the_data_directory_is_for_its_owner_only(running):
    for name in ("secret", "demo.json", "serve.json", "redis/password", "redis/redis.conf", "logs", "spool"):
        assert (running.data_dir / name).stat().st_mode & 0o077 == 0, name


def test_a_second_one_on_the_same_directory_is_refused_with_the_pid(running):
    outcome = running.run("serve")

    assert outcome.returncode == 1
    assert f"in use by process {running.launcher.pid}" in outcome.stderr


def test_a_taken_port_is_refused_with_the_process_that_has_it(running, tmp_path):
    outcome = running.run("serve", YINGDA_DATA_DIR=str(tmp_path / "other"))

    assert outcome.returncode == 1
    assert (
        f"Port {running.port} for the API is taken by process {running.child(WORDS['api']).pid}"
        in outcome.stderr
    )
    assert "YINGDA_API_PORT" in outcome.stderr


@pytest.mark.parametrize("name", WORDS)
def test_a_killed_child_comes_back_and_it_is_said(running, name):
    before = running.child(WORDS[name]).pid
    died = running.said().count(f"{name} died (killed by SIGKILL)")
    back = running.said().count(f"{name} is back")

    os.kill(before, signal.SIGKILL)

    until(lambda: running.said().count(f"{name} is back") > back)
    assert running.said().count(f"{name} died (killed by SIGKILL)") == died + 1
    assert running.child(WORDS[name]).pid != before
    until(lambda: httpx.get(f"{running.url}/ready").status_code == 200)


def test_ctrl_c_ends_it_cleanly_and_leaves_nobody(running):
    children = running.children()

    running.launcher.send_signal(signal.SIGINT)
    code = running.launcher.wait(60)

    assert code == 0, running.said()
    assert running.said().rstrip().endswith("Stopped.")
    assert not [child for child in children if process.alive(child.pid)]
    assert not (running.data_dir / "serve.json").exists()


def test_a_later_start_is_quick(installation):
    seconds = installation.start()

    assert seconds < 20  # 5 s on two free cores; a busy machine gets some more


def test_kill_9_of_the_launcher_leaves_nobody_and_the_next_start_just_works(running):
    children = running.children()

    running.launcher.kill()
    running.launcher.wait()

    until(lambda: not [child for child in children if process.alive(child.pid)], 10)
    running.start()
    assert httpx.get(f"{running.url}/ready").status_code == 200


def test_a_second_ctrl_c_ends_everything_at_once(running):
    children = running.children()

    running.launcher.send_signal(signal.SIGINT)
    until(lambda: "Stopping" in running.said())
    running.launcher.send_signal(signal.SIGINT)
    running.launcher.wait(20)

    assert "Ending everything at once." in running.said()
    assert not [child for child in children if process.alive(child.pid)]
