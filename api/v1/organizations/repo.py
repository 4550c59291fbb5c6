"""The one organisation a session sees: its own."""

from typing import Any

from sqlmodel import select

from api.db.tx import TenantSession
from api.v1.organizations.model import OrganizationRow
from voice_engine.kernel.errors import NotFound


class Organizations:
    """Reads and writes the session's organisation."""

    def __init__(self, session: TenantSession, org_id: str) -> None:
        if session.org_id != org_id:
            raise ValueError("the session was opened for another organisation")
        self.session = session
        self.org_id = org_id

    def find(self) -> OrganizationRow | None:
        return self.session.exec(select(OrganizationRow).where(OrganizationRow.id == self.org_id)).first()

    def get(self) -> OrganizationRow:
        """The organisation; NotFound if it is gone."""
        row = self.find()
        if row is None:
            raise NotFound("organization_not_found", "This organisation no longer exists.")
        self.session.saw(row)
        return row

    def lock(self) -> OrganizationRow:
        """`get`, fresh, and nobody else changes the row until this transaction ends."""
        mine = select(OrganizationRow).where(OrganizationRow.id == self.org_id).with_for_update()
        self.session.exec(mine.execution_options(populate_existing=True)).first()
        return self.get()

    def create(self, name: str) -> OrganizationRow:
        """The session must have been opened with the id of the organisation to be."""
        now = self.session.now()
        row = OrganizationRow(id=self.org_id, name=name, created_at=now, updated_at=now)
        self.session.add(row)
        self.session.flush()
        return row

    def change(self, row: OrganizationRow, name: str, settings: dict[str, Any]) -> OrganizationRow:
        """Give it another name and other settings."""
        row.name, row.settings = name, settings
        row.updated_at, row.version = self.session.now(), row.version + 1
        self.session.flush()
        return row
