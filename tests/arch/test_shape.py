"""Rooms stay small: sizes that the admired codebases keep, as a rule that cannot be forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
CODE = [p for top in ("api", "voice_engine", "telephony") for p in sorted((ROOT / top).rglob("*.py"))]
MAX_FILE, MAX_FUNCTION = 600, 80


def functions() -> Iterator[tuple[str, int]]:
    """Each function's place and length."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno}", length


def test_no_file_is_longer_than_a_sitting():
    sizes = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in CODE}

    assert {name: size for name, size in sizes.items() if size > MAX_FILE} == {}
    assert quantiles([s for s in sizes.values() if s > 3], n=10)[-1] <= 400


def test_functions_fit_in_a_glance():
    lengths = dict(functions())

    assert {place: length for place, length in lengths.items() if length > MAX_FUNCTION} == {}
    assert median(lengths.values()) <= 10
    assert quantiles(lengths.values(), n=10)[-1] <= 30


def test_broad_excepts_stand_only_at_named_boundaries():
    found = []
    for path in CODE:
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines, 1):
            if "except Exception" in line and "boundary" not in line:
                found.append(f"{path.relative_to(ROOT)}:{number}")

    assert found == []


def test_only_settings_read_the_environment():
    writes = ("vad/silero.py",)  # a variable that its library reads at import
    allowed = (
        "settings.py", "launcher/", "bench/", "commands/", "providers/dashscope_sdk/", "benching/", *writes
    )  # fmt: skip
    found = [
        str(p.relative_to(ROOT))
        for p in CODE
        if ("os.environ" in p.read_text() or "getenv(" in p.read_text())
        and not any(part in str(p.relative_to(ROOT)) for part in allowed)
    ]

    assert found == []
