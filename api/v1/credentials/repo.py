"""SQL for credentials."""

from collections.abc import Sequence

from api.db.repo import Repo, Window
from api.v1.credentials.model import CredentialRow
from api.v1.credentials.vault import Kept, Vault
from voice_engine.kernel.errors import BadRequest

MOST = 200  # credentials an organisation may have


class Credentials(Repo[CredentialRow]):
    """The credentials of one organisation."""

    row = CredentialRow
    noun = "credential"

    def require(self, ids: Sequence[str]) -> None:
        """Raise BadRequest for an id that is none of the organisation's."""
        for index, id in enumerate(ids):
            if self.find(id) is None:
                place = f"credentialIds.{index}"
                message = f"{place}: there is no credential with the id {id!r} in this organisation."
                raise BadRequest("credential_not_found", message, field=place)

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
                for row in self.shown(Window(limit=MOST))
            )
        )
