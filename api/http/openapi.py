"""The OpenAPI document: FastAPI's, saying what we really answer, with an example for every field."""

from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute

from api.http.errors import ErrorAnswer
from api.http.examples import give_examples

Json = dict[str, Any]

ABOUT = """
Yingda 应答: voice assistants over WebSocket, browser, chat and telephone.

**Keys.** `Authorization: Bearer sk_…` is a private key, for servers. `pk_…` is a public one, for browsers;
it can begin web calls and web chats only. A person's access token from `/v1/auth/login` works like a private
key of their role.

**Vapi.** Every operation also answers under Vapi's own path (`/assistant`, `/call`, … at `/` and at `/v1`).

**Lists** are arrays, newest first, at most `limit` long; where an answer has `results` and `metadata`, follow
`metadata.nextCursor`. **Nothing** is null in an answer: what does not apply is left out. **Times** are
ISO 8601, UTC.

**Errors** are `{message, error, statusCode, code, requestId}`; `code` is stable. **Writes** may carry an
`Idempotency-Key`: the same key within 24 hours answers the same and does nothing twice.
"""
_WRITES = frozenset({"post", "put", "patch", "delete"})
_METHODS = _WRITES | {"get", "head"}
_ALWAYS = {
    "400": "The request is malformed; `message` names the field and what is allowed.",
    "401": "No key, a wrong one, an expired one, or the wrong kind of key.",
    "403": "A good key that may not do this; `message` names the scope it lacks.",
    "429": "Too many requests; try again after `Retry-After` seconds.",
    "500": "A fault of ours; report the `requestId`.",
    "503": "A part that is needed is down; try again after `Retry-After` seconds.",
}
_WITH_BODY = {"413": "The body is too large."}
_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 255 characters of your own; the same within 24 hours is answered as the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "order-4711",
}


def operation_id(route: APIRoute) -> str:
    """`assistants_create`: the resource and the handler's name."""
    parts = [
        part for part in route.path_format.split("/") if part and part not in ("v1", "v2") and part[0] != "{"
    ]
    return f"{parts[0].replace('-', '_') if parts else 'root'}_{route.name.rstrip('_')}"


def ours(document: Json) -> Json:
    """Documents keys, the errors every operation may answer, and gives examples."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "sk_…, pk_…, or a person's access token"}
    }
    document["security"] = [{"key": []}]
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.setdefault("ErrorAnswer", ErrorAnswer.model_json_schema())
    for path, method, operation in operations(document):
        _complete(path, method, operation)
    give_examples(document)
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation as path, method and object."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield path, method, operation


def _complete(path: str, method: str, operation: Json) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    expected = _ALWAYS | (_WITH_BODY if "requestBody" in operation else {})
    for status, description in expected.items():
        responses.setdefault(status, _error(description))
    if "{" in path:
        responses.setdefault("404", _error("There is none with this id in your organisation."))
    operation["responses"] = dict(sorted(responses.items()))
    if method in _WRITES:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)


def _error(description: str) -> Json:
    schema = {"$ref": "#/components/schemas/ErrorAnswer"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
