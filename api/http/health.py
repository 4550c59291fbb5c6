"""`/health`: the process lives. `/ready`: it can work, and if not, why. `/metrics`: for Prometheus."""

from typing import Any

import orjson
import psycopg
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from api.db import migrate
from voice_engine.kernel.errors import Unavailable

router = APIRouter(tags=["Operations"])


@router.get("/health", include_in_schema=False)
async def health() -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/ready", include_in_schema=False)
def ready(request: Request) -> Response:
    """200 when PostgreSQL and Redis answer and the database is migrated; else 503 and what is missing."""
    wiring = request.app.state.wiring
    missing = [*_database(wiring), *_redis(wiring)]
    body = {"status": "missing" if missing else "ready", "missing": missing}
    return Response(orjson.dumps(body), 503 if missing else 200, media_type="application/json")


@router.get("/.well-known/jwks.json", include_in_schema=False)
async def keys(request: Request) -> Response:
    """The public key that verifies members' access tokens."""
    jwks = request.app.state.wiring.doorman.access_tokens.jwks()
    return Response(orjson.dumps(jwks), media_type="application/json")


@router.get("/metrics", include_in_schema=False)
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _database(wiring: Any) -> list[str]:
    try:
        current = migrate.current(wiring.engine)
    except (SQLAlchemyError, psycopg.Error):
        return ["PostgreSQL does not answer."]
    except Unavailable as error:
        return [error.message]
    if current != wiring.revisions:
        is_, should = _list(current), _list(wiring.revisions)
        return [f"the database is at revision {is_}, not {should}: run `yingda migrate`."]
    return []


def _redis(wiring: Any) -> list[str]:
    try:
        wiring.redis.ping()
    except RedisError:
        return ["Redis does not answer."]
    return []


def _list(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions)) or "none"
