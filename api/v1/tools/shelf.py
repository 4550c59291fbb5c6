"""What configurations name, fetched for all of them at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.db.tx import TenantSession
from api.v1.assistants.config import Config
from api.v1.assistants.shelf import MOST_TOOLS, Shelf, base_ids, found, names, tool_ids
from api.v1.knowledge_bases.repo import CustomKnowledgeBases, refuse_hosted
from api.v1.tools.repo import Tools
from voice_engine.kernel.errors import BadRequest

Json = dict[str, Any]


def shelf_of(session: TenantSession, configs: Iterable[Config]) -> Shelf:
    """The stored tools and knowledge bases that these configurations name: two queries at most."""
    tools, bases = _wanted(config.shown for config in configs)
    org_id = session.org_id
    return Shelf(Tools(session, org_id).by_id(tools), CustomKnowledgeBases(session, org_id).by_id(bases))


def require(session: TenantSession, configs: Iterable[tuple[str, Config]]) -> None:
    """Raise BadRequest for what is not there, or for tools of one name in a model. `configs` by their place.

    What is there cannot be deleted before this transaction ends.
    """
    listed = [(f"{place}." if place else "", config.shown) for place, config in configs]
    tool_set, base_set = _wanted(shown for _, shown in listed)
    tools = Tools(session, session.org_id).held(tool_set)
    bases = CustomKnowledgeBases(session, session.org_id).held(base_set)
    for head, shown in listed:
        for place, id in tool_ids(shown):
            found(tools, f"{head}{place}", id, "tool")
        for place, id in base_ids(shown):
            if id not in bases:
                refuse_hosted(session, id, f"{head}{place}")
            found(bases, f"{head}{place}", id, "custom knowledge base")
        _check_names(shown, tools, head)


def _wanted(configs: Iterable[Json]) -> tuple[set[str], set[str]]:
    tools: set[str] = set()
    bases: set[str] = set()
    for shown in configs:
        tools |= {id for _, id in tool_ids(shown)}
        bases |= {id for _, id in base_ids(shown)}
    return tools, bases


def _check_names(shown: Json, stored: Mapping[str, Config], head: str) -> None:
    model = shown.get("model") or {}
    named = [stored[id].shown for place, id in tool_ids(shown) if place.startswith("model.")]
    if not named:
        return
    tools = [*(model.get("tools") or ()), *named]
    if len(tools) > MOST_TOOLS:
        message = f"{head}model: an assistant has at most {MOST_TOOLS} tools, stored ones included."
        raise BadRequest("too_many_tools", message, field=f"{head}model.toolIds")
    known = names(tools)
    twice = next((name for name in known if known.count(name) > 1), None)
    if twice:
        message = f"{head}model has two tools named {twice}; rename one, or name it once."
        raise BadRequest("tool_twice", message, field=f"{head}model.toolIds")
