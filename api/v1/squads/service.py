"""The rules of squads."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from api.db.repo import Window
from api.v1.assistants.compile import check_templates
from api.v1.assistants.config import Config, replace, shown
from api.v1.assistants.repo import Assistants
from api.v1.assistants.service import check_targets, targets
from api.v1.squads.compile import Cast, check, stored_id, stored_key
from api.v1.squads.config import parts_of, take_squad
from api.v1.squads.repo import Squads
from api.v1.squads.schemas import CreateSquad, SquadFields, UpdateSquad
from api.v1.tools.shelf import require, shelf_of
from api.v1.versions.choice import config_of
from api.v1.versions.repo import Versions
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.sealed import seal

Json = dict[str, Any]


class SquadService:
    """Squads of the organisation the repositories were opened for; `secret` seals their keys."""

    def __init__(
        self, repo: Squads, assistants: Assistants, secret: bytes, allowed_targets: Sequence[str] = ()
    ) -> None:
        self._repo, self._assistants = repo, assistants
        self._allowed_targets = allowed_targets
        self._seal = partial(seal, secret=secret, context=repo.org_id)

    def create(self, body: CreateSquad) -> Json:
        """The new squad, as shown."""
        config = self.taken(body)
        check(self.cast(config))
        return shown(self._repo.put(**config.columns))

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return shown(self._repo.show(id))

    def list(self, window: Window, ids: Sequence[str] = ()) -> Sequence[Json]:
        """Newest first; only those of `ids`, if any are named."""
        return [shown(row) for row in self._repo.matching(window, ids)]

    def update(self, id: str, body: UpdateSquad) -> Json:
        """The named fields replaced, each as a whole; null ones removed."""
        if "members" in body.cleared:
            raise BadRequest("members_missing", "members should not be empty.", field="members")
        row = self._repo.lock(id)
        stored = Config.of(row)
        changed = replace(stored, self.taken(body, stored), body.cleared)
        check(self.cast(changed))
        return shown(self._repo.change(row, **changed.columns))

    def delete(self, id: str) -> Json:
        """What it was. Calls it took stay, its conversations in text go."""
        return shown(self._repo.delete(id))

    def taken(self, body: SquadFields, stored: Config | None = None) -> Config:
        """A body with its secrets sealed and its templates readable; raises BadRequest."""
        config = take_squad(body.given(), self._seal, stored)
        for place, inner in parts_of(config):
            try:
                check_templates(inner.shown)
            except BadRequest as error:
                raise BadRequest(error.code, f"{place}.{error.message}", **error.details) from error
            urls = {f"{place}.{field}": url for field, url in targets(inner.shown).items()}
            check_targets(urls, self._allowed_targets)
        require(self._repo.session, parts_of(config))
        return config

    def cast(self, squad: Config, squad_id: str = "") -> Cast:
        """The squad with its stored assistants; raises BadRequest for one that is not there."""
        assistants = stored_assistants(self._assistants, squad)
        named = [*assistants.values(), *(inner for _, inner in parts_of(squad))]
        return Cast(squad, assistants, squad_id=squad_id, shelf=shelf_of(self._repo.session, named))

    def cast_of(self, id: str) -> Cast:
        """The same of a stored squad."""
        return self.cast(Config.of(self._repo.show(id)), id)


def stored_assistants(assistants: Assistants, squad: Config) -> Mapping[str, Config]:
    """The stored assistants of a squad by `stored_key`; raises BadRequest for one that is not there."""
    versions = Versions(assistants.session, assistants.org_id)
    found: dict[str, Config] = {}
    for index, member in enumerate(squad.shown.get("members") or ()):
        id, key = stored_id(member), stored_key(member)
        if not id or key in found:
            continue
        row = assistants.find(id)
        if row is None:
            place = f"members.{index}.assistantId"
            message = f"{place}: there is no assistant with the id {id!r} in this organisation."
            raise BadRequest("member_not_found", message, field=place)
        version, field = member.get("assistantVersion"), f"members.{index}.assistantVersion"
        found[key] = config_of(row, version, versions, field) if version else Config.of(row)
    return found
