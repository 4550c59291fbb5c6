"""An organisation's signing secrets: the derived one, or its own, and the previous one for a day."""

from datetime import timedelta

from sqlmodel import select

from api.db.tx import TenantSession
from api.v1.webhooks import signing
from api.v1.webhooks.model import SecretRow
from voice_engine.kernel.sealed import seal, unseal

OVERLAP = timedelta(hours=24)


class Secrets:
    """Of the organisation the session was opened for."""

    def __init__(self, session: TenantSession, installation: bytes) -> None:
        self._session, self._installation, self._org_id = session, installation, session.org_id

    def current(self) -> str:
        """What new messages are signed with."""
        return self.valid()[0]

    def valid(self) -> list[str]:
        """The current secret, then the previous one while it is still to be honoured."""
        row = self._row()
        if row is None:
            return [self._derived()]
        secrets = [self._open(row.sealed)]
        if row.previous_sealed and row.previous_until and row.previous_until > self._session.now():
            secrets.append(self._open(row.previous_sealed))
        return secrets

    def rotate(self) -> str:
        """A new secret; for a day messages are signed with the old one too."""
        row, old, new = self._row(), self.current(), signing.new_secret()
        if row is None:
            row = SecretRow(org_id=self._org_id, sealed="")
            self._session.add(row)
        row.sealed, row.previous_sealed = self._close(new), self._close(old)
        row.previous_until = self._session.now() + OVERLAP
        self._session.flush()
        return new

    def _row(self) -> SecretRow | None:
        return self._session.exec(select(SecretRow).where(SecretRow.org_id == self._org_id)).first()

    def _derived(self) -> str:
        return signing.derived_secret(self._installation, self._org_id)

    def _open(self, sealed: str) -> str:
        return unseal(sealed, self._installation, context=self._org_id)

    def _close(self, secret: str) -> str:
        return seal(secret, self._installation, context=self._org_id)
