"""A plain role as owner: the migrations say which privilege is missing, and the SQL they name suffices.

On a cluster of its own: the role `yingda_app` belongs to the cluster, and here it must not be there at first.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api.db import migrate
from api.db.engine import owner_engine
from api.launcher.postgres import EmbeddedPostgres
from voice_engine.kernel.errors import Unavailable


@pytest.fixture
def cluster() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="yingda-test-") as data_dir:
        server = EmbeddedPostgres(Path(data_dir), options={"fsync": "off"})
        server.start()
        yield server
        server.stop()


@pytest.fixture
def plain_url(cluster: EmbeddedPostgres) -> str:
    """The URL of a role that can log in and nothing else, in a database it does not own."""
    administrate(cluster, "postgres", "CREATE ROLE plain LOGIN", "CREATE DATABASE house")
    return cluster.plain_url("house").replace("postgres@", "plain@")


def administrate(cluster: EmbeddedPostgres, database: str, *statements: str) -> None:
    with psycopg.connect(cluster.plain_url(database), autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement.encode())


def test_the_sql_that_the_refusal_names_is_enough(cluster: EmbeddedPostgres, plain_url: str):
    with pytest.raises(Unavailable) as refusal:
        migrate.upgrade(plain_url)
    steps = [line.strip() for line in refusal.value.message.splitlines() if line.endswith(";")]
    administrate(cluster, "house", *steps)
    migrate.upgrade(plain_url)

    assert refusal.value.code == "database_privilege_missing"
    assert steps == [
        "CREATE ROLE yingda_app NOLOGIN;",
        "GRANT yingda_app TO plain;",
        "GRANT CREATE, USAGE ON SCHEMA public TO plain;",
    ]
    assert migrate.current(owner_engine(plain_url)) == migrate.heads()


@pytest.mark.slow
def test_the_start_shows_the_sentence_and_no_traceback(plain_url: str, tmp_path: Path):
    environment = {**os.environ, "DATABASE_URL": plain_url, "YINGDA_DATA_DIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "api.launcher.prepare"], capture_output=True, text=True, env=environment
    )

    assert done.returncode == 1
    assert "lacks a privilege" in done.stderr
    assert "Traceback" not in done.stderr
