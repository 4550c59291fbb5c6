"""The rules of phone numbers."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from api.db.repo import Window
from api.http.pagination import paged
from api.v1.assistants.repo import Assistants
from api.v1.assistants.service import check_targets
from api.v1.credentials.repo import Credentials
from api.v1.phone_numbers.model import PhoneNumberRow
from api.v1.phone_numbers.numbers import ALLOWED, normalised
from api.v1.phone_numbers.read import fields_of, shown
from api.v1.phone_numbers.repo import PhoneNumbers
from api.v1.phone_numbers.schemas import (
    CreateByoPhoneNumber,
    CreateVapiPhoneNumber,
    NumberFields,
    PhoneNumberPageQuery,
    UpdatePhoneNumber,
)
from api.v1.squads.repo import Squads
from api.v1.webhooks import targets
from voice_engine.kernel.errors import BadRequest, Conflict
from voice_engine.kernel.ids import new_id
from voice_engine.kernel.sealed import seal

Json = dict[str, Any]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~+-]{0,63}")
_PASSWORD = "authentication.password"
_KEPT = ("numberE164CheckEnabled", "fallbackDestination", "hooks")
_OF = {
    "byo-phone-number": {"number", "numberE164CheckEnabled", "credentialId"},
    "vapi": {"sipUri", "authentication"},
}


class PhoneNumberService:
    """Phone numbers of the organisation the repository was opened for; `domain` is the installation's."""

    def __init__(
        self, repo: PhoneNumbers, secret: bytes, domain: str, allowed_targets: Sequence[str]
    ) -> None:
        self._repo, self._domain, self._allowed = repo, domain, allowed_targets
        self._seal = partial(seal, secret=secret, context=repo.org_id)

    def create(self, body: CreateByoPhoneNumber | CreateVapiPhoneNumber) -> Json:
        """The new phone number, as shown; raises BadRequest, Conflict."""
        return self._written(lambda: self._repo.put(**self._columns(body.provider, body.given(), body, None)))

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return shown(self._repo.show(id))

    def list(self, window: Window) -> Sequence[Json]:
        """Newest first."""
        return [shown(row) for row in self._repo.shown(window)]

    def page(self, query: PhoneNumberPageQuery) -> Json:
        """A page of them."""
        if query.search is None:
            return paged(self._repo, query, shown)
        columns = (PhoneNumberRow.number, PhoneNumberRow.sip_uri, PhoneNumberRow.name)
        holds = [col(column).icontains(query.search, autoescape=True) for column in columns]
        return paged(self._repo, query, shown, or_(*holds))

    def update(self, id: str, body: UpdatePhoneNumber) -> Json:
        """The named fields replaced, each as a whole; null ones removed."""
        row = self._repo.lock(id)
        if body.provider not in (None, row.provider):
            raise BadRequest("provider_fixed", f"This number is of {row.provider}; create another one.")
        given = body.given()
        for provider, names in _OF.items():
            foreign = next((name for name in names if provider != row.provider and name in given), None)
            if foreign:
                message = f"{foreign} should not be given for provider {row.provider}."
                raise BadRequest("field_not_taken", message, field=foreign)
        for name in ("credentialId", "sipUri"):
            if name in body.cleared and name in _OF[row.provider]:
                raise BadRequest("field_missing", f"{name} should not be empty.", field=name)
        stored = {name: value for name, value in fields_of(row).items() if name not in body.cleared}
        columns = self._columns(row.provider, {**stored, **given}, body, row)
        return self._written(lambda: self._repo.change(row, **columns))

    def delete(self, id: str) -> Json:
        """What it was. Calls it took stay; those that wait to be dialled from it end."""
        return shown(self._repo.delete(id))

    # ── what is stored ───────────────────────────────────────────────────────────────────────────────

    def _columns(self, provider: str, fields: Json, body: NumberFields, row: PhoneNumberRow | None) -> Json:
        self._require(fields)
        config = {name: fields[name] for name in _KEPT if name in fields}
        sealed: dict[str, str] = {}
        if body.server is not None:
            config["server"] = targets.keep(body.server, self._seal)
            check_targets({"server.url": body.server.url or ""}, self._allowed)
            targets.authentication(self._repo.session, config["server"])
        elif "server" in fields:
            config["server"] = fields["server"]
        if fields.get("authentication"):
            plan = dict(fields["authentication"])
            sealed[_PASSWORD] = self._password(plan.pop("password", None), plan, row)
            config["authentication"] = plan
        reached = self._byo(fields) if provider == "byo-phone-number" else self._sip(fields)
        return {
            "provider": provider,
            "name": fields.get("name"),
            "assistant_id": fields.get("assistantId"),
            "squad_id": fields.get("squadId"),
            "config": config,
            "sealed": sealed,
            **reached,
        }

    def _require(self, fields: Json) -> None:
        session, org_id = self._repo.session, self._repo.org_id
        if fields.get("assistantId") and fields.get("squadId"):
            message = "squadId should not be given beside assistantId: one or the other (null removes one)."
            raise BadRequest("assistant_choice", message, field="squadId")
        for name, repo in (
            ("assistantId", Assistants(session, org_id)),
            ("squadId", Squads(session, org_id)),
        ):
            id = fields.get(name)
            if id is not None:
                repo.named(id, name)

    def _byo(self, fields: Json) -> Json:
        id, number = fields["credentialId"], fields.get("number")
        trunk = Credentials(self._repo.session, self._repo.org_id).find(id)
        if trunk is None or trunk.provider != "byo-sip-trunk":
            message = (
                f"credentialId: there is no byo-sip-trunk credential with the id {id!r} in this organisation."
            )
            raise BadRequest("credential_not_found", message, field="credentialId")
        if number is not None and fields.get("numberE164CheckEnabled", True):
            number = normalised(number)
            if number is None:
                raise BadRequest("wrong_number", f"number: {ALLOWED}.", field="number")
        inbound = any(gateway.get("inboundEnabled", True) for gateway in trunk.fields["gateways"])
        key = f"number:{number}" if number is not None and inbound else None
        return {"number": number, "credential_id": id, "inbound_key": key}

    def _sip(self, fields: Json) -> Json:
        uri = fields.get("sipUri") or f"sip:{new_id()}@{self._domain}"
        name, _, domain = uri.removeprefix("sip:").partition("@")
        if not uri.startswith("sip:") or not _NAME.fullmatch(name) or domain.lower() != self._domain.lower():
            message = (
                f"sipUri: should be sip:<name>@{self._domain}, the name of letters, digits and . _ ~ + -."
            )
            raise BadRequest("wrong_sip_uri", message, field="sipUri")
        uri = f"sip:{name}@{self._domain}"
        return {"sip_uri": uri, "inbound_key": uri.lower()}

    def _password(self, given: str | None, plan: Json, row: PhoneNumberRow | None) -> str:
        if given is not None:
            return self._seal(given)
        before = (row.config.get("authentication") or {}) if row is not None else {}
        if row is None or before.get("username") != plan["username"] or _PASSWORD not in row.sealed:
            message = "authentication.password should not be empty."
            raise BadRequest("field_missing", message, field=_PASSWORD)
        return row.sealed[_PASSWORD]

    def _written(self, write: Any) -> Json:
        try:
            row: PhoneNumberRow = write()
        except IntegrityError as error:
            message = "Another phone number of this installation has that number or sipUri already."
            raise Conflict("phone_number_taken", message) from error
        return shown(row)
