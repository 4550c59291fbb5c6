"""The table of vendors that speak OpenAI's chat completions, readable without their libraries."""

from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field

from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import BadRequest, ProviderErrorKind

Json = dict[str, Any]
Words = dict[ProviderErrorKind, tuple[str, ...]]

log = structlog.get_logger()


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Temperature(_Row):
    """What a vendor takes: not `sent`, or held within `least` and `most`; `zero` stands in for 0."""

    sent: bool = True
    least: float = 0.0
    most: float = 2.0
    zero: Json = Field(default_factory=dict)


class Echo(_Row):
    """What an answer that calls tools brings, and must come back with the call in the next request.

    `thoughts` is a field of the message, `call` one of each call. `missing` (while thinking) and
    `missing_call` (of the first call) stand in where there is nothing, as for another vendor's calls.
    """

    thoughts: str = ""
    call: str = ""
    missing: Json = Field(default_factory=dict)
    missing_call: Json = Field(default_factory=dict)


class Knob(_Row):
    """An option of the assistant: which `field` of the body it becomes, and what it may be (else text)."""

    field: str
    choices: tuple[str, ...] = ()
    whole: tuple[int, int] | None = None
    flag: bool = False


class Retirement(_Row):
    """Models (patterns) that are `gone`, end on a day (`ends`), or some day; and who takes their place."""

    models: tuple[str, ...]
    successor: str
    ends: date | None = None
    gone: bool = False


class Vendor(_Row):
    """One vendor, as one of its models wants to be asked.

    base_url: where `/chat/completions` is; `regions` names others. model: the default one.
    max_tokens: the field for the longest reply. ask_usage: it counts only when asked to.
    body, with_tools: always sent; sent when tools are offered. thinking_off, thinking_on: likewise.
    system: `first` puts later system messages into the user's mouth, `never` all of them.
    opening: what the user says first where speakers must alternate, beginning with the user.
    ends_with_done: `[DONE]` ends an answer that has no finish reason.
    headers: field of the account → header. request_id: headers that hold it.
    errors, sentences: kind → codes (lower case, may be patterns), parts of messages (lower case).
    """

    base_url: str = ""
    regions: dict[str, str] = Field(default_factory=dict)
    model: str = ""
    max_tokens: str = "max_tokens"
    ask_usage: bool = True
    body: Json = Field(default_factory=dict)
    with_tools: Json = Field(default_factory=dict)
    thinking_off: Json = Field(default_factory=dict)
    thinking_on: Json = Field(default_factory=dict)
    temperature: Temperature = Temperature()
    system: Literal["anywhere", "first", "never"] = "anywhere"
    opening: str = ""
    ends_with_done: bool = False
    echo: Echo | None = None
    knobs: dict[str, Knob] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    request_id: tuple[str, ...] = ("x-request-id",)
    errors: Words = Field(default_factory=dict)
    sentences: Words = Field(default_factory=dict)
    retired: tuple[Retirement, ...] = ()


@cache
def _table() -> dict[str, Json]:
    text = files("voice_engine.providers.llm").joinpath("vendors.yaml").read_text(encoding="utf-8")
    table: dict[str, Json] = yaml.safe_load(text)
    return table


def names() -> tuple[str, ...]:
    """Every vendor of the table."""
    return tuple(_table())


@cache
def vendor_of(name: str, model: str = "") -> Vendor:
    """How this model of this vendor is asked; a vendor that is not in the table has no peculiarities."""
    row = dict(_table().get(name, {}))
    exceptions = row.pop("models", ())
    wanted = (model or row.get("model", "")).lower()
    found: Json = next((each for each in exceptions if matches(wanted, each["match"])), {})
    return Vendor.model_validate({**row, **{key: found[key] for key in found if key != "match"}})


@cache
def codes_of(name: str) -> Mapping[str, ProviderErrorKind]:
    """The vendor's error codes and their kinds. Without a list of its own: all that mean one thing only."""
    own = vendor_of(name).errors
    if own:
        return {code: kind for kind, codes in own.items() for code in codes}
    meanings: dict[str, set[ProviderErrorKind]] = {}
    for vendor in names():
        for kind, codes in vendor_of(vendor).errors.items():
            for code in codes:
                meanings.setdefault(code, set()).add(kind)
    return {code: next(iter(kinds)) for code, kinds in meanings.items() if len(kinds) == 1}


def matches(word: str, patterns: tuple[str, ...] | list[str]) -> bool:
    """Whether a lower-case word fits one of the patterns (`*`, `?`; any case)."""
    return any(fnmatchcase(word, pattern.lower()) for pattern in patterns)


def refuse_retired(name: str, model: str, today: date | None = None) -> None:
    """Raise BadRequest("model_retired") naming the successor of a model that is no longer served.

    A model whose end is announced is warned of in the log, once a day. `today` defaults to the machine's.
    """
    end = next((e for e in vendor_of(name).retired if matches(model.lower(), e.models)), None)
    if end is None:
        return
    today = today or SystemClock().wall().date()
    if not end.gone and (end.ends is None or today < end.ends):
        _warn(name, model, end.successor, end.ends, today)
        return
    sentence = f"{name} has retired {model}; use {end.successor}."
    raise BadRequest("model_retired", sentence, field="model.model", successor=end.successor)


@cache
def _warn(name: str, model: str, successor: str, ends: date | None, _: date) -> None:
    when = ends.isoformat() if ends else "some day"
    log.warning("model_retires", vendor=name, model=model, successor=successor, ends=when)
