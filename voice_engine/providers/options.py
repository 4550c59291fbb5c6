"""A vendor's own knobs, read from the assistant when the adapter is built: a wrong one is told at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig


class Options:
    """`config.options` of one adapter. Each reader raises BadRequest("bad_option") saying what is allowed."""

    def __init__(self, config: ProviderConfig, label: str) -> None:
        self._options, self._label = config.options, label

    def text(self, name: str, default: str = "") -> str:
        """Text."""
        value = self._options.get(name, default)
        if not isinstance(value, str):
            raise self.bad(name, "is text")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._options.get(name, default)
        if not isinstance(value, bool):
            raise self.bad(name, "is true or false")
        return value

    def number(self, name: str, default: float, least: float, most: float) -> float:
        """A number in a range."""
        value = self._options.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.bad(name, f"is a number from {least:g} to {most:g}")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number in a range."""
        value = self.number(name, default, least, most)
        if value != int(value):
            raise self.bad(name, f"is a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, default: Any, allowed: Sequence[Any]) -> Any:
        """One of a few."""
        value = self._options.get(name, default)
        if value not in allowed:
            raise self.bad(name, f"is one of {', '.join(map(str, allowed))}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._options.get(name, ())
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.bad(name, "is a list of texts")

    def object(self, name: str) -> Mapping[str, Any]:
        """An object, handed on as it is."""
        value = self._options.get(name, {})
        if not isinstance(value, Mapping):
            raise self.bad(name, "is an object")
        return value

    def bad(self, name: str, rule: str) -> BadRequest:
        """The refusal of an option."""
        return BadRequest("bad_option", f"The {self._label} option `{name}` {rule}.", field=name)
