"""What our API is measured against: FastAPI and psycopg with nothing between them, and no care for anything.

`python -m api.commands.benching.bare PORT`, with DATABASE_URL. No keys, no tenants, no validation, no
request ids, no logs, no metrics; the same row in the same JSON by the same server loop.
"""

import os
import sys
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from api.launcher.stores import plain
from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.ids import new_id

CONNECTIONS = 16
TABLE = """
CREATE TABLE IF NOT EXISTS bench_bare (
    id uuid PRIMARY KEY, org_id uuid NOT NULL, name text NOT NULL, config jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
)
"""
_COLUMNS = "id, org_id, name, config, created_at, updated_at"


def build(pool: "ConnectionPool[Any]") -> FastAPI:
    """One indexed SELECT, one INSERT."""
    app = FastAPI()

    @app.get("/{id}")
    def get(id: str) -> Any:
        with pool.connection() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM bench_bare WHERE id = %s", (id,)).fetchone()
        if row is None:
            raise NotFound("row_not_found", "There is no such row.")
        return row

    @app.post("/", status_code=201)
    def create(body: Annotated[dict[str, Any], Body()]) -> Any:
        values = (new_id(), new_id(), body["name"], Jsonb(body))
        statement = "INSERT INTO bench_bare (id, org_id, name, config) VALUES (%s, %s, %s, %s)"
        with pool.connection() as connection:
            return connection.execute(f"{statement} RETURNING {_COLUMNS}", values).fetchone()

    return app


def main() -> None:
    """Serve until killed."""
    options = {"row_factory": dict_row, "autocommit": True}
    url = plain(os.environ["DATABASE_URL"])
    with ConnectionPool(url, min_size=CONNECTIONS, max_size=CONNECTIONS, kwargs=options) as pool:
        pool.wait()
        uvicorn.run(
            build(pool),
            host="127.0.0.1",
            port=int(sys.argv[1]),
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_level="warning",
        )


if __name__ == "__main__":
    main()
