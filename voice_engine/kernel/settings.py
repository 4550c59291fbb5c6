"""Where configuration comes from: defaults < yingda.yaml < environment < secret files.

Only settings modules read the environment. Every variable is `YINGDA_<FIELD>`; a few have the names the
world expects (DATABASE_URL, REDIS_URL, DASHSCOPE_API_KEY …). `<NAME>_FILE` reads a value from a file.
"""

import json
import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

SECRET_LENGTH = 32  # characters
SECRET_NEEDED = (
    f"Set YINGDA_SECRET (or YINGDA_SECRET_FILE) to at least {SECRET_LENGTH} random characters"
    " (openssl rand -hex 32)."
)


class SecretFiles(PydanticBaseSettingsSource):
    """`YINGDA_SECRET_FILE=/run/secrets/x` gives the field `secret` the file's content."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        for name in _environment_names(field, field_name):
            path = os.environ.get(f"{name}_FILE")
            if path:
                return Path(path).read_text().strip(), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {n: self.get_field_value(f, n)[0] for n, f in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _environment_names(field: FieldInfo, field_name: str) -> list[str]:
    alias = field.validation_alias
    names = [str(c) for c in alias.choices] if isinstance(alias, AliasChoices) else []
    return [f"YINGDA_{field_name.upper()}", *(n.upper() for n in names)]


def _networks(given: Any) -> Any:
    """A list, JSON or commas between; ValueError names what is no network."""
    if isinstance(given, str):
        words = json.loads(given) if given.lstrip().startswith("[") else given.split(",")
        given = [word.strip() for word in map(str, words) if word.strip()]
    for network in given if isinstance(given, list | tuple) else []:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise ValueError(f"{network!r} is not a network such as 10.0.0.0/8") from None
    return given


class Settings(BaseSettings):
    """What every process of an installation shares. Sections extend it."""

    model_config = SettingsConfigDict(
        env_prefix="YINGDA_", yaml_file="yingda.yaml", extra="ignore", populate_by_name=True
    )

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses generated secrets and demo keys"
    )
    data_dir: Path = Field(Path(".yingda"), description="embedded databases, recordings, spool, secret")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("database_url", "YINGDA_DATABASE_URL", "DATABASE_URL"),
        description="PostgreSQL as the owner role; empty = embedded",
    )
    redis_url: str = Field(
        "",
        validation_alias=AliasChoices("redis_url", "YINGDA_REDIS_URL", "REDIS_URL"),
        description="Redis; empty = embedded",
    )
    public_url: str = Field("http://127.0.0.1:8000", description="what clients reach the API under")
    secret: SecretStr = Field(
        SecretStr(""), description="signs tokens and seals credentials; empty = generated in data_dir/secret"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["json", "text"] = Field("json", description="json for machines, text for people")
    allowed_targets: Annotated[list[str], NoDecode, BeforeValidator(_networks)] = Field(
        default_factory=list,
        description="private networks (CIDR, …) webhooks and tenant model URLs may reach; default none",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        yaml = YamlConfigSettingsSource(settings_cls)
        return init_settings, SecretFiles(settings_cls), env_settings, yaml

    @property
    def secret_bytes(self) -> bytes:
        """The installation's secret; the launcher has made one before any process reads this.

        RuntimeError when there is none, and in production when it is too short to be one.
        """
        given = self.secret.get_secret_value()
        if self.environment == "production" and len(given) < SECRET_LENGTH:
            raise RuntimeError(SECRET_NEEDED)
        if given:
            return given.encode()
        path = self.data_dir / "secret"
        if not path.exists():
            raise RuntimeError(SECRET_NEEDED)
        return path.read_bytes()
