"""Alembic's entry: `api.db.migrate` hands in a connection; the command line takes DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from api.db.engine import owner_engine
from api.settings import ApiSettings


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    with owner_engine(ApiSettings().database_url).begin() as connection:
        _migrate(connection)
