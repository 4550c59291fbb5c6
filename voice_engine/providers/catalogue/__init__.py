"""Which models and voices vendors offer, as far as we know: editable data, no limit.

Whatever a vendor knows may be named in an assistant, listed here or not; voices of one's own are not listed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Gender = Literal["female", "male", "child", "neutral", ""]


@dataclass(frozen=True, slots=True)
class Model:
    """One model. `component` has the API's words; `default` if it is used when none is named.

    `retired` names the successor of one that is no longer served.
    """

    provider: str
    component: Literal["transcriber", "model", "voice", "realtime"]
    model: str
    languages: tuple[str, ...] = ()
    sample_rates: tuple[int, ...] = ()
    default: bool = False
    retired: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice. `models` it belongs to (empty: all of the provider), `styles` it can speak in."""

    provider: str
    voice: str
    name: str
    languages: tuple[str, ...]
    gender: Gender = ""
    models: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    sample_rates: tuple[int, ...] = ()
    default: bool = False

    @property
    def id(self) -> str:
        """Stable, and unique among all providers."""
        return f"{self.provider}:{self.voice}"


@cache
def models() -> tuple[Model, ...]:
    """All of them, by provider and component in the order of the files."""
    listed = tuple(_models())
    return listed + tuple(_chat_models({(m.provider, m.model) for m in listed if m.component == "model"}))


@cache
def voices() -> tuple[Voice, ...]:
    """All of them, in the order of the file."""
    return tuple(_voices())


def _models() -> Iterator[Model]:
    for provider, components in _read("models.yaml").items():
        for component, rows in components.items():
            for place, row in enumerate(rows):
                yield Model(
                    provider, component, row["model"], tuple(row.get("languages", ())),
                    tuple(row.get("rates", ())), default=row.get("default", place == 0),
                    retired=row.get("retired", ""),
                )  # fmt: skip


def _chat_models(known: set[tuple[str, str]]) -> Iterator[Model]:
    """The defaults of the table of chat vendors, and what they have retired or are about to."""
    table = yaml.safe_load(files("voice_engine.providers.llm").joinpath("vendors.yaml").read_text("utf-8"))
    for provider, row in table.items():
        default = row.get("model", "")
        if default and (provider, default) not in known:
            yield Model(provider, "model", default, default=True)
        for group in row.get("retired") or ():
            for name in group["models"]:
                if "*" not in name:
                    yield Model(provider, "model", name, retired=group["successor"])


def _voices() -> Iterator[Voice]:
    for provider, group in _read("voices.yaml").items():
        for place, row in enumerate(group["voices"]):
            languages = row.get("languages", group.get("languages", ()))
            models, rates = (row.get(key, group.get(key, ())) for key in ("models", "rates"))
            yield Voice(
                provider, str(row["id"]), row["name"], tuple(languages), row.get("gender", ""),
                tuple(models), tuple(row.get("styles", ())), tuple(rates), default=place == 0,
            )  # fmt: skip


def _read(name: str) -> Mapping[str, Any]:
    text = files("voice_engine.providers.catalogue").joinpath(name).read_text("utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found
