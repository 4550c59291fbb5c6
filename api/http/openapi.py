"""The OpenAPI document: FastAPI's, saying what we really answer."""

from typing import Any

from api.http.errors import ErrorAnswer

_ERROR = {"$ref": "#/components/schemas/ErrorAnswer"}


def ours(document: dict[str, Any]) -> dict[str, Any]:
    """Documents bearer keys, and 400 with our error object where FastAPI assumes 422."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "sk_… or pk_…"}
    }
    document["security"] = [{"key": []}]
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.setdefault("ErrorAnswer", ErrorAnswer.model_json_schema())
    for path in document["paths"].values():
        for operation in path.values():
            _answer_400(operation["responses"])
    return document


def _answer_400(responses: dict[str, Any]) -> None:
    if responses.pop("422", None) is not None:
        content = {"application/json": {"schema": _ERROR}}
        responses.setdefault("400", {"description": "Bad Request", "content": content})
