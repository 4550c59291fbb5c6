"""Validation errors as sentences: which field, what is allowed, and the nearest name to an unknown one."""

from collections.abc import Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request

MOST = 20  # sentences; a body that is wrong everywhere needs no more


def sentences(error: RequestValidationError, request: Request) -> list[str]:
    """One sentence per fault, in the order of the fields, without repetition."""
    content_type = request.headers.get("content-type", "")
    if isinstance(error.body, bytes) and "json" not in content_type:
        return [f"Send the body as JSON with the header Content-Type: application/json, not {content_type}."]
    body = getattr(getattr(request.scope.get("route"), "body_field", None), "field_info", None)
    model = getattr(body, "annotation", None)
    found = [_sentence(fault, model) for fault in error.errors()[:MOST]]
    return list(dict.fromkeys(found))


def _sentence(fault: dict[str, Any], model: Any) -> str:
    where, *path = fault["loc"]
    if fault["type"] == "extra_forbidden":
        return _unknown(where, path, model)
    name = _dotted(_without_tags(path, model) if where == "body" else path)
    subject = f"{where} parameter {name}" if where in ("query", "path", "header") else name or "the body"
    if fault["type"] == "missing":
        return f"{subject} is required."
    if fault["type"] == "unknown_field":  # a shape that knows its own nearest name
        return f"property {name} {fault['msg']}"
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    return f"{subject} {message}." if message.startswith("should") else f"{subject}: {message}."


def _unknown(where: str, path: list[Any], model: Any) -> str:
    if where != "body":
        return f"{where} parameter {_dotted(path)} does not exist here."
    *parent, name = path
    known = _fields(_descend(parent, model))
    sentence = f"property {_dotted(_without_tags(path, model))} should not exist"
    near = get_close_matches(str(name), known, 1, 0.6)
    if near:
        return f"{sentence}; did you mean {near[0]}?"
    return f"{sentence}; known are: {', '.join(sorted(known))}." if known else f"{sentence}."


def _dotted(path: Sequence[Any]) -> str:
    return ".".join(str(step) for step in path)


def _without_tags(path: list[Any], model: Any) -> list[Any]:
    """The path as the client wrote it: pydantic adds the chosen member of a union as a step."""
    kept: list[Any] = []
    for step in path:
        found, is_tag = _step(model, step)
        if not is_tag:
            kept.append(step)
        model = found
    return kept


def _descend(path: list[Any], model: Any) -> Any:
    for step in path:
        model, _ = _step(model, step)
    return model


def _step(model: Any, step: Any) -> tuple[Any, bool]:
    """The type one step further down, and whether the step only chose a member of a union."""
    model = _bare(model)
    if _is_model(model):
        return _field_type(model, str(step)), False
    if get_origin(model) in (list, tuple, set, frozenset):
        return next(iter(get_args(model)), None), False
    if get_origin(model) is dict:
        return get_args(model)[-1], step == "[key]"
    if get_origin(model) in (Union, UnionType):
        return _member(model, step)
    return None, False


def _member(union: Any, step: Any) -> tuple[Any, bool]:
    members = _members(union)
    for member in members:
        if _is_tagged(member, step) or getattr(member, "__name__", None) == step or str(member) == step:
            return member, True
    return _step(members[0], step) if len(members) == 1 else (None, False)


def _members(union: Any) -> list[Any]:
    """The members of a union that are not None, unions within it opened."""
    found: list[Any] = []
    for member in map(_bare, get_args(union)):
        if get_origin(member) in (Union, UnionType):
            found.extend(_members(member))
        elif member is not type(None):
            found.append(member)
    return found


def _is_tagged(member: Any, tag: Any) -> bool:
    if not _is_model(member):
        return False
    literals = (field.annotation for field in member.model_fields.values())
    return any(get_origin(kind) is Literal and tag in get_args(kind) for kind in literals)


def _field_type(model: type[BaseModel], step: str) -> Any:
    for name, field in model.model_fields.items():
        if step in (name, field.alias, field.validation_alias):
            return field.annotation
    return None


def _fields(model: Any) -> list[str]:
    model = _bare(model)
    if _is_model(model):
        return [field.alias or name for name, field in model.model_fields.items()]
    if get_origin(model) in (Union, UnionType):
        members = _members(model)
        return _fields(members[0]) if len(members) == 1 else []
    return []


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel)


def _bare(model: Any) -> Any:
    while get_origin(model) is Annotated:
        model = get_args(model)[0]
    return model
