"""Drives `vapi_server_sdk` through the operations and judges every answer by the types the SDK declares."""

import re
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import vapi.types
from pydantic import BaseModel, Field
from vapi import Vapi

from tests.conformance.operations import Json, Operation
from tests.conformance.strict import faults
from tests.conformance.world import World


class Kept(BaseModel):
    """What every stored object has, for answers that no SDK declares."""

    id: str
    org_id: str = Field(alias="orgId")
    created_at: datetime = Field(alias="createdAt")
    updated_at: datetime = Field(alias="updatedAt")


@dataclass
class Outcome:
    """What came of an operation; it is as Vapi's own if there is nothing wrong with it."""

    operation: str
    wrong: list[str] = field(default_factory=list)
    body: Any = None


class Driver:
    """One base URL. Ids that operations keep are known to those that come later."""

    def __init__(self, world: World, base_url: str) -> None:
        self._base_url, self._world = base_url, world
        self._known: dict[str, Any] = dict(world.known)
        self._answers: list[httpx.Response] = []
        self._http = httpx.Client(
            follow_redirects=True, trust_env=False, timeout=30, event_hooks={"response": [self._note]}
        )
        self._sdk = Vapi(token=world.key, base_url=base_url, httpx_client=self._http)

    def run(self, operations: Sequence[Operation]) -> list[Outcome]:
        """All of them, in order."""
        with self._http:
            return [self._one(operation) for operation in operations]

    def _one(self, operation: Operation) -> Outcome:
        outcome = Outcome(operation.name)
        try:
            request = self._filled(operation.request)
            declared = self._call(operation, request) if operation.method else self._plain(operation, request)
        except Missing as missing:
            outcome.wrong = [f"needs {missing}, which could not be made"]
            return outcome
        except Exception as error:  # noqa: BLE001 - boundary: whatever an SDK raises is its verdict
            outcome.wrong = [f"{type(error).__name__}: {_short(error)}"]
            return outcome
        if declared is not type(None):
            outcome.body = self._answers[-1].json()
            outcome.wrong = faults(outcome.body, declared)
            if operation.keep:
                self._known[operation.keep] = outcome.body.get("id")
        return outcome

    def _call(self, operation: Operation, request: Json) -> Any:
        method: Callable[..., Any] = self._sdk  # type: ignore[assignment]
        for name in operation.method.split("."):
            method = getattr(method, name)
        if "file" in request:
            request["file"] = ("hours.txt", request["file"].encode(), "text/plain")
        if operation.whole:
            path = {"id": request.pop("id")} if "{id}" in operation.name else {}
            method(**path, request=request)
        else:
            method(**{_snake(name): value for name, value in request.items()})
        return typing.get_type_hints(method)["return"]

    def _plain(self, operation: Operation, request: Json) -> Any:
        verb, path = operation.name.split(" ")
        url = self._base_url + path.format(**{n: request.pop(n) for n in re.findall(r"{(\w+)}", path)})
        key = self._world.public_key if operation.public else self._world.key
        body = {"params": request} if verb == "GET" else {"json": request}
        answer = self._http.request(verb, url, headers={"Authorization": f"Bearer {key}"}, **body)  # type: ignore[arg-type]
        if not answer.is_success:
            raise Refused(f"{answer.status_code} {answer.text}")
        several = operation.declared.startswith("[")
        name = operation.declared.strip("[]")
        declared = Kept if name == "Kept" else getattr(vapi.types, name)
        return list[declared] if several else declared

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if isinstance(value, str) and value.startswith("$"):
            if not self._known.get(value[1:]):
                raise Missing(value)
            return self._known[value[1:]]
        return value

    def _note(self, response: httpx.Response) -> None:
        response.read()
        self._answers.append(response)


class Missing(Exception):
    """An operation refers to what an earlier one did not make."""


class Refused(Exception):
    """Plain HTTP got an error."""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _short(error: Exception) -> str:
    status, body = getattr(error, "status_code", None), getattr(error, "body", None)
    said = f"{status} {body}" if status else str(error)
    return " ".join(said.split())[:300]
