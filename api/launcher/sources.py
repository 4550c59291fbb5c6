"""Where each setting's value comes from, and the value fit to be shown."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_json
from pydantic_settings import YamlConfigSettingsSource

from api.launcher.settings import LauncherSettings


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting. `variable` is the environment variable that sets it."""

    name: str
    variable: str
    value: str
    source: str


def entries(settings: LauncherSettings) -> list[Entry]:
    """All settings, in the order in which they are declared."""
    kind = type(settings)
    yaml = YamlConfigSettingsSource(kind)()
    return [
        Entry(name, variables(name, field)[0], shown(getattr(settings, name)), _source(name, field, yaml))
        for name, field in kind.model_fields.items()
    ]


def shown(value: object) -> str:
    """The value without secrets: those only say whether they are set, URLs lose their password.

    Lists and tables are JSON, as a variable would hold them.
    """
    if isinstance(value, SecretStr):
        return "(set, hidden)" if value.get_secret_value() else "(not set)"
    if isinstance(value, str | Path):
        text = os.fspath(value)
        return (
            text.replace(f":{urlsplit(text).password}@", ":***@") if "://" in text and "@" in text else text
        )
    if isinstance(value, list | dict):
        return to_json(value, exclude_none=True).decode()
    return "" if value is None else str(value)


def _source(name: str, field: FieldInfo, yaml: dict[str, object]) -> str:
    given = {variable.upper() for variable in os.environ}
    names = variables(name, field)
    for variable in names:
        if os.environ.get(f"{variable}_FILE"):
            return f"file {os.environ[f'{variable}_FILE']} ({variable}_FILE)"
    for variable in names:
        if variable in given:
            return f"environment {variable}"
    if name in yaml or any(variable.lower() in yaml for variable in names):
        return "yingda.yaml"
    return "default"


def variables(name: str, field: FieldInfo) -> list[str]:
    """The environment variables that set a field; the world's name for it first."""
    alias = field.validation_alias
    others = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else []
    public = [other for other in others if other.isupper() and not other.startswith("YINGDA_")]
    return [*public, f"YINGDA_{name.upper()}"]
