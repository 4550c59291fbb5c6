import os

import pytest

from api.launcher import stores, urls
from api.launcher.postgres import EmbeddedPostgres
from api.launcher.redis import EmbeddedRedis
from api.launcher.settings import LauncherSettings
from api.launcher.stores import Stores, open_database, plain, reach_postgres, reach_redis
from voice_engine.kernel.errors import BadRequest, Unavailable

pytestmark = pytest.mark.slow


def test_a_url_for_sqlalchemy_becomes_one_for_psycopg():
    assert plain("postgresql+psycopg://me@db/yingda") == "postgresql://me@db/yingda"
    assert plain("postgres://me@db/yingda") == "postgres://me@db/yingda"


def test_an_unreachable_postgresql_is_said_with_its_address_and_without_its_password():
    with pytest.raises(Unavailable) as failure:
        reach_postgres("postgresql://me:pa55word@127.0.0.1:1/yingda")

    assert failure.value.code == "postgres_unreachable"
    assert "127.0.0.1:1 (DATABASE_URL)" in failure.value.message
    assert "pa55word" not in failure.value.message


def test_an_unreachable_redis_is_said_with_its_address_and_without_its_password():
    with pytest.raises(Unavailable) as failure:
        reach_redis("redis://:pa55word@127.0.0.1:1/0")

    assert "127.0.0.1" in failure.value.message
    assert "(REDIS_URL)" in failure.value.message
    assert "pa55word" not in failure.value.message


@pytest.mark.parametrize(
    "url", ["foo", "mysql://me:pa55word@db/x", "postgresql://me:pa55/word@db/x", "postgresql://db:port/x"]
)
def test_what_is_no_url_of_postgresql_is_refused_without_asking_the_network(url):
    with pytest.raises(BadRequest, match=r"must look like postgresql://user:password@host") as refusal:
        reach_postgres(url)

    assert "pa55" not in refusal.value.message


@pytest.mark.parametrize("url", ["foo", "http://:pa55word@127.0.0.1/", "redis://:pa55word@host:port/0"])
def test_what_is_no_url_of_redis_is_refused_without_asking_the_network(url):
    with pytest.raises(BadRequest, match=r"must look like redis://:password@host") as refusal:
        reach_redis(url)

    assert "pa55" not in refusal.value.message


def test_usual_urls_are_taken():
    for url in (
        "postgres://u@h/d",
        "postgresql+psycopg://u:p%40@a:1,b:2/d?sslmode=require",
        "postgresql:///d",
    ):
        urls.database(url)
    for url in ("redis://h", "rediss://:p@h:6380/1", "redis://u:p@[::1]:6379/0"):
        urls.redis(url)


def test_waiting_for_your_server_is_said_at_once_and_once(data_dir, monkeypatch):
    monkeypatch.setattr(stores, "PATIENCE", 0.6)
    said: list[str] = []
    settings = LauncherSettings(
        database_url="postgresql://me:pw@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1"
    )

    with pytest.raises(Unavailable):
        Stores(settings, data_dir).check(said.append)

    assert said == ["Waiting up to 1 s for PostgreSQL at 127.0.0.1:1 (DATABASE_URL) …"]


def test_with_your_urls_nothing_embedded_is_started(data_dir, monkeypatch):
    monkeypatch.setattr(stores, "PATIENCE", 0.0)
    postgres, redis = EmbeddedPostgres(data_dir / "yours"), EmbeddedRedis(data_dir / "yours")
    postgres.start()
    redis.start()
    settings = LauncherSettings(database_url=postgres.url("postgres"), redis_url=redis.url)

    yours = Stores(settings, data_dir / "ours")
    yours.check(print)

    assert yours.parts == []
    assert (yours.database_url, yours.redis_url) == (postgres.url("postgres"), redis.url)
    assert not (data_dir / "ours").exists()
    redis.stop()
    postgres.stop()


def test_without_urls_the_two_embedded_ones_are_parts(data_dir):
    found = Stores(LauncherSettings(database_url="", redis_url=""), data_dir)

    assert [part.name for part in found.parts] == ["postgres", "redis"]


def test_a_command_may_have_the_embedded_database_for_itself_while_nothing_runs(data_dir):
    settings = LauncherSettings(data_dir=data_dir, database_url="")

    with open_database(settings) as url:
        assert reach_postgres(url).startswith("PostgreSQL 18")

    assert not os.path.exists(data_dir / "postgres" / "data" / "postmaster.pid")
