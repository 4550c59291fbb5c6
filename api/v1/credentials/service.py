"""The rules of credentials."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from api.db.repo import Window
from api.v1.assistants.schemas.base import Shape
from api.v1.credentials.kinds import KINDS, changed, parted
from api.v1.credentials.model import CredentialRow
from api.v1.credentials.references import references
from api.v1.credentials.repo import MOST, Credentials
from api.v1.credentials.schemas import CreateCredential, UpdateCredential, check
from api.v1.credentials.trunks import TrunkFields
from voice_engine.kernel.accounts import OPEN_FIELDS, packed, unpacked
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict, StillUsed
from voice_engine.kernel.sealed import seal, unseal
from voice_engine.outbound import check_url

Json = dict[str, Any]
T = TypeVar("T")
_OF_OTHERS = ("encryptionPlan", *(field.alias for field in TrunkFields.model_fields.values() if field.alias))
_ABOUT = frozenset({"provider", "name"})


class CredentialService:
    """Credentials of the organisation the repository was opened for; `secret` seals them."""

    def __init__(self, repo: Credentials, secret: bytes, allowed_targets: Sequence[str] = ()) -> None:
        self._repo, self._allowed_targets = repo, allowed_targets
        self._seal = partial(seal, secret=secret, context=repo.org_id)
        self._unseal: Callable[[str], str] = partial(unseal, secret=secret, context=repo.org_id)

    def create(self, body: Shape) -> Json:
        """The new credential (one of `NewCredential`), as shown; Conflict when there are too many."""
        if len(self._repo.shown(Window(limit=MOST))) >= MOST:
            raise Conflict(
                "too_many_credentials", f"An organisation has at most {MOST} credentials; delete some."
            )
        if isinstance(body, CreateCredential):
            columns = self._account(body.provider, body.secrets(), body.plan())
        else:
            columns = self._planned(body.given())
        return shown(self._repo.put(name=getattr(body, "name", None), **columns))

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
        given = body.given()
        name = body.name if "name" in given or "name" in body.cleared else row.name
        columns = self._replanned(row, body) if row.provider in KINDS else self._reaccounted(row, body)
        return shown(self._repo.change(row, name=name, trial=None, **columns))

    def delete(self, id: str) -> Json:
        """What it was. Calls that run go on with it; raises StillUsed while a `credentialId` names it."""
        self._repo.get(id)
        if found := references(self._repo.session, id):
            sentence = "This credential is still named by {users}; give them another one first."
            raise StillUsed("credential_in_use", sentence, found)
        return shown(self._repo.delete(id))

    def keep_trial(self, id: str, trial: Json) -> None:
        """Remember the result of a test."""
        self._repo.change(self._repo.lock(id), trial=trial)

    # ── accounts at vendors ──────────────────────────────────────────────────────────────────────────

    def _account(self, provider: str, secrets: Mapping[str, str], plan: Json | None) -> Json:
        """For a row to hold; BadRequest for a plan that leads inwards."""
        if plan:
            check_url(plan["url"], self._allowed_targets)
        open_fields = {name: value for name, value in secrets.items() if name in OPEN_FIELDS}
        fields = {**open_fields, **({"authenticationPlan": plan} if plan else {})}
        return {"provider": provider, "fields": fields, "sealed": self._seal(packed(secrets))}

    def _reaccounted(self, row: CredentialRow, body: UpdateCredential) -> Json:
        given = body.given()
        if foreign := next((name for name in _OF_OTHERS if name in given), None):
            message = f"{foreign} should not be given for provider {row.provider}."
            raise BadRequest("field_not_taken", message, field=foreign)
        if given.get("authenticationPlan", {"type": "oauth2"})["type"] != "oauth2":
            message = f"authenticationPlan.type should be oauth2 for provider {row.provider}."
            raise BadRequest("wrong_plan", message, field="authenticationPlan.type")
        stored = unpacked(self._unseal(row.sealed))
        secrets = {k: v for k, v in {**stored, **body.secrets()}.items() if k not in body.cleared}
        old = row.fields.get("authenticationPlan")
        plan = body.plan() if "authenticationPlan" in given else old
        if "authenticationPlan" in body.cleared:
            plan, _ = None, secrets.pop("clientSecret", None)
        elif plan and old and _elsewhere(plan, old) and "clientSecret" not in body.secrets():
            message = "authenticationPlan.clientSecret should be given again when url or clientId change."
            raise BadRequest("secret_missing", message, field="authenticationPlan.clientSecret")
        _named(lambda: check(row.provider, secrets, {"authenticationPlan": plan} if plan else {}))
        return self._account(row.provider, secrets, plan)

    # ── whatever has plans ───────────────────────────────────────────────────────────────────────────

    def _planned(self, given: Json) -> Json:
        kind = KINDS[given["provider"]]
        fields, secrets = parted(kind, {k: v for k, v in given.items() if k not in _ABOUT})
        plan = fields.get("authenticationPlan") or {}
        if plan.get("url"):
            check_url(plan["url"], self._allowed_targets)
        sealed = self._seal(orjson.dumps(secrets).decode())
        return {"provider": given["provider"], "fields": fields, "sealed": sealed}

    def _replanned(self, row: CredentialRow, body: UpdateCredential) -> Json:
        kind = KINDS[row.provider]
        update = {k: v for k, v in body.given().items() if k not in _ABOUT}
        secrets = orjson.loads(self._unseal(row.sealed))
        whole = changed(kind, row.fields, secrets, update, body.cleared)
        valid = _named(lambda: kind.shape.model_validate({**whole, "provider": row.provider}))
        return self._planned(valid.given())


def _elsewhere(plan: Json, old: Json) -> bool:
    return any(plan.get(name) != old.get(name) for name in ("url", "clientId"))


def _named(work: Callable[[], T]) -> T:
    """A stored credential that a PATCH would leave without sense is refused like one in a body."""
    try:
        return work()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadRequest(first["type"], f"{place} {first['msg']}.", field=place) from error


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
