"""Tool calls put together from the pieces of a stream, whatever a vendor leaves out. Pure."""

from dataclasses import dataclass
from typing import Any

import orjson

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import ToolCall
from voice_engine.providers.llm.vendors import Echo

MOST = 128  # calls in one answer, as many as a request may offer tools
LONGEST = 256 * 1024  # characters of a call's arguments


@dataclass(slots=True)
class _Part:
    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""
    kept: Any = None

    @property
    def whole(self) -> bool:
        """Whether nothing can follow: a name, and arguments that are JSON."""
        if not self.name or not self.arguments:
            return False
        try:
            orjson.loads(self.arguments)
        except ValueError:
            return False
        return True


class Calls:
    """Later pieces may come without index, id or name; whole calls may come without any of them."""

    def __init__(self, vendor: str = "", echo: Echo | None = None) -> None:
        self._vendor, self._echo = vendor, echo
        self._parts: list[_Part] = []

    def add(self, piece: dict[str, Any]) -> str:
        """Take one piece; gives what it brought. Raises ProviderError for more than any model means."""
        function = as_dict(piece.get("function"))
        name = as_text(function.get("name"))
        part = self._part(piece, name)
        part.id = part.id or as_text(piece.get("id"))
        part.name = part.name or name
        arguments = _arguments(function.get("arguments"))
        part.arguments += arguments
        if len(self._parts) > MOST or len(part.arguments) > LONGEST:
            sentence = f"{self._vendor or 'The model'} calls tools without end; use another model."
            raise ProviderError("server", self._vendor, sentence)
        if self._echo and self._echo.call:
            part.kept = piece.get(self._echo.call) or part.kept
        return arguments or part.name

    def ended(self, thoughts: Any) -> tuple[ToolCall, ...]:
        """The calls, whole. `thoughts` are what the model brought with them and wants to read again."""
        return tuple(
            ToolCall(
                part.id or f"call_{place}", part.name, part.arguments,
                self._kept(part, thoughts if place == 0 else None),
            )
            for place, part in enumerate(self._parts)
        )  # fmt: skip

    def _kept(self, part: _Part, thoughts: Any) -> str:
        if not self._echo or not (thoughts or part.kept):
            return ""
        message = {"message": {self._echo.thoughts: thoughts}} if thoughts else {}
        call = {"call": {self._echo.call: part.kept}} if part.kept else {}
        return orjson.dumps({"vendor": self._vendor, **message, **call}).decode()

    def _part(self, piece: dict[str, Any], name: str) -> _Part:
        """By id, which is sure, else by index; some vendors give every call the index 0, or none."""
        call_id, index = as_text(piece.get("id")), piece.get("index")
        index = index if isinstance(index, int) else None
        candidates = [p for p in self._parts if not call_id or p.id in ("", call_id)]
        if index is not None:
            candidates = [p for p in candidates if p.index == index]
        found = next((p for p in candidates if call_id and p.id == call_id), None)
        if found is None and candidates and not (name and candidates[-1].whole):
            found = candidates[-1]
        if found is None:
            found = _Part(index)
            self._parts.append(found)
        return found


def _arguments(value: Any) -> str:
    """JSON text, also where a vendor sends the object itself."""
    if isinstance(value, dict | list) and value:
        try:
            return orjson.dumps(value).decode()
        except orjson.JSONEncodeError:  # a lone surrogate, a number beyond 64 bits
            return ""
    return as_text(value)


def as_text(value: Any) -> str:
    """The value if it is text, else none."""
    return value if isinstance(value, str) else ""


def as_dict(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; one that comes alone is a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
