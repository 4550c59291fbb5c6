"""`{{ }}` templates (Liquid) in prompts, messages, tools and headers. Pure, and bounded in time and size.

Tenants write templates and strangers fill them in, so nothing can be included, loops and output have limits,
and filters refuse inputs from which they could make gigabytes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from time import thread_time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import FilterArgumentError, LiquidError, LiquidSyntaxError, LiquidValueError
from liquid.undefined import is_undefined

from voice_engine.kernel.errors import BadRequest

OUTPUT_LIMIT = 400_000  # bytes of one rendered field
CPU_LIMIT = 0.5  # s for all fields of one call; a whole ordinary assistant takes a millisecond
_TOO_LONG = f"the templates take more than {CPU_LIMIT} s"
_TEXT_LIMIT = 100_000  # characters a filter takes or gives
_ITEMS_LIMIT = 2_000  # items of a list or range a filter takes: `uniq` compares all pairs
_MARKUP_LIMIT = 10_000  # characters of strip_html, whose patterns may be quadratic
_SPOKEN_NOW = "%b %-d, %Y, %-I:%M %p UTC"
_READABLE = (_SPOKEN_NOW.replace("%-", "%"), "%b %d, %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_MULTIPLYING = frozenset({"replace", "join"})
_LONGEST_RANGE = 10_000
_OPENING = re.compile(r"\{\{|\{%(-?\s*(?:raw|doc)\b)?")
_MOST_TAGS, _LONGEST_TAG = 1000, 1000
_MOST_VERBATIM = 20  # {% raw %} and {% doc %}
# Liquid's own, and what its tags let through when variables are of unforeseen types.
_FAULTS = (LiquidError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)

Json = dict[str, Any]


class Templates:
    """Renders with one set of variables. `now` is aware; built-in times are in UTC.

    `cpu_limit_s` is for everything that is rendered with it.
    """

    def __init__(self, variables: Mapping[str, Any], now: datetime, cpu_limit_s: float = CPU_LIMIT) -> None:
        self._environment = _Environment(now)
        self.variables: Mapping[str, Any] = {**built_in(now), **variables}
        self._meter = _Meter(cpu_limit_s)

    def text(self, source: str, field: str) -> str:
        """`source` rendered; raises BadRequest("template_error") naming `field`."""
        if "{{" not in source and "{%" not in source:
            return source
        self._environment.deadline = thread_time() + self._meter.left
        with self._meter.running(field):
            return self._environment.read(source).render(**self.variables)

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
    _check(value, field, _Meter())


def _check(value: Any, field: str, meter: "_Meter") -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check(inner, f"{field}.{key}", meter)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{field}.{index}", meter)
    elif isinstance(value, str) and ("{{" in value or "{%" in value):
        with meter.running(field):
            _SYNTAX.read(value)


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


class _Meter:
    """What is left of the processor time for one call's templates, and the one place that names a fault."""

    def __init__(self, limit_s: float = CPU_LIMIT) -> None:
        self.left = limit_s

    @contextmanager
    def running(self, field: str) -> Iterator[None]:
        """Raises BadRequest("template_error") for whatever goes wrong inside, or if no time is left."""
        began = thread_time()
        try:
            if self.left <= 0:
                raise LiquidValueError(_TOO_LONG, token=None)
            yield
        except _FAULTS as error:
            raise _failed(field, error) from error
        finally:
            self.left -= thread_time() - began


def _failed(field: str, error: Exception) -> BadRequest:
    words = str(error).splitlines() if isinstance(error, LiquidError) else []
    reason = words[0] if words else "these values do not go together"
    message = f"{field} has a template that cannot be rendered: {reason}."
    return BadRequest("template_error", message, field=field)


def _short_range(start: Any, stop: Any) -> range:
    first, last = _whole(start), _whole(stop)
    if last - first >= _LONGEST_RANGE:
        raise LiquidValueError(f"range over {_LONGEST_RANGE} numbers", token=None)
    return range(first, last + 1)


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (ValueError, TypeError, OverflowError):
        return 0


# A range is lazy until something walks through it: `contains`, `reversed`, `offset`. Liquid has no setting
# for its length, and only this module renders Liquid, so ranges are bounded where they are made.
RangeLiteral._make_range = staticmethod(_short_range)  # type: ignore[method-assign,assignment]


class _Context(RenderContext):
    """Looks at the clock wherever work can be asked for: at every variable and every filter."""

    def get(self, *args: Any, **options: Any) -> object:
        self._check_time()
        return super().get(*args, **options)

    def filter(self, *args: Any, **options: Any) -> Callable[..., object]:
        self._check_time()
        return super().filter(*args, **options)

    def _check_time(self) -> None:
        if isinstance(self.env, _Environment) and thread_time() > self.env.deadline:
            raise LiquidValueError(_TOO_LONG, token=None)


class _Template(BoundTemplate):
    context_class = _Context


class _Environment(Environment):
    template_class = _Template
    loop_iteration_limit: ClassVar[int | None] = 10_000
    local_namespace_limit: ClassVar[int | None] = OUTPUT_LIMIT
    output_stream_limit: ClassVar[int | None] = OUTPUT_LIMIT

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.deadline = 0.0  # of thread_time()
        for tag in ("include", "render"):
            del self.tags[tag]
        self.filters = {**_FILTERS, "date": _bounded("date", _date_filter(now))}

    def read(self, source: str) -> BoundTemplate:
        """The template in `source`; raises LiquidError."""
        _check_tags(source)
        return self.from_string(source)


def _check_tags(source: str) -> None:
    """Liquid's lexer takes quadratic time for long and unclosed tags; such sources do not reach it."""
    at = tags = verbatim = 0
    while opening := _OPENING.search(source, at):
        closing = "}}" if opening[0] == "{{" else "%}"
        end = source.find(closing, opening.end())
        if end < 0:
            raise LiquidSyntaxError(f"expected '{closing}', found end of file", token=None)
        tags += 1
        verbatim += bool(opening[1])
        if end - opening.start() > _LONGEST_TAG or tags > _MOST_TAGS or verbatim > _MOST_VERBATIM:
            limits = f"at most {_MOST_TAGS} tags of at most {_LONGEST_TAG} characters"
            raise LiquidSyntaxError(f"a template has {limits}", token=None)
        at = end + 2


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


_FILTERS = {name: _bounded(name, function) for name, function in Environment().filters.items()}
_FILTERS["json"] = _bounded("json", _json)
_SYNTAX = _Environment(datetime.fromtimestamp(0, UTC))
