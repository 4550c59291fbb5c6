"""Are DATABASE_URL and REDIS_URL ones that can be used? No network is asked, no password is repeated."""

import psycopg
from psycopg.conninfo import conninfo_to_dict
from redis.connection import parse_url

from api.launcher.settings import LauncherSettings
from voice_engine.kernel.errors import BadRequest

POSTGRES = "postgresql://user:password@host:5432/database"
REDIS = "redis://:password@host:6379/0"
POSTGRES_SCHEMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
REDIS_SCHEMES = frozenset({"redis", "rediss"})


def require(settings: LauncherSettings) -> None:
    """Raises BadRequest for a URL that is set and cannot be one."""
    if settings.database_url:
        database(settings.database_url)
    if settings.redis_url:
        redis(settings.redis_url)


def database(url: str) -> None:
    """Raises BadRequest `bad_database_url`, which says what one looks like."""
    scheme, found, rest = url.partition("://")
    if not found or scheme not in POSTGRES_SCHEMES:
        raise _wrong("DATABASE_URL", scheme if found else "", POSTGRES)
    try:
        port = conninfo_to_dict(f"postgresql://{rest}").get("port") or ""
        _ = [int(number) for number in str(port).split(",") if number]
    except (psycopg.ProgrammingError, ValueError):  # its words may hold a piece of the password
        raise _wrong("DATABASE_URL", "", POSTGRES) from None


def redis(url: str) -> None:
    """Raises BadRequest `bad_redis_url`, which says what one looks like."""
    scheme, found, _ = url.partition("://")
    if not found or scheme not in REDIS_SCHEMES:
        raise _wrong("REDIS_URL", scheme if found else "", REDIS)
    try:
        parse_url(url)
    except ValueError:
        raise _wrong("REDIS_URL", "", REDIS) from None


def _wrong(name: str, scheme: str, example: str) -> BadRequest:
    why = f"starts with {scheme}://" if scheme else "is not a URL we can read"
    return BadRequest(
        f"bad_{name.lower()}",
        f"{name} {why}. It must look like {example}, with special characters of the password as %40 and the"
        " like; or unset it to use the embedded server.",
    )
