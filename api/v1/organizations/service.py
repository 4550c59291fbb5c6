"""Rules of organisations: a caller knows their own and no other."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from api.http.caller import Caller, Restrictions
from api.http.keyring import PRIVATE
from api.http.scopes import covers
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.service import check_targets
from api.v1.organizations.model import OrganizationRow
from api.v1.organizations.repo import Organizations
from api.v1.organizations.schemas import OrganizationUpdate
from api.v1.webhooks import targets
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Forbidden, NotFound
from voice_engine.kernel.sealed import seal

Json = dict[str, Any]
CURRENT = "current"
OVERLAP = timedelta(hours=24)
_MICROS = 1_000_000
_PLAIN = ("concurrencyLimit", "rateLimit", "compliancePlan")


class OrganizationService:
    """The organisation the repository was opened for; `secret` seals its server's."""

    def __init__(self, repo: Organizations, secret: bytes, allowed_targets: Sequence[str] = ()) -> None:
        self._repo, self._secret, self._allowed_targets = repo, secret, allowed_targets

    def get(self, id: str) -> Json:
        """`id` is its own or "current"; NotFound for every other."""
        self._own(id)
        return shown(self._repo.get())

    def list(self) -> Sequence[Json]:
        """There is one."""
        return [shown(self._repo.get())]

    def update(self, id: str, change: OrganizationUpdate) -> Json:
        """The named fields replaced, each as a whole; null returns one to its default."""
        self._own(id)
        if "name" in change.cleared:
            raise BadRequest("name_needed", "An organisation has a name: name should not be null.")
        row = self._repo.lock()
        settings = {**row.settings, **self._settings(change, row.settings)}
        cleared = {"billingLimitMicros" if name == "billingLimit" else name for name in change.cleared}
        kept = {name: value for name, value in settings.items() if name not in cleared}
        return shown(self._repo.change(row, change.name or row.name, kept))

    def new_signing_secret(self, id: str, who: Caller) -> Json:
        """A secret that signs JWT keys; Forbidden to whoever may do less than such a key could."""
        self._own(id)
        for scope in sorted(PRIVATE):
            if not covers(who.scopes, scope):
                message = f"A JWT key can have the scope {scope}, which you do not have yourself."
                raise Forbidden("scope_not_yours", message, scope=scope)
        if not Restrictions().within(who.restrictions):
            message = (
                "A JWT key can be restricted less than your own key; ask with one that is not restricted."
            )
            raise Forbidden("restrictions_not_yours", message)
        row, until = self._repo.lock(), self._repo.session.now() + OVERLAP
        before = row.settings.get("signing")
        value = f"js_{secrets.token_urlsafe(48)}"
        signing = {"sealed": seal(value, self._secret, context=self._repo.org_id)}
        if before:
            signing |= {"previousSealed": before["sealed"], "previousUntil": until.isoformat()}
        self._repo.change(row, row.name, {**row.settings, "signing": signing})
        return {"value": value, **({"previousExpiresAt": iso(until)} if before else {})}

    def drop_signing_secret(self, id: str) -> Json:
        """No JWT key works any more."""
        self._own(id)
        row = self._repo.lock()
        kept = {name: value for name, value in row.settings.items() if name != "signing"}
        return shown(self._repo.change(row, row.name, kept))

    def _own(self, id: str) -> None:
        if id not in (CURRENT, self._repo.org_id):
            raise NotFound("organization_not_found", f"There is no organisation with the id {id!r}.", id=id)
        self._repo.session.target = self._repo.org_id

    def _settings(self, change: OrganizationUpdate, before: Json) -> Json:
        given = change.given()
        found = {name: given[name] for name in _PLAIN if name in given}
        if change.billing_limit is not None:
            found["billingLimitMicros"] = round(change.billing_limit * _MICROS)
        if change.server is not None:
            found["server"] = self._kept(change.server, before.get("server") or {})
        return found

    def _kept(self, server: Server, before: Json) -> Json:
        """As it is stored; a server that is sent without its secret keeps the one it had at this URL."""
        check_targets({"server.url": server.url or ""}, self._allowed_targets)
        kept = targets.keep(server, partial(seal, secret=self._secret, context=self._repo.org_id))
        targets.authentication(self._repo.session, kept)  # its credential is there
        if not server.secret and before.get("sealedSecret") and before.get("url") == server.url:
            kept["sealedSecret"] = before["sealedSecret"]
        return kept


def shown(row: OrganizationRow) -> Json:
    """As it is answered."""
    settings = row.settings
    found = {name: settings[name] for name in _PLAIN if name in settings}
    if "server" in settings:
        found["server"] = targets.shown(settings["server"])
    if "billingLimitMicros" in settings:
        found["billingLimit"] = settings["billingLimitMicros"] / _MICROS
    return {
        "id": row.id,
        "name": row.name,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        **found,
    }
