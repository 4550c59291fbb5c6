"""SQL for credentials."""

from collections.abc import Iterator, Sequence
from typing import Any

from api.db.repo import Repo, Window
from api.db.tx import Look
from api.v1.credentials.kinds import SERVERS
from api.v1.credentials.model import CredentialRow
from api.v1.credentials.vault import Kept, Vault
from voice_engine.kernel.errors import BadRequest

MOST = 200  # credentials an organisation may have
_ALL = Window(limit=MOST)
_OPAQUE = frozenset({"metadata", "variableValues", "parameters", "headers", "schema", "options"})


class Credentials(Repo[CredentialRow]):
    """The credentials of one organisation."""

    row = CredentialRow
    noun = "credential"

    def require(self, ids: Sequence[str]) -> None:
        """Raise BadRequest for an id that is none of the organisation's."""
        for index, id in enumerate(ids):
            self.named(id, f"credentialIds.{index}")

    def require_servers(self, shown: Any) -> None:
        """Likewise for every `credentialId` of an assistant's configuration, wherever a server has one."""
        for place, id in _named(shown, ""):
            row = self.find(id)
            if row is None or row.provider not in SERVERS:
                message = f"{place}: no credential for servers has the id {id!r} in this organisation."
                raise BadRequest("credential_not_found", message, field=place)

    def look_for_all(self) -> Look:
        """What `vault` will look for."""
        return self.look_through(_ALL)

    def vault(self) -> Vault:
        """All of them for a call to choose from."""
        return Vault(
            tuple(
                Kept(
                    row.id,
                    row.provider,
                    row.sealed,
                    row.fields.get("authenticationPlan"),
                    row.fields.get("encryptionPlan"),
                )
                for row in self.shown(_ALL)
            )
        )


def _named(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every credentialId and where it stands; what tenants fill freely is not ours to read."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _named(item, f"{place}.{index}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            where = f"{place}.{key}" if place else key
            if key == "credentialId" and isinstance(inner, str):
                yield where, inner
            elif key not in _OPAQUE:
                yield from _named(inner, where)
