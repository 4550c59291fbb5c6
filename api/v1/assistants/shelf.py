"""What an assistant names instead of writing it down: stored tools and knowledge servers. Pure.

They are put into its configuration by value, secrets with them, and compiled like its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.v1.assistants.config import Config
from voice_engine.kernel.errors import BadRequest

Json = dict[str, Any]

KNOWLEDGE = "knowledge_base"  # the tool's name for the model
_NAMING = frozenset({"toolIds", "toolRefs", "knowledgeBase", "knowledgeBaseId"})
MOST_TOOLS = 64  # of one assistant, its own included


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stored tools and custom knowledge bases by id, as far as somebody names them."""

    tools: Mapping[str, Config] = field(default_factory=dict)
    bases: Mapping[str, Config] = field(default_factory=dict)

    def __or__(self, more: "Shelf") -> "Shelf":
        return Shelf({**self.tools, **more.tools}, {**self.bases, **more.bases})


def tool_ids(shown: Json) -> Iterator[tuple[str, str]]:
    """Place and id of every stored tool that a configuration names."""
    yield from _of_model(shown)
    for index, hook in enumerate(shown.get("hooks") or ()):
        for number, action in enumerate(hook.get("do") or ()):
            if action.get("toolId"):
                yield f"hooks.{index}.do.{number}.toolId", action["toolId"]


def base_ids(shown: Json) -> Iterator[tuple[str, str]]:
    """Place and id of the knowledge base that a configuration names."""
    id = (shown.get("model") or {}).get("knowledgeBaseId")
    if id:
        yield "model.knowledgeBaseId", id


def spread(config: Config, shelf: Shelf) -> Config:
    """The configuration with everything it names in it; raises BadRequest for what is not on the shelf."""
    if not _names_anything(config.shown):
        return config
    written = _Written(config)
    for place, id in _of_model(config.shown):
        written.add_tool(found(shelf.tools, place, id, "tool"))
    for place, id in base_ids(config.shown):
        written.add_base(found(shelf.bases, place, id, "custom knowledge base"))
    own = (config.shown.get("model") or {}).get("knowledgeBase")
    if own:
        written.add_base(Config(own, _inside(config.sealed, "model.knowledgeBase")))
    written.fill_hooks(shelf)
    return Config(written.shown, written.sealed)


def found(stored: Mapping[str, Config], place: str, id: str, noun: str) -> Config:
    """The stored one; raises BadRequest naming the place."""
    if id not in stored:
        message = f"{place}: there is no {noun} with the id {id!r} in this organisation."
        raise BadRequest(f"{noun.replace(' ', '_')}_not_found", message, field=place)
    return stored[id]


def names(tools: Iterable[Json]) -> list[str]:
    """What the model will call these tools; those of MCP servers and handoffs find names for themselves."""
    listed: list[str] = []
    for tool in tools:
        kind, function = tool["type"], tool.get("function") or {}
        if kind == "query":
            listed += [base["name"] for base in tool["knowledgeBases"]]
        elif kind == "apiRequest":
            listed.append(tool.get("name") or function.get("name") or "api_request_tool")
        elif kind not in ("handoff", "mcp"):
            listed.append(function.get("name") or kind)
    return listed


class _Written:
    """A configuration that is being completed."""

    def __init__(self, config: Config) -> None:
        self.shown, self.sealed = dict(config.shown), dict(config.sealed)
        model = self.shown.get("model") or {}
        self._tools: list[Json] = list(model.get("tools") or ())
        if model:
            kept = {key: value for key, value in model.items() if key not in _NAMING}
            self.shown["model"] = {**kept, "tools": self._tools}

    def add_tool(self, tool: Config) -> None:
        self.sealed |= _under(f"model.tools.{len(self._tools)}", tool.sealed)
        self._tools.append(tool.shown)

    def add_base(self, base: Config) -> None:
        place = f"model.tools.{len(self._tools)}.knowledgeBases.0"
        self.sealed |= _under(place, base.sealed)
        shown = {"name": KNOWLEDGE, "provider": "custom-knowledge-base", "server": base.shown["server"]}
        self._tools.append({"type": "query", "knowledgeBases": [shown]})

    def fill_hooks(self, shelf: Shelf) -> None:
        if not self.shown.get("hooks"):
            return
        self.shown["hooks"] = [
            {
                **hook,
                "do": [
                    self._action(action, f"hooks.{n}.do.{m}", shelf) for m, action in enumerate(hook["do"])
                ],
            }
            for n, hook in enumerate(self.shown["hooks"])
        ]

    def _action(self, action: Json, place: str, shelf: Shelf) -> Json:
        id = action.get("toolId")
        if not id:
            return action
        tool = found(shelf.tools, f"{place}.toolId", id, "tool")
        self.sealed |= _under(f"{place}.tool", tool.sealed)
        return {**{key: value for key, value in action.items() if key != "toolId"}, "tool": tool.shown}


def _of_model(shown: Json) -> Iterator[tuple[str, str]]:
    model = shown.get("model") or {}
    for index, id in enumerate(model.get("toolIds") or ()):
        yield f"model.toolIds.{index}", id
    for index, ref in enumerate(model.get("toolRefs") or ()):
        yield f"model.toolRefs.{index}.toolId", ref["toolId"]


def _names_anything(shown: Json) -> bool:
    model = shown.get("model") or {}
    return any(True for _ in tool_ids(shown)) or bool(
        model.get("knowledgeBase") or model.get("knowledgeBaseId")
    )


def _under(head: str, sealed: Mapping[str, str]) -> dict[str, str]:
    return {f"{head}.{place}": text for place, text in sealed.items()}


def _inside(sealed: Mapping[str, str], head: str) -> dict[str, str]:
    return {p.removeprefix(f"{head}."): text for p, text in sealed.items() if p.startswith(f"{head}.")}
