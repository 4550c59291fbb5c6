"""Logs are facts: a fixed event name, then fields. JSON on stdout; readable text on a terminal.

Personal data goes only under `pii`, which is masked here and may be dropped by configuration.
"""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from voice_engine.kernel.fault import traced
from voice_engine.kernel.mask import mask

LogFormat = Literal["json", "text"]


def setup(component: str, *, level: str = "INFO", fmt: LogFormat = "json") -> None:
    """Configure structlog and the standard library's logging for this process (ledger B-17, W-08)."""

    def stamp(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event.setdefault("service", "yingda")
        event.setdefault("component", component)
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        stamp,
        _mask_pii,
    ]
    render: Any = (
        structlog.processors.JSONRenderer(_as_text) if fmt == "json" else structlog.dev.ConsoleRenderer()
    )
    faults = structlog.processors.ExceptionRenderer(traced)
    structlog.configure(
        # Straight to stdout: the standard library's records cost three times as much.
        processors=[*shared, faults, render],
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, faults, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("httpx", "httpx2"):  # they tell every URL, keys in its query included
        logging.getLogger(name).setLevel(logging.WARNING)


def _mask_pii(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    pii = event.get("pii")
    if isinstance(pii, dict):
        event["pii"] = {k: mask(v) if isinstance(v, str) else v for k, v in pii.items()}
    return event


def _as_text(event: Any, *, default: Callable[[Any], Any]) -> str:
    try:
        return orjson.dumps(event, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # such as an integer of more than 64 bits: a log line must not be what fails
        return json.dumps(event, default=default, skipkeys=True)


def get(name: str = "") -> Any:
    """A logger; bind ids to it once, then log facts."""
    return structlog.get_logger(name)
