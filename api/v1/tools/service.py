"""The rules of stored tools."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.db.repo import Window
from api.v1.assistants.config import Config, replace, shown, take
from api.v1.assistants.service import check_targets, tool_targets
from api.v1.assistants.shelf import names
from api.v1.credentials.repo import Credentials
from api.v1.tools.model import ToolRow
from api.v1.tools.repo import Tools
from api.v1.tools.schemas import TOOL
from voice_engine.kernel.errors import BadRequest, StillUsed
from voice_engine.kernel.sealed import seal
from voice_engine.kernel.templates import check

Json = dict[str, Any]


class ToolService:
    """Tools of the organisation the repository was opened for; `secret` seals their secrets."""

    def __init__(self, repo: Tools, secret: bytes, allowed_targets: Sequence[str] = ()) -> None:
        self._repo, self._allowed_targets = repo, allowed_targets
        self._credentials = Credentials(repo.session, repo.org_id)
        self._seal = partial(seal, secret=secret, context=repo.org_id)

    def create(self, given: Json) -> Json:
        """The new tool, as shown. `given` has been read as a tool."""
        return tool_shown(self._repo.put(**_columns(self._taken(given))))

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return tool_shown(self._repo.show(id))

    def list(self, window: Window, kind: str | None) -> Sequence[Json]:
        """Newest first; only those of a kind, if one is named."""
        equal = {"type": kind} if kind is not None else {}
        return [tool_shown(row) for row in self._repo.shown(window, **equal)]

    def update(self, id: str, given: Json) -> Json:
        """The named fields replaced, each as a whole; null ones removed."""
        row = self._repo.lock(id)
        if given.get("type", row.type) != row.type:
            message = f"type: this tool is of type {row.type}, which cannot change; create another one."
            raise BadRequest("tool_type_fixed", message, field="type")
        cleared = {key for key, value in given.items() if value is None} - {"type"}
        named = {key: value for key, value in given.items() if value is not None}
        stored = Config.of(row)
        read = _read({**{k: v for k, v in stored.shown.items() if k not in cleared}, **named})
        update = self._taken({key: value for key, value in read.items() if key in named})
        return tool_shown(self._repo.change(row, **_columns(replace(stored, update, cleared))))

    def delete(self, id: str) -> Json:
        """What it was; raises StillUsed when an assistant or a squad names it."""
        row = self._repo.lock(id)
        pins = self._repo.references(id)
        if pins:
            raise StillUsed("tool_pinned", "This tool is used by {users}; take it out there first.", pins)
        before = tool_shown(row)
        self._repo.delete(id)
        return before

    def _taken(self, given: Json) -> Config:
        check(given, "tool")
        check_targets(tool_targets(given), self._allowed_targets)
        self._credentials.require_servers(given)
        return take(given, self._seal)


def tool_shown(row: ToolRow) -> Json:
    """As it is answered: without its secrets."""
    return {**shown(row), "latestVersion": f"v{row.version}"}


def _columns(config: Config) -> Json:
    kind = config.shown["type"]
    name = next(iter(names([config.shown])), None) if kind != "query" else None
    return {"type": kind, "name": name, "config": config.shown, "sealed": config.sealed}


def _read(whole: Json) -> Json:
    """The tool as it would be, checked like a new one; raises RequestValidationError."""
    try:
        return TOOL.validate_python(whole).given()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in faults]) from None
