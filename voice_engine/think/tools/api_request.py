"""The tool apiRequest: an HTTP request that is written from templates and the model's arguments."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.templates import Templates
from voice_engine.outbound import Answer as HttpAnswer
from voice_engine.spec import RequestSpec, RetrySpec
from voice_engine.think.tools.base import Answer, Json, ToolAccess
from voice_engine.think.tools.patter import Job

RENDERED_WITHIN_S = 0.02  # of the processor, for one request: this runs beside calls
MOST_OF_A_FAULT = 500  # characters of an answer that is an error
_TEXT = "".join(map(chr, range(0x20, 0x7F)))  # what headers may carry


async def api_request(job: Job, access: ToolAccess) -> Answer:
    """Make the request; the answer's text is for the model. Raises YingdaError."""
    request = job.spec.request
    assert request is not None
    url, headers, body = written(request, {**job.spec.variables, **access.found}, job.arguments, access)
    answer = await _tried(request.retry, lambda: access.request(job.spec, url, headers, body))
    text = " ".join(answer.body.decode("utf-8", "replace").split())
    if not answer.ok:
        told = f": {text[:MOST_OF_A_FAULT]}" if text else "."
        return Answer(f"The request was answered with {answer.status}{told}", failed=True)
    if answer.truncated:
        text += "… (the answer was longer)"
    return Answer(text or f"The request was answered with {answer.status} and no text.")


def written(
    request: RequestSpec, variables: Mapping[str, Any], arguments: Json, access: ToolAccess
) -> tuple[str, dict[str, str], bytes]:
    """Address, headers and body; raises BadRequest for a template that cannot be rendered."""
    given = {key: value for key, value in arguments.items() if value is not None}
    templates = Templates({**variables, **given}, access.wall(), RENDERED_WITHIN_S)
    headers = {name: templates.text(text, f"headers.{name}") for name, text in request.headers.items()}
    headers |= {name: _plain(given[name]) for name in request.asked_headers if name in given}
    asked = {name: given[name] for name in request.asked_body if name in given}
    sent = merged(asked, templates.tree(request.body, "body"))
    located = Templates({**variables, **_encoded(request.url, given)}, access.wall(), RENDERED_WITHIN_S)
    url = located.text(request.url, "url").strip()
    carried = {name: quote(text, safe=_TEXT) for name, text in headers.items()}
    if request.method == "GET":
        return _with_query(url, sent), carried, b""
    return url, carried, orjson.dumps(sent) if sent else b""


def merged(asked: Json, fixed: Json) -> Json:
    """The model's values with those that are always sent, at any depth."""
    both = {**asked, **fixed}
    for key in asked.keys() & fixed.keys():
        if isinstance(asked[key], dict) and isinstance(fixed[key], dict):
            both[key] = merged(asked[key], fixed[key])
    return both


def _encoded(url: str, given: Json) -> Json:
    """Arguments as they may stand in an address; left alone where the address encodes them itself."""
    if "url_encode" in url:
        return given
    return {key: quote(_plain(value), safe="") for key, value in given.items()}


def _with_query(url: str, sent: Json) -> str:
    if not sent:
        return url
    pairs = [
        (key, _plain(each))
        for key, value in sent.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


async def _tried(retry: RetrySpec, ask: Callable[[], Awaitable[HttpAnswer]]) -> HttpAnswer:
    """The answer, or the last failure. The tool's time-out is for all tries together."""
    pause_s = retry.pause_s
    for _ in range(retry.times):
        with suppress(Unavailable):
            answer = await ask()
            if answer.status in retry.final or (answer.status != 429 and answer.status < 500):
                return answer
        await asyncio.sleep(pause_s)
        pause_s *= 2 if retry.doubling else 1
    return await ask()
