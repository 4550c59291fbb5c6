"""Invitations of one organisation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.invitations.model import InvitationRow


class Invitations(Repo[InvitationRow]):
    row = InvitationRow
    noun = "invitation"

    def pending(self, window: Window = Window()) -> Sequence[InvitationRow]:
        """Those that can still be accepted, newest first."""
        return self.list(window, *self._open(), col(InvitationRow.expires_at) > self.session.now())

    def revoke_of(self, email_key: str) -> None:
        """There is one invitation of an address at a time."""
        self._revoke(col(InvitationRow.email_key) == email_key)

    def revoke_by(self, member_id: str) -> None:
        """What somebody who may invite no more has left behind."""
        self._revoke(col(InvitationRow.invited_by) == member_id)

    def _revoke(self, which: ColumnElement[bool]) -> None:
        mine = col(InvitationRow.org_id) == self.org_id
        ending = update(InvitationRow).where(mine, which, *self._open())
        self.session.connection().execute(ending.values(revoked_at=self.session.now()))

    def _open(self) -> tuple[Any, Any]:
        return col(InvitationRow.accepted_at).is_(None), col(InvitationRow.revoked_at).is_(None)
