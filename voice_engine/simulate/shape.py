"""The shape of what people write: strict, with the nearest known word for one that is not."""

import difflib
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


def nearest(word: str, known: list[str]) -> str:
    """Help for a person who wrote a word that is not known here."""
    near = difflib.get_close_matches(word, known, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{word!r} means nothing here.{hint} Known: {', '.join(known)}."


class Part(BaseModel):
    """A piece of a scenario; a key it does not know is refused with the nearest one it does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any) -> Any:
        if isinstance(given, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in given:
                if key not in known:
                    why = {"why": nearest(str(key), known), "key": str(key)}
                    raise PydanticCustomError("unknown_key", "{why}", why)
        return given


def exactly_one(part: Part, names: tuple[str, ...]) -> str:
    """Which of `names` was given; ValueError unless it is one."""
    given = [name for name in names if getattr(part, name) is not None]
    if len(given) != 1:
        raise ValueError(f"give exactly one of {', '.join(names)}; given: {', '.join(given) or 'none'}")
    return given[0]
