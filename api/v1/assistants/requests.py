"""apiRequest tools as the engine runs them: what the model is asked for, what is always sent. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from api.v1.assistants.schemas.server import BackoffPlan
from api.v1.assistants.schemas.tools import ApiRequestTool, HeaderFields, RequestFields
from voice_engine.kernel.templates import Templates
from voice_engine.spec import AuthenticationSpec, RequestSpec, RetrySpec, ToolSpec

Json = dict[str, Any]

_NAMED = re.compile(r"\{\{-?\s*([A-Za-z_][\w-]*)")
_DESCRIPTION = "Make a request to another system."


def request_tool(tool: ApiRequestTool, place: str, templates: Templates) -> ToolSpec:
    """The tool without its messages. Names in the URL that nothing else gives are asked of the model."""
    body, headers = tool.body or RequestFields(), tool.headers or HeaderFields()
    asked, fixed = _parted(body.properties)
    asked_headers, fixed_headers = _parted(headers.properties)
    in_url = dict.fromkeys(_NAMED.findall(tool.url))
    free = [name for name in in_url if not {name} & {*templates.variables, *asked, *asked_headers}]
    needed = [*(n for n in body.required if n in asked), *(n for n in headers.required if n in asked_headers)]
    properties = {**asked, **asked_headers, **{name: {"type": "string"} for name in free}}
    elsewhere = in_url if tool.method == "GET" else {}
    request = RequestSpec(
        method=tool.method,
        url=tool.url,
        headers={
            name: value if isinstance(value, str) else str(value) for name, value in fixed_headers.items()
        },
        asked_headers=tuple(asked_headers),
        body={**fixed, **{each.key: each.value for each in tool.parameters}},
        asked_body=tuple(name for name in asked if name not in elsewhere),
        retry=_retry(tool.backoff_plan),
    )
    return ToolSpec(
        name=tool.known_as,
        description=templates.text(tool.description, f"{place}.description") or _DESCRIPTION,
        parameters={
            "type": "object",
            "properties": properties,
            "required": [*dict.fromkeys([*needed, *free])],
        },
        kind="apiRequest",
        timeout_s=tool.timeout_seconds,
        authentication=AuthenticationSpec(credential_id=tool.credential_id) if tool.credential_id else None,
        request=request,
        variables=dict(templates.variables),
    )


def names_later(value: Any, templates: Templates) -> bool:
    """Whether templates name what is not known yet: what tools will have found out when they are rendered."""
    if isinstance(value, str):
        return any(name not in templates.variables for name in _NAMED.findall(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(names_later(each, templates) for each in inner)


def _parted(properties: Mapping[str, Json]) -> tuple[Json, Json]:
    """The schemas of what the model is asked for, and the values of the rest, at any depth of objects."""
    asked: Json = {}
    fixed: Json = {}
    for name, schema in properties.items():
        inner = schema.get("properties")
        if "value" in schema:
            fixed[name] = schema["value"]
        elif isinstance(inner, dict) and all(isinstance(each, dict) for each in inner.values()):
            inner_asked, inner_fixed = _parted(inner)
            if inner_fixed:
                fixed[name] = inner_fixed
            if inner_asked or not inner_fixed:
                asked[name] = {**schema, "properties": inner_asked, **_required(schema, inner_asked)}
        else:
            asked[name] = schema
    return asked, fixed


def _required(schema: Json, asked: Json) -> Json:
    listed = schema.get("required")
    return {"required": [name for name in listed if name in asked]} if isinstance(listed, list) else {}


def _retry(plan: BackoffPlan | None) -> RetrySpec:
    if plan is None:
        return RetrySpec()
    excluded = (
        each if isinstance(each, int) else each.get("statusCode") for each in plan.excluded_status_codes
    )
    return RetrySpec(
        times=plan.max_retries,
        pause_s=plan.base_delay_seconds,
        doubling=plan.type == "exponential",
        final=tuple(code for code in excluded if isinstance(code, int)),
    )
