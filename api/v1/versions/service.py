"""The rules of versions, drafts and traffic."""

from collections.abc import Sequence
from typing import Any

from api.db.repo import Window
from api.v1.assistants.config import Config, replace, shown
from api.v1.assistants.model import AssistantRow
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import UpdateAssistant
from api.v1.assistants.service import AssistantService
from api.v1.versions.model import DraftRow, TrafficRow, VersionRow
from api.v1.versions.numbers import number_of, written
from api.v1.versions.repo import Drafts, Traffic, Versions
from api.v1.versions.schemas import CreateTraffic, PublishDraft, UpdateVersion
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import BadRequest, Conflict, NotFound, StillUsed

Json = dict[str, Any]


class VersionService:
    """Versions of one organisation's assistants; every method raises NotFound for an unknown assistant."""

    def __init__(self, assistants: Assistants, rules: AssistantService) -> None:
        session, org_id = assistants.session, assistants.org_id
        self._assistants, self._rules = assistants, rules
        self._versions, self._drafts = Versions(session, org_id), Drafts(session, org_id)
        self._traffic = Traffic(session, org_id)

    # ── versions ─────────────────────────────────────────────────────────────────────────────────────

    def list(self, id: str, window: Window) -> Sequence[Json]:
        """Newest first, without their configurations."""
        row = self._assistants.get(id)
        older = [one for one in self._versions.of(id) if one.number != row.version]
        listed = [self._latest(row), *(_version(one) for one in older)]
        return [{k: v for k, v in one.items() if k != "assistant"} for one in listed][: window.limit]

    def get(self, id: str, version: str) -> Json:
        """One version with its configuration."""
        row, number = self._assistants.get(id), number_of(version)
        return self._latest(row) if number == row.version else _version(self._versions.one(id, number))

    def rename(self, id: str, version: str, body: UpdateVersion) -> Json:
        """Name and description."""
        row, number = self._assistants.lock(id), number_of(version)
        kept = self._versions.keep(row) if number == row.version else self._versions.one(id, number)
        self._versions.change(kept, **_named(body))
        return self.get(id, version)

    def forget(self, id: str, version: str) -> Json:
        """Delete an older version, if nobody needs it; what it was. Raises StillUsed."""
        row, number = self._assistants.lock(id), number_of(version)
        if number == row.version:
            message = "This is the latest version; it goes when the assistant is changed or deleted."
            raise Conflict("version_is_latest", message)
        kept = self._versions.one(id, number)
        if any(one["version"] == version and one["weight"] for one in row.traffic or ()):
            message = f"{version} takes calls by the assistant's traffic allocation; change that first."
            raise StillUsed("version_pinned", message, [{"type": "traffic-allocation", "id": id, "name": ""}])
        self._versions.change(kept, deleted=True)
        return _version(kept)

    def restore(self, id: str, version: str) -> Json:
        """The assistant as it was, as its next version."""
        row, number = self._assistants.lock(id), number_of(version)
        if number == row.version:
            return shown(row)
        old = self._versions.one(id, number)
        self._versions.keep(row)
        return shown(self._assistants.change(row, **Config.of(old).columns))

    def _latest(self, row: AssistantRow) -> Json:
        kept = self._versions.kept(row.id, row.version)
        names = (kept.name, kept.description) if kept else (None, None)
        return _shape(row.id, row.version, True, *names, iso(row.updated_at), dict(row.config))

    # ── drafts ───────────────────────────────────────────────────────────────────────────────────────

    def draft(self, id: str, body: UpdateAssistant) -> Json:
        """A new draft: the assistant with the named fields replaced."""
        row = self._assistants.get(id)
        changed = self._changed(Config.of(row), body)
        made = self._drafts.put(assistant_id=id, base=row.version, **changed.columns)
        return _draft(made)

    def drafts(self, id: str | None, window: Window) -> Sequence[Json]:
        """Those of one assistant, or all of the organisation, newest first."""
        if id is None:
            return [_draft(row) for row in self._drafts.list(window)]
        self._assistants.get(id)
        return [_draft(row) for row in self._drafts.of(id, window)]

    def get_draft(self, id: str, draft_id: str) -> Json:
        """One draft."""
        return _draft(self._drafts.one(id, draft_id))

    def edit_draft(self, id: str, draft_id: str, body: UpdateAssistant) -> Json:
        """The named fields replaced."""
        row = self._drafts.one(id, draft_id)
        changed = self._changed(Config.of(row), body)
        return _draft(self._drafts.change(row, **changed.columns))

    def drop_draft(self, id: str, draft_id: str) -> Json:
        """What it was."""
        self._drafts.one(id, draft_id)
        return _draft(self._drafts.delete(draft_id))

    def publish(self, id: str, draft_id: str, body: PublishDraft) -> Json:
        """The draft becomes the assistant's next version and is gone; the assistant."""
        row, draft = self._assistants.lock(id), self._drafts.one(id, draft_id)
        if draft.base != row.version and not body.force:
            message = (
                f"The assistant is {written(row.version)} by now, this draft was begun from"
                f' {written(draft.base)}; begin a new one, or publish it with {{"force": true}}.'
            )
            raise Conflict("draft_outdated", message)
        self._drafts.delete(draft_id)
        self._versions.keep(row)
        return shown(self._assistants.change(row, **Config.of(draft).columns))

    def _changed(self, stored: Config, body: UpdateAssistant) -> Config:
        return replace(stored, self._rules.taken(body, stored), body.cleared)

    # ── traffic ──────────────────────────────────────────────────────────────────────────────────────

    def split(self, body: CreateTraffic) -> Json:
        """A new decision, in force from now on."""
        row = self._assistants.lock(body.assistant_id)
        for index, one in enumerate(body.allocations):
            number = number_of(one.version)
            if number == row.version:
                self._versions.keep(row)
                continue
            place = f"allocations.{index}.version"
            if self._found(row, number) is None:
                message = f"{place}: this assistant has no version {one.version}."
                raise BadRequest("version_not_found", message, field=place)
        allocations = [one.given() for one in body.allocations]
        made = self._traffic.put(assistant_id=row.id, allocations=allocations)
        self._traffic.set_current(row.id, allocations)
        return _decision(made)

    def decisions(self, assistant_id: str | None, window: Window) -> Sequence[Json]:
        """Newest first."""
        return [_decision(row) for row in self._traffic.of(assistant_id, window)]

    def decision(self, id: str) -> Json:
        """One decision."""
        return _decision(self._traffic.show(id))

    def in_force(self, assistant_id: str) -> Json:
        """The newest decision on an assistant; NotFound when there was none."""
        self._assistants.get(assistant_id)
        newest = self._traffic.of(assistant_id, Window(limit=1))
        if not newest:
            message = "No traffic allocation was ever made; the latest version takes all calls."
            raise NotFound("traffic_allocation_not_found", message, id=assistant_id)
        return _decision(newest[0])

    def _found(self, row: AssistantRow, number: int) -> VersionRow | None:
        kept = self._versions.kept(row.id, number)
        return None if kept is None or kept.deleted else kept


def _named(body: UpdateVersion) -> Json:
    given = {**body.given(), **dict.fromkeys(body.cleared)}
    return {key: given[key] for key in ("name", "description") if key in given}


def _version(row: VersionRow) -> Json:
    at = iso(row.created_at)
    return _shape(row.assistant_id, row.number, False, row.name, row.description, at, dict(row.config))


def _shape(
    id: str, number: int, latest: bool, name: str | None, description: str | None, at: str, config: Json
) -> Json:
    body = {
        "assistantId": id,
        "version": written(number),
        "isLatest": latest,
        "name": name,
        "description": description,
        "createdAt": at,
        "assistant": config,
    }
    return {key: value for key, value in body.items() if value is not None}


def _draft(row: DraftRow) -> Json:
    return {
        **row.config,
        "id": row.id,
        "orgId": row.org_id,
        "assistantId": row.assistant_id,
        "baseVersion": written(row.base),
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }


def _decision(row: TrafficRow) -> Json:
    return {
        "id": row.id,
        "orgId": row.org_id,
        "assistantId": row.assistant_id,
        "allocations": row.allocations,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }
