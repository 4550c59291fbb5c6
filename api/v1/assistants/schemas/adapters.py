"""Could this vendor be used so? Its adapter is built to find out, and thrown away: nothing is connected.

So a wrong option is told when the assistant is saved, in the adapter's own words, whoever wrote the adapter.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from api.v1.assistants.schemas.base import Shape, complaint, refused
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers import registry
from voice_engine.providers.base import ProviderConfig

# What the engine adds to the options, and no tenant may. Addresses are judged by the service, which knows
# what is allowed; models are on the engine's machine.
_OURS = {"allowedTargets": ("0.0.0.0/0", "::/0"), "modelsDirectory": ""}
_ELSEWHERE = ("not_installed", "models_missing")  # the engine's machine may have it
_SOMEWHERE = "https://vendor.invalid"
# Fields of transcribers and voices with a place of their own in the spec.
PLACES = frozenset(
    {"provider", "model", "language", "keywords", "voiceId", "speed", "options", "fallbackPlan", "weight"}
    | {"cachingEnabled", "chunkPlan", "fillerInjectionEnabled"}
)


class _Watched(Mapping[str, Any]):
    """Options that know who asked for them."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self._options[name]

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return name in self._options

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)


def knobs(chosen: Shape) -> dict[str, Any]:
    """What an adapter gets as its options: the vendor's own fields, wherever they stand."""
    given = chosen.given()
    return {
        **{name: value for name, value in given.items() if name not in PLACES},
        **given.get("options", {}),
    }


def refuse_unusable(kind: Literal["stt", "tts"], chosen: Any, config: ProviderConfig) -> None:
    """Raise a validation error naming the field and what is allowed. Templates are judged in the call.

    `chosen` is the shape of the transcriber or voice, `config` what its adapter gets, the options excepted.
    """
    provider = chosen.provider
    options = {name: value for name, value in knobs(chosen).items() if not _is_template(value)}
    watched = _Watched({**options, **_OURS})
    known = ACCOUNTS.get(provider)
    secrets = dict.fromkeys(known.fields, "0") if known else {}
    try:
        _build(kind, provider, replace(config, options=watched, secrets=secrets))
    except BadRequest as error:
        if error.code in _ELSEWHERE:
            return
        place = _place(str(error.details.get("field", "")), chosen)
        raise refused(provider, complaint(error.code, _told(error), *place)) from error
    except ProviderError:
        return  # a matter of the account
    strange = [name for name in options if name in _OURS or name not in watched.read]
    if strange:
        known_here = ", ".join(sorted(watched.read - set(_OURS))) or "no options"
        message = f"should not exist; {provider} has here: {known_here}"
        lines = (complaint("unknown_option", message, *_place(name, chosen)) for name in strange)
        raise refused(provider, *lines)


def refuse_knobs(provider: str, model: str, given: Mapping[str, Any]) -> None:
    """Raise a validation error for what a realtime model's `realtime` may not hold."""
    watched = _Watched({name: value for name, value in given.items() if not _is_template(value)})
    try:
        registry.load("realtime", provider)(ProviderConfig(model=model, options=watched))
    except BadRequest as error:
        field = str(error.details.get("field", ""))
        raise refused(provider, complaint(error.code, _told(error), "realtime", field)) from error
    known = watched.read | {"language"}
    strange = [name for name in watched if name not in known]
    if strange:
        message = f"should not exist; {provider} has here: {', '.join(sorted(known))}"
        raise refused(provider, *(complaint("unknown_option", message, "realtime", n) for n in strange))


def _build(kind: Literal["stt", "tts"], provider: str, config: ProviderConfig) -> None:
    adapter = registry.load(kind, provider)
    try:
        adapter(config)
    except BadRequest as error:
        if error.code != "address_missing":
            raise
        adapter(replace(config, base_url=_SOMEWHERE))  # the platform may have one


def _told(error: BadRequest) -> str:
    """Continues the field's name where the message has it."""
    rule = error.message.partition(f"`{error.details.get('field', '')}` is ")[2]
    return f"should be {rule.rstrip('.')}" if rule else f"is refused: {error.message}"


def _place(field: str, chosen: Any) -> tuple[str, ...]:
    """Where a field stands in what the client sent."""
    return ("options", field) if field in chosen.options else tuple(field.split(".")) if field else ()


def _is_template(value: Any) -> bool:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return "{{" in text or "{%" in text
