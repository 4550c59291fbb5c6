"""The rules of voices of one's own."""

from datetime import datetime
from typing import Any

from api.v1.credentials.vault import Kept, Vault
from api.v1.own_voices.model import OwnVoiceRow
from api.v1.own_voices.repo import MOST, OwnVoices
from api.v1.own_voices.schemas import CreateOwnVoice, Status
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict
from voice_engine.providers.cloning import OwnVoice

Json = dict[str, Any]


class OwnVoiceService:
    """Own voices of the organisation the repository was opened for.

    `platform`: whether voices may be made in the platform's account where the organisation has none.
    """

    def __init__(self, repo: OwnVoices, vault: Vault, *, platform: bool) -> None:
        self._repo, self._vault, self._platform = repo, vault, platform

    def account_for(self, wish: CreateOwnVoice) -> Kept | None:
        """Where the voice will be, None: in the platform's account; raises BadRequest and Conflict.

        Voices cost money, so all that can be known before a vendor is asked is said before.
        """
        voices = self._repo.all()
        if len(voices) >= MOST:
            message = f"An organisation has at most {MOST} voices of its own; delete some."
            raise Conflict("too_many_own_voices", message)
        if any((voice.provider, voice.name) == (wish.provider, wish.name) for voice in voices):
            message = f"There is a voice {wish.name!r} of {wish.provider} already; take another name."
            raise Conflict("own_voice_exists", message)
        kept = self._vault.find(wish.provider, (wish.credential_id or "",))
        if wish.credential_id and (kept is None or kept.id != wish.credential_id):
            message = f"There is no credential of {wish.provider} with the id {wish.credential_id!r}."
            raise BadRequest("credential_not_found", message, field="credentialId")
        if kept is None and not self._platform:
            raise _needed(wish.provider)
        return kept

    def account_of(self, id: str) -> tuple[OwnVoiceRow, Kept | None]:
        """A voice and the account it is in, as above; raises NotFound, and Conflict without a credential."""
        row = self._repo.show(id)
        if row.credential_id is None:
            return row, None
        kept = self._vault.find(row.provider, (row.credential_id,))
        if kept is None:
            raise _needed(row.provider)
        return row, kept

    def keep(self, wish: CreateOwnVoice, made: OwnVoice, account: Kept | None, by: str, at: datetime) -> Json:
        """Remember a voice that the vendor has made."""
        consent = {"text": wish.consent, "at": iso(at), "recordedBy": by} if wish.sample else None
        return shown(
            self._repo.put(
                provider=wish.provider,
                voice_id=made.id,
                name=wish.name,
                model=made.model or wish.model,
                language=wish.language,
                description=wish.description,
                consent=consent,
                status=made.status,
                credential_id=account.id if account else None,
            )
        )

    def get(self, id: str) -> Json:
        """As it is known here; raises NotFound."""
        return shown(self._repo.show(id))

    def note(self, id: str, status: Status) -> Json:
        """The vendor has said how the voice is."""
        row = self._repo.lock(id)
        return shown(row if row.status == status else self._repo.change(row, status=status))

    def forget(self, id: str) -> Json:
        """What it was; raises NotFound."""
        return shown(self._repo.delete(id))


def shown(row: OwnVoiceRow) -> Json:
    """As it is answered."""
    optional = {
        "language": row.language,
        "description": row.description,
        "consent": row.consent,
        "credentialId": row.credential_id,
    }
    return {
        "id": row.id,
        "orgId": row.org_id,
        "provider": row.provider,
        "voiceId": row.voice_id,
        "name": row.name,
        "model": row.model,
        "origin": "copied" if row.consent else "designed",
        "status": row.status,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        **{name: value for name, value in optional.items() if value},
    }


def _needed(provider: str) -> Conflict:
    message = f"A voice of your own is in an account of your own: add a credential of {provider}."
    return Conflict("credential_needed", message)
