"""Every error becomes one JSON object: `{message, error, statusCode, code, requestId}`, Vapi's and more.

`message` is a sentence, or for a malformed request a list of sentences. Nothing of our inside is ever shown.
"""

from http import HTTPStatus
from typing import Any

import orjson
import psycopg
import redis
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from psycopg import errors as pg
from pydantic import Field
from sqlalchemy import exc as sql
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.db.engine import not_migrated
from api.http.body import Malformed
from api.http.schema import Answer
from api.http.sentences import sentences
from voice_engine.kernel import log
from voice_engine.kernel.errors import (
    BadRequest,
    Conflict,
    StillUsed,
    TooManyRequests,
    Unavailable,
    YingdaError,
)
from voice_engine.kernel.fault import said

_log = log.get("http")


class ErrorAnswer(Answer):
    """What every error looks like."""

    message: str | list[str] = Field(description="a sentence, or one for each thing wrong with the request")
    error: str = Field(description="the status in words, e.g. Bad Request; the code, where references follow")
    status_code: int = Field(description="the HTTP status")
    code: str = Field(description="stable, for programs: see the list of errors in the documentation")
    request_id: str = Field(description="for support; also in the header X-Request-Id")
    references: list[dict[str, Any]] | None = Field(
        None, description="{type, id, name} of what still uses it, where something could not be deleted"
    )


def errors(*kinds: type[YingdaError]) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the errors it may answer, for the documentation."""
    return {
        kind.status: {"model": ErrorAnswer, "description": HTTPStatus(kind.status).phrase} for kind in kinds
    }


def install(app: FastAPI) -> None:
    """Register the mapping."""
    handlers: dict[type[Exception], Any] = {
        YingdaError: _ours,
        RequestValidationError: _validation,
        HTTPException: _http,
        sql.SQLAlchemyError: _database,
        psycopg.Error: _database,
        redis.RedisError: _redis,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def answer(request_id: str, status: int, code: str, message: str | list[str]) -> Response:
    """The error object as a response."""
    body = {
        "message": message,
        "error": HTTPStatus(status).phrase,
        "statusCode": status,
        "code": code,
        "requestId": request_id,
    }
    return Response(orjson.dumps(body), status, media_type="application/json")


def internal(request_id: str) -> Response:
    """The answer to a fault of ours; the log has the rest under the same request id."""
    message = f"Something went wrong on our side. Please report the request id {request_id}."
    return answer(request_id, 500, "internal_error", message)


async def _ours(request: Request, error: YingdaError) -> Response:
    if error.status >= 500 and not error.retryable:
        _log.error("request_failed", code=error.code, exc_info=error)
    response = _answer(request, error.status, error.code, error.message)
    if isinstance(error, StillUsed):
        # Vapi's clients read the code in `error` here, and what is in the way in `references`.
        body = orjson.loads(bytes(response.body)) | {"error": error.code, **error.details}
        response = Response(orjson.dumps(body), error.status, media_type="application/json")
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    elif error.status == 503:
        response.headers["Retry-After"] = "1"
    elif "retry_after" in error.details:
        response.headers["Retry-After"] = str(error.details["retry_after"])
    elif error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _validation(request: Request, error: RequestValidationError) -> Response:
    return _answer(request, 400, "invalid_request", sentences(error, request))


async def _http(request: Request, error: HTTPException) -> Response:
    if isinstance(error, Malformed):
        return _answer(request, error.status_code, error.code, error.detail)
    code, message = _ROUTING.get(error.status_code, ("http_error", str(error.detail)))
    message = message.replace("{method}", request.method).replace("{path}", request.url.path)
    response = _answer(request, error.status_code, code, message)
    response.headers.update(error.headers or {})
    return response


async def _database(request: Request, error: sql.SQLAlchemyError | psycopg.Error) -> Response:
    cause = error.orig if isinstance(error, sql.DBAPIError) else error
    known = _known(cause)
    if known is None:
        _log.error("request_failed", exc_info=error)
        return internal(_id(request))
    if known.status == 503:
        _log.warning("database_unavailable", reason=said(cause or error))
    return await _ours(request, known)


def _known(cause: BaseException | None) -> YingdaError | None:
    """What a database error means to a caller; None if it is a fault of ours."""
    match cause:
        case pg.DeadlockDetected() | pg.SerializationFailure() | pg.LockNotAvailable():
            return Conflict("write_conflict", "Another request changes the same thing just now; try again.")
        case pg.QueryCanceled():
            return Unavailable("database_slow", "The database took too long; try again.")
        case psycopg.OperationalError() | psycopg.InterfaceError() | sql.TimeoutError():
            return Unavailable("database_unavailable", "The database cannot be reached; try again shortly.")
        case pg.UndefinedTable() | pg.UndefinedFunction():
            return not_migrated()
        case pg.UniqueViolation():
            return Conflict("already_exists", "Something with the same unique value exists already.")
        case pg.ForeignKeyViolation():
            return Conflict(
                "still_in_use", "This refers to something that is gone, or is itself still in use."
            )
        case psycopg.DataError():
            return BadRequest("value_out_of_range", "A value is too large or too long to be stored.")
    return None


async def _redis(request: Request, error: redis.RedisError) -> Response:
    _log.warning("redis_unavailable", reason=said(error))
    unavailable = Unavailable("redis_unavailable", "Redis cannot be reached; try again shortly.")
    return await _ours(request, unavailable)


def _answer(request: Request, status: int, code: str, message: str | list[str]) -> Response:
    request.scope["error_code"] = code
    return answer(_id(request), status, code, message)


def _id(request: Request) -> str:
    found: str = request.scope.get("request_id", "")
    return found


_ROUTING = {
    400: ("invalid_body", "The body could not be read."),
    404: ("route_not_found", "There is no {path}; see /docs for what there is."),
    405: ("method_not_allowed", "{path} does not answer {method}; see the Allow header."),
}
