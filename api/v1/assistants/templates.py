"""`{{ }}` templates (Liquid) in prompts, messages, tools and headers. Pure, and bounded in time and size.

Tenants write templates and strangers fill them in, so nothing can be included, loops and output have limits,
and filters refuse inputs from which they could make gigabytes.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from liquid import Environment
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.undefined import is_undefined

from voice_engine.kernel.errors import BadRequest

OUTPUT_LIMIT = 400_000  # bytes of one rendered field
_TEXT_LIMIT = 100_000  # characters a filter takes or gives
_ITEMS_LIMIT = 2_000  # items of a list or range a filter takes: `uniq` compares all pairs
_MARKUP_LIMIT = 10_000  # characters of strip_html, whose patterns may be quadratic
_SPOKEN_NOW = "%b %-d, %Y, %-I:%M %p UTC"
_READABLE = (_SPOKEN_NOW.replace("%-", "%"), "%b %d, %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_MULTIPLYING = frozenset({"replace", "join"})

Json = dict[str, Any]


class Templates:
    """Renders with one set of variables. `now` is aware; built-in times are in UTC."""

    def __init__(self, variables: Mapping[str, Any], now: datetime) -> None:
        self._environment = _Environment(now)
        self._variables = {**built_in(now), **variables}

    def text(self, source: str, field: str) -> str:
        """`source` rendered; raises BadRequest("template_error") naming `field`."""
        if "{{" not in source and "{%" not in source:
            return source
        try:
            return self._environment.from_string(source).render(**self._variables)
        except LiquidError as error:
            raise _failed(field, error) from error

    def tree(self, value: Any, field: str) -> Any:
        """JSON with every string in it rendered; keys are left alone."""
        if isinstance(value, str):
            return self.text(value, field)
        if isinstance(value, Mapping):
            return {key: self.tree(inner, f"{field}.{key}") for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(inner, f"{field}.{index}") for index, inner in enumerate(value)]
        return value


def check(value: Any, field: str) -> None:
    """Whether every template in a JSON value can be read; raises like `Templates.text`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            check(inner, f"{field}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            check(inner, f"{field}.{index}")
    elif isinstance(value, str) and ("{{" in value or "{%" in value):
        try:
            _SYNTAX.from_string(value)
        except LiquidError as error:
            raise _failed(field, error) from error


def built_in(now: datetime) -> Json:
    """The variables every template has, in UTC: now, date, time, month, day, year and currentDateTime."""
    utc = now.astimezone(UTC)
    return {
        "now": utc.strftime(_SPOKEN_NOW),
        "currentDateTime": utc.strftime(_SPOKEN_NOW),
        "date": utc.strftime("%b %-d, %Y"),
        "time": utc.strftime("%-I:%M %p"),
        "month": utc.strftime("%B"),
        "day": str(utc.day),
        "year": str(utc.year),
    }


def _failed(field: str, error: LiquidError) -> BadRequest:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    message = f"{field} has a template that cannot be rendered: {reason}."
    return BadRequest("template_error", message, field=field)


class _Environment(Environment):
    loop_iteration_limit: ClassVar[int | None] = 10_000
    local_namespace_limit: ClassVar[int | None] = OUTPUT_LIMIT
    output_stream_limit: ClassVar[int | None] = OUTPUT_LIMIT

    def __init__(self, now: datetime) -> None:
        super().__init__()
        for tag in ("include", "render"):
            del self.tags[tag]
        self.filters = {name: _bounded(name, function) for name, function in self.filters.items()}
        self.add_filter("date", _bounded("date", _date_filter(now)))
        self.add_filter("json", _bounded("json", _json))


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def guarded(*args: Any, **options: Any) -> Any:
        for arg in args:
            _check_size(name, arg)
        if name in _MULTIPLYING:
            _check_product(name, args)
        try:
            return function(*args, **options)
        except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError) as error:
            raise FilterArgumentError(f"{name}: does not take these values", token=None) from error

    return guarded


def _check_size(name: str, value: Any) -> None:
    limit = _MARKUP_LIMIT if name == "strip_html" else _TEXT_LIMIT
    if isinstance(value, str) and len(value) > limit:
        raise FilterArgumentError(f"{name}: text over {limit} characters", token=None)
    if isinstance(value, list | tuple | range) and len(value) > _ITEMS_LIMIT:
        raise FilterArgumentError(f"{name}: more than {_ITEMS_LIMIT} items", token=None)


def _check_product(name: str, args: tuple[Any, ...]) -> None:
    value, *rest = args
    if isinstance(value, list | tuple | range):
        parts, total = len(value), sum(len(str(item)) for item in value)
    else:
        parts, total = (str(value).count(str(rest[0])) if rest else 0), len(str(value))
    added = len(str(rest[-1])) if rest else 1
    if total + parts * added > _TEXT_LIMIT:
        raise FilterArgumentError(f"{name}: result over {_TEXT_LIMIT} characters", token=None)


def _json(value: Any) -> str:
    return "" if is_undefined(value) else orjson.dumps(value, default=str).decode()


def _date_filter(now: datetime) -> Callable[..., Any]:
    def date(value: Any, fmt: Any = "", zone: Any = "UTC", *_: Any) -> Any:
        """`value` (now, today, ISO 8601, Unix seconds) by strftime's `fmt` in the time zone `zone`."""
        if is_undefined(value):
            return ""
        moment = _moment(value, now)
        if moment is None or is_undefined(fmt) or not fmt:
            return str(value)
        return _format(moment.astimezone(_zone(zone)), str(fmt))

    return date


def _moment(value: Any, now: datetime) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    text = str(value).strip()
    try:
        if text in ("now", "today"):
            return now
        if text.lstrip("-").isdigit() and len(text) > 8:
            return datetime.fromtimestamp(int(text), UTC)
        return _parsed(text)
    except (ValueError, OverflowError, OSError):
        return None


def _parsed(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        for layout in _READABLE:
            try:
                moment = datetime.strptime(text, layout)  # noqa: DTZ007 - made aware below
                break
            except ValueError:
                continue
        else:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"date: there is no time zone {str(name)[:60]!r}; write one like Asia/Shanghai"
        raise FilterArgumentError(message, token=None) from None


def _format(moment: datetime, fmt: str) -> str:
    if len(fmt) > 200:
        raise FilterArgumentError("date: a format over 200 characters", token=None)
    fmt = fmt.replace("%L", f"{moment.microsecond // 1000:03d}").replace("%s", str(int(moment.timestamp())))
    return moment.strftime(fmt)


_SYNTAX = _Environment(datetime.fromtimestamp(0, UTC))
