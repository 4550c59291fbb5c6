"""Which version of a stored assistant takes a call."""

from api.v1.assistants.config import Config
from api.v1.assistants.model import AssistantRow
from api.v1.versions.numbers import drawn, number_of, written
from api.v1.versions.repo import Versions
from voice_engine.kernel.errors import BadRequest


def version_of(row: AssistantRow, wanted: str | None, key: str) -> str:
    """The version that is wanted, else the one `key` draws from the traffic allocation, else the latest."""
    return wanted or (drawn(row.traffic, key) if row.traffic else written(row.version))


def config_of(row: AssistantRow, version: str, versions: Versions, field: str = "assistantVersion") -> Config:
    """The configuration of that version; raises BadRequest naming the field when there is none."""
    number = number_of(version, field)
    if number == row.version:
        return Config.of(row)
    kept = versions.kept(row.id, number)
    if kept is None or kept.deleted:
        message = f"{field}: the assistant {row.id} has no version {version}."
        raise BadRequest("version_not_found", message, field=field)
    return Config.of(kept)
