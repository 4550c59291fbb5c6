"""An organisation's signing secrets: the derived one, or its own, and the previous one for a day."""

from datetime import timedelta

from sqlmodel import select

from api.db.tx import TenantSession
from api.v1.webhooks import signing
from api.v1.webhooks.model import SecretRow
from voice_engine.kernel.sealed import seal, unseal
from voice_engine.spec import SessionSpec

OVERLAP = timedelta(hours=24)


def signed(session: TenantSession, spec: SessionSpec, installation: bytes) -> SessionSpec:
    """The spec with what the engine signs its questions with; it is looked up only if there will be some."""
    members = spec.squad.members if spec.squad else ()
    assistants = (spec.assistant, *(member.assistant for member in members))
    if not any(tool.server_url for assistant in assistants for tool in assistant.model.tools):
        return spec
    own = Secrets(session, installation).sealed()
    return spec.model_copy(update={"sealed_signing": own}) if own else spec


class Secrets:
    """Of the organisation the session was opened for."""

    def __init__(self, session: TenantSession, installation: bytes) -> None:
        self._session, self._installation, self._org_id = session, installation, session.org_id

    def current(self) -> str:
        """What new messages are signed with."""
        return self.valid()[0]

    def valid(self) -> list[str]:
        """The current secret, then the previous one while it is still to be honoured."""
        return [self._open(each) for each in self.sealed()] or [self._derived()]

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

    def sealed(self) -> tuple[str, ...]:
        """Those of its own that are valid, as they are kept; none while the derived one holds."""
        row = self._row()
        if row is None:
            return ()
        overlaps = row.previous_until is not None and row.previous_until > self._session.now()
        return (row.sealed, row.previous_sealed) if overlaps and row.previous_sealed else (row.sealed,)

    def _row(self) -> SecretRow | None:
        return self._session.exec(select(SecretRow).where(SecretRow.org_id == self._org_id)).first()

    def _derived(self) -> str:
        return signing.derived_secret(self._installation, self._org_id)

    def _open(self, sealed: str) -> str:
        return unseal(sealed, self._installation, context=self._org_id)

    def _close(self, secret: str) -> str:
        return seal(secret, self._installation, context=self._org_id)
