"""URLs, and what a connection says of a database that is not ours yet."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from api.db.engine import APP_ROLE, app_engine, owner_engine, sqlalchemy_url
from voice_engine.kernel.errors import Unavailable


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_usual_urls_are_understood(scheme: str):
    assert sqlalchemy_url(f"{scheme}://u:p@h:5/d?sslmode=require") == (
        "postgresql+psycopg://u:p@h:5/d?sslmode=require"
    )


@pytest.mark.parametrize("url", ["mysql://h/d", "", "h/d"])
def test_other_urls_are_refused_in_words(url: str):
    with pytest.raises(ValueError, match="must start with postgresql://"):
        sqlalchemy_url(url)


@pytest.fixture
def roleless(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine whose role does not exist, as on a fresh server."""
    monkeypatch.setattr("api.db.engine.APP_ROLE", f"{APP_ROLE}_nowhere")
    engine = app_engine(database_url, connections=1)
    yield engine
    engine.dispose()


def test_a_server_without_our_role_was_never_migrated(roleless: Engine):
    with pytest.raises(Unavailable) as caught:
        roleless.connect()

    assert caught.value.code == "database_not_migrated"


def test_an_errors_text_holds_no_parameters(database_url: str):
    for engine in (app_engine(database_url, connections=1), owner_engine(database_url)):
        with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT 1 / :zero, :name"), {"zero": 0, "name": "Bob"})
        engine.dispose()

        assert "Bob" not in str(caught.value)
