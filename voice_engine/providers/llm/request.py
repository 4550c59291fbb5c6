"""What is asked, in the words of chat completions and of the vendor. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig, Tool
from voice_engine.providers.llm.vendors import Knob, Vendor
from voice_engine.providers.options import Options

# Not knobs: what the factory and the account add.
_FACTORYS = ("provider", "guarded", "allowedTargets", "authenticationPlan")
_COMMON = ("enableThinking", "region", "extraBody")


def settings(config: ProviderConfig, vendor: Vendor, name: str) -> dict[str, Any]:
    """The fields that are the same in every request. Raises BadRequest("bad_option")."""
    options = Options(config, name)
    known = [*_COMMON, *vendor.knobs]
    for option in config.options:
        if option not in known and option not in _FACTORYS:
            raise options.bad(option, f"does not exist; known are: {', '.join(sorted(known))}")
    thinking = vendor.thinking_on if options.flag("enableThinking", False) else vendor.thinking_off
    knobs = {
        knob.field: _value(options, option, knob)
        for option, knob in vendor.knobs.items()
        if config.options.get(option) is not None
    }
    return {
        vendor.max_tokens: config.max_tokens,
        **({"stream_options": {"include_usage": True}} if vendor.ask_usage else {}),
        **_temperature(config.temperature, vendor),
        **vendor.body,
        **thinking,
        **knobs,
        **options.object("extraBody"),
    }


def address(config: ProviderConfig, vendor: Vendor, name: str) -> str:
    """Where the vendor is. A configured address goes first; without a path it gets the vendor's."""
    theirs = vendor.base_url
    if "region" in config.options:
        theirs = vendor.regions[Options(config, name).choice("region", "", (*vendor.regions,))]
    if config.base_url in ("", vendor.base_url):
        if not theirs:
            raise BadRequest("model_url_missing", f"A {name} model needs its url.", field="model.url")
        return theirs
    _, _, rest = config.base_url.partition("://")
    if "/" in rest.rstrip("/") or not theirs:
        return config.base_url
    path = theirs.partition("://")[2].partition("/")[2]
    return f"{config.base_url.rstrip('/')}/{path}"


def offers(tools: Sequence[Tool], vendor: Vendor) -> dict[str, Any]:
    """The field `tools` and what goes with it, or nothing: an empty list is refused by some."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
        for tool in tools
    ]
    if not functions:
        return {}
    return {"tools": [{"type": "function", "function": each} for each in functions], **vendor.with_tools}


def _temperature(wanted: float, vendor: Vendor) -> Mapping[str, Any]:
    rule = vendor.temperature
    if not rule.sent:
        return {}
    if wanted == 0 and rule.zero:
        return rule.zero
    return {"temperature": min(max(wanted, rule.least), rule.most)}


def _value(options: Options, name: str, knob: Knob) -> Any:
    if knob.choices:
        return options.choice(name, None, knob.choices)
    if knob.whole:
        return options.whole(name, 0, *knob.whole)
    return options.flag(name, False) if knob.flag else options.text(name)
