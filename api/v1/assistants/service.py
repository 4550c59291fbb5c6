"""The rules of assistants."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from api.db.repo import Window
from api.v1.assistants.compile import check_templates
from api.v1.assistants.config import Config, replace, shown, take
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import AssistantFields, CreateAssistant, UpdateAssistant
from api.v1.credentials.repo import Credentials
from api.v1.tools.shelf import require
from api.v1.versions.repo import Versions
from voice_engine.kernel.errors import BadRequest, StillUsed
from voice_engine.kernel.sealed import seal
from voice_engine.outbound import check_url

Json = dict[str, Any]


class AssistantService:
    """Assistants of the organisation the repository was opened for; `secret` seals their keys."""

    def __init__(self, repo: Assistants, secret: bytes, allowed_targets: Sequence[str] = ()) -> None:
        self._repo = repo
        self._credentials = Credentials(repo.session, repo.org_id)
        self._versions = Versions(repo.session, repo.org_id)
        self._allowed_targets = allowed_targets
        self._seal = partial(seal, secret=secret, context=repo.org_id)

    def create(self, body: CreateAssistant) -> Json:
        """The new assistant, as shown."""
        config = self.taken(body)
        return shown(self._repo.put(**config.columns))

    def get(self, id: str) -> Json:
        """Raises NotFound, like all that follow."""
        return shown(self._repo.show(id))

    def list(self, window: Window) -> Sequence[Json]:
        """Newest first."""
        return [shown(row) for row in self._repo.shown(window)]

    def update(self, id: str, body: UpdateAssistant) -> Json:
        """The next version: the named fields replaced, each as a whole; null ones removed."""
        row = self._repo.lock(id)
        stored = Config.of(row)
        changed = replace(stored, self.taken(body, stored), body.cleared)
        if changed != stored:
            self._versions.keep(row)
        return shown(self._repo.change(row, **changed.columns))

    def delete(self, id: str) -> Json:
        """What it was. Calls it took stay. Raises StillUsed."""
        pins = self._repo.references(id)
        if pins:
            message = "This assistant is used by {users}; take it out there first."
            raise StillUsed("assistant_pinned", message, pins)
        return shown(self._repo.delete(id))

    def taken(self, body: AssistantFields, stored: Config | None = None) -> Config:
        """A body with its secrets sealed and its templates readable; raises BadRequest."""
        config = take(body.given(), self._seal, stored)
        check_templates(config.shown)
        check_targets(targets(config.shown), self._allowed_targets)
        self._credentials.require(config.shown.get("credentialIds") or ())
        self._credentials.require_servers(config.shown)
        require(self._repo.session, [("", config)])
        return config


def check_targets(urls: Mapping[str, str], allowed: Sequence[str]) -> None:
    """Raise BadRequest naming the field if we may not connect to one of the URLs (by field)."""
    for place, url in urls.items():
        if not url or "{{" in url:
            continue
        try:
            check_url(re.sub("^ws", "http", url), allowed)
        except BadRequest as error:
            raise BadRequest(error.code, f"{place}: {error.message}", field=place) from error


def tool_targets(tool: Json) -> dict[str, str]:
    """The same of one tool."""
    bases = enumerate(tool.get("knowledgeBases") or [])
    return {
        "url": tool.get("url", ""),
        "server.url": (tool.get("server") or {}).get("url", ""),
        **{f"knowledgeBases.{n}.server.url": base["server"].get("url", "") for n, base in bases},
    }


def targets(shown: Json) -> dict[str, str]:
    """Every URL an assistant (or override) may make us connect to, by field."""
    model = shown.get("model") or {}
    found: dict[str, str] = {}
    for index, tool in enumerate(model.get("tools") or []):
        found |= {f"model.tools.{index}.{place}": url for place, url in tool_targets(tool).items()}
    for index, credential in enumerate(shown.get("credentials") or []):
        plan = credential.get("authenticationPlan") or {}
        found[f"credentials.{index}.authenticationPlan.url"] = plan.get("url", "")
    for part, plan in (("transcriber", "transcribers"), ("voice", "voices")):
        first = shown.get(part) or {}
        others = (first.get("fallbackPlan") or {}).get(plan) or []
        places = {part: first, **{f"{part}.fallbackPlan.{plan}.{n}": one for n, one in enumerate(others)}}
        for place, one in places.items():
            found[f"{place}.server.url"] = (one.get("server") or {}).get("url", "")
            found[f"{place}.options.url"] = (one.get("options") or {}).get("url", "")
            found[f"{place}.url"] = one.get("url", "")
    return {
        **found,
        "model.url": model.get("url", ""),
        "model.knowledgeBase.server.url": (model.get("knowledgeBase") or {}).get("server", {}).get("url", ""),
        "server.url": (shown.get("server") or {}).get("url", ""),
        "serverUrl": shown.get("serverUrl", ""),
    }
