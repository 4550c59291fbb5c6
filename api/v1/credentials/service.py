"""The rules of credentials."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from api.db.repo import Window
from api.v1.credentials.model import CredentialRow
from api.v1.credentials.repo import MOST, Credentials
from api.v1.credentials.schemas import CreateCredential, UpdateCredential, check
from voice_engine.kernel.accounts import OPEN_FIELDS, packed, unpacked
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict
from voice_engine.kernel.sealed import seal, unseal
from voice_engine.outbound import check_url

Json = dict[str, Any]


class CredentialService:
    """Credentials of the organisation the repository was opened for; `secret` seals them."""

    def __init__(self, repo: Credentials, secret: bytes, allowed_targets: Sequence[str] = ()) -> None:
        self._repo, self._allowed_targets = repo, allowed_targets
        self._seal = partial(seal, secret=secret, context=repo.org_id)
        self._unseal: Callable[[str], str] = partial(unseal, secret=secret, context=repo.org_id)

    def create(self, body: CreateCredential) -> Json:
        """The new credential, as shown; Conflict when there are too many."""
        if len(self._repo.shown(Window(limit=MOST))) >= MOST:
            raise Conflict(
                "too_many_credentials", f"An organisation has at most {MOST} credentials; delete some."
            )
        return shown(
            self._repo.put(name=body.name, **self.columns(body.provider, body.secrets(), body.plan()))
        )

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return shown(self._repo.show(id))

    def list(self, window: Window) -> Sequence[Json]:
        """Newest first."""
        return [shown(row) for row in self._repo.shown(window)]

    def update(self, id: str, body: UpdateCredential) -> Json:
        """The named fields replaced; null ones removed. What was tested before counts no more."""
        row = self._repo.lock(id)
        if body.provider not in (None, row.provider):
            raise BadRequest("provider_fixed", f"This credential is for {row.provider}; create another one.")
        stored = unpacked(self._unseal(row.sealed))
        secrets = {k: v for k, v in {**stored, **body.secrets()}.items() if k not in body.cleared}
        given = body.given()
        plan = body.plan() if "authenticationPlan" in given else row.fields.get("authenticationPlan")
        if "authenticationPlan" in body.cleared:
            plan, _ = None, secrets.pop("clientSecret", None)
        try:
            check(row.provider, secrets, {"authenticationPlan": plan} if plan else {})
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise BadRequest(first["type"], f"{place} {first['msg']}.", field=place) from error
        name = body.name if "name" in given or "name" in body.cleared else row.name
        return shown(
            self._repo.change(row, name=name, trial=None, **self.columns(row.provider, secrets, plan))
        )

    def delete(self, id: str) -> Json:
        """What it was. Calls that run go on with it; the next ones use another, or the platform's."""
        return shown(self._repo.delete(id))

    def keep_trial(self, id: str, trial: Json) -> None:
        """Remember the result of a test."""
        self._repo.change(self._repo.lock(id), trial=trial)

    def columns(self, provider: str, secrets: Mapping[str, str], plan: Json | None) -> Json:
        """For a row to hold; BadRequest for a plan that leads inwards."""
        if plan:
            check_url(plan["url"], self._allowed_targets)
        open_fields = {name: value for name, value in secrets.items() if name in OPEN_FIELDS}
        fields = {**open_fields, **({"authenticationPlan": plan} if plan else {})}
        return {"provider": provider, "fields": fields, "sealed": self._seal(packed(secrets))}


def shown(row: CredentialRow) -> Json:
    """As it is answered: nothing of `sealed`."""
    return {
        "id": row.id,
        "orgId": row.org_id,
        "provider": row.provider,
        **({"name": row.name} if row.name else {}),
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        **row.fields,
        **({"trial": row.trial} if row.trial else {}),
    }
