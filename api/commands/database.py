"""The database for commands that work on it directly."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.launcher.settings import LauncherSettings


@contextlib.contextmanager
def migrated(settings: "LauncherSettings") -> Iterator[str]:
    """The owner's URL of a database that this version can use; Unavailable if it was not migrated."""
    from api.db import migrate
    from api.db.engine import not_migrated, owner_engine
    from api.launcher.stores import open_database

    with open_database(settings) as url:
        owner = owner_engine(url)
        current = migrate.current(owner)
        owner.dispose()
        if current != migrate.heads():
            raise not_migrated()
        yield url
