"""A YAML file → a Scenario, or a sentence with the line that is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from voice_engine.kernel.errors import BadRequest
from voice_engine.simulate.scenario import Scenario, merged
from voice_engine.simulate.shape import nearest
from voice_engine.spec import AssistantSpec

Json = dict[str, Any]
_UNKNOWN = ("unknown_key", "extra_forbidden")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def files(places: Sequence[Path]) -> list[Path]:
    """The scenario files at these places, in order; a folder stands for all in it, except names with `_` in
    front. Raises BadRequest("no_scenario") if there is nothing."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            found += sorted(p for p in place.rglob("*.yaml") if not p.name.startswith("_"))
        elif place.is_file():
            found.append(place)
        else:
            raise BadRequest("no_scenario", f"There is no {place}; give a scenario file or a folder of them.")
    if not found:
        raise BadRequest("no_scenario", f"There is no .yaml file in {', '.join(map(str, places))}.")
    return found


def read(path: Path) -> Scenario:
    """The scenario in a file; raises BadRequest("scenario_not_valid") with file and line."""
    return parse(path.read_text(encoding="utf-8"), path)


def parse(text: str, path: Path) -> Scenario:
    """Like `read`, for text that stands in `path` (an assistant file is looked for beside it)."""
    node = _compose(text, path)
    given = _Loader("").construct_document(node) if node else {}
    if not isinstance(given, dict):
        raise _wrong(path, 1, "a scenario is a list of keys with values, like `caller:`.")
    _unique(node, path)
    given = _with_assistant_file(given, path)
    try:
        scenario = Scenario.model_validate({"name": path.stem.replace("-", " "), **given})
    except ValidationError as error:
        raise _explained(error, node, path, []) from None
    for name, compiled in (("assistant", scenario.assistant_spec), ("squad", scenario.squad_spec)):
        try:
            compiled()
        except ValidationError as error:
            raise _explained(error, node, path, [name]) from None
    return scenario


def _compose(text: str, path: Path) -> Any:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error)
        raise _wrong(path, mark.line + 1 if mark else 1, f"this is not YAML: {why}.") from None


def _with_assistant_file(given: Json, path: Path) -> Json:
    """`assistant: file.yaml`, or `assistant: {file: file.yaml, …}` with changes upon it."""
    assistant = given.get("assistant")
    if isinstance(assistant, str):
        assistant = {"file": assistant}
    if not isinstance(assistant, dict) or "file" not in assistant:
        return given
    file = path.parent / str(assistant["file"])
    try:
        below = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError) as error:
        raise _wrong(path, 1, f"the assistant's file {file} cannot be read: {error}.") from None
    above = {key: value for key, value in assistant.items() if key != "file"}
    return {**given, "assistant": merged(below or {}, above)}


def _unique(node: Any, path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                raise _wrong(path, key.start_mark.line + 1, f"{key.value!r} stands here twice.")
            seen.add(key.value)
            _unique(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _unique(item, path)


def _explained(error: ValidationError, node: Any, path: Path, within: list[str]) -> BadRequest:
    """The complaint that is nearest to what was meant: in a choice of shapes, the one that got furthest."""
    first = max(error.errors(), key=lambda e: (len(e["loc"]), e["type"] in _UNKNOWN))
    place = [*within, *first["loc"], *([first["ctx"]["key"]] if first["type"] == "unknown_key" else [])]
    line, names = _line(node, place)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = nearest(str(place[-1]), spec_fields([str(part) for part in place[:-1]]))
    if first["type"] == "missing":
        message = f"{place[-1]!r} is missing"
    return _wrong(path, line, f"{'.'.join(names)}: {message.rstrip('.')}.")


def _line(node: Any, place: Sequence[object]) -> tuple[int, list[str]]:
    """Where the thing stands that pydantic names so; what is no key of the file is left out."""
    line, names = 1, []
    for part in place:
        found = _child(node, part)
        if found is None:
            continue
        key, node = found
        line = key.start_mark.line + 1
        names.append(str(part + 1) if isinstance(part, int) else str(part))
    return line, names


def _child(node: Any, part: object) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def spec_fields(place: Sequence[str]) -> list[str]:
    """The fields of the assistant's part that a complaint is about."""
    model: Any = AssistantSpec
    for name in place:
        field = getattr(model, "model_fields", {}).get(name)
        if field is not None and hasattr(field.annotation, "model_fields"):
            model = field.annotation
    return list(model.model_fields)


def _wrong(path: Path, line: int, sentence: str) -> BadRequest:
    return BadRequest("scenario_not_valid", f"{path}:{line}: {sentence}", line=line)
